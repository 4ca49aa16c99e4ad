"""Values that records hold, as an API returned them; never part of a plan or a journal.

Their texts are not shown in a `repr`: a crash report holds no contact data.
"""

from __future__ import annotations

from schemactl.model.schema import CONTACTS
from schemactl.values import NamedTuple, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """A field of an account, by its name.

    Attributes:
        custom_object: Label of the custom object; empty for contacts.
        section: Name of its section in the account.
        name: Its name in the account.
        type: Its type, by its name in files.
    """

    custom_object: str = CONTACTS
    section: str
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """Some values of one record.

    Attributes:
        id: Its id, a whole number.
        changed_s: When it was last modified, in Unix seconds; None if the account does not say.
        values: In the order of the requested fields, exactly as returned: null, an empty text
            and `0` are three different values.
    """

    id: str
    changed_s: int | None = None
    values: tuple[str | None, ...] = field(repr=False)


class Tagged(NamedTuple):
    """Which of some contacts exist, and which of these have a tag; by their ids."""

    existing: frozenset[str]
    tagged: frozenset[str]
