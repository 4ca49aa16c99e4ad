"""Set values of contacts over the Contacts API: one request for many of them.

Two contacts in one request were seen, and whether a wrong one spoils the request for the others
is unknown. So batches are small, and what a request did is always read: its answer is never
believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schemactl.account.batch_sizes import LEGACY_CONTACTS
from schemactl.account.http.exchange import Answered, FormRequest, NotSent, Request
from schemactl.account.http.sender import ReadNow, ReadTogether, Sender
from schemactl.account.http.verdict import Refused
from schemactl.account.legacy.contact_decoder import decode_contacts, held_record
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import FetchContacts, UpdateContacts
from schemactl.account.legacy.result import decode_success
from schemactl.account.legacy.value_codec import is_as_written, written_value
from schemactl.account.legacy.values import ContactUpdate, TextValue
from schemactl.account.record_writing import Attempted, BatchRefusedError, BatchWriter, Choose
from schemactl.account.value_forms import is_same_text
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    AnswerError,
    InexpressibleError,
    NoPermissionError,
)
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, OPTION_TYPES
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.record_update import (
    Obstacle,
    RecordUpdate,
    Value,
    WriteOutcome,
    WriteStatus,
)


class LegacyRecordWriting:
    """Sets values of some fields.

    Args:
        sender: Holds address, credentials and rate.
        fields: The fields.
        options: Options of each field, in the order of the fields.
    """

    def __init__(
        self,
        sender: Sender[FormRequest],
        fields: Sequence[FieldPlace],
        options: Sequence[Sequence[str]],
    ) -> None:
        self._sender = sender
        self._fields = fields
        self._options = options

    def write(self, updates: Sequence[RecordUpdate]) -> Iterator[tuple[WriteOutcome, ...]]:
        """Yield the outcomes of each batch; see `BatchWriter`."""
        writer = BatchWriter(self._attempt, self._found, self._has_new, self._has_seen)
        return writer.write(updates, size=LEGACY_CONTACTS)

    def _attempt(self, batch: Sequence[RecordUpdate], choose: Choose) -> Attempted:
        refused = tuple(one for one in map(self._obstacle, batch) if one is not None)
        if refused:
            return Attempted(final=refused)
        chosen: list[RecordUpdate] = []

        def check(read_now: ReadNow) -> list[Request]:
            chosen[:] = choose(self._found([one.id for one in batch], read_now))
            return [self._request(chosen)] if chosen else []

        exchanges = self._sender.guarded_batch(2, check)
        for exchange in exchanges:
            if isinstance(exchange, NotSent):
                raise AccountUnreachableError(exchange.detail)
            if isinstance(exchange, Answered):
                self._refuse(exchange.body)
        return Attempted(sent=tuple(one.id for one in chosen))

    def _found(
        self, ids: Sequence[str], read: ReadTogether[FormRequest] | None = None
    ) -> Mapping[str, HeldRecord]:
        """Read some contacts.

        Raises:
            BatchRefusedError: One of them does not exist.
        """
        read = read or self._sender.read_together
        (body,) = read((encode_request(FetchContacts(ids=tuple(ids))),))
        try:
            came = decode_contacts(body, redact=self._sender.redact)
        except (AnswerError, NoPermissionError):
            raise
        except AccountError as error:
            # A fetch of contacts of which one does not exist is refused (recorded answer).
            raise BatchRefusedError(WriteStatus.GONE, Obstacle.DELETED) from error
        return {one.id: held_record(one, self._fields) for one in came if one.id in ids}

    def _refuse(self, body: bytes) -> None:
        """Check whether an answer refuses the request as a whole.

        Raises:
            BatchRefusedError: It does; some of the contacts may be written all the same.
        """
        word = UpdateContacts.word
        if isinstance(decode_success(body, word=word, redact=self._sender.redact), Refused):
            raise BatchRefusedError(WriteStatus.REFUSED, Obstacle.REJECTED)

    def _request(self, updates: Sequence[RecordUpdate]) -> FormRequest:
        contacts = tuple(
            ContactUpdate(
                id=update.id,
                values=tuple(
                    TextValue(
                        section=place.section,
                        field=place.name,
                        text=written_value(value, place.type),
                    )
                    for place, value in zip(self._fields, update.values, strict=True)
                    if value is not None
                ),
            )
            for update in updates
        )
        return encode_request(UpdateContacts(contacts=contacts))

    def _obstacle(self, update: RecordUpdate) -> WriteOutcome | None:
        """Return why an update cannot be sent; None where it can."""
        for place, options, value in zip(
            self._fields, self._options, update.values, strict=True
        ):
            if value is None:
                continue
            why = _obstacle_to(value, place.type, options)
            if why is not Obstacle.NONE:
                return WriteOutcome(id=update.id, status=WriteStatus.REFUSED, why=why)
        return None

    def _has_new(self, update: RecordUpdate, now: HeldRecord) -> bool:
        return all(
            value is None or is_as_written(held, value, place.type, options)
            for place, options, held, value in zip(
                self._fields, self._options, now.values, update.values, strict=True
            )
        )

    def _has_seen(self, update: RecordUpdate, now: HeldRecord) -> bool:
        return all(
            is_same_text(place.type, held, seen)
            for place, held, seen in zip(
                self._fields, now.values, update.seen.values, strict=True
            )
        )


def _obstacle_to(value: Value, kind: str, options: Sequence[str]) -> Obstacle:
    """Return why a value cannot be sent: an unknown option is not known to be refused."""
    if kind in OPTION_TYPES:
        is_several = len(value) > 1 and kind not in MULTIPLE_CHOICE_TYPES
        if isinstance(value, str) or is_several or not set(value) <= set(options):
            return Obstacle.NO_OPTION
    try:
        written_value(value, kind)
    except InexpressibleError:
        return Obstacle.INEXPRESSIBLE
    return Obstacle.NONE
