"""One account over the Contacts API: reads `key` and `pull_tag`, sends the calls of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from types import MappingProxyType
from typing import Final

from schemactl.account.http.exchange import Answered, Exchange, FormRequest
from schemactl.account.http.sender import ReadNow, ReadTogether, Sender
from schemactl.account.http.verdict import Accepted, Refused, Unclear
from schemactl.account.interface import FieldsPart, Guard, LiveState, Part, TagsPart
from schemactl.account.legacy.answers import KeyAnswer, SearchAnswer, TagsAccepted
from schemactl.account.legacy.calls import request_of
from schemactl.account.legacy.contact_decoder import decode_search
from schemactl.account.legacy.counting import CountsOfContacts, requests_before
from schemactl.account.legacy.decoder import decode_schema, decode_tags
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.records import LegacyRecords
from schemactl.account.legacy.requests import (
    AddTag,
    PlannedRequest,
    PullTag,
    ReadKey,
    RemoveTag,
    SearchContacts,
)
from schemactl.account.legacy.result import decode_changed_tags, decode_success
from schemactl.account.legacy.values import TAG_FIELD
from schemactl.account.outcomes import (
    ObjectionError,
    blocked_locally,
    outcome_without_answer,
    refuse_holders,
    refuse_objection,
)
from schemactl.errors import AccountError, InexpressibleError, NoPermissionError
from schemactl.model.count import Answers, Question, SurveyForecast
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Schema

GUARD_CALLS: Final = 2
"""The read of the guard, and the call that it guards."""
_READS: Final[Mapping[Part, ReadKey | PullTag]] = MappingProxyType(
    {FieldsPart(): ReadKey(), TagsPart(): PullTag()}
)
_CARRIER_HINT: Final = "; is tag_carrier the id of a contact of this account?"


class LegacyBackend:
    """An account reached through a `Sender`, which holds address, credentials and rate."""

    def __init__(self, sender: Sender[FormRequest], dialect: LegacyDialect) -> None:
        self._sender = sender
        self._dialect = dialect
        self._tags: tuple[str, ...] = ()

    @property
    def dialect(self) -> LegacyDialect:
        """What the Contacts API can do."""
        return self._dialect

    @property
    def records(self) -> LegacyRecords:
        """The values of its contacts."""
        return LegacyRecords(self._sender)

    def read(self) -> LiveState:
        """Read sections and fields, and tags: two calls at once.

        Raises:
            AccountError: No valid answer came.
        """
        return self.read_parts(_READS.keys(), LiveState(schema=Schema()))

    def read_parts(self, parts: AbstractSet[Part], before: LiveState) -> LiveState:
        """Read sections and fields, or tags, or both at once: one call each."""
        requests = {part: encode_request(_READS[part]) for part in _READS if part in parts}
        came = self._sender.read_together(tuple(requests.values()))
        bodies = dict(zip(requests, came, strict=True))
        sections, key = before.schema.sections, None
        if FieldsPart() in bodies:
            key = decode_schema(bodies[FieldsPart()], redact=self._sender.redact)
            sections = key.schema.sections
        self._tags = before.schema.tags
        if TagsPart() in bodies:
            self._tags = self._tags_in(bodies[TagsPart()], key)
        return LiveState(schema=Schema(sections=sections, tags=self._tags), calls=len(bodies))

    def count(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count who holds what: a few searches a question, and pages for an option."""
        return CountsOfContacts(live.schema, self._search).count(questions)

    def forecast_survey(
        self, batches: Sequence[Sequence[Question]], live: LiveState
    ) -> SurveyForecast:
        """Return how a whole account would be counted: three searches."""
        return CountsOfContacts(live.schema, self._search).forecast(batches)

    def survey(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count the same, in all contacts if that takes fewer requests."""
        return CountsOfContacts(live.schema, self._search).survey(questions)

    def _search(self, searches: Sequence[SearchContacts]) -> tuple[SearchAnswer | None, ...]:
        return self._search_with(self._sender.read_together, searches)

    def _search_with(
        self, read: ReadTogether[FormRequest], searches: Sequence[SearchContacts]
    ) -> tuple[SearchAnswer | None, ...]:
        try:
            forms = tuple(map(encode_request, searches))
        except InexpressibleError:
            return (None,) * len(searches)
        return tuple(map(self._found, read(forms, forms)))

    def _found(self, body: bytes) -> SearchAnswer | None:
        try:
            return decode_search(body, redact=self._sender.redact) if body else None
        except AccountError:
            return None

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains app id or key of the account."""
        return self._sender.holds_secret(text)

    def perform(self, call: Call, guard: Guard) -> Outcome:
        """Send one call of a plan, once; a call that removes something, after a check."""
        request = request_of(call)
        try:
            form = encode_request(request)
        except InexpressibleError as error:
            return Outcome(status=OutcomeStatus.REFUSED, detail=f"not sent: {error}")
        try:
            exchange = self._send(form, guard)
        except ObjectionError as why:
            return blocked_locally(str(why))
        if isinstance(exchange, Answered):
            return self._read_answer(request, exchange.body)
        return outcome_without_answer(exchange)

    def _send(self, form: FormRequest, guard: Guard) -> Exchange:
        if not form.needs_guard:
            return self._sender.write(form)

        def check(read_now: ReadNow) -> FormRequest:
            (body,) = read_now((encode_request(ReadKey()),))
            key = decode_schema(body, redact=self._sender.redact)
            schema = Schema(sections=key.schema.sections, tags=self._tags)
            refuse_objection(guard, LiveState(schema=schema, calls=1))
            search = partial(self._search_with, read_now)
            counts = CountsOfContacts(schema, search)
            refuse_holders(guard, tuple(map(counts.holders, guard.questions)))
            return form

        return self._sender.guarded(GUARD_CALLS + requests_before(guard.questions), check)

    def _read_key(self) -> KeyAnswer:
        body = self._sender.read(encode_request(ReadKey()))
        return decode_schema(body, redact=self._sender.redact)

    def _tags_in(self, body: bytes, known: KeyAnswer | None) -> tuple[str, ...]:
        """Return tags; an empty body means none where `key`, if need be read now, lists none.

        The answer of `pull_tag` for an account without tags is unknown. A key without the
        permission gets an empty body too, but then `key` still lists the tags.
        """
        try:
            found = decode_tags(body, redact=self._sender.redact)
        except NoPermissionError:
            key = known or self._read_key()
            lists_tags = any(field.name == TAG_FIELD for _, field in key.schema.all_fields())
            if key.tags or not lists_tags:
                raise
            return ()
        return tuple(dict.fromkeys(tag.name for tag in found))

    def _read_answer(self, request: PlannedRequest, body: bytes) -> Outcome:
        decode = (
            decode_changed_tags if isinstance(request, AddTag | RemoveTag) else decode_success
        )
        match decode(body, word=request.word, redact=self._sender.redact):
            case Accepted() | TagsAccepted():
                return Outcome(status=OutcomeStatus.DONE)
            case Refused(text=text):
                hint = _CARRIER_HINT if isinstance(request, AddTag | RemoveTag) else ""
                return Outcome(status=OutcomeStatus.REFUSED, detail=f"{text}{hint}")
            case Unclear(text=text):
                return Outcome(status=OutcomeStatus.UNKNOWN, detail=text)
