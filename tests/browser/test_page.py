"""Pages in a real browser: they open, filter, search, print, and need no mouse."""

from __future__ import annotations

import time

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from schemactl.drift.items import drift_of
from schemactl.model.change import AddField
from schemactl.model.difference import Difference
from schemactl.model.schema import Schema, Section
from schemactl.report.html import drift_page, plan_page
from tests.browser.conftest import PHONE, Open, resize
from tests.builders import a_field, a_location, a_plan
from tests.unit.report.samples import every_plan

pytestmark = pytest.mark.group("browser")


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
    names: list[str] = browser.execute_script(SHOWN_NAMES)
    return names


SHOWN_NAMES = """
return [...document.querySelectorAll(".row:not([hidden]) .name")].map(
  (name) => name.firstChild.textContent.trim());
"""


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


def test_what_is_destroyed_comes_before_all_else(plan: Chrome) -> None:
    headings = [one.text for one in plan.find_elements(By.CSS_SELECTOR, "main h2, main h3")]
    assert headings[:2] == ["What you must decide (7)", "Destroyed permanently (3)"]


def test_search_finds_fields_and_options_in_every_section(plan: Chrome) -> None:
    search = plan.find_element(By.ID, "search")
    search.send_keys("contacted")
    assert shown_rows(plan) == ["Lead Status"]
    assert plan.find_element(By.ID, "shown").text.startswith("1 of ")
    search.send_keys(Keys.ESCAPE)
    assert len(shown_rows(plan)) > 20


def test_filters_leave_what_they_say(plan: Chrome) -> None:
    for box in plan.find_elements(By.CSS_SELECTOR, "input[name=state]"):
        if box.is_selected() is not (box.get_attribute("value") == "remove"):
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


def test_a_phone_need_not_scroll_sideways(plan: Chrome) -> None:
    resize(plan, *PHONE)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert plan.execute_script(wide) == 0


def test_it_prints_without_what_is_for_the_screen(plan: Chrome) -> None:
    plan.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not plan.find_element(By.CSS_SELECTOR, ".tools").is_displayed()
    assert plan.find_element(By.CSS_SELECTOR, ".group").is_displayed()
    assert len(plan.print_page()) > 10_000
    plan.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_what_has_not_changed_is_in_its_place(show: Open) -> None:
    change = AddField(section="Section 1", after=a_field("New"), location=a_location(1))
    page = show(plan_page(a_plan(change), an_account()))
    page.find_element(By.CSS_SELECTOR, "input[name=state][value=same]").click()
    group = page.find_elements(By.CSS_SELECTOR, ".group")[0]
    assert group.find_element(By.TAG_NAME, "h2").text == "Section 1"
    marks = [one.text for one in group.find_elements(By.CSS_SELECTOR, ".mark")]
    assert marks == ["added", *["unchanged"] * 5]


def test_what_is_the_same_is_hidden_until_asked(show: Open) -> None:
    change = AddField(section="Section 1", after=a_field("New"), location=a_location(1))
    page = show(plan_page(a_plan(change), an_account()))
    assert shown_rows(page) == ["New"]
    page.find_element(By.CSS_SELECTOR, "input[name=state][value=same]").click()
    assert len(shown_rows(page)) == 12


def test_a_link_leads_to_a_row_that_is_filtered_out(plan: Chrome) -> None:
    for box in plan.find_elements(By.CSS_SELECTOR, "input[name=state]:checked"):
        box.click()
    assert shown_rows(plan) == []
    plan.execute_script("location.hash = '#c2'")
    assert "Lead Status" in shown_rows(plan)


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
