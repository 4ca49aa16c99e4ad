"""Read one account over the REST API: layout and options of objects, and pages of tags.

What does not depend on each other is read at once. It counts its requests. The caller decides
which objects to read: each takes two requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.account.http.excerpt import Redact
from schemactl.account.http.exchange import RestRequest
from schemactl.account.http.sender import ReadTogether
from schemactl.account.interface import Wanted
from schemactl.account.rest import requests as wire
from schemactl.account.rest.decoder import (
    decode_count,
    decode_fields,
    decode_meta,
    decode_objects,
    decode_tags_page,
    decode_values,
)
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.objects import resolve_objects
from schemactl.account.rest.read_memo import ReadMemo
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef, RestState
from schemactl.account.rest.tag_list import MAX_PAGES, TagList
from schemactl.account.rest.values import (
    FIRST_CUSTOM_OBJECT,
    PAGE_ROWS,
    CustomObject,
    RestTag,
)
from schemactl.errors import AccountError, AnswerError
from schemactl.values import replace

LOOKS: Final = 3
"""How often two answers that contradict each other are read at most."""
_FIRST_OBJECTS: Final = wire.ReadObjects(start=0)
_TAG_COUNT: Final = wire.ReadTagInfo()


class Reader:
    """Reads an account.

    Args:
        read: Sends several reading requests at once; within a check, without a wait.
        redact: Removes app id and key from error messages.
        memo: What was decoded before, to decode only what has changed.

    Attributes:
        requests: How many requests it has made.
        tag_pages: The first row of the page of each tag, by the tag's id.
    """

    def __init__(
        self, read: ReadTogether[RestRequest], redact: Redact, memo: ReadMemo | None = None
    ) -> None:
        self._read = read
        self._redact = redact
        self._memo = memo
        self.requests = 0
        self.tag_pages: dict[int, int] = {}

    def read_all(self, objects: Wanted) -> RestState:
        """Read contacts, every page of tags, and the custom objects that are wanted.

        Everything whose request is known is read at once: first contacts, the count of tags and
        the list of objects; then each page of tags, and each object.

        Raises:
            AccountError: No valid answer came.
        """
        listing = () if objects is not None and not objects else (_FIRST_OBJECTS,)
        layout, meta, *listed, count = self._ask(
            *_field_requests(OF_CONTACTS), *listing, _TAG_COUNT, optional=listing
        )
        contacts = self._agreed(self._object(OF_CONTACTS, layout, meta))
        refs = self._find_objects(objects, listed[0]) if listed else ()
        tags, parts = self._read_rest(self._tag_list(count), refs)
        return RestState(
            sections=contacts.sections,
            unplaced=contacts.unplaced,
            tags=self._agreed_tags(tags),
            objects=tuple(map(self._agreed, parts)),
        )

    def read_parts(
        self, refs: Sequence[ObjectRef], *, with_tags: bool
    ) -> tuple[tuple[RestState, ...], tuple[RestTag, ...] | None]:
        """Read some objects, and every page of tags if asked for; None if not."""
        parts = tuple(request for ref in refs for request in _field_requests(ref))
        came = self._ask(*parts, *((_TAG_COUNT,) if with_tags else ()))
        states = tuple(map(self._agreed, self._objects(refs, came[: len(parts)])))
        if not with_tags:
            return states, None
        tags, _ = self._read_rest(self._tag_list(came[-1]), ())
        return states, self._agreed_tags(tags)

    def read_new_tags(self, ids: Sequence[int]) -> tuple[RestTag, ...]:
        """Read tags of contacts by their ids; empty if the account does not show all of them.

        Raises:
            AccountError: No valid answer came.
        """
        pages = [ids[start : start + PAGE_ROWS] for start in range(0, len(ids), PAGE_ROWS)]
        bodies = self._ask(*(wire.ReadTagsById(ids=tuple(page)) for page in pages))
        rows = [tag for body in bodies for tag in decode_tags_page(body, redact=self._redact)]
        found = {tag.id: tag for tag in rows if tag.object_type == OF_CONTACTS.id}
        return tuple(found[each] for each in ids) if found.keys() >= set(ids) else ()

    def read_object_once(self, ref: ObjectRef) -> RestState:
        """Read one object by one pair of requests, even if they contradict each other."""
        state, _ = self.read_object_and_count(ref, ())
        return state

    def read_object_and_count(
        self, ref: ObjectRef, counts: Sequence[wire.CountRead]
    ) -> tuple[RestState, tuple[int | None, ...]]:
        """Do the same, and count at the same time; None where a count has no answer."""
        layout, meta, *bodies = self._ask(*_field_requests(ref), *counts, optional=counts)
        return self._object(ref, layout, meta), tuple(map(self._number_in, bodies))

    def read_numbers(self, counts: Sequence[wire.CountRead]) -> tuple[int | None, ...]:
        """Count several things at once; None where one has no answer."""
        return tuple(map(self._number_in, self._ask(*counts, optional=counts)))

    def read_values(
        self, object_id: int, fields: Sequence[str], *, pages: int
    ) -> Iterator[tuple[str, ...] | None]:
        """Yield the texts of some fields of each record; None once a page has no answer.

        Args:
            object_id: The object.
            fields: Names in the API.
            pages: How many pages are read at most.
        """
        after = 0
        for _ in range(pages):
            request = wire.ReadValues(object_id=object_id, fields=tuple(fields), after=after)
            (body,) = self._ask(request, optional=(request,))
            try:
                page = decode_values(body, fields=fields, redact=self._redact)
            except AnswerError:
                page = {}
                yield None
            if page and min(page) <= after:
                # The server ignores the condition: it would send the first page forever.
                yield None
                return
            yield from page.values()
            if len(page) < PAGE_ROWS:
                return
            after = max(page)

    def _number_in(self, body: bytes) -> int | None:
        word = wire.CountRecords.word
        try:
            return decode_count(body, word=word, redact=self._redact)
        except AnswerError:
            return None

    def read_tags(self) -> tuple[RestTag, ...]:
        """Read every page; once more if tags were created or deleted meanwhile.

        Raises:
            AnswerError: Both times, the server returned fewer or more tags than it counts.
        """
        return self._agreed_tags(self._walk_tags())

    def read_tag_page(
        self, start: int, counts: Sequence[wire.CountRead] = ()
    ) -> tuple[tuple[RestTag, ...], tuple[int | None, ...]]:
        """Read the page of tags from row `start` on, of all objects, and count meanwhile."""
        body, *bodies = self._ask(wire.ReadTags(start=start), *counts, optional=counts)
        tags = decode_tags_page(body, redact=self._redact)
        return tags, tuple(map(self._number_in, bodies))

    def _ask(
        self, *requests: wire.RestRead, optional: Sequence[wire.RestRead] = ()
    ) -> tuple[bytes, ...]:
        self.requests += len(requests)
        encoded = tuple(map(encode_rest, requests))
        return self._read(encoded, tuple(map(encode_rest, optional)))

    def _object(self, ref: ObjectRef, layout: bytes, meta: bytes) -> RestState:
        found = decode_fields(
            layout, meta, object_id=ref.id, redact=self._redact, memo=self._memo
        )
        return RestState(ref=ref, sections=found.sections, unplaced=found.unplaced)

    def _objects(
        self, refs: Sequence[ObjectRef], bodies: Sequence[bytes]
    ) -> tuple[RestState, ...]:
        """Return objects by the two answers to each."""
        pairs = zip(refs, bodies[::2], bodies[1::2], strict=True)
        return tuple(self._object(ref, layout, meta) for ref, layout, meta in pairs)

    def _agreed(self, state: RestState) -> RestState:
        """Read an object again, a few times, while its two answers contradict each other."""
        for _ in range(LOOKS - 1):
            if not state.unplaced:
                break
            state = self.read_object_once(state.ref)
        return state

    def _read_rest(
        self, tags: TagList, refs: Sequence[ObjectRef]
    ) -> tuple[TagList, tuple[RestState, ...]]:
        """Read every page of tags, and objects."""
        parts: tuple[wire.RestRead, ...] = tuple(
            request for ref in refs for request in _field_requests(ref)
        )
        bodies: tuple[bytes, ...] = ()
        for starts in tags.batches():
            pages = tuple(wire.ReadTags(start=start) for start in starts)
            came = self._ask(*pages, *parts)
            for start, body in zip(starts, came, strict=False):
                tags.add_page(start, decode_tags_page(body, redact=self._redact))
            bodies, parts = bodies + came[len(pages) :], ()
        return tags, self._objects(refs, bodies)

    def _find_objects(self, objects: Wanted, first_page: bytes) -> tuple[ObjectRef, ...]:
        """Find the numbers of custom objects; those that do not exist are skipped."""
        listed = self._read_list(first_page)
        found = resolve_objects(listed, objects)
        if objects is not None and len(found) == len(objects):
            return found
        # Meta has every object, if only by the name that the server gave it.
        (meta,) = self._ask(wire.ReadMeta())
        known = tuple(
            CustomObject(id=each.id, name=each.name)
            for each in decode_meta(meta, redact=self._redact)
            if each.id >= FIRST_CUSTOM_OBJECT
        )
        return resolve_objects(_joined(listed, known), objects)

    def _read_list(self, body: bytes) -> tuple[CustomObject, ...]:
        """Read the list of custom objects from its first page; empty where it cannot be read.

        No answer of the server is known, so its refusal means nothing.
        """
        objects: dict[int, CustomObject] = {}
        try:
            for page in range(1, MAX_PAGES):
                rows = decode_objects(body, redact=self._redact)
                before = len(objects)
                objects.update((each.id, each) for each in rows)
                if len(rows) < PAGE_ROWS or len(objects) == before:
                    break
                (body,) = self._ask(wire.ReadObjects(start=page * PAGE_ROWS))
        except AccountError:
            return ()
        return tuple(objects.values())

    def _walk_tags(self) -> TagList:
        tags, _ = self._read_rest(self._tag_list(*self._ask(_TAG_COUNT)), ())
        return tags

    def _tag_list(self, count: bytes) -> TagList:
        return TagList(decode_count(count, redact=self._redact))

    def _agreed_tags(self, tags: TagList) -> tuple[RestTag, ...]:
        """Read all tags again, once, if the pages contradict the count."""
        if not tags.is_consistent:
            tags = self._walk_tags()
        self.tag_pages = tags.pages
        return tags.of_contacts()


def _field_requests(ref: ObjectRef) -> tuple[wire.ReadFields, wire.ReadMeta]:
    """Return the two requests for sections, fields and options of one object."""
    return wire.ReadFields(object_id=ref.id), wire.ReadMeta(object_id=ref.id)


def _joined(
    listed: Sequence[CustomObject], known: Sequence[CustomObject]
) -> tuple[CustomObject, ...]:
    """Combine what two answers say about each object; the list has more names."""
    by_id = {each.id: each for each in (*known, *listed)}
    names = {each.id: each.name for each in known}
    return tuple(
        each if each.name else replace(each, name=names.get(each.id, ""))
        for each in by_id.values()
    )
