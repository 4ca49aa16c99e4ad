"""What a report adds to the changes: notices, and what the files leave alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.difference import Notice, Unmanaged, UnmanagedKind
from schemactl.model.schema import in_object
from schemactl.report.locations import place
from schemactl.report.plan_summary import unmanaged_in_words
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line, Span, line
from schemactl.report.text.wrapping import wrap_list
from schemactl.text import named, named_title

MAX_NOTICES_SHOWN: Final = 10
_INDENT: Final = 4


def notice_lines(notices: Sequence[Notice], *, width: int, verbose: bool = False) -> list[Line]:
    """Return notices under a heading; no notices, no lines."""
    if not notices:
        return []
    shown = notices if verbose else notices[:MAX_NOTICES_SHOWN]
    lines = [line(Span("Worth knowing", Style.BOLD))]
    for notice in shown:
        text = f"{named_title(notice.about)}: {notice.message} [{notice.code}]"
        lines.extend(
            note(
                "",
                text,
                indent=_INDENT,
                width=width,
                style=Style.PLAIN,
                aside=place(notice.location),
            )
        )
    missing = len(notices) - len(shown)
    if missing:
        lines.append(line(" " * _INDENT, f"… and {missing:,} more: --verbose lists them"))
    return lines


def unmanaged_lines(
    unmanaged: Sequence[Unmanaged], *, width: int, verbose: bool = False
) -> list[Line]:
    """Return what the files leave alone: in a sentence, or each object by name."""
    if not unmanaged:
        return []
    text = unmanaged_in_words(unmanaged)
    if not verbose:
        return note(
            "", f"{text} (--verbose lists them).", indent=0, width=width, style=Style.DIM
        )
    return [
        *note("", f"{text}.", indent=0, width=width, style=Style.DIM),
        *_all_unmanaged(unmanaged, width),
    ]


def _all_unmanaged(unmanaged: Sequence[Unmanaged], width: int) -> Iterator[Line]:
    by_section: dict[str, list[str]] = {}
    for thing in unmanaged:
        match thing.kind:
            case UnmanagedKind.SECTION:
                section = in_object(thing.custom_object, thing.name)
                by_section.setdefault(f"section {named(section)}", [])
            case UnmanagedKind.FIELD:
                section = in_object(thing.custom_object, thing.section or "")
                heading = f"section {named(section)}"
                by_section.setdefault(heading, []).append(_field(thing))
            case UnmanagedKind.TAG:
                by_section.setdefault("tags", []).append(named(thing.name))
    for heading, names in by_section.items():
        yield line(" " * _INDENT, Span(heading, Style.DIM))
        room = width - 2 * _INDENT
        for text in wrap_list(names, room) if names else ():
            yield line(" " * 2 * _INDENT, Span(text, Style.DIM))


def _field(thing: Unmanaged) -> str:
    return f"{named(thing.name)} ({named(thing.type or '')})"
