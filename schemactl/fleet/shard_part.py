"""Read the file of one shard: each result by its JSON Schema, then held to the rest of it.

The file is input. All of it is written again from the results: a file that says something else
than what follows from them is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from schemactl.apply.failures import FAILURES
from schemactl.errors import ExitCode, SchemactlError
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetCommand,
    FleetResult,
    Outcome,
    WholeRun,
    WrittenFile,
)
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import JsonValue, Plan
from schemactl.model.rollout import Wave
from schemactl.model.shard import Shard
from schemactl.model.usage import Usage
from schemactl.planner.verification import refuse_inconsistent
from schemactl.report.json.fleet import fleet_document
from schemactl.safety import refuse_altered_hazards
from schemactl.store.drift_document import (
    DRIFT_DOCUMENT,
    drift_from_document,
)
from schemactl.store.fleet_file import (
    FLEET_FILE,
    DetailsDocument,
    EntryDocument,
    FleetDocument,
    ShardDocument,
    ShardFileError,
    problem_from,
    problems_of_document,
    read_shard,
)
from schemactl.store.plan import plan_of_document
from schemactl.store.run_document import run_of_document
from schemactl.store.usage_file import usage_of_document
from schemactl.text import quoted_short
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPart:
    """The file of one shard.

    Attributes:
        file: Its name, for messages.
        fleet: The results of its shard.
        whole: What it says of the whole run.
    """

    file: str
    fleet: FleetResult
    whole: WholeRun


def read_part(path: Path) -> ShardPart:
    """Read the file of one shard.

    Raises:
        ShardFileError: It is no such file, or contradicts itself.
    """
    document, shard = read_shard(path)
    file, entries, details = str(path), document["accounts"], shard["details"]
    if shard["number"] > shard["count"]:
        raise contradiction(file, f"is of shard {shard['number']} of {shard['count']}")
    if not len(entries) == len(details) == len(shard["places"]):
        raise contradiction(file, "has another number of accounts than of their places")
    results = tuple(
        _result(entry, extra, document, file=file)
        for entry, extra in zip(entries, details, strict=True)
    )
    whole = _whole(shard)
    fleet = FleetResult(
        command=FleetCommand(document["command"]),
        results=results,
        strict=shard["strict"],
        **_rollout(document),
        whole=whole,
    )
    _refuse_inconsistent(fleet, whole, document, file)
    return ShardPart(file=file, fleet=fleet, whole=whole)


class _Rollout(TypedDict, total=False):
    waves: tuple[Wave, ...]
    stopped: str


def _rollout(document: FleetDocument) -> _Rollout:
    """Return the waves of the accounts of the shard; nothing without waves."""
    found = document.get("rollout")
    if found is None:
        return {}
    waves = tuple(
        Wave(number=number, name=each["name"], accounts=tuple(each["accounts"]))
        for number, each in enumerate(found["waves"], start=1)
    )
    return {"waves": waves, "stopped": found["stopped"]}


def _whole(shard: ShardDocument) -> WholeRun:
    return WholeRun(
        shard=Shard(number=shard["number"], count=shard["count"]),
        chosen=shard["chosen"],
        places=tuple(shard["places"]),
        choice=shard["choice"],
        project=shard["project"],
        version=shard["version"],
        options=tuple(shard["options"]),
    )


def _refuse_inconsistent(
    fleet: FleetResult, whole: WholeRun, document: FleetDocument, file: str
) -> None:
    """Refuse a file that says something else than what follows from its results."""
    in_waves = [name for wave in fleet.waves for name in wave.accounts]
    if fleet.waves and sorted(in_waves) != sorted(one.account for one in fleet.results):
        raise contradiction(file, "has waves of other accounts than its own")
    for result in fleet.results:
        if not whole.shard.has(result.account):
            words = f"account {quoted_short(result.account)}, which is in another shard"
            raise contradiction(file, f"has {words} than {whole.shard}")
        if not _has_right_status(result, fleet):
            words = f"account {quoted_short(result.account)} with a status that is not its own"
            raise contradiction(file, f"has {words}")
    if _plain(fleet_document(fleet)) != document:
        raise contradiction(file, "says something else than what follows from its results")


def _has_right_status(result: AccountResult, fleet: FleetResult) -> bool:
    """Whether an account's exit status can be that of its result."""
    code, outcome = result.exit_code, result.outcome
    match outcome:
        case AccountFailure():
            return code not in {ExitCode.OK, ExitCode.DIFFERENT}
        case Drift():
            differs = outcome.differs(strict=fleet.strict)
            return code is (ExitCode.DIFFERENT if differs else ExitCode.OK)
        case Plan():
            return code in _statuses_of(outcome, fleet)
        case Checked():  # With --strict, INVALID_FILES also where there are only warnings.
            may = set() if outcome.errors else {ExitCode.OK}
            return code in (may | ({ExitCode.INVALID_FILES} if outcome.problems else set()))
        case Usage():
            return code is ExitCode.OK
        case AppliedPlan():
            failed = any(one.status in FAILURES for one in outcome.run.verdicts)
            return code is outcome.run.exit_code and not (failed and code is ExitCode.OK)
        case WrittenFile():  # It is not read here.
            return False


def _statuses_of(plan: Plan, fleet: FleetResult) -> set[ExitCode]:
    """Return the exit statuses that an account with a plan can have."""
    if fleet.command is FleetCommand.APPLY:  # It was not applied.
        # With --one-wave, its turn comes later, and the report says so.
        later = {ExitCode.OK} if fleet.stopped else set()
        return {ExitCode.STOPPED, ExitCode.REFUSED, ExitCode.INTERRUPTED} | later
    # With --detailed-exitcode, DIFFERENT.
    return {ExitCode.OK} | (set() if plan.leaves_nothing else {ExitCode.DIFFERENT})


def _plain(document: JsonValue) -> object:
    """Return a document as it is once it was written and read."""
    plain: object = json.loads(canonical_json(document))
    return plain


def _result(
    entry: EntryDocument, details: DetailsDocument, document: FleetDocument, *, file: str
) -> AccountResult:
    """Return the result of one account.

    Raises:
        ShardFileError: It is none that a command had.
    """
    try:
        return AccountResult(
            account=entry["account"],
            labels=tuple(entry["labels"]),
            outcome=_outcome(entry, details, FleetCommand(document["command"])),
            exit_code=ExitCode(entry["exit_status"]),
            reminder=details["reminder"],
        )
    except (ValueError, SchemactlError) as error:
        reason = f"has an invalid result of account {quoted_short(entry['account'])}: {error}"
        raise FLEET_FILE.fault(file, reason) from error


def _outcome(entry: EntryDocument, details: DetailsDocument, command: FleetCommand) -> Outcome:
    result, error = entry["result"], entry["error"]
    if result is not None:
        outcome = _of_command(result, details, command)
        account = _account_of(outcome)
        if account is not None and account != entry["account"]:
            message = f"it is of account {quoted_short(account)}"
            raise ValueError(message)
        return outcome
    if error is None:
        message = "neither a result nor an error"
        raise ValueError(message)
    return AccountFailure(
        message=error["message"],
        hint=error["hint"],
        problems=tuple(map(problem_from, error["problems"])),
    )


def _of_command(
    result: dict[str, object], details: DetailsDocument, command: FleetCommand
) -> Outcome:
    match command:
        case FleetCommand.PLAN | FleetCommand.APPLY:
            return _planned(result, details, command)
        case FleetCommand.DRIFT | FleetCommand.COMPARE:
            drift = DRIFT_DOCUMENT.check(result, file="its drift")
            if details["drift"] is None:
                message = "its details are missing"
                raise ValueError(message)
            return drift_from_document(drift, details["drift"])
        case FleetCommand.VALIDATE | FleetCommand.LINT:
            return Checked(problems=problems_of_document(result, file="its result"))
        case FleetCommand.USAGE:
            usage = usage_of_document(result, file="its usage")
            return replace(usage, requests=details.get("requests", 0))
        case (
            FleetCommand.SNAPSHOT | FleetCommand.DOCS | FleetCommand.IMPORT | FleetCommand.UNDO
        ):
            message = f"results of {command} cannot be merged"
            raise ValueError(message)


def _planned(
    result: dict[str, object], details: DetailsDocument, command: FleetCommand
) -> Plan | AppliedPlan:
    """Return a plan, or what came of applying it."""
    applied = details.get("applied")
    if applied is None:
        return _plan(result)
    if command is not FleetCommand.APPLY:
        message = f"a {command} applies nothing"
        raise ValueError(message)
    plan, cleaned = _plan(applied["plan"]), applied["cleaned"]
    run = run_of_document(result, plan, cleaned=cleaned, file="its run")
    return AppliedPlan(plan=plan, run=run)


def _plan(document: dict[str, object]) -> Plan:
    plan = plan_of_document(document, file="its plan")
    refuse_inconsistent(plan)
    refuse_altered_hazards(plan)
    return plan


def _account_of(outcome: Outcome) -> str | None:
    """Return the account that a result names; None if it names none."""
    match outcome:
        case Plan() | Drift() | Usage():
            return outcome.account
        case AppliedPlan():
            return outcome.plan.account
        case Checked() | WrittenFile() | AccountFailure():
            return None


def contradiction(file: str, reason: str) -> ShardFileError:
    """Return the error on a file that no run of schemactl wrote like this."""
    return ShardFileError(
        f"{file} {reason}: it was edited, or is damaged",
        hint="run the shard again; results are only read, never edited",
    )
