"""Signals during an apply: what the first one does, and the second."""

from __future__ import annotations

import os
import signal
import tempfile

import pytest

from schemactl.cli.interruption import SIGNALS, Interruption


def caught(number: signal.Signals) -> bool:
    """Send a signal to this process; say whether it ended what was done."""
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        return True
    return False


@pytest.mark.parametrize("number", SIGNALS)
def test_before_anything_is_sent_a_signal_ends_the_command(number: signal.Signals) -> None:
    with tempfile.TemporaryFile("w+") as err, Interruption(err) as interruption:
        assert caught(number)
        assert not interruption.is_asked()


@pytest.mark.parametrize("number", SIGNALS)
def test_while_calls_are_made_the_first_is_noted_and_the_second_ends(
    number: signal.Signals,
) -> None:
    with tempfile.TemporaryFile("w+") as err, Interruption(err) as interruption:
        interruption.arm()
        assert not caught(number)
        assert interruption.is_asked()
        assert os.fstat(err.fileno()).st_size > 0
        err.seek(0)
        assert "finishing the current call" in err.read()
        assert caught(number)


def test_the_signals_are_given_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with tempfile.TemporaryFile("w+") as err, Interruption(err):
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with tempfile.TemporaryFile("w+") as err, Interruption(err):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_stderr_that_is_gone_does_not_keep_the_run_from_ending() -> None:
    err = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed before its time, on purpose
    err.close()
    with Interruption(err) as interruption:
        interruption.arm()
        assert not caught(signal.SIGINT)
        assert interruption.is_asked()
