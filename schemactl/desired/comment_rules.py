"""The rule for texts that a comment cut short: `Fax #2` in YAML is "Fax" and a comment."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.desired.entries import Entries, item_location
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping
from schemactl.errors import Location, Problem, Severity
from schemactl.text import quoted_short


def names_are_whole(entries: Entries) -> Iterator[Problem]:
    """A name, option, tag or description right before `#…` most likely lost what follows."""
    if not entries.cut:
        return
    cut = dict(entries.cut)
    for name, location in _names(entries):
        rest = cut.get(location)
        if rest is not None:
            message = (
                f"{quoted_short(name)} ends before {quoted_short(rest)}, which begins a comment"
            )
            hint = (
                f"put all of it in quotes if {quoted_short(rest)} belongs to it; if not, "
                'write a space after the "#"'
            )
            code = ProblemCode.COMMENT_CUTS_NAME
            yield Problem(location, code, message, hint, Severity.WARNING)


def _names(entries: Entries) -> Iterator[tuple[str, Location]]:
    """Yield every text that is sent to the account, with its place."""
    for section in entries.sections:
        yield section.name, section.location
        yield from _listed(section.node, "was", section.was, file=section.file)
        if section.description is not None:
            place = section.node.value_location("description", file=section.file)
            yield section.description, place
        for field in section.fields:
            yield field.name, field.location
            yield from _listed(field.node, "was", field.was, file=field.file)
            yield from _listed(field.node, "options", field.options or (), file=field.file)
    for tag in entries.tags:
        yield tag.name, tag.location
        yield from _listed(tag.node, "was", tag.was, file=tag.file)
    for each in entries.objects:
        yield each.label, each.location
    for text in (*entries.removed_sections, *entries.removed_tags):
        yield text.name, text.location
    for removed in entries.removed_fields:
        yield removed.name, removed.location
        yield removed.section, removed.node.value_location("section", file=removed.file)


def _listed(
    node: Mapping, key: str, words: tuple[str, ...], *, file: str
) -> Iterator[tuple[str, Location]]:
    for index, word in enumerate(words):
        yield word, item_location(node, key, index, file=file)
