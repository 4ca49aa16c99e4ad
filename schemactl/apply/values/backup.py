"""Back up the values of fields, or who has a tag, before they are destroyed."""

from __future__ import annotations

from schemactl.account.interface import Backend, LiveState
from schemactl.errors import AccountError
from schemactl.model.held_values import FieldPlace
from schemactl.model.plan import Call
from schemactl.model.schema import Schema, in_object
from schemactl.model.value_call import BackedUpField, back_up_of


def back_up(call: Call, backend: Backend, live: LiveState) -> None:
    """Read all values that a call is about.

    Raises:
        AccountError: They could not be read.
    """
    wanted = back_up_of(call)
    for tag in wanted.tags:
        for _ in backend.records.read_tagged(tag, live):
            pass
    if wanted.fields:
        schema = live.schema.of(wanted.custom_object)
        places = [find_place(one, wanted.custom_object, schema) for one in wanted.fields]
        for _ in backend.records.read_values(places, live):
            pass


def find_place(field: BackedUpField, custom_object: str, schema: Schema) -> FieldPlace:
    """Return where a field is now: a call before this one may have failed to rename it.

    Args:
        field: As the call names it.
        custom_object: Label of its object.
        schema: Of that object.

    Raises:
        AccountError: The account has no such field, or several.
    """
    known = [(section, one.name) for section, one in schema.all_fields()]
    names = {field.name, field.was} - {""}
    found = [at for at in known if at == (field.section, field.name)]
    found = found or [at for at in known if at[1] in names]
    if len(found) != 1:
        title = in_object(custom_object, f"{field.section} / {field.name}")
        has = "no field" if not found else f"{len(found)} fields"
        msg = f'the account has {has} "{title}", so its values cannot be backed up'
        raise AccountError(msg)
    section, name = found[0]
    return FieldPlace(custom_object=custom_object, section=section, name=name, type=field.type)
