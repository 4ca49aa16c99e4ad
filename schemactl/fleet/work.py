"""What is done with each account of a run: values, so that another machine can get one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from schemactl.account.target import Target
from schemactl.drift.inputs import interrupted_run_words, read_inputs
from schemactl.errors import ExitCode
from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountResult, Outcome
from schemactl.model.plan import Permission
from schemactl.pipeline import drift_account, find_drift, plan_account
from schemactl.values import dataclass, replace


class Work(Protocol):
    """A command for one account."""

    def __call__(self, target: Target, /) -> AccountResult:
        """Return the result for an account."""
        ...

    def only_for(self, account: str) -> Work:
        """Return the same without what is only about other accounts."""
        ...


class Engine(Protocol):
    """Works through many accounts."""

    def each(self, targets: Sequence[Target], work: Work, /) -> Sequence[AccountResult]:
        """Return the result of each account, in the order of the targets."""
        ...


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

    def __call__(self, target: Target, /) -> AccountResult:
        """Plan an account. Never writes to it."""
        planned = plan_account(
            target,
            permissions=self.permissions.get(target.account.name, frozenset()),
            base_from=self.base_from,
        )
        differs = self.is_detailed and not planned.plan.leaves_nothing
        code = ExitCode.DIFFERENT if differs else ExitCode.OK
        return replace(
            result_of(target, planned.plan, code),
            warnings=planned.warnings,
            reminder=interrupted_run_words(target),
        )

    def only_for(self, account: str) -> PlanOptions:
        """Return the same with the permissions of one account."""
        own = self.permissions.get(account, frozenset())
        return replace(self, permissions={account: own} if own else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions:
    """How the drift of each account is reported.

    Attributes:
        strict: Whether unmanaged objects count as differences.
        folder: The project's folder for commands to copy; empty for the current one.
        in_full: Whether a report has what can be done about each item, which takes as long
            again.
    """

    strict: bool
    folder: str
    in_full: bool = False

    def __call__(self, target: Target, /) -> AccountResult:
        """Report the drift of an account. Never writes to it."""
        # The account as it was read is not kept: memory does not grow with the accounts.
        found = drift_account(target) if self.in_full else _differences(target)
        drift = replace(found, folder=self.folder, live=None)
        differs = drift.differs(strict=self.strict)
        return result_of(target, drift, ExitCode.DIFFERENT if differs else ExitCode.OK)

    def only_for(self, account: str) -> DriftOptions:
        """Return the same: it is about no account."""
        del account
        return self


def result_of(target: Target, outcome: Outcome, code: ExitCode) -> AccountResult:
    """Return the result for an account."""
    account = target.account
    return AccountResult(
        account=account.name, labels=account.labels, outcome=outcome, exit_code=code
    )


def _differences(target: Target) -> Drift:
    """Return the drift of an account without what can be done about it."""
    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        return find_drift(target, inputs, account.read())
