"""Notes, tasks, groups, sequences, rules, messages, forms and automations.

Their answers have the envelope of contacts. A list shows what is one text, one record shows
everything. What a write answers is a guess after contacts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from schemactl.emulator.account import Account
from schemactl.emulator.records import Content
from schemactl.emulator.rest.json_values import Json, number_of, text_of
from schemactl.emulator.rest.kinds import KINDS, NOTE, SEQUENCE, Kind
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.rows import Row, chosen, info, page
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches

_NO_CONTENT = frozenset({"objectID", "id"})


def read_records(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return a page of the records of a kind."""
    kind = _kind(request)
    return page(_chosen(account, request, switches), request, switches, key=kind.key)


def count_records(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Return the number of records of a kind."""
    return info(len(_chosen(account, request, switches)), [])


def read_record(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Return one record, with all that it holds."""
    kind = _kind(request)
    number = _known(account, request, kind)
    return {"data": {**_all_of(account, kind)[number], kind.key: str(number)}}


def create_record(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Create a record; a note needs its contact and its text."""
    kind, content = _kind(request), _content(request)
    number = _add_note(account, content) if kind.number == NOTE else None
    if number is None:
        number = account.records.add(kind.number, content)
    return {"data": {**_all_of(account, kind)[number], kind.key: str(number)}}


def update_record(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Change one record; what is not sent stays."""
    kind, content = _kind(request), _content(request)
    number = _known(account, request, kind)
    if kind.number == NOTE:
        account.contacts.set_note(number, text_of(content.get("data")) or "")
    else:
        before = account.records.all_of(kind.number)[number]
        account.records.replace(kind.number, number, {**before, **content})
    return {"data": {"attrs": {**content, kind.key: str(number)}}}


def delete_record(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Delete one record."""
    kind = _kind(request)
    number = _known(account, request, kind)
    remove: Callable[[int], None] = partial(account.records.remove, kind.number)
    (account.contacts.remove_note if kind.number == NOTE else remove)(number)
    return {}


def _kind(request: RestRequest) -> Kind:
    return KINDS[request.kind_id or 0]


def _chosen(account: Account, request: RestRequest, switches: Switches) -> list[Row]:
    kind = _kind(request)
    rows = (
        {kind.key: str(number), **_texts(content)}
        for number, content in _all_of(account, kind).items()
    )
    return chosen(rows, request, switches, key=kind.key)


def _texts(content: Content) -> dict[str, str | None]:
    return {
        name: text_of(value)
        for name, value in content.items()
        if not isinstance(value, dict | list)
    }


def _all_of(account: Account, kind: Kind) -> dict[int, dict[str, Json]]:
    """Return the records of a kind by id."""
    if kind.number == NOTE:
        return {
            note.id: {
                "owner": "1",
                "contact_id": str(contact_id),
                "object_type_id": "0",
                "data": note.text,
                "date": str(note.time),
            }
            for contact_id, note in account.contacts.all_notes()
        }
    if kind.number == SEQUENCE:
        return {
            row.id: {"name": row.name, "description": row.description}
            for row in account.labels.sequences()
        }
    return {
        number: dict(content) for number, content in account.records.all_of(kind.number).items()
    }


def _known(account: Account, request: RestRequest, kind: Kind) -> int:
    """Return the id of the record that a request names.

    Raises:
        RestError: It names none, or there is no such record.
    """
    if request.text("id") is None:
        raise RestError(400, RestText.PARAMETER)
    number = request.number("id")
    if number is None or number not in _all_of(account, kind):
        raise RestError(404, RestText.NOT_FOUND)
    return number


def _content(request: RestRequest) -> dict[str, Json]:
    return {name: value for name, value in request.arguments.items() if name not in _NO_CONTENT}


def _add_note(account: Account, content: Content) -> int:
    """Add a note to a contact.

    Raises:
        RestError: The contact or the text is missing, or there is no such contact.
    """
    contact_id, text = number_of(content.get("contact_id")), text_of(content.get("data"))
    if contact_id is None or text is None:
        raise RestError(400, RestText.PARAMETER)
    if account.contacts.find(contact_id) is None:
        raise RestError(404, RestText.NOT_FOUND)
    return account.contacts.add_note(contact_id, time=account.now, text=text)
