"""Faults on demand: which call goes wrong, how, and how often.

A fault is written `TYPES:KIND[:NAME=VALUE…]`, as in `edit_section:cut-after-acting:times=1`.
This decides when a fault strikes; `handling` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, TypeVar

from schemactl.emulator.edits import Edit, parse_edit
from schemactl.emulator.errors import EmulatorError, nearest_word
from schemactl.emulator.legacy.request import RequestType
from schemactl.emulator.rest.request import RestWord

RequestWord: TypeAlias = RequestType | RestWord
"""What a call asks for, on either wire."""
WORDS: Mapping[str, RequestWord] = MappingProxyType(
    {str(word): word for word in (*RequestType, *RestWord)}
)
ANY = "any"
HINT = "Write TYPES:KIND[:NAME=VALUE…], such as add_section:slow:seconds=2."
MAX_SECONDS = 3600.0
MAX_DIGITS = 9

_Word = TypeVar("_Word", bound=StrEnum)


@unique
class FaultKind(StrEnum):
    """How a call goes wrong."""

    NO_ANSWER = "no-answer-after-acting"
    CUT_BEFORE = "cut-before-acting"
    CUT_AFTER = "cut-after-acting"
    SLOW = "slow"
    STATUS_429 = "status-429"
    STATUS_500 = "status-500"
    STATUS_502 = "status-502"
    EMPTY_BODY = "empty-body"
    HTML = "html"
    HALF_BODY = "half-body"
    LYING_SUCCESS = "lying-success"
    LATE = "late"
    OTHER_USER = "other-user"


@unique
class LateAnswer(StrEnum):
    """What a call gets that acts only later: no answer, a failure, or a bad gateway."""

    CUT = "cut"
    FAILURE = "failure"
    BAD_GATEWAY = "502"


@unique
class When(StrEnum):
    """Whether another user's edit comes right before or right after the call."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        kind: How the call goes wrong.
        types: The request types that it strikes; empty for all of them.
        skip: How many of those calls go well before.
        times: How many it strikes after that; None for all that come.
        seconds: How long `slow` waits, `no-answer-after-acting` keeps the connection
            open, `late` waits before it acts.
        reset: Seconds in the x-rate-limit-reset header of `status-429`.
        acts: Whether the account does what the call asks, in spite of the fault.
        answer: What `late` answers.
        when: On which side of the call the other user's edit comes.
        edit: The other user's edit.
    """

    kind: FaultKind
    types: frozenset[RequestWord] = frozenset()
    skip: int = 0
    times: int | None = 1
    seconds: float = 1.0
    reset: int = 30
    acts: bool = False
    answer: LateAnswer = LateAnswer.CUT
    when: When = When.BEFORE
    edit: Edit | None = None

    def __str__(self) -> str:
        types = ",".join(sorted(self.types)) or ANY
        times = "all" if self.times is None else self.times
        options = [f"skip={self.skip}", f"times={times}"]
        for name in sorted(_OPTIONS[self.kind] - {"edit"}):
            value = getattr(self, name)
            options.append(f"{name}={_yes_no(value) if isinstance(value, bool) else value}")
        if self.edit is not None:
            options.append(f"edit={self.edit}")
        return ":".join((types, self.kind, *options))


# What each kind may be told besides skip and times.
_OPTIONS: Mapping[FaultKind, frozenset[str]] = MappingProxyType(
    {
        FaultKind.NO_ANSWER: frozenset({"seconds"}),
        FaultKind.CUT_BEFORE: frozenset(),
        FaultKind.CUT_AFTER: frozenset(),
        FaultKind.SLOW: frozenset({"seconds"}),
        FaultKind.STATUS_429: frozenset({"reset"}),
        FaultKind.STATUS_500: frozenset({"acts"}),
        FaultKind.STATUS_502: frozenset({"acts"}),
        FaultKind.EMPTY_BODY: frozenset({"acts"}),
        FaultKind.HTML: frozenset({"acts"}),
        FaultKind.HALF_BODY: frozenset(),
        FaultKind.LYING_SUCCESS: frozenset(),
        FaultKind.LATE: frozenset({"seconds", "answer"}),
        FaultKind.OTHER_USER: frozenset({"when", "edit"}),
    }
)
_ACTING = frozenset({FaultKind.NO_ANSWER, FaultKind.CUT_AFTER, FaultKind.HALF_BODY})
_SECONDS: Mapping[FaultKind, float] = MappingProxyType(
    {FaultKind.NO_ANSWER: 600.0, FaultKind.LATE: 0.2}
)


class FaultState(NamedTuple):
    """A fault, how many calls it has seen, and how many of these it struck."""

    fault: Fault
    seen: int = 0
    struck: int = 0


class FaultQueue:
    """The faults in force; threads may use it at once."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._lock = Lock()
        self._states = [FaultState(fault=fault) for fault in faults]

    def add(self, faults: tuple[Fault, ...]) -> None:
        """Put faults in force, after those that are."""
        with self._lock:
            self._states.extend(FaultState(fault=fault) for fault in faults)

    def clear(self) -> None:
        """Lift all faults."""
        with self._lock:
            self._states.clear()

    def states(self) -> tuple[FaultState, ...]:
        """Give all faults that were set, also those that have struck for the last time."""
        with self._lock:
            return tuple(self._states)

    def strike(self, request_type: RequestWord | None) -> tuple[Fault, ...]:
        """Give the faults that strike this call, and count it."""
        with self._lock:
            struck: list[Fault] = []
            for place, state in enumerate(self._states):
                fault = state.fault
                if fault.types and request_type not in fault.types:
                    continue
                hits = state.seen >= fault.skip and state.struck != fault.times
                self._states[place] = state._replace(
                    seen=state.seen + 1, struck=state.struck + hits
                )
                if hits:
                    struck.append(fault)
            return tuple(struck)


def parse_fault(text: str) -> Fault:
    """Read `TYPES:KIND[:NAME=VALUE…]`; `edit=` must come last and takes the rest.

    Raises:
        EmulatorError: A word is none of those that may stand there; the nearest is named.
    """
    head, with_edit, edit = text.strip().partition(":edit=")
    types, _, rest = head.partition(":")
    kind_word, *options = rest.split(":")
    if not kind_word:
        msg = f"the fault '{text}' has no kind"
        raise EmulatorError(msg, hint=HINT)
    kind = _word(FaultKind, kind_word, "kind of fault")
    fault = Fault(
        kind=kind,
        types=_types(types),
        acts=kind in _ACTING,
        seconds=_SECONDS.get(kind, 1.0),
    )
    for option in options:
        fault = _with_option(fault, option)
    if with_edit:
        _check_allowed(kind, "edit")
        return replace(fault, edit=parse_edit(edit))
    if kind is FaultKind.OTHER_USER:
        msg = "other-user has no edit"
        raise EmulatorError(msg, hint="Write other-user:edit=add-tag VIP, the edit last.")
    return fault


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read one fault a line; empty lines and lines that begin with `#` do not count.

    Raises:
        EmulatorError: A line is no fault; the message has its number.
    """
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                faults.append(parse_fault(line))
            except EmulatorError as error:
                msg = f"line {number}: {error}"
                raise EmulatorError(msg, hint=error.hint) from error
    return tuple(faults)


def _types(text: str) -> frozenset[RequestWord]:
    if text.strip().lower() in {ANY, "*"}:
        return frozenset()
    words = (word.strip().lower() for word in text.split(","))
    return frozenset(map(request_word, words))


def request_word(text: str) -> RequestWord:
    """Read what a call asks for.

    Raises:
        EmulatorError: No call of either wire asks for that; the nearest is named.
    """
    if text not in WORDS:
        msg = f"no request type '{text}'"
        raise EmulatorError(msg, hint=nearest_word(text, (*WORDS, ANY)))
    return WORDS[text]


def _with_option(fault: Fault, option: str) -> Fault:
    name, _, value = (part.strip() for part in option.partition("="))
    _check_allowed(fault.kind, name)
    match name:
        case "skip":
            return replace(fault, skip=_count(name, value))
        case "times":
            return replace(fault, times=None if value == "all" else _count(name, value))
        case "seconds":
            return replace(fault, seconds=_seconds(value))
        case "reset":
            return replace(fault, reset=_count(name, value))
        case "acts":
            return replace(fault, acts=_truth(value))
        case "answer":
            return replace(fault, answer=_word(LateAnswer, value, "answer"))
        case _:
            return replace(fault, when=_word(When, value, "when"))


def _check_allowed(kind: FaultKind, name: str) -> None:
    allowed = ("skip", "times", *sorted(_OPTIONS[kind]))
    if name not in allowed:
        msg = f"{kind} cannot be told '{name}'"
        raise EmulatorError(msg, hint=nearest_word(name, allowed))


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        msg = f"{name}={value} is no whole number"
        raise EmulatorError(msg, hint=f"Write {name}=1, or any other number from 0.")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_SECONDS:
        msg = f"seconds={value} is no time"
        raise EmulatorError(
            msg, hint=f"Write seconds=0.5, or another from 0 to {MAX_SECONDS:.0f}."
        )
    return seconds


def _truth(value: str) -> bool:
    if value not in {"yes", "no"}:
        msg = f"acts={value} is neither yes nor no"
        raise EmulatorError(
            msg, hint="Write acts=yes where the account is to act all the same."
        )
    return value == "yes"


def _yes_no(value: bool) -> str:  # noqa: FBT001 - the only thing it is about
    return "yes" if value else "no"


def _word(words: type[_Word], text: str, what: str) -> _Word:
    try:
        return words(text)
    except ValueError as error:
        msg = f"no {what} '{text}'"
        raise EmulatorError(msg, hint=nearest_word(text, words)) from error
