"""A cluster whose workers are threads of the test's process: the code of a real worker."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from threading import Thread

from schemactl.cli import worker
from schemactl.fleet.cluster_run import Answer, Order
from schemactl.fleet.work import Work


def writes(order: Order) -> bool:
    """Whether an order makes calls."""
    work: Work = pickle.loads(order.work)  # noqa: S301 -- from this process
    return work.writes


class FakeCluster:
    """A cluster that loses the account `lose`.

    Attributes:
        orders: All that were given to it.
        threads: Those of its one worker; with none, there is no worker.
        held: The steps that are held, and whether they are halted.
    """

    def __init__(self, *, lose: str = "", threads: int = 2) -> None:
        self.orders: list[Order] = []
        self.threads = threads
        self.held: dict[str, bool] = {}
        self.is_forgotten = False
        self.reasons: Mapping[str, str] = {}
        self._lose = lose

    def workers(self) -> Mapping[str, int]:
        return {"tcp://one": self.threads} if self.threads else {}

    def refusals(self, order: Order) -> Mapping[str, str]:
        why = worker.refusal(*order.expected)
        return {"tcp://one": why} if why else self.reasons

    def submit(self, order: Order, done: Callable[[Answer | BaseException], None]) -> None:
        self.orders.append(order)

        def act() -> None:
            if order.account == self._lose:
                done(RuntimeError("killed\nworker"))
            else:
                done(self.perform(order))

        Thread(target=act, daemon=True).start()

    def perform(self, order: Order) -> Answer:
        """Execute an order as a worker does."""
        return worker.perform(*order.words)

    def hold(self, step: str, *, halts: bool) -> None:
        self.held[step] = halts
        worker.hold(step, halts)

    def forget(self) -> None:
        self.is_forgotten = True
