"""Work through many accounts on the workers of a cluster, as `runner` does with threads.

An order names an account and what to do. It has no key and no path: a worker has the project
and its credentials itself, and refuses an order of another version of schemactl, for other
files or other state. A cluster may run an order twice, after it lost a worker: commands that
only read do no harm then, and those that write have the account's lock and journal.

Only a worker knows what it has started. So an order is not taken back behind its back: workers
are asked to start no more, and answer each order that they did not start with `held`.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event
from typing import Final, Literal, Protocol, TypeAlias

from schemactl.account.target import Target
from schemactl.errors import ExitCode, RefusedError, SchemactlError
from schemactl.fleet.brake import Brake
from schemactl.fleet.result_store import ResultStore
from schemactl.fleet.runner import not_started
from schemactl.fleet.state_proof import ProofWords, StateProof
from schemactl.fleet.work import INTERRUPTED, Work, result_of
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    CUT_OFF,
    LEFT_RUNNING,
    AccountFailure,
    AccountResult,
    AppliedPlan,
)
from schemactl.model.plan import Plan
from schemactl.text import counted
from schemactl.values import dataclass, field, replace

_LOOK_S: Final = 0.25
"""How often to look whether there are workers, and whether the user asked to stop."""
_ORDERS_PER_THREAD: Final = 2
_NO_WORKER: Final = AccountFailure(
    message="no worker of the cluster is left", hint="start workers and run the command again"
)
_LOST_HINT: Final = "look at the logs of its workers, then run the command again"
_MAX_SHOWN: Final = 5

Answer: TypeAlias = tuple[Literal["done"], bytes] | tuple[Literal["refused", "held"], str]
"""What a worker made of an order: a pickled result, why it refuses, or that it did not start
it, with a word if an earlier worker had."""

Expected: TypeAlias = tuple[str, str, str, ProofWords]
OrderWords: TypeAlias = tuple[Expected, str, str, bytes, tuple[bool, bool]]
"""An order as plain values; see `Order.words`."""


class ClusterError(SchemactlError):
    """The cluster cannot be used; no account was contacted."""


class WorkerRefusedError(RefusedError):
    """A worker has another project or version; no account was contacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker gets. All of it can be read by a worker of any version.

    Attributes:
        version: The version of schemactl that it must have.
        project: The digest of the files that its project must have.
        run: A word for the run; a worker reads its project once for each.
        proof: What it must find in the state.
        step: A word for the step of the run; each step has an order for an account at most.
        account: The name of the account.
        work: What to do, pickled.
        prune: Whether orphans are removed, whatever the project file says.
        counts: Whether a plan counts who holds what it would destroy.
    """

    version: str
    project: str
    run: str
    proof: StateProof = StateProof()
    step: str = ""
    account: str = ""
    work: bytes = b""
    prune: bool = False
    counts: bool = True

    @property
    def expected(self) -> Expected:
        """What the worker must have: version, project and state, and for which run."""
        return (self.version, self.project, self.run, self.proof.words)

    @property
    def words(self) -> OrderWords:
        """The order as values that every version of Python and schemactl can read."""
        flags = (self.prune, self.counts)
        return (self.expected, self.step, self.account, self.work, flags)


class Cluster(Protocol):
    """A cluster to which the client is connected."""

    def workers(self) -> Mapping[str, int]:
        """Return the number of threads of each worker, by its address."""
        ...

    def refusals(self, order: Order) -> Mapping[str, str]:
        """Return the workers that refuse every order of a run, with their reasons."""
        ...

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        """Give an order to a worker; `done` is called in any thread, once."""
        ...

    def hold(self, step: str, *, halts: bool) -> None:
        """Have workers start no other order of a step; does not wait for them.

        Args:
            step: The step.
            halts: Whether orders in progress end after their current call.
        """
        ...

    def forget(self) -> None:
        """Wait for no answer any more. What a worker has started, it finishes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """How to work through many accounts on a cluster.

    Attributes:
        cluster: The cluster.
        order: What all orders of the run have in common.
        halt: Set once the user asked to stop.
        on_result: Called in the caller's thread as each account ends, in any order.
        on_loss: Called in the caller's thread with the number of workers that are gone.
        min_wait_s: How long an apply waits at least for another one on its account to end.
        grace_s: How long accounts may go on after Ctrl-C.
        patience_s: How long to wait for a worker while there is none.
        steps: Numbers the steps of the run.
    """

    cluster: Cluster
    order: Order
    halt: Event
    on_result: Callable[[AccountResult], None]
    on_loss: Callable[[int], None] = lambda _: None
    min_wait_s: float = 0.0
    grace_s: float = 5.0
    patience_s: float = 60.0
    steps: Iterator[int] = field(default_factory=count)

    @property
    def cut_off(self) -> AccountFailure:
        """Why an account has no result whose worker nobody waits for any more."""
        return LEFT_RUNNING

    def without_grace(self) -> ClusterRun:
        """Return the same; Ctrl-C ends the wait for the accounts in progress at once."""
        return replace(self, grace_s=0.0)

    def each(
        self, targets: Sequence[Target], work: Work, /, *, brake: Brake | None = None
    ) -> Sequence[AccountResult]:
        """Return the result of each account, in the order of the targets.

        Raises:
            ClusterError: There is no worker, and no account was contacted yet.
            WorkerRefusedError: A worker has another version, other files of the project or
                other state, and no account was contacted yet.
        """
        number = next(self.steps)
        if not number:
            self._refuse_other_workers()
        order = replace(self.order, step=f"{self.order.run}-{number}")
        step = _Step(replace(self, order=order), targets, work, brake or Brake())
        while step.is_busy:
            try:
                step.collect(_LOOK_S)
                if step.is_given_up(time.monotonic()):
                    break
                step.fill()
            except KeyboardInterrupt:
                if step.interrupted_at is not None:
                    raise
                step.interrupted_at = time.monotonic()
                self.halt.set()
        self.cluster.forget()
        return step.in_order()

    def _refuse_other_workers(self) -> None:
        if not self.cluster.workers():
            msg = "no worker is connected to the scheduler"
            raise ClusterError(
                msg, hint="start some in a checkout of the project: dask worker ADDRESS"
            )
        refusals = self.cluster.refusals(self.order)
        if refusals:
            shown = [f"{name} {why}" for name, why in sorted(refusals.items())[:_MAX_SHOWN]]
            more = len(refusals) - len(shown)
            rest = [f"{counted(more, 'more worker')} like this"] if more else []
            msg = f"not all workers can do this: {'; '.join([*shown, *rest])}"
            hint = "give all workers this version of schemactl and the same checkout"
            if self.order.proof.token:
                hint += (
                    ", and for what changes accounts the same state: in a store that all reach "
                    "(docs/state.md), or as this user in this folder of this machine"
                )
            raise WorkerRefusedError(msg, hint=hint)


class _Step:
    """The accounts of a step: those to order, those with workers, and those that are done."""

    def __init__(
        self, run: ClusterRun, targets: Sequence[Target], work: Work, brake: Brake
    ) -> None:
        self.interrupted_at: float | None = None
        self._run = run
        self._targets = targets
        self._work = work
        self._brake = brake
        self._next = 0
        self._done = 0
        self._is_lost = False
        self._alone_since: float | None = None
        self._workers: Mapping[str, int] = run.cluster.workers()
        self._lost_workers = 0
        self._results = ResultStore(len(targets))
        self._answers: SimpleQueue[tuple[int, Answer | BaseException]] = SimpleQueue()
        self.fill()

    @property
    def is_busy(self) -> bool:
        """Whether an answer can still come, or an account can still be started."""
        return self._done < self._next or (
            self._next < len(self._targets) and not self._is_held
        )

    @property
    def _is_held(self) -> bool:
        return self._run.halt.is_set() or bool(self._brake.reason)

    def is_given_up(self, now: float) -> bool:
        """Look at the workers; whether to wait no longer for the answers that are missing."""
        run = self._run
        if self._is_held:
            run.cluster.hold(run.order.step, halts=run.halt.is_set())
        if self.interrupted_at is not None and now > self.interrupted_at + run.grace_s:
            return True
        self._look_at_workers()
        self._alone_since = None if self._workers else (self._alone_since or now)
        self._is_lost = (
            self._alone_since is not None and now > self._alone_since + run.patience_s
        )
        return self._is_lost

    def _look_at_workers(self) -> None:
        before, self._workers = self._workers, self._run.cluster.workers()
        if gone := len(before.keys() - self._workers.keys()):
            self._lost_workers += gone
            self._run.on_loss(gone)

    def fill(self) -> None:
        """Order as many accounts as keep all workers busy; more than these only to read."""
        per_thread = 1 if self._work.writes else _ORDERS_PER_THREAD
        most = per_thread * sum(self._workers.values())
        while self._next < len(self._targets) and self._next - self._done < most:
            if self._is_held:
                return
            self._submit(self._next)

    def _submit(self, number: int) -> None:
        name = self._targets[number].account.name
        work = pickle.dumps(self._work.only_for(name), protocol=4)
        order = replace(self._run.order, account=name, work=work)
        self._next = number + 1
        self._run.cluster.submit(order, lambda answer: self._answers.put((number, answer)))

    def collect(self, timeout_s: float) -> None:
        """Take the answers that are there; wait for the first one."""
        try:
            self._take(*self._answers.get(timeout=timeout_s))
            while True:
                self._take(*self._answers.get_nowait())
        except Empty:
            return

    def _take(self, number: int, answer: Answer | BaseException) -> None:
        self._done += 1
        target = self._targets[number]
        if isinstance(answer, BaseException):
            result = self._lost(target, answer)
        elif answer[0] == "held":
            self._results.put(number, self._held(target, was_started=bool(answer[1])))
            return
        elif answer[0] == "refused":
            result = self._refused(target, answer[1])
        else:
            result = _unpickled(target, answer[1], self._lost_code)
        self._brake.note(result)
        self._results.put(number, result)
        self._run.on_result(result)

    def _held(self, target: Target, *, was_started: bool) -> AccountResult:
        if was_started:
            # By another worker, which was lost.
            return result_of(target, CUT_OFF, ExitCode.INTERRUPTED)
        return not_started(target, self._run.halt)

    def _refused(self, target: Target, why: str) -> AccountResult:
        """Return that a worker refuses; one that was lost may have started the account."""
        self._look_at_workers()
        is_untouched = not (self._work.writes and self._lost_workers)
        failure = AccountFailure(message=f"a worker refused: it {why}")
        code = ExitCode.REFUSED if is_untouched else ExitCode.STOPPED
        return result_of(target, failure, code)

    @property
    def _lost_code(self) -> ExitCode:
        """The exit status of an account that a worker may have changed without an answer."""
        return ExitCode.STOPPED if self._work.writes else ExitCode.FAILED

    def _lost(self, target: Target, error: BaseException) -> AccountResult:
        words = str(error).partition("\n")[0] or type(error).__name__
        message = f"the cluster lost this account: {words}"
        hint = CUT_OFF.hint if self._work.writes else _LOST_HINT
        return result_of(target, AccountFailure(message=message, hint=hint), self._lost_code)

    def in_order(self) -> Sequence[AccountResult]:
        """Return all results, and why those are missing that never came."""
        return self._results.in_order(self._missing)

    def _missing(self, number: int) -> AccountResult:
        target, is_ordered = self._targets[number], number < self._next
        if self._is_lost:
            code = self._lost_code if is_ordered else ExitCode.FAILED
            return result_of(target, _NO_WORKER, code)
        if is_ordered:
            return result_of(target, INTERRUPTED, ExitCode.INTERRUPTED)
        return not_started(target, self._run.halt)


def _unpickled(target: Target, pickled: bytes, lost_code: ExitCode) -> AccountResult:
    """Return the result that a worker sent, if it is one of this account."""
    try:
        # From a worker, which could do more harm than by this.
        result: object = pickle.loads(pickled)  # noqa: S301
        if isinstance(result, AccountResult) and _is_of(result, target.account.name):
            return result
    except Exception:  # noqa: BLE001, S110 -- whatever a damaged answer raises
        pass
    failure = AccountFailure(
        message="a worker has sent no result of this account",
        hint="give all workers the same version of schemactl and of Python",
    )
    return result_of(target, failure, lost_code)


def _is_of(result: AccountResult, name: str) -> bool:
    """Whether a result is of an account, and ends with a status that fits it."""
    outcome, code = result.outcome, result.exit_code
    match outcome:
        case AccountFailure():
            fits = code not in {ExitCode.OK, ExitCode.DIFFERENT}
        case AppliedPlan():
            fits = code is outcome.run.exit_code and outcome.plan.account == name
        case Plan() | Drift():
            fits = code in {ExitCode.OK, ExitCode.DIFFERENT} and outcome.account == name
        case _:
            return False
    return fits and result.account == name and isinstance(code, ExitCode)
