"""Everybody can read every page: axe-core finds nothing, and is in no doubt, anywhere."""

from __future__ import annotations

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium_axe_python.axe import Axe

from schemactl.errors import Problem, Severity
from schemactl.report.html.problems import problems_page
from tests.browser.conftest import DESKTOP, PHONE, Open, resize
from tests.builders import a_location
from tests.unit.report.golden import golden_pages

pytestmark = pytest.mark.group("browser")


def a_problem(severity: Severity) -> Problem:
    return Problem(
        location=a_location(2),
        code="unknown-key",
        message='unknown key "nme"',
        hint='did you mean "name"?',
        severity=severity,
    )


PAGES = {
    **golden_pages(),
    "problems": problems_page([a_problem(severity) for severity in Severity]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shuts_nobody_out(show: Open, name: str) -> None:
    browser = show(PAGES[name])
    # Colours do not depend on the width, nor places on the colours.
    for size, theme in ((DESKTOP, "light"), (PHONE, "dark")):
        resize(browser, *size)
        switch_to(browser, theme)
        assert faults_of(browser) == [], f"{theme}, {size[0]} wide"


def switch_to(browser: Chrome, theme: str) -> None:
    for _ in ("system", "dark", "light"):
        if browser.execute_script("return document.documentElement.dataset.theme") == theme:
            return
        browser.find_element(By.ID, "theme").click()
    pytest.fail(f"the page does not become {theme}")


# Sections out of sight take up no certain room, which leaves axe in doubt of what covers what.
SHOWN_WHOLE = """
for (const one of document.querySelectorAll(".group")) one.style.contentVisibility = "visible";
"""


def faults_of(browser: Chrome) -> list[str]:
    """Return what is wrong and what could not be settled, with the rule and the place."""
    browser.execute_script(SHOWN_WHOLE)
    axe = Axe(browser)
    axe.inject()  # type: ignore[no-untyped-call]
    results = axe.run()
    return [
        f"{kind}: {rule['id']}: {node['html']}: {node['failureSummary']}"
        for kind in ("violations", "incomplete")
        for rule in results[kind]
        for node in rule["nodes"]
    ]
