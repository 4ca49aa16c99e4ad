"""`schemactl schema`."""

from __future__ import annotations

from schemactl.document.resources import schema_names, schema_text
from schemactl.errors import ExitCode
from tests.cli.program import run


def test_without_a_name_the_names_are_listed() -> None:
    ended = run("schema")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert ended.out.split() == list(schema_names())


def test_a_schema_is_printed_as_it_is() -> None:
    assert run("schema", "project").out == schema_text("project")


def test_an_unknown_name_is_wrong_use_and_names_the_nearest() -> None:
    ended = run("schema", "projekt")
    assert ended.status == ExitCode.USAGE
    assert "there is no 'projekt'; did you mean 'project'?" in ended.err


def test_a_name_unlike_any_is_answered_with_all_of_them() -> None:
    ended = run("schema", "../../etc/passwd")
    assert ended.status == ExitCode.USAGE
    assert ", ".join(schema_names()) in ended.err
