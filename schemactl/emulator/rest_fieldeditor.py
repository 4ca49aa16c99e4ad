"""`objects/fieldeditor`: sections with columns of fields, read, made, changed and deleted.

Where public facts leave open what the server does, a switch decides. A refused field
leaves the others of its call, unless a switch says that it takes them with it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from schemactl.emulator.account import Account
from schemactl.emulator.choices import (
    AcceptOrRefuse,
    HonourOrIgnore,
    OnOff,
    RestAbsent,
    RestDescription,
    RestExistingAlias,
    RestForeignField,
    RestFullSection,
    RestOmitted,
    RestOptionText,
    RestOrder,
    RestPut,
    RestReplacedOptions,
)
from schemactl.emulator.layout import EditorField, NewField, SectionRow
from schemactl.emulator.names import Names
from schemactl.emulator.rest_meta import empty_map
from schemactl.emulator.rest_request import CONTACT, Json, RestError, RestRequest
from schemactl.emulator.rest_words import (
    CREATABLE,
    OPTION_TYPES,
    RestText,
    shown_type,
    stored_type,
)
from schemactl.emulator.schema_rules import BUDGET_BYTES, field_bytes
from schemactl.emulator.switches import Switches

MOST_COLUMNS = 3
FULL_NAME_SECTION = "Contact Information"
FULL_NAME: Mapping[str, Json] = {
    "id": 900_000,
    "alias": "Name",
    "field": "fn",
    "type": "mergefield",
    "required": 0,
    "unique": 0,
    "editable": 0,
    "deletable": 0,
    "options": "<op:merge field='firstname'>X</op:merge>",
}
"""A field that is made of others; only this API shows it (recorded)."""


_Act: TypeAlias = "Callable[[SectionRow, SentField], EditorField]"


class FieldRefusedError(Exception):
    """One field of a call is refused; what its switch says becomes of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """A field as a call has it; None for what is not sent."""

    alias: str
    field: str | None
    type: str | None
    required: bool | None
    unique: bool | None
    options: Mapping[str, tuple[str, ...]]
    column: int
    place: int


def read_fields(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Give all sections, or the one section or field that is asked for."""
    _check_object(request)
    section_name, field_name = request.text("section"), request.text("field")
    editor = _Editor(account, switches)
    if field_name is not None:
        found = editor.by_field(field_name)
        if found is None:
            raise RestError(404, RestText.NOT_FOUND)
        return {"data": editor.shown(found)}
    if section_name is None:
        return {"data": editor.shown_sections() or empty_map(switches)}
    row = editor.section(section_name)
    if row is None:
        raise RestError(404, RestText.NOT_FOUND)
    return {"data": editor.shown_sections()[str(row.id)]}


def create_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Make fields in a section, and the section where there is none of that name."""
    _check_object(request)
    name = request.text("name")
    if not name or not name.strip():
        raise RestError(400, RestText.PARAMETER)
    editor = _Editor(account, switches)
    section = editor.section(name)
    if section is None:
        account.layout.add_section(name, custom=True, editable=True)
        section = editor.section(name)
    if section is None:
        raise RestError(400, RestText.SECTION)
    success = editor.describe(section, request)
    return editor.write(_sent_fields(request), section, success, editor.create)


def update_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Change fields of a section that exists; those that do not exist are made."""
    _check_object(request)
    editor = _Editor(account, switches)
    section = editor.section(request.text("name") or "")
    if section is None:
        raise RestError(404, RestText.SECTION)
    if switches.rest_put is RestPut.ERROR:
        raise RestError(500, RestText.UPDATE)
    sent = _sent_fields(request)
    success = editor.describe(section, request)
    answer = editor.write(sent, section, success, editor.update)
    if switches.rest_put_omitted is RestOmitted.DELETE:
        editor.delete_omitted(section, sent)
    if switches.rest_put_order is RestOrder.APPLY:
        editor.arrange(section, sent)
    return answer


def delete_fields(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Delete one field, or one section."""
    _check_object(request)
    editor = _Editor(account, switches)
    field_name, section_name = request.text("field"), request.text("section")
    if field_name is not None:
        editor.delete_field(field_name)
    elif section_name is not None:
        editor.delete_section(section_name)
    else:
        raise RestError(400, RestText.PARAMETER)
    return {"data": "Deleted"}


class _Editor:
    """The editor of fields on one account, within one transaction."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._layout = account.layout
        self._contacts = account.contacts
        self._switches = switches
        self._names = Names(switches)

    def section(self, name: str) -> SectionRow | None:
        return self._names.find(self._layout.sections(), name)

    def by_field(self, name: str) -> EditorField | None:
        fields = self._layout.editor_fields()
        return next((field for field in fields if field.api_name == name), None)

    def shown_sections(self) -> dict[str, Json]:
        """Give every section by its id as a text, as JSON has it."""
        fields: defaultdict[int, list[EditorField]] = defaultdict(list)
        for field in self._layout.editor_fields():
            fields[field.section_id].append(field)
        descriptions = self._layout.descriptions()
        return {
            str(row.id): {
                "id": row.id,
                "name": row.name,
                "description": descriptions.get(row.id) or None,
                "fields": self._shown_columns(row, fields[row.id]),
            }
            for row in self._layout.sections()
        }

    def _shown_columns(self, row: SectionRow, fields: Iterable[EditorField]) -> Json:
        columns: list[list[Json]] = []
        for field in fields:
            columns.extend([] for _ in range(field.column + 1 - len(columns)))
            columns[field.column].append(self.shown(field))
        if row.name == FULL_NAME_SECTION and not row.custom:
            columns = columns or [[]]
            columns[0].insert(0, dict(FULL_NAME))
        if self._switches.rest_null_fields is OnOff.ON:
            columns = [[None, *column] for column in columns]
        return list(columns)

    def shown(self, field: EditorField) -> Json:
        kind = shown_type(field.type, field.api_name)
        return {
            "id": field.id,
            "alias": field.name,
            "field": field.api_name,
            "type": kind,
            "required": int(field.required),
            "unique": int(field.unique),
            "editable": 1,
            "deletable": int(field.custom),
            "options": self._options_text(field) if kind in OPTION_TYPES else "",
        }

    def _options_text(self, field: EditorField) -> Json:
        ids = self._layout.option_ids().get(field.id, ())
        match self._switches.rest_options:
            case RestOptionText.EMPTY:
                return ""
            case RestOptionText.JSON:
                return json.dumps({str(number): text for number, text in ids})
            case RestOptionText.LIST:
                return [{"value": str(number), "label": text} for number, text in ids]
            case RestOptionText.MAP:
                return {str(number): text for number, text in ids}

    def describe(self, section: SectionRow, request: RestRequest) -> dict[str, Json]:
        """Set the section's description where one is sent; give what a success tells of it."""
        text = request.text("description")
        if "description" in request.arguments:
            if text != (self._layout.descriptions().get(section.id) or None):
                self._layout.describe_section(section.id, text or "")
                return {"description": text or ""}
        elif self._switches.rest_put_description is RestDescription.CLEAR:
            self._layout.describe_section(section.id, "")
        return {}

    def write(
        self,
        sent: tuple[SentField, ...],
        section: SectionRow,
        success: dict[str, Json],
        act: _Act,
    ) -> dict[str, Json]:
        """Do something for each field; give what went well and what did not."""
        errors: dict[str, Json] = {}
        for field in sent:
            try:
                made = act(section, field)
                success[made.api_name] = made.name
            except FieldRefusedError as refused:
                errors[field.alias] = str(refused)
        if errors and self._switches.rest_partial is OnOff.OFF:
            raise RestError(400, "; ".join(map(str, errors.values())))
        return {
            "data": {
                "success": success or empty_map(self._switches),
                "error": errors or empty_map(self._switches),
            }
        }

    def create(self, section: SectionRow, sent: SentField) -> EditorField:
        """Make a field; what becomes of a name that is taken, two switches say."""
        fields = self._layout.editor_fields()
        here = [field for field in fields if field.section_id == section.id]
        found = self._names.find(here, sent.alias)
        way = self._switches.rest_existing_alias
        if found is None:
            found = self._names.find(fields, sent.alias)
            way = self._switches.rest_alias_elsewhere
        if found is None or way is RestExistingAlias.DUPLICATE:
            return self._make(section, sent)
        if way is RestExistingAlias.REFUSE:
            raise FieldRefusedError(RestText.EXISTS)
        return self._change(found, sent)

    def update(self, section: SectionRow, sent: SentField) -> EditorField:
        """Change the field of that number, else of that name; make it where there is none."""
        found = None if not sent.field else self.by_field(sent.field)
        if sent.field == FULL_NAME["field"]:
            return self._leave_read_only(section)
        if found is None:
            found = self._names.find(self._layout.editor_fields(), sent.alias)
        if found is None:
            return self._make(section, sent)
        if found.section_id != section.id:
            self._take_foreign(section, found)
        kind = shown_type(found.type, found.api_name)
        refuses = self._switches.rest_put_readonly is AcceptOrRefuse.REFUSE
        if kind not in CREATABLE and refuses:
            raise FieldRefusedError(RestText.READ_ONLY)
        return self._change(found, sent)

    def _take_foreign(self, section: SectionRow, found: EditorField) -> None:
        match self._switches.rest_put_foreign:
            case RestForeignField.REFUSE:
                raise FieldRefusedError(RestText.FIELD)
            case RestForeignField.MOVE:
                self._layout.move_field(found.id, section.id)
            case RestForeignField.UPDATE:
                pass

    def _leave_read_only(self, section: SectionRow) -> EditorField:
        if self._switches.rest_put_readonly is AcceptOrRefuse.REFUSE:
            raise FieldRefusedError(RestText.READ_ONLY)
        return EditorField(
            id=0,
            section_id=section.id,
            name="Name",
            type="mergefield",
            custom=False,
            api_name="fn",
            column=0,
            required=False,
            unique=False,
        )

    def _make(self, section: SectionRow, sent: SentField) -> EditorField:
        kind = sent.type or "text"
        if not sent.alias.strip():
            raise FieldRefusedError(RestText.NAME)
        if kind not in CREATABLE:
            raise FieldRefusedError(RestText.TYPE)
        cost = field_bytes(kind) or field_bytes(stored_type(kind))
        used = sum(map(field_bytes, self._layout.custom_types()))
        if cost and used + cost > BUDGET_BYTES:
            raise FieldRefusedError(RestText.LIMIT)
        new = NewField(
            name=self._names.stored(sent.alias),
            type=stored_type(kind),
            options=self._new_options(sent, kind),
            required=bool(sent.required) and self._honours_settings(),
            unique=bool(sent.unique) and self._honours_settings(),
            column=sent.column,
        )
        self._layout.add_fields(section.id, (new,))
        return max(self._layout.editor_fields(), key=lambda field: field.id)

    def _new_options(self, sent: SentField, kind: str) -> tuple[str, ...]:
        if kind not in OPTION_TYPES:
            return ()
        wanted = sent.options.get("add", ()) + sent.options.get("replace", ())
        return tuple(dict.fromkeys(text for text in wanted if text.strip()))

    def _honours_settings(self) -> bool:
        return self._switches.rest_settings is HonourOrIgnore.HONOUR

    def _change(self, found: EditorField, sent: SentField) -> EditorField:
        kind = shown_type(found.type, found.api_name)
        if sent.type not in {None, kind, found.type}:
            if (kind, sent.type) != ("text", "longtext"):
                raise FieldRefusedError(RestText.TYPE)
            self._layout.change_type(found.id, "longtext")
        if sent.alias.strip() and sent.alias != found.name and sent.field:
            self._layout.rename_field(found.id, self._names.stored(sent.alias))
        if self._honours_settings():
            required = found.required if sent.required is None else sent.required
            unique = found.unique if sent.unique is None else sent.unique
            self._layout.set_field(found.id, required=required, unique=unique)
        if kind in OPTION_TYPES:
            self._change_options(found, sent.options)
        return self.by_field(found.api_name) or found

    def _change_options(
        self, found: EditorField, options: Mapping[str, tuple[str, ...]]
    ) -> None:
        there = self._layout.options_of(found.id)
        if "replace" in options:
            wanted = tuple(dict.fromkeys(options["replace"]))
            for text in there:
                if text not in wanted:
                    self._remove_option(found.id, text)
            if self._switches.rest_replace is RestReplacedOptions.NEW_IDS:
                self._layout.clear_options(found.id)
                self._layout.add_options(found.id, wanted)
            else:
                self._layout.add_options(found.id, [one for one in wanted if one not in there])
                self._layout.order_options(found.id, wanted)
        new = [text for text in dict.fromkeys(options.get("add", ())) if text.strip()]
        self._layout.add_options(found.id, [text for text in new if text not in there])
        for text in options.get("remove", ()):
            self._remove_option(found.id, text)

    def _remove_option(self, field_id: int, text: str) -> None:
        self._layout.remove_option(field_id, text)
        self._contacts.clear_option(field_id, text)

    def delete_omitted(self, section: SectionRow, sent: tuple[SentField, ...]) -> None:
        """Delete what a PUT left out of the section."""
        fields = {field.field for field in sent}
        names = {self._names.key(field.alias) for field in sent}
        for row in self._layout.editor_fields():
            is_named = row.api_name in fields or self._names.key(row.name) in names
            if row.section_id == section.id and row.custom and not is_named:
                self._layout.remove_field(row.id)

    def arrange(self, section: SectionRow, sent: tuple[SentField, ...]) -> None:
        """Put the fields of a PUT into its columns and order."""
        places = {field.field: field for field in sent if field.field}
        for row in self._layout.editor_fields():
            field = places.get(row.api_name)
            if row.section_id == section.id and field is not None:
                self._layout.place_field(row.id, column=field.column, position=field.place)

    def delete_field(self, name: str) -> None:
        found = self.by_field(name)
        if found is None:
            self._nothing_to_delete()
        elif not found.custom:
            raise RestError(400, RestText.SYSTEM)
        else:
            self._layout.remove_field(found.id)

    def delete_section(self, name: str) -> None:
        found = self.section(name)
        if found is None:
            self._nothing_to_delete()
            return
        fields = self._layout.fields_of(found.id)
        if not found.custom or not all(field.custom for field in fields):
            raise RestError(400, RestText.SYSTEM)
        if fields and self._switches.rest_full_section is RestFullSection.REFUSE:
            raise RestError(400, RestText.SECTION_FULL)
        self._layout.remove_section(found.id)

    def _nothing_to_delete(self) -> None:
        if self._switches.rest_absent is RestAbsent.REFUSE:
            raise RestError(404, RestText.NOT_FOUND)


def _check_object(request: RestRequest) -> None:
    if request.path.lower().startswith("contacts"):
        return
    if request.text("objectID") is None:
        raise RestError(400, RestText.PARAMETER)
    if request.number("objectID") != CONTACT:
        raise RestError(404, RestText.NOT_FOUND)


def _sent_fields(request: RestRequest) -> tuple[SentField, ...]:
    columns = request.arguments.get("fields")
    if columns is None:
        return ()
    if not isinstance(columns, list) or len(columns) > MOST_COLUMNS:
        raise RestError(400, RestText.PARAMETER)
    return tuple(_sent_in(columns))


def _sent_in(columns: list[Json]) -> Iterator[SentField]:
    for column, fields in enumerate(columns):
        if not isinstance(fields, list):
            raise RestError(400, RestText.PARAMETER)
        for place, field in enumerate(fields, start=1):
            if not isinstance(field, dict):
                raise RestError(400, RestText.PARAMETER)
            yield _sent(field, column, place)


def _sent(field: Mapping[str, Json], column: int, place: int) -> SentField:
    options = field.get("options")
    listed = options if isinstance(options, dict) else {}
    return SentField(
        alias=_text(field.get("alias")) or "",
        field=_text(field.get("field")) or None,
        type=_text(field.get("type")) or None,
        required=_flag(field.get("required")),
        unique=_flag(field.get("unique")),
        options={
            key: tuple(_text(one) or "" for one in value)
            for key, value in listed.items()
            if isinstance(value, list)
        },
        column=column,
        place=place,
    )


def _text(value: Json) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _flag(value: Json) -> bool | None:
    """Read a flag as any client sends it: a truth value, a number or its digits."""
    return None if value is None else value in {True, "1", "true"}
