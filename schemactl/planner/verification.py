"""Verify a saved plan against itself, the files and the account: it is input like any other.

Anybody who can write a plan file can write a matching digest. So everything that can be
computed is computed again, and must be equal to the file:

    changes             files and account ask for each of them now
    calls               follow from the changes, for this account's API
    manual steps        follow from the changes and the account
    seen                every object that the changes touch, and what it should become
    summary, calls of the budget, permissions, order and numbers    follow from the rest
    pending cleanups    a journal records that a run left exactly these tags
    ends_protection     has every field whose protection files and base end now

`safety` compares the hazards. Other changes in the account do not matter: size, budget,
notices, unmanaged objects and places in files are not compared but computed again, to show the
current ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from schemactl.account.interface import Dialect, LiveState
from schemactl.errors import PlanFileError
from schemactl.model.call_word import DESTROYING_CALLS, VALUE_CALLS
from schemactl.model.change import Change, ChangeOptions, FillField
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.plan import Call, CallDraft, ManualStep, Plan, Precondition
from schemactl.model.schema import Schema
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.planner.calls import number_calls
from schemactl.planner.costs import summarise
from schemactl.planner.dependencies import find_dependencies
from schemactl.planner.preconditions import find_preconditions
from schemactl.planner.steps_and_calls import share_out
from schemactl.planner.value_calls import draft_calls
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a saved plan is compared with.

    Attributes:
        fresh: The plan from the current files and account, with the same permissions.
        live: The account.
        dialect: What its API can express.
        started: Ids of the changes that an earlier run of the plan started; they are in the
            account by now, so the fresh plan does not have them.
        done: Numbers of the calls that it made.
        values: What is backed up, and filled in again.
        is_recorded: Whether a journal records that a run left these tags.
    """

    fresh: Plan
    live: LiveState
    dialect: Dialect
    started: frozenset[str] = frozenset()
    done: frozenset[int] = frozenset()
    values: ValueWork = NO_VALUE_WORK
    is_recorded: Callable[[PendingCleanup], bool]


def refuse_inconsistent(plan: Plan) -> None:
    """Refuse a plan that contradicts itself; needs neither files nor account.

    Raises:
        PlanFileError: A part of it does not follow from the others.
    """
    _refuse(_find_contradiction(plan), "this plan contradicts itself")


def refuse_forged(plan: Plan, evidence: Evidence) -> None:
    """Refuse a saved plan that would do something else than it shows, or that nobody asks for.

    Raises:
        PlanFileError: A part of it does not follow from files, account and journals.
    """
    _refuse(
        _find_unrequested(plan, evidence) or _find_other_object(plan, evidence),
        "files or account changed after this plan was made, or the plan file was edited",
        hint="plan again and review what is new; if neither files nor account were changed, "
        "check who can write to the plan file",
    )
    why = (
        _find_wrong_calls(plan, evidence)
        or _find_wrong_step(plan, evidence)
        or _find_wrong_state(plan, evidence)
        or _find_unrecorded_cleanup(plan, evidence)
        or _find_hidden_end(plan, evidence)
    )
    _refuse(why, "schemactl cannot have made this plan for this account")


_HINT = "plan again, and check who can write to the plan file"


def _refuse(why: str, what: str, *, hint: str = _HINT) -> None:
    if why:
        msg = f"invalid-plan: {what}: {why}; nothing was changed"
        raise PlanFileError(msg, hint=hint)


def _find_contradiction(plan: Plan) -> str:
    ids = [change.id for change in plan.changes]
    by_hand = [step.change for step in plan.manual_steps]
    if len(set(ids)) < len(ids):
        return "it has a change twice"
    if len(set(by_hand)) < len(by_hand) or not set(by_hand) <= set(ids):
        return "its manual steps are not about its changes"
    if any(not set(step.waits_for) <= set(by_hand) for step in plan.manual_steps):
        return "a manual step waits for something that is not a manual step"
    if plan.permissions != tuple(sorted(set(plan.permissions))):
        return "its permissions are not in order"
    if plan.summary != summarise(plan.changes, frozenset(by_hand)):
        return "its summary does not count its changes"
    if plan.budget.calls != len(plan.calls):
        return "its budget does not count its calls"
    return _find_call_contradiction(plan, by_call=set(ids) - set(by_hand))


def _find_call_contradiction(plan: Plan, *, by_call: set[str]) -> str:
    if [call.number for call in plan.calls] != list(range(1, len(plan.calls) + 1)):
        return "its calls are not numbered from 1"
    served = {change for call in plan.calls for change in call.serves}
    if served != by_call or not all(call.serves for call in plan.calls):
        return "its calls do not make its changes"
    drafts = [
        CallDraft(request=call.request, arguments=call.arguments, serves=call.serves)
        for call in plan.calls
    ]
    if plan.calls != number_calls(drafts, find_dependencies(plan.changes)):
        return "its calls depend on other calls than they say"
    if _places(plan.seen) != _places(find_preconditions(plan.changes, Schema())):
        return "the states that it records are not those of its changes"
    return ""


def _places(seen: Iterable[Precondition]) -> set[tuple[object, ...]]:
    return {(one.custom_object, one.kind, one.path, one.serves) for one in seen}


def _find_unrequested(plan: Plan, evidence: Evidence) -> str:
    keep = evidence.values.keep
    if keep not in {None, plan.keep}:
        return f"values: keep is {keep} now, and was {plan.keep}"
    asked = set(_without_places(evidence.fresh.changes))
    rests = {change.id: _rest(change) for change in evidence.fresh.changes}
    settled = _settled(plan, evidence)
    for change, bare in zip(plan.changes, _without_places(plan.changes), strict=True):
        if change.id in settled or bare in asked:
            continue
        is_half_done = change.id in evidence.started
        if not (is_half_done and rests.get(change.id) == _rest(change)):
            return f"they no longer lead to {change.id}"
    return ""


def _rest(change: Change) -> Change:
    """Return what the last call of a change is about, without its earlier calls.

    Only options take two calls of which the first adds and the second destroys. A rename, new
    settings or another type of the same field can share the first.
    """
    if isinstance(change, ChangeOptions):
        return replace(change, location=None, before=change.after, added=())
    return replace(change, location=None)


def _settled(plan: Plan, evidence: Evidence) -> frozenset[str]:
    """Return the started changes without a remaining destructive call.

    The account shows these already, so that they cannot be compared with it. A change with a
    remaining destructive call is always compared.
    """
    to_come = {
        change
        for call in plan.calls
        if call.number not in evidence.done and call.request in DESTROYING_CALLS
        for change in call.serves
    }
    return evidence.started - to_come


def _find_wrong_calls(plan: Plan, evidence: Evidence) -> str:
    calls = _calls_now(plan, evidence)
    if _by_name(plan.calls, evidence) == _by_name(calls, evidence):
        return ""
    return "its calls do not follow from its changes"


def _find_other_object(plan: Plan, evidence: Evidence) -> str:
    """Return a call that names an object by another id than the account has under its name.

    Of a plan that was started, the account has no ids of what an earlier run removed. Before
    each call it is checked that the id still belongs to the name.
    """
    if evidence.started:
        return ""
    for call, now in zip(plan.calls, _calls_now(plan, evidence), strict=False):
        if call != now and _by_name([call], evidence) == _by_name([now], evidence):
            return f"call {call.number} ({call.request}) is about another object of that name"
    return ""


def _calls_now(plan: Plan, evidence: Evidence) -> tuple[Call, ...]:
    """Return the calls that the changes of a plan lead to, with the ids of the account."""
    by_hand = frozenset(step.change for step in plan.manual_steps)
    changes = [change for change in plan.changes if change.id not in by_hand]
    drafts = draft_calls(changes, evidence.live, evidence.dialect, evidence.values)
    return number_calls(drafts, find_dependencies(plan.changes))


def _by_name(calls: Iterable[Call], evidence: Evidence) -> list[Call]:
    return [
        call if call.request in VALUE_CALLS else evidence.dialect.by_name(call)
        for call in calls
    ]


def _find_wrong_step(plan: Plan, evidence: Evidence) -> str:
    """Return which manual step is missing, or wrong for this account.

    For a started plan only the rest is compared: what it made would be counted twice, as
    existing and as new, and seem to be an ambiguous name.
    """
    settled = _settled(plan, evidence)
    fresh = {change.id: change for change in evidence.fresh.changes}
    left = tuple(
        fresh.get(change.id, change) if change.id in evidence.started else change
        for change in plan.changes
        if change.id not in settled
    )
    permissions = frozenset(plan.permissions)
    needed = share_out(left, evidence.live, evidence.dialect, permissions).steps
    planned = {step.change: step for step in plan.manual_steps}
    for step in needed:
        if step.change not in planned:
            return f"only a person can do {step.change}"
        if _essence(planned[step.change], evidence) != _essence(step, evidence):
            return f"what a person must do for {step.change} is something else"
    extra = set(planned) - {step.change for step in needed}
    return f"{min(extra)} needs no person" if extra else ""


def _essence(step: ManualStep, evidence: Evidence) -> ManualStep:
    """Return the part of a step that must be equal; the text may change after a start."""
    if not evidence.started:
        return step
    return replace(step, instruction="", alternative=None)


def _find_wrong_state(plan: Plan, evidence: Evidence) -> str:
    """Compare wanted states with those computed again; `safety` compares the seen ones."""
    now = find_preconditions(plan.changes, evidence.live.schema)
    if evidence.started:
        return ""
    served = {change for call in plan.calls for change in call.serves}
    for planned, found in zip(_sorted(plan.seen), _sorted(now), strict=True):
        if not served.isdisjoint(planned.serves) and planned.desired != found.desired:
            return f"{' / '.join(planned.path)} should become something else"
    return ""


def _sorted(seen: Sequence[Precondition]) -> list[Precondition]:
    return sorted(seen, key=lambda one: (one.custom_object, one.kind, one.path))


def _find_unrecorded_cleanup(plan: Plan, evidence: Evidence) -> str:
    for cleanup in plan.pending_cleanups:
        if not evidence.is_recorded(cleanup):
            return (
                f"no journal here records that the apply {cleanup.run} left these tags on "
                f"contact {cleanup.contact}"
            )
    return ""


def _find_hidden_end(plan: Plan, evidence: Evidence) -> str:
    """Return a field whose protection an apply would end although the plan does not show it."""
    for one in evidence.fresh.ends_protection:
        if one not in plan.ends_protection:
            return f"it does not show that it ends the protection of {one.title}"
    return ""


def _without_places(changes: Iterable[Change]) -> list[Change]:
    """Return changes without their places: lines move, and folders differ."""
    return [_without_numbers(replace(change, location=None)) for change in changes]


def _without_numbers(change: Change) -> Change:
    """Return a change without how many records it is about: others write meanwhile."""
    if isinstance(change, FillField):
        return replace(change, records=None, kept=0, total=0)
    return change
