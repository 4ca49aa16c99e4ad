"""Set values of records over the REST API: one request a record, since it knows no other.

A few records are read by one request, and written right after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

from schemactl.account.batch_sizes import REST_RECORDS
from schemactl.account.http.excerpt import Redact
from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    NoAnswer,
    NotSent,
    RefusedByStatus,
    Request,
    RestRequest,
)
from schemactl.account.http.json_body import Json, JsonBody, as_text
from schemactl.account.http.sender import ReadNow, ReadTogether, Sender
from schemactl.account.record_writing import Attempted, BatchWriter, Choose
from schemactl.account.rest import requests as wire
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.envelope import Envelope, envelope_or_verdict
from schemactl.account.rest.state import type_of
from schemactl.account.rest.value_codec import NoOptionError, written_value
from schemactl.account.rest.values import RestField
from schemactl.account.value_forms import is_same_text
from schemactl.errors import AccountUnreachableError, InexpressibleError, NoPermissionError
from schemactl.model.held_values import HeldRecord
from schemactl.model.record_update import Obstacle, RecordUpdate, WriteOutcome, WriteStatus

_ATTRIBUTES: Final = "attrs"
"""Where an answer repeats what was written (recorded answers)."""

ReadRecords: TypeAlias = Callable[
    [ReadTogether[RestRequest], Sequence[str]], Sequence[HeldRecord]
]


class RestRecordWriting:
    """Sets values of some fields of one object.

    Args:
        sender: Holds address, credentials and rate.
        fields: The fields, as the account has them now.
        object_id: The object.
        read: Reads some records again.
    """

    def __init__(
        self,
        sender: Sender[RestRequest],
        fields: Sequence[RestField],
        *,
        object_id: int,
        read: ReadRecords,
    ) -> None:
        self._sender = sender
        self._fields = fields
        self._object_id = object_id
        self._read = read
        self._texts: dict[str, tuple[str | None, ...]] = {}
        self._refused: dict[str, WriteOutcome] = {}

    def write(self, updates: Sequence[RecordUpdate]) -> Iterator[tuple[WriteOutcome, ...]]:
        """Yield the outcomes of each batch; see `BatchWriter`."""
        for update in updates:
            self._encode(update)
        writer = BatchWriter(self._attempt, self._found, self._has_new, self._has_seen)
        return writer.write(updates, size=REST_RECORDS)

    def _encode(self, update: RecordUpdate) -> None:
        try:
            self._texts[update.id] = tuple(
                None if value is None else written_value(value, field)
                for value, field in zip(update.values, self._fields, strict=True)
            )
        except NoOptionError:
            self._refused[update.id] = _refused(update.id, Obstacle.NO_OPTION)
        except InexpressibleError:
            self._refused[update.id] = _refused(update.id, Obstacle.INEXPRESSIBLE)

    def _attempt(self, batch: Sequence[RecordUpdate], choose: Choose) -> Attempted:
        impossible = tuple(one.id for one in batch if one.id in self._refused)
        if impossible:
            return Attempted(final=tuple(self._refused[one] for one in impossible))
        chosen: list[RecordUpdate] = []

        def check(read_now: ReadNow) -> list[Request]:
            chosen[:] = choose(self._found([one.id for one in batch], read_now))
            return [self._request(one) for one in chosen]

        exchanges = self._sender.guarded_batch(1 + len(batch), check)
        if exchanges and isinstance(exchanges[0], NotSent):
            raise AccountUnreachableError(exchanges[0].detail)
        pairs = tuple(zip(chosen, exchanges, strict=False))
        outcomes = (self._outcome(update, exchange) for update, exchange in pairs)
        return Attempted(
            sent=tuple(one.id for one, exchange in pairs if not isinstance(exchange, NotSent)),
            final=tuple(one for one in outcomes if one is not None),
        )

    def _found(
        self, ids: Sequence[str], read: ReadTogether[RestRequest] | None = None
    ) -> Mapping[str, HeldRecord]:
        found = self._read(read or self._sender.read_together, ids)
        return {record.id: record for record in found}

    def _request(self, update: RecordUpdate) -> RestRequest:
        values = tuple(
            (field.field, text)
            for field, text in zip(self._fields, self._texts[update.id], strict=True)
            if text is not None
        )
        return encode_rest(
            wire.UpdateRecord(object_id=self._object_id, id=int(update.id), values=values)
        )

    def _outcome(self, update: RecordUpdate, exchange: Exchange) -> WriteOutcome | None:
        """Return what an answer proves; None where only a read can settle it.

        Raises:
            NoPermissionError: The key may not write records.
        """
        match exchange:
            case Answered(body=body):
                return self._altered(update, body, redact=self._sender.redact)
            case RefusedByStatus(status=HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN):
                msg = "the key lacks the permission to change records"
                hint = "give it to the key in the account, under its API settings"
                raise NoPermissionError(msg, hint=hint)
            case RefusedByStatus(status=HTTPStatus.UNPROCESSABLE_ENTITY):
                return _refused(update.id, Obstacle.DUPLICATE_OR_INVALID)
            case RefusedByStatus(status=HTTPStatus.NOT_FOUND):
                return None
            case RefusedByStatus():
                return _refused(update.id, Obstacle.REJECTED)
            case NotSent() | NoAnswer():
                return None

    def _altered(
        self, update: RecordUpdate, body: bytes, *, redact: Redact
    ) -> WriteOutcome | None:
        """Return refused if the answer repeats another value than was sent."""
        word = wire.RestWord.RECORD_UPDATE
        answer = JsonBody(content=body, word=word, redact=redact, is_private=True)
        opened = envelope_or_verdict(answer)
        data = opened.data if isinstance(opened, Envelope) else None
        echo = data.get(_ATTRIBUTES) if isinstance(data, dict) else None
        for field, sent in zip(self._fields, self._texts[update.id], strict=True):
            if sent is None or not isinstance(echo, dict) or field.field not in echo:
                continue  # Names that the server does not know are ignored (its client).
            if not _is_echo(field, sent, echo[field.field]):
                return _refused(update.id, Obstacle.ALTERED)
        return None

    def _has_new(self, update: RecordUpdate, now: HeldRecord) -> bool:
        texts = self._texts[update.id]
        return all(
            sent is None or is_same_text(type_of(field), held, sent)
            for field, held, sent in zip(self._fields, now.values, texts, strict=True)
        )

    def _has_seen(self, update: RecordUpdate, now: HeldRecord) -> bool:
        return all(
            is_same_text(type_of(field), held, seen)
            for field, held, seen in zip(
                self._fields, now.values, update.seen.values, strict=True
            )
        )


def _is_echo(field: RestField, sent: str, came: Json) -> bool:
    return is_same_text(type_of(field), None if came is None else as_text(came), sent)


def _refused(record: str, why: Obstacle) -> WriteOutcome:
    return WriteOutcome(id=record, status=WriteStatus.REFUSED, why=why)
