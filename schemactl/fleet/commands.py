"""Plan and drift of many accounts: what `pipeline` does for one, for each of them."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.target import Target
from schemactl.drift.inputs import interrupted_run_words, read_inputs
from schemactl.errors import ExitCode
from schemactl.fleet.runner import FleetRun
from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountResult, FleetCommand, FleetResult
from schemactl.model.plan import Permission
from schemactl.pipeline import drift_account, find_drift, plan_account
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """How each account is planned.

    Attributes:
        permissions: The given permissions.
        base_from: A commit whose base is compared; None for none.
        is_detailed: Whether something to do is an exit status of its own.
    """

    permissions: frozenset[Permission]
    base_from: str | None = None
    is_detailed: bool = False


def plan_fleet(run: FleetRun, targets: Sequence[Target], options: PlanOptions) -> FleetResult:
    """Plan each account. Never writes to one."""

    def act(target: Target) -> AccountResult:
        planned = plan_account(
            target, permissions=options.permissions, base_from=options.base_from
        )
        differs = options.is_detailed and not planned.plan.leaves_nothing
        return AccountResult(
            account=target.account.name,
            labels=target.account.labels,
            outcome=planned.plan,
            exit_code=ExitCode.DIFFERENT if differs else ExitCode.OK,
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
        return AccountResult(
            account=target.account.name,
            labels=target.account.labels,
            outcome=drift,
            exit_code=ExitCode.DIFFERENT if differs else ExitCode.OK,
        )

    results = run.each(targets, act)
    return FleetResult(command=FleetCommand.DRIFT, results=results, strict=strict)


def _differences(target: Target) -> Drift:
    """Return the drift of an account without what can be done about it."""
    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        return find_drift(target, inputs, account.read())
