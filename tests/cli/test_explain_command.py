"""`schemactl explain`."""

from __future__ import annotations

import pytest

from schemactl.document.resources import code_names, code_page
from schemactl.errors import ExitCode
from tests.cli.program import run


def test_without_a_code_every_code_is_listed_with_a_line() -> None:
    ended = run("explain")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    lines = [line for line in ended.out.splitlines() if line.startswith("  ")]
    assert sorted(line.split()[0] for line in lines) == list(code_names())
    assert ended.out.startswith("Hazards of a plan, for --allow:\n")
    assert all(len(line.split()) > 2 for line in lines)


@pytest.mark.parametrize("code", code_names())
def test_a_page_is_shown_as_it_is_where_there_is_no_terminal(code: str) -> None:
    assert run("explain", code).out == code_page(code)


def test_a_page_is_laid_out_where_colours_are_wanted() -> None:
    ended = run("explain", "removes-field", environ={"FORCE_COLOR": "1"})
    assert "\x1b[" in ended.out
    assert "removes-field" in ended.out


def test_an_unknown_code_is_wrong_use_and_names_the_nearest() -> None:
    ended = run("explain", "removes-fields")
    assert ended.status == ExitCode.USAGE
    assert "there is no 'removes-fields'; did you mean 'removes-field'" in ended.err
    assert "`schemactl explain` lists all." in ended.err


def test_an_unknown_code_that_is_near_none_names_the_list_and_does_not_print_it() -> None:
    ended = run("explain", "zzz")
    assert ended.status == ExitCode.USAGE
    assert "there is no 'zzz'; `schemactl explain` lists all." in ended.err


def test_a_part_of_a_code_finds_those_that_hold_it() -> None:
    assert "'exceeds-field-budget'" in run("explain", "budget").err
