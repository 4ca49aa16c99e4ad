"""A REST account in memory, at the other end of the wire: honest unless a test makes it lie.

It answers bytes to requests, and shares only the values of an account with the client.
It is strict: what would delete several things at once, or names what is not there, is a
fault of the client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Final

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    HttpMethod,
    NoAnswer,
    NotSent,
    RefusedByStatus,
    Request,
    RestRequest,
)
from schemactl.account.http.sender import BatchCheck, GuardCheck
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import RestField, RestSection, RestTag
from schemactl.errors import AccountError, AccountUnreachableError
from tests.unit.account.http.rest_bodies import body, layout_body, meta_body

PAGE: Final = 50
_OPTION_TYPES: Final = frozenset({"drop", "list"})
Meddling = Callable[[RestState], RestState]


class RestFault(Enum):
    """What goes wrong with one write."""

    LIES = auto()
    """Answers with success and does nothing."""
    REFUSES = auto()
    """A status with plain text, and does nothing."""
    SILENT = auto()
    """Gives no answer and does nothing."""
    ACTS_SILENTLY = auto()
    MUMBLES = auto()
    """Does it, and answers what nobody understands."""
    LIMITED = auto()
    """Says that too many calls were made, and does nothing."""
    UNSENT = auto()
    """Cannot be reached: nothing leaves."""
    KEEPS_NAMED_ONLY = auto()
    """Deletes all fields of the section that an update leaves out."""
    CLEARS_DESCRIPTION = auto()
    """Clears the description of a section wherever a request leaves it out."""


@dataclass
class FakeRest:
    """One account.

    Attributes:
        state: What it has now; tags of other objects may be among its tags.
        faults: What goes wrong, by the place of the write among all writes, from 1.
        refused: Names of fields that it makes or renames for nobody, each reported as an error.
        meddling: What somebody else does right after a write, by the place of the write.
        hidden: Names of fields that the layout leaves out although the types list them.
        count_off: By how much the count of tags is wrong, for each time that it is asked.
        ignores_ids: Whether it returns tags as if no ids were asked for.
        unreadable_after: From this many reading requests on, each fails; None for never.
        record: The words of the requests, in order.
        written: The writing requests, in order.
    """

    state: RestState
    faults: Mapping[int, RestFault] = field(default_factory=dict)
    refused: Sequence[str] = ()
    meddling: Mapping[int, Meddling] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    count_off: Iterable[int] = ()
    ignores_ids: bool = False
    unreadable_after: int | None = None
    record: list[str] = field(default_factory=list)
    written: list[RestRequest] = field(default_factory=list)
    reads: int = 0

    def __post_init__(self) -> None:
        self._count_off = iter(self.count_off)

    def read(self, request: RestRequest) -> bytes:
        assert request.is_read
        assert request.body is None
        self.record.append(request.word)
        self.reads += 1
        if self.unreadable_after is not None and self.reads > self.unreadable_after:
            msg = "no answer came"
            raise AccountUnreachableError(msg)
        return self._answer(request.path, dict(request.query))

    def read_together(
        self, requests: Sequence[RestRequest], optional: Collection[RestRequest] = ()
    ) -> tuple[bytes, ...]:
        assert not optional
        return tuple(map(self.read, requests))

    def write(self, request: RestRequest) -> Exchange:
        assert not request.is_read
        assert (request.method, request.path) != (HttpMethod.DELETE, "Tags")
        self.record.append(request.word)
        self.written.append(request)
        number = len(self.written)
        exchange = self._exchange(request, self.faults.get(number))
        self.state = self.meddling.get(number, _leave_alone)(self.state)
        return exchange

    def guarded(self, calls: int, check: GuardCheck) -> Exchange:
        reads = self.reads
        try:
            request = check(self._read_any)
        except AccountError as error:
            return NotSent(kind=FailureKind.CONNECTION, detail=str(error))
        assert 1 <= self.reads - reads < calls
        assert isinstance(request, RestRequest)
        return self.write(request)

    def guarded_batch(self, calls: int, check: BatchCheck) -> tuple[Exchange, ...]:
        reads = self.reads
        requests = check(self._read_any)
        assert 1 <= self.reads - reads <= calls - len(requests)
        rest = [request for request in requests if isinstance(request, RestRequest)]
        assert len(rest) == len(requests)
        return tuple(map(self.write, rest))

    def _read_any(
        self, requests: Sequence[Request], optional: Collection[Request] = ()
    ) -> tuple[bytes, ...]:
        assert not optional
        rest = [request for request in requests if isinstance(request, RestRequest)]
        assert len(rest) == len(requests)
        return self.read_together(rest)

    def holds_secret(self, text: str) -> bool:
        return "s3cr3t" in text

    def redact(self, text: str) -> str:
        return text.replace("Secret", "***")

    @property
    def sent(self) -> list[Any]:
        """What was written: bodies, and of deletions what they name."""
        return [
            dict(each.query) if each.body is None else json.loads(each.body)
            for each in self.written
        ]

    def _answer(self, path: str, query: Mapping[str, str]) -> bytes:
        match path:
            case "objects/fieldeditor":
                assert query == {"objectID": "0"}
                return layout_body(tuple(map(self._shown, self.state.sections)))
            case "objects/meta":
                assert query == {"objectID": "0", "format": "byId"}
                return meta_body(self.state.sections)
            case "Tags/getInfo":
                count = len(self.state.tags) + next(self._count_off, 0)
                return body({"count": str(count)})
            case "Tags":
                return body(self._tag_rows(query))
            case _:
                raise AssertionError(path)

    def _shown(self, section: RestSection) -> RestSection:
        """Return a section as the layout shows it."""
        columns = (
            tuple(one for one in column if one.alias not in self.hidden)
            for column in section.columns
        )
        return replace(section, columns=tuple(columns)) if self.hidden else section

    def _tag_rows(self, query: Mapping[str, str]) -> list[dict[str, str]]:
        start, rows = int(query["start"]), int(query["range"])
        tags = sorted(self.state.tags, key=lambda tag: tag.id)
        if "ids" in query and not self.ignores_ids:
            tags = [tag for tag in tags if str(tag.id) in query["ids"].split(",")]
        return [
            {
                "tag_id": str(tag.id),
                "tag_name": tag.name,
                "object_type_id": str(tag.object_type),
            }
            for tag in tags[start : start + min(rows, PAGE)]
        ]

    def _exchange(self, request: RestRequest, fault: RestFault | None) -> Exchange:
        if fault in _IDLE:
            return _answer_idly(request, fault)
        answered = self._carry_out(request, fault)
        if fault is RestFault.ACTS_SILENTLY:
            return NoAnswer(kind=FailureKind.TIMEOUT, detail="time ran out")
        if fault is RestFault.MUMBLES:
            return Answered(body=b"<html>Thank you")
        return answered

    def _carry_out(self, request: RestRequest, fault: RestFault | None) -> Exchange:
        sent = {} if request.body is None else json.loads(request.body)
        query = dict(request.query)
        match request.method, request.path:
            case HttpMethod.POST, "objects/fieldeditor":
                return self._create(sent, fault)
            case HttpMethod.PUT, "objects/fieldeditor":
                return self._update(sent, fault)
            case HttpMethod.DELETE, "objects/fieldeditor":
                return self._delete(query)
            case HttpMethod.POST, "Tags":
                return self._create_tag(sent)
            case HttpMethod.PUT, "Tags":
                return self._change_tag(sent["id"], sent["tag_name"])
            case HttpMethod.DELETE, "Tag":
                return self._change_tag(int(query["id"]), None)
            case _:
                raise AssertionError(request)

    def _create(self, sent: Mapping[str, Any], fault: RestFault | None) -> Exchange:
        section = self.state.section(sent["name"])
        if section is None:
            number = 1 + max((one.id for one in self.state.sections), default=0)
            section = RestSection(id=number, name=sent["name"])
            sections = (*self.state.sections, section)
            self.state = replace(self.state, sections=sections)
        section = _described(section, sent, fault)
        made: list[RestField] = []
        errors = {}
        for wish in _wishes(sent):
            assert "field" not in wish
            assert wish["alias"] not in {one.alias for one in section.fields}
            if wish["alias"] in self.refused:
                errors[wish["alias"]] = "Invalid field"
            else:
                made.append(self._new_field(wish, len(made)))
        columns = section.columns or ((),)
        self._put(replace(section, columns=((*columns[0], *made), *columns[1:])))
        return _answer({one.field: one.alias for one in made}, errors)

    def _new_field(self, wish: Mapping[str, Any], place: int) -> RestField:
        everything = [one for section in self.state.sections for one in section.fields]
        number = 1 + place + max((one.id - 1000 for one in everything), default=0)
        bare = RestField(
            id=number + 1000,
            field=f"f{number}",
            alias=wish["alias"],
            type=wish["type"],
            required=False,
            unique=False,
            editable=True,
            deletable=True,
            options=() if wish["type"] in _OPTION_TYPES else None,
        )
        return _changed(bare, wish)

    def _update(self, sent: Mapping[str, Any], fault: RestFault | None) -> Exchange:
        section = self.state.section(sent["name"])
        assert section is not None
        known = {one.field: one for one in section.fields}
        errors, done = {}, {}
        wishes = {wish["field"]: wish for wish in _wishes(sent)}
        for name, wish in wishes.items():
            assert wish["id"] == known[name].id
            if wish["alias"] in self.refused:
                errors[name] = "Invalid field"
            else:
                known[name] = done[name] = _changed(known[name], wish)
        keeps = set(wishes) if fault is RestFault.KEEPS_NAMED_ONLY else set(known)
        columns = tuple(
            tuple(known[one.field] for one in column if one.field in keeps)
            for column in section.columns
        )
        self._put(replace(_described(section, sent, fault), columns=columns))
        return _answer({name: one.alias for name, one in done.items()}, errors)

    def _delete(self, query: Mapping[str, str]) -> Exchange:
        if "section" in query:
            section = self.state.section(query["section"])
            assert section is not None
            assert not any(section.columns), "a section that holds fields is never deleted"
            kept = tuple(one for one in self.state.sections if one.id != section.id)
            self.state = replace(self.state, sections=kept)
        else:
            place = self.state.by_field(query["field"])
            assert place is not None
            columns = tuple(
                tuple(one for one in column if one.field != query["field"])
                for column in place.section.columns
            )
            self._put(replace(place.section, columns=columns))
        return Answered(body=body("Deleted"))

    def _put(self, section: RestSection) -> None:
        sections = tuple(
            section if one.id == section.id else one for one in self.state.sections
        )
        self.state = replace(self.state, sections=sections)

    def _create_tag(self, sent: Mapping[str, Any]) -> Exchange:
        if sent["tag_name"] in {tag.name for tag in self.state.tags if tag.object_type == 0}:
            return RefusedByStatus(status=422, detail="Tag exists")
        number = 1 + max((tag.id for tag in self.state.tags), default=0)
        tag = RestTag(id=number, name=sent["tag_name"])
        self.state = replace(self.state, tags=(*self.state.tags, tag))
        return Answered(body=body({"tag_id": str(number), "tag_name": tag.name}))

    def _change_tag(self, number: int, name: str | None) -> Exchange:
        assert any(tag.id == number for tag in self.state.tags)
        tags = tuple(
            tag if tag.id != number or name is None else replace(tag, name=name)
            for tag in self.state.tags
            if tag.id != number or name is not None
        )
        self.state = replace(self.state, tags=tags)
        data = {} if name is None else {"data": {"attrs": {"tag_name": name}}}
        return Answered(body=json.dumps({"code": 0, **data}).encode())


_IDLE: Final = frozenset(
    {
        RestFault.LIES,
        RestFault.REFUSES,
        RestFault.SILENT,
        RestFault.LIMITED,
        RestFault.UNSENT,
    }
)


def _answer_idly(request: RestRequest, fault: RestFault | None) -> Exchange:
    match fault:
        case RestFault.REFUSES:
            return RefusedByStatus(status=422, detail="Invalid field")
        case RestFault.SILENT:
            return NoAnswer(kind=FailureKind.TIMEOUT, detail="time ran out")
        case RestFault.LIMITED:
            limit = FailureKind.RATE_LIMIT
            return NoAnswer(kind=limit, detail="status 429", retry_after_s=23.0)
        case RestFault.UNSENT:
            return NotSent(kind=FailureKind.CONNECTION, detail="no connection was made")
        case _:
            is_deletion = request.method is HttpMethod.DELETE
            lie = {"success": {}, "error": [], "tag_id": "1"}
            return Answered(body=body("Deleted" if is_deletion else lie))


def _leave_alone(state: RestState) -> RestState:
    return state


def _wishes(sent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    assert sent["objectID"] == 0
    return [wish for column in sent["fields"] or () for wish in column]


def _answer(success: Mapping[str, str], errors: Mapping[str, str]) -> Exchange:
    return Answered(body=body({"success": success or [], "error": errors or []}))


def _described(
    section: RestSection, sent: Mapping[str, Any], fault: RestFault | None
) -> RestSection:
    kept = "" if fault is RestFault.CLEARS_DESCRIPTION else section.description
    return replace(section, description=sent.get("description", kept))


def _changed(one: RestField, wish: Mapping[str, Any]) -> RestField:
    """Return a field as a request needs it; what is omitted stays."""
    changes = wish.get("options", {})
    assert set(changes) in ({"add"}, {"remove"}, set()), "one kind of change a request"
    options = dict(zip(one.option_ids, one.options or (), strict=True))
    fresh = one.id * 100 + max(options, default=0) % 100
    options.update(enumerate(changes.get("add", ()), start=fresh + 1))
    kept = {id_: each for id_, each in options.items() if each not in changes.get("remove", ())}
    return replace(
        one,
        alias=wish["alias"],
        type=wish.get("type", one.type),
        required=bool(wish.get("required", one.required)),
        unique=bool(wish.get("unique", one.unique)),
        options=None if one.options is None else tuple(kept.values()),
        option_ids=tuple(kept),
    )
