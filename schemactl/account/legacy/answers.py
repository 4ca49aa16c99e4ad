"""What the legacy Contacts API answers, as values.

How they are found in a body is told by `legacy_decoder`, `legacy_contact_decoder` and
`legacy_result`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from schemactl.account.http.verdict import Refused, Unclear
from schemactl.account.legacy.values import BulkMail
from schemactl.model.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEntry:
    """One tag of the account; `id` is empty where the answer gives none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    """The template of a contact, which is the account's schema.

    Attributes:
        schema: All sections and fields in the account's order; its tags are the names
            of `tags`.
        tags: What stands under the system field `Contact Tags`, where the recorded
            answer lists every tag of the account.
    """

    schema: Schema
    tags: tuple[TagEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceEntry:
    """One sequence; public name and description are None unless the answer has them."""

    id: str
    name: str
    public_name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldValue:
    """What one field of a contact holds, as the server writes it.

    It is not fit to be written back as it is: dates come as `m-d-Y`, prices as `$0.00`.
    """

    section: str
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """One contact as read.

    Attributes:
        added_s: When it was made, in Unix seconds; None where the answer does not say.
        changed_s: When it was last modified, the same.
        score: As written, such as `0.00`.
        personal_url: First part of the contact's own address (`purl`).
        bulk_mail: None where the answer does not say, or says an unknown number.
        values: In the account's order; a name may stand there twice.
    """

    id: str
    added_s: int | None = None
    changed_s: int | None = None
    score: str = ""
    personal_url: str = ""
    bulk_mail: BulkMail | None = None
    values: tuple[HeldValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What a search found on the page asked for.

    Attributes:
        count: How many match, where only the number was asked for; otherwise how many
            stand here.
        ids: Their ids; empty where only the number was asked for.
        contacts: Whole records, where those were asked for.
    """

    count: int
    ids: tuple[str, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """One note; `moment_s` in Unix seconds, None where the answer does not say."""

    contact_id: str
    text: str
    moment_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsAccepted:
    """The server took a change of tags; `names` are those it told, maybe none."""

    names: tuple[str, ...] = ()


TagsAnswer: TypeAlias = TagsAccepted | Refused | Unclear
