"""The content of a page: blocks of notes, and the account with each difference in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum, unique
from typing import Final, TypeAlias

from schemactl.model.difference import Notice
from schemactl.model.field_types import type_label
from schemactl.model.schema import CONTACTS, Field, Schema, in_object
from schemactl.report.changes import Detail
from schemactl.text import named, named_title
from schemactl.values import dataclass, field, replace

MAX_NAMES_SHOWN: Final = 12
"""Names of a sentence that are shown at once; the others are folded."""
_MIN_LISTED: Final = 3
"""Parts that a list of contents has at least."""


@unique
class State(StrEnum):
    """What is marked on a row; the value is its CSS class."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    MISSING = "missing"
    BY_HAND = "hand"
    FIRST = "first"
    SECOND = "second"
    ORPHAN = "orphan"
    ALONE = "alone"
    SILENT = "silent"
    DONE = "done"
    FAILED = "failed"
    SAME = "same"


@unique
class Tone(StrEnum):
    """How alarming a verdict or a note is."""

    CALM = "calm"
    ATTENTION = "attention"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One attribute before and after, or in the account and in the files."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Link:
    """A name or code; `target` is the id of the element that it jumps to, empty for none."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One section, field or tag.

    Attributes:
        name: Safe to show.
        state: What the row is marked as.
        mark: The text of the mark; empty for the page's label of the state.
        type: Of a field; empty for the others.
        words: Facts about it, one per line.
        pairs: Attributes that differ.
        risks: Codes of hazards, each linked to its sentence.
        place: Where the files declare it; empty for nowhere.
        anchor: Id of the row; empty for none.
    """

    name: str
    state: State = State.SAME
    mark: str = ""
    type: str = ""
    words: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    risks: tuple[Link, ...] = ()
    place: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A section with its fields, or the account's tags.

    Attributes:
        name: The heading.
        rows: The fields or tags.
        own: The row of the section itself; None if nothing is marked about it.
        description: Text below the heading; empty for none.
    """

    name: str
    rows: tuple[Row, ...]
    own: Row | None = None
    description: str = ""

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """The section's own row, then the others."""
        return self.rows if self.own is None else (self.own, *self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sentence and what it is about.

    Attributes:
        text: Shown once, however many names follow.
        links: The names that it is about.
        lines: Sentences below it.
        code: Lines to copy.
        steps: Lines in order, shown when the reader asks for them.
        steps_heading: What they are.
        anchor: Id of the entry; empty for none.
    """

    text: str
    links: tuple[Link, ...] = ()
    lines: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    steps_heading: str = ""
    anchor: str = ""

    @property
    def size(self) -> int:
        """How many things it is about."""
        return max(1, len(self.links))

    @property
    def shown_links(self) -> tuple[Link, ...]:
        """The names that are shown at once."""
        return self.links[:MAX_NAMES_SHOWN]

    @property
    def folded_links(self) -> tuple[Link, ...]:
        """The names that are shown when the reader asks for them."""
        return self.links[MAX_NAMES_SHOWN:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Entries, under a heading of their own unless it is empty."""

    heading: str
    entries: tuple[Entry, ...]
    tone: Tone = Tone.CALM

    @property
    def size(self) -> int:
        """How many things the entries are about."""
        return sum(entry.size for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the page outside of the account, such as what a reader must decide."""

    heading: str
    notes: tuple[Notes, ...]

    @property
    def size(self) -> int:
        """How many things its notes are about."""
        return sum(one.size for one in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All of one page.

    Attributes:
        title: Its subject.
        about: Where the content comes from, in a line.
        verdict: The result in one sentence.
        tone: How alarming that is.
        numbers: Counts, each with its name.
        sides: Names of the two sides of a pair.
        labels: Names of states for the filters and marks, where not the usual ones.
        is_comparison: Whether both sides are equal: nothing is old, new or wrong.
        quiet: States that are hidden until the reader asks for them.
        before: Blocks above the account: what must be decided first.
        account: Heading of the account.
        groups: The account.
        after: Blocks below the account.
    """

    title: str
    about: str
    verdict: str
    tone: Tone
    numbers: tuple[tuple[str, int], ...] = ()
    sides: tuple[str, str] = ("now", "after")
    labels: Mapping[State, str] = field(default_factory=dict)
    is_comparison: bool = False
    quiet: frozenset[State] = frozenset({State.SAME})
    before: tuple[Block, ...] = ()
    account: str = "The account, section by section"
    groups: tuple[Group, ...] = ()
    after: tuple[Block, ...] = ()

    @property
    def shown(self) -> frozenset[State]:
        """States that are shown from the start: quiet ones only if there are no others."""
        return frozenset(self.states) - self.quiet or frozenset(self.states)

    def difference_count(self, group: Group) -> int:
        """Count the rows of a group that are not quiet."""
        return sum(row.state not in self.quiet for row in group.all_rows)

    @property
    def has_contents(self) -> bool:
        """Whether there are parts enough to list."""
        return len(self.groups) + len(self.before) + len(self.after) >= _MIN_LISTED

    def label(self, state: State) -> str:
        """Return the name of a state."""
        return self.labels.get(state) or _label(state)

    def count(self, state: State) -> int:
        """Count the rows in a state."""
        return sum(row.state is state for group in self.groups for row in group.all_rows)

    @property
    def states(self) -> tuple[State, ...]:
        """States of the rows, each once, in a fixed order."""
        rows = {row.state for group in self.groups for row in group.all_rows}
        return tuple(state for state in State if state in rows)


@unique
class Whole(StrEnum):
    """Groups that belong to no section, by their heading."""

    TAGS = "Tags of the account"
    OBJECTS = "Custom objects"


GroupKey: TypeAlias = tuple[str, str] | Whole
"""What a group is about: object and section by their names after the plan, or a whole.

Never the heading that is shown: two groups may have the same one.
"""


def _label(state: State) -> str:
    match state:
        case State.ADD:
            return "added"
        case State.CHANGE:
            return "changed"
        case State.REMOVE:
            return "removed"
        case State.BY_HAND:
            return "by hand"
        case State.FAILED:
            return "not done"
        case State.SAME:
            return "unchanged"
        case (
            State.DONE
            | State.MISSING
            | State.FIRST
            | State.SECOND
            | State.ORPHAN
            | State.ALONE
            | State.SILENT
        ):
            return state.value


def detail_words(details: Iterable[Detail]) -> tuple[str, ...]:
    """Return details in full: a page has room."""
    return tuple(f"{one.sign} {', '.join(one.words)}".strip() for one in details)


def notice_entry(notice: Notice) -> Entry:
    """Return the entry of a notice."""
    return Entry(text=f"{named_title(notice.about)}: {notice.message} [{notice.code}]")


def same_row(same: Field) -> Row:
    """Return the row of a field that does not differ."""
    options = (", ".join(same.options),) if same.options else ()
    flags = [word for word, on in (("required", same.required), ("unique", same.unique)) if on]
    return Row(name=named(same.name), type=type_label(same.type), words=(*options, *flags))


def grouped(rows: Iterable[tuple[GroupKey, Row, bool]]) -> dict[GroupKey, Group]:
    """Return rows by group, in order; a section may have several rows of its own.

    Args:
        rows: Each with its group and whether it is about the section itself.
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
    marked: Mapping[GroupKey, Group],
    live: Schema | None,
    *,
    names: Mapping[tuple[str, str], str],
    touched: frozenset[tuple[str, str, str]],
) -> tuple[Group, ...]:
    """Return the whole account with each difference in its place.

    Args:
        marked: Groups of what differs.
        live: The account; None if it is unknown, and then only what differs is drawn.
        names: For sections of the account, by object and name, their names in the groups
            if those are others.
        touched: Fields of the account that the groups hold: object, section and name.
    """
    groups = dict(marked)
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
                one for one in section.fields if (label, section.name, one.name) not in touched
            ]
            yield (label, names.get((label, section.name), section.name)), fields
