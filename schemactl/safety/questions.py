"""What to count for a plan: who holds what it would destroy, or breaks a new rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from schemactl.model.call_word import DESTROYING_CALLS
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
from schemactl.model.count import (
    Counted,
    Counter,
    CountKey,
    CountSubject,
    Question,
    ValueCount,
    counted_again,
)
from schemactl.model.object_state import PreconditionKind
from schemactl.model.plan import Call, Plan
from schemactl.safety.in_place import (
    blocked_changes,
    changes_by_calls,
    made_in_place,
    will_be_made_in_place,
)
from schemactl.safety.tightening import rules_turned_on
from schemactl.values import replace

_Places: TypeAlias = Mapping[tuple[str, str], str]


def with_counts(plan: Plan, count: Counter | None) -> Plan:
    """Return the plan with a count for each thing that it would destroy or restrict.

    Without a counter it stays as it is.
    """
    questions = () if count is None else find_questions(plan)
    if count is None or not questions:
        return plan
    answers = count(questions)
    counts = tuple(
        ValueCount(key=question.key, count=found)
        for question, found in zip(questions, answers.counts, strict=True)
    )
    size = replace(plan.size, counting=plan.size.counting + answers.requests)
    return replace(plan, counts=counts, size=size)


class ReviewedCounts:
    """What a plan's numbers say of each change, to compare with right before its call."""

    def __init__(self, plan: Plan) -> None:
        self._by_change: defaultdict[str, dict[Question, Counted]] = defaultdict(dict)
        if not plan.counts:
            return
        changes = {change.id for change in plan.changes}
        counts = {one.key: one.count for one in counted_again(plan.counts, changes)}
        counts |= _moved_away(plan.counts)
        for question in find_questions(plan):
            count = counts.get(question.key)
            if isinstance(count, Counted):
                self._by_change[question.key.change][question] = count

    def before(self, call: Call) -> dict[Question, Counted]:
        """Return what is counted again right before a call, with the reviewed numbers."""
        if call.request not in DESTROYING_CALLS:
            return {}
        return {
            question: count
            for change in call.serves
            for question, count in self._by_change.get(change, {}).items()
        }


def _moved_away(counts: Iterable[ValueCount]) -> dict[CountKey, Counted]:
    """Return, for each option whose holders are moved, that nobody may hold it any more."""
    return {
        one.key: replace(one.count, held=0)
        for one in counts
        if one.key.subject is CountSubject.MOVED
        and isinstance(one.count, Counted)
        and not one.count.by_reading
    }


def counts_follow(plan: Plan) -> bool:
    """Whether a plan counts all that it would destroy or restrict, or nothing."""
    keys = [question.key for question in find_questions(plan)]
    counts = [one.count for one in plan.counts]
    are_possible = all(one.held <= one.total for one in counts if isinstance(one, Counted))
    return not counts or (are_possible and [one.key for one in plan.counts] == keys)


def find_questions(plan: Plan) -> tuple[Question, ...]:
    """Return everything to count, in the order of the changes.

    It follows from changes and preconditions alone, so that a saved plan has the same.
    """
    places = _live_places(plan)
    blocked = blocked_changes(plan)
    by_calls = _of_changes(changes_by_calls(plan), made_in_place(plan), places)
    later = _of_changes(blocked, will_be_made_in_place(plan, blocked), places)
    return (*by_calls, *later)


def _live_places(plan: Plan) -> _Places:
    """Return the section of each changed field in the account, by change and field name."""
    return {
        (change, entry.path[1]): entry.path[0]
        for entry in plan.seen
        if entry.kind is PreconditionKind.FIELD and entry.live is not None
        for change in entry.serves
    }


def _of_changes(
    changes: Iterable[Change], in_place: AbstractSet[str], places: _Places
) -> Iterator[Question]:
    for change in changes:
        match change:
            case RemoveTag():
                key = CountKey(change.id, CountSubject.TAG)
                yield Question(key=key, name=change.tag)
            case RemoveField():
                yield _of_field(change, CountSubject.FIELD, places)
            case ChangeOptions():
                yield from _of_options(change, places)
            case ChangeType() if change.id not in in_place:
                yield _of_field(change, CountSubject.FIELD, places)
                yield from _of_rules(change, places)
            case ChangeType() | ChangeSettings():
                yield from _of_rules(change, places)
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | ChangeDescription()
                | RemoveSection()
                | AddField()
                | FillField()
                | RenameField()
                | MoveField()
                | ResolveDuplicate()
                | AddTag()
                | RenameTag()
            ):
                pass


def _of_options(change: ChangeOptions, places: _Places) -> Iterator[Question]:
    whole = _of_field(change, CountSubject.OPTION, places)
    for option in change.lost:
        yield replace(whole, key=CountKey(change.id, CountSubject.OPTION, option))
    for option, _ in change.renamed:
        yield replace(whole, key=CountKey(change.id, CountSubject.MOVED, option))


def _of_rules(change: ChangeSettings | ChangeType, places: _Places) -> Iterator[Question]:
    rules = rules_turned_on(change.before, change.after)
    if "required" in rules:
        yield _of_field(change, CountSubject.EMPTY, places)
    if "unique" in rules:
        yield _of_field(change, CountSubject.SHARED, places)


def _of_field(
    change: RemoveField | ChangeType | ChangeOptions | ChangeSettings,
    subject: CountSubject,
    places: _Places,
) -> Question:
    field = change.before
    return Question(
        key=CountKey(change.id, subject),
        custom_object=change.custom_object,
        section=places.get((change.id, field.name), change.section),
        name=field.name,
        declared=change.name,
        type=field.type,
    )
