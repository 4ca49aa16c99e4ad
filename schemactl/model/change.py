"""The differences between files and account: one immutable value per difference.

    Change
    ├── AddObject
    ├── AddSection  RenameSection  ChangeDescription  RemoveSection
    ├── AddField    RenameField    MoveField    ChangeType    ChangeOptions
    │   ChangeSettings    FillField    RemoveField    ResolveDuplicate
    └── AddTag      RenameTag      RemoveTag

All changes except those of tags are within one object: contacts, or the one that
`custom_object` names. A change is in the user's terms and independent of the API. The backend
decides which calls make it, or whether a person must. The union is closed, so mypy checks that
every `match` over it is exhaustive.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, unique
from typing import ClassVar, TypeAlias

from schemactl.errors import Location
from schemactl.model.field_types import WIDENINGS
from schemactl.model.filling import FillSource
from schemactl.model.schema import CONTACTS, Field
from schemactl.values import NamedTuple, dataclass


@unique
class ChangeKind(StrEnum):
    """Stable name of each kind of change, as in the JSON of a plan."""

    ADD_OBJECT = "add-object"
    ADD_SECTION = "add-section"
    RENAME_SECTION = "rename-section"
    CHANGE_DESCRIPTION = "change-description"
    REMOVE_SECTION = "remove-section"
    ADD_FIELD = "add-field"
    RENAME_FIELD = "rename-field"
    MOVE_FIELD = "move-field"
    CHANGE_TYPE = "change-type"
    CHANGE_OPTIONS = "change-options"
    CHANGE_SETTINGS = "change-settings"
    FILL_FIELD = "fill-field"
    REMOVE_FIELD = "remove-field"
    RESOLVE_DUPLICATE = "resolve-duplicate"
    ADD_TAG = "add-tag"
    RENAME_TAG = "rename-tag"
    REMOVE_TAG = "remove-tag"


class _Identified:
    """Base class of changes: builds the id from the kind and the names."""

    # Planning reads the id many times, so it is built once. This is not an abstract base
    # class, because `isinstance` would then take twice as long.
    __slots__ = ("_id",)

    kind: ClassVar[ChangeKind]
    _id: str

    @property
    def path(self) -> tuple[str, ...]:
        """Names that distinguish this change from others of its kind, outermost first."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """Id, unique within a plan: kind and names, with `~` and `/` in names escaped."""
        try:
            return self._id
        except AttributeError:
            made = change_id(self.kind, self.path)
            object.__setattr__(self, "_id", made)
            return made


def _outer(custom_object: str) -> tuple[str, ...]:
    """Return the start of a path: the label of the object, or nothing for contacts."""
    return () if custom_object == CONTACTS else (custom_object,)


def change_id(kind: ChangeKind, path: Iterable[str]) -> str:
    """Return the id of a change; `path` has the names, outermost first."""
    return "/".join((kind, *map(_escape, path)))


def names_in(change: str) -> tuple[str, ...]:
    """Return the names in the id of a change, outermost first."""
    _, *names = change.split("/")
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in names)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfSection(_Identified):
    section: str
    location: Location | None = None
    custom_object: str = CONTACTS

    @property
    def path(self) -> tuple[str, ...]:
        return (*_outer(self.custom_object), self.section)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfField(_Identified):
    section: str
    location: Location | None = None
    custom_object: str = CONTACTS

    @property
    def name(self) -> str:
        """Name of the field."""
        raise NotImplementedError

    @property
    def place(self) -> tuple[str, str, str]:
        """The label of the custom object, the section, and the name of the field."""
        return self.custom_object, self.section, self.name

    @property
    def path(self) -> tuple[str, ...]:
        return (*_outer(self.custom_object), self.section, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDeclaredField(_OfField):
    after: Field

    @property
    def name(self) -> str:
        """Name of the field, as declared."""
        return self.after.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfTag(_Identified):
    custom_object: ClassVar[str] = CONTACTS
    tag: str
    location: Location | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return (self.tag,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddObject(_Identified):
    """A custom object is missing; its sections and fields are changes of their own."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_OBJECT
    custom_object: str
    location: Location | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The label of the object."""
        return (self.custom_object,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSection(_OfSection):
    """A section is missing; each of its fields is an `AddField`.

    Attributes:
        description: Text below its heading; None leaves it to the account.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_SECTION
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSection(_OfSection):
    """A section has the name `was` in the account.

    Attributes:
        was: Its name in the account.
        explained: Whether the files state it with `was:`. Otherwise the account has the name
            in another case or with other surrounding spaces.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_SECTION
    was: str
    explained: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDescription(_OfSection):
    """A section has another text below its heading; an empty text means none."""

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_DESCRIPTION
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSection(_OfSection):
    """A section is listed under `removed:`; each of its fields is a `RemoveField`."""

    kind: ClassVar[ChangeKind] = ChangeKind.REMOVE_SECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class AddField(_OfDeclaredField):
    """A field is missing, with its options."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameField(_OfDeclaredField):
    """A field has another name in the account.

    Attributes:
        explained: Whether the files state it with `was:`. Otherwise the account has the name
            in another case or with other surrounding spaces.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_FIELD
    before: Field
    explained: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveField(_OfDeclaredField):
    """A field is in the section `source` and is declared in `section`."""

    kind: ClassVar[ChangeKind] = ChangeKind.MOVE_FIELD
    source: str
    before: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeType(_OfDeclaredField):
    """A field has another type than declared.

    Attributes:
        protected: Whether it must not be replaced, even with a permission: the files declare
            `protect: true`, or it is a system field.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_TYPE
    before: Field
    protected: bool = False

    @property
    def is_widening(self) -> bool:
        """Whether the REST API can make it in place: text becomes longtext, and never back.

        The vendor's client makes only this change and refuses every other one (its source), as
        does the vendor's article on field types.
        """
        types = (self.before.type, self.after.type)
        return self.before.custom and types in WIDENINGS


class OptionRename(NamedTuple):
    """An option of the account, and the one that its holders get instead."""

    was: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions(_OfDeclaredField):
    """The options of a field differ as a set; `added` and `removed` keep their order.

    Attributes:
        renamed: Options whose holders first get another one, because no API renames an option:
            those of `removed`, and those that the files keep for now.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_OPTIONS
    before: Field
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[OptionRename, ...] = ()

    @property
    def lost(self) -> tuple[str, ...]:
        """Those of `removed` that their holders lose."""
        moved = {one.was for one in self.renamed}
        return tuple(option for option in self.removed if option not in moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings(_OfDeclaredField):
    """`required` or `unique` of a field differs; None in `after` leaves it unchanged."""

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_SETTINGS
    before: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class FillField(_OfDeclaredField):
    """A field gets values from others, in records where it has none.

    Attributes:
        sources: Where from; the first that has a value in a record decides.
        types: Types of the sources, in their order.
        records: How many records get a value; None if that was not simulated.
        kept: How many hold another value already, which stays.
        total: How many records there are.
        renames: Whether the first source is this very field under an earlier name, or in its
            earlier section: no call renames or moves it, so its values are copied.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.FILL_FIELD
    sources: tuple[FillSource, ...]
    types: tuple[str, ...]
    records: int | None = None
    kept: int = 0
    total: int = 0
    renames: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveField(_OfField):
    """A field should not exist. Removing it deletes all its values permanently.

    Attributes:
        explicit: Whether `removed:` names it or its section. Otherwise a mirrored section
            does not list it.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.REMOVE_FIELD
    before: Field
    explicit: bool

    @property
    def name(self) -> str:
        """Name of the field."""
        return self.before.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveDuplicate(_OfField):
    """Several fields of one section have the same name, so a call cannot address one of them.

    Attributes:
        after: The field as declared; None if the files remove it.
        found: All fields with this name in the section, in the account's order.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.RESOLVE_DUPLICATE
    after: Field | None
    found: tuple[Field, ...]

    @property
    def name(self) -> str:
        """The shared name."""
        return self.found[0].name


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(_OfTag):
    """A tag is missing."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag(_OfTag):
    """A tag has the name `was` in the account; contacts keep the tag."""

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_TAG
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(_OfTag):
    """A tag should not exist."""

    kind: ClassVar[ChangeKind] = ChangeKind.REMOVE_TAG


SectionChange: TypeAlias = AddSection | RenameSection | ChangeDescription | RemoveSection
FieldChange: TypeAlias = (
    AddField
    | RenameField
    | MoveField
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | FillField
    | RemoveField
    | ResolveDuplicate
)
TagChange: TypeAlias = AddTag | RenameTag | RemoveTag
Change: TypeAlias = AddObject | SectionChange | FieldChange | TagChange
