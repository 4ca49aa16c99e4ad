"""How one account's server behaves where public facts do not say: what `probe` found out.

Each open point has its own type of finding, which is closed: a file can name only findings
that are listed here. What was not found out is absent, and everything stays as careful as
without a probe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Self

from schemactl.model.account_identity import SNAPSHOT, AccountIdentity


@unique
class Point(StrEnum):
    """The open points that a probe tries, by their names in files and reports."""

    UNKNOWN_SECTION = "unknown-section"
    OMITTED_FIELDS = "omitted-fields"


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
class OmittedFields(Finding):
    """What an update does with the fields of its section that it omits (REST API)."""

    KEPT = "kept"
    DELETED = "deleted"


ABOUT: Final[Mapping[Point, str]] = MappingProxyType(
    {
        Point.UNKNOWN_SECTION: "adding fields to a section that does not exist",
        Point.OMITTED_FIELDS: "the fields that an update of their section omits",
    }
)
"""What each point is about, as a noun phrase."""
FINDINGS: Final[Mapping[Point, type[Finding]]] = MappingProxyType(
    {
        Point.UNKNOWN_SECTION: UnknownSection,
        Point.OMITTED_FIELDS: OmittedFields,
    }
)
"""The findings of each point; the JSON Schema `probe` has the same."""
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

    def without(self, point: Point) -> Facts:
        """Return the same facts as if one point had not been found out."""
        left = {one: found for one, found in self.findings.items() if one is not point}
        return replace(self, findings=MappingProxyType(left))


NO_FACTS: Final = Facts()
"""What is known of an account that was never probed."""
