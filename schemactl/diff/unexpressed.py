"""What comparing leaves out: what the account's API cannot express, and a base of another."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.errors import Location
from schemactl.model.desired import Desired, DesiredField, DesiredObject
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.schema import FieldKey


def notice_unexpressed(
    desired: Desired, *, settings: bool, descriptions: bool, objects: bool
) -> tuple[Notice, ...]:
    """Tell it with its place: nobody will do it, and nobody will see that it was not done.

    Args:
        desired: What the files say.
        settings: Whether the API has `required` and `unique`.
        descriptions: Whether it has the description of a section.
        objects: Whether it has custom objects.
    """
    return (
        *_notices(desired, settings=settings, descriptions=descriptions),
        *(_notice_of_object(each) for each in desired.objects if not objects),
    )


def notice_foreign_base(account: str, address: str) -> tuple[Notice, ...]:
    """Report a base that is not used, since the account has another address by now.

    Args:
        account: Its name in the project file.
        address: The one that the base is of; empty where it fits, or where there is none.
    """
    if not address:
        return ()
    message = (
        f"the base in .schemactl/base is of {address}, so it is not used: a rename by hand "
        "looks like a new field, until the next apply writes a base of this address"
    )
    return (Notice(code=NoticeCode.FOREIGN_BASE, about=account, message=message),)


def _notice_of_object(each: DesiredObject) -> Notice:
    return Notice(
        code=NoticeCode.NOT_EXPRESSED,
        about=each.label,
        message="the Contacts API knows no custom objects: all that is declared in this one is "
        "left out; use backend: rest",
        location=each.location,
    )


def _notices(desired: Desired, *, settings: bool, descriptions: bool) -> Iterator[Notice]:
    for section in desired.sections:
        if not descriptions and section.description is not None:
            location = section.description_location or section.location
            yield _notice(section.name, "the description of a section", location)
        for entry in () if settings else section.fields:
            if words := _settings_of(entry):
                about = str(FieldKey(section.name, entry.field.name))
                yield _notice(about, words, entry.settings_location or entry.location)


def _settings_of(entry: DesiredField) -> str:
    pairs = (("required", entry.field.required), ("unique", entry.field.unique))
    return " and ".join(f'"{word}"' for word, value in pairs if value is not None)


def _notice(about: str, what: str, location: Location) -> Notice:
    return Notice(
        code=NoticeCode.NOT_EXPRESSED,
        about=about,
        message=f"the Contacts API neither shows nor sets {what}: "
        "set it in the field editor, or use backend: rest",
        location=location,
    )
