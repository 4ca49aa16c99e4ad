"""Read one account over the REST API: layout and options of objects, and pages of tags.

It counts its requests. The caller decides which objects to read: each takes two requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from schemactl.account.http.excerpt import Redact
from schemactl.account.http.exchange import RestRequest
from schemactl.account.interface import Wanted
from schemactl.account.rest import requests as wire
from schemactl.account.rest.decoder import (
    Layout,
    decode_count,
    decode_fields,
    decode_meta,
    decode_objects,
    decode_tags_page,
)
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.objects import resolve_objects
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef, RestState
from schemactl.account.rest.values import (
    FIRST_CUSTOM_OBJECT,
    PAGE_ROWS,
    CustomObject,
    RestTag,
)
from schemactl.errors import AccountError, AnswerError

LOOKS: Final = 3
"""How often two answers that contradict each other are read at most."""
Read: TypeAlias = Callable[[RestRequest], bytes]
MAX_PAGES: Final = 2_000
"""The limit for a server that never ends a list."""


class Reader:
    """Reads an account.

    Args:
        read: Sends one reading request; within a check, without a wait.
        redact: Removes app id and key from error messages.

    Attributes:
        requests: How many requests it has made.
        tag_pages: The first row of the page of each tag, by the tag's id.
    """

    def __init__(self, read: Read, redact: Redact) -> None:
        self._read = read
        self._redact = redact
        self.requests = 0
        self.tag_pages: dict[int, int] = {}

    def read_all(self, objects: Wanted) -> RestState:
        """Read contacts, every page of tags, and the custom objects that are wanted.

        Raises:
            AccountError: No valid answer came.
        """
        contacts = self.read_object(OF_CONTACTS)
        refs = self.find_objects(objects)
        return RestState(
            sections=contacts.sections,
            unplaced=contacts.unplaced,
            tags=self.read_tags(),
            objects=tuple(self.read_object(ref) for ref in refs),
        )

    def read_object(self, ref: ObjectRef) -> RestState:
        """Read sections, fields and options of one object; no tags.

        Where its two answers contradict each other, both are read again a few times.
        """
        state = self.read_object_once(ref)
        for _ in range(LOOKS - 1):
            if not state.unplaced:
                break
            state = self.read_object_once(ref)
        return state

    def read_object_once(self, ref: ObjectRef) -> RestState:
        """Read one object by one pair of requests, even if they contradict each other."""
        layout = self._read_layout(ref.id)
        return RestState(ref=ref, sections=layout.sections, unplaced=layout.unplaced)

    def find_objects(self, objects: Wanted) -> tuple[ObjectRef, ...]:
        """Find the numbers of custom objects; those that do not exist are skipped."""
        if objects is not None and not objects:
            return ()
        listed = self._read_list()
        found = resolve_objects(listed, objects)
        if objects is not None and len(found) == len(objects):
            return found
        # Meta has every object, if only by the name that the server gave it.
        known = tuple(
            CustomObject(id=each.id, name=each.name)
            for each in decode_meta(self._ask(wire.ReadMeta()), redact=self._redact)
            if each.id >= FIRST_CUSTOM_OBJECT
        )
        return resolve_objects(_joined(listed, known), objects)

    def read_tags(self) -> tuple[RestTag, ...]:
        """Read every page; once more if tags were created or deleted meanwhile.

        Raises:
            AnswerError: Both times, the server returned fewer or more tags than it counts.
        """
        tags, count = self._walk_tags(), self._count_tags()
        if len(tags) != count:
            tags, count = self._walk_tags(), self._count_tags()
        if len(tags) != count:
            msg = f"the account says that it has {count} tags, and returned {len(tags)}"
            raise AnswerError(msg, hint="try again; somebody may be changing tags just now")
        return tuple(tag for tag in tags.values() if tag.object_type == OF_CONTACTS.id)

    def read_tag_page(self, start: int) -> tuple[RestTag, ...]:
        """Read the page of tags that starts at row `start`, with those of other objects."""
        body = self._ask(wire.ReadTags(start=start))
        return decode_tags_page(body, redact=self._redact)

    def _ask(self, request: wire.RestRead) -> bytes:
        self.requests += 1
        return self._read(encode_rest(request))

    def _read_layout(self, object_id: int) -> Layout:
        return decode_fields(
            self._ask(wire.ReadFields(object_id=object_id)),
            self._ask(wire.ReadMeta(object_id=object_id)),
            object_id=object_id,
            redact=self._redact,
        )

    def _read_list(self) -> tuple[CustomObject, ...]:
        """Read every page of the list of custom objects; empty where it cannot be read.

        No answer of the server is known, so its refusal means nothing.
        """
        objects: dict[int, CustomObject] = {}
        try:
            for page in range(MAX_PAGES):
                request = wire.ReadObjects(start=page * PAGE_ROWS)
                rows = decode_objects(self._ask(request), redact=self._redact)
                before = len(objects)
                objects.update((each.id, each) for each in rows)
                if len(rows) < PAGE_ROWS or len(objects) == before:
                    break
        except AccountError:
            return ()
        return tuple(objects.values())

    def _count_tags(self) -> int:
        return decode_count(self._ask(wire.ReadTagInfo()), redact=self._redact)

    def _walk_tags(self) -> Mapping[int, RestTag]:
        tags: dict[int, RestTag] = {}
        for page in range(MAX_PAGES):
            rows = self.read_tag_page(page * PAGE_ROWS)
            tags.update((tag.id, tag) for tag in rows)
            self.tag_pages.update((tag.id, page * PAGE_ROWS) for tag in rows)
            if len(rows) < PAGE_ROWS:
                return tags
        msg = f"the account's list of tags does not end after {MAX_PAGES} pages"
        raise AnswerError(msg, hint="check the url of the account")


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
