"""Store the values that a REST request sends, by the kind of each field.

Unknown names are ignored without an error (known from the vendor's own client). What the
server does with values that do not fit a field is not public: each case is a switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OnOff
from schemactl.emulator.clauses import among, both, holding, negate
from schemactl.emulator.field_types import field_bytes, is_short_text, keeps_no_blank
from schemactl.emulator.pending import Change
from schemactl.emulator.rest.contact_fields import ContactFields, Kind, kind_of
from schemactl.emulator.rest.json_values import Json, text_of
from schemactl.emulator.rest.request import RestError
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.section_content import EditorField
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import (
    AcceptedOr422,
    LabelForOption,
    OverlongText,
    UnknownOption,
    WriteNull,
)
from schemactl.emulator.values import (
    LIST_SEPARATOR,
    RAW_OPTION,
    folded_text,
    split_ids,
    split_names,
    stored_value,
)

FIRST_NAME = "firstname"
NO_OPTION = "0"


class ContactWrites:
    """Writes values of one account's contacts."""

    def __init__(self, account: Account, fields: ContactFields, switches: Switches) -> None:
        self._account = account
        self._fields = fields
        self._switches = switches

    def check_new(self, sent: Mapping[str, Json]) -> None:
        """Check that a new contact has all required values.

        Raises:
            RestError: One is missing, and a switch refuses that.
        """
        missing = [
            field
            for field in self._fields.rows
            if field.required and field.api_name not in sent
        ]
        if missing and self._switches.write_required_blank is AcceptedOr422.REFUSED:
            raise RestError(422, RestText.REQUIRED)

    def set_values(self, contact_id: int, sent: Mapping[str, Json], *, reads: int = 0) -> None:
        """Store values, after a number of reads; all are checked first.

        The time of the change is noted if anything differs, or always by a switch.

        Raises:
            RestError: A switch refuses a value.
        """
        before = self._account.contacts.values_of(contact_id)
        changes = [
            change
            for field in self._fields.rows
            if field.api_name in sent
            for change in self._changes(contact_id, field, sent[field.api_name])
            if change.tag_id or change.text != before.get(change.field_id or 0)
        ]
        self._account.pending.add(changes, reads=reads)
        if not changes and self._switches.write_same_value_moves_dlm is OnOff.ON:
            self._account.contacts.touch(contact_id, self._account.now)

    def _changes(self, contact_id: int, field: EditorField, value: Json) -> Iterator[Change]:
        """Yield the changes that one value means."""
        kind = kind_of(field)
        if value is None and not self._takes_null():
            return
        text = text_of(value)
        if kind is Kind.TAGS:
            yield from self._tag_changes(contact_id, split_ids(text or ""))
        elif kind is Kind.SEQUENCES:
            self._set_sequences(contact_id, split_ids(text or ""))
        else:
            stored = None if text is None else self._stored(field, kind, text)
            self._check(contact_id, field, stored)
            if field.api_name == FIRST_NAME:
                purl = "".join((stored or "").lower().split())
                self._account.contacts.set_purl(contact_id, purl)
            yield Change(contact_id, field_id=field.id, text=stored)

    def _takes_null(self) -> bool:
        match self._switches.write_null:
            case WriteNull.CLEARS:
                return True
            case WriteNull.IGNORED:
                return False
            case WriteNull.REFUSED:
                raise RestError(400, RestText.PARAMETER)

    def _tag_changes(self, contact_id: int, ids: tuple[int, ...]) -> Iterator[Change]:
        """Yield the changes that replace the tags of a contact."""
        before = {tag.id for tag in self._account.labels.tags_of(contact_id)}
        after = {tag.id for tag in self._account.people.tags_with_ids(ids)}
        for tag_id in sorted(before - after):
            yield Change(contact_id, tag_id=tag_id, removes=True)
        for tag_id in sorted(after - before):
            yield Change(contact_id, tag_id=tag_id)

    def _set_sequences(self, contact_id: int, ids: tuple[int, ...]) -> None:
        labels = self._account.labels
        labels.take_sequences(contact_id, labels.sequences_of(contact_id))
        labels.put_sequences(contact_id, ids)

    def _stored(self, field: EditorField, kind: Kind, text: str) -> str | None:
        """Return the text to store; None for a value that clears the field."""
        match kind:
            case Kind.DROPDOWN:
                unset = text.strip() in {"", NO_OPTION}
                return None if unset else self._option(field, text.strip())
            case Kind.LIST:
                parts = [part.strip() for part in split_names(text)]
                options = (self._option(field, one) for one in parts if one != NO_OPTION)
                return LIST_SEPARATOR.join(filter(None, options)) or None
            case Kind.DATE if text.strip() == NO_OPTION:
                return None
            case Kind.CHECK:
                return stored_value(field.type, text.strip()) or None
            case (
                Kind.TEXT
                | Kind.LONG_TEXT
                | Kind.NUMBER
                | Kind.DATE
                | Kind.TAGS
                | Kind.SEQUENCES
                | Kind.PARENT
            ):
                stored = stored_value(field.type, text)
                if not stored and keeps_no_blank(field.type):
                    return None
                return self._fitted(field, stored)

    def _option(self, field: EditorField, text: str) -> str | None:
        """Return the label of a sent option; None for one that the server drops.

        Raises:
            RestError: It is none of the field's, and a switch refuses it.
        """
        ids = split_ids(text)
        labels = self._fields.labels(field)
        if len(ids) == 1 and ids[0] in labels:
            return labels[ids[0]]
        if text in labels.values():
            return self._label(text)
        match self._switches.write_unknown_option:
            case UnknownOption.REFUSED:
                raise RestError(422, RestText.OPTION)
            case UnknownOption.ZERO:
                return None
            case UnknownOption.RAW:
                return text

    def _label(self, text: str) -> str | None:
        match self._switches.write_label_for_option:
            case LabelForOption.REFUSED:
                raise RestError(422, RestText.OPTION)
            case LabelForOption.ZERO:
                return None
            case LabelForOption.RAW:
                return f"{RAW_OPTION}{text}"
            case LabelForOption.RESOLVED:
                return text

    def _fitted(self, field: EditorField, text: str) -> str:
        """Return a text that fits the bytes of its type, cut by whole characters."""
        encoded = text.encode()
        limit = field_bytes(field.type)
        if not is_short_text(field.type) or len(encoded) <= limit:
            return text
        if self._switches.text_overlong is OverlongText.REFUSED:
            raise RestError(422, RestText.TOO_LONG)
        return encoded[:limit].decode(errors="ignore")

    def _check(self, contact_id: int, field: EditorField, stored: str | None) -> None:
        """Check the value of a required or unique field.

        Raises:
            RestError: It is blank or another contact's, and a switch refuses that.
        """
        switches = self._switches
        blank = stored is None or not stored.strip()
        if blank:
            if field.required and switches.write_required_blank is AcceptedOr422.REFUSED:
                raise RestError(422, RestText.REQUIRED)
            return
        if field.unique and switches.write_unique_clash is AcceptedOr422.REFUSED:
            same = holding(field.id, "folded = ?", folded_text(stored or ""))
            if self._account.contacts.count(both(same, negate(among((contact_id,))))):
                raise RestError(422, RestText.NOT_UNIQUE)
