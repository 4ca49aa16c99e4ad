"""Orphans in a plan: grouped by the apply that created them, with lines that remove them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemactl.model.change_title import title_of_change
from schemactl.model.difference import Notice, NoticeCode, Orphan, Unmanaged, UnmanagedKind
from schemactl.model.plan import Permission, Plan
from schemactl.model.schema import CONTACTS, in_object
from schemactl.report.agreement import agreement_words, is_full_agreement
from schemactl.text import created_by_apply, named, quoted
from schemactl.values import NamedTuple

WAY_OUT: Final = "To remove them, use --prune, or put these lines into a schema file"


class OrphanGroup(NamedTuple):
    """What one apply created: its names, and why pruning leaves some of them."""

    origin: str
    names: tuple[str, ...]
    kept: tuple[str, ...]


def heading_of_orphans(orphans: Sequence[Orphan]) -> str:
    """Return the heading above orphans."""
    return f"Created by an apply, and no longer declared ({len(orphans):,}) [orphan]"


def group_orphans(orphans: Iterable[Orphan]) -> tuple[OrphanGroup, ...]:
    """Return orphans by the apply that created them, in the order of the account."""
    groups: dict[str, list[Orphan]] = {}
    for orphan in orphans:
        groups.setdefault(created_by_apply(orphan.at, orphan.commit), []).append(orphan)
    return tuple(
        OrphanGroup(
            origin,
            tuple(name_of(one.thing) for one in found),
            tuple(_kept(one) for one in found if one.kept is not None),
        )
        for origin, found in groups.items()
    )


def orphan_sentences(orphans: Iterable[Orphan]) -> tuple[str, ...]:
    """Return a line for each apply, and one for each orphan that pruning leaves."""
    groups = group_orphans(orphans)
    created = (f"{one.origin}: {', '.join(one.names)}" for one in groups)
    return (*created, *(text for one in groups for text in one.kept))


def name_of(thing: Unmanaged) -> str:
    """Return an object's name as changes show it: `section Sales`, `Sales / Region`."""
    match thing.kind:
        case UnmanagedKind.SECTION:
            return f"section {named(in_object(thing.custom_object, thing.name))}"
        case UnmanagedKind.FIELD:
            section = named(in_object(thing.custom_object, thing.section or ""))
            return f"{section} / {named(thing.name)}"
        case UnmanagedKind.TAG:
            return f"tag {named(thing.name)}"


def removed_lines(orphans: Iterable[Orphan]) -> tuple[str, ...]:
    """Return the lines of a schema file that remove what pruning would remove.

    The fields of a section go with it.
    """
    things = [one.thing for one in orphans if one.kept is None]
    labels = dict.fromkeys(thing.custom_object for thing in things)
    lines = tuple(_removed([one for one in things if one.custom_object == CONTACTS]))
    for label in (label for label in labels if label != CONTACTS):
        inner = _removed([one for one in things if one.custom_object == label])
        if "objects:" not in lines:
            lines = (*lines, "objects:")
        lines = (*lines, f"  - label: {_text(label)}", *(f"    {text}" for text in inner))
    return lines


def is_settled(notices: Sequence[Notice], orphans: Sequence[Orphan]) -> bool:
    """Whether there are no orphans, and all that the files ask for is in the account."""
    return not orphans and is_full_agreement(notices)


def nothing_words(notices: Sequence[Notice], orphans: Sequence[Orphan]) -> str:
    """Return the sentence that nothing changes, and how many orphans there are."""
    if not orphans:
        return f"Nothing to do: {agreement_words(notices)}."
    are = "object is an orphan" if len(orphans) == 1 else "objects are orphans"
    words = (
        f"Nothing to change, but {len(orphans):,} {are}, which an apply created and no file "
        "declares any longer."
    )
    if all(orphan.kept is not None for orphan in orphans):
        return words
    return f"{words} To plan their removal: schemactl plan --prune"


def other_notices(plan: Plan) -> tuple[Notice, ...]:
    """Return the notices that nothing else in a report of the plan says.

    Orphans have lines of their own, and a hazard is shown with the same doubt about a rename.
    """
    hazards = (*plan.hazards, *plan.later_hazards)
    doubted = {
        title_of_change(change)
        for hazard in hazards
        if hazard.code is Permission.MAYBE_RENAMED
        for change in hazard.changes
    }
    return tuple(
        notice
        for notice in plan.notices
        if notice.code is not NoticeCode.ORPHAN
        and not (notice.code is NoticeCode.MAYBE_RENAMED and notice.about in doubted)
    )


def _kept(orphan: Orphan) -> str:
    if orphan.kept is None:
        return ""
    about = name_of(orphan.thing)
    return f"--prune leaves {about}, because {orphan.kept.why}: {orphan.kept.advice}"


def _removed(things: Sequence[Unmanaged]) -> Iterator[str]:
    sections = [one.name for one in things if one.kind is UnmanagedKind.SECTION]
    tags = [one.name for one in things if one.kind is UnmanagedKind.TAG]
    fields = [
        one for one in things if one.kind is UnmanagedKind.FIELD and one.section not in sections
    ]
    if things:
        yield "removed:"
    if sections:
        yield f"  sections: {_texts(sections)}"
    if fields:
        yield "  fields:"
    for one in fields:
        yield f"    - {{section: {_text(one.section or '')}, name: {_text(one.name)}}}"
    if tags:
        yield f"  tags: {_texts(tags)}"


def _texts(names: Sequence[str]) -> str:
    from schemactl.desired.codec import flow_list

    return flow_list(names) if all(map(str.isprintable, names)) else f"[{_joined(names)}]"


def _joined(names: Sequence[str]) -> str:
    return ", ".join(map(_text, names))


def _text(name: str) -> str:
    # YAML reads escapes only in double quotes.
    from schemactl.desired.codec import flow_text

    return flow_text(name) if name.isprintable() else quoted(name)
