"""What is done with each account of a run: values, so that another machine can get one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event
from typing import Final, Protocol

from schemactl.account.target import Target
from schemactl.drift.inputs import interrupted_run_words, read_inputs
from schemactl.errors import ExitCode
from schemactl.fleet.brake import Brake
from schemactl.model.drift import Drift
from schemactl.model.fleet import AccountFailure, AccountResult, Outcome
from schemactl.model.plan import Permission
from schemactl.pipeline import drift_account, find_drift, plan_account
from schemactl.values import dataclass, replace

NOT_STARTED: Final = AccountFailure(
    message="not started, because the command was interrupted", hint="run the command again"
)
"""Why an account has no result that was left as it is after the user asked to stop."""
HELD_BACK: Final = AccountFailure(
    message="not started, because other accounts failed", hint="run the command again"
)
"""Why an account has no result that the brake kept from being started."""
INTERRUPTED: Final = AccountFailure(
    message="interrupted before it was done", hint="run the command again"
)
"""Why an account has no result that nobody waits for any more."""


class Work(Protocol):
    """A command for one account."""

    @property
    def writes(self) -> bool:
        """Whether calls are made."""
        ...

    def was_started(self, target: Target, /) -> bool:
        """Whether calls may have been made for an account: its journals say that."""
        ...

    def __call__(self, target: Target, /) -> AccountResult:
        """Return the result for an account."""
        ...

    def only_for(self, account: str) -> Work:
        """Return the same without what is only about other accounts."""
        ...


class Reading:
    """Work that makes no calls, so that nothing of it is left behind."""

    __slots__ = ()

    @property
    def writes(self) -> bool:
        """Whether calls are made."""
        return False

    def was_started(self, target: Target, /) -> bool:
        """Whether calls may have been made for an account."""
        del target
        return False


class Engine(Protocol):
    """Works through many accounts."""

    @property
    def halt(self) -> Event:
        """Set once the user asked to stop: calls in progress are finished, and no more."""
        ...

    @property
    def min_wait_s(self) -> float:
        """How long an apply must wait at least for another one on its account to end."""
        ...

    @property
    def cut_off(self) -> AccountFailure:
        """Why an account has no result whose apply nobody waits for any more."""
        ...

    def each(
        self, targets: Sequence[Target], work: Work, /, *, brake: Brake | None = None
    ) -> Sequence[AccountResult]:
        """Return the result of each account, in the order of the targets.

        Args:
            targets: The accounts.
            work: What to do with each.
            brake: Counts failures, and keeps other accounts from being started.
        """
        ...

    def without_grace(self) -> Engine:
        """Return the same; Ctrl-C ends the wait for the accounts in progress at once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions(Reading):
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
class DriftOptions(Reading):
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
    """Return the result for an account, or why there is none."""
    account = target.account
    return AccountResult(
        account=account.name, labels=account.labels, outcome=outcome, exit_code=code
    )


def _differences(target: Target) -> Drift:
    """Return the drift of an account without what can be done about it."""
    inputs = read_inputs(target)
    with target.open_for_reading(inputs.objects) as account:
        return find_drift(target, inputs, account.read())
