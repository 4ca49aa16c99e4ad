"""Omit from a difference what the account's API cannot express."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.errors import Location
from schemactl.model.capabilities import Capabilities
from schemactl.model.change import AddField, AddSection, Change
from schemactl.model.desired import Desired, DesiredObject
from schemactl.model.difference import Difference, Notice, NoticeCode
from schemactl.model.schema import Field, FieldKey
from schemactl.values import replace


def keep_expressible(
    difference: Difference, desired: Desired, capabilities: Capabilities
) -> Difference:
    """Return the difference with only what a call can set, and notices for the rest.

    Args:
        difference: The difference, for objects that the API has.
        desired: What the files declare.
        capabilities: What the API supports.
    """
    notices = notice_unexpressed(desired, capabilities)
    changes = tuple(_expressible(each, capabilities) for each in difference.changes)
    return replace(difference, changes=changes, notices=(*difference.notices, *notices))


def notice_unexpressed(desired: Desired, capabilities: Capabilities) -> tuple[Notice, ...]:
    """Return a notice, with its place, for everything in the files that the API cannot set."""
    return (
        *_notices(desired, capabilities),
        *(_notice_of_object(each) for each in desired.objects if not capabilities.objects),
    )


def _expressible(change: Change, capabilities: Capabilities) -> Change:
    if (
        isinstance(change, AddField)
        and not capabilities.settings
        and _settings_of(change.after)
    ):
        return replace(change, after=change.after._replace(required=None, unique=None))
    if isinstance(change, AddSection) and not capabilities.descriptions:
        return replace(change, description=None)
    return change


def _notice_of_object(each: DesiredObject) -> Notice:
    return Notice(
        code=NoticeCode.NOT_EXPRESSED,
        about=each.label,
        message="apply does nothing in this custom object: the Contacts API has no custom "
        "objects. Use backend: rest",
        location=each.location,
    )


def _notices(desired: Desired, capabilities: Capabilities) -> Iterator[Notice]:
    for section in desired.sections:
        if not capabilities.descriptions and section.description is not None:
            location = section.description_location or section.location
            yield _notice(section.name, ("its description",), location)
        for entry in () if capabilities.settings else section.fields:
            if words := _settings_of(entry.field):
                about = str(FieldKey(section.name, entry.field.name))
                yield _notice(about, words, entry.settings_location or entry.location)


def _settings_of(field: Field) -> tuple[str, ...]:
    if field.required is None and field.unique is None:
        return ()
    pairs = (("required", field.required), ("unique", field.unique))
    return tuple(f'"{word}"' for word, value in pairs if value is not None)


def _notice(about: str, what: tuple[str, ...], location: Location) -> Notice:
    them = "it" if len(what) == 1 else "them"
    return Notice(
        code=NoticeCode.NOT_EXPRESSED,
        about=about,
        message=f"apply does not set {' and '.join(what)}: the Contacts API neither shows nor "
        f"sets {them}. Set {them} in the field editor, or use backend: rest",
        location=location,
    )
