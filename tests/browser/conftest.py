"""One browser for all pages; each page opens at the size of a desktop."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

DESKTOP, PHONE = (1200, 900), (390, 844)
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
Open: TypeAlias = Callable[[str], Chrome]
"""Opens a page, given as its text."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    if not all(map(shutil.which, ("chromium", "chromedriver"))):
        pytest.skip("there is no chromium: tests/browser/install says why")
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = ChromeService(executable_path=shutil.which("chromedriver"))
    with Chrome(options=options, service=service) as driver:
        driver.set_page_load_timeout(60)
        yield driver


@pytest.fixture
def show(browser: Chrome, tmp_path: Path) -> Open:
    def opened(page: str) -> Chrome:
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        resize(browser, *DESKTOP)
        browser.get(path.as_uri())
        return browser

    return opened


def resize(browser: Chrome, width: int, height: int) -> None:
    """Set the size of the page: a window of Chromium is never narrower than 500 pixels."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
