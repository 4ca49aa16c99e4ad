"""What the Contacts API answers, as values; the decoders find them in a body."""

from __future__ import annotations

from typing import TypeAlias

from schemactl.account.http.verdict import Refused, Unclear
from schemactl.model.schema import Schema
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEntry:
    """One tag of the account; `id` is empty where the answer has none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    """The template of a contact, which is the account's schema.

    Attributes:
        schema: All sections and fields in the account's order; its tags are the names
            of `tags`.
        tags: The choices of the system field `Contact Tags`, where the recorded answer lists
            every tag of the account.
    """

    schema: Schema
    tags: tuple[TagEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldValue:
    """The value of one field of a contact, as the server writes it.

    It cannot be written back as it is: dates come as `m-d-Y`, prices as `$0.00`.
    """

    section: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """One contact as read.

    Attributes:
        added_s: When it was created, in Unix seconds; None where the answer does not say.
        changed_s: When it was last modified, in the same way.
        values: In the account's order; a name may occur twice.
    """

    id: str
    added_s: int | None = None
    changed_s: int | None = None
    values: tuple[HeldValue, ...] = ()

    def text_of(self, section: str, field: str) -> str | None:
        """Return the text of a field; None where the record does not have the field."""
        return next(
            (one.text for one in self.values if (one.section, one.field) == (section, field)),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What a search found on the requested page.

    Attributes:
        count: How many contacts match, where only the number was requested; otherwise how
            many are on this page.
        contacts: Whole records; empty where only the number was requested.
    """

    count: int
    contacts: tuple[ContactRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsAccepted:
    """The server accepted a change of tags; `names` are those it returned, possibly none."""

    names: tuple[str, ...] = ()


TagsAnswer: TypeAlias = TagsAccepted | Refused | Unclear
