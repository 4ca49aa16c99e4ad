"""Faults on demand: which call goes wrong, how, and how often.

A fault is written `TYPES:KIND[:NAME=VALUE…]`, as in `edit_section:cut-after-acting:times=1`.
This module decides when a fault applies; `handling` applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from threading import Lock
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from schemactl.emulator.edits import Edit, parse_edit
from schemactl.emulator.errors import EmulatorError, nearest_word
from schemactl.emulator.legacy.request import RequestType
from schemactl.emulator.rest.request import RestWord

RequestWord: TypeAlias = RequestType | RestWord
"""A request of either API."""
WORDS: Mapping[str, RequestWord] = MappingProxyType(
    {str(word): word for word in (*RequestType, *RestWord)}
)
ANY = "any"
HINT = "write TYPES:KIND[:NAME=VALUE…], such as add_section:slow:seconds=2"
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
    """The answer to a call that acts only later: none, a failure, or a bad gateway."""

    CUT = "cut"
    FAILURE = "failure"
    BAD_GATEWAY = "502"


@unique
class When(StrEnum):
    """Whether another user's edit comes right before or right after the call."""

    BEFORE = "before"
    AFTER = "after"


@unique
class Option(StrEnum):
    """What can be set of a fault."""

    SKIP = "skip"
    TIMES = "times"
    SECONDS = "seconds"
    RESET = "reset"
    ACTS = "acts"
    ANSWER = "answer"
    WHEN = "when"
    EDIT = "edit"
    RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        kind: How the call goes wrong.
        types: The requests that it applies to; empty for all of them.
        skip: How many of these calls succeed first.
        times: How many calls after that it applies to; None for all.
        seconds: How long `slow` waits, `no-answer-after-acting` keeps the connection
            open, `late` waits before it acts.
        reset: Seconds in the x-rate-limit-reset header of `status-429`.
        acts: Whether the account does what the call asks despite the fault.
        answer: What `late` answers.
        when: Whether the other user's edit comes before or after the call.
        edit: The other user's edit.
        records: After how many records of a call on several it happens; None for no such
            place. The account then does no more of the call, or the edit comes there.
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
    records: int | None = None

    def __str__(self) -> str:
        types = ",".join(sorted(self.types)) or ANY
        values: Mapping[Option, object] = {
            Option.SKIP: self.skip,
            Option.TIMES: "all" if self.times is None else self.times,
            Option.ACTS: "yes" if self.acts else "no",
            Option.ANSWER: self.answer,
            Option.RESET: self.reset,
            Option.SECONDS: self.seconds,
            Option.WHEN: self.when,
            Option.RECORDS: self.records,
            Option.EDIT: self.edit,
        }
        allowed = [
            option
            for option in values
            if option in _allowed_options(self.kind) and values[option] is not None
        ]
        return ":".join((types, self.kind, *(f"{one}={values[one]}" for one in allowed)))


# The options of each kind besides skip and times.
_OPTIONS: Mapping[FaultKind, frozenset[Option]] = MappingProxyType(
    {
        FaultKind.NO_ANSWER: frozenset({Option.SECONDS, Option.RECORDS}),
        FaultKind.CUT_BEFORE: frozenset(),
        FaultKind.CUT_AFTER: frozenset({Option.RECORDS}),
        FaultKind.SLOW: frozenset({Option.SECONDS}),
        FaultKind.STATUS_429: frozenset({Option.RESET}),
        FaultKind.STATUS_500: frozenset({Option.ACTS, Option.RECORDS}),
        FaultKind.STATUS_502: frozenset({Option.ACTS, Option.RECORDS}),
        FaultKind.EMPTY_BODY: frozenset({Option.ACTS}),
        FaultKind.HTML: frozenset({Option.ACTS}),
        FaultKind.HALF_BODY: frozenset(),
        FaultKind.LYING_SUCCESS: frozenset(),
        FaultKind.LATE: frozenset({Option.SECONDS, Option.ANSWER}),
        FaultKind.OTHER_USER: frozenset({Option.WHEN, Option.EDIT, Option.RECORDS}),
    }
)
_ACTING = frozenset({FaultKind.NO_ANSWER, FaultKind.CUT_AFTER, FaultKind.HALF_BODY})
_SECONDS: Mapping[FaultKind, float] = MappingProxyType(
    {FaultKind.NO_ANSWER: 600.0, FaultKind.LATE: 0.2}
)


class FaultState(NamedTuple):
    """A fault, how many calls it has seen, and to how many of these it applied."""

    fault: Fault
    seen: int = 0
    struck: int = 0


class FaultQueue:
    """The current faults; safe to use from several threads."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._lock = Lock()
        self._states = [FaultState(fault=fault) for fault in faults]

    def add(self, faults: tuple[Fault, ...]) -> None:
        """Add faults after the current ones."""
        with self._lock:
            self._states.extend(FaultState(fault=fault) for fault in faults)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._states.clear()

    def states(self) -> tuple[FaultState, ...]:
        """Return all faults that were set, also those that no longer apply."""
        with self._lock:
            return tuple(self._states)

    def strike(self, request_type: RequestWord | None) -> tuple[Fault, ...]:
        """Return the faults that apply to this call, and count it."""
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
        EmulatorError: A word is unknown; the hint names the nearest.
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
        _allowed_option(kind, "edit")
        return replace(fault, edit=parse_edit(edit))
    if kind is FaultKind.OTHER_USER:
        msg = "other-user has no edit"
        raise EmulatorError(msg, hint="write other-user:edit=add-tag VIP, the edit last")
    return fault


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read one fault per line; empty lines and lines that begin with `#` are ignored.

    Raises:
        EmulatorError: A line is not a fault; the message has its number.
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
    """Read the word of a request.

    Raises:
        EmulatorError: Neither API has it; the hint names the nearest.
    """
    if text not in WORDS:
        msg = f"no request type '{text}'"
        raise EmulatorError(msg, hint=nearest_word(text, (*WORDS, ANY)))
    return WORDS[text]


def _with_option(fault: Fault, text: str) -> Fault:
    name, _, value = (part.strip() for part in text.partition("="))
    match _allowed_option(fault.kind, name):
        case Option.RECORDS:
            return replace(fault, records=_records(value), acts=True)
        case (Option.SKIP | Option.TIMES | Option.RESET) as option:
            return _with_count(fault, option, value)
        case Option.SECONDS:
            return replace(fault, seconds=_seconds(value))
        case Option.ACTS:
            return replace(fault, acts=_truth(value))
        case Option.ANSWER:
            return replace(fault, answer=_word(LateAnswer, value, "answer"))
        case Option.WHEN:
            return replace(fault, when=_word(When, value, "when"))
        case Option.EDIT:
            return replace(fault, edit=parse_edit(value))


def _with_count(
    fault: Fault, option: Literal[Option.SKIP, Option.TIMES, Option.RESET], value: str
) -> Fault:
    match option:
        case Option.SKIP:
            return replace(fault, skip=_count(option, value))
        case Option.TIMES:
            return replace(fault, times=None if value == "all" else _count(option, value))
        case Option.RESET:
            return replace(fault, reset=_count(option, value))


def _allowed_options(kind: FaultKind) -> tuple[Option, ...]:
    return (Option.SKIP, Option.TIMES, *sorted(_OPTIONS[kind]))


def _allowed_option(kind: FaultKind, name: str) -> Option:
    allowed = _allowed_options(kind)
    if name not in allowed:
        msg = f"{kind} has no option '{name}'"
        raise EmulatorError(msg, hint=nearest_word(name, allowed))
    return Option(name)


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        msg = f"{name}={value} is not a whole number"
        raise EmulatorError(msg, hint=f"write {name}=1, or any other number from 0")
    return int(value)


def _records(value: str) -> int:
    number = _count(Option.RECORDS, value)
    if not number:
        msg = "records=0 is before all records"
        raise EmulatorError(msg, hint="write records=1, or a fault that does not act")
    return number


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_SECONDS:
        msg = f"seconds={value} is not a time"
        raise EmulatorError(
            msg, hint=f"write seconds=0.5, or another from 0 to {MAX_SECONDS:.0f}"
        )
    return seconds


def _truth(value: str) -> bool:
    if value not in {"yes", "no"}:
        msg = f"acts={value} is neither yes nor no"
        raise EmulatorError(msg, hint="write acts=yes if the account should act all the same")
    return value == "yes"


def _word(words: type[_Word], text: str, what: str) -> _Word:
    try:
        return words(text)
    except ValueError as error:
        msg = f"no {what} '{text}'"
        raise EmulatorError(msg, hint=nearest_word(text, words)) from error
