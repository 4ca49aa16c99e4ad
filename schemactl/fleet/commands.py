"""Commands on many accounts that only read them: what `pipeline` does for one, for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from schemactl.account.target import Target
from schemactl.desired.load import Loaded
from schemactl.drift.between import drift_between
from schemactl.drift.sides import Side, read_side
from schemactl.errors import ExitCode, InvalidFilesError, Problem, Severity
from schemactl.fleet.runner import FleetRun
from schemactl.fleet.work import DriftOptions, Engine, PlanOptions, result_of
from schemactl.model.fleet import (
    AccountResult,
    Checked,
    FleetCommand,
    FleetResult,
    WrittenFile,
)
from schemactl.model.usage import Usage
from schemactl.store.files import write_file
from schemactl.values import dataclass, replace


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
        return result_of(target, found, ExitCode.INVALID_FILES if fails else ExitCode.OK)

    return FleetResult(command=command, results=run.each(targets, act))


def plan_fleet(run: Engine, targets: Sequence[Target], options: PlanOptions) -> FleetResult:
    """Plan each account. Never writes to one."""
    return FleetResult(command=FleetCommand.PLAN, results=run.each(targets, options))


def drift_fleet(
    run: Engine,
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
    work = DriftOptions(strict=strict, folder=folder, in_full=in_full)
    results = run.each(targets, work)
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
        return result_of(target, found, ExitCode.DIFFERENT if differs else ExitCode.OK)

    results = run.each(targets, act)
    return FleetResult(command=FleetCommand.COMPARE, results=results, strict=True)


def usage_fleet(
    run: FleetRun, targets: Sequence[Target], count: Callable[[Target], Usage]
) -> FleetResult:
    """Count who holds what in each account. Never writes to one."""

    def act(target: Target) -> AccountResult:
        return result_of(target, count(target), ExitCode.OK)

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
        return replace(result_of(target, written, ExitCode.OK), warnings=made.warnings)

    results = run.each([target for target, _ in paths], act)
    return FleetResult(command=command, results=results)
