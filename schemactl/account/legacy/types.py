"""The field types that the Contacts API knows; apart, as checking files wants nothing else."""

from __future__ import annotations

from typing import Final

from schemactl.model.schema import FieldType

LEGACY_TYPES: Final = frozenset(str(kind) for kind in FieldType) - {
    str(FieldType.EMAIL),
    str(FieldType.SMS),
    str(FieldType.ADDRESS),
}
"""The manual's list; e-mail, SMS and address are kinds of the newer API."""
