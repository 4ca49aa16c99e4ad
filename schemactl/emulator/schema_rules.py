"""What the six schema calls do to sections, fields and options, and what they refuse.

A refused call changes nothing: its transaction is rolled back. The texts of refusals are made
up, because the vendor's are not public.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schemactl.emulator.choices import (
    AbsentRemoval,
    AcceptOrRefuse,
    ExistingSection,
    FieldElsewhere,
    FullSectionRemoval,
    HonourOrIgnore,
    IgnoreOrRefuse,
    OverBudget,
    UnknownSection,
)
from schemactl.emulator.contacts import Contacts
from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.field_limit import FieldRoom
from schemactl.emulator.field_types import DROPDOWN, LIST, MANUAL_TYPES, OPTION_TYPES
from schemactl.emulator.layout import Layout, NewField
from schemactl.emulator.names import Names
from schemactl.emulator.section_content import FieldRow, SectionRow
from schemactl.emulator.switches import Switches

TAGS_FIELD = "contact tags"


class WantedField(NamedTuple):
    """A field as a call names it; the type is empty where the call has none."""

    name: str
    type: str = ""
    options: tuple[str, ...] = ()


class WantedSection(NamedTuple):
    """A section as a call names it, with the fields it lists."""

    name: str
    fields: tuple[WantedField, ...] = ()


def is_tags_field(field: FieldRow) -> bool:
    """Whether a field shows the account's tags: a system list of that name."""
    return not field.custom and field.type == LIST and field.name.casefold() == TAGS_FIELD


class SchemaRules:
    """The schema calls on one account, within one transaction."""

    def __init__(self, layout: Layout, contacts: Contacts, switches: Switches) -> None:
        self._layout = layout
        self._contacts = contacts
        self._switches = switches
        self._names = Names(switches)

    def add_section(self, wanted: WantedSection) -> None:
        """Create a section with its fields.

        Raises:
            RefusalError: A name is missing, or a switch refuses the call.
        """
        found = self._section(wanted.name)
        if found is None:
            self._add_fields(self._new_section(wanted.name), wanted.fields)
            return
        match self._switches.existing_section:
            case ExistingSection.MERGE:
                self._add_fields(found.id, wanted.fields)
            case ExistingSection.REFUSE:
                raise RefusalError(Refusal.SECTION_EXISTS)
            case ExistingSection.IGNORE:
                pass

    def edit_section(self, wanted: WantedSection) -> None:
        """Add fields to a section; everything else in it stays.

        Raises:
            RefusalError: The section does not exist, or a switch refuses the call.
        """
        found = self._section(wanted.name)
        if found is not None:
            self._add_fields(found.id, wanted.fields)
            return
        match self._switches.unknown_section:
            case UnknownSection.REFUSE:
                raise RefusalError(Refusal.SECTION)
            case UnknownSection.CREATE:
                self._add_fields(self._new_section(wanted.name), wanted.fields)
            case UnknownSection.IGNORE:
                pass

    def remove_section(self, name: str) -> None:
        """Remove a section with its fields and their values in every contact.

        Raises:
            RefusalError: It is a system section, holds a system field, or a switch refuses.
        """
        found = self._section(name)
        if found is None:
            self._nothing_to_remove(Refusal.SECTION)
            return
        fields = self._layout.fields_of(found.id)
        if not found.custom or not all(field.custom for field in fields):
            raise RefusalError(Refusal.SECTION_OF_SYSTEM)
        if fields and self._switches.full_section_removal is FullSectionRemoval.REFUSE:
            raise RefusalError(Refusal.SECTION_NOT_EMPTY)
        self._layout.remove_section(found.id)

    def remove_fields(self, wanted: WantedSection) -> None:
        """Remove the named fields of a section and their values in every contact.

        Raises:
            RefusalError: A field is a system field, or is absent and a switch refuses that.
        """
        section = self._section(wanted.name)
        if section is None:
            self._nothing_to_remove(Refusal.SECTION)
            return
        for one in wanted.fields:
            name = self._names.stored(one.name)
            found = self._names.find(self._layout.fields_of(section.id), name)
            if found is None:
                self._nothing_to_remove(Refusal.FIELD)
            elif not found.custom:
                raise RefusalError(Refusal.FIELD_OF_SYSTEM)
            else:
                self._layout.remove_field(found.id)

    def add_options(self, wanted: WantedField) -> None:
        """Add options to the first dropdown of that name; existing ones stay.

        Raises:
            RefusalError: No field of that name has options.
        """
        found = self._dropdown(wanted.name)
        if found is None:
            raise RefusalError(Refusal.DROPDOWN)
        there = self._layout.options_of(found.id)
        self._layout.add_options(found.id, self._new_texts(wanted.options, there))

    def remove_options(self, wanted: WantedField) -> None:
        """Remove options of the first dropdown of that name, also from every contact.

        Raises:
            RefusalError: The dropdown or option does not exist, and a switch refuses that.
        """
        found = self._dropdown(wanted.name)
        if found is None:
            self._nothing_to_remove(Refusal.DROPDOWN)
            return
        there = self._layout.options_of(found.id)
        for text in map(self._names.stored, wanted.options):
            matching = self._names.matching_options(there, text)
            if not matching:
                self._nothing_to_remove(Refusal.OPTION)
            # Contacts may hold an option that the field no longer lists.
            for option in {*matching, text}:
                self._layout.remove_option(found.id, option)
                self._contacts.clear_option(found.id, option)

    def _section(self, name: str) -> SectionRow | None:
        return self._names.find(self._layout.sections(), self._names.stored(name))

    def _new_section(self, name: str) -> int:
        name = self._names.stored(name)
        if not name.strip():
            raise RefusalError(Refusal.SECTION_NAME)
        return self._layout.add_section(name, custom=True, editable=True)

    def _dropdown(self, name: str) -> FieldRow | None:
        """Return the first field of that name with options; the call names no section."""
        takes_lists = self._switches.dropdown_on_list is AcceptOrRefuse.ACCEPT
        types = OPTION_TYPES if takes_lists else (DROPDOWN,)
        name = self._names.stored(name)
        candidates = (
            field
            for field in self._layout.fields_named(name, self._names)
            if field.type in types and not is_tags_field(field)
        )
        return self._names.find(candidates, name)

    def _new_texts(self, options: Iterable[str], there: Iterable[str]) -> list[str]:
        """Return the options that are not in the field, each once; options keep their case."""
        texts = dict.fromkeys(self._names.stored(option) for option in options)
        match = self._names.matching_options
        return [text for text in texts if text.strip() and not match(there, text)]

    def _nothing_to_remove(self, refusal: Refusal) -> None:
        _refuse(refusal, where=self._switches.absent_removal is AbsentRemoval.FAILURE)

    def _add_fields(self, section_id: int, wanted: tuple[WantedField, ...]) -> None:
        here = {self._names.key(row.name) for row in self._layout.fields_of(section_id)}
        elsewhere = self._names_elsewhere(section_id)
        new: list[NewField] = []
        for one in wanted:
            field = self._checked(one)
            key = self._names.key(field.name)
            if key in here:
                refused = self._switches.existing_field is IgnoreOrRefuse.REFUSE
                _refuse(Refusal.FIELD_EXISTS, where=refused)
            elif key in elsewhere:
                refused = self._switches.field_elsewhere is FieldElsewhere.REFUSE
                _refuse(Refusal.FIELD_ELSEWHERE, where=refused)
            else:
                here.add(key)
                new.append(field)
        self._layout.add_fields(section_id, self._within_limit(new))

    def _names_elsewhere(self, section_id: int) -> set[str]:
        """Return the names that a new field cannot have because of other sections."""
        if self._switches.field_elsewhere is FieldElsewhere.ADD:
            return set()
        rows = self._layout.fields()
        return {self._names.key(row.name) for row in rows if row.section_id != section_id}

    def _checked(self, wanted: WantedField) -> NewField:
        name = self._names.stored(wanted.name)
        if not name.strip():
            raise RefusalError(Refusal.FIELD_NAME)
        refuses_types = self._switches.unknown_type is AcceptOrRefuse.REFUSE
        _refuse(Refusal.FIELD_TYPE, where=refuses_types and wanted.type not in MANUAL_TYPES)
        keeps = self._switches.options_in_section is HonourOrIgnore.HONOUR
        takes = keeps and wanted.type in OPTION_TYPES
        options = self._new_texts(wanted.options, ()) if takes else ()
        return NewField(name=name, type=wanted.type, options=tuple(options))

    def _within_limit(self, new: list[NewField]) -> list[NewField]:
        room = FieldRoom(self._layout, self._switches)
        kept = [field for field in new if room.take(field.type)]
        refused = self._switches.over_budget is OverBudget.FAILURE
        _refuse(Refusal.FIELD_LIMIT, where=refused and len(kept) < len(new))
        return kept


def _refuse(refusal: Refusal, *, where: bool) -> None:
    if where:
        raise RefusalError(refusal)
