"""The names of what a probe makes in an account: each follows from the id of its run.

So a journal needs to record nothing but that id, and a journal that somebody else wrote can
bring about nothing but the removal of objects that bear such a name.
"""

from __future__ import annotations

import re
from typing import Final

from schemactl.model.run_id import is_run_id
from schemactl.model.schema import Field, Schema, Section, fold_name
from schemactl.values import dataclass

_PREFIX: Final = "schemactl probe"
_SUFFIX: Final = r"[a-z][a-z0-9]{0,15}"
FIRST: Final = "First"
FIRST_LOWER: Final = "first"
SECOND: Final = "Second"
THIRD: Final = "Third"
SCRATCH_OPTIONS: Final = (FIRST, FIRST_LOWER, SECOND, THIRD)
"""The options that a probe gives to its fields."""
SECTION_SUFFIXES: Final = ("a", "b", "c", "d", "e", "f")
"""The sections that a probe can make; a server may hide one without fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchNames:
    """The names that one run of a probe gives.

    Attributes:
        run: Id of the run.

    Raises:
        ValueError: The id is none.
    """

    run: str

    def __post_init__(self) -> None:
        if not is_run_id(self.run):
            msg = f"{self.run!r} is not the id of a run"
            raise ValueError(msg)

    def name(self, suffix: str) -> str:
        """Return the name of a section, a field or a tag.

        Raises:
            ValueError: The suffix is none that a probe uses.
        """
        if not re.fullmatch(_SUFFIX, suffix):
            msg = f"{suffix!r} is no suffix of a scratch object"
            raise ValueError(msg)
        return f"{_PREFIX} {self.run} {suffix}"

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of all sections that the run can have made."""
        return tuple(map(self.name, SECTION_SUFFIXES))

    def own(self, name: str) -> bool:
        """Whether the run made what bears a name; a server may change case and spaces."""
        start = fold_name(f"{_PREFIX} {self.run}") + " "
        key = fold_name(name)
        return key.startswith(start) and bool(re.fullmatch(_SUFFIX, key.removeprefix(start)))

    def sections_in(self, schema: Schema) -> tuple[Section, ...]:
        """Return the sections of an account that the run made."""
        return tuple(one for one in schema.sections if self.own(one.name))

    def tags_in(self, schema: Schema) -> tuple[str, ...]:
        """Return the tags of an account that the run made."""
        return tuple(tag for tag in schema.tags if self.own(tag))

    def find_foreign(self, schema: Schema) -> tuple[str, ...]:
        """Return, in words, what others did to what the run made; empty if nothing.

        As long as there is anything, nothing of the run is removed: it may be in use.
        """
        found = []
        for section in schema.sections:
            is_own = self.own(section.name)
            if is_own and section.description:
                found.append(f'section "{section.name}" has a description')
            for field in section.fields:
                if is_own != self.own(field.name):
                    found.append(f'section "{section.name}" has the field "{field.name}"')
                elif is_own and not _is_untouched(field):
                    found.append(f'field "{field.name}" of "{section.name}" has other options')
        return tuple(found)


def _is_untouched(field: Field) -> bool:
    options = {option.strip() for option in field.options or ()}
    return field.custom and options <= set(SCRATCH_OPTIONS)
