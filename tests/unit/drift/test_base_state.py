"""drift/base_state.py: what is kept of a base where an apply left something undone."""

from __future__ import annotations

from schemactl.diff import diff_schemas
from schemactl.drift.base_state import state_to_keep
from tests.builders import a_desired, a_desired_section, a_schema, a_section


def test_all_earlier_sections_of_one_name_are_kept_while_it_is_not_settled() -> None:
    """Else the next drift would know which of them the account has, and blame somebody."""
    live = a_schema(a_section("Sales", description="By hand"))
    desired = a_desired(a_desired_section("Sales", description="Ours"))
    before = a_schema(
        a_section("Sales", description="Ours"), a_section("Sales", description="By hand")
    )
    left = diff_schemas(desired=desired, live=live).changes
    assert left

    assert state_to_keep(live, left, before) == before
