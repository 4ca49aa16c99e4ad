"""One account over the REST API: reads layout, options and tags, makes the calls of a plan.

Ids can be given anew and sections can change under a plan, so what a call names is looked
at once more just before it is made; whoever makes it reads and compares after it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

from schemactl.backend.interface import LiveState, Wanted
from schemactl.backend.outcomes import outcome_without_answer
from schemactl.backend.rest import calls as planned
from schemactl.backend.rest.calls import PlannedRequest, request_of
from schemactl.backend.rest.dialect import NO_STATE, RestDialect
from schemactl.backend.rest.filling import (
    MovedError,
    creation,
    deletion_of_field,
    deletion_of_section,
    refuse_other_tag,
    update,
)
from schemactl.backend.rest.reading import Reader, Sender
from schemactl.backend.rest.state import OF_CONTACTS, ObjectRef, RestState
from schemactl.errors import AccountError, InexpressibleError
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.wire import rest_requests as wire
from schemactl.wire.exchange import Answered
from schemactl.wire.rest_decoder import (
    decode_deleted,
    decode_tag_created,
    decode_tag_renamed,
    decode_written,
)
from schemactl.wire.rest_encoder import encode_rest
from schemactl.wire.rest_values import TagCreated, Written
from schemactl.wire.verdict import Accepted, Refused, Unclear

_FieldRequest: TypeAlias = (
    planned.CreateFields | planned.UpdateFields | planned.DeleteField | planned.DeleteSection
)
_TAG_REQUESTS: Final = (planned.CreateTag, planned.RenameTag, planned.DeleteTag)


class RestBackend:
    """An account reached through a `Sender`, which holds address, credentials and rate."""

    def __init__(
        self, sender: Sender, dialect: RestDialect, *, objects: Wanted = frozenset()
    ) -> None:
        """Reach the account.

        Args:
            sender: Holds address, credentials and rate.
            dialect: What the REST API can say.
            objects: Labels of the custom objects to read; None reads every one.
        """
        self._sender = sender
        self._dialect = dialect
        self._objects = objects
        self._refs: tuple[ObjectRef, ...] = (OF_CONTACTS,)

    @property
    def dialect(self) -> RestDialect:
        """What the REST API can say."""
        return self._dialect

    def read(self) -> LiveState:
        """Read sections, fields and options, then every page of tags, and how many there are.

        Raises:
            AccountError: No answer came, or none that makes sense.
        """
        reader = Reader(self._sender)
        state = reader.read_all(self._objects)
        self._refs = (OF_CONTACTS, *(each.ref for each in state.objects))
        return LiveState(schema=state.schema, calls=reader.requests, rest=state)

    def read_after(self, call: Call, before: LiveState) -> LiveState:
        """Read again what `call` can have changed: tags, or an object's sections and fields."""
        reader, last = Reader(self._sender), before.rest or NO_STATE
        request = request_of(call)
        if isinstance(request, _TAG_REQUESTS):
            state = replace(last, tags=reader.read_tags())
        else:
            part = reader.read_object(request.of)
            state = last.with_part(replace(part, tags=last.of(request.of.label).tags))
        return LiveState(schema=state.schema, calls=reader.requests, rest=state)

    def holds_secret(self, text: str) -> bool:
        """Whether app id or key of the account are in a text."""
        return self._sender.holds_secret(text)

    def perform(self, call: Call) -> Outcome:
        """Make one call of a plan, once, if the account still has what it names."""
        request = request_of(call)
        try:
            sent = encode_rest(self._filled_in(request))
        except (MovedError, InexpressibleError) as why:
            refused = OutcomeStatus.REFUSED
            return Outcome(status=refused, detail=f"not sent: {why}", kept_back=True)
        except AccountError as error:
            # Of the look before it: nothing that changes the account has left.
            return Outcome(status=OutcomeStatus.REFUSED, detail=str(error), sent=False)
        exchange = self._sender.write(sent)
        if isinstance(exchange, Answered):
            return self._read_answer(request, exchange.body)
        return outcome_without_answer(exchange)

    def _filled_in(self, request: PlannedRequest) -> wire.RestWrite:
        """Give what is to be sent, once the account was looked at where ids are named."""
        reader = Reader(self._sender)
        match request:
            case planned.CreateTag():
                return wire.CreateTag(name=request.tag)
            case planned.RenameTag():
                refuse_other_tag(request.id, request.tag, reader.read_tags())
                return wire.RenameTag(id=request.id, name=request.new_name)
            case planned.DeleteTag():
                refuse_other_tag(request.id, request.tag, reader.read_tags())
                return wire.DeleteTag(id=request.id)
            case _:
                self._refuse_other_object(request.of)
                return _field_request(request, reader.read_object(request.of))

    def _refuse_other_object(self, of: ObjectRef) -> None:
        """Make sure that a number is that of the object which the plan names."""
        if of not in self._refs:
            told = {ref.label: f"number {ref.id}" for ref in self._refs}
            now = told.get(of.label, "not there")
            msg = f'the custom object "{of.label}" is {now}, and had the number {of.id}'
            raise MovedError(msg)

    def _read_answer(self, request: PlannedRequest, body: bytes) -> Outcome:
        match self._verdict(request, body):
            case Accepted() | TagCreated():
                return Outcome(status=OutcomeStatus.DONE)
            case Written(errors=errors) if errors:
                named = (f"{name}: {text}" if name else text for name, text in errors.items())
                return Outcome(status=OutcomeStatus.REFUSED, detail="; ".join(named))
            case Written():
                return Outcome(status=OutcomeStatus.DONE)
            case Refused(text=text):
                return Outcome(status=OutcomeStatus.REFUSED, detail=text)
            case Unclear(text=text):
                return Outcome(status=OutcomeStatus.UNKNOWN, detail=text)

    def _verdict(
        self, request: PlannedRequest, body: bytes
    ) -> Accepted | TagCreated | Written | Refused | Unclear:
        redact = self._sender.redact
        match request:
            case planned.CreateFields():
                word = wire.CreateFields.word
                return decode_written(body, word=word, redact=redact)
            case planned.UpdateFields():
                word = wire.UpdateFields.word
                return decode_written(body, word=word, redact=redact)
            case planned.DeleteField() | planned.DeleteSection():
                return decode_deleted(body, word=wire.DeleteField.word, redact=redact)
            case planned.CreateTag():
                return decode_tag_created(body, redact=redact)
            case planned.RenameTag():
                return decode_tag_renamed(body, redact=redact)
            case planned.DeleteTag():
                return decode_deleted(body, word=wire.DeleteTag.word, redact=redact)


def _field_request(request: _FieldRequest, state: RestState) -> wire.RestWrite:
    match request:
        case planned.CreateFields():
            return creation(request, state)
        case planned.UpdateFields():
            return update(request, state)
        case planned.DeleteField():
            return deletion_of_field(request, state)
        case planned.DeleteSection():
            return deletion_of_section(request, state)
