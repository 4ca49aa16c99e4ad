"""Commands on many accounts that only read them: what `pipeline` does for one, for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from schemactl.account.target import Target
from schemactl.desired.load import Loaded
from schemactl.drift.between import drift_between
from schemactl.drift.inputs import interrupted_run_words, read_inputs
from schemactl.drift.sides import Side, read_side
from schemactl.errors import ExitCode, InvalidFilesError, Problem, Severity
from schemactl.fleet.runner import FleetRun
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountResult,
    Checked,
    FleetCommand,
    FleetResult,
    Outcome,
    WrittenFile,
)
from schemactl.model.plan import Permission
from schemactl.model.usage import Usage
from schemactl.pipeline import drift_account, find_drift, plan_account
from schemactl.store.files import write_file
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """How each account is planned.

    Attributes:
        permissions: The given permissions, by the name of the account.
        base_from: A commit whose base is compared; None for none.
        is_detailed: Whether something to do is an exit status of its own.
    """

    permissions: Mapping[str, frozenset[Permission]]
    base_from: str | None = None
    is_detailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """The content of the file that a command writes for an account.

    Attributes:
        text: The content.
        remark: What else there is to know about it; empty for nothing.
        warnings: Problems of the account's files that are no errors.
    """

    text: str
    remark: str = ""
    warnings: tuple[Problem, ...] = ()


def check_fleet(
    run: FleetRun,
    targets: Sequence[Target],
    command: FleetCommand,
    check: Callable[[Target], Loaded],
    *,
    strict: bool,
) -> FleetResult:
    """Check the files of each account; with `strict`, warnings fail, too."""

    def act(target: Target) -> AccountResult:
        try:
            found = Checked(problems=check(target).warnings)
        except InvalidFilesError as error:
            found = Checked(problems=error.problems)
        if strict and command is FleetCommand.LINT:
            problems = (replace(one, severity=Severity.ERROR) for one in found.problems)
            found = Checked(problems=tuple(problems))
        fails = found.errors or (strict and found.problems)
        return _result(target, found, ExitCode.INVALID_FILES if fails else ExitCode.OK)

    return FleetResult(command=command, results=run.each(targets, act))


def plan_fleet(run: FleetRun, targets: Sequence[Target], options: PlanOptions) -> FleetResult:
    """Plan each account. Never writes to one."""

    def act(target: Target) -> AccountResult:
        planned = plan_account(
            target,
            permissions=options.permissions.get(target.account.name, frozenset()),
            base_from=options.base_from,
        )
        differs = options.is_detailed and not planned.plan.leaves_nothing
        return replace(
            _result(target, planned.plan, ExitCode.DIFFERENT if differs else ExitCode.OK),
            warnings=planned.warnings,
            reminder=interrupted_run_words(target),
        )

    return FleetResult(command=FleetCommand.PLAN, results=run.each(targets, act))


def drift_fleet(
    run: FleetRun,
    targets: Sequence[Target],
    *,
    strict: bool,
    folder: str,
    in_full: bool = False,
) -> FleetResult:
    """Report the drift of each account. Never writes to one.

    Args:
        run: How to work through them.
        targets: The accounts.
        strict: Whether unmanaged objects count as differences.
        folder: The project's folder for commands to copy; empty for the current one.
        in_full: Whether a report has what can be done about each item, which takes as long
            again.
    """

    def act(target: Target) -> AccountResult:
        # The account as it was read is not kept: memory does not grow with the accounts.
        found = drift_account(target) if in_full else _differences(target)
        drift = replace(found, folder=folder, live=None)
        differs = drift.differs(strict=strict)
        return _result(target, drift, ExitCode.DIFFERENT if differs else ExitCode.OK)

    results = run.each(targets, act)
    return FleetResult(command=FleetCommand.DRIFT, results=results, strict=strict)


def compare_fleet(run: FleetRun, targets: Sequence[Target], reference: Side) -> FleetResult:
    """Report where each account differs from one account or snapshot. Never writes to one.

    Raises:
        AccountError: The account to compare with could not be read.
        SnapshotError: The file to compare with holds no snapshot.
    """
    other = read_side(reference)

    def act(target: Target) -> AccountResult:
        name = target.account.name
        schema = read_side(Side(name=name, source=target))
        found = drift_between(schema, other, name=name, other_name=reference.name)
        found = replace(found, live=None)
        differs = found.differs(strict=True)
        return _result(target, found, ExitCode.DIFFERENT if differs else ExitCode.OK)

    results = run.each(targets, act)
    return FleetResult(command=FleetCommand.COMPARE, results=results, strict=True)


def usage_fleet(
    run: FleetRun, targets: Sequence[Target], count: Callable[[Target], Usage]
) -> FleetResult:
    """Count who holds what in each account. Never writes to one."""

    def act(target: Target) -> AccountResult:
        return _result(target, count(target), ExitCode.OK)

    return FleetResult(command=FleetCommand.USAGE, results=run.each(targets, act))


def write_for_fleet(
    run: FleetRun,
    paths: Sequence[tuple[Target, Path]],
    command: FleetCommand,
    text_for: Callable[[Target, Path], FileText],
    *,
    overwrite: bool,
) -> FleetResult:
    """Write a file for each account, as soon as its content is known."""
    files = {target.account.name: path for target, path in paths}

    def act(target: Target) -> AccountResult:
        path = files[target.account.name]
        made = text_for(target, path)
        write_file(path, made.text, overwrite=overwrite, make_folders=True)
        digest = sha256(path.read_bytes()).hexdigest()
        written = WrittenFile(file=path.name, sha256=digest, remark=made.remark)
        return replace(_result(target, written, ExitCode.OK), warnings=made.warnings)

    results = run.each([target for target, _ in paths], act)
    return FleetResult(command=command, results=results)


def _result(target: Target, outcome: Outcome, code: ExitCode) -> AccountResult:
    account = target.account
    return AccountResult(
        account=account.name, labels=account.labels, outcome=outcome, exit_code=code
    )


def _differences(target: Target) -> Drift:
    """Return the drift of an account without what can be done about it."""
    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        return find_drift(target, inputs, account.read())
