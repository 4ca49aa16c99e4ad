"""report/text/calls.py: calls in short words, whatever their arguments."""

from __future__ import annotations

from schemactl.model.plan import JsonObject
from schemactl.report.call_words import arguments_in_words
from schemactl.report.text.calls import calls_lines
from schemactl.report.text.lines import plain_text
from tests.builders import a_call


def test_calls_are_in_columns() -> None:
    calls = [
        a_call(9, "add_section", {"section": "Leads"}),
        a_call(10, "pull_tag", {}),
    ]

    assert plain_text(calls_lines(calls, width=80)) == (
        "2 calls, in this order\n     9  add_section  section: Leads\n    10  pull_tag\n"
    )


def test_no_calls_are_no_lines() -> None:
    assert calls_lines([], width=80) == []


def test_every_kind_of_argument_has_words() -> None:
    arguments: JsonObject = {
        "section": "Leads ",
        "fields": ({"name": "Status", "type": "tdrop"}, {}),
        "options": (),
        "contact": 12,
        "share": 0.5,
        "new": False,
        "after": None,
    }

    assert arguments_in_words(arguments) == (
        'section: "Leads "; after: none; contact: 12; new: false; share: 0.5; '
        "fields: Status (tdrop), none; options: none"
    )
