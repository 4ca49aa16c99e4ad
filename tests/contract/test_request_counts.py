"""How many requests an apply makes over each API, reads included: users wait for each of them.

What a plan reckons with is what an apply makes that nothing disturbs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemactl.account.dialects import CONNECTIONS
from schemactl.account.http.exchange import Request, SealedRequest
from schemactl.account.http.transport import Transport
from schemactl.cli.request_counter import RequestCounter
from schemactl.emulator.faults import parse_fault
from schemactl.emulator.latency import Latency
from schemactl.emulator.server import EmulatorServer
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.pace import SECONDS_PER_CALL
from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus
from schemactl.report.plan_summary import price_part
from schemactl.report.run_summary import run_totals
from schemactl.store.snapshot import snapshot_text
from tests.builders import a_field, a_schema, a_section
from tests.contract.live import Agreeing, Bench, a_bench
from tests.contract.probing import probe

SECTIONS, DROPDOWNS = range(1, 11), range(1, 6)


def text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "longtext"}


def dropdown(name: str, *options: str) -> dict[str, Any]:
    return {"name": name, "type": "tdrop", "options": list(options)}


def section(name: str, fields: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "fields": list(fields)}


def numbered(word: str, last: int) -> list[str]:
    return [f"{word} {number}" for number in range(1, last + 1)]


@dataclass(frozen=True)
class Story:
    """A change, and the requests of its apply over both APIs, from the first read on.

    `counting` is how many more they are if the apply counts holders; here nobody holds a value,
    so that each number is asked for in two ways. `backup` is how many more back up values where
    nothing was counted: a page, the number of records, and a look before each destroying call.
    """

    name: str
    legacy: int
    rest: int
    counting: tuple[int, int] = (0, 0)
    backup: tuple[int, int] = (0, 0)
    before: list[dict[str, Any]] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
    tags_before: list[str] = field(default_factory=list)
    tags_after: list[str] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)


def each_dropdown(*options: str) -> list[dict[str, Any]]:
    return [section(f"S {number}", [dropdown(f"D {number}", *options)]) for number in SECTIONS]


SIX_OF_THREE = [
    section(f"S {number}", [text(f"F {number}.{each}") for each in range(3)])
    for number in range(6)
]
STORIES = [
    Story(
        "10 new sections of 10 fields, each with a dropdown of 5 options",
        legacy=24,
        rest=18,
        after=[
            section(
                f"S {number}",
                [
                    *(text(f"F {number}.{each}") for each in range(9)),
                    dropdown(f"D {number}", *numbered("Option", 5)),
                ],
            )
            for number in SECTIONS
        ],
    ),
    Story("20 new tags", legacy=6, rest=27, tags_after=numbered("Tag", 20)),
    Story(
        "2 new options in each of 10 dropdowns in 10 sections",
        legacy=14,
        rest=38,
        before=each_dropdown("a", "b"),
        after=each_dropdown("a", "b", "c", "d"),
    ),
    # Over the REST API two calls, of which each changes all dropdowns of the section.
    Story(
        "an option more and one less in each of 5 dropdowns of one section",
        legacy=19,
        rest=14,
        counting=(28, 17),
        backup=(7, 3),
        before=[section("S", [dropdown(f"D {each}", "a", "b") for each in DROPDOWNS])],
        after=[section("S", [dropdown(f"D {each}", "a", "c") for each in DROPDOWNS])],
    ),
    Story(
        "12 fields removed from 6 sections",
        legacy=28,
        rest=44,
        counting=(39, 53),
        backup=(14, 14),
        before=SIX_OF_THREE,
        after=[section(each["name"], each["fields"][:1]) for each in SIX_OF_THREE],
        removed=[
            {"section": each["name"], "name": gone["name"]}
            for each in SIX_OF_THREE
            for gone in each["fields"][1:]
        ],
    ),
    Story(
        "an option removed of each of 5 dropdowns in 5 sections",
        legacy=14,
        rest=23,
        counting=(28, 17),
        backup=(7, 7),
        before=each_dropdown("a", "b")[:5],
        after=each_dropdown("a")[:5],
    ),
    Story(
        "a new tag beside 120",
        legacy=6,
        rest=12,
        tags_before=numbered("Tag", 120),
        tags_after=numbered("Tag", 121),
    ),
]


def document(
    sections: Sequence[dict[str, Any]],
    tags: Sequence[str],
    removed: Sequence[dict[str, Any]] = (),
) -> str:
    content: dict[str, Any] = {"version": 1, "sections": list(sections), "tags": list(tags)}
    if removed:
        content["removed"] = {"fields": list(removed)}
    return yaml.safe_dump(content, sort_keys=False)


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        yield bench


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The word of every request that leaves."""
    words: list[str] = []
    seal = Transport._sealed  # noqa: SLF001 - every request passes through it

    def counted(transport: Transport, request: Request) -> SealedRequest:
        words.append(request.word)
        return seal(transport, request)

    monkeypatch.setattr(Transport, "_sealed", counted)
    return words


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("counts", [False, True])
def test_an_apply_makes_the_fewest_requests_and_as_many_as_its_plan_says(
    story: Story, bench: Bench, sent: list[str], *, counts: bool
) -> None:
    bench.write(document(story.before, story.tags_before))
    assert bench.run().status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
    bench.write(document(story.after, story.tags_after, story.removed))
    reviewer = Agreeing()
    sent.clear()
    bench.events.clear()
    bench = replace(bench, target=replace(bench.target, counts=counts))
    run = bench.apply(reviewer=reviewer).run
    assert run is not None
    assert (run.status, run.reason) == (RunStatus.COMPLETED, "")

    (plan,) = reviewer.shown
    is_rest = bench.target.dialect.name == "rest"
    fewest = story.rest if is_rest else story.legacy
    extra = story.counting if counts else story.backup
    assert len(sent) == fewest + extra[is_rest], sent
    assert_figures_agree(plan, run, sent, bench.events)


def assert_figures_agree(
    plan: Plan, run: Run, sent: Sequence[str], events: Sequence[Event]
) -> None:
    """Check that plan, progress and report count the same requests as left the program."""
    assert plan.budget.requests == run.requests_planned == run.requests_made == len(sent)
    counter, shown = RequestCounter(), list[tuple[int, int, int]]()
    for event in events:
        counter.note(event)
        shown.append((counter.done, counter.total, counter.extra))
    assert {extra for _, _, extra in shown} == {0}
    assert [done for done, _, _ in shown] == sorted(done for done, _, _ in shown)
    assert {total for _, total, _ in shown} == {0, len(sent)}
    assert shown[-1][:2] == (len(sent), len(sent))


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("calls", [2, 6, 12])
@pytest.mark.parametrize("tags", [[], ["A", "B"]])
def test_a_plan_counts_the_requests_that_clean_up_after_an_interrupted_probe(
    calls: int, tags: list[str], bench: Bench, sent: list[str]
) -> None:
    bench.write(document(SIX_OF_THREE[:1], []))
    bench.run()
    started = iter(range(1, 100))

    def kill(event: Event) -> None:
        if isinstance(event, CallFinished) and next(started) == calls:
            raise Killed

    host = bench.target.host
    with pytest.raises(Killed):
        probe(replace(bench, target=replace(bench.target, host=replace(host, listener=kill))))
    # A call that was sent just now is awaited, which is a read more.
    later = replace(host, now=lambda: datetime(2026, 1, 2, 4, tzinfo=UTC))
    bench = replace(bench, target=replace(bench.target, host=later))

    bench.write(document(SIX_OF_THREE[:1], tags))
    reviewer = Agreeing()
    sent.clear()
    bench.events.clear()
    run = bench.apply(reviewer=reviewer).run
    assert run is not None
    (plan,) = reviewer.shown
    assert [one.run for one in plan.pending_probes] == [*run.cleaned]
    assert f"{len(sent)} requests in all" in price_part(plan)
    assert_figures_agree(plan, run, sent, bench.events)


def test_a_request_that_is_sent_again_is_reported_as_more_than_planned(
    tmp_path: Path, sent: list[str]
) -> None:
    server = EmulatorServer(faults=[parse_fault("key:status-500:skip=1:times=1")])
    with a_bench(tmp_path, server) as bench:
        bench.write(document(SIX_OF_THREE[:1], []))
        reviewer = Agreeing()
        run = bench.apply(reviewer=reviewer).run
        assert run is not None
        assert run.requests_made == len(sent) == run.requests_planned + 1
        assert run_totals(reviewer.shown[0], run).endswith(
            f"{len(sent)} requests in all (1 more than planned)"
        )
        counter = RequestCounter()
        for event in bench.events:
            counter.note(event)
        assert (counter.done, counter.extra) == (run.requests_planned, 1)


@pytest.mark.parametrize(("backend", "requests"), [("legacy", 6), ("rest", 56)])
def test_a_new_tag_beside_many_is_proved_by_its_id_and_not_by_a_walk_through_all(
    backend: str, requests: int, tmp_path: Path, sent: list[str]
) -> None:
    tags = numbered("Tag", 1_200)
    seed = tmp_path / "seed.json"
    seed.write_text(
        snapshot_text(
            a_schema(a_section("S", a_field("F")), tags=tags), account="live", backend=backend
        )
    )
    with a_bench(tmp_path, EmulatorServer(seed=seed), backend=backend) as bench:
        bench.write(document([], [*tags, "New"]))
        reviewer = Agreeing()
        run = bench.apply(reviewer=reviewer).run
        assert run is not None
        assert run.status is RunStatus.COMPLETED
        (plan,) = reviewer.shown
        assert_figures_agree(plan, run, sent, bench.events)
        assert len(sent) == requests
        assert bench.plan().is_empty


@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_the_time_of_a_plan_is_that_of_the_requests_that_read_the_account(
    backend: str, tmp_path: Path
) -> None:
    server = EmulatorServer(latency=Latency(mean_ms=50))
    with a_bench(tmp_path, server, backend=backend) as bench:
        bench.write(document(SIX_OF_THREE, numbered("Tag", 3)))
        reviewer = Agreeing()
        assert bench.apply(reviewer=reviewer).run is not None
        (plan,) = reviewer.shown
        started = [event for event in bench.events if isinstance(event, CallStarted)]
        left_s = [event.remaining_s for event in started]

    # Reads that are made at once share a round trip.
    fewest = (plan.budget.requests - plan.size.calls) / CONNECTIONS
    assert 0.05 * fewest <= plan.budget.seconds < SECONDS_PER_CALL * plan.budget.requests * 0.9
    assert left_s[0] is not None
    assert 0.05 * len(plan.calls) <= left_s[0] <= plan.budget.seconds * 2
    assert left_s[-1] is not None
    assert 0.05 <= left_s[-1] < left_s[0]
