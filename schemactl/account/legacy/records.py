"""Read values of contacts over the Contacts API, page by page, in the order of their ids.

A search returns whole contacts, or only ids (the manual and clients disagree), and which page
is the first is unknown. So each page is the first one of a search for ids above the last one,
and contacts that come without values are fetched. Nothing public says in which order a search
returns contacts: a page that is not in the order of ids is an error. Whether a whole walk is
complete is for the caller to compare with a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schemactl.account.http.exchange import FormRequest
from schemactl.account.http.sender import Sender
from schemactl.account.interface import LiveState
from schemactl.account.legacy.answers import ContactRecord
from schemactl.account.legacy.contact_decoder import (
    decode_contacts,
    decode_search,
    held_record,
)
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.record_writing import LegacyRecordWriting
from schemactl.account.legacy.requests import AddTag, FetchContacts, SearchContacts
from schemactl.account.legacy.value_codec import read_value
from schemactl.account.legacy.values import (
    PAGE_CONTACTS,
    TAG_SEPARATOR,
    Equation,
    Operator,
)
from schemactl.account.record_writing import refuse_unsent
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    AnswerError,
    NoPermissionError,
)
from schemactl.model.held_values import FieldPlace, HeldRecord, Tagged
from schemactl.model.record_update import RecordUpdate, Value, WriteOutcome
from schemactl.model.schema import Schema

FETCHED_AT_ONCE: Final = 50
"""Contacts of one fetch: two were seen, and nothing says how many a server returns."""
TAGS: Final = "Contact Tags"
"""Where a contact has the names of its tags (recorded answers)."""
_ID: Final = re.compile(r"[0-9]{1,18}")
ID: Final = "Contact ID"
"""What every contact has (clients search by it)."""


_EVERYBODY: Final = Equation(field=ID, operator=Operator.GREATER, value="0")


class LegacyRecords:
    """The values of an account's contacts, reached through a `Sender`; see `Records`."""

    def __init__(self, sender: Sender[FormRequest]) -> None:
        self._sender = sender

    def read_values(
        self, fields: Sequence[FieldPlace], live: LiveState, *, after: str = ""
    ) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of all contacts; see `Records`."""
        _refuse_unknown(fields, live.schema)
        last = int(after or 0)
        while True:
            contacts = self._page(last)
            for contact in contacts:
                if _number_of(contact) <= last:
                    msg = "the account does not return contacts in the order of their ids"
                    raise AccountError(msg)
                last = _number_of(contact)
            if contacts:
                yield self._held(contacts, fields)
            if len(contacts) < PAGE_CONTACTS:
                return

    def read_records(
        self, ids: Sequence[str], fields: Sequence[FieldPlace], live: LiveState
    ) -> Sequence[HeldRecord]:
        """Read some contacts; see `Records`."""
        _refuse_unknown(fields, live.schema)
        wanted = [str(number) for number in sorted({int(each) for each in ids})]
        return tuple(held_record(contact, fields) for contact in self._fetch(wanted))

    def read_changed(
        self, fields: Sequence[FieldPlace], live: LiveState, *, since_s: int
    ) -> Iterator[Sequence[HeldRecord]]:
        """Refuse: no search of this API is known to compare the time of a change.

        Raises:
            AccountError: Always.
        """
        del fields, live, since_s
        msg = "the Contacts API cannot say which contacts changed"
        raise AccountError(msg)

    def count_records(self, field: FieldPlace, live: LiveState) -> int | None:
        """Return how many contacts there are; see `Records`.

        A server that finds nothing by any search would seem to have no contact. So an empty
        account is confirmed by two searches that would find everybody together.
        """
        del live
        total = self._count(_EVERYBODY)
        if total == 0:
            with_value = Equation(field=field.name, operator=Operator.NOT_EQUAL, value="")
            without = Equation(field=field.name, operator=Operator.EQUAL, value="")
            if (self._count(with_value), self._count(without)) != (0, 0):
                return None
        return total

    def option_labels(self, field: FieldPlace, live: LiveState) -> Mapping[str, str]:
        """Return nothing: contacts hold the texts of options, as far as is known."""
        del field, live
        return {}

    def _count(self, equation: Equation) -> int | None:
        search = SearchContacts(equations=(equation,), count_only=True)
        answer = decode_search(
            self._sender.read(encode_request(search)), redact=self._sender.redact
        )
        return None if answer.contacts else answer.count

    def read_tagged(self, tag: str, live: LiveState) -> Iterator[Sequence[HeldRecord]]:
        """Refuse: no call of this API removes a tag, so nothing has to be read for it.

        Raises:
            AccountError: Always.
        """
        del live
        msg = f'the Contacts API cannot say exactly which contacts have the tag "{tag}"'
        raise AccountError(msg)

    def find_tagged(self, tag: str, ids: Sequence[str], live: LiveState) -> Tagged:
        """Return which of some contacts exist and have a tag; see `Records`."""
        del live
        existing: set[str] = set()
        tagged: set[str] = set()
        for first in range(0, len(ids), FETCHED_AT_ONCE):
            for contact in self._existing(ids[first : first + FETCHED_AT_ONCE]):
                existing.add(contact.id)
                if tag in _tags_of(contact):
                    tagged.add(contact.id)
        return Tagged(existing=frozenset(existing), tagged=frozenset(tagged))

    def put_tag(self, tag: str, ids: Sequence[str], live: LiveState) -> None:
        """Put a tag on some contacts; see `Records`."""
        del live
        request = AddTag(contact_ids=tuple(ids), tags=(tag,))
        refuse_unsent(self._sender.write(encode_request(request)))

    def _existing(self, ids: Sequence[str]) -> tuple[ContactRecord, ...]:
        """Fetch contacts; a fetch of which one does not exist is refused as a whole."""
        try:
            return self._fetch(ids)
        except (AnswerError, NoPermissionError, AccountUnreachableError):
            raise
        except AccountError:
            if len(ids) == 1:
                return ()
        middle = len(ids) // 2
        return (*self._existing(ids[:middle]), *self._existing(ids[middle:]))

    def read_value(self, place: FieldPlace, text: str | None, live: LiveState) -> Value:
        """Return what the text of a field means; see `Records`."""
        return read_value(text, place.type, _options_at(place, live.schema))

    def write_values(
        self, fields: Sequence[FieldPlace], updates: Sequence[RecordUpdate], live: LiveState
    ) -> Iterator[Sequence[WriteOutcome]]:
        """Set values of some contacts; see `Records`."""
        _refuse_unknown(fields, live.schema)
        options = tuple(_options_at(place, live.schema) for place in fields)
        return LegacyRecordWriting(self._sender, fields, options).write(updates)

    def _page(self, after: int) -> tuple[ContactRecord, ...]:
        above = Equation(field=ID, operator=Operator.GREATER, value=str(after))
        body = self._sender.read(encode_request(SearchContacts(equations=(above,))))
        return decode_search(body, redact=self._sender.redact).contacts

    def _held(
        self, contacts: Sequence[ContactRecord], fields: Sequence[FieldPlace]
    ) -> tuple[HeldRecord, ...]:
        """Return contacts with their values; those that came with none are fetched."""
        if any(contact.values for contact in contacts):
            return tuple(held_record(contact, fields) for contact in contacts)
        fetched = self._fetch([contact.id for contact in contacts])
        return tuple(held_record(contact, fields) for contact in fetched)

    def _fetch(self, ids: Sequence[str]) -> tuple[ContactRecord, ...]:
        found: list[ContactRecord] = []
        for first in range(0, len(ids), FETCHED_AT_ONCE):
            chosen = tuple(ids[first : first + FETCHED_AT_ONCE])
            body = self._sender.read(encode_request(FetchContacts(ids=chosen)))
            came = decode_contacts(body, redact=self._sender.redact)
            if not {contact.id for contact in came} <= set(chosen):
                msg = "the account returned other contacts than those that were asked for"
                raise AccountError(msg)
            found += came
        return tuple(sorted(found, key=_number_of))


def _tags_of(contact: ContactRecord) -> tuple[str, ...]:
    """Return the names of a contact's tags.

    Raises:
        AnswerError: It came without them.
    """
    found = [one.text for one in contact.values if one.field == TAGS]
    if not found:
        msg = f"contact {contact.id} came without its tags"
        raise AnswerError(msg)
    return tuple(name for text in found for name in text.split(TAG_SEPARATOR) if name)


def _number_of(contact: ContactRecord) -> int:
    if _ID.fullmatch(contact.id) is None:
        msg = "a contact of the account has an id that is not a number"
        raise AccountError(msg)
    return int(contact.id)


def _options_at(place: FieldPlace, schema: Schema) -> tuple[str, ...]:
    fields = (one for section, one in schema.all_fields() if section == place.section)
    return next((one.options or () for one in fields if one.name == place.name), ())


def _refuse_unknown(fields: Sequence[FieldPlace], schema: Schema) -> None:
    """Refuse fields that the account does not have, or has twice.

    Raises:
        AccountError: One cannot be read.
    """
    known = [(section, field.name) for section, field in schema.all_fields()]
    for one in fields:
        number = known.count((one.section, one.name))
        if number != 1:
            has = "no field" if not number else f"{number} fields"
            title = f"{one.section} / {one.name}"
            msg = f'the account has {has} "{title}", so its values cannot be read'
            raise AccountError(msg)
