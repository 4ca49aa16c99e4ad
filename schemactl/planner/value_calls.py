"""The calls of a plan about values of records, beside those that change the schema.

A dialect knows nothing of values: it returns the calls on the schema, and this module adds what
has to happen to values before. What such a call reads and how much it takes is here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Final

from schemactl.account.batch_sizes import count_write_requests
from schemactl.account.interface import Dialect, FieldsPart, LiveState, Part, TagsPart
from schemactl.model.backup import ZERO_IS_VALUE
from schemactl.model.call_word import (
    DESTROYING_CALLS,
    REMOVING_CALLS,
    LegacyCallWord,
    RestCallWord,
    ValueCallWord,
    call_word,
)
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
from schemactl.model.count import HELD, Contradicting, Counted, ValueCount, is_guarded_zero
from schemactl.model.plan import Call, CallDraft, Plan
from schemactl.model.value_call import (
    BackedUpField,
    BackUpValues,
    FillValues,
    back_up_of,
    restore_of,
)
from schemactl.model.value_work import ValueWork
from schemactl.planner.moves import count_move_requests, with_moves

FILLED_AT_ONCE: Final = 50
"""Records that are read together to find out which of them get a value again."""
_TAGS: Final = "tags"
_FIELDS: Final = "fields of "


def draft_calls(
    changes: Sequence[Change], live: LiveState, dialect: Dialect, work: ValueWork
) -> tuple[CallDraft, ...]:
    """Return the calls that make changes, with those on values before the calls they serve."""
    drafts = dialect.calls_for(changes, live)
    by_id = {change.id: change for change in changes}
    if work.backs_up:
        drafts = _with_backups(drafts, by_id)
    fills = (work.fills[each].draft([each]) for each in by_id if each in work.fills)
    return (*with_moves(drafts, by_id), *fills)


def depends_on_nothing(call: Call | CallDraft) -> bool:
    """Whether a call can be made whatever became of the calls before it: it only reads."""
    return call.request == ValueCallWord.BACK_UP_VALUES


def part_of_values(call: Call) -> Part:
    """Return the part of an account that says where the values of a call are."""
    label = call.arguments.get("object")
    is_of_tags = "tags" in call.arguments or "tag" in call.arguments
    return TagsPart() if is_of_tags else FieldsPart(label if isinstance(label, str) else "")


def count_value_requests(plan: Plan, call: Call, dialect: Dialect) -> int:
    """Return how many requests a call on values takes, by what the plan counted.

    Nothing is read of what nobody holds. Where nothing was counted, one page is assumed.
    """
    match call_word(call.request):
        case ValueCallWord.BACK_UP_VALUES:
            return 0 if is_held_by_nobody(plan, call) else _backup_requests(plan, call, dialect)
        case ValueCallWord.COPY_VALUES:
            return count_move_requests(plan, call, dialect)
        case ValueCallWord.FILL_VALUES:
            return _fill_requests(restore_of(call), dialect)
        case LegacyCallWord() | RestCallWord():
            return 0


def _backup_requests(plan: Plan, call: Call, dialect: Dialect) -> int:
    """Count every page, what changed meanwhile, the number of records, and a sample."""
    wanted = back_up_of(call)
    if wanted.tags:
        held = [_held(one) for one in _counts_about(plan, call)]
        return sum(one // dialect.page_records + 1 for one in held) or len(wanted.tags)
    pages = _records_to_read(plan, call) // dialect.page_records + 1
    sample = any(map(_held, _counts_about(plan, call)))
    parts = dialect.requests_for_fields(len(wanted.fields))
    return parts * (pages + sample) + 1


class Renewals:
    """Which destroying calls of a plan bring their backup up to date before, and at what cost.

    None is needed where nobody held anything and the count right before the call shows it.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._counts: defaultdict[str, list[ValueCount]] = defaultdict(list)
        self._total = 0
        self._tagged: dict[str, bool] = {}
        backups = [one for one in plan.calls if one.request == ValueCallWord.BACK_UP_VALUES]
        if not backups:
            return
        for one in plan.counts:
            if one.key.subject in HELD:
                self._counts[one.key.change].append(one)
        for backup in backups:
            if not is_held_by_nobody(plan, backup):
                self._total = max(self._total, _records_to_read(plan, backup))
                is_tagged = bool(back_up_of(backup).tags)
                self._tagged.update(dict.fromkeys(backup.serves, is_tagged))
        self._zero = {change.id for change in plan.changes if _may_hold_zero(change)}

    def is_needed(self, call: Call) -> bool:
        """Whether a call destroys something whose backup has to be looked at again."""
        return bool(self._to_look_at(call))

    def requests(self, call: Call, dialect: Dialect) -> int:
        """Return how many requests that takes, if few records changed meanwhile."""
        changes = self._to_look_at(call)
        if not changes:
            return 0
        if self._tagged[changes[0]]:
            counts = [one for change in changes for one in self._counts[change]]
            return sum(_held(one) // dialect.page_records + 1 for one in counts) or 1
        if dialect.finds_changed_records:
            return 1
        return self._total // dialect.page_records + 1

    def _to_look_at(self, call: Call) -> tuple[str, ...]:
        if call.request not in DESTROYING_CALLS:
            return ()
        found = tuple(change for change in call.serves if change in self._tagged)
        if any(change in self._zero for change in found):
            return found
        counts = [one for change in found for one in self._counts[change]]
        return () if counts and all(is_guarded_zero(one.count) for one in counts) else found


def _may_hold_zero(change: Change) -> bool:
    return isinstance(change, RemoveField | ChangeType) and change.before.type in ZERO_IS_VALUE


def _fill_requests(fill: FillValues, dialect: Dialect) -> int:
    """Count the reads of the records before, and their writes."""
    pages = ceil(fill.held / FILLED_AT_ONCE)
    if fill.tag:
        # Who exists and who has it, before and after, and one request for each page.
        return pages + 2 * (pages + fill.held // dialect.page_records + 1)
    return pages + count_write_requests(dialect.name, fill.held)


def _held(one: ValueCount) -> int:
    return one.count.held if isinstance(one.count, Counted | Contradicting) else 0


def is_held_by_nobody(plan: Plan, call: Call) -> bool:
    """Whether a plan counted that no record holds anything of what a call is about.

    A number of 0 counts as no value and can be one, so fields of numbers are always read.
    """
    if any(field.type in ZERO_IS_VALUE for field in back_up_of(call).fields):
        return False
    counts = _counts_about(plan, call)
    return bool(counts) and all(is_guarded_zero(one.count) for one in counts)


def _records_to_read(plan: Plan, call: Call) -> int:
    totals = [
        one.count.total
        for one in _counts_about(plan, call)
        if isinstance(one.count, Counted | Contradicting)
    ]
    return max(totals, default=0)


def _counts_about(plan: Plan, call: Call) -> list[ValueCount]:
    """Return what a plan counted of what is destroyed by the changes of a call."""
    serves = frozenset(call.serves)
    return [one for one in plan.counts if one.key.change in serves and one.key.subject in HELD]


def _with_backups(
    drafts: Sequence[CallDraft], changes: Mapping[str, Change]
) -> tuple[CallDraft, ...]:
    """Add one backup for each object before the first call that destroys values of it."""
    destroyed: defaultdict[str, dict[str, Change]] = defaultdict(dict)
    first: dict[str, int] = {}
    for number, draft in enumerate(drafts):
        for key, change in _destroyed_by(draft, changes):
            destroyed[key][change.id] = change
            first.setdefault(key, number)
    found: list[CallDraft] = []
    for number, draft in enumerate(drafts):
        due = [key for key, place in first.items() if place == number]
        found += [_backup(tuple(destroyed[key].values())) for key in due]
        found.append(draft)
    return tuple(found)


def _destroyed_by(
    draft: CallDraft, changes: Mapping[str, Change]
) -> Iterator[tuple[str, Change]]:
    """Yield the changes whose values a call destroys, each with what they are of."""
    if draft.request not in DESTROYING_CALLS:
        return
    for each in dict.fromkeys(draft.serves):
        change = changes[each]
        is_removal = draft.request in REMOVING_CALLS
        match change:
            case RemoveTag():
                yield _TAGS, change
            case RemoveField() | ChangeType() if is_removal:
                yield f"{_FIELDS}{change.custom_object}", change
            case ChangeOptions() if change.removed and not is_removal:
                yield f"{_FIELDS}{change.custom_object}", change
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | ChangeDescription()
                | RemoveSection()
                | AddField()
                | RenameField()
                | MoveField()
                | ChangeType()
                | ChangeOptions()
                | ChangeSettings()
                | FillField()
                | RemoveField()
                | ResolveDuplicate()
                | AddTag()
                | RenameTag()
            ):
                # The call shares a request with it, and destroys nothing of it.
                pass


def _backup(changes: Sequence[Change]) -> CallDraft:
    fields = tuple(one for change in changes for one in _backed_up(change))
    tags = tuple(change.tag for change in changes if isinstance(change, RemoveTag))
    wanted = BackUpValues(custom_object=changes[0].custom_object, fields=fields, tags=tags)
    return wanted.draft([change.id for change in changes])


def _backed_up(change: Change) -> Iterator[BackedUpField]:
    if isinstance(change, RemoveField | ChangeType | ChangeOptions):
        before = change.before
        yield BackedUpField(
            section=change.section,
            name=change.name,
            was="" if before.name == change.name else before.name,
            type=before.type,
            options=change.removed if isinstance(change, ChangeOptions) else (),
        )
