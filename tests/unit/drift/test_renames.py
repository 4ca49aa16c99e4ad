"""drift/renames.py: a field is gone since the base, and one of its type is new."""

from __future__ import annotations

import pytest

from schemactl.diff import diff_schemas
from schemactl.drift.renames import with_renames_since
from schemactl.model.base import Applied, Base
from schemactl.model.difference import Difference, NoticeCode
from schemactl.model.identity import Ids
from schemactl.model.plan import Permission
from schemactl.model.schema import Field, Section
from schemactl.project import SafetyRules
from schemactl.safety import with_hazards
from tests.builders import (
    a_desired,
    a_desired_section,
    a_field,
    a_plan,
    a_schema,
    a_section,
)

SIGNED = a_field("Contract Signed", "check")


def difference(
    *live: Field, base: tuple[Field, ...] = (SIGNED,), ids: Ids | None = None
) -> Difference:
    """Compare a file that declares one field with an account, and with the last apply."""
    found = diff_schemas(
        desired=a_desired(a_desired_section("S", SIGNED)),
        live=a_schema(a_section("S", *live)),
    )
    return with_renames_since(found, a_base(a_section("S", *base), ids=ids))


def a_base(*sections: Section, ids: Ids | None = None) -> Base:
    return Base(
        account="demo",
        backend="legacy",
        address="embedded:1",
        applied=Applied(at="2026-01-01T00:00:00+00:00"),
        schema=a_schema(*sections),
        ids=ids or Ids(),
    )


def hazards_of(found: Difference) -> list[tuple[Permission, str]]:
    plan = a_plan(*found.changes, notices=found.notices)
    judged = with_hazards(plan, rules=SafetyRules(), managed_count=100)
    return [(one.code, one.message) for one in judged.hazards]


@pytest.mark.parametrize("name", ["Signed", "Xyz", "Contract Sign"])
def test_the_only_new_field_of_its_type_is_asked_after_whatever_its_name(name: str) -> None:
    found = difference(a_field(name, "check"), a_field("Other", "text"))

    (notice,) = [one for one in found.notices if one.code is NoticeCode.MAYBE_RENAMED]
    ((code, message),) = hazards_of(found)

    assert f'`was: ["{name}"]`' in notice.message
    assert code is Permission.MAYBE_RENAMED
    assert f'beside "{name}"' in message


def test_of_several_new_ones_only_one_of_a_similar_name_is_asked_after() -> None:
    assert hazards_of(difference(a_field("A", "check"), a_field("B", "check"))) == []
    found = difference(a_field("A", "check"), a_field("Contract Sign", "check"))
    ((_, message),) = hazards_of(found)
    assert 'beside "Contract Sign"' in message


@pytest.mark.parametrize(
    ("live", "base"),
    [
        ((a_field("Signed", "text"),), (SIGNED,)),
        ((a_field("Signed", "check"),), ()),
        ((a_field("Signed", "check"),), (SIGNED, a_field("Signed", "check"))),
        ((a_field("Signed", "check", custom=False),), (SIGNED,)),
        ((SIGNED, a_field("Signed", "check")), (SIGNED,)),
    ],
    ids=["another type", "a new declaration", "an old field", "a system field", "nothing gone"],
)
def test_without_evidence_nothing_needs_a_permission(
    live: tuple[Field, ...], base: tuple[Field, ...]
) -> None:
    assert hazards_of(difference(*live, base=base)) == []


def test_a_field_whose_id_is_known_was_deleted_not_renamed() -> None:
    ids = Ids(fields={("", "S", "Contract Signed"): "f7"})
    assert hazards_of(difference(a_field("Signed", "check"), ids=ids)) == []


def test_a_section_that_is_gone_with_its_fields_in_a_new_one_needs_a_permission() -> None:
    desired = a_desired(a_desired_section("S", SIGNED, a_field("B")))
    found = diff_schemas(desired=desired, live=a_schema(a_section("T", SIGNED, a_field("B"))))

    new = with_renames_since(found, a_base(a_section("S", SIGNED, a_field("B"))))
    old = with_renames_since(found, a_base(a_section("S", SIGNED), a_section("T", SIGNED)))

    assert [code for code, _ in hazards_of(new)] == [Permission.MAYBE_RENAMED]
    assert hazards_of(old) == []
