"""A Dask cluster as the place where accounts are worked on; `distributed` is an extra."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Final, Protocol, TypeAlias

from schemactl.fleet.cluster_run import Answer, ClusterError, Order
from schemactl.text import and_list
from schemactl.values import dataclass


class _Future(Protocol):
    """What is used of a future of `distributed`."""

    def result(self) -> object: ...

    def add_done_callback(self, fn: Callable[[_Future], None], /) -> None: ...


class _Client(Protocol):
    """What is used of the client of `distributed`."""

    def nthreads(self) -> Mapping[str, int]: ...

    def run(
        self, function: object, /, *args: object, **how: object
    ) -> Mapping[str, object]: ...

    def submit(self, function: object, /, *args: object, **how: object) -> _Future: ...

    def cancel(self, futures: Sequence[_Future], /) -> None: ...

    def close(self, timeout: float) -> None: ...


_CONNECT_S: Final = 10.0
_ANSWER_S: Final = 60.0
"""How long workers may take to read the project and to look for the state."""
_LOOK_S: Final = 5.0
_MAX_NAMED: Final = 5

_Answers: TypeAlias = Mapping[str, object] | BaseException
"""What workers answered, by their addresses, or why nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFunctions:
    """What workers are asked to call.

    Attributes:
        perform: Executes an order.
        refusal: Returns why every order of a run is refused; empty if none is.
        hold: Starts no other order of a step.
    """

    perform: Callable[..., Answer]
    refusal: Callable[..., str]
    hold: Callable[[str, bool], None]


class DaskCluster:
    """A client of a Dask scheduler.

    Args:
        client: The connected client of `distributed`.
        functions: What workers are asked to call.
    """

    def __init__(self, client: _Client, functions: WorkerFunctions) -> None:
        self._client = client
        self._functions = functions
        self._futures: set[_Future] = set()
        self._holding: Thread | None = None

    def workers(self) -> Mapping[str, int]:
        """Return the number of threads of each worker; nothing if the scheduler is lost."""
        try:
            return self._client.nthreads()
        except (OSError, TimeoutError, ValueError):
            return {}

    def refusals(self, order: Order) -> Mapping[str, str]:
        """Return the workers that refuse, with their reasons."""
        answers = self._answers_to(order, _ANSWER_S)
        if answers is None:
            # One that is stopped keeps the answers of all others back.
            names = list(self.workers())
            asked = {name: self._ask(order, [name]) for name in names}
            end = monotonic() + _LOOK_S
            silent = [name for name in names if _first(asked[name], end - monotonic()) is None]
            who = and_list(silent[:_MAX_NAMED]) or "some of them"
            msg = f"not all workers answer within {_ANSWER_S:.0f} seconds: {who}"
            hint = "look at their logs, stop them, and run the command again"
            raise ClusterError(msg, hint=hint)
        reasons = {
            name: answer if isinstance(answer, str) else f"cannot run schemactl ({answer})"
            for name, answer in answers.items()
        }
        return {name: why for name, why in reasons.items() if why}

    def _answers_to(self, order: Order, patience_s: float) -> Mapping[str, object] | None:
        """Return what all workers say of an order; None if one does not answer in time."""
        found = _first(self._ask(order, None), patience_s)
        if isinstance(found, OSError | TimeoutError):
            msg = "the scheduler was lost before any account was contacted"
            raise ClusterError(msg, hint="run the command again") from found
        if isinstance(found, BaseException):
            raise found
        return found

    def _ask(self, order: Order, workers: Sequence[str] | None) -> SimpleQueue[_Answers]:
        """Ask workers whether they refuse; what they answer is put into the queue."""
        answers: SimpleQueue[_Answers] = SimpleQueue()

        def ask() -> None:
            refusal, expected = self._functions.refusal, order.expected
            try:
                answers.put(
                    self._client.run(refusal, *expected, on_error="return", workers=workers)
                )
            except BaseException as error:  # noqa: BLE001 -- raised by whoever waits
                answers.put(error)

        Thread(target=ask, daemon=True).start()
        return answers

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        """Give an order to a worker."""
        future = self._client.submit(
            self._functions.perform,
            *order.words,
            key=f"schemactl-{order.step}-{order.account}",
            pure=False,
        )
        self._futures.add(future)

        def settle(settled: _Future) -> None:
            self._futures.discard(settled)
            done(_answer(settled))

        future.add_done_callback(settle)

    def hold(self, step: str, *, halts: bool) -> None:
        """Have workers start no other order of a step.

        Nobody waits for it, since a worker may not answer. It is to be called again from time
        to time: other workers may have joined.
        """
        if self._holding is None or not self._holding.is_alive():
            self._holding = Thread(target=self._hold, args=(step, halts), daemon=True)
            self._holding.start()

    def _hold(self, step: str, halts: bool) -> None:  # noqa: FBT001 -- as Dask passes it on
        try:
            self._client.run(self._functions.hold, step, halts, on_error="ignore")
        except BaseException:  # noqa: BLE001 -- also what a client raises that was closed
            return

    def forget(self) -> None:
        """Wait for no answer any more.

        The scheduler takes back what no worker has started. What one has, it finishes; so
        this is only for what nobody waits for.
        """
        futures, self._futures = list(self._futures), set()
        if futures:
            self._client.cancel(futures)


def _first(answers: SimpleQueue[_Answers], patience_s: float) -> _Answers | None:
    """Return what comes first; None if nothing comes in time."""
    try:
        return answers.get(timeout=max(patience_s, 0))
    except Empty:
        return None


def _answer(future: _Future) -> Answer | BaseException:
    """Return what came of an order, which never raises here."""
    try:
        answer = future.result()
    except BaseException as error:  # noqa: BLE001 -- whatever a worker raised
        return error
    match answer:
        case ("done", bytes() as pickled):
            return "done", pickled
        case ("refused", str() as why):
            return "refused", why
        case ("held", str() as was_started):
            return "held", was_started
        case _:
            return ValueError("a worker has sent no answer of schemactl")


@contextmanager
def dask_cluster(address: str, functions: WorkerFunctions) -> Iterator[DaskCluster]:
    """Yield the cluster of a scheduler.

    Raises:
        ClusterError: The extra is not installed, or the scheduler cannot be reached.
    """
    try:
        from distributed import Client
    except ImportError as error:
        msg = "--engine dask requires the extra `distributed`, which is not installed"
        hint = "pip install 'ontraport-schemactl[distributed]', here and on the workers"
        raise ClusterError(msg, hint=hint) from error
    connect: Callable[..., Any] = Client
    try:
        client: _Client = connect(
            address, timeout=_CONNECT_S, set_as_default=False, name="schemactl"
        )
    except (OSError, TimeoutError, ValueError) as error:
        msg = f"the scheduler {address} cannot be reached"
        hint = "check the address, and that `dask scheduler` runs there"
        raise ClusterError(msg, hint=hint) from error
    try:
        yield DaskCluster(client, functions)
    finally:
        client.close(timeout=_CONNECT_S)
