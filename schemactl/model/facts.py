"""How one account's server behaves where public facts do not say: what `probe` found out.

Each open point has its own type of finding, which is closed: a file can name only findings
that are listed here. What was not found out is absent, and everything stays as careful as
without a probe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Self

from schemactl.model.account_identity import SNAPSHOT, AccountIdentity
from schemactl.values import dataclass, field, replace


@unique
class Point(StrEnum):
    """The open points that a probe tries, by their names in files and reports."""

    UNKNOWN_SECTION = "unknown-section"
    EXISTING_SECTION = "existing-section"
    FULL_SECTION = "full-section"
    EMPTY_SECTIONS = "empty-sections"
    EXISTING_FIELD = "existing-field"
    FIELD_ELSEWHERE = "field-elsewhere"
    ABSENT_REMOVAL = "absent-removal"
    OPTIONS_IN_SECTION = "options-in-section"
    OPTIONS_OF_LISTS = "options-of-lists"
    OPTION_MATCHING = "option-matching"
    NAME_STORING = "name-storing"
    NAME_MATCHING = "name-matching"
    OMITTED_FIELDS = "omitted-fields"
    FOREIGN_FIELD = "foreign-field"
    FIELD_ORDER = "field-order"
    FIELD_NUMBERS = "field-numbers"
    REPLACED_OPTIONS = "replaced-options"


class Finding(StrEnum):
    """What a server does at one point; each point has a subclass with its findings."""

    @property
    def point(self) -> Point:
        """The point that it is about."""
        return _POINTS[type(self)]


@unique
class UnknownSection(Finding):
    """What adding fields to a section that does not exist does (Contacts API)."""

    REFUSED = "refused"
    CREATED = "created"
    IGNORED = "ignored"


@unique
class ExistingSection(Finding):
    """What creating a section that exists does with its new fields (Contacts API)."""

    MERGED = "merged"
    REFUSED = "refused"
    IGNORED = "ignored"


@unique
class FullSection(Finding):
    """What removing a section that holds fields does (Contacts API)."""

    REMOVED = "removed"
    REFUSED = "refused"


@unique
class EmptySections(Finding):
    """Whether a section without fields is listed (Contacts API)."""

    LISTED = "listed"
    HIDDEN = "hidden"


@unique
class ExistingField(Finding):
    """What creating a field that its section has does (Contacts API)."""

    IGNORED = "ignored"
    REFUSED = "refused"


@unique
class FieldElsewhere(Finding):
    """What creating a field of a name that another section has does."""

    ADDED = "added"
    REFUSED = "refused"
    IGNORED = "ignored"
    UPDATED = "updated"
    """The field of the other section is changed."""


@unique
class AbsentRemoval(Finding):
    """The answer to removing a field that does not exist (Contacts API)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@unique
class OptionsInSection(Finding):
    """What happens to options that are sent with a new field (Contacts API)."""

    HONOURED = "honoured"
    IGNORED = "ignored"


@unique
class OptionsOfLists(Finding):
    """Whether the calls on dropdowns also change a list field (Contacts API)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@unique
class OptionMatching(Finding):
    """How the server finds an option to remove by its text."""

    EXACT = "exact"
    IGNORES_CASE = "ignores-case"


@unique
class NameStoring(Finding):
    """What happens to a space at the end of a new name."""

    KEPT = "kept"
    TRIMMED = "trimmed"


@unique
class NameMatching(Finding):
    """How the server finds something by its name."""

    EXACT = "exact"
    IGNORES_CASE = "ignores-case"


@unique
class OmittedFields(Finding):
    """What an update does with the fields of its section that it omits (REST API)."""

    KEPT = "kept"
    DELETED = "deleted"


@unique
class ForeignField(Finding):
    """What an update of a section does with a field of another section (REST API)."""

    MOVED = "moved"
    REFUSED = "refused"
    IGNORED = "ignored"
    COPIED = "copied"


@unique
class FieldOrder(Finding):
    """Whether an update arranges the fields of a section in the order sent (REST API)."""

    APPLIED = "applied"
    IGNORED = "ignored"


@unique
class FieldNumbers(Finding):
    """Whether the number of a deleted field is given to a new one (REST API)."""

    NEW = "new"
    REUSED = "reused"


@unique
class ReplacedOptions(Finding):
    """Whether options that stay keep their ids where the list is replaced (REST API)."""

    IDS_KEPT = "ids-kept"
    NEW_IDS = "new-ids"


ABOUT: Final[Mapping[Point, str]] = MappingProxyType(
    {
        Point.UNKNOWN_SECTION: "adding fields to a section that does not exist",
        Point.EXISTING_SECTION: "creating a section that exists",
        Point.FULL_SECTION: "removing a section that holds fields",
        Point.EMPTY_SECTIONS: "reading a section without fields",
        Point.EXISTING_FIELD: "creating a field that its section has",
        Point.FIELD_ELSEWHERE: "creating a field of a name that another section has",
        Point.ABSENT_REMOVAL: "removing a field that does not exist",
        Point.OPTIONS_IN_SECTION: "options that are sent with a new field",
        Point.OPTIONS_OF_LISTS: "calls on dropdowns for a list field",
        Point.OPTION_MATCHING: "finding an option by its text",
        Point.NAME_STORING: "a space at the end of a new name",
        Point.NAME_MATCHING: "finding a section or a tag by its name",
        Point.OMITTED_FIELDS: "the fields that an update of their section omits",
        Point.FOREIGN_FIELD: "a field of another section in an update",
        Point.FIELD_ORDER: "the order of the fields in an update",
        Point.FIELD_NUMBERS: "the number of a new field after another one was deleted",
        Point.REPLACED_OPTIONS: "the ids of options that stay where the list is replaced",
    }
)
"""What each point is about, as a noun phrase."""
FINDINGS: Final[Mapping[Point, type[Finding]]] = MappingProxyType(
    {
        Point.UNKNOWN_SECTION: UnknownSection,
        Point.EXISTING_SECTION: ExistingSection,
        Point.FULL_SECTION: FullSection,
        Point.EMPTY_SECTIONS: EmptySections,
        Point.EXISTING_FIELD: ExistingField,
        Point.FIELD_ELSEWHERE: FieldElsewhere,
        Point.ABSENT_REMOVAL: AbsentRemoval,
        Point.OPTIONS_IN_SECTION: OptionsInSection,
        Point.OPTIONS_OF_LISTS: OptionsOfLists,
        Point.OPTION_MATCHING: OptionMatching,
        Point.NAME_STORING: NameStoring,
        Point.NAME_MATCHING: NameMatching,
        Point.OMITTED_FIELDS: OmittedFields,
        Point.FOREIGN_FIELD: ForeignField,
        Point.FIELD_ORDER: FieldOrder,
        Point.FIELD_NUMBERS: FieldNumbers,
        Point.REPLACED_OPTIONS: ReplacedOptions,
    }
)
"""The findings of each point; the JSON Schema `probe` has the same."""
USED_BY_PLANS: Final = frozenset(
    {
        Point.FIELD_ELSEWHERE,
        Point.OPTIONS_IN_SECTION,
        Point.OPTIONS_OF_LISTS,
        Point.OPTION_MATCHING,
        Point.OMITTED_FIELDS,
        Point.FOREIGN_FIELD,
    }
)
"""The points whose findings decide on calls or manual steps; `docs/probe.md` says how."""
_POINTS: Final = MappingProxyType({kind: point for point, kind in FINDINGS.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a probe found out about one account over one API.

    Attributes:
        backend: The API; empty if nothing was ever probed.
        identity: The account.
        found_at: When, as ISO 8601 writes it, in UTC; empty if nothing was ever probed.
        findings: What was found; a point that is absent was not found out.
    """

    backend: str = ""
    identity: AccountIdentity = SNAPSHOT
    found_at: str = ""
    findings: Mapping[Point, Finding] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(
        cls,
        findings: Iterable[Finding],
        *,
        backend: str = "",
        identity: AccountIdentity = SNAPSHOT,
        found_at: str = "",
    ) -> Self:
        """Return facts in the order of `Point`; the last finding of a point counts."""
        found = {finding.point: finding for finding in findings}
        return cls(
            backend=backend,
            identity=identity,
            found_at=found_at,
            findings=MappingProxyType(
                {point: found[point] for point in Point if point in found}
            ),
        )

    def show(self, finding: Finding) -> bool:
        """Whether exactly this was found; findings of several points may share a word."""
        return self.findings.get(finding.point) is finding

    def only(self, findings: Iterable[Finding]) -> Facts:
        """Return the same facts with nothing but these findings, as far as they are known."""
        kept = {each.point: each for each in findings if self.show(each)}
        return replace(self, findings=MappingProxyType(kept))

    def without(self, point: Point) -> Facts:
        """Return the same facts as if one point had not been found out."""
        left = {one: found for one, found in self.findings.items() if one is not point}
        return replace(self, findings=MappingProxyType(left))


NO_FACTS: Final = Facts()
"""What is known of an account that was never probed."""
