"""Journals, however they were altered: understood or refused, and never a source of calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.rest.dialect import RestDialect
from schemactl.apply.recovery import found_run
from schemactl.errors import JournalError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Schema
from schemactl.report.json.journal import journal_json
from schemactl.report.text.journal import run_record_text
from schemactl.store.journal.files import recorded_runs
from schemactl.store.journal.history import History, Scope
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.local import local_file, local_folder
from tests.builders import a_call, a_plan, a_run
from tests.properties.altered import altered, json_values

SCOPE = Scope(
    account="demo",
    identity=AccountIdentity(address="https://a/"),
    backend="legacy",
    tag_carrier=7,
)
CALLS = (
    a_call(1, "add_section", {"section": "S", "fields": ()}, serves=["add-section/S"]),
    a_call(2, "add_tag", {"contact": "7", "tags": ("VIP",)}, serves=["add-tag/VIP"]),
    a_call(3, "remove_tag", {"contact": "7", "tags": ("VIP",)}, needs=[2]),
    a_call(4, "remove_field", {"section": "S", "field": "F"}, serves=["remove-field/S/F"]),
)


def a_true_journal() -> tuple[dict[str, object], ...]:
    """Return the lines of a run that was written as an apply writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "run-1.jsonl")
        with JournalFile(
            local_file(path), now=lambda: datetime(2026, 1, 2, tzinfo=UTC)
        ) as journal:
            journal.run_started(
                "run-1",
                a_plan(calls=CALLS),
                address="https://a/",
                digest="",
                by="ann",
                commit="c",
            )
            for call in CALLS[:3]:
                journal.call_started(call)
                journal.call_finished(call, Outcome(status=OutcomeStatus.UNKNOWN))
                journal.call_settled(call, shown=False)
            journal.run_finished(a_run())
        return tuple(json.loads(line) for line in path.read_text().splitlines())


TRUE = a_true_journal()


@st.composite
def journals(draw: st.DrawFn) -> bytes:
    lines: object = list(TRUE)
    for _ in range(draw(st.integers(1, 4))):
        lines = draw(altered(lines))
    texts = lines if isinstance(lines, list) else [lines]
    raw = b"\n".join(json.dumps(line).encode() for line in texts)
    extra = draw(st.sampled_from((b"", b"\n", b"\n{", b"\n\xff")))
    return raw + extra


@given(
    journals() | st.binary(max_size=200) | json_values.map(lambda one: json.dumps(one).encode())
)
def test_whatever_a_journal_holds_it_is_understood_or_refused(data: bytes) -> None:
    """No other exception, no other file touched, no call but tags off the carrier."""
    with TemporaryDirectory() as outer:
        folder = Path(outer, "journal", "demo")
        folder.mkdir(parents=True)
        (folder / "run-1.jsonl").write_bytes(data)
        try:
            runs = recorded_runs(local_folder(folder))
            history = History.of([(run, local_folder(folder)) for run in runs], SCOPE)
            for run in runs:
                for dialect in (LegacyDialect(tag_carrier=7), RestDialect()):
                    found_run(run, LiveState(schema=Schema()), dialect)
                run_record_text(run, width=80)
            journal_json(runs, account="demo").encode(errors="backslashreplace")
        except JournalError as error:
            assert "run-1" in str(error)  # noqa: PT017 - both ends are right
        else:
            for cleanup in history.pending:
                assert (cleanup.run, cleanup.contact) == ("run-1", "7")
                assert set(cleanup.tags) <= tags_named(data)
        assert [path.name for path in Path(outer).rglob("*.jsonl")] == ["run-1.jsonl"]


def tags_named(data: bytes) -> set[str]:
    """Return every text that the first line holds."""
    found: set[str] = set()

    def look(value: object) -> None:
        match value:
            case str():
                found.add(value)
            case list():
                for one in value:
                    look(one)
            case dict():
                for one in value.values():
                    look(one)
            case _:
                pass

    look(json.loads(data.splitlines()[0]))
    return found
