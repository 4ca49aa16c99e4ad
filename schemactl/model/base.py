"""Base: how an apply left an account, so that later it can be told who moved.

What the files say and what the account has may differ because the files moved, because the
account did, or both. Only a third side tells, and this is it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from schemactl.model.schema import Schema

SectionPlace: TypeAlias = tuple[str, str]
"""Label of the object (empty for contacts), and name."""
FieldPlace: TypeAlias = tuple[str, str, str]
"""Label of the object (empty for contacts), name of the section, and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What an account calls its sections, fields and tags, whatever people call them.

    They stay where a name is changed. The Contacts API tells none. What shares its name with
    another is left out, for nothing says which is which.

    Attributes:
        sections: By object and name.
        fields: By object, section and name.
        tags: By name.
    """

    sections: Mapping[SectionPlace, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[FieldPlace, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Who left an account so.

    Attributes:
        at: When, with its zone, as ISO 8601 writes it.
        by: Who, as far as the machine knows; empty where it does not.
        commit: What git had checked out, with `-dirty` where files were changed since; empty
            outside of git.
        run: Name of the apply's journal; empty where no call had to be made.
    """

    at: str
    by: str = ""
    commit: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An account as the last apply left it.

    Attributes:
        account: Its name in the project file.
        backend: The API that it was read over.
        address: Where it answers.
        applied: Who left it so, and when.
        schema: What it had; of what was not as the files say, what it had before.
        ids: What it calls its objects.
    """

    account: str
    backend: str
    address: str
    applied: Applied
    schema: Schema
    ids: Ids = field(default_factory=Ids)
