"""What calls to the editor of fields do to one section, and what they refuse.

A switch decides where the server's behaviour is not public. A refused field does not affect the
others of its call, unless a switch says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from schemactl.emulator.account import Account
from schemactl.emulator.choices import (
    AcceptOrRefuse,
    HonourOrIgnore,
    OnOff,
    OverBudget,
    RestDescription,
    RestExistingAlias,
    RestForeignField,
    RestReplacedOptions,
)
from schemactl.emulator.field_index import FieldIndex
from schemactl.emulator.field_limit import FieldRoom
from schemactl.emulator.field_types import CREATABLE_WORDS, OPTION_WORDS, WIDENING, stored_word
from schemactl.emulator.layout import NewField
from schemactl.emulator.names import Names
from schemactl.emulator.rest.json_values import Json
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.sent import SentField
from schemactl.emulator.rest.shown import FULL_NAME, full_name
from schemactl.emulator.rest.words import (
    RestText,
    shown_type,
)
from schemactl.emulator.section_content import EditorField, SectionRow
from schemactl.emulator.switches import Switches

_Act: TypeAlias = Callable[[SentField], EditorField | None]


class FieldRefusedError(Exception):
    """One field of a call is refused; a switch decides about the others."""


class RestEditor:
    """One section under the editor of fields, within one transaction."""

    def __init__(self, account: Account, section: SectionRow, switches: Switches) -> None:
        self._layout = account.layout
        self._contacts = account.contacts
        self._section = section
        self._switches = switches
        self._names = Names(switches)
        self._fields = FieldIndex(account.layout, self._names)
        self._options: dict[int, tuple[str, ...]] = {}
        self._room = FieldRoom(account.layout, switches)

    def describe(self, request: RestRequest) -> dict[str, Json]:
        """Set the section's description if one is sent; return its part of the answer."""
        content = self._layout.content(self._section.id)
        before = "" if content is None else content.description
        after = before
        if "description" in request.arguments:
            after = request.text("description") or ""
        elif self._switches.rest_put_description is RestDescription.CLEAR:
            after = ""
        if after == before:
            return {}
        self._layout.describe_section(self._section.id, after)
        return {"description": after} if "description" in request.arguments else {}

    def write(
        self, sent: Iterable[SentField], act: _Act
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """Do something for each field; return successes by number, and errors by name.

        Raises:
            RestError: A field is refused, and by a switch so is the whole call.
        """
        success: dict[str, Json] = {}
        errors: dict[str, Json] = {}
        for field in sent:
            try:
                done = act(field)
            except FieldRefusedError as refused:
                errors[field.alias] = str(refused)
            else:
                success.update({} if done is None else {done.api_name: done.name})
        if errors and self._switches.rest_partial is OnOff.OFF:
            raise RestError(400, "; ".join(map(str, errors.values())))
        return success, errors

    def create(self, sent: SentField) -> EditorField | None:
        """Create a field; two switches decide about a name that is taken.

        Return None where a switch silently ignores the field.
        """
        found = self._fields.named(sent.alias, section_id=self._section.id)
        way = self._switches.rest_existing_alias
        if found is None:
            found = self._fields.named(sent.alias)
            way = self._switches.rest_alias_elsewhere
        if found is None or way is RestExistingAlias.DUPLICATE:
            return self._make(sent)
        if way is RestExistingAlias.REFUSE:
            raise FieldRefusedError(RestText.EXISTS)
        return self._change(found, sent)

    def update(self, sent: SentField) -> EditorField | None:
        """Change the field of that number, else of that name, or create it."""
        found = self._meant(sent)
        if found is None:
            return self._make(sent)
        if shown_type(found.type, found.api_name) not in CREATABLE_WORDS:
            return self._leave_read_only(found)
        if found.section_id == self._section.id:
            return self._change(found, sent)
        match self._switches.rest_put_foreign:
            case RestForeignField.REFUSE:
                raise FieldRefusedError(RestText.FIELD)
            case RestForeignField.COPY:
                return self._make(sent)
            case RestForeignField.UPDATE:
                return self._change(found, sent)
            case RestForeignField.MOVE:
                self._layout.move_field(found.id, self._section.id)
                moved = found._replace(section_id=self._section.id)
                self._fields.put(moved)
                return self._change(moved, sent)

    def delete_omitted(self, sent: tuple[SentField, ...]) -> None:
        """Delete the fields of the section that a PUT omits."""
        fields = {field.field for field in sent}
        names = {self._names.key(field.alias) for field in sent}
        for row in self._fields.in_section(self._section.id):
            is_named = row.api_name in fields or self._names.key(row.name) in names
            if row.custom and not is_named:
                self._layout.remove_field(row.id)

    def arrange(self, sent: tuple[SentField, ...]) -> None:
        """Arrange the fields of a PUT in its columns and order."""
        for field in sent:
            row = self._meant(field)
            if row is not None and row.section_id == self._section.id:
                self._layout.place_field(row.id, column=field.column, position=field.place)

    def _meant(self, sent: SentField) -> EditorField | None:
        """Return the field of an entry: by number, else by name, first in this section."""
        if sent.field == FULL_NAME:
            return full_name(self._section)
        found = None if sent.field is None else self._fields.numbered(sent.field)
        return (
            found
            or self._fields.named(sent.alias, section_id=self._section.id)
            or self._fields.named(sent.alias)
        )

    def _leave_read_only(self, found: EditorField) -> EditorField:
        if self._switches.rest_put_readonly is AcceptOrRefuse.REFUSE:
            raise FieldRefusedError(RestText.READ_ONLY)
        return found

    def _make(self, sent: SentField) -> EditorField | None:
        kind = sent.type or "text"
        if not sent.alias.strip():
            raise FieldRefusedError(RestText.NAME)
        if kind not in CREATABLE_WORDS:
            raise FieldRefusedError(RestText.TYPE)
        if not self._room.take(stored_word(kind)):
            if self._switches.over_budget is OverBudget.FAILURE:
                raise FieldRefusedError(RestText.LIMIT)
            return None
        honours = self._switches.rest_settings is HonourOrIgnore.HONOUR
        new = NewField(
            name=self._names.stored(sent.alias),
            type=stored_word(kind),
            options=_first_options(sent.options) if kind in OPTION_WORDS else (),
            required=bool(sent.required) and honours,
            unique=bool(sent.unique) and honours,
            column=sent.column,
        )
        made = self._layout.add_field(self._section.id, new)
        self._options[made.id] = new.options
        self._fields.put(made)
        return made

    def _change(self, found: EditorField, sent: SentField) -> EditorField:
        changed = self._with_settings(self._renamed(self._retyped(found, sent), sent), sent)
        self._fields.put(changed)
        if shown_type(changed.type, changed.api_name) in OPTION_WORDS:
            self._change_options(changed, sent.options)
        return changed

    def _retyped(self, found: EditorField, sent: SentField) -> EditorField:
        kind = shown_type(found.type, found.api_name)
        if sent.type in {None, kind, found.type}:
            return found
        if (kind, sent.type) != WIDENING:
            raise FieldRefusedError(RestText.TYPE)
        self._layout.change_type(found.id, sent.type)
        return found._replace(type=sent.type)

    def _renamed(self, found: EditorField, sent: SentField) -> EditorField:
        """Rename a field; only one that was found by its number can be renamed."""
        name = self._names.stored(sent.alias)
        if not name.strip() or name == found.name or sent.field != found.api_name:
            return found
        other = self._fields.named(name, section_id=found.section_id)
        is_taken = other is not None and other.id != found.id
        if is_taken and self._switches.rest_existing_alias is RestExistingAlias.REFUSE:
            raise FieldRefusedError(RestText.EXISTS)
        self._layout.rename_field(found.id, name)
        return found._replace(name=name)

    def _with_settings(self, found: EditorField, sent: SentField) -> EditorField:
        if self._switches.rest_settings is HonourOrIgnore.IGNORE:
            return found
        required = found.required if sent.required is None else sent.required
        unique = found.unique if sent.unique is None else sent.unique
        if (required, unique) != (found.required, found.unique):
            self._layout.set_field(found.id, required=required, unique=unique)
        return found._replace(required=required, unique=unique)

    def _change_options(
        self, found: EditorField, options: Mapping[str, tuple[str, ...]]
    ) -> None:
        there = self._options.get(found.id) or self._layout.options_of(found.id)
        if "replace" in options:
            there = self._replace_options(found.id, there, _texts(options["replace"]))
        new = tuple(
            text
            for text in _texts(options.get("add", ()))
            if not self._names.matching_options(there, text)
        )
        self._layout.add_options(found.id, new)
        removed = {
            option
            for text in options.get("remove", ())
            for option in self._names.matching_options((*there, *new), text)
        }
        self._remove_options(found.id, removed)
        self._options[found.id] = tuple(text for text in (*there, *new) if text not in removed)

    def _replace_options(
        self, field_id: int, there: tuple[str, ...], wanted: tuple[str, ...]
    ) -> tuple[str, ...]:
        self._remove_options(field_id, (text for text in there if text not in wanted))
        if self._switches.rest_replace is RestReplacedOptions.NEW_IDS:
            self._remove_options(field_id, there)
            self._layout.add_options(field_id, wanted)
        else:
            self._layout.add_options(field_id, (one for one in wanted if one not in there))
            self._layout.order_options(field_id, wanted)
        return wanted

    def _remove_options(self, field_id: int, texts: Iterable[str]) -> None:
        for text in texts:
            self._layout.remove_option(field_id, text)
            self._contacts.clear_option(field_id, text)


def _first_options(options: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the options of a new field: the replacing list, else the added ones."""
    return _texts(options.get("replace", ()) or options.get("add", ()))


def _texts(options: Iterable[str]) -> tuple[str, ...]:
    """Return each option once, without empty ones."""
    return tuple(dict.fromkeys(text for text in options if text.strip()))
