"""Lists of the emulator's switches, faults and edits, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill
from types import MappingProxyType
from typing import Final

from schemactl.emulator import describe_edits, describe_switches
from schemactl.emulator.faults import FaultKind
from schemactl.emulator.legacy.request import RequestType
from schemactl.emulator.rest.request import RestWord

FAULT_WORDS: Final[Mapping[FaultKind, str]] = MappingProxyType(
    {
        FaultKind.NO_ANSWER: "acts, then keeps the connection open and silent [seconds=600]",
        FaultKind.CUT_BEFORE: "cuts the connection without acting",
        FaultKind.CUT_AFTER: "acts, then cuts the connection",
        FaultKind.SLOW: "acts, and answers late [seconds=1]",
        FaultKind.STATUS_429: "does not act; answers 429 [reset=30]",
        FaultKind.STATUS_500: "answers 500 [acts=no]",
        FaultKind.STATUS_502: "answers 502 [acts=no]",
        FaultKind.EMPTY_BODY: "answers with nothing at all [acts=no]",
        FaultKind.HTML: "answers with a web page [acts=no]",
        FaultKind.HALF_BODY: "acts, then sends half an answer",
        FaultKind.LYING_SUCCESS: "does not act, and answers with success",
        FaultKind.LATE: "answers at once, and acts only later [seconds=0.2, answer=cut]",
        FaultKind.OTHER_USER: "somebody else makes an edit [when=before, edit=LINE, last]",
    }
)
"""What each kind does; in brackets its parameters with their defaults."""


def switches_text() -> str:
    """List the switches with their values, the default first."""
    return "".join(
        f"{switch.name}={' | '.join(switch.values)}\n    {switch.about}\n"
        for switch in describe_switches()
    )


def faults_text() -> str:
    """List the kinds of faults."""
    column = max(map(len, FAULT_WORDS)) + 2
    kinds = "".join(f"{kind:<{column}}{words}\n" for kind, words in FAULT_WORDS.items())
    return (
        f"{kinds}\n"
        "TYPES are requests with commas between, or any. Every kind also takes\n"
        "skip=N (calls that go well before) and times=N or times=all (how many it strikes).\n\n"
        f"Requests of the Contacts API:\n{_words_text(RequestType)}\n"
        f"Requests of the REST API:\n{_words_text(RestWord)}\n"
    )


def _words_text(words: Iterable[str]) -> str:
    return fill(" ".join(words), 80, initial_indent="  ", subsequent_indent="  ")


def edits_text() -> str:
    """List how each edit is written."""
    return "".join(f"{usage}\n" for usage in describe_edits())
