"""Base: the state of an account after an apply, which shows later which side changed.

Files and account can differ because the files changed, because the account changed, or both.
The base is the third side of the comparison that decides.
"""

from __future__ import annotations

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import Ids
from schemactl.model.schema import Schema
from schemactl.values import NamedTuple, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The apply that left an account in its state.

    Attributes:
        at: When, with its zone, as ISO 8601 writes it.
        by: Who ran it; empty if the machine does not know.
        commit: The checked-out commit, with `-dirty` if files had changes; empty outside of
            git.
        run: Name of the journal; empty if no call was made.
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
        id: Its id; empty over the Contacts API, which has no ids.
    """

    custom_object: str
    section: str
    name: str
    id: str = ""


class ObjectPlace(NamedTuple):
    """Where an account has a section, a field or a tag.

    Attributes:
        kind: Whether it is a section, a field or a tag.
        custom_object: Label of its object; empty for contacts and for a tag.
        section: The section of a field, or the name of a section; empty for a tag.
        name: Its name.
    """

    kind: UnmanagedKind
    custom_object: str
    section: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedObject:
    """A section, field or tag that an apply of this project created.

    Attributes:
        place: Where the account had it after the last apply.
        id: Its id; empty over an API without ids, or if several objects share a place.
        type: Type of a field, as the account had it when the files last declared it; empty for
            sections and tags.
        at: When it was created, as ISO 8601 writes it.
        commit: The commit that was checked out then; empty outside of git.
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
    """The state of an account after the last apply.

    Attributes:
        account: Its name in the project file.
        backend: The API that it was read over.
        address: Its address, the same for both APIs.
        app_id: Fingerprint of the app id; empty for an embedded account and in older bases.
        applied: Who ran the apply, and when.
        schema: Its schema. For an object that differed from the files, the state before that.
        ids: Ids by the names that files declare; see `model.identity`.
        protected: Fields that stay protected until files declare them without `protect`.
        created: Objects that an apply created and that existed after every apply since.
        protected_elsewhere: Fields that bases of other accounts with this name protected, by
            name only. They are protected in every account until files declare them without
            `protect`.
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
        """The account that it belongs to."""
        return AccountIdentity(address=self.address, app_id=self.app_id)
