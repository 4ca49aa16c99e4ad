"""One account over the REST API: reads layout, options and tags, sends the calls of a plan.

Ids can be reused and sections can change after planning, so the backend reads what a call
names just before it sends it; its caller reads and compares after the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final, TypeAlias

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    NotSent,
    RestRequest,
)
from schemactl.account.http.sender import ReadNow, Sender
from schemactl.account.http.verdict import Accepted, Refused, Unclear
from schemactl.account.interface import (
    FieldsPart,
    Guard,
    LiveState,
    Part,
    TagsPart,
    Wanted,
)
from schemactl.account.outcomes import (
    ObjectionError,
    blocked_locally,
    outcome_without_answer,
    refuse_holders,
    refuse_objection,
)
from schemactl.account.rest import planned
from schemactl.account.rest import requests as wire
from schemactl.account.rest.calls import request_of
from schemactl.account.rest.counting import count_questions, holders_request
from schemactl.account.rest.decoder import (
    decode_deleted,
    decode_tag_created,
    decode_tag_renamed,
    decode_written,
)
from schemactl.account.rest.dialect import FIELD_READS, RestDialect
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.planned import PlannedRequest
from schemactl.account.rest.read_memo import ReadMemo
from schemactl.account.rest.reader import LOOKS, Reader
from schemactl.account.rest.records import RestRecords
from schemactl.account.rest.request_builder import (
    ContradictionError,
    creation,
    deletion_of_field,
    deletion_of_section,
    movement,
    refuse_contradiction,
    refuse_missing,
    refuse_other_tag,
    update,
)
from schemactl.account.rest.sightings import Sightings
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef, RestState, state_of
from schemactl.account.rest.survey import forecast_survey, survey_questions
from schemactl.account.rest.values import RestTag, TagCreated, Written
from schemactl.errors import AccountError, InexpressibleError
from schemactl.model.count import Answers, Question, SurveyForecast
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.values import replace

_FieldRequest: TypeAlias = (
    planned.CreateFields
    | planned.UpdateFields
    | planned.MoveField
    | planned.DeleteField
    | planned.DeleteSection
)
_Verdict: TypeAlias = Accepted | TagCreated | Written | Refused | Unclear
TAG_READS: Final = 1
"""One page of tags shows the tag that a call names."""


class RestBackend:
    """An account reached through a `Sender`, which holds address, credentials and rate."""

    def __init__(
        self,
        sender: Sender[RestRequest],
        dialect: RestDialect,
        *,
        objects: Wanted = frozenset(),
    ) -> None:
        """Keep what it takes to reach the account.

        Args:
            sender: Holds address, credentials and rate.
            dialect: What the REST API can do.
            objects: Labels of the custom objects to read; None for all of them.
        """
        self._sender = sender
        self._dialect = dialect
        self._objects = objects
        self._refs: tuple[ObjectRef, ...] = (OF_CONTACTS,)
        self._last = RestState()
        self._sightings = Sightings()
        self._memo = ReadMemo()
        self._tag_pages: Mapping[int, int] = {}
        self._new_tags: tuple[int, ...] | None = ()

    @property
    def dialect(self) -> RestDialect:
        """What the REST API can do."""
        return self._dialect

    @property
    def records(self) -> RestRecords:
        """The values of its records."""
        return RestRecords(self._sender)

    def read(self) -> LiveState:
        """Read sections, fields and options, then every page of tags, and how many there are.

        Raises:
            AccountError: No valid answer came.
        """
        reader = self._reader()
        state = reader.read_all(self._objects)
        self._refs = (OF_CONTACTS, *(each.ref for each in state.objects))
        self._tag_pages = reader.tag_pages
        self._new_tags = ()
        return self._live(state, reader)

    def read_parts(self, parts: AbstractSet[Part], before: LiveState) -> LiveState:
        """Read sections and fields of some objects again, or every page of tags, or both."""
        reader, state = self._reader(), state_of(before)
        known = (state.ref, *(each.ref for each in state.objects))
        refs = tuple(ref for ref in known if FieldsPart(ref.label) in parts)
        new = self._read_new_tags(reader) if TagsPart() in parts else ()
        objects, tags = reader.read_parts(refs, with_tags=TagsPart() in parts and not new)
        for part in objects:
            state = _with_object(state, part)
        if new:
            by_id = {tag.id: tag for tag in (*state.tags, *new)}
            state = replace(state, tags=tuple(by_id.values()))
        if tags is not None:
            state = replace(state, tags=tags)
            self._tag_pages = reader.tag_pages
        return self._live(state, reader)

    def _read_new_tags(self, reader: Reader) -> tuple[RestTag, ...]:
        """Read by id what was created since tags were read, if nothing else happened to them.

        Empty where all tags must be read: also where the server does not answer by ids.
        """
        new, self._new_tags = self._new_tags or (), ()
        if not new:
            return ()
        with suppress(AccountError):
            return reader.read_new_tags(new)
        return ()

    def _reader(self) -> Reader:
        return Reader(self._sender.read_together, self._sender.redact, self._memo)

    def _live(self, state: RestState, reader: Reader) -> LiveState:
        """Remember what a read has shown, and return it."""
        self._last = state
        self._sightings.note(state)
        return LiveState(schema=state.schema, calls=reader.requests, backend_state=state)

    def count(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count who holds what: mostly one request a question, and a few for all of them."""
        reader = self._reader()
        counts = count_questions(questions, state_of(live), reader)
        return Answers(counts=counts, requests=reader.requests)

    def forecast_survey(
        self, batches: Sequence[Sequence[Question]], live: LiveState
    ) -> SurveyForecast:
        """Return how a whole account would be counted: one request an object."""
        return forecast_survey(batches, state_of(live), self._reader())

    def survey(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count the same, in all records if that takes fewer requests."""
        reader = self._reader()
        counts = survey_questions(questions, state_of(live), reader)
        return Answers(counts=counts, requests=reader.requests)

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains app id or key of the account."""
        return self._sender.holds_secret(text)

    def perform(self, call: Call, guard: Guard) -> Outcome:
        """Send one call of a plan, once, if the account still has what it names."""
        request = request_of(call)
        try:
            exchange = self._send(request, guard)
        except (ObjectionError, InexpressibleError) as why:
            return blocked_locally(str(why))
        if not isinstance(exchange, Answered):
            self._note_tags(request, None)
            return outcome_without_answer(exchange)
        verdict = self._verdict(request, exchange.body)
        self._note_tags(request, verdict)
        return _outcome_of(verdict)

    def _note_tags(self, request: PlannedRequest, verdict: _Verdict | None) -> None:
        """Note the id of a tag that was created; after anything else, all tags must be read."""
        if not isinstance(request, planned.CreateTag | planned.RenameTag | planned.DeleteTag):
            return
        if isinstance(verdict, TagCreated) and self._new_tags is not None:
            self._new_tags = (*self._new_tags, verdict.id)
        else:
            self._new_tags = None

    def _send(self, request: PlannedRequest, guard: Guard) -> Exchange:
        match request:
            case planned.CreateTag():
                return self._sender.write(encode_rest(wire.CreateTag(name=request.tag)))
            case planned.RenameTag() | planned.DeleteTag():
                return self._send_for_tag(request, guard)
            case (
                planned.CreateFields()
                | planned.UpdateFields()
                | planned.MoveField()
                | planned.DeleteField()
                | planned.DeleteSection()
            ):
                self._refuse_other_object(request.of)
                if isinstance(request, planned.CreateFields) and request.makes_section:
                    return self._send_for_section(request)
                return self._send_for_fields(request, guard)

    def _send_for_section(self, request: planned.CreateFields) -> Exchange:
        """Create a section by what was read last: there is nothing in it that could be lost."""
        last = self._last.of(request.of.label)
        return self._sender.write(encode_rest(creation(request, last)))

    def _send_for_fields(self, request: _FieldRequest, guard: Guard) -> Exchange:
        """Read an object and send; read at most a few times while the answers contradict."""
        if isinstance(request, planned.DeleteField):
            self._sightings.expect_gone(request.of.label, request.field)

        counts = self._counts_before(request, guard)

        def check(read_now: ReadNow) -> RestRequest:
            reader = Reader(read_now, self._sender.redact, self._memo)
            state, held = reader.read_object_and_count(request.of, counts)
            if not isinstance(request, planned.CreateFields):
                refuse_contradiction(state)
            refuse_objection(guard, self._live(_with_object(self._last, state), reader))
            refuse_holders(guard, held)
            # The deletion of a section sends no list of fields: two consistent answers suffice.
            if isinstance(request, planned.UpdateFields | planned.MoveField):
                missing = self._sightings.missing(state, request.section)
                refuse_missing(missing, request.section)
            return encode_rest(_field_request(request, state))

        turns = FIELD_READS + len(counts) + 1
        for _ in range(LOOKS - 1):
            with suppress(ContradictionError):
                return self._sender.guarded(turns, check)
        return self._sender.guarded(turns, check)

    def _counts_before(
        self, request: _FieldRequest, guard: Guard
    ) -> tuple[wire.CountRecords, ...]:
        """Return what to count right before a call, by the names that its fields have now.

        Raises:
            ObjectionError: What the call destroys cannot be counted again.
        """
        part = self._last.of(request.of.label)
        counts = tuple(
            holders_request(one, object_id=request.of.id, field=place.field)
            if (place := part.by_field(_api_name(request, one))) is not None
            else None
            for one in guard.questions
        )
        known = tuple(one for one in counts if one is not None)
        if len(known) < len(counts):
            msg = "what it destroys cannot be counted again"
            raise ObjectionError(msg)
        return known

    def _send_for_tag(
        self, request: planned.RenameTag | planned.DeleteTag, guard: Guard
    ) -> Exchange:
        """Read the page that has the tag, and send; find that page first if needed."""
        counts = tuple(wire.CountTagged(tag_id=request.id) for _ in guard.questions)
        turns = TAG_READS + len(counts) + 1

        def check(read_now: ReadNow) -> RestRequest:
            reader = Reader(read_now, self._sender.redact)
            page, held = reader.read_tag_page(self._tag_pages.get(request.id, 0), counts)
            own = tuple(tag for tag in page if tag.object_type == OF_CONTACTS.id)
            refuse_other_tag(request.id, request.tag, own)
            tags = {tag.id: tag for tag in (*self._last.tags, *own)}
            state = replace(self._last, tags=tuple(tags.values()))
            refuse_objection(guard, self._live(state, reader))
            refuse_holders(guard, held)
            return encode_rest(_tag_request(request))

        with suppress(ObjectionError):
            if request.id in self._tag_pages:
                return self._sender.guarded(turns, check)
        # The tag is on another page now, or no tag of that name and id exists.
        reader = self._reader()
        try:
            tags = reader.read_tags()
        except AccountError as error:
            return NotSent(kind=FailureKind.CONNECTION, detail=str(error))
        self._tag_pages = reader.tag_pages
        refuse_other_tag(request.id, request.tag, tags)
        return self._sender.guarded(turns, check)

    def _refuse_other_object(self, of: ObjectRef) -> None:
        """Check that a number still belongs to the object that the plan names."""
        if of not in self._refs:
            numbers = {ref.label: f"has the number {ref.id}" for ref in self._refs}
            now = numbers.get(of.label, "does not exist")
            msg = f'the custom object "{of.label}" {now}, and had the number {of.id}'
            raise ObjectionError(msg)

    def _verdict(self, request: PlannedRequest, body: bytes) -> _Verdict:
        redact = self._sender.redact
        match request:
            case planned.CreateFields():
                word = wire.CreateFields.word
                return decode_written(body, word=word, redact=redact)
            case planned.UpdateFields() | planned.MoveField():
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


def _outcome_of(verdict: _Verdict) -> Outcome:
    match verdict:
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


def _with_object(last: RestState, part: RestState) -> RestState:
    """Return the account as it was last read, with an object's fields as read now."""
    return last.with_part(replace(part, tags=last.of(part.ref.label).tags))


def _api_name(request: _FieldRequest, question: Question) -> str:
    """Return the name in the API of the field that a question is about; empty for none."""
    match request:
        case planned.DeleteField(field=field):
            return field
        case planned.UpdateFields(fields=fields):
            # A field that is renamed has its new name when its options are removed.
            named = (one.field for one in fields if one.name == question.declared)
            return next(named, "")
        case planned.CreateFields() | planned.MoveField() | planned.DeleteSection():
            return ""


def _tag_request(request: planned.RenameTag | planned.DeleteTag) -> wire.RestWrite:
    match request:
        case planned.RenameTag():
            return wire.RenameTag(id=request.id, name=request.new_name)
        case planned.DeleteTag():
            return wire.DeleteTag(id=request.id)


def _field_request(request: _FieldRequest, state: RestState) -> wire.RestWrite:
    match request:
        case planned.CreateFields():
            return creation(request, state)
        case planned.UpdateFields():
            return update(request, state)
        case planned.MoveField():
            return movement(request, state)
        case planned.DeleteField():
            return deletion_of_field(request, state)
        case planned.DeleteSection():
            return deletion_of_section(request, state)
