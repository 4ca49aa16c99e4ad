"""Base: how an apply left an account, so that later it can be told who moved.

What the files say and what the account has may differ because the files moved, because the
account did, or both. Only a third side tells, and this is it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import Ids
from schemactl.model.schema import Schema


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ProtectedField:
    """A field that the files of the last apply protected.

    Attributes:
        custom_object: Label of its object; empty for contacts.
        section: Its section in the account.
        name: Its name in the account.
        id: What the account calls it by; empty over the Contacts API, which has no ids.
    """

    custom_object: str
    section: str
    name: str
    id: str = ""


class ObjectPlace(NamedTuple):
    """Where an account has a section, a field or a tag.

    Attributes:
        kind: What it is.
        custom_object: Label of its object; empty for contacts, and for a tag.
        section: The section of a field, the name of a section; empty for a tag.
        name: Its name.
    """

    kind: UnmanagedKind
    custom_object: str
    section: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedObject:
    """An object that a call of an apply of this project created.

    Attributes:
        place: Where the account had it after the last apply.
        id: What the account calls it by; empty without ids, or where several share a place.
        type: Type of a field, as the account had it when the files last declared it; empty for
            sections and tags.
        at: When it was created, as ISO 8601 writes it.
        commit: What git had checked out then; empty outside of git.
        run: Name of the journal.
    """

    place: ObjectPlace
    id: str = ""
    type: str = ""
    at: str
    commit: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An account as the last apply left it.

    Attributes:
        account: Its name in the project file.
        backend: The API that it was read over.
        address: Where it answers, the same for both APIs.
        app_id: Fingerprint of the app id; empty for an embedded account and in older bases.
        applied: Who left it so, and when.
        schema: What it had; of what was not as the files say, what it had before.
        ids: What it calls them, by the names that files declare; see `model.identity`.
        protected: Fields that stay protected until the files declare them without it.
        created: Objects that an apply created and that were there after each one since.
        protected_elsewhere: What bases of other accounts of this name protected, by name alone;
            it holds in every account until the files declare it without `protect`.
    """

    account: str
    backend: str
    address: str
    app_id: str = ""
    applied: Applied
    schema: Schema
    ids: Ids = field(default_factory=Ids)
    protected: tuple[ProtectedField, ...] = ()
    created: tuple[CreatedObject, ...] = ()
    protected_elsewhere: tuple[ProtectedField, ...] = ()

    @property
    def identity(self) -> AccountIdentity:
        """The account that it is of."""
        return AccountIdentity(address=self.address, app_id=self.app_id)
