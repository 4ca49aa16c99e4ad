"""Every page can be read at the width of a phone, a tablet and a desktop."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from selenium.webdriver import Chrome

from schemactl.errors import Severity
from schemactl.model.drift import Drift
from schemactl.report.html import drift_page
from schemactl.report.html.problems import problems_page
from tests.browser.conftest import Open, resize
from tests.browser.test_accessibility import a_problem
from tests.unit.report.golden import golden_pages
from tests.unit.report.test_formats import every_drift

pytestmark = pytest.mark.group("browser")
WIDTHS: Final = (360, 400, 500, 600, 700, 800, 1000, 1200)
MIN_COLUMN_REM: Final = 8


def a_comparison() -> Drift:
    return replace(every_drift(), account="production-europe", other="staging of the agency")


PAGES: Final = {
    **golden_pages(),
    "comparison": drift_page(a_comparison(), None),
    "problems": problems_page([a_problem(severity) for severity in Severity]),
}


@pytest.mark.parametrize("name", PAGES)
def test_no_column_is_narrow_and_nothing_is_outside_its_card(show: Open, name: str) -> None:
    browser = show(PAGES[name])
    browser.execute_script(EVERYTHING_SHOWN)
    for width in WIDTHS:
        resize(browser, width, 900)
        assert faults_of(browser) == [], f"{width} wide"


def faults_of(browser: Chrome) -> list[str]:
    faults: list[str] = browser.execute_script(FAULTS, MIN_COLUMN_REM)
    return faults


EVERYTHING_SHOWN: Final = """
for (const one of document.querySelectorAll(".group")) one.style.contentVisibility = "visible";
for (const one of document.querySelectorAll(".row, .group")) one.hidden = false;
for (const one of document.querySelectorAll("details")) one.open = true;
"""

# A text on one line may be as narrow as it is.
FAULTS: Final = """
const found = [], rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
const short = (one) => one.className + ": " + one.textContent.trim().slice(0, 30);
const page = document.documentElement;
if (page.scrollWidth > page.clientWidth) found.push("the page scrolls sideways");
for (const one of document.querySelectorAll(".name, .what, .pair dd, .note li")) {
  const box = one.getBoundingClientRect();
  const lines = box.height / parseFloat(getComputedStyle(one).lineHeight);
  if (one.textContent.trim() && lines > 1.5 && box.width < arguments[0] * rem)
    found.push(`narrow (${Math.round(box.width)}px) ${short(one)}`);
}
const cards = ".group, .note, .verdict, .contents, .tools, .numbers";
for (const card of document.querySelectorAll(cards)) {
  const outer = card.getBoundingClientRect();
  for (const one of card.querySelectorAll("*")) {
    const box = one.getBoundingClientRect();
    if (box.width && (box.right > outer.right + 1 || box.left < outer.left - 1))
      found.push(`outside ${short(one)}`);
  }
}
return found.slice(0, 20);
"""
