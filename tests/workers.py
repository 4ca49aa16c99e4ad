"""A pytest plugin: `--workers N` forks N processes that share the tests among them.

Workers are forked after the tests are collected, so that collecting, importing and
instrumenting happen once. Each worker takes a test, or a group of tests, whenever it is free.

Tests marked with the same `group` run in one worker, one after the other: they share
something that is expensive to start.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final

import pytest

FORK: Final = multiprocessing.get_context("fork")
NUMBER_BYTES: Final = 4
MAX_SILENCE_S: Final = 900
"""How long all workers may report nothing: three times what a test may take."""
END_S: Final = 60
"""How long a worker may take to exit after its last message."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--workers`."""
    parser.getgroup("workers").addoption(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="run tests in N forked processes (default: in this one)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark `group`."""
    config.addinivalue_line("markers", "group(name): run the tests of a group in one worker")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in workers, if there are to be any."""
    count: int = session.config.getoption("workers")
    if count == 0 or session.testsfailed or session.config.option.collectonly:
        return None  # pytest's own loop knows what to do.
    _Run(session).run(count)
    return True


class _Run:
    """One run of all tests in workers, seen from the process that reports the results."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._config = session.config
        self._batches = batch_items(session.items)
        self._workers: dict[Connection, BaseProcess] = {}
        self._unfinished = {item.nodeid: item for item in session.items}
        self._deaths: list[str] = []

    def run(self, count: int) -> None:
        """Run all tests and report each; a test without a result has failed."""
        gc.freeze()  # What all workers share stays shared.
        with tempfile.TemporaryFile(buffering=0) as queue:
            # The workers share the file's offset: each read takes the next number.
            numbers = range(len(self._batches))
            queue.write(b"".join(number.to_bytes(NUMBER_BYTES) for number in numbers))
            queue.seek(0)
            try:
                for _ in range(count):
                    self._start_worker(queue.fileno())
                while self._workers and self._receive():
                    pass
            finally:
                for worker in self._workers.values():
                    worker.terminate()
                    worker.join(END_S)
                    worker.kill()
        self._report_unfinished()
        if self._deaths:
            self._session.shouldfail = "; ".join(self._deaths)
            raise self._session.Failed(self._session.shouldfail)

    def _start_worker(self, queue: int) -> None:
        receiver, sender = FORK.Pipe(duplex=False)
        worker = FORK.Process(target=_work, args=(self._session, self._batches, queue, sender))
        worker.start()
        sender.close()  # So that the pipe ends when the worker does.
        self._workers[receiver] = worker

    def _receive(self) -> bool:
        """Wait for reports; return whether there were any, so that the run goes on."""
        ready = wait(list(self._workers), MAX_SILENCE_S)
        if not ready:
            self._deaths.append(f"no worker reported anything for {MAX_SILENCE_S} s")
        for receiver in ready:
            assert isinstance(receiver, Connection)
            try:
                message = receiver.recv()
            except EOFError:
                self._end_worker(receiver)
            else:
                self._report(message)
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)
        return bool(ready)

    def _report(self, message: dict[str, object]) -> None:
        hook = self._config.hook
        report = hook.pytest_report_from_serializable(config=self._config, data=message)
        if report.when == "teardown":
            self._unfinished.pop(report.nodeid, None)
        hook.pytest_runtest_logreport(report=report)

    def _end_worker(self, receiver: Connection) -> None:
        worker = self._workers.pop(receiver)
        receiver.close()
        worker.join(END_S)
        if worker.exitcode != 0:
            self._deaths.append(f"{worker.name} ended with {worker.exitcode}")

    def _report_unfinished(self) -> None:
        for item in self._unfinished.values():
            reason = f"no result: {'; '.join(self._deaths) or 'no worker finished it'}"
            self._config.hook.pytest_runtest_logreport(
                report=pytest.TestReport(
                    nodeid=item.nodeid,
                    location=item.location,
                    keywords={},
                    outcome="failed",
                    longrepr=reason,
                    when="call",
                )
            )


def batch_items(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Return the tests in batches, each for one worker, the largest first."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        mark = item.get_closest_marker("group")
        groups.setdefault(f"group {mark.args[0]}" if mark else item.nodeid, []).append(item)
    return sorted(groups.values(), key=len, reverse=True)


def _work(
    session: pytest.Session,
    batches: Sequence[Sequence[pytest.Item]],
    queue: int,
    sender: Connection,
) -> None:
    """Run batches in this process, which was forked for it, until there are no more."""
    config = session.config
    capture = config.pluginmanager.getplugin("capturemanager")
    # The files that collect output would be shared with the other workers.
    capture.stop_global_capturing()
    capture.start_global_capturing()
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(_Reporter(config, sender))
    random.seed()
    items = _take_items(batches, queue)
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        item = following


def _take_items(batches: Sequence[Sequence[pytest.Item]], queue: int) -> Iterator[pytest.Item]:
    while number := os.read(queue, NUMBER_BYTES):
        yield from batches[int.from_bytes(number)]


class _Reporter:
    """Sends the reports of a worker to the process that shows them."""

    def __init__(self, config: pytest.Config, sender: Connection) -> None:
        self._config = config
        self._sender = sender

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send one report."""
        hook = self._config.hook
        self._sender.send(
            hook.pytest_report_to_serializable(config=self._config, report=report)
        )
