"""One account over the REST API: reads layout, options and tags, makes the calls of a plan.

Ids can be given anew and sections can change under a plan, so what a call names is looked
at once more just before it is made; whoever makes it reads and compares after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from schemactl.backend import rest_calls as planned
from schemactl.backend.interface import LiveState
from schemactl.backend.outcomes import outcome_without_answer
from schemactl.backend.rest_calls import FieldUpdate, PlannedRequest, request_of
from schemactl.backend.rest_dialect import NO_STATE, RestDialect
from schemactl.backend.rest_state import RestState, fields_of
from schemactl.errors import AccountError, AnswerError, InexpressibleError
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import fold_name
from schemactl.wire import rest_requests as wire
from schemactl.wire.exchange import Answered, Exchange, RestRequest
from schemactl.wire.rest_decoder import (
    decode_count,
    decode_deleted,
    decode_fields,
    decode_tag_created,
    decode_tag_renamed,
    decode_tags_page,
    decode_written,
)
from schemactl.wire.rest_encoder import encode_rest
from schemactl.wire.rest_values import (
    PAGE_ROWS,
    FieldWish,
    RestField,
    RestSection,
    RestTag,
    TagCreated,
    Written,
)
from schemactl.wire.verdict import Accepted, Refused, Unclear

CONTACTS: Final = 0
"""The number of the object whose fields are managed (vendor's client)."""
MOST_TAG_PAGES: Final = 2_000
"""A server that never ends its list of tags is given up on."""
_TAG_REQUESTS: Final = (planned.CreateTag, planned.RenameTag, planned.DeleteTag)


class Sender(Protocol):
    """What carries a request to the account and back."""

    def read(self, request: RestRequest) -> bytes:
        """Send a reading request, again if need be; give the answer's body, or raise."""
        ...

    def write(self, request: RestRequest) -> Exchange:
        """Send a writing request once; whatever happens is told by the value."""
        ...

    def redact(self, text: str) -> str:
        """Take app id and key out of a text."""
        ...


class _MovedError(Exception):
    """What a call names is not as the plan has it; the words say what is."""


class RestBackend:
    """An account reached through a `Sender`, which holds address, credentials and rate."""

    def __init__(self, sender: Sender, dialect: RestDialect) -> None:
        self._sender = sender
        self._dialect = dialect
        self._requests = 0

    @property
    def dialect(self) -> RestDialect:
        """What the REST API can say."""
        return self._dialect

    def read(self) -> LiveState:
        """Read sections, fields and options, then every page of tags, and how many there are.

        Raises:
            AccountError: No answer came, or none that makes sense.
        """
        self._requests = 0
        state = RestState(sections=self._read_sections(), tags=self._read_tags())
        return LiveState(schema=state.schema, calls=self._requests, rest=state)

    def read_after(self, call: Call, before: LiveState) -> LiveState:
        """Read again what `call` can have changed: tags, or all sections and fields."""
        self._requests = 0
        last = before.rest or NO_STATE
        if isinstance(request_of(call), _TAG_REQUESTS):
            state = RestState(sections=last.sections, tags=self._read_tags())
        else:
            state = RestState(sections=self._read_sections(), tags=last.tags)
        return LiveState(schema=state.schema, calls=self._requests, rest=state)

    def perform(self, call: Call) -> Outcome:
        """Make one call of a plan, once, if the account still has what it names."""
        request = request_of(call)
        try:
            sent = encode_rest(self._filled_in(request))
        except (_MovedError, InexpressibleError) as why:
            refused = OutcomeStatus.REFUSED
            return Outcome(status=refused, detail=f"not sent: {why}", kept_back=True)
        except AccountError as error:
            # Of the look before it: nothing that changes the account has left.
            return Outcome(status=OutcomeStatus.REFUSED, detail=str(error), sent=False)
        exchange = self._sender.write(sent)
        if isinstance(exchange, Answered):
            return self._read_answer(request, exchange.body)
        return outcome_without_answer(exchange)

    def _ask(self, request: wire.RestRead) -> bytes:
        self._requests += 1
        return self._sender.read(encode_rest(request))

    def _read_sections(self) -> tuple[RestSection, ...]:
        return decode_fields(
            self._ask(wire.ReadFields(object_id=CONTACTS)),
            self._ask(wire.ReadMeta(object_id=CONTACTS)),
            object_id=CONTACTS,
            redact=self._sender.redact,
        )

    def _read_tags(self) -> tuple[RestTag, ...]:
        """Read every page; what was made or deleted meanwhile is read in a second walk.

        Raises:
            AnswerError: There are not as many as the server says, twice.
        """
        tags, count = self._walk_tags(), self._count_tags()
        if len(tags) != count:
            tags, count = self._walk_tags(), self._count_tags()
        if len(tags) != count:
            msg = f"the account says that it has {count} tags, and gives {len(tags)}"
            raise AnswerError(msg, hint="try again; somebody may be changing tags just now")
        return tuple(tag for tag in tags.values() if tag.object_type == CONTACTS)

    def _count_tags(self) -> int:
        return decode_count(self._ask(wire.ReadTagInfo()), redact=self._sender.redact)

    def _walk_tags(self) -> Mapping[int, RestTag]:
        tags: dict[int, RestTag] = {}
        for page in range(MOST_TAG_PAGES):
            request = wire.ReadTags(start=page * PAGE_ROWS)
            rows = decode_tags_page(self._ask(request), redact=self._sender.redact)
            tags.update((tag.id, tag) for tag in rows)
            if len(rows) < PAGE_ROWS:
                return tags
        msg = f"the account's list of tags does not end after {MOST_TAG_PAGES} pages"
        raise AnswerError(msg, hint="check the url of the account")

    def _filled_in(self, request: PlannedRequest) -> wire.RestWrite:
        """Give what is to be sent, once the account was looked at where ids are named."""
        match request:
            case planned.CreateFields():
                return _creation(request, RestState(sections=self._read_sections()))
            case planned.UpdateFields():
                return _update(request, RestState(sections=self._read_sections()))
            case planned.DeleteField():
                state = RestState(sections=self._read_sections())
                _look_up(state, request.section, request.field, request.name)
                return wire.DeleteField(object_id=CONTACTS, field=request.field)
            case planned.DeleteSection():
                _refuse_full(request, RestState(sections=self._read_sections()))
                return wire.DeleteSection(object_id=CONTACTS, section=request.section)
            case planned.CreateTag():
                return wire.CreateTag(name=request.tag)
            case planned.RenameTag():
                _refuse_other_tag(request.id, request.tag, self._read_tags())
                return wire.RenameTag(id=request.id, name=request.new_name)
            case planned.DeleteTag():
                _refuse_other_tag(request.id, request.tag, self._read_tags())
                return wire.DeleteTag(id=request.id)

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


def _creation(request: planned.CreateFields, state: RestState) -> wire.CreateFields:
    """Send the description of a section that exists along: leaving it out might clear it."""
    section = _only_section(state, request.section)
    if section is None and not request.makes_section:
        raise _gone(request.section)
    for field in request.fields:
        _refuse_taken(section, field.name)
    kept = None if section is None else section.description or None
    wishes = tuple(
        FieldWish(
            alias=field.name,
            type=field.type,
            required=field.required,
            unique=field.unique,
            add_options=field.options,
        )
        for field in request.fields
    )
    return wire.CreateFields(
        object_id=CONTACTS,
        section=request.section,
        description=kept if request.description is None else request.description,
        columns=(wishes,) if wishes else (),
    )


def _update(request: planned.UpdateFields, state: RestState) -> wire.UpdateFields:
    """Put the changed fields among those of the section as it is now, or send them alone.

    The description goes along in any case: leaving it out might clear it.
    """
    section = _only_section(state, request.section)
    if section is None:
        raise _gone(request.section)
    updates = {update.field: update for update in request.fields}
    for update in request.fields:
        _look_up(state, request.section, update.field, update.name)
        if update.new_name is not None:
            _refuse_taken(section, update.new_name, but=update.field)
    # Without any field to send, nobody knows what the server makes of the others.
    if updates and not request.sends_whole:
        changed = (field for field in fields_of(section) if field.field in updates)
        columns: tuple[tuple[FieldWish, ...], ...] = (_wishes(changed, updates),)
    else:
        columns = tuple(_wishes(column, updates) for column in section.columns)
    is_left = request.description is None
    return wire.UpdateFields(
        object_id=CONTACTS,
        section=request.section,
        description=section.description if is_left else request.description,
        columns=columns if any(columns) else (),
    )


def _wishes(
    fields: Iterable[RestField], updates: Mapping[str, FieldUpdate]
) -> tuple[FieldWish, ...]:
    return tuple(_wish(field, updates.get(field.field)) for field in fields)


def _wish(field: RestField, update: FieldUpdate | None) -> FieldWish:
    """Say all of a field as it is, but for what is to be otherwise; options stay unsaid."""
    wanted = update or FieldUpdate(field=field.field, name=field.alias)
    return FieldWish(
        alias=field.alias if wanted.new_name is None else wanted.new_name,
        type=wanted.type or field.type,
        field=field.field,
        id=field.id,
        required=field.required if wanted.required is None else wanted.required,
        unique=field.unique if wanted.unique is None else wanted.unique,
        add_options=wanted.add_options,
        remove_options=wanted.remove_options,
    )


def _look_up(state: RestState, section: str, field: str, name: str) -> None:
    """Make sure that an id is still that of the field which the plan names."""
    place = state.by_field(field)
    if place is None:
        msg = f'the account has no field {field or "of this id"} any more, which was "{name}"'
        raise _MovedError(msg)
    if (place.section.name, place.field.alias) != (section, name):
        msg = (
            f'{field} is now "{place.field.alias}" in section "{place.section.name}", '
            f'and was "{name}" in section "{section}"'
        )
        raise _MovedError(msg)


def _only_section(state: RestState, name: str) -> RestSection | None:
    """Find the section that a call means by its name; a server may ignore case and blanks."""
    alike = [one for one in state.sections if fold_name(one.name) == fold_name(name)]
    others = [one for one in alike if one.name != name] or alike[1:]
    if others:
        msg = f'the API may take section "{others[0].name}" for "{name}" by now'
        raise _MovedError(msg)
    return alike[0] if alike else None


def _gone(section: str) -> _MovedError:
    return _MovedError(f'there is no section "{section}" any more')


def _refuse_taken(section: RestSection | None, name: str, *, but: str = "") -> None:
    """Make sure that no other field of a section has got the name meanwhile."""
    for field in () if section is None else fields_of(section):
        if fold_name(field.alias) == fold_name(name) and field.field != but:
            msg = f'the section has "{field.alias}" by now'
            raise _MovedError(msg)


def _refuse_full(request: planned.DeleteSection, state: RestState) -> None:
    """Keep a section that holds fields: the server may delete them with it."""
    section = _only_section(state, request.section)
    if section is None:
        raise _gone(request.section)
    held = ", ".join(f'"{field.alias}"' for field in fields_of(section))
    if held:
        msg = f'section "{request.section}" still holds {held}'
        raise _MovedError(msg)


def _refuse_other_tag(number: int, name: str, tags: Iterable[RestTag]) -> None:
    """Make sure that an id is still that of the tag which the plan names."""
    found = next((tag.name for tag in tags if tag.id == number), None)
    if found != name:
        told = "no tag" if found is None else f'"{found}"'
        msg = f'tag {number} is {told} now, and was "{name}"'
        raise _MovedError(msg)
