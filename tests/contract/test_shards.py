"""Shards: each account is in exactly one, and merged they are the whole run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.apply import ApplyOptions
from schemactl.drift.sides import Side
from schemactl.errors import ExitCode, UsageError
from schemactl.fleet.applying import AccountTask, apply_reviewed, review_fleet, with_results
from schemactl.fleet.brake import Brake
from schemactl.fleet.commands import (
    check_fleet,
    compare_fleet,
    drift_fleet,
    plan_fleet,
    usage_fleet,
)
from schemactl.fleet.merging import merge_shards, whole_run
from schemactl.fleet.work import PlanOptions
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.count import SurveyForecast
from schemactl.model.drift import ApplyOutlook, Drift, Resolutions, Suppression
from schemactl.model.fleet import AppliedPlan, FleetCommand, FleetResult
from schemactl.model.rollout import assign_waves, merge_waves
from schemactl.model.shard import Shard, shard_number
from schemactl.model.usage import Usage
from schemactl.pipeline import usage_account, validate_account
from schemactl.project import Project, load_project
from schemactl.report.formats import Format, RenderOptions, write_fleet
from schemactl.report.json.fleet import fleet_json
from schemactl.store.plan import digest_of
from schemactl.values import replace
from tests.builders import a_location
from tests.cli.projects import edit_account
from tests.fleets import a_fleet_run, targets_of, write_fleet_project
from tests.properties.test_fleet import break_files
from tests.unit.report.test_formats import every_drift, whole

NAMES = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=12)
LOOK = RenderOptions(width=80, verbose=True)
NUMBER = 6
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(names=st.lists(NAMES, unique=True, max_size=30), count=st.integers(1, 12))
def test_every_account_is_in_exactly_one_shard(names: list[str], count: int) -> None:
    shards = [Shard(number=number, count=count) for number in range(1, count + 1)]
    for name in names:
        assert [shard.has(name) for shard in shards].count(True) == 1


def test_a_shard_is_the_same_in_every_version() -> None:
    names = ("acme", "bob", "zoë", "client-1", "client-2", "client-3")
    assert [shard_number(name, 4) for name in names] == [1, 3, 2, 1, 4, 2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Six embedded accounts: two are edited by hand, and one has invalid files."""
    folder = tmp_path_factory.mktemp("fleet")
    write_fleet_project(folder, ["emulator"] * NUMBER)
    edit_account(folder, "add-section Sales", "add-tag VIP", account="client-2")
    edit_account(folder, "add-tag Other", account="client-3")
    break_files(folder, "client-5")
    return load_project(folder)


@pytest.fixture(scope="module")
def plans(project: Project) -> FleetResult:
    targets = targets_of(project.folder, {})
    options = PlanOptions(permissions={}, is_detailed=True)
    return plan_fleet(a_fleet_run(), targets, options)


@pytest.fixture(scope="module")
def drifts(project: Project) -> FleetResult:
    """Drift of the accounts; that of the last one has everything that drift can have."""
    targets = targets_of(project.folder, {})
    found = drift_fleet(a_fleet_run(), targets, strict=False, folder="", in_full=True)
    *others, last = found.results
    rich = replace(last, outcome=rich_drift(last.account), reminder="an apply was interrupted")
    return replace(found, results=(*others, rich))


def rich_drift(account: str) -> Drift:
    drift = every_drift()
    by = Acknowledgement(
        item="x",
        reason="later",
        owner="ada",
        until=date(2026, 1, 2),
        location=a_location(3),
        seen="0a1b",
    )
    items = tuple(
        replace(
            item,
            suppression=Suppression(
                by=replace(by, item=item.title),
                is_overdue=number % 2 == 1,
                is_outdated=number % 3 == 1,
            )
            if number % 4 == 1
            else None,
            resolutions=Resolutions(accept=number % 2 == 0, by_hand=("do it",)[: number % 2]),
            question="which one?" if number == 2 else "",
        )
        for number, item in enumerate(drift.items)
    )
    outlook = ApplyOutlook(refusal="no", needs_permission=True)
    return replace(drift, account=account, items=items, apply=outlook)


def shards_of(fleet: FleetResult, project: Project, count: int) -> Iterator[FleetResult]:
    """Yield what a run on each shard of the accounts has as its result."""
    for number in range(1, count + 1):
        shard = Shard(number=number, count=count)
        waves = (
            replace(wave, accounts=tuple(filter(shard.has, wave.accounts)))
            for wave in fleet.waves
        )
        yield replace(
            fleet,
            results=tuple(one for one in fleet.results if shard.has(one.account)),
            waves=tuple(wave for wave in waves if wave.accounts),
            whole=whole_run(project, project.accounts, shard, ("allow=x",)),
        )


def files_of(shards: Sequence[FleetResult], folder: Path) -> list[Path]:
    paths = [folder / f"{number}.json" for number in range(len(shards))]
    for path, shard in zip(paths, shards, strict=True):
        path.write_text(fleet_json(shard), encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def fleets(
    project: Project,
    plans: FleetResult,
    drifts: FleetResult,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[FleetCommand, FleetResult]:
    """The results of every command whose shards are merged."""
    run, targets = a_fleet_run(), targets_of(project.folder, {})
    made = (
        plans,
        drifts,
        check_fleet(run, targets, FleetCommand.VALIDATE, validate_account, strict=False),
        check_fleet(run, targets, FleetCommand.LINT, validate_account, strict=True),
        compare_fleet(run, targets, Side(name="client-2", source=targets[1])),
        usage_fleet(run, targets, lambda each: usage_account(each, Silence(), ())),
        apply_fleet(tmp_path_factory.mktemp("applied")),
    )
    return {fleet.command: fleet for fleet in made}


def apply_fleet(folder: Path) -> FleetResult:
    """Apply to accounts of the same names; the last one's turn does not come."""
    write_fleet_project(folder, ["emulator"] * NUMBER)
    edit_account(folder, "add-section Sales", "add-tag VIP", account="client-2")
    break_files(folder, "client-5")
    run, targets = a_fleet_run(), targets_of(folder, {"XDG_STATE_HOME": str(folder)})
    tasks = [AccountTask(target=target, options=ApplyOptions()) for target in targets]
    review = review_fleet(run, tasks)
    *first, last = review.waiting
    done = apply_reviewed(run, first, brake=Brake(limit=None))
    *others, odd = (*done, last.not_started(ExitCode.STOPPED))
    outcome = others[0].outcome
    assert isinstance(outcome, AppliedPlan)
    outcome = replace(outcome, run=replace(outcome.run, cleaned=("x",)))
    others[0] = replace(others[0], outcome=outcome, reminder="an apply was interrupted")
    fleet = with_results(FleetCommand.APPLY, review, (*others, odd))
    names = [result.account for result in fleet.results]
    waves = assign_waves(["2", "50 %"], [(name, ()) for name in names])
    return replace(fleet, waves=waves, stopped="1 account failed")


class Silence:
    """Prints nothing of a count."""

    def starts(self, forecast: SurveyForecast, total: int) -> None:
        del forecast, total

    def counted(self, usage: Usage, total: int) -> None:
        del usage, total


NOT_MERGED = {
    FleetCommand.SNAPSHOT,
    FleetCommand.DOCS,
    FleetCommand.IMPORT,
    FleetCommand.UNDO,
}


@pytest.mark.parametrize("command", sorted(set(FleetCommand) - NOT_MERGED))
@pytest.mark.parametrize("count", [1, 2, 7])
def test_merged_shards_are_the_whole_run_in_every_format(
    *,
    command: FleetCommand,
    count: int,
    project: Project,
    fleets: Mapping[FleetCommand, FleetResult],
    tmp_path: Path,
) -> None:
    fleet = fleets[command]
    if command is FleetCommand.DRIFT:
        fleet = with_statuses(fleet, strict=count == 2)
    paths = files_of(list(shards_of(fleet, project, count)), tmp_path)
    merged = merge_shards(paths[::-1])
    if fleet.stopped:
        assert merged.stopped.startswith(f"{fleet.stopped} (shard ")
        merged = replace(merged, stopped=fleet.stopped)
    assert fleet_json(merged) == fleet_json(fleet)
    assert merged.exit_code is fleet.exit_code
    for form in Format:
        assert whole(write_fleet(merged, form, LOOK)) == whole(write_fleet(fleet, form, LOOK))


def with_statuses(fleet: FleetResult, *, strict: bool) -> FleetResult:
    """Return drift as a run has it that does or does not count unmanaged objects."""
    results = (
        replace(one, exit_code=ExitCode.DIFFERENT if differs else ExitCode.OK)
        if isinstance(one.outcome, Drift)
        else one
        for one in fleet.results
        for differs in (isinstance(one.outcome, Drift) and one.outcome.differs(strict=strict),)
    )
    return replace(fleet, results=tuple(results), strict=strict)


def leaves(document: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each value of a document that has no others in it."""
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    if not items or not document:
        yield path
    for name, member in items:
        yield from leaves(member, (*path, name))


def changed(value: object) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value[:-1]}{'b' if value.endswith('a') else 'a'}"
        case None:
            return "a"
        case _:
            return [1]


@MANY
@given(
    data=st.data(),
    command=st.sampled_from([FleetCommand.PLAN, FleetCommand.DRIFT, FleetCommand.APPLY]),
)
def test_any_changed_value_of_a_shard_is_refused(
    data: st.DataObject,
    project: Project,
    fleets: Mapping[FleetCommand, FleetResult],
    tmp_path: Path,
    *,
    command: FleetCommand,
) -> None:
    shards = list(shards_of(fleets[command], project, 2))
    paths = files_of(shards, tmp_path)
    document = json.loads(paths[0].read_text(encoding="utf-8"))
    *path, last = data.draw(st.sampled_from(list(leaves(document))))
    place = document
    for name in path:
        place = place[name]
    place[last] = changed(place[last])
    paths[0].write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match=r"0\.json"):
        merge_shards(paths)


def twice(document: dict[str, Any]) -> None:
    """Let the last account be in a file a second time, at the same place."""
    shard, accounts = document["shard"], document["accounts"]
    for rows in (accounts, shard["details"], shard["places"]):
        rows.append(rows[-1])
    different = sum(one["exit_status"] == 2 for one in accounts)
    document["summary"].update(accounts=len(accounts), different=different)


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "which is in another shard": lambda it: it["shard"].update(number=2),
    "a status that is not its own": lambda it: it["accounts"][0].update(exit_status=0),
    "another number of accounts": lambda it: it["accounts"].pop(),
    "it is of account": lambda it: it["accounts"][0]["result"].update(account="client-9"),
    "what follows from its results": lambda it: it["summary"].update(different=0),
    "neither a result nor an error": lambda it: it["accounts"][0].update(result=None),
    "its details are missing": lambda it: it["shard"]["details"][0].update(drift=None),
    "do not have each account once": lambda it: it["shard"]["places"].__setitem__(0, 2),
    "other accounts": lambda it: it["shard"].update(choice="0" * 64),
    "other files of the project": lambda it: it["shard"].update(project="0" * 64),
    "another version of schemactl": lambda it: it["shard"].update(version="9"),
    "other options": lambda it: it["shard"].update(options=[]),
    "another command": lambda it: it.update(command="plan", accounts=[]),
    "no shard": lambda it: it.pop("shard"),
    "both of shard": lambda it: it.update(accounts=[], shard={**it["shard"], "number": 2}),
    "is of shard 3 of 2": lambda it: it["shard"].update(number=3),
    "not have each account once": twice,
    "is not a valid fleet": lambda it: it["accounts"][0].update(exit_status="0"),
}


@pytest.mark.parametrize("reason", FORGERIES)
def test_a_forged_shard_is_refused_even_if_its_digest_is_right(
    reason: str, project: Project, drifts: FleetResult, tmp_path: Path
) -> None:
    paths = files_of(list(shards_of(drifts, project, 2)), tmp_path)
    document = json.loads(paths[0].read_text(encoding="utf-8"))
    FORGERIES[reason](document)
    if not document["accounts"]:
        document["summary"] = {"accounts": 0, "different": 0, "failed": 0, "exit_status": 0}
        document["shard"] |= {"places": [], "details": []}
    if "shard" in document:
        del document["shard"]["digest"]
        document["shard"]["digest"] = digest_of(document)
    paths[0].write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match=reason):
        merge_shards(paths)


def seem_finished(document: dict[str, Any]) -> None:
    """Let the account whose turn did not come be in order, in a roll-out at its end."""
    (left,) = (one for one in document["accounts"] if one["exit_status"] == 5)
    left["exit_status"] = 0
    codes = [one["exit_status"] for one in document["accounts"]]
    document["summary"]["exit_status"] = max(codes)
    document["rollout"]["stopped"] = ""


APPLY_FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "waves of other accounts": lambda it: it["rollout"]["waves"][0]["accounts"].pop(),
    "verdicts are not on the changes": lambda it: of_run(it)["verdicts"].pop(),
    "a status that is not its own": lambda it: of_run(it).update(status="stopped"),
    "a status that is not its": lambda it: fail_all(of_run(it)),
    "a status that is not": seem_finished,
    "a plan applies nothing": lambda it: it.update(command="plan"),
    "neither is what follows": lambda it: of_run(it).update(account="client-9"),
}


def of_run(document: dict[str, Any]) -> dict[str, Any]:
    """Return the first run that made calls, in place."""
    found = (entry["result"] for entry in document["accounts"] if entry["result"])
    return next(each for each in found if each.get("kind") == "run" and each["verdicts"])


def fail_all(run: dict[str, Any]) -> None:
    """Let no change be there, of a run that is completed all the same."""
    summary = dict.fromkeys(run["summary"], 0)
    for verdict in run["verdicts"]:
        verdict["status"] = "ignored"
    run["summary"] = {**summary, "ignored": len(run["verdicts"])}


@pytest.mark.parametrize("reason", APPLY_FORGERIES)
def test_a_forged_apply_is_refused_even_if_its_digest_is_right(
    reason: str, project: Project, fleets: Mapping[FleetCommand, FleetResult], tmp_path: Path
) -> None:
    paths = files_of(list(shards_of(fleets[FleetCommand.APPLY], project, 1)), tmp_path)
    document = json.loads(paths[0].read_text(encoding="utf-8"))
    APPLY_FORGERIES[reason](document)
    del document["shard"]["digest"]
    document["shard"]["digest"] = digest_of(document)
    paths[0].write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match=reason.removeprefix("neither is ")):
        merge_shards(paths)


@given(
    waves=st.lists(st.sampled_from(["@a", "@b", "1", "2", "30 %", "50 %"]), max_size=5),
    names=st.lists(NAMES, unique=True, max_size=12),
    count=st.integers(1, 4),
)
def test_merged_waves_are_those_of_the_whole_run(
    waves: list[str], names: list[str], count: int
) -> None:
    accounts = [(name, ["ab"[place % 2]]) for place, name in enumerate(names)]
    whole_waves = assign_waves(waves, accounts)
    shards = []
    for number in range(1, count + 1):
        has = Shard(number=number, count=count).has
        own = (
            replace(wave, accounts=tuple(filter(has, wave.accounts))) for wave in whole_waves
        )
        shards.append([wave for wave in own if wave.accounts])
    merged = merge_waves(shards, names)
    assert {(wave.name, wave.accounts) for wave in merged} <= {
        (wave.name, wave.accounts) for wave in whole_waves
    } or len(waves) != len(set(waves))
    assert sorted(name for wave in merged for name in wave.accounts) == sorted(names)


def test_missing_shards_are_named(project: Project, plans: FleetResult, tmp_path: Path) -> None:
    paths = files_of(list(shards_of(plans, project, 30)), tmp_path)
    with pytest.raises(UsageError, match=r"no file has shard 1/30 and 3/30"):
        merge_shards([paths[1], *paths[3:]])
    with pytest.raises(UsageError, match="and 9 more"):
        merge_shards(paths[:1])
