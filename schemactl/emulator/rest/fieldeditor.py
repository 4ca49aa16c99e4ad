"""`objects/fieldeditor`: read, create, change and delete sections with columns of fields."""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.choices import (
    RestAbsent,
    RestFullSection,
    RestOmitted,
    RestOrder,
    RestPut,
    RestSystem,
)
from schemactl.emulator.names import Names
from schemactl.emulator.rest.editor import RestEditor
from schemactl.emulator.rest.json_values import Json, JsonText
from schemactl.emulator.rest.request import CONTACT, RestError, RestRequest, missing_object
from schemactl.emulator.rest.sent import sent_fields
from schemactl.emulator.rest.shown import FULL_NAME, ShownFields, empty_map, full_name
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.section_content import EditorField, SectionRow
from schemactl.emulator.switches import Switches


def read_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json | JsonText]:
    """Return all sections, or the requested section or field."""
    account = _asked_object(account, request)
    shown = ShownFields(account, switches)
    field_name, section_name = request.text("field"), request.text("section")
    if field_name is not None:
        return {"data": shown.field(_known_field(account, field_name))}
    if section_name is None:
        return {"data": shown.all_sections()}
    row = _section(account, section_name, switches)
    content = None if row is None else account.layout.content(row.id)
    if content is None:
        raise RestError(404, RestText.NOT_FOUND)
    return {"data": shown.section(content)}


def create_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Create fields in a section, and the section if there is none of that name."""
    account = _asked_object(account, request)
    name = Names(switches).stored(request.text("name") or "")
    if not name.strip():
        raise RestError(400, RestText.PARAMETER)
    sent = sent_fields(request)
    section = _section(account, name, switches)
    if section is None:
        section = account.layout.make_section(name)
    editor = RestEditor(account, section, switches)
    described = editor.describe(request)
    success, errors = editor.write(sent, editor.create)
    data: dict[str, Json] = {
        "success": {**success, **described} or empty_map(switches),
        "error": errors or empty_map(switches),
    }
    return {"data": data}


def update_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Change fields of an existing section; missing fields are created.

    An answer without a refused field has no `error`, as recorded.
    """
    account = _asked_object(account, request)
    section = _section(account, request.text("name") or "", switches)
    if section is None:
        raise RestError(404, RestText.SECTION)
    if switches.rest_put is RestPut.ERROR:
        raise RestError(500, RestText.UPDATE)
    sent = sent_fields(request)
    editor = RestEditor(account, section, switches)
    described = editor.describe(request)
    success, errors = editor.write(sent, editor.update)
    if switches.rest_put_omitted is RestOmitted.DELETE:
        editor.delete_omitted(sent)
    if switches.rest_put_order is RestOrder.APPLY:
        editor.arrange(sent)
    data: dict[str, Json] = {"success": {**success, **described} or empty_map(switches)}
    return {"data": {**data, "error": errors} if errors else data}


def delete_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Delete one field, or one section."""
    account = _asked_object(account, request)
    field_name, section_name = request.text("field"), request.text("section")
    if field_name is not None:
        _delete_field(account, field_name, switches)
    elif section_name is not None:
        _delete_section(account, section_name, switches)
    else:
        raise RestError(400, RestText.PARAMETER)
    return {"data": "Deleted"}


def _asked_object(account: Account, request: RestRequest) -> Account:
    """Return the account with the object that the request names by its number."""
    if request.path.lower().startswith("contacts"):
        return account
    number = request.number("objectID")
    if number is None:
        raise RestError(400, RestText.PARAMETER)
    if number == CONTACT:
        return account
    if all(row.id != number for row in account.objects.rows()):
        raise missing_object(number)
    return account.of(number)


def _section(account: Account, name: str, switches: Switches) -> SectionRow | None:
    return Names(switches).find(account.layout.sections(), name)


def _field(account: Account, name: str) -> EditorField | None:
    found = account.layout.numbered(name)
    if found is not None or name != FULL_NAME:
        return found
    made_up = map(full_name, account.layout.sections())
    return next((one for one in made_up if one is not None), None)


def _known_field(account: Account, name: str) -> EditorField:
    found = _field(account, name)
    if found is None:
        raise RestError(404, RestText.NOT_FOUND)
    return found


def _delete_field(account: Account, name: str, switches: Switches) -> None:
    found = _field(account, name)
    if found is None:
        _nothing_to_delete(switches)
    elif found.custom:
        account.layout.remove_field(found.id)
    else:
        _not_to_delete(switches)


def _delete_section(account: Account, name: str, switches: Switches) -> None:
    found = _section(account, name, switches)
    if found is None:
        _nothing_to_delete(switches)
        return
    fields = account.layout.fields_of(found.id)
    if not found.custom or not all(field.custom for field in fields):
        _not_to_delete(switches)
    elif fields and switches.rest_full_section is RestFullSection.REFUSE:
        raise RestError(400, RestText.SECTION_FULL)
    else:
        account.layout.remove_section(found.id)


def _nothing_to_delete(switches: Switches) -> None:
    if switches.rest_absent is RestAbsent.REFUSE:
        raise RestError(404, RestText.NOT_FOUND)


def _not_to_delete(switches: Switches) -> None:
    if switches.rest_system is RestSystem.REFUSE:
        raise RestError(400, RestText.SYSTEM)
