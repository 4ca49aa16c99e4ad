"""What calls on contacts do: values, tags, sequences, notes.

A field is found by section and name, else by name alone; a value for a field that does not
exist is ignored (a guess: the vendor's behaviour is not public).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemactl.emulator.choices import NameMatching, UnusedTags
from schemactl.emulator.clauses import any_of, holding
from schemactl.emulator.contacts import Contacts, NoteRow
from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.field_types import keeps_no_blank
from schemactl.emulator.fired import FiredLog
from schemactl.emulator.labels import Labels, TagRow
from schemactl.emulator.layout import Layout
from schemactl.emulator.names import Names
from schemactl.emulator.schema_rules import is_tags_field
from schemactl.emulator.section_content import FieldRow
from schemactl.emulator.shown_contacts import SEQUENCE, ShownContact, ShownContacts
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import split_ids, split_names, stored_value

OWNER_FIELD = "Contact Owner"
OWNER = "Account Owner"


class SentValue(NamedTuple):
    """A value as a call sends it; `section` is None where it is in no section.

    `numeric` marks tags given by id, `removes` tags and sequences to take off.
    """

    section: str | None
    name: str
    text: str
    numeric: bool = False
    removes: bool = False


class SentContact(NamedTuple):
    """A contact as a call sends it; `id` is None where it has none or not a number."""

    id: int | None = None
    stops_bulk_mail: bool = False
    values: tuple[SentValue, ...] = ()


class ContactRules:
    """The calls on contacts of one account, within one transaction."""

    def __init__(
        self,
        *,
        layout: Layout,
        contacts: Contacts,
        labels: Labels,
        switches: Switches,
        fired: FiredLog,
        now: int,
    ) -> None:
        self._layout = layout
        self._contacts = contacts
        self._labels = labels
        self._names = Names(switches)
        self._shown = ShownContacts(
            layout=layout, contacts=contacts, labels=labels, switches=switches
        )
        self._drops_tags = switches.unused_tags is UnusedTags.DROP
        self._knows_email = switches.name_matching is NameMatching.IGNORE_CASE
        self._fired = fired
        self._now = now

    def add(self, sent: SentContact, *, forced: bool) -> int:
        """Add a contact, or change the one with the same e-mail where adding is not forced."""
        index = self._field_index()
        same = None if forced else self._same_email(sent, index)
        if same is None:
            same = self._contacts.add(self._now)
            owner = index.get((None, self._names.key(OWNER_FIELD)))
            if owner is not None:
                self._contacts.set_value(same, owner.id, OWNER)
        self._apply(same, sent, index)
        return same

    def update(self, sent: SentContact, *, forced: bool) -> int:
        """Change the contact with that id or, where none is given, that e-mail.

        Raises:
            RefusalError: No such contact, and adding one was not forced.
        """
        index = self._field_index()
        if sent.id is None:
            if forced:
                return self.add(sent, forced=True)
            found = self._same_email(sent, index)
        else:
            found = sent.id
        contact_id = self.known(() if found is None else (found,))[0]
        self._apply(contact_id, sent, index)
        return contact_id

    def known(self, ids: Iterable[int | None]) -> tuple[int, ...]:
        """Return the ids if there is at least one, and each is a contact's.

        Raises:
            RefusalError: There is none, or one is not a contact's.
        """
        given = tuple(ids)
        known = tuple(
            one for one in given if one is not None and self._contacts.find(one) is not None
        )
        if not known or len(known) < len(given):
            raise RefusalError(Refusal.CONTACT_IDS)
        return known

    def delete(self, contact_id: int) -> None:
        """Delete a contact; one that does not exist counts as deleted (seen by clients)."""
        tags = [tag.id for tag in self._labels.tags_of(contact_id)]
        self._contacts.delete(contact_id)
        self._drop_unused(tags)

    def show(self, contact_id: int) -> ShownContact:
        """Return a contact as a fetch shows it.

        Raises:
            RefusalError: No such contact.
        """
        shown = next(self.show_all((contact_id,)), None)
        if shown is None:
            raise RefusalError(Refusal.CONTACT_IDS)
        return shown

    def show_all(self, contact_ids: Iterable[int]) -> Iterator[ShownContact]:
        """Yield contacts as a fetch shows them; ids of none are skipped."""
        return self._shown.show_all(contact_ids)

    def add_tags(self, contact_id: int, tags: Iterable[TagRow | str]) -> tuple[TagRow, ...]:
        """Put tags on a contact; a name that no tag has becomes a new tag."""
        rows = tuple(tag if isinstance(tag, TagRow) else self.ensure_tag(tag) for tag in tags)
        there = {tag.id for tag in self._labels.tags_of(contact_id)}
        self._labels.put_tags(contact_id, [row.id for row in rows])
        for row in rows:
            if row.id not in there:
                self._fired.note(contact_id, tag_id=row.id)
        self._contacts.touch(contact_id, self._now)
        return rows

    def remove_tags(self, contact_id: int, tags: Iterable[TagRow | str]) -> tuple[TagRow, ...]:
        """Take tags off a contact, and return those that it had."""
        there = self._labels.tags_of(contact_id)
        found = (
            tag if isinstance(tag, TagRow) else self._names.find(there, self._names.stored(tag))
            for tag in tags
        )
        rows = tuple(dict.fromkeys(row for row in found if row in there))
        self._labels.take_tags(contact_id, [row.id for row in rows])
        for row in rows:
            self._fired.note(contact_id, tag_id=row.id)
        self._contacts.touch(contact_id, self._now)
        self._drop_unused(row.id for row in rows)
        return rows

    def tags_with_ids(self, ids: Iterable[int]) -> tuple[TagRow, ...]:
        """Return the tags with these ids; unknown ids are ignored."""
        by_id = {tag.id: tag for tag in self._labels.tags()}
        return tuple(by_id[one] for one in ids if one in by_id)

    def ensure_tag(self, name: str) -> TagRow:
        """Return the tag of a name; one that does not exist is created."""
        name = self._names.stored(name)
        found = self._names.find(self._labels.tags(), name)
        if found is not None:
            return found
        object_id = self._labels.object_id
        return TagRow(self._labels.add_tag(name, object_id=object_id), name, object_id)

    def add_note(self, contact_id: int, text: str, *, time: int | None) -> None:
        """Add a note to a contact, with the current time if none is sent."""
        self._contacts.add_note(contact_id, time=self._now if time is None else time, text=text)

    def notes(self, contact_id: int) -> tuple[NoteRow, ...]:
        """Return a contact's notes, oldest first."""
        return self._contacts.notes_of(contact_id)

    def _drop_unused(self, tag_ids: Iterable[int]) -> None:
        if self._drops_tags:
            self._labels.remove_unused(tag_ids)

    def _apply(
        self, contact_id: int, sent: SentContact, index: dict[tuple[str | None, str], FieldRow]
    ) -> None:
        before = self._contacts.values_of(contact_id) if self._fired.is_on else {}
        for value in sent.values:
            field = self._find_field(value, index)
            if field is None:
                continue
            if is_tags_field(field):
                self._change_tags(contact_id, value)
            elif field.type == SEQUENCE:
                change = (
                    self._labels.take_sequences if value.removes else self._labels.put_sequences
                )
                change(contact_id, split_ids(value.text))
            else:
                text = stored_value(field.type, value.text)
                kept = None if not text and keeps_no_blank(field.type) else text
                self._contacts.set_value(contact_id, field.id, kept)
                if kept != before.get(field.id):
                    self._fired.note(contact_id, field_id=field.id)
                if field.name == "First Name":
                    self._contacts.set_purl(contact_id, "".join(text.lower().split()))
        if sent.stops_bulk_mail:
            self._contacts.stop_bulk_mail(contact_id)
        self._contacts.touch(contact_id, self._now)

    def _change_tags(self, contact_id: int, value: SentValue) -> None:
        tags: Iterable[TagRow | str] = (
            self.tags_with_ids(split_ids(value.text))
            if value.numeric
            else split_names(value.text)
        )
        if value.removes:
            self.remove_tags(contact_id, tags)
        else:
            self.add_tags(contact_id, tags)

    def _field_index(self) -> dict[tuple[str | None, str], FieldRow]:
        """Return the first field of each section and name, and of each name (section None)."""
        sections = {row.id: self._names.key(row.name) for row in self._layout.sections()}
        index: dict[tuple[str | None, str], FieldRow] = {}
        for row in self._layout.fields():
            name = self._names.key(row.name)
            index.setdefault((sections[row.section_id], name), row)
            index.setdefault((None, name), row)
            if self._knows_email and name in {"e-mail", "email"}:
                index.setdefault((None, "e-mail"), row)
                index.setdefault((None, "email"), row)
        return index

    def _find_field(
        self, value: SentValue, index: dict[tuple[str | None, str], FieldRow]
    ) -> FieldRow | None:
        section = None if value.section is None else self._names.key(value.section)
        for name in (value.name, self._names.stored(value.name)):
            key = self._names.key(name)
            found = index.get((section, key)) or index.get((None, key))
            if found is not None:
                return found
        return None

    def _same_email(
        self, sent: SentContact, index: dict[tuple[str | None, str], FieldRow]
    ) -> int | None:
        field = index.get((None, "email")) or index.get((None, "E-Mail"))
        if field is None:
            return None
        wanted = {
            value.text.strip().casefold()
            for value in sent.values
            if value.text.strip() and self._find_field(value, index) == field
        }
        same = (holding(field.id, "folded = ?", text) for text in wanted)
        hits = self._contacts.select(any_of(same), limit=1)
        return next(iter(hits), None)
