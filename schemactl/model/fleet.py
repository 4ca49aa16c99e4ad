"""What a command found out about many accounts: one result for each, in the project's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum, unique
from typing import Final, TypeAlias, overload

from schemactl.errors import ExitCode, Problem, Severity
from schemactl.model.drift import Drift
from schemactl.model.plan import Plan
from schemactl.model.rollout import Wave
from schemactl.model.run import Run
from schemactl.model.shard import Shard
from schemactl.model.usage import Usage
from schemactl.values import dataclass

SEVEREST_FIRST: Final = (
    ExitCode.BUG,
    ExitCode.INTERRUPTED,
    ExitCode.STOPPED,
    ExitCode.FAILED,
    ExitCode.INVALID_FILES,
    ExitCode.REFUSED,
    ExitCode.USAGE,
    ExitCode.DIFFERENT,
    ExitCode.OK,
)
"""Which exit status a run on many accounts has: the first that one of them has."""


@unique
class FleetCommand(StrEnum):
    """Commands that work on many accounts with a result for each."""

    VALIDATE = "validate"
    LINT = "lint"
    PLAN = "plan"
    DRIFT = "drift"
    COMPARE = "compare"
    USAGE = "usage"
    SNAPSHOT = "snapshot"
    DOCS = "docs"
    IMPORT = "import"
    APPLY = "apply"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFailure:
    """Why an account has no result.

    Attributes:
        message: The reason, as the command for this account alone reports it.
        hint: What to do; None if the message says it.
        problems: All problems of its files, if these are invalid.
    """

    message: str
    hint: str | None = None
    problems: tuple[Problem, ...] = ()


CUT_OFF: Final = AccountFailure(
    message="stopped immediately; the current call may have been executed",
    hint="the next apply reads the journal and the account, and continues",
)
"""Why an account has no result whose apply was given up in the middle."""
LEFT_RUNNING: Final = AccountFailure(
    message="no longer waited for; its worker may still finish the current call",
    hint=CUT_OFF.hint,
)
"""Why an account has no result that another machine may still be working on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is wrong or risky in the files of an account.

    Attributes:
        problems: All problems, warnings too.
    """

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """The number of errors among the problems."""
        return sum(one.severity is Severity.ERROR for one in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """The file that a command wrote for an account.

    Attributes:
        file: Its name in the folder of the results.
        sha256: Digest of its content.
        remark: What else there is to know about it; empty for nothing.
    """

    file: str
    sha256: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedPlan:
    """A plan and what came of applying it.

    Attributes:
        plan: What was to be done.
        run: What came of it.
    """

    plan: Plan
    run: Run

    @property
    def is_complete(self) -> bool:
        """Whether the account is as planned; what a person has to do does not count."""
        return self.run.exit_code is ExitCode.OK


Outcome: TypeAlias = Plan | Drift | Checked | Usage | WrittenFile | AppliedPlan | AccountFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedPlan:
    """What somebody has to agree to.

    Attributes:
        plan: What is applied: the plan as it was made, or as it was read from a file.
        calls: The number of calls that are left to make.
    """

    plan: Plan
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What a command found out about one account.

    Attributes:
        account: Its name.
        labels: Its labels in the project file.
        outcome: The result, or why there is none.
        exit_code: Exit status of the command for this account alone.
        warnings: Problems of its files that are no errors.
        reminder: A sentence about an interrupted apply; empty for none.
        review: What is left to agree to before it can be applied; None for nothing.
    """

    account: str
    labels: tuple[str, ...]
    outcome: Outcome
    exit_code: ExitCode
    warnings: tuple[Problem, ...] = ()
    reminder: str = ""
    review: ReviewedPlan | None = None

    @property
    def failed(self) -> bool:
        """Whether there is no result."""
        return isinstance(self.outcome, AccountFailure)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    """The run on all shards, as one of them sees it: equal in each, except for the shard.

    Attributes:
        shard: The shard.
        chosen: Number of accounts in all shards.
        places: The place of each account of this shard among all, from 1.
        choice: Digest of the names of all accounts in their order.
        project: Digest of all files of the project that decide on a result.
        version: The version of schemactl.
        options: The options that decide on a result, each as `name=value`, sorted.
    """

    shard: Shard
    chosen: int
    places: tuple[int, ...]
    choice: str
    project: str
    version: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetResult:
    """The results of all accounts, in the project's order.

    Attributes:
        command: What was done.
        results: One for each account, perhaps read from a file as it is asked for.
        strict: Whether unmanaged objects count as differences.
        waves: The waves of a roll-out, if there are several.
        stopped: Why a roll-out did not come to its end; empty if it did.
        whole: The run that this is a shard of; None if it is a run on all chosen accounts.
    """

    command: FleetCommand
    results: Sequence[AccountResult]
    strict: bool = False
    waves: tuple[Wave, ...] = ()
    stopped: str = ""
    whole: WholeRun | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of the run: that of the account with the most severe one."""
        return most_severe(result.exit_code for result in self.results)


class MappedResults(Sequence[AccountResult]):
    """Results as a function changes them, each when it is asked for.

    Args:
        results: The results.
        change: Returns one as it is to be.
    """

    def __init__(
        self,
        results: Sequence[AccountResult],
        change: Callable[[AccountResult], AccountResult],
    ) -> None:
        self._results = results
        self._change = change

    def __len__(self) -> int:
        """Return the number of results."""
        return len(self._results)

    @overload
    def __getitem__(self, place: int) -> AccountResult: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[AccountResult, ...]: ...

    def __getitem__(self, place: int | slice) -> AccountResult | tuple[AccountResult, ...]:
        """Return some of the results."""
        if isinstance(place, slice):
            return tuple(map(self._change, self._results[place]))
        return self._change(self._results[place])


def most_severe(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the most severe of some exit statuses; OK for none."""
    found = frozenset(codes)
    return next((code for code in SEVEREST_FIRST if code in found), ExitCode.OK)
