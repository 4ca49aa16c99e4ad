"""What a page shows: the account as sections and fields, with what differs marked in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, TypeAlias

from schemactl.model.schema import CONTACTS, Field, Schema, in_object
from schemactl.report.changes import Detail
from schemactl.text import named


@unique
class State(StrEnum):
    """How a thing stands, and what its mark on the page is called."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    BY_HAND = "hand"
    ALONE = "alone"
    SILENT = "silent"
    DONE = "done"
    FAILED = "failed"
    SAME = "same"


@unique
class Tone(StrEnum):
    """How alarming the page's verdict is."""

    CALM = "calm"
    ATTENTION = "attention"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One attribute before and after, or in the account and in the files."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One section, field or tag.

    Attributes:
        name: Fit for being shown.
        state: How it stands.
        mark: Its state in a word.
        type: Of a field; empty for the others.
        words: What is told of it, a line each.
        pairs: What of it is before and after.
        risks: What would be lost, a sentence each.
        place: Where the files speak of it; empty for nowhere.
        anchor: What a link to it ends with; empty for none.
    """

    name: str
    state: State = State.SAME
    mark: str = ""
    type: str = ""
    words: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    risks: tuple[str, ...] = ()
    place: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section with its fields, or the account's tags; `own` is what is told of it itself."""

    name: str
    rows: tuple[Row, ...]
    own: Row | None = None

    @property
    def differs(self) -> bool:
        """Whether anything in it is marked."""
        own = () if self.own is None else (self.own,)
        return any(row.state is not State.SAME for row in (*own, *self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Sentences under a heading of their own."""

    heading: str
    lines: tuple[str, ...]
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All of one page.

    Attributes:
        title: What it is of.
        about: Where that comes from, in a line.
        verdict: The result in one sentence.
        tone: How alarming that is.
        numbers: What is counted, with how often it came up.
        sides: What a pair's sides are called, the account's first.
        notes: What stands above the account: hazards first.
        groups: The account.
        after: What stands below it.
    """

    title: str
    about: str
    verdict: str
    tone: Tone
    numbers: tuple[tuple[str, int], ...] = ()
    sides: tuple[str, str] = ("now", "then")
    notes: tuple[Notes, ...] = ()
    groups: tuple[Group, ...] = ()
    after: tuple[Notes, ...] = ()

    @property
    def shows_all(self) -> bool:
        """Whether what is as it should be is shown from the beginning."""
        rows = sum(len(group.rows) for group in self.groups)
        return rows <= _ROWS_SHOWN or self.states == (State.SAME,)

    @staticmethod
    def label(state: State) -> str:
        """Name a state for whoever filters by it."""
        return _LABELS[state]

    @property
    def states(self) -> tuple[State, ...]:
        """States that come up, in their order."""
        rows = {row.state for group in self.groups for row in group.rows}
        rows |= {group.own.state for group in self.groups if group.own is not None}
        return tuple(state for state in State if state in rows)


@unique
class Whole(StrEnum):
    """Groups of the account as a whole, by their heading."""

    TAGS = "Tags of the account"
    OBJECTS = "Custom objects"


GroupKey: TypeAlias = tuple[str, str] | Whole
"""What a group is about: object and section as they are named after the plan, or a whole.

Never the heading that is shown: two groups may be shown alike.
"""
_ROWS_SHOWN: Final = 300
"""Up to so many rows a reader finds what differs among what does not."""
_LABELS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.ADD: "added",
        State.CHANGE: "changed",
        State.REMOVE: "gone",
        State.BY_HAND: "by hand",
        State.FAILED: "not done",
        State.DONE: "done",
        State.SILENT: "acknowledged",
        State.ALONE: "left alone",
        State.SAME: "the same",
    }
)


def detail_words(details: Iterable[Detail]) -> tuple[str, ...]:
    """Write details out, nothing shortened: a page has room."""
    return tuple(f"{one.sign} {', '.join(one.words)}".strip() for one in details)


def same_row(field: Field) -> Row:
    """Give a field that is as it should be."""
    options = (", ".join(field.options),) if field.options else ()
    flags = [
        word for word, on in (("required", field.required), ("unique", field.unique)) if on
    ]
    return Row(name=named(field.name), type=field.type, words=(*options, *flags))


def grouped(rows: Iterable[tuple[GroupKey, Row, bool]]) -> dict[GroupKey, Group]:
    """Gather rows in their groups, in order; a section may have several rows of its own.

    Args:
        rows: Each with its group, and whether it is about the section itself.
    """
    inner: dict[GroupKey, list[Row]] = {}
    heads: dict[GroupKey, Row] = {}
    for key, row, is_own in rows:
        group = inner.setdefault(key, [])
        if not is_own or heads.setdefault(key, row) is not row:
            group.append(row)
    return {
        key: Group(name=_heading(key), rows=tuple(group), own=heads.get(key))
        for key, group in inner.items()
    }


def draw(
    told: Mapping[GroupKey, Group],
    live: Schema | None,
    *,
    names: Mapping[tuple[str, str], str],
    touched: frozenset[tuple[str, str, str]],
) -> tuple[Group, ...]:
    """Put what is told into the whole account, so that each thing is seen in its place.

    Args:
        told: What differs, by what its group is about.
        live: The account; None where nobody has it, and only what differs is drawn.
        names: What sections of the account, by object and name, are called in the groups
            where otherwise.
        touched: Fields of the account that are told: object, section and name.
    """
    groups = dict(told)
    if live is not None:
        for key, fields in _sections(live, names, touched):
            known = groups.get(key, Group(name=_heading(key), rows=()))
            groups[key] = replace(known, rows=(*known.rows, *map(same_row, fields)))
        tags = groups.pop(Whole.TAGS, Group(name=Whole.TAGS, rows=()))
        known_tags = tuple(
            Row(name=named(tag)) for tag in live.tags if ("", "", tag) not in touched
        )
        if tags.rows or known_tags:
            groups[Whole.TAGS] = replace(tags, rows=(*tags.rows, *known_tags))
    elif Whole.TAGS in groups:
        groups[Whole.TAGS] = groups.pop(Whole.TAGS)
    return tuple(groups.values())


def _heading(key: GroupKey) -> str:
    return key if isinstance(key, Whole) else named(in_object(*key))


def _sections(
    live: Schema,
    names: Mapping[tuple[str, str], str],
    touched: frozenset[tuple[str, str, str]],
) -> Iterator[tuple[tuple[str, str], list[Field]]]:
    for label in (CONTACTS, *(each.label for each in live.objects)):
        for section in live.of(label).sections:
            fields = [
                field
                for field in section.fields
                if (label, section.name, field.name) not in touched
            ]
            yield (label, names.get((label, section.name), section.name)), fields
