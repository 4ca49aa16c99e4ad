"""The parts of a schema that an API supports beyond sections, fields, options and tags."""

from __future__ import annotations

from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an API can read and set; for field types see the dialect's `declarable_types`.

    Attributes:
        settings: Whether a field is required or unique.
        descriptions: The text below a section's heading.
        objects: Sections and fields of custom objects.
        lists_empty_sections: Whether a section without fields is always listed.
    """

    settings: bool
    descriptions: bool
    objects: bool
    lists_empty_sections: bool = True
