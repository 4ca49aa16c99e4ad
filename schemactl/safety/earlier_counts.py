"""What an earlier count of the whole account says where nothing is counted now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.errors import Problem, Severity
from schemactl.model.change import ChangeType
from schemactl.model.change_title import title_of_change
from schemactl.model.count import DESTROYED, Counted, CountSubject
from schemactl.model.plan import Permission, Plan
from schemactl.model.usage import KnownUsage, recent_items
from schemactl.safety.count_words import dated_usage
from schemactl.safety.questions import find_questions
from schemactl.safety.usage import usage_key
from schemactl.store.usage_file import read_usage

if TYPE_CHECKING:
    from schemactl.account.target import Target

_PERMISSIONS: Final[Mapping[CountSubject, Permission]] = MappingProxyType(
    {
        CountSubject.FIELD: Permission.REMOVES_FIELD,
        CountSubject.OPTION: Permission.REMOVES_OPTION,
        CountSubject.TAG: Permission.REMOVES_TAG,
    }
)


def recent_usage(target: Target) -> KnownUsage:
    """Return what an earlier count of the whole account found, unless it is too old.

    Contacts nobody, and needs no credentials.

    Raises:
        UsageFileError: The file holds something else.
    """
    file = target.usage_file
    if not file.exists():
        return {}  # Most projects have none: to identify an embedded account takes imports.
    identity, backend = target.identity_at_hand, target.dialect.name
    found = read_usage(file, identity=identity, backend=backend)
    return {} if found is None else recent_items(found, target.host.now())


def earlier_counts(plan: Plan, known: KnownUsage) -> tuple[Problem, ...]:
    """Return what an earlier count says of what a plan destroys and did not count."""
    changes = {change.id: change for change in plan.changes}
    found = []
    for question, one in zip(find_questions(plan), plan.counts, strict=False):
        item = None if question.key.subject not in DESTROYED else known.get(usage_key(question))
        change = changes[question.key.change]
        if item is None or isinstance(one.count, Counted) or change.location is None:
            continue
        about = title_of_change(question.key.change)
        option = f" / {question.key.option}" if question.key.option else ""
        message = f'"{about}{option}" was not counted now; before: {dated_usage(item)}'
        code = _PERMISSIONS[question.key.subject]
        if isinstance(change, ChangeType):
            code = Permission.REPLACES_FIELD
        found.append(Problem(change.location, code, message, severity=Severity.WARNING))
    return tuple(found)
