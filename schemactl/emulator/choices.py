"""The values that each switch of the emulator can take.

One closed list of words a switch; `switches` says which is the default and why.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class SuccessBody(StrEnum):
    """How plain success is said; both were seen, for other calls than schema calls."""

    PLAIN = "plain"
    STATUS = "status"


@unique
class CredentialsFailure(StrEnum):
    """How wrong credentials are told: text that is not XML, or an error element."""

    OOPS = "oops"
    ERROR_ELEMENT = "error-element"
    FAILURE = "failure"


@unique
class NoPermission(StrEnum):
    """What a key gets for a request type that it may not use."""

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
    """Whether something is taken."""

    ACCEPT = "accept"
    REFUSE = "refuse"


@unique
class IgnoreOrRefuse(StrEnum):
    """Whether something superfluous is passed over, or fails the call."""

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
    """What happens to a new field whose name stands in another section."""

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
    """What removing something that does not exist answers."""

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
    """What a call above the rate limit gets; none of them is carried out."""

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
    """What an account without tags answers to a question for them."""

    EMPTY_RESULT = "empty-result"
    EMPTY_BODY = "empty-body"


@unique
class TagAnswer(StrEnum):
    """What `add_tag` and `remove_tag` answer; clients read three different shapes."""

    TAGS = "tags"
    SUCCESS = "success"
    STATUS = "status"


@unique
class NameMatching(StrEnum):
    """How the server finds a section, field or tag by its name."""

    IGNORE_CASE = "ignore-case"
    EXACT = "exact"


@unique
class NameStoring(StrEnum):
    """Whether outer blanks of a new name are kept."""

    EXACT = "exact"
    TRIM = "trim"


@unique
class ContentType(StrEnum):
    """The type that answers claim to have."""

    XML = "text/xml"
    HTML = "text/html"


@unique
class UnusedTags(StrEnum):
    """What becomes of a tag when it is taken off the last contact."""

    KEEP = "keep"
    DROP = "drop"


@unique
class SameEmail(StrEnum):
    """What `add` without `f_add` does with an e-mail address that a contact has."""

    NEW = "new"
    MERGE = "merge"


@unique
class NoHits(StrEnum):
    """What a search without a hit answers."""

    ZERO = "zero"
    EMPTY_RESULT = "empty-result"


@unique
class RestOmitted(StrEnum):
    """What a PUT does to fields of the section that it leaves out."""

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
    """What a PUT does with a field that stands in another section."""

    MOVE = "move"
    REFUSE = "refuse"
    UPDATE = "update"
    COPY = "copy"


@unique
class RestExistingAlias(StrEnum):
    """What a POST does with a name that its section, or another one, has already."""

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
    """What stands as a dropdown's `options` in the editor of fields."""

    EMPTY = "empty"
    JSON = "json"
    LIST = "list"
    MAP = "map"


@unique
class RestFullSection(StrEnum):
    """What deleting a section that holds fields does."""

    REFUSE = "refuse"
    DELETE = "delete"


@unique
class RestSystem(StrEnum):
    """What deleting a field or section of the system's is answered with; it stays."""

    REFUSE = "refuse"
    SUCCESS = "success"


@unique
class RestAbsent(StrEnum):
    """What deleting something that is not there is answered with."""

    REFUSE = "refuse"
    SUCCESS = "success"


@unique
class RestEmpty(StrEnum):
    """How a map without anything in it is written."""

    LIST = "list"
    MAP = "map"


@unique
class RestNumbers(StrEnum):
    """Whether the number of a deleted field is given to a new one."""

    NEVER = "never"
    REUSE = "reuse"


@unique
class RestLimitBody(StrEnum):
    """What stands in the answer to one call too many."""

    TEXT = "text"
    JSON = "json"


@unique
class RestObjectList(StrEnum):
    """What the list of custom objects answers."""

    ROWS = "rows"
    EMPTY = "empty"
    FORBIDDEN = "forbidden"
    MISSING = "missing"


@unique
class RestObjectName(StrEnum):
    """What meta calls a custom object."""

    OWN = "own"
    LABEL = "label"


@unique
class RestPut(StrEnum):
    """Whether a PUT works at all: the one public test of it says that it did not."""

    WORKS = "works"
    ERROR = "error"
