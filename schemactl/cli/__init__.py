"""The command line: options in, one call of `pipeline`, a result out.

Only this folder prints, asks and ends the process. Each command has a module in `commands`,
which is imported only when the command is called.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from types import FrameType
from typing import Final, NoReturn

_INTERRUPTED: Final = 130
"""The same as in `errors.ExitCode`, which may not be imported yet."""
_OBJECTS_BEFORE_COLLECTION: Final = 2_000_000
"""With Python's default of 700 it would search for cycles, of which a command makes few.

Drift of a hundred accounts leaves 5,000 such objects, and a plan of 50,000 fields makes 1.5
million, which a search visits in vain.
"""


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process.

    The rest of the program is imported here. Meanwhile Ctrl-C ends the process with one line;
    Python would print the traceback of an import.
    """
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    ended_with: list[int] = []
    atexit.register(_end_at_once, ended_with)
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_heeded:  # A program in the background is started with the signal ignored.
        signal.signal(signal.SIGINT, _leave)
    try:
        from schemactl.cli.boundary import run

        if is_heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        _leave(signal.SIGINT, None)
    if is_heeded:
        # The result is written, so nothing is lost.
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(status))
    ended_with.append(status)
    sys.exit(status)


def _end_at_once(ended_with: list[int]) -> None:
    """End the process without freeing each object, which takes a tenth of a short command.

    It is called after all other functions that are registered later, and after all threads.
    """
    for status in ended_with:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # Python reports it.
        os._exit(status)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End the process without a traceback, whatever it is doing."""
    del number, frame
    try:
        os.write(2, b"error: interrupted\n")
    finally:
        os._exit(_INTERRUPTED)


__all__ = ["main"]
