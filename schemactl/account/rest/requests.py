"""The requests of the REST API that the client makes, as values: what they ask for.

`RestCall` is closed, so mypy checks that every `match` over it is complete. `encoder` writes
each request as method, path and body. None deletes several tags at once: without a filter the
server would delete all of them.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import ClassVar, TypeAlias

from schemactl.account.rest.conditions import Condition
from schemactl.account.rest.values import FieldWish
from schemactl.values import dataclass, field


@unique
class RestWord(StrEnum):
    """The words for requests in messages and the journal; the API itself has none."""

    FIELDEDITOR_GET = "fieldeditor_get"
    FIELDEDITOR_POST = "fieldeditor_post"
    FIELDEDITOR_PUT = "fieldeditor_put"
    FIELDEDITOR_DELETE = "fieldeditor_delete"
    META_GET = "meta_get"
    OBJECTS_GET = "objects_get"
    TAGS_GET = "tags_get"
    RECORDS_INFO = "records_info"
    RECORDS_GET = "records_get"
    TAGGED_GET = "tagged_get"
    TAGS_INFO = "tags_info"
    TAG_CREATE = "tag_create"
    TAG_RENAME = "tag_rename"
    TAG_DELETE = "tag_delete"
    RECORD_UPDATE = "record_update"
    TAGGED_PUT = "tagged_put"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFields:
    """Read all sections of an object, with their columns and fields."""

    word: ClassVar = RestWord.FIELDEDITOR_GET
    object_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMeta:
    """Read types and options of the fields of an object; None for every object."""

    word: ClassVar = RestWord.META_GET
    object_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObjects:
    """Read a page of the custom objects, from row `start` on."""

    word: ClassVar = RestWord.OBJECTS_GET
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTags:
    """Read a page of the tags, from row `start` on, in the order of their ids."""

    word: ClassVar = RestWord.TAGS_GET
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTagsById:
    """Read some tags by their ids, at most a page of them.

    The vendor's client sends `ids` for tags, and says that without them all are selected
    (`Tags.php`, 2022-09). That the answer has the form of a page is inferred.
    """

    word: ClassVar = RestWord.TAGS_GET
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTagInfo:
    """Read how many tags there are."""

    word: ClassVar = RestWord.TAGS_INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRecords:
    """Read how many records of an object meet a condition; all of them where it is None."""

    word: ClassVar = RestWord.RECORDS_INFO
    object_id: int
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTagged:
    """Read how many contacts have a tag."""

    word: ClassVar = RestWord.TAGGED_GET
    tag_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValues:
    """Read a page of the values of some fields, of records with an id above `after`."""

    word: ClassVar = RestWord.RECORDS_GET
    object_id: int
    fields: tuple[str, ...]
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecords:
    """Read a page of records: the values of some fields, and when each was last modified.

    Attributes:
        object_id: The object.
        fields: Names in the API.
        after: Only records with a higher id; it does not count if there are `ids`.
        ids: Only these records, at most a page; the server omits those that do not exist.
        since_s: Only records that changed since, in Unix seconds; None for all.
    """

    word: ClassVar = RestWord.RECORDS_GET
    object_id: int
    fields: tuple[str, ...]
    after: int = 0
    ids: tuple[int, ...] = ()
    since_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTagged:
    """Read a page of the contacts with a tag, from row `start` on, without values."""

    word: ClassVar = RestWord.TAGGED_GET
    tag_id: int
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFields:
    """Create fields in a section, and the section if there is none of that name.

    Attributes:
        description: None leaves it as it is.
        columns: From left to right; none at all creates an empty section.
    """

    word: ClassVar = RestWord.FIELDEDITOR_POST
    object_id: int
    section: str
    description: str | None = None
    columns: tuple[tuple[FieldWish, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFields:
    """Change fields of an existing section; what happens to omitted fields is unknown.

    Attributes:
        description: None leaves it as it is.
        columns: From left to right.
    """

    word: ClassVar = RestWord.FIELDEDITOR_PUT
    object_id: int
    section: str
    description: str | None = None
    columns: tuple[tuple[FieldWish, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteField:
    """Delete a field by its name in the API, with the values of all records; no undo."""

    word: ClassVar = RestWord.FIELDEDITOR_DELETE
    object_id: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSection:
    """Delete a section by its name; it must be empty."""

    word: ClassVar = RestWord.FIELDEDITOR_DELETE
    object_id: int
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTag:
    """Create a tag for the records of an object; by default, of contacts."""

    word: ClassVar = RestWord.TAG_CREATE
    name: str
    object_type: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag:
    """Rename a tag; records keep it."""

    word: ClassVar = RestWord.TAG_RENAME
    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTag:
    """Delete one tag, and take it off every record."""

    word: ClassVar = RestWord.TAG_DELETE
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecord:
    """Set some values of one record; its other values stay.

    No request of the API is known that sets values of several records.

    Attributes:
        object_id: The object.
        id: The record.
        values: Names of fields in the API, and what they are set to.
    """

    word: ClassVar = RestWord.RECORD_UPDATE
    object_id: int
    id: int
    values: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagContacts:
    """Put a tag on some contacts; the server does it later (a recorded answer says so)."""

    word: ClassVar = RestWord.TAGGED_PUT
    tag_id: int
    ids: tuple[int, ...]


CountRead: TypeAlias = CountRecords | CountTagged
RecordRead: TypeAlias = ReadValues | ReadRecords | ReadTagged
RestRead: TypeAlias = (
    ReadFields
    | ReadMeta
    | ReadObjects
    | ReadTags
    | ReadTagsById
    | ReadTagInfo
    | CountRead
    | RecordRead
)
RestWrite: TypeAlias = (
    CreateFields
    | UpdateFields
    | DeleteField
    | DeleteSection
    | CreateTag
    | RenameTag
    | DeleteTag
    | UpdateRecord
    | TagContacts
)
RestCall: TypeAlias = RestRead | RestWrite
