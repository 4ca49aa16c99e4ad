"""Base: which side changed is reported the same, however often somebody applies in between."""

from __future__ import annotations

from hypothesis import given

from schemactl.diff import diff_schemas
from schemactl.drift.base_state import state_to_keep
from schemactl.drift.items import drift_of
from schemactl.model.base import Applied, Base, CreatedObject, ObjectPlace, ProtectedField
from schemactl.model.desired import Desired
from schemactl.model.difference import UnmanagedKind
from schemactl.model.drift import Cause, DriftItem
from schemactl.model.identity import Ids
from schemactl.model.schema import Schema
from schemactl.store.base_file import base_from_text, base_text
from tests.strategies import desired_schemas, live_schemas

APPLIED = Applied(at="2026-11-23T09:00:00+00:00", by="ada", commit="0" * 40, run="r-1")


def a_base(schema: Schema) -> Base:
    return Base(account="a", backend="rest", address="x", applied=APPLIED, schema=schema)


def differing(desired: Desired, live: Schema, base: Schema) -> list[DriftItem]:
    difference = diff_schemas(desired=desired, live=live)
    drift = drift_of(difference, account="a", backend="rest", base=a_base(base))
    return [item for item in drift.items if item.is_difference]


@given(desired_schemas(), live_schemas(with_settings=True))
def test_an_account_that_is_as_it_was_left_has_not_drifted(
    desired: Desired, live: Schema
) -> None:
    causes = {item.cause for item in differing(desired, live, live)}

    assert causes <= {Cause.PENDING, Cause.UNKNOWN}


@given(desired_schemas(), live_schemas(with_settings=True))
def test_an_account_that_was_left_as_the_files_say_has_nothing_pending(
    desired: Desired, live: Schema
) -> None:
    causes = {item.cause for item in differing(desired, live, desired.schema)}

    assert causes <= {Cause.DRIFT, Cause.UNKNOWN}


@given(desired_schemas(), live_schemas(with_settings=True), live_schemas(with_settings=True))
def test_what_an_apply_leaves_undone_keeps_its_cause(
    desired: Desired, live: Schema, before: Schema
) -> None:
    left = diff_schemas(desired=desired, live=live).changes

    kept = state_to_keep(live, left, before)

    assert differing(desired, live, kept) == differing(desired, live, before)


@given(desired_schemas(), live_schemas(with_settings=True), live_schemas(with_settings=True))
def test_what_an_apply_has_done_is_as_it_is_in_the_account(
    desired: Desired, live: Schema, before: Schema
) -> None:
    left = diff_schemas(desired=desired, live=live).changes

    assert state_to_keep(live, (), before).sections == live.sections
    assert state_to_keep(live, left, None) == live


@given(live_schemas(with_settings=True))
def test_a_base_survives_being_written_down(live: Schema) -> None:
    base = Base(
        account="demo",
        backend="rest",
        address="https://example.com/1/",
        applied=APPLIED,
        schema=live,
        ids=Ids(
            sections={("", section.name): "7" for section in live.sections},
            fields={("", section, field.name): "f1" for section, field in live.all_fields()},
            tags=dict.fromkeys(live.tags, "3"),
        ),
        created=tuple(
            sorted(
                (
                    CreatedObject(
                        place=ObjectPlace(UnmanagedKind.FIELD, "", section, field.name),
                        at=APPLIED.at,
                        run="r-1",
                    )
                    for section, field in live.all_fields()
                ),
                key=lambda one: one.place,
            )
        ),
        protected=tuple(
            sorted(
                ProtectedField(custom_object="", section=section, name=field.name)
                for section, field in live.all_fields()
            )
        ),
    )

    assert base_from_text(base_text(base), file="base.json") == base
