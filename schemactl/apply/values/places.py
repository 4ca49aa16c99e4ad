"""Where the account has what a call on values names, right before the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemactl.errors import AccountError
from schemactl.model.backup import BackupPart
from schemactl.model.change import Change, ChangeOptions, ChangeType, RemoveField
from schemactl.model.held_values import FieldPlace
from schemactl.model.schema import Schema, in_object
from schemactl.model.value_call import BackedUpField


def find_place(field: BackedUpField, custom_object: str, schema: Schema) -> FieldPlace | None:
    """Return where a field is now: a call before this one may have failed to rename it.

    None where it is gone: then no call destroys anything of it.

    Args:
        field: As the call names it.
        custom_object: Label of its object.
        schema: Of that object.

    Raises:
        AccountError: The account has several such fields.
    """
    known = [(section, one.name) for section, one in schema.all_fields()]
    names = {field.name, field.was} - {""}
    found = [at for at in known if at == (field.section, field.name)]
    found = found or [at for at in known if at[1] in names]
    if not found:
        return None
    if len(found) > 1:
        title = in_object(custom_object, f"{field.section} / {field.name}")
        msg = f'the account has {len(found)} fields "{title}", so none of them is backed up'
        raise AccountError(msg)
    section, name = found[0]
    return FieldPlace(custom_object=custom_object, section=section, name=name, type=field.type)


def change_of(changes: Sequence[Change], field: BackedUpField) -> str:
    """Return the id of the change that destroys the values of a field.

    Raises:
        AccountError: None does: the call is not one of this plan.
    """
    for change in changes:
        if isinstance(change, RemoveField | ChangeType | ChangeOptions):
            lost = change.removed if isinstance(change, ChangeOptions) else ()
            if (change.section, change.name, lost) == (
                field.section,
                field.name,
                field.options,
            ):
                return change.id
    msg = f"no change of the plan destroys the values of {field.section} / {field.name}"
    raise AccountError(msg)


def part_of_field(
    change: str,
    wanted: BackedUpField,
    place: FieldPlace,
    *,
    schema: Schema,
    labels: Mapping[str, str],
) -> BackupPart:
    """Return the part of a backup for one field, still without values.

    Args:
        change: Id of the change that destroys them.
        wanted: The field as the call names it.
        place: Where it is now.
        schema: Of its object.
        labels: Text of each of its options by what a record holds.
    """
    sections = [each for each in schema.sections if each.name == place.section]
    fields = [one for each in sections for one in each.fields if one.name == place.name]
    return BackupPart(
        change=change,
        section=place.section,
        field=fields[0],
        description=sections[0].description,
        lost=wanted.options,
        labels=labels,
    )
