"""Contacts over the REST API: values by the API's names of fields, all as texts.

A dropdown holds the number of an option, a list several numbers (`*/*1*/*2*/*`), as recorded.
The account keeps labels, as the Contacts API has them, so both APIs show the same contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemactl.emulator.account import Account
from schemactl.emulator.contact_rules import SentContact, split_ids, split_names
from schemactl.emulator.contacts import LIST_SEPARATOR, ContactRow
from schemactl.emulator.layout import EditorField
from schemactl.emulator.rest.json_values import Json, text_of
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.rows import Row, chosen, info, page
from schemactl.emulator.rest.shown import FULL_NAME
from schemactl.emulator.rest.words import TAGS_FIELD, RestText, shown_type
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import stored_value

KEY = "id"
EMAIL = "email"
FIRST_NAME = "firstname"
OWNER_FIELD = "owner"
OWNER = "1"
SEQUENCES_TYPE = "sequence"
NO_OPTION = "0"
LISTED = (FULL_NAME, EMAIL)


def read_contacts(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Return one page of the requested contacts."""
    rows = page(chosen(_People(account).rows(), request, key=KEY), request, key=KEY)
    columns = (request.text("listFields") or "").split(",")
    found = rows["data"]
    if columns == [""] or not isinstance(found, list):
        return rows
    kept = {KEY, *columns}
    return {
        **rows,
        "data": [
            {name: value for name, value in row.items() if name in kept}
            for row in found
            if isinstance(row, dict)
        ],
    }


def read_contact(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Return one contact."""
    return {"data": dict(_People(account).row(_known(account, request)))}


def count_contacts(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Return the number of the requested contacts."""
    return info(chosen(_People(account).rows(), request, key=KEY), LISTED)


def create_contact(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Create a contact, even if another one has its e-mail address."""
    return _created(account, _sent_values(request))


def save_contact(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Change the contact with that e-mail address, or create one."""
    values = _sent_values(request)
    wanted = values.get(EMAIL, "").strip().casefold()
    rows = _People(account).rows() if wanted else []
    same = next((row for row in rows if row[EMAIL].strip().casefold() == wanted), None)
    if same is None:
        return _created(account, values)
    return _updated(account, int(same[KEY]), values)


def update_contact(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Change one contact; other values stay."""
    return _updated(account, _known(account, request).id, _sent_values(request))


def delete_contact(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Delete one contact."""
    account.people.delete(_known(account, request).id)
    return {}


class _People:
    """The contacts of an account, with its fields and options read once for all."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._fields = account.layout.editor_fields()
        self._options = account.layout.option_ids()

    def rows(self) -> list[Row]:
        """Return all contacts by id."""
        found = map(self._account.contacts.find, self._account.contacts.ids())
        return [self.row(contact) for contact in found if contact is not None]

    def row(self, contact: ContactRow) -> Row:
        """Return a contact's values, all as texts."""
        values = self._account.contacts.values_of(contact.id)
        shown = {
            field.api_name: self._shown(contact.id, field, values.get(field.id, ""))
            for field in self._fields
        }
        full_name = f"{shown.get(FIRST_NAME, '')} {shown.get('lastname', '')}".strip()
        return {
            KEY: str(contact.id),
            EMAIL: "",
            **shown,
            OWNER_FIELD: OWNER,
            FULL_NAME: full_name,
            "date": str(contact.added),
            "dlm": str(contact.modified),
        }

    def set_values(self, contact_id: int, values: Mapping[str, str]) -> None:
        """Store values; those for unknown fields are ignored."""
        for field in self._fields:
            if field.api_name in values:
                self._set(contact_id, field, values[field.api_name])
        self._account.contacts.touch(contact_id, self._account.now)

    def _shown(self, contact_id: int, field: EditorField, stored: str) -> str:
        labels = self._account.labels
        if field.api_name == TAGS_FIELD:
            return _joined(tag.id for tag in labels.tags_of(contact_id))
        if field.type == SEQUENCES_TYPE:
            return _joined(labels.sequences_of(contact_id))
        ids = {text: number for number, text in self._options.get(field.id, ())}
        match shown_type(field.type, field.api_name):
            case "drop":
                return str(ids.get(stored, NO_OPTION))
            case "list":
                return _joined(ids[text] for text in split_names(stored) if text in ids)
            case "check":
                return stored or NO_OPTION
            case _:
                return stored

    def _set(self, contact_id: int, field: EditorField, text: str) -> None:
        labels = self._account.labels
        if field.api_name == TAGS_FIELD:
            labels.take_tags(contact_id, [tag.id for tag in labels.tags_of(contact_id)])
            tags = self._account.people.tags_with_ids(split_ids(text))
            labels.put_tags(contact_id, [tag.id for tag in tags])
            return
        if field.type == SEQUENCES_TYPE:
            labels.take_sequences(contact_id, labels.sequences_of(contact_id))
            labels.put_sequences(contact_id, split_ids(text))
            return
        stored = self._stored(field, text)
        self._account.contacts.set_value(contact_id, field.id, stored)
        if field.api_name == FIRST_NAME:
            self._account.contacts.set_purl(contact_id, "".join(text.lower().split()))

    def _stored(self, field: EditorField, text: str) -> str:
        options = dict(self._options.get(field.id, ()))
        match shown_type(field.type, field.api_name):
            case "drop" | "list":
                chosen_ids = (number for number in split_ids(text) if number in options)
                return LIST_SEPARATOR.join(options[number] for number in chosen_ids)
            case _:
                return stored_value(field.type, text)


def _created(account: Account, values: Mapping[str, str]) -> dict[str, Json]:
    contact_id = account.people.add(SentContact(), forced=True)
    return {"data": dict(_changed(account, contact_id, values))}


def _updated(account: Account, contact_id: int, values: Mapping[str, str]) -> dict[str, Json]:
    row = _changed(account, contact_id, values)
    sent = {name: value for name, value in row.items() if name in values}
    return {"data": {"attrs": {**sent, "dlm": row["dlm"], KEY: row[KEY]}}}


def _changed(account: Account, contact_id: int, values: Mapping[str, str]) -> Row:
    people = _People(account)
    people.set_values(contact_id, values)
    contact = account.contacts.find(contact_id)
    if contact is None:
        raise RestError(404, RestText.NOT_FOUND)
    return people.row(contact)


def _known(account: Account, request: RestRequest) -> ContactRow:
    number = request.number(KEY)
    if request.text(KEY) is None:
        raise RestError(400, RestText.PARAMETER)
    contact = None if number is None else account.contacts.find(number)
    if contact is None:
        raise RestError(404, RestText.NOT_FOUND)
    return contact


def _sent_values(request: RestRequest) -> dict[str, str]:
    """Return the values of a request; null clears a field.

    Raises:
        RestError: The e-mail address is invalid.
    """
    values = {
        name: text_of(value) or ""
        for name, value in request.arguments.items()
        if name not in {KEY, "objectID"} and not isinstance(value, dict | list)
    }
    email = values.get(EMAIL, "").strip()
    if email and "@" not in email:
        raise RestError(422, RestText.EMAIL)
    return values


def _joined(ids: Iterable[int]) -> str:
    joined = LIST_SEPARATOR.join(map(str, ids))
    return f"{LIST_SEPARATOR}{joined}{LIST_SEPARATOR}" if joined else ""
