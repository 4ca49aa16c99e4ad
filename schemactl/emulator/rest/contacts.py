"""Contacts over the REST API: read, count, create, change and delete them."""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.emulator.account import Account
from schemactl.emulator.clauses import EVERY, Clause, among, both, holding
from schemactl.emulator.contact_rules import SentContact
from schemactl.emulator.contacts import ContactRow
from schemactl.emulator.rest.contact_fields import ContactFields
from schemactl.emulator.rest.contact_query import ContactQuery, visible
from schemactl.emulator.rest.contact_rows import EMAIL, KEY, UNIQUE_KEY, ContactRows
from schemactl.emulator.rest.contact_writes import ContactWrites
from schemactl.emulator.rest.json_values import Json, flag_of, text_of
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.rows import Row, info
from schemactl.emulator.rest.selected import background_reads
from schemactl.emulator.rest.shown import FULL_NAME
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches
from schemactl.emulator.unique_ids import id_of
from schemactl.emulator.value_choices import SingleMissing
from schemactl.emulator.values import folded_text

REQUEST_PROCESSED = "The request is now being processed."
"""The answer to a write in the background; its text is made up."""
_NO_VALUES = frozenset({KEY, UNIQUE_KEY, "objectID", "background_request", "ignore_blanks"})
LISTED = (FULL_NAME, EMAIL)


def read_contacts(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return one page of the requested contacts."""
    query = ContactQuery(account, request, switches)
    return query.page(query.clause())


def read_contact(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return one contact; a missing one may be answered in plain text with status 200."""
    if not _names_contact(request):
        raise RestError(400, RestText.PARAMETER)
    contact = _find(account, request, switches)
    if contact is None:
        missing = 200 if switches.single_missing is SingleMissing.STATUS_200 else 404
        raise RestError(missing, RestText.NOT_FOUND)
    return {"data": dict(ContactRows(account, ContactFields(account), switches).row(contact))}


def find_by_email(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return the id of the first contact with an e-mail address."""
    if not request.text(EMAIL):
        raise RestError(400, RestText.PARAMETER)
    sent = {EMAIL: request.arguments[EMAIL]}
    found = _same_contact(account, sent, visible(switches))
    if found is None:
        raise RestError(404, RestText.NOT_FOUND)
    return {"data": {KEY: str(found)}}


def count_contacts(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return the number of the requested contacts."""
    clause = ContactQuery(account, request, switches).clause()
    return info(account.contacts.count(clause), LISTED)


def create_contact(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Create a contact, even if another one has its e-mail address."""
    return _created(account, _sent_values(request), switches)


def save_contact(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Change the contact with that e-mail address or other unique value, or create one."""
    values = _sent_values(request)
    if flag_of(request.arguments.get("ignore_blanks")) is True:
        values = {name: value for name, value in values.items() if value != ""}
    named = _find(account, request, switches) if request.text(KEY) is None else None
    same = _same_contact(account, values) if named is None else named.id
    if same is None:
        return _created(account, values, switches)
    return _updated(account, same, values, switches)


def update_contact(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Change one contact, now or in the background; other values stay."""
    contact_id = _known(account, request, switches).id
    values = _sent_values(request)
    reads = background_reads(request, switches)
    if reads == 0:
        return _updated(account, contact_id, values, switches)
    writes = ContactWrites(account, ContactFields(account), switches)
    writes.set_values(contact_id, values, reads=reads)
    return {"data": REQUEST_PROCESSED}


def delete_contact(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Delete one contact."""
    account.people.delete(_known(account, request, switches).id)
    return {}


def _created(
    account: Account, values: Mapping[str, Json], switches: Switches
) -> dict[str, Json]:
    fields = ContactFields(account)
    writes = ContactWrites(account, fields, switches)
    writes.check_new(values)
    contact_id = account.people.add(SentContact(), forced=True)
    writes.set_values(contact_id, values)
    return {"data": dict(_row(account, contact_id, fields, switches))}


def _updated(
    account: Account, contact_id: int, values: Mapping[str, Json], switches: Switches
) -> dict[str, Json]:
    fields = ContactFields(account)
    ContactWrites(account, fields, switches).set_values(contact_id, values)
    row = _row(account, contact_id, fields, switches)
    sent = {name: value for name, value in row.items() if name in values}
    return {"data": {"attrs": {**sent, "dlm": row["dlm"], KEY: row[KEY]}}}


def _row(account: Account, contact_id: int, fields: ContactFields, switches: Switches) -> Row:
    contact = account.contacts.find(contact_id)
    if contact is None:
        raise RestError(404, RestText.NOT_FOUND)
    return ContactRows(account, fields, switches).row(contact)


def _same_contact(
    account: Account, values: Mapping[str, Json], limits: Clause = EVERY
) -> int | None:
    """Return the contact with a sent e-mail address, or with another unique value."""
    fields = ContactFields(account).rows
    keys = [field for field in fields if field.api_name == EMAIL or field.unique]
    for field in keys:
        text = folded_text(text_of(values.get(field.api_name)) or "")
        if text:
            same = both(limits, holding(field.id, "folded = ?", text))
            found = account.contacts.select(same, limit=1)
            if found:
                return found[0]
    return None


def _known(account: Account, request: RestRequest, switches: Switches) -> ContactRow:
    if not _names_contact(request):
        raise RestError(400, RestText.PARAMETER)
    contact = _find(account, request, switches)
    if contact is None:
        raise RestError(404, RestText.NOT_FOUND)
    return contact


def _names_contact(request: RestRequest) -> bool:
    return request.text(KEY) is not None or request.text(UNIQUE_KEY) is not None


def _find(account: Account, request: RestRequest, switches: Switches) -> ContactRow | None:
    """Return the contact of an id if it exists and the owner of the key sees it.

    A unique id counts only where there is no id (as a client says).
    """
    number = request.number(KEY)
    if request.text(KEY) is None:
        number = id_of(request.text(UNIQUE_KEY) or "")
    if number is None:
        return None
    found = account.contacts.select(both(among((number,)), visible(switches)))
    return account.contacts.find(number) if found else None


def _sent_values(request: RestRequest) -> dict[str, Json]:
    """Return the values of a request.

    Raises:
        RestError: The e-mail address is invalid.
    """
    values: dict[str, Json] = {
        name: value
        for name, value in request.arguments.items()
        if name not in _NO_VALUES and not isinstance(value, dict | list)
    }
    email = (text_of(values.get(EMAIL)) or "").strip()
    if email and "@" not in email:
        raise RestError(422, RestText.EMAIL)
    return values
