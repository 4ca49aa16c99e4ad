"""What differs between the files and the account: one immutable value a difference.

    Change
    ├── AddObject
    ├── AddSection  RenameSection  ChangeDescription  RemoveSection
    ├── AddField    RenameField    MoveField    ChangeType    ChangeOptions
    │   ChangeSettings    RemoveField    ResolveDuplicate
    └── AddTag      RenameTag      RemoveTag

All but tags are within one object: contacts, or one that `custom_object` names.
A change is said in the user's terms and knows no API: which calls bring it about,
or whether a person must, is the backend's to say. The union is closed, so every
`match` over it is checked to be exhaustive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar, TypeAlias

from schemactl.errors import Location
from schemactl.model.schema import CONTACTS, Field


@unique
class ChangeKind(StrEnum):
    """Stable name of each kind of change, as it stands in a plan's JSON."""

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
    REMOVE_FIELD = "remove-field"
    RESOLVE_DUPLICATE = "resolve-duplicate"
    ADD_TAG = "add-tag"
    RENAME_TAG = "rename-tag"
    REMOVE_TAG = "remove-tag"


class _Identified:
    """Gives a change its id, from its kind and the names it is about."""

    # Asked for again and again while planning, so it is made once; no abstract base
    # class, because telling the kinds apart by `isinstance` would take twice as long.
    __slots__ = ("_id",)

    kind: ClassVar[ChangeKind]
    _id: str

    @property
    def path(self) -> tuple[str, ...]:
        """Names that tell this change from others of its kind, outermost first."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """Unique in its plan: kind and names, with `~` and `/` in names escaped."""
        try:
            return self._id
        except AttributeError:
            made = change_id(self.kind, self.path)
            object.__setattr__(self, "_id", made)
            return made


def _outer(custom_object: str) -> tuple[str, ...]:
    """Give what stands before the names of a section: of contacts, nothing."""
    return () if custom_object == CONTACTS else (custom_object,)


def change_id(kind: ChangeKind, path: Iterable[str]) -> str:
    """Return the id of a change of this kind; `path` are the names, outermost first."""
    return "/".join((kind, *map(_escape, path)))


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
    """A custom object that the account lacks; its sections and fields come by themselves."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_OBJECT
    custom_object: str
    location: Location | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Its label alone."""
        return (self.custom_object,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSection(_OfSection):
    """A section that the account lacks; its fields come as `AddField`.

    Attributes:
        description: What shall stand beneath its heading; None leaves it to the account.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_SECTION
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSection(_OfSection):
    """A section that the account still has under the name `was`.

    Attributes:
        was: Its name in the account.
        explained: Whether the files said so with `was:`. Otherwise the account has
            the name in another case or with other outer blanks.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_SECTION
    was: str
    explained: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDescription(_OfSection):
    """A section with another text beneath its heading; empty where there is none."""

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_DESCRIPTION
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSection(_OfSection):
    """A section listed under `removed:`; its fields go before it, as `RemoveField`."""

    kind: ClassVar[ChangeKind] = ChangeKind.REMOVE_SECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class AddField(_OfDeclaredField):
    """A field that the account lacks, with its options."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameField(_OfDeclaredField):
    """A field that the account has under another name.

    Attributes:
        explained: Whether the files said so with `was:`. Otherwise the account has
            the name in another case or with other outer blanks.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_FIELD
    before: Field
    explained: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveField(_OfDeclaredField):
    """A field that stands in section `source` and is declared in `section`."""

    kind: ClassVar[ChangeKind] = ChangeKind.MOVE_FIELD
    source: str
    before: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeType(_OfDeclaredField):
    """A field of another type than declared.

    Attributes:
        protected: The files say `protect: true`, or the field is the vendor's own:
            it may not be replaced, whatever is permitted.
    """

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_TYPE
    before: Field
    protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions(_OfDeclaredField):
    """A field whose options differ as a set; `added` and `removed` keep the order written."""

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_OPTIONS
    before: Field
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings(_OfDeclaredField):
    """A field whose `required` or `unique` differs; what `after` has None for stays."""

    kind: ClassVar[ChangeKind] = ChangeKind.CHANGE_SETTINGS
    before: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveField(_OfField):
    """A field that should not exist: all its values go with it, for ever.

    Attributes:
        explicit: Whether `removed:` names it or its section; otherwise a mirrored
            section merely does not list it.
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
    """A name that several fields of one section share, so that no call could mean just one.

    Attributes:
        after: The field as declared; None where the files want it removed.
        found: All fields of that name in the section, in the account's order.
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
    """A tag that the account lacks."""

    kind: ClassVar[ChangeKind] = ChangeKind.ADD_TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag(_OfTag):
    """A tag that the account still has under the name `was`; contacts keep it."""

    kind: ClassVar[ChangeKind] = ChangeKind.RENAME_TAG
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(_OfTag):
    """A tag that should not exist."""

    kind: ClassVar[ChangeKind] = ChangeKind.REMOVE_TAG


SectionChange: TypeAlias = AddSection | RenameSection | ChangeDescription | RemoveSection
FieldChange: TypeAlias = (
    AddField
    | RenameField
    | MoveField
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | RemoveField
    | ResolveDuplicate
)
TagChange: TypeAlias = AddTag | RenameTag | RemoveTag
Change: TypeAlias = AddObject | SectionChange | FieldChange | TagChange


def by_object(changes: Iterable[Change]) -> Mapping[str, tuple[Change, ...]]:
    """Part changes by the object that they are about, each in their order: contacts first.

    Objects share no names, so what one is to have never gets in the way of another.
    """
    parts: defaultdict[str, list[Change]] = defaultdict(list)
    parts[CONTACTS] = []
    for change in changes:
        parts[change.custom_object].append(change)
    return {label: tuple(each) for label, each in parts.items()}
