"""Read values of records over the REST API, page by page, in the order of their ids.

An offset would skip a record whenever another one is deleted meanwhile, so each page starts
after the last id. Nothing public proves that the server respects the condition and the order,
so a page must be in order and after the last one; else the read fails. Whether a whole walk is
complete is for the caller to compare with a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schemactl.account.http.excerpt import Redact
from schemactl.account.http.exchange import RestRequest
from schemactl.account.http.json_body import Json, JsonBody
from schemactl.account.http.sender import ReadTogether, Sender
from schemactl.account.interface import LiveState
from schemactl.account.record_writing import refuse_unsent
from schemactl.account.rest import requests as wire
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.envelope import read_data
from schemactl.account.rest.json_members import (
    entries,
    maybe_number,
    members,
    number,
    required,
    text,
)
from schemactl.account.rest.reader import Reader
from schemactl.account.rest.record_writing import RestRecordWriting
from schemactl.account.rest.state import OF_CONTACTS, RestState, state_of
from schemactl.account.rest.value_codec import read_value
from schemactl.account.rest.values import FIELDS_AT_ONCE, PAGE_ROWS, RestField
from schemactl.errors import AccountError, NotSelectedError
from schemactl.model.held_values import FieldPlace, HeldRecord, Tagged
from schemactl.model.record_update import RecordUpdate, Value, WriteOutcome
from schemactl.model.schema import in_object
from schemactl.values import dataclass

LOOKS: Final = 3
"""How often a page is read at most until all of its requests return the same records."""
CHANGED: Final = "dlm"
"""When a record was last modified (recorded answers)."""


def field_names(fields: Sequence[FieldPlace], state: RestState) -> tuple[str, ...]:
    """Return the names in the API that fields have now.

    Raises:
        AccountError: The account has no such field, or several of them.
    """
    names = []
    for one in fields:
        places = state.of(one.custom_object).places(one.section, one.name)
        if len(places) != 1:
            title = in_object(one.custom_object, f"{one.section} / {one.name}")
            has = "no field" if not places else f"{len(places)} fields"
            msg = f'the account has {has} "{title}", so its values cannot be read'
            raise AccountError(msg)
        names.append(places[0].field.field)
    return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Which records a page has: those of the ids, or the next ones after an id."""

    after: int = 0
    ids: tuple[int, ...] = ()
    since_s: int | None = None


class RecordReader:
    """Reads values of one object's records.

    Args:
        read: Sends several reading requests at once.
        redact: Removes app id and key from error messages.
        object_id: The object.
    """

    def __init__(
        self, read: ReadTogether[RestRequest], redact: Redact, *, object_id: int
    ) -> None:
        self._read = read
        self._redact = redact
        self._object_id = object_id

    def pages(
        self, fields: Sequence[str], *, after: int, since_s: int | None = None
    ) -> Iterator[tuple[HeldRecord, ...]]:
        """Yield all records with an id above `after`, or only those that changed since a time.

        Raises:
            AccountError: No valid answer came, or a page is not the next one.
        """
        while True:
            page = self._page(fields, _Chosen(after=after, since_s=since_s))
            last = after
            for record in page:
                if since_s is not None and (record.changed_s or 0) < since_s:
                    msg = "the account returned records that did not change"
                    raise NotSelectedError(msg)
                if int(record.id) <= last:
                    msg = "the account does not return records in the order of their ids"
                    raise AccountError(msg)
                last = int(record.id)
            if page:
                yield page
            if len(page) < PAGE_ROWS:
                return
            after = last

    def records(self, ids: Sequence[str], fields: Sequence[str]) -> tuple[HeldRecord, ...]:
        """Return some records; those that do not exist are missing.

        Raises:
            AccountError: No valid answer came, or one has a record that was not asked for.
        """
        wanted = sorted({int(each) for each in ids})
        found: list[HeldRecord] = []
        for first in range(0, len(wanted), PAGE_ROWS):
            chosen = tuple(wanted[first : first + PAGE_ROWS])
            page = self._page(fields, _Chosen(ids=chosen))
            if not {int(record.id) for record in page} <= set(chosen):
                msg = "the account returned other records than those that were asked for"
                raise AccountError(msg)
            found += page
        return tuple(found)

    def tagged(self, tag_id: int) -> Iterator[tuple[HeldRecord, ...]]:
        """Yield all contacts that have a tag, without values.

        Only an offset is known for this request, so the caller has to compare the number.

        Raises:
            AccountError: No valid answer came, or a contact came twice.
        """
        seen: set[str] = set()
        start = 0
        while True:
            (body,) = self._read((encode_rest(wire.ReadTagged(tag_id=tag_id, start=start)),))
            page = decode_records(body, fields=(), redact=self._redact)
            ids = [record.id for record in page]
            if not seen.isdisjoint(ids) or len(set(ids)) < len(ids):
                msg = "the account returned a contact twice while its tags were read"
                raise AccountError(msg)
            seen.update(ids)
            if page:
                yield page
            if len(page) < PAGE_ROWS:
                return
            start += len(page)

    def _page(self, fields: Sequence[str], which: _Chosen) -> tuple[HeldRecord, ...]:
        """Read one page: the requests for many fields must return the same records."""
        chunks = _chunks(fields)
        for _ in range(LOOKS):
            parts = self._parts(chunks, which)
            ids = {tuple(record.id for record in part) for part in parts}
            if len(ids) == 1:
                return tuple(map(_joined, zip(*parts, strict=True)))
        msg = "the account returned other records for some fields than for others"
        raise AccountError(msg)

    def _parts(
        self, chunks: Sequence[Sequence[str]], which: _Chosen
    ) -> list[tuple[HeldRecord, ...]]:
        asked = tuple(
            encode_rest(
                wire.ReadRecords(
                    object_id=self._object_id,
                    fields=tuple(chunk),
                    after=which.after,
                    ids=which.ids,
                    since_s=which.since_s,
                )
            )
            for chunk in chunks
        )
        return [
            decode_records(body, fields=chunk, redact=self._redact)
            for chunk, body in zip(chunks, self._read(asked), strict=True)
        ]


def _chunks(fields: Sequence[str]) -> list[tuple[str, ...]]:
    """Divide fields among requests; without any field there is one request."""
    starts = range(0, max(len(fields), 1), FIELDS_AT_ONCE)
    return [tuple(fields[start : start + FIELDS_AT_ONCE]) for start in starts]


def _joined(parts: tuple[HeldRecord, ...]) -> HeldRecord:
    """Combine the values of one record; of several times of change the oldest counts."""
    times = [part.changed_s for part in parts if part.changed_s is not None]
    values = tuple(value for part in parts for value in part.values)
    return HeldRecord(id=parts[0].id, changed_s=min(times, default=None), values=values)


def decode_records(
    body: bytes, *, fields: Sequence[str], redact: Redact = str
) -> tuple[HeldRecord, ...]:
    """Read a page of records, with the values exactly as they came.

    A server may silently omit a field (seen by clients), so each one must be there.
    """
    answer = JsonBody(
        content=body, word=wire.RestWord.RECORDS_GET, redact=redact, is_private=True
    )
    listed = entries(read_data(answer), "the list of records", answer)
    rows = [members(row, "a record", answer) for _, row in listed]
    return tuple(
        HeldRecord(
            id=str(number(required(row, "id", "a record", answer), "its id", answer)),
            changed_s=maybe_number(row.get(CHANGED)),
            values=tuple(
                _value(required(row, one, "a record", answer), answer) for one in fields
            ),
        )
        for row in rows
    )


def _value(value: Json, answer: JsonBody) -> str | None:
    return None if value is None else text(value, "its value", answer)


class RestRecords:
    """The values of an account's records, reached through a `Sender`; see `Records`."""

    def __init__(self, sender: Sender[RestRequest]) -> None:
        self._sender = sender

    def read_values(
        self, fields: Sequence[FieldPlace], live: LiveState, *, after: str = ""
    ) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of all records of the object of some fields; see `Records`."""
        state, names = _asked(fields, live)
        yield from self._reader(state.ref.id).pages(names, after=int(after or 0))

    def read_records(
        self, ids: Sequence[str], fields: Sequence[FieldPlace], live: LiveState
    ) -> Sequence[HeldRecord]:
        """Read some records; see `Records`."""
        state, names = _asked(fields, live)
        return self._reader(state.ref.id).records(ids, names)

    def read_changed(
        self, fields: Sequence[FieldPlace], live: LiveState, *, since_s: int
    ) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of the records that changed since a time; see `Records`."""
        state, names = _asked(fields, live)
        yield from self._reader(state.ref.id).pages(names, after=0, since_s=since_s)

    def count_records(self, field: FieldPlace, live: LiveState) -> int | None:
        """Return how many records there are; see `Records`."""
        number = state_of(live).of(field.custom_object).ref.id
        reader = Reader(self._sender.read_together, self._sender.redact)
        (count,) = reader.read_numbers((wire.CountRecords(object_id=number),))
        return count

    def option_labels(self, field: FieldPlace, live: LiveState) -> Mapping[str, str]:
        """Return the text of each option by its number; see `Records`."""
        places = state_of(live).of(field.custom_object).places(field.section, field.name)
        if len(places) != 1:
            return {}
        known = places[0].field
        pairs = zip(known.option_ids, known.options or (), strict=False)
        return {str(number): label for number, label in pairs}

    def read_tagged(self, tag: str, live: LiveState) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of the contacts that have a tag; see `Records`."""
        yield from self._reader(OF_CONTACTS.id).tagged(_tag_id(tag, live))

    def find_tagged(self, tag: str, ids: Sequence[str], live: LiveState) -> Tagged:
        """Return which of some contacts exist and have a tag; see `Records`."""
        reader, wanted = self._reader(OF_CONTACTS.id), frozenset(ids)
        existing = frozenset(one.id for one in reader.records(ids, ()))
        pages = reader.tagged(_tag_id(tag, live))
        tagged = frozenset(one.id for page in pages for one in page if one.id in wanted)
        return Tagged(existing=existing, tagged=tagged & existing)

    def put_tag(self, tag: str, ids: Sequence[str], live: LiveState) -> None:
        """Put a tag on some contacts; see `Records`."""
        tag_id = _tag_id(tag, live)

        def check(read_now: ReadTogether[RestRequest]) -> list[RestRequest]:
            reader = RecordReader(read_now, self._sender.redact, object_id=OF_CONTACTS.id)
            there = tuple(int(one.id) for one in reader.records(ids, ()))
            request = wire.TagContacts(tag_id=tag_id, ids=there)
            return [encode_rest(request)] if there else []

        for exchange in self._sender.guarded_batch(2, check):
            refuse_unsent(exchange)

    def read_value(self, place: FieldPlace, text: str | None, live: LiveState) -> Value:
        """Return what the text of a field means; see `Records`."""
        return read_value(text, _field_at(place, live))

    def write_values(
        self, fields: Sequence[FieldPlace], updates: Sequence[RecordUpdate], live: LiveState
    ) -> Iterator[Sequence[WriteOutcome]]:
        """Set values of some records; see `Records`."""
        state, names = _asked(fields, live)
        object_id = state.ref.id

        def read_again(
            read: ReadTogether[RestRequest], ids: Sequence[str]
        ) -> tuple[HeldRecord, ...]:
            reader = RecordReader(read, self._sender.redact, object_id=object_id)
            return reader.records(ids, names)

        found = tuple(_field_at(place, live) for place in fields)
        writing = RestRecordWriting(self._sender, found, object_id=object_id, read=read_again)
        return writing.write(updates)

    def _reader(self, object_id: int) -> RecordReader:
        return RecordReader(
            self._sender.read_together, self._sender.redact, object_id=object_id
        )


def _tag_id(tag: str, live: LiveState) -> int:
    """Return the number of a tag.

    Raises:
        AccountError: The account has no such tag, or several.
    """
    ids = [one.id for one in state_of(live).tags if one.name == tag]
    if len(ids) != 1:
        msg = f'the account has {len(ids) or "no"} tags "{tag}", so nobody\'s can be read'
        raise AccountError(msg)
    return ids[0]


def _field_at(place: FieldPlace, live: LiveState) -> RestField:
    """Return a field as the account has it now.

    Raises:
        AccountError: It has no such field, or several.
    """
    state = state_of(live)
    field_names((place,), state)
    return state.of(place.custom_object).places(place.section, place.name)[0].field


def _asked(fields: Sequence[FieldPlace], live: LiveState) -> tuple[RestState, tuple[str, ...]]:
    """Return the state of the one object that fields are of, and their names in the API."""
    (label,) = {one.custom_object for one in fields}
    state = state_of(live)
    return state.of(label), field_names(fields, state)
