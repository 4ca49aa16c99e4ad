"""Every call that destroys is guarded as docs/promises.md says, over both APIs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.account.http.exchange import Request, SealedRequest
from schemactl.account.http.transport import Transport
from schemactl.account.interface import LiveState, NoObjection
from schemactl.model.call_word import (
    DESTROYING_CALLS,
    VALUE_CALLS,
    CallWord,
    LegacyCallWord,
    RestCallWord,
    call_word,
)
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.facts import Facts, ForeignField
from schemactl.model.plan import Call
from schemactl.model.run import RunStatus
from schemactl.store.facts_file import write_facts
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench
from tests.contract.switch_settings import emulator_with

ROOT = Path(__file__).parents[2]
HEAD = "| call | API | read right before | compared with |"
ADDING = frozenset(
    {
        LegacyCallWord.ADD_SECTION,
        LegacyCallWord.EDIT_SECTION,
        LegacyCallWord.ADD_DROPDOWN,
        LegacyCallWord.ADD_TAG,
        LegacyCallWord.REMOVE_TAG,
        RestCallWord.CREATE_TAG,
    }
)
"""Calls after which nothing can be missing in the schema of an account."""
ACCOUNT = """\
add-section S
add-field S Keep text
add-field S Gone text
add-field S Wanderer text
add-field S Stage tdrop Won Lost
add-section T
add-field T Last text
add-section U
add-field U Over text
add-tag VIP
add-tag Old
"""
LEGACY = """\
version: 1
sections:
  - name: S
    fields: [{name: Stage, type: tdrop, options: [Won]}]
removed:
  sections: [T]
  fields: [{section: S, name: Gone}, {section: T, name: Last}]
"""
REST = """\
version: 1
sections:
  - name: S
    fields:
      - {name: Kept, was: [Keep], type: text}
      - {name: Stage, type: tdrop, options: [Won]}
      - {name: New, type: text}
  - name: T
    fields: [{name: Wanderer, type: text}]
  - {name: Empty, fields: []}
tags: [{name: Very Important, was: [VIP]}]
removed:
  sections: [U]
  fields: [{section: S, name: Gone}, {section: U, name: Over}]
  tags: [Old]
"""


def rows() -> dict[CallWord, tuple[str, ...]]:
    """Return the reads before each call, as the page says."""
    page = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    table = page.split(HEAD)[1].partition("\n\n")[0]
    cells = [line.split("|")[1:4] for line in table.splitlines() if line.startswith("| `")]
    return {
        call_word(re.findall(r"`(\w+)`", word)[0]): tuple(re.findall(r"`(\w+)`", reads))
        for word, _, reads in cells
    }


def test_the_page_has_a_row_for_every_call_that_destroys() -> None:
    every = frozenset[CallWord]((*LegacyCallWord, *RestCallWord))
    assert rows().keys() == every - ADDING
    assert rows().keys() >= DESTROYING_CALLS
    assert all(rows().values())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Every request that leaves."""
    requests: list[Request] = []
    seal = Transport._sealed  # noqa: SLF001 - every request passes through it

    def noted(transport: Transport, request: Request) -> SealedRequest:
        requests.append(request)
        return seal(transport, request)

    monkeypatch.setattr(Transport, "_sealed", noted)
    return requests


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    server = emulator_with("rest-put-foreign=move", tmp_path)
    with a_bench(tmp_path, server, backend=request.param) as bench:
        server.edit(ACCOUNT)
        if request.param == "rest":
            # Only where that is known, a call moves a field.
            facts = Facts.of(
                [ForeignField.MOVED],
                backend="rest",
                identity=bench.target.identify(),
                found_at="2026-01-01T00:00:00+00:00",
            )
            write_facts(bench.target.facts_file, facts)
        bench.write(LEGACY if request.param == "legacy" else REST)
        yield bench


def guarded_calls(backend: str) -> set[str]:
    words = LegacyCallWord if backend == "legacy" else RestCallWord
    return {str(word) for word in rows() if isinstance(word, words)}


def test_each_call_that_destroys_reads_what_the_page_says(
    bench: Bench, sent: list[Request]
) -> None:
    seen: dict[str, set[tuple[str, ...]]] = {}

    def listen(event: Event) -> None:
        if isinstance(event, CallStarted):
            sent.clear()
        elif (
            isinstance(event, CallFinished)
            and event.call.request not in VALUE_CALLS
            and not makes_section(event.call)
        ):
            *reads, _ = (str(request.word) for request in sent)
            # Several options are counted by as many requests.
            seen.setdefault(event.call.request, set()).add(tuple(dict.fromkeys(reads)))

    target = replace(bench.target, host=replace(bench.target.host, listener=listen))
    run = replace(bench, target=target).run()
    assert (run.status, run.reason) == (RunStatus.COMPLETED, "")

    expected = {str(word): reads for word, reads in rows().items()}
    assert guarded_calls(bench.target.dialect.name) <= seen.keys()
    assert seen == {word: {expected.get(word, ())} for word in seen}


def makes_section(call: Call) -> bool:
    return call.arguments.get("new_section") is True


class Objecting(NoObjection):
    """A guard that objects to everything, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def objection(self, live: LiveState) -> str:
        del live
        self.asked += 1
        return "somebody else changed it"


def test_no_call_that_destroys_is_sent_against_its_guard(
    bench: Bench, sent: list[Request]
) -> None:
    plan = bench.plan(*ALL_PERMISSIONS)
    guarded = guarded_calls(bench.target.dialect.name)
    calls = [call for call in plan.calls if call.request in guarded and not makes_section(call)]
    assert {call.request for call in calls} == guarded
    before = bench.snapshot()
    with bench.target.hold(wait_s=0) as session, session.open(frozenset()) as backend:
        backend.read()
        sent.clear()
        for call in calls:
            outcome = backend.perform(call, Objecting())
            assert outcome.blocked_locally, call
    assert all(request.is_read for request in sent)
    assert bench.snapshot() == before
