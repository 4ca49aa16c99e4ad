"""The field types that the REST API knows; apart, as checking files wants nothing else."""

from __future__ import annotations

from typing import Final

from schemactl.model.change import ChangeType
from schemactl.model.schema import FieldType

REST_TYPES: Final = frozenset(str(kind) for kind in FieldType) - {str(FieldType.FUNNEL)}
"""What the vendor's client can make; a funnel is of the older API alone."""


def is_widened(change: ChangeType) -> bool:
    """Whether a type changes in place: only text can, to longtext, and never back.

    The vendor's client does just this and refuses every other change (its source), as does
    the vendor's article on field types.
    """
    before, after = change.before, change.after
    is_wider = (before.type, after.type) == (str(FieldType.TEXT), str(FieldType.LONGTEXT))
    return is_wider and before.custom
