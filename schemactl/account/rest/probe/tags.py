"""What the REST API does with the name of a new tag."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.probing import InconclusiveError, Scratch, Tried
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import CreateTag
from schemactl.model.facts import NameMatching, Point
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class NameMatchingPoint:
    """Create a tag, and one whose name is the same in capitals."""

    point: ClassVar = Point.NAME_MATCHING
    calls: ClassVar = 2
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> NameMatching:
        """See whether the account has both."""
        tag = scratch.names.name("t1")
        if tag not in _create(scratch, tag).after.schema.tags:
            msg = "the tag to try it with could not be created"
            raise InconclusiveError(msg)
        tried = _create(scratch, tag.upper())
        is_there = tag.upper() in tried.after.schema.tags
        return NameMatching.EXACT if is_there else NameMatching.IGNORES_CASE


def _create(scratch: Scratch, tag: str) -> Tried:
    return scratch.send(draft_call(CreateTag(tag=tag), serves=()))
