"""Work through many accounts on the workers of a cluster, as `runner` does with threads.

An order names an account and what to do. It has no key and no path: a worker has the project
and its credentials itself, and refuses an order of another version of schemactl or for other
files. A cluster may run an order twice, after it lost a worker: commands that only read do no
harm then, and those that write have the account's lock and journal.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from threading import Event
from typing import Final, Literal, Protocol, TypeAlias

from schemactl.account.target import Target
from schemactl.errors import ExitCode, RefusedError, SchemactlError
from schemactl.fleet.result_store import ResultStore
from schemactl.fleet.runner import INTERRUPTED, failed
from schemactl.fleet.work import Work
from schemactl.model.fleet import AccountFailure, AccountResult
from schemactl.text import counted
from schemactl.values import dataclass, replace

_LOOK_S: Final = 1.0
"""How often to look whether there are workers."""
_ORDERS_PER_THREAD: Final = 2
_NO_WORKER: Final = AccountFailure(
    message="no worker of the cluster is left", hint="start workers and run the command again"
)
_MAX_SHOWN: Final = 5

Answer: TypeAlias = tuple[Literal["done"], bytes] | tuple[Literal["refused"], str]
"""What a worker made of an order: a pickled result, or why it refuses."""

OrderWords: TypeAlias = tuple[tuple[str, str, str], str, bytes, tuple[bool, bool]]
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
        account: The name of the account.
        work: What to do, pickled.
        prune: Whether orphans are removed, whatever the project file says.
        counts: Whether a plan counts who holds what it would destroy.
    """

    version: str
    project: str
    run: str
    account: str = ""
    work: bytes = b""
    prune: bool = False
    counts: bool = True

    def of(self, account: str, work: bytes) -> Order:
        """Return the same order for an account."""
        return replace(self, account=account, work=work)

    @property
    def expected(self) -> tuple[str, str, str]:
        """What the worker must have: version and project, and for which run."""
        return (self.version, self.project, self.run)

    @property
    def words(self) -> OrderWords:
        """The order as values that every version of Python and schemactl can read."""
        return (self.expected, self.account, self.work, (self.prune, self.counts))


class Cluster(Protocol):
    """A cluster to which the client is connected."""

    def threads(self) -> int:
        """Return the number of threads of all workers; 0 where there are none."""
        ...

    def refusals(self, order: Order) -> Mapping[str, str]:
        """Return the workers that refuse every order of a run, with their reasons."""
        ...

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        """Give an order to a worker; `done` is called in any thread, once."""
        ...

    def cancel(self) -> None:
        """Take back all orders that no worker has started."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """How to work through many accounts on a cluster.

    Attributes:
        cluster: The cluster.
        order: What all orders of the run have in common.
        halt: Set once the user asked to stop.
        on_result: Called in the caller's thread as each account ends, in any order.
        grace_s: How long accounts may go on after the user asked to stop.
        patience_s: How long to wait for a worker while there is none.
    """

    cluster: Cluster
    order: Order
    halt: Event
    on_result: Callable[[AccountResult], None]
    grace_s: float = 5.0
    patience_s: float = 60.0

    def each(self, targets: Sequence[Target], work: Work) -> Sequence[AccountResult]:
        """Return the result of each account, in the order of the targets.

        Raises:
            ClusterError: There is no worker.
            WorkerRefusedError: A worker has another version, or other files of the project.
        """
        self._refuse_other_workers()
        pending = _Pending(self, targets, work)
        interrupted_at: float | None = None
        alone_since: float | None = None
        while pending.is_busy:
            try:
                pending.collect(_LOOK_S)
                now = time.monotonic()
                if interrupted_at is not None and now > interrupted_at + self.grace_s:
                    break
                alone_since = None if self.cluster.threads() else (alone_since or now)
                if alone_since is not None and now > alone_since + self.patience_s:
                    pending.lost = True
                    break
                pending.fill()
            except KeyboardInterrupt:
                if interrupted_at is not None:
                    raise
                interrupted_at = time.monotonic()
                self.halt.set()
                self.cluster.cancel()
        self.cluster.cancel()
        return pending.in_order()

    def _refuse_other_workers(self) -> None:
        if not self.cluster.threads():
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
            raise WorkerRefusedError(msg, hint=hint)


class _Pending:
    """The accounts of a run: those to order, those with workers, and those that are done."""

    def __init__(self, run: ClusterRun, targets: Sequence[Target], work: Work) -> None:
        self.lost = False
        self._run = run
        self._targets = targets
        self._work = work
        self._next = 0
        self._done = 0
        self._results = ResultStore(len(targets))
        self._answers: SimpleQueue[tuple[int, Answer | BaseException]] = SimpleQueue()
        self.fill()

    @property
    def is_busy(self) -> bool:
        """Whether an answer can still come."""
        return self._done < self._next

    def fill(self) -> None:
        """Order as many accounts as keep all workers busy."""
        most = _ORDERS_PER_THREAD * self._run.cluster.threads()
        while self._next < len(self._targets) and self._next - self._done < most:
            if self._run.halt.is_set():
                return
            self._submit(self._next)

    def _submit(self, number: int) -> None:
        name = self._targets[number].account.name
        work = pickle.dumps(self._work.only_for(name), protocol=4)
        order = self._run.order.of(name, work)
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
        result = _result(self._targets[number], answer)
        self._results.put(number, result)
        self._run.on_result(result)

    def in_order(self) -> Sequence[AccountResult]:
        """Return all results; those that never came are failures."""
        why = _NO_WORKER if self.lost else INTERRUPTED
        code = ExitCode.FAILED if self.lost else ExitCode.INTERRUPTED
        return self._results.in_order(lambda number: failed(self._targets[number], why, code))


def _result(target: Target, answer: Answer | BaseException) -> AccountResult:
    """Return the result of an account; a lost order, or a refused one, is a failure."""
    if isinstance(answer, BaseException):
        words = str(answer).partition("\n")[0] or type(answer).__name__
        failure = AccountFailure(
            message=f"the cluster lost this account: {words}",
            hint="look at the logs of its workers, then run the command again",
        )
        return failed(target, failure, ExitCode.FAILED)
    match answer:
        case ("done", bytes() as pickled):
            return _unpickled(target, pickled)
        case (_, why):
            failure = AccountFailure(message=f"a worker refused: it {why!s}")
            return failed(target, failure, ExitCode.REFUSED)


def _unpickled(target: Target, pickled: bytes) -> AccountResult:
    """Return the result that a worker sent, if it is one of this account."""
    try:
        # From a worker, which could do more harm than by this.
        result: object = pickle.loads(pickled)  # noqa: S301
    except Exception as error:  # noqa: BLE001 -- whatever a damaged answer raises
        result = error
    if isinstance(result, AccountResult) and result.account == target.account.name:
        return result
    failure = AccountFailure(
        message="a worker has sent no result of this account",
        hint="give all workers the same version of schemactl and of Python",
    )
    return failed(target, failure, ExitCode.FAILED)
