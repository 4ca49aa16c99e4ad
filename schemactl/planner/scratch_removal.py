"""Which calls remove what a probe made: everything with its names, as far as nobody uses it."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import Change, RemoveField, RemoveSection, RemoveTag
from schemactl.model.plan import CallDraft
from schemactl.model.schema import Schema
from schemactl.model.scratch import ScratchNames


def removal_drafts(
    names: ScratchNames, live: LiveState, dialect: Dialect, *, sections: tuple[str, ...]
) -> tuple[CallDraft, ...]:
    """Return the calls that remove what a probe made; none while somebody else uses it.

    Args:
        names: Those of the probe.
        live: The account.
        dialect: What its API can do.
        sections: Those that may exist although the account does not list them.
    """
    if names.find_foreign(live.schema):
        return ()
    hidden = () if dialect.capabilities.lists_empty_sections else sections
    changes = tuple(_changes(names, live.schema, hidden=hidden))
    return dialect.calls_for(changes, live) if changes else ()


def _changes(
    names: ScratchNames, schema: Schema, *, hidden: tuple[str, ...]
) -> Iterator[Change]:
    sections = names.sections_in(schema)
    for section in sections:
        for field in section.fields:
            yield RemoveField(section=section.name, before=field, explicit=True)
    for section in sections:
        yield RemoveSection(section=section.name)
    shown = {section.name for section in sections}
    for name in hidden:
        if name not in shown:
            yield RemoveSection(section=name)
    for tag in names.tags_in(schema):
        yield RemoveTag(tag=tag)
