"""Find the risks of a plan, each with the permission that lifts it.

A manual step is no hazard. A change that waits for one is a later hazard: it is shown now,
because its permission is required as soon as the step is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final

from schemactl.errors import MissingPermissionError, PlanFileError
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.change_groups import by_object, copies_of
from schemactl.model.difference import Notice, UnmanagedKind
from schemactl.model.field_limits import SMALLER_TYPE, LimitUnit
from schemactl.model.plan import Hazard, Permission, Plan
from schemactl.model.schema import CONTACTS, fold_name
from schemactl.project import SafetyRules
from schemactl.safety.counts import Counts
from schemactl.safety.fills import find_fills
from schemactl.safety.in_place import (
    blocked_changes,
    changes_by_calls,
    made_in_place,
    will_be_made_in_place,
)
from schemactl.safety.losses import find_losses, with_backup_words
from schemactl.safety.moves import find_moves
from schemactl.safety.questions import counts_follow
from schemactl.safety.tightening import find_tightenings, quoted_title
from schemactl.text import MIN_RENAME_SIMILARITY, most_similar
from schemactl.values import replace

MAX_HAZARDS_SHOWN: Final = 10
"""How many hazards a refusal repeats; the plan shown before it has all."""


def with_hazards(plan: Plan, *, rules: SafetyRules, managed_count: int) -> Plan:
    """Return the plan with its hazards, in a fixed order.

    Args:
        plan: The plan from the planner.
        rules: The project's thresholds.
        managed_count: Sections, fields and tags of the account that the files manage.
    """
    by_calls, blocked = changes_by_calls(plan), blocked_changes(plan)
    counts = Counts.of(plan)

    def name_hazards(
        changes: Sequence[Change], in_place: AbstractSet[str]
    ) -> tuple[Hazard, ...]:
        return (
            *(
                with_backup_words(one, plan.keep)
                for one in find_losses(changes, in_place, counts)
            ),
            *find_moves(changes, counts, plan),
            *find_fills(plan, {change.id for change in changes}),
            *find_tightenings(changes, counts),
            *_unexplained_pairs(changes, plan.changes),
            *_likely_renames(changes, plan.notices),
            *_many_removals(_losing(changes, in_place), rules, managed_count),
            *_over_budget(plan, changes),
        )

    hazards = name_hazards(by_calls, made_in_place(plan))
    later = name_hazards(blocked, will_be_made_in_place(plan, blocked))
    return replace(plan, hazards=hazards, later_hazards=later)


OF_THE_ACCOUNT: Final = frozenset({Permission.MANY_REMOVALS, Permission.MAYBE_RENAMED})
"""Hazards that depend on account and base: they do not follow from a plan alone."""


def refuse_altered_hazards(plan: Plan) -> None:
    """Refuse a saved plan whose hazards or counts do not follow from its changes.

    Raises:
        PlanFileError: One is missing, extra, or has another text.
    """
    why = _find_altered(plan)
    if why:
        msg = f"invalid-plan: this plan contradicts itself: {why}; nothing was changed"
        raise PlanFileError(msg, hint="plan again, and check who can write to the plan file")


def _find_altered(plan: Plan) -> str:
    by_rules = with_hazards(plan, rules=SafetyRules(), managed_count=0)
    pairs = (plan.hazards, by_rules.hazards), (plan.later_hazards, by_rules.later_hazards)
    if any(_of_changes(found) != _of_changes(rules) for found, rules in pairs):
        return "its hazards do not follow from its changes"
    return "" if counts_follow(plan) else "its counts are not of what its changes destroy"


def _of_changes(hazards: Iterable[Hazard]) -> list[Hazard]:
    return [hazard for hazard in hazards if hazard.code not in OF_THE_ACCOUNT]


def refuse_hazards(plan: Plan) -> None:
    """Refuse a plan with a hazard that has no permission.

    Raises:
        MissingPermissionError: There is one; the message names each, and what lifts it.
    """
    refusals = plan.refusals
    if not refusals:
        return
    lines = [f"{hazard.code}: {hazard.message}" for hazard in refusals[:MAX_HAZARDS_SHOWN]]
    if len(refusals) > MAX_HAZARDS_SHOWN:
        lines.append(f"and {len(refusals) - MAX_HAZARDS_SHOWN} more: the plan shows each")
    raise MissingPermissionError(
        "this plan needs permission, and nothing was changed\n  " + "\n  ".join(lines),
        permissions=plan.needed_permissions,
        prune=plan.prune,
    )


def _unexplained_pairs(
    removals: Sequence[Change], changes: Sequence[Change]
) -> Iterator[Hazard]:
    """Find removals that the files do not list, beside a similar addition: likely a rename.

    An addition that is a manual step counts too, because the removal is still made by a call.
    """
    added = _additions_by_live_section(changes)
    for removed in removals:
        if not isinstance(removed, RemoveField) or removed.explicit:
            continue
        place = removed.custom_object, removed.section
        partner = _find_partner(removed, added.get(place, ()))
        if partner is not None:
            yield Hazard(
                code=Permission.UNEXPLAINED_PAIR,
                changes=(removed.id, partner.id),
                message=f"{quoted_title(removed)} would be removed and "
                f"{quoted_title(partner)} added: if it is one field, its values would be lost",
                hint=f'write `was: ["{removed.name}"]` beside "{partner.name}", '
                f'or list "{removed.name}" under removed:',
            )


def _likely_renames(changes: Iterable[Change], notices: Iterable[Notice]) -> Iterator[Hazard]:
    """Find additions of what was likely renamed in the account since the last apply."""
    likely = {
        (notice.custom_object, pair.kind, pair.section, pair.name): pair.other
        for notice in notices
        if (pair := notice.lookalike) is not None and pair.since_base
    }
    for change in changes if likely else ():
        if not isinstance(change, AddField | AddSection):
            continue
        kind, name = (
            (UnmanagedKind.FIELD, change.name)
            if isinstance(change, AddField)
            else (UnmanagedKind.SECTION, change.section)
        )
        other = likely.get((change.custom_object, kind, change.section, name))
        if other is not None:
            yield Hazard(
                code=Permission.MAYBE_RENAMED,
                changes=(change.id,),
                message=f'{quoted_title(change)} would be created beside "{other}": if '
                f"somebody renamed it, the account gets a second {kind}",
                hint=f'write `was: ["{other}"]` beside "{name}", or its new name',
            )


def _additions_by_live_section(
    changes: Sequence[Change],
) -> Mapping[tuple[str, str], Sequence[AddField]]:
    """Group additions by object, and the name that their section has in the account now."""
    renamed = {
        (change.custom_object, change.section): (change.custom_object, change.was)
        for change in changes
        if isinstance(change, RenameSection)
    }
    added: defaultdict[tuple[str, str], list[AddField]] = defaultdict(list)
    for change in changes:
        if isinstance(change, AddField):
            place = change.custom_object, change.section
            added[renamed.get(place, place)].append(change)
    return added


def _find_partner(removed: RemoveField, added: Sequence[AddField]) -> AddField | None:
    """Return the addition that is most likely `removed` under a new name; None if none is.

    Any addition of the same type may be; one of another type must have a similar name.
    """
    same_type = [change for change in added if change.after.type == removed.before.type]
    partners = same_type or added
    best = most_similar(
        fold_name(removed.name),
        [fold_name(change.name) for change in partners],
        min_ratio=0 if same_type else MIN_RENAME_SIMILARITY,
    )
    return None if best is None else partners[best]


def _removals(changes: Sequence[Change], in_place: AbstractSet[str]) -> Iterator[Change]:
    """Yield the changes that remove an object from the account, also to create it again."""
    for change in changes:
        match change:
            case RemoveField() | RemoveSection() | RemoveTag():
                yield change
            case ChangeType() if change.id not in in_place:
                yield change
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | ChangeDescription()
                | AddField()
                | RenameField()
                | MoveField()
                | ChangeType()
                | ChangeOptions()
                | ChangeSettings()
                | FillField()
                | ResolveDuplicate()
                | AddTag()
                | RenameTag()
            ):
                pass


def _losing(changes: Sequence[Change], in_place: AbstractSet[str]) -> Iterator[Change]:
    """Yield the removals, without those of fields whose values another one has by then."""
    copies = copies_of(changes)
    for change in _removals(changes, in_place):
        if not isinstance(change, RemoveField) or change.place not in copies:
            yield change


def _many_removals(
    removed: Iterable[Change], rules: SafetyRules, managed_count: int
) -> Iterator[Hazard]:
    removals = tuple(removed)
    percent = 100 * len(removals) / managed_count if managed_count else 0.0
    limits = []
    if len(removals) > rules.max_removals:
        limits.append(f"more than {rules.max_removals}")
    if percent > rules.max_removed_percent:
        limits.append(f"more than {rules.max_removed_percent}%")
    if limits:
        yield Hazard(
            code=Permission.MANY_REMOVALS,
            changes=tuple(change.id for change in removals),
            message=f"{len(removals)} of {managed_count} managed objects would be removed "
            f"({percent:.0f}%): {' and '.join(limits)}",
            hint="if that is not meant, look for a file that is missing or moved",
        )


def _over_budget(plan: Plan, changes: Sequence[Change]) -> Iterator[Hazard]:
    """Yield a hazard for each object that gets more fields than the stated limit.

    An assumed limit is no reason to refuse: `planner.field_use` yields a notice.
    """
    limit = plan.budget.field_limit
    if not limit.stated:
        return
    grouped = by_object(changes)
    facts = limit.facts
    for use in plan.budget.objects:
        added = tuple(
            change.id
            for change in grouped.get(use.custom_object, ())
            if isinstance(change, AddField | ChangeType)
        )
        if not added or use.peak(facts.unit) <= facts.maximum:
            continue
        yield Hazard(
            code=Permission.EXCEEDS_FIELD_BUDGET,
            changes=added,
            message=f"the fields of {_owner(use.custom_object)} would take "
            f"{use.peak(facts.unit):,} of the {facts.maximum:,} {facts.unit} that the project "
            "file states: the account may refuse new fields",
            hint=_APPLY_REMOVALS
            if use.after(facts.unit) <= facts.maximum
            else _ROOM[facts.unit],
        )


_APPLY_REMOVALS: Final = "apply the removals first: additions are made before them"
_ROOM: Final = MappingProxyType(
    {
        LimitUnit.BYTES: f"remove fields that nobody needs; {SMALLER_TYPE}",
        LimitUnit.FIELDS: "remove fields that nobody needs, or make them in another custom "
        "object",
    }
)


def _owner(label: str) -> str:
    return "contacts" if label == CONTACTS else f'"{label}"'
