"""Pages in a real browser: they open, filter, search, print, and need no mouse."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from schemactl.drift import drift_of
from schemactl.model.change import AddField
from schemactl.model.difference import Difference
from schemactl.model.schema import Schema, Section
from schemactl.report.html import drift_page, plan_page
from tests.builders import a_field, a_location, a_plan
from tests.unit.report.samples import every_plan

pytestmark = [
    pytest.mark.skipif(
        shutil.which("chromium") is None or shutil.which("chromedriver") is None,
        reason="there is no chromium: tests/browser/install tells why",
    ),
    pytest.mark.xdist_group("browser"),
]
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
# WCAG 2.1, 1.4.3: what is read wants 4.5 to 1. Grounds that are seen through are looked up.
CONTRASTS = """
const light = (rgb) => {
  const part = rgb.map((one) => one / 255).map(
    (one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
};
const parse = (text) => text.match(/[0-9.]+/g).map(Number);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  if (!own || !element.checkVisibility()) continue;
  const [ink, paper] = [parse(getComputedStyle(element).color).slice(0, 3), ground(element)];
  const [high, low] = [light(ink), light(paper)].sort((one, other) => other - one);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) poor.push(`${element.className}: ${ratio.toFixed(2)}`);
}
return [...new Set(poor)];
"""
UNNAMED = """
return [...document.querySelectorAll("input, button, section, a")].filter((one) =>
  !(one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")
    || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML);
"""
Open = Callable[[str], Chrome]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
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
        browser.set_window_size(*DESKTOP)
        browser.get(path.as_uri())
        return browser

    return opened


@pytest.fixture
def plan(show: Open) -> Chrome:
    return show(plan_page(every_plan(), an_account()))


def an_account(sections: int = 2, fields: int = 5) -> Schema:
    return Schema(
        sections=tuple(
            Section(
                name=f"Section {number}",
                custom=True,
                fields=tuple(a_field(f"Field {number}-{place}") for place in range(fields)),
            )
            for number in range(sections)
        ),
        tags=("VIP",),
    )


def shown_rows(browser: Chrome) -> list[str]:
    rows = browser.find_elements(By.CSS_SELECTOR, ".row:not([hidden]) .name")
    return [row.text.partition("\n")[0] for row in rows]


def type_keys(browser: Chrome, *keys: str) -> None:
    browser.switch_to.active_element.send_keys(*keys)


def complaints(browser: Chrome) -> list[object]:
    logged: list[object] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return logged


def test_a_page_opens_without_a_complaint(plan: Chrome) -> None:
    assert plan.title == "Plan for demo"
    assert complaints(plan) == []
    verdict = plan.find_element(By.CSS_SELECTOR, ".verdict")
    assert "destroy" in verdict.text
    assert "danger" in str(verdict.get_attribute("class"))


def test_what_is_destroyed_stands_before_all_else(plan: Chrome) -> None:
    headings = [one.text for one in plan.find_elements(By.CSS_SELECTOR, "main h2")]
    assert headings[0].startswith("Destroyed for ever")


def test_search_finds_fields_and_options_in_every_section(plan: Chrome) -> None:
    search = plan.find_element(By.ID, "search")
    search.send_keys("contacted")
    assert shown_rows(plan) == ["Lead Status"]
    assert plan.find_element(By.ID, "told").text.startswith("1 of ")
    search.send_keys(Keys.ESCAPE)
    assert len(shown_rows(plan)) > 20


def test_filters_leave_what_they_say(plan: Chrome) -> None:
    for box in plan.find_elements(By.CSS_SELECTOR, "input[name=state]"):
        if box.get_attribute("value") != "remove":
            box.click()
    states = {
        row.get_attribute("data-state")
        for row in plan.find_elements(By.CSS_SELECTOR, ".row:not([hidden])")
    }
    assert states == {"remove"}


def test_the_keyboard_is_enough(plan: Chrome) -> None:
    body = plan.find_element(By.TAG_NAME, "body")
    body.send_keys("n")
    first = plan.switch_to.active_element.text
    type_keys(plan, "n")
    second = plan.switch_to.active_element.text
    assert first != second
    type_keys(plan, "p")
    assert plan.switch_to.active_element.text == first
    type_keys(plan, "/")
    assert plan.switch_to.active_element.get_attribute("id") == "search"
    type_keys(plan, "Website")
    assert shown_rows(plan) == ['"Website "']


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_word_can_be_read(plan: Chrome, theme: str, size: tuple[int, int]) -> None:
    plan.set_window_size(*size)
    while plan.execute_script("return document.documentElement.dataset.theme") != theme:
        plan.find_element(By.ID, "theme").click()
    assert plan.execute_script(CONTRASTS) == []
    assert plan.execute_script(UNNAMED) == []


def test_a_phone_need_not_scroll_sideways(plan: Chrome) -> None:
    plan.set_window_size(*PHONE)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert plan.execute_script(wide) == 0


def test_ids_are_unique_and_headings_in_order(plan: Chrome) -> None:
    ids = [one.get_attribute("id") for one in plan.find_elements(By.CSS_SELECTOR, "[id]")]
    assert len(ids) == len(set(ids))
    levels = [one.tag_name for one in plan.find_elements(By.CSS_SELECTOR, "h1, h2, h3")]
    assert levels[0] == "h1"
    assert set(levels[1:]) == {"h2"}


def test_it_prints_without_what_is_for_the_screen(plan: Chrome) -> None:
    plan.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not plan.find_element(By.CSS_SELECTOR, ".tools").is_displayed()
    assert plan.find_element(By.CSS_SELECTOR, ".group").is_displayed()
    assert len(plan.print_page()) > 10_000
    plan.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_what_has_not_changed_is_in_its_place(show: Open) -> None:
    change = AddField(section="Section 1", after=a_field("New"), location=a_location(1))
    page = show(plan_page(a_plan(change), an_account()))
    group = page.find_elements(By.CSS_SELECTOR, ".group")[0]
    assert group.find_element(By.TAG_NAME, "h2").text == "Section 1"
    marks = [one.text for one in group.find_elements(By.CSS_SELECTOR, ".mark")]
    assert marks == ["new", *["the same"] * 5]


def test_a_calm_page_shows_the_account(show: Open) -> None:
    drift = drift_of(Difference(), account="demo", backend="rest")
    page = show(drift_page(drift, an_account()))
    assert page.find_element(By.CSS_SELECTOR, ".verdict.calm").text.startswith("No drift")
    assert len(shown_rows(page)) == 11
    assert complaints(page) == []


def test_ten_thousand_fields_stay_usable(show: Open) -> None:
    change = AddField(section="Section 7", after=a_field("New"), location=a_location(1))
    page = show(plan_page(a_plan(change), an_account(sections=100, fields=100)))
    assert shown_rows(page) == ["New"]
    box = page.find_element(By.CSS_SELECTOR, "input[name=state][value=same]")
    box.click()
    started = time.monotonic()
    page.find_element(By.ID, "search").send_keys("Field 42-17")
    assert shown_rows(page) == ["Field 42-17"]
    # Generous: a page that hangs takes minutes.
    assert time.monotonic() - started < 30
    assert complaints(page) == []
