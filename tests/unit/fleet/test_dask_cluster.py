"""fleet/dask_cluster.py: what of a client of Dask is used; `tests/contract` has a real one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pytest

from schemactl.fleet import dask_cluster as dask_cluster_module
from schemactl.fleet.cluster_run import Answer, ClusterError, Order
from schemactl.fleet.dask_cluster import DaskCluster, WorkerFunctions, dask_cluster

ORDER = Order(version="1", project="2", run="3", step="3-1", account="acme")


SILENT = "nothing at all"


class Future:
    """A future that is settled already."""

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome

    def result(self) -> object:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def add_done_callback(self, fn: Callable[[Future], None], /) -> None:
        fn(self)


class Client:
    """A client whose workers answer with one outcome."""

    def __init__(self, outcome: object = None) -> None:
        self.outcome = outcome
        self.cancelled: list[Future] = []
        self.keys: list[object] = []
        self.held: list[tuple[object, ...]] = []

    def nthreads(self) -> Mapping[str, int]:
        if isinstance(self.outcome, OSError):
            raise self.outcome
        return {"tcp://one": 2, "tcp://two": 1}

    def run(self, function: object, /, *args: object, **how: object) -> Mapping[str, object]:
        if function is print:
            self.held.append((*args, how["on_error"]))
            raise OSError
        assert (function, args, how["on_error"]) == (str, ORDER.expected, "return")
        if isinstance(self.outcome, OSError | SystemError):
            raise self.outcome
        answers = {"tcp://one": "", "tcp://two": self.outcome}
        asked = how["workers"] or answers
        assert isinstance(asked, list | dict)
        if self.outcome is SILENT and "tcp://two" in asked:
            time.sleep(2)
        return {name: answers[name] for name in asked}

    def submit(self, function: object, /, *args: object, **how: object) -> Future:
        assert (function, args) == (len, ORDER.words)
        self.keys.append(how["key"])
        return Future(self.outcome)

    def cancel(self, futures: Sequence[Future], /) -> None:
        self.cancelled.extend(futures)

    def close(self, timeout: float) -> None:
        del timeout


def cluster_of(client: Client) -> DaskCluster:
    functions: Any = {"perform": len, "refusal": str, "hold": print}
    made: Any = client
    return DaskCluster(made, WorkerFunctions(**functions))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (("done", b"x"), ("done", b"x")),
        (("refused", "why"), ("refused", "why")),
        (("held", "started"), ("held", "started")),
        (("done", "no bytes"), ValueError),
        (None, ValueError),
        (RuntimeError("killed"), RuntimeError),
    ],
)
def test_whatever_a_worker_sends_is_an_answer_or_an_error(
    outcome: object, expected: object
) -> None:
    answers: list[Answer | BaseException] = []
    cluster = cluster_of(client := Client(outcome))
    cluster.submit(ORDER, answers.append)
    (answer,) = answers
    assert answer == expected or isinstance(answer, ValueError | RuntimeError)
    assert isinstance(answer, BaseException) == isinstance(expected, type)
    assert client.keys == ["schemactl-3-1-acme"]
    cluster.forget()
    assert not client.cancelled


def test_workers_that_refuse_or_cannot_run_it_are_named() -> None:
    assert cluster_of(Client("is old")).refusals(ORDER) == {"tcp://two": "is old"}
    (why,) = cluster_of(Client(ModuleNotFoundError("no schemactl"))).refusals(ORDER).values()
    assert "cannot run schemactl (no schemactl)" in why
    assert cluster_of(Client("")).refusals(ORDER) == {}


def test_workers_that_do_not_answer_are_named_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask_cluster_module, "_ANSWER_S", 0.05)
    monkeypatch.setattr(dask_cluster_module, "_LOOK_S", 0.05)
    with pytest.raises(ClusterError, match=r"not all workers answer .*: tcp://two"):
        cluster_of(Client(SILENT)).refusals(ORDER)
    with pytest.raises(SystemError):
        cluster_of(Client(SystemError())).refusals(ORDER)


def test_a_hold_asks_the_workers_and_takes_nothing_back() -> None:
    class Busy(Future):
        def add_done_callback(self, fn: Callable[[Future], None], /) -> None:
            del fn

    class BusyClient(Client):
        def submit(self, function: object, /, *args: object, **how: object) -> Future:
            super().submit(function, *args, **how)
            return Busy(None)

    cluster = cluster_of(client := BusyClient())
    cluster.submit(ORDER, print)
    cluster.hold("3-1", halts=True)
    end = time.monotonic() + 20
    while not client.held and time.monotonic() < end:
        time.sleep(0.001)
    assert client.held == [("3-1", True, "ignore")]
    assert not client.cancelled
    cluster.forget()
    cluster.forget()
    assert len(client.cancelled) == 1


def test_a_lost_scheduler_has_no_workers_and_is_an_error_before_the_first_account() -> None:
    cluster = cluster_of(Client(OSError("gone")))
    assert cluster.workers() == {}
    assert sum(cluster_of(Client()).workers().values()) == 3
    with pytest.raises(ClusterError, match="lost before any account"):
        cluster.refusals(ORDER)


def test_a_missing_extra_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    cluster: Any = dask_cluster("tcp://127.0.0.1:9", cast("Any", None))
    with pytest.raises(ClusterError, match="extra `distributed`") as found, cluster:
        pass
    assert "ontraport-schemactl[distributed]" in str(found.value.hint)
