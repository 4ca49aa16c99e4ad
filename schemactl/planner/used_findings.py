"""Which findings of a probe a plan relies on: those without which it would be another one."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import Change
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.facts import ABOUT, NO_FACTS, USED_BY_PLANS, Facts, Finding
from schemactl.model.plan import Permission
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.planner.steps_and_calls import Shares, share_out
from schemactl.text import day_in_words


def find_reliance(
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission],
    work: Shares,
    *,
    values: ValueWork = NO_VALUE_WORK,
) -> tuple[Finding, ...]:
    """Return the findings that decide on the calls or manual steps of `work`."""
    facts = dialect.facts
    used = [each for point, each in facts.findings.items() if point in USED_BY_PLANS]

    def is_same(other: Facts) -> bool:
        return share_out(changes, live, dialect.knowing(other), permissions, values) == work

    if not used or is_same(NO_FACTS):
        return ()
    needed = tuple(each for each in used if not is_same(facts.without(each.point)))
    # Either of two findings can suffice; then the plan relies on both.
    return needed or tuple(used)


def reliance_notices(relies_on: Sequence[Finding], facts: Facts) -> tuple[Notice, ...]:
    """Return a notice for each finding that a plan relies on, with its date."""
    return tuple(
        Notice(
            code=NoticeCode.RELIES_ON_PROBE,
            about=str(finding.point),
            message=f"a probe on {day_in_words(facts.found_at)} found: {finding} "
            f"({ABOUT[finding.point]}); because of that, the plan makes other calls",
        )
        for finding in relies_on
    )
