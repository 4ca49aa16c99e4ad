"""cli.process: waiting ends when the user asks to stop."""

from __future__ import annotations

import time

from schemactl.cli.process import sleep_unless


def test_a_sleep_lasts_as_long_as_asked() -> None:
    start = time.monotonic()
    sleep_unless(lambda: False, 0.15)
    assert time.monotonic() - start >= 0.15


def test_a_sleep_ends_soon_after_somebody_asks_to_stop() -> None:
    asked = iter([False, False, True])
    start = time.monotonic()
    sleep_unless(lambda: next(asked), 60)
    assert time.monotonic() - start < 10
