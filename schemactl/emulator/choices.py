"""The values that each switch of the emulator can take.

Each switch has a closed list of words; `switches` says which is the default and why.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class SuccessBody(StrEnum):
    """The form of a plain success; both were seen, but not for schema calls."""

    PLAIN = "plain"
    STATUS = "status"


@unique
class CredentialsFailure(StrEnum):
    """The answer to wrong credentials: text that is not XML, or an error element."""

    OOPS = "oops"
    ERROR_ELEMENT = "error-element"
    FAILURE = "failure"


@unique
class NoPermission(StrEnum):
    """The answer to a key without the permission for a request type."""

    EMPTY = "empty"
    FAILURE = "failure"


@unique
class FailureForm(StrEnum):
    """How a failure is written."""

    COMPACT = "compact"
    INDENTED = "indented"
    STATUS_FAILED = "status-failed"


@unique
class ListOptions(StrEnum):
    """The element that holds an option of a custom list field in `key`."""

    LIST = "list"
    OPTION = "option"


@unique
class AcceptOrRefuse(StrEnum):
    """Whether something is accepted."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@unique
class IgnoreOrRefuse(StrEnum):
    """Whether something extra is ignored, or fails the call."""

    IGNORE = "ignore"
    REFUSE = "refuse"


@unique
class UnknownSection(StrEnum):
    """What `edit_section` does with a section that does not exist."""

    REFUSE = "refuse"
    CREATE = "create"
    IGNORE = "ignore"


@unique
class ExistingSection(StrEnum):
    """What `add_section` does with a section that exists."""

    MERGE = "merge"
    REFUSE = "refuse"
    IGNORE = "ignore"


@unique
class FieldElsewhere(StrEnum):
    """What happens to a new field whose name another section has."""

    ADD = "add"
    REFUSE = "refuse"
    IGNORE = "ignore"


@unique
class HonourOrIgnore(StrEnum):
    """Whether something optional has an effect."""

    HONOUR = "honour"
    IGNORE = "ignore"


@unique
class AbsentRemoval(StrEnum):
    """The answer to the removal of something that does not exist."""

    SUCCESS = "success"
    FAILURE = "failure"


@unique
class FullSectionRemoval(StrEnum):
    """What `remove_section` does with a section that still holds fields."""

    REMOVE = "remove"
    REFUSE = "refuse"


@unique
class EmptySections(StrEnum):
    """Whether `key` shows a section without fields."""

    LIST = "list"
    HIDE = "hide"


@unique
class OverRate(StrEnum):
    """The answer to a call above the rate limit; the call is never executed."""

    STATUS_429 = "429"
    FAILURE = "failure"
    EMPTY = "empty"
    DROP = "drop"


@unique
class OverBudget(StrEnum):
    """What happens to new fields above the limit of fields."""

    FAILURE = "failure"
    SKIP = "skip"
    IGNORE = "ignore"


@unique
class LimitOfFields(StrEnum):
    """What limits the fields of an account."""

    OBJECT_BYTES = "object-bytes"
    ACCOUNT_BYTES = "account-bytes"
    OBJECT_FIELDS = "object-fields"


@unique
class OnOff(StrEnum):
    """Whether something is done."""

    ON = "on"
    OFF = "off"


@unique
class NoTags(StrEnum):
    """The answer of an account without tags to a request for them."""

    EMPTY_RESULT = "empty-result"
    EMPTY_BODY = "empty-body"


@unique
class TagAnswer(StrEnum):
    """The answer to `add_tag` and `remove_tag`; clients read three different shapes."""

    TAGS = "tags"
    SUCCESS = "success"
    STATUS = "status"


@unique
class NameMatching(StrEnum):
    """How the server finds a section, field or tag by its name."""

    IGNORE_CASE = "ignore-case"
    EXACT = "exact"


@unique
class OptionMatching(StrEnum):
    """How the server finds an option of a field by its text."""

    EXACT = "exact"
    IGNORE_CASE = "ignore-case"


@unique
class NameStoring(StrEnum):
    """Whether surrounding spaces of a new name are kept."""

    EXACT = "exact"
    TRIM = "trim"


@unique
class ContentType(StrEnum):
    """The content type of answers."""

    XML = "text/xml"
    HTML = "text/html"


@unique
class UnusedTags(StrEnum):
    """What happens to a tag when it is taken off its last contact."""

    KEEP = "keep"
    DROP = "drop"


@unique
class SameEmail(StrEnum):
    """What `add` without `f_add` does with an e-mail address that a contact has."""

    NEW = "new"
    MERGE = "merge"


@unique
class NoHits(StrEnum):
    """The answer to a search without a match."""

    ZERO = "zero"
    EMPTY_RESULT = "empty-result"


@unique
class RestOmitted(StrEnum):
    """What a PUT does to fields of the section that it omits."""

    KEEP = "keep"
    DELETE = "delete"


@unique
class RestDescription(StrEnum):
    """What a PUT or POST without a description does to the section's."""

    KEEP = "keep"
    CLEAR = "clear"


@unique
class RestOrder(StrEnum):
    """Whether a PUT puts fields into the order and columns that it lists them in."""

    IGNORE = "ignore"
    APPLY = "apply"


@unique
class RestForeignField(StrEnum):
    """What a PUT does with a field of another section."""

    MOVE = "move"
    REFUSE = "refuse"
    UPDATE = "update"
    COPY = "copy"


@unique
class RestExistingAlias(StrEnum):
    """What a POST does with a name that its section, or another one, already has."""

    REFUSE = "refuse"
    DUPLICATE = "duplicate"
    UPDATE = "update"


@unique
class RestReplacedOptions(StrEnum):
    """Whether options that stay keep their ids where the list is replaced."""

    KEEP_IDS = "keep-ids"
    NEW_IDS = "new-ids"


@unique
class RestOptionText(StrEnum):
    """The `options` of a dropdown in the editor of fields."""

    EMPTY = "empty"
    JSON = "json"
    LIST = "list"
    MAP = "map"


@unique
class RestFullSection(StrEnum):
    """What the deletion of a section with fields does."""

    REFUSE = "refuse"
    DELETE = "delete"


@unique
class RestSystem(StrEnum):
    """The answer to the deletion of a system field or section, which stays."""

    REFUSE = "refuse"
    SUCCESS = "success"


@unique
class RestAbsent(StrEnum):
    """The answer to the deletion of something that does not exist."""

    REFUSE = "refuse"
    SUCCESS = "success"


@unique
class RestEmpty(StrEnum):
    """The form of an empty map."""

    LIST = "list"
    MAP = "map"


@unique
class RestNumbers(StrEnum):
    """Whether the number of a deleted field is given to a new one."""

    NEVER = "never"
    REUSE = "reuse"


@unique
class RestLimitBody(StrEnum):
    """The body of the answer to a call above the rate limit."""

    TEXT = "text"
    JSON = "json"


@unique
class RestObjectList(StrEnum):
    """The answer to a request for the list of custom objects."""

    ROWS = "rows"
    EMPTY = "empty"
    FORBIDDEN = "forbidden"
    MISSING = "missing"


@unique
class RestObjectName(StrEnum):
    """The name of a custom object in meta."""

    OWN = "own"
    LABEL = "label"


@unique
class RestPut(StrEnum):
    """Whether a PUT works at all: the only public test of it says that it did not."""

    WORKS = "works"
    ERROR = "error"
