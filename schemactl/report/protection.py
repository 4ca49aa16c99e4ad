"""Words for protection that an apply ends, the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.model.difference import EndedProtection, NoticeCode
from schemactl.text import counted, named

CODE: Final = NoticeCode.LIFTS_PROTECTION
_LATER: Final = "a later apply can remove or replace it"


def heading_of_ending(ended: Sequence[EndedProtection]) -> str:
    """Return how many fields lose their protection by a plan, without a full stop."""
    return f"Applying this plan ends the protection of {counted(len(ended), 'field')}"


def heading_of_ended(ended: Sequence[EndedProtection]) -> str:
    """Return how many fields lost their protection by an apply, without a full stop."""
    return f"The protection of {counted(len(ended), 'field')} has ended"


def ending_words(one: EndedProtection) -> str:
    """Return what the end of its protection means for a field, without a full stop."""
    return f"{named(one.title)}: {_LATER}"
