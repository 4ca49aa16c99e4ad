"""Rows of contacts as the REST API shows them: texts, and null for some that are unset.

A dropdown holds the number of an option, a list several numbers (`*/*1*/*2*/*`), as recorded.
The account keeps labels, as the Contacts API has them, so both APIs show the same contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OnOff
from schemactl.emulator.contacts import ContactRow
from schemactl.emulator.rest.contact_fields import ContactFields, Kind, kind_of, unset_value
from schemactl.emulator.rest.rows import Row
from schemactl.emulator.rest.shown import FULL_NAME
from schemactl.emulator.section_content import EditorField
from schemactl.emulator.switches import Switches
from schemactl.emulator.unique_ids import unique_id
from schemactl.emulator.values import LIST_SEPARATOR, RAW_OPTION, split_names

KEY = "id"
UNIQUE_KEY = "unique_id"
EMAIL = "email"
FIRST_NAME = "firstname"
LAST_NAME = "lastname"
OWNER_FIELD = "owner"
OWNER = "1"
EXTERN = "//"
RELATED = "related_data"


class ContactRows:
    """Shows contacts; `columns` limits what is shown, None shows everything.

    Values of a related record are only in the answer with one contact: in collections their
    columns are dropped silently (seen by a client).
    """

    def __init__(
        self,
        account: Account,
        fields: ContactFields,
        switches: Switches,
        *,
        columns: frozenset[str] | None = None,
        externs: Iterable[str] = (),
    ) -> None:
        self._account = account
        self._fields = fields
        self._switches = switches
        self._columns = columns
        self._externs = (*self._default_externs(), *externs)
        self._shown_fields = tuple(
            (field, kind_of(field))
            for field in fields.rows
            if columns is None or field.api_name in columns
        )

    def rows(self, contact_ids: Iterable[int]) -> list[Row]:
        """Return the rows of contacts, in the order of the ids."""
        ids = tuple(contact_ids)
        values = self._account.contacts.values_of_all(ids)
        found = self._account.contacts.find_all(ids)
        fields = [field for field in self._shown_fields if field[0].type != RELATED]
        return [self._row(row, values[row.id], fields) for row in found]

    def row(self, contact: ContactRow) -> Row:
        """Return the row of one contact."""
        values = self._account.contacts.values_of(contact.id)
        return self._row(contact, values, self._shown_fields)

    def _row(
        self,
        contact: ContactRow,
        values: dict[int, str],
        fields: Iterable[tuple[EditorField, Kind]],
    ) -> Row:
        row = dict(self._own(contact, values))
        if self._columns is not None:
            row = {name: value for name, value in row.items() if name in self._columns}
        for field, kind in fields:
            row[field.api_name] = self._shown(contact.id, field, kind, values.get(field.id))
        return {**row, **dict.fromkeys(self._externs)}

    def _own(
        self, contact: ContactRow, values: dict[int, str]
    ) -> Iterator[tuple[str, str | None]]:
        """Yield what every contact has, whatever its fields are."""
        names = (self._fields.named(name) for name in (FIRST_NAME, LAST_NAME))
        parts = ("" if field is None else values.get(field.id, "") for field in names)
        yield KEY, str(contact.id)
        yield UNIQUE_KEY, unique_id(contact.id)
        yield OWNER_FIELD, OWNER
        if self._account.is_of_contacts:
            yield EMAIL, unset_value(Kind.TEXT, self._switches)
            yield FULL_NAME, " ".join(parts).strip()
        yield "date", str(contact.added)
        yield "dlm", str(contact.modified)
        yield "dla", str(contact.modified)

    def _default_externs(self) -> tuple[str, ...]:
        """Return names of a related record that are in every row, wanted or not (seen)."""
        if self._switches.default_externs is OnOff.OFF:
            return ()
        return tuple(
            f"{field.api_name}{EXTERN}{FIRST_NAME}"
            for field in self._fields.rows
            if field.custom and kind_of(field) is Kind.PARENT
        )

    def _shown(
        self, contact_id: int, field: EditorField, kind: Kind, stored: str | None
    ) -> str | None:
        unset = unset_value(kind, self._switches)
        labels = self._account.labels
        match kind:
            case Kind.TAGS:
                return _joined(tag.id for tag in labels.tags_of(contact_id)) or unset
            case Kind.SEQUENCES:
                return _joined(labels.sequences_of(contact_id)) or unset
            case _ if stored is None:
                return unset
            case Kind.DROPDOWN:
                return str(self._fields.numbers(field).get(stored, stored.lstrip(RAW_OPTION)))
            case Kind.LIST:
                numbers = self._fields.numbers(field)
                items = split_names(stored)
                shown = (numbers.get(one, one.lstrip(RAW_OPTION)) for one in items)
                return _joined(shown) or unset
            case (
                Kind.TEXT | Kind.LONG_TEXT | Kind.NUMBER | Kind.DATE | Kind.CHECK | Kind.PARENT
            ):
                return stored


def _joined(items: Iterable[int | str]) -> str:
    joined = LIST_SEPARATOR.join(map(str, items))
    return f"{LIST_SEPARATOR}{joined}{LIST_SEPARATOR}" if joined else ""
