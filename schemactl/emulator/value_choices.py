"""The values that each switch about contacts and their values can take.

Each switch has a closed list of words; `value_switches` says which is the default and why.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class UnsetText(StrEnum):
    """What the REST API shows for a text that was never set."""

    NULL = "null"
    EMPTY = "empty"


@unique
class UnsetOption(StrEnum):
    """What the REST API shows for an unset dropdown, checkbox or date."""

    ZERO = "0"
    EMPTY = "empty"
    NULL = "null"


@unique
class UnsetNumber(StrEnum):
    """What the REST API shows for an unset number or price."""

    NULL = "null"
    EMPTY = "empty"
    ZERO = "0"


@unique
class UnsetList(StrEnum):
    """What the REST API shows for an unset list."""

    EMPTY = "empty"
    ZERO = "0"
    SEPARATOR = "separator"
    NULL = "null"


@unique
class InCondition(StrEnum):
    """What the server does with a part of a condition that no document proves.

    A part that is ignored is met by every contact.
    """

    SUPPORTED = "supported"
    REFUSED = "400"
    IGNORED = "ignored"


@unique
class CountParameter(StrEnum):
    """Whether a collection answers `count`; servers before 2025-08 did not know it."""

    ON = "on"
    IGNORED = "ignored"


@unique
class SingleMissing(StrEnum):
    """The status of the answer to a read of one contact that does not exist."""

    STATUS_404 = "404"
    STATUS_200 = "200"


@unique
class LegacySearchShape(StrEnum):
    """What a search of the Contacts API shows of each contact."""

    RECORDS = "records"
    IDS = "ids"


@unique
class LegacyPageBase(StrEnum):
    """The number of the first page of a search."""

    ONE = "1"
    ZERO = "0"


@unique
class LegacyContactId(StrEnum):
    """Whether a search accepts `Contact ID` where no section shows such a field."""

    SEARCHABLE = "searchable"
    REFUSED = "refused"


@unique
class LegacyCheckValue(StrEnum):
    """How the Contacts API shows a checkbox that is on."""

    ONE = "1"
    ON = "On"
    YES = "Yes"


@unique
class LegacyListValue(StrEnum):
    """What the Contacts API shows of the options in a list."""

    LABELS = "labels"
    IDS = "ids"


@unique
class LegacyDateOut(StrEnum):
    """How the Contacts API shows a date."""

    MONTH_DAY_YEAR = "m-d-Y"
    YEAR_MONTH_DAY = "Y-m-d"
    UNIX = "unix"


@unique
class LabelForOption(StrEnum):
    """What a REST write of an option's label, in place of its number, does."""

    REFUSED = "422"
    ZERO = "0"
    RAW = "raw"
    RESOLVED = "resolved"


@unique
class UnknownOption(StrEnum):
    """What a REST write of an option that the field does not have does."""

    REFUSED = "422"
    ZERO = "0"
    RAW = "raw"


@unique
class AcceptedOr422(StrEnum):
    """Whether a value that breaks a setting of its field is accepted."""

    REFUSED = "422"
    ACCEPTED = "accepted"


@unique
class WriteNull(StrEnum):
    """What null as a value does."""

    CLEARS = "clears"
    IGNORED = "ignored"
    REFUSED = "400"


@unique
class OverlongText(StrEnum):
    """What happens to a text that is longer than its type allows."""

    CUT = "cut"
    REFUSED = "422"


@unique
class OwnerSees(StrEnum):
    """Which records the owner of a key sees."""

    ALL = "all"
    PART = "part"


@unique
class ReadsBefore(StrEnum):
    """How many reads do not show yet what is processed in the background."""

    NONE = "0"
    ONE = "1"
    THREE = "3"


@unique
class LegacyBatch(StrEnum):
    """What a call of the Contacts API on several contacts does if one of them is wrong."""

    NONE_WRITTEN = "none-written"
    GOOD_WRITTEN = "good-written"
