"""What an apply to many accounts does with each: values, so that another machine can get one.

An order holds the reviewed plan, and neither a key nor a path. A plan is verified where it is
applied, exactly as a saved one is: held to itself, to the files, to the account and to the
journals. So an order may be executed twice: what the first execution did is in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.apply.review import Applied
from schemactl.apply.saved_plan import held_to_itself
from schemactl.errors import ExitCode, MissingPermissionError, RefusedError, SchemactlError
from schemactl.fleet.work import Reading, result_of
from schemactl.model.fleet import AccountResult, AppliedPlan, ReviewedPlan
from schemactl.model.plan import Plan
from schemactl.model.recorded import FoundRun
from schemactl.pipeline import apply_account, read_journals
from schemactl.planner import PlanResult
from schemactl.safety.twins import refuse_twin
from schemactl.store.plan import plan_digest
from schemactl.values import dataclass, replace


class HalfDoneError(SchemactlError):
    """An earlier execution of a plan made calls, and this one cannot make the rest."""

    exit_code = ExitCode.STOPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWork(Reading):
    """Plan each account, or verify its plan; nothing is changed.

    Where nothing is to be called, the apply is complete at once, as it is for one account.

    Attributes:
        options: How to apply each account, by its name.
        prepare: Returns the plan of an account, by its name; of one without it, `options` say
            all.
        twins: Accounts that are also there under another name, each with that name.
    """

    options: Mapping[str, ApplyOptions]
    prepare: Mapping[str, Callable[[Target], Plan]]
    twins: Mapping[str, str]

    def __call__(self, target: Target, /) -> AccountResult:
        """Return the plan of an account and what is left to agree to, or that it is done."""
        name = target.account.name
        refuse_twin(name, self.twins)
        reviewer, options, prepare = _Recorder(), self.options[name], self.prepare.get(name)
        if prepare is not None:
            options = replace(options, plan=prepare(target))
        try:
            applied = apply_account(target, options=options, reviewer=reviewer)
        except MissingPermissionError as error:
            again = options.plan is not None and prepare is None
            raise _with_scope(error, name, plans_again=again) from error
        result = _applied(target, applied)
        if applied.run is not None:
            return result
        # A plan that was read stays as it was read: its digest is that of its journals.
        plan = options.plan or applied.planned.plan
        review = ReviewedPlan(plan=plan, calls=reviewer.calls)
        return replace(result, reminder=reviewer.reminder, review=review)

    def only_for(self, account: str) -> ReviewWork:
        """Return the same for one account."""
        return ReviewWork(
            options=_only(self.options, account),
            prepare=_only(self.prepare, account),
            twins=_only(self.twins, account),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyWork:
    """Apply to each account the plan that was agreed to.

    Attributes:
        options: How to apply each account, by its name; each with its plan.
    """

    options: Mapping[str, ApplyOptions]

    @property
    def writes(self) -> bool:
        """Whether calls are made."""
        return True

    def was_started(self, target: Target, /) -> bool:
        """Whether calls may have been made: no other plan has the digest of this one."""
        plan = self.options[target.account.name].plan
        if plan is None:
            return False
        digest = plan_digest(plan)
        return any(run.plan == digest for run in read_journals([target]))

    def __call__(self, target: Target, /) -> AccountResult:
        """Verify the plan of an account once more, and apply it.

        Raises:
            HalfDoneError: It is refused, and an earlier execution had made calls.
        """
        options = self.options[target.account.name]
        if options.plan is not None:
            held_to_itself(options.plan)
        try:
            applied = apply_account(target, options=options, reviewer=_Agreed())
        except SchemactlError as error:
            if not self.was_started(target):
                raise
            # Its own words say that nothing was changed: it does not know of the other one.
            msg = f"{error}. An earlier execution of this plan may have made calls"
            raise HalfDoneError(msg, hint=error.hint) from error
        result = _applied(target, applied)
        outcome = result.outcome
        if applied.applied_by and isinstance(outcome, AppliedPlan):
            # Nobody had applied it when it was reviewed: an answer of this very apply was lost.
            run = replace(outcome.run, id=applied.applied_by)
            result = replace(result, outcome=replace(outcome, run=run))
        return result

    def only_for(self, account: str) -> ApplyWork:
        """Return the same for one account."""
        return ApplyWork(options=_only(self.options, account))


_Value = TypeVar("_Value")


def _only(values: Mapping[str, _Value], name: str) -> Mapping[str, _Value]:
    return {name: values[name]} if name in values else {}


class _Recorder:
    """A reviewer that agrees to nothing, and keeps what there is to agree to."""

    def __init__(self) -> None:
        self.calls = 0
        self.reminder = ""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Keep that an earlier run is finished by this one."""
        del planned
        if found is not None:
            self.reminder = f"The apply {found.run.id} did not finish: this apply finishes it."

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Refuse, and keep the number of calls."""
        del planned
        self.calls = calls
        return False


class _Agreed:
    """A reviewer who has seen the plan, and agrees."""

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Show nothing: the plan was shown with those of all accounts."""

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Agree."""
        del planned, calls
        return True


def _with_scope(error: MissingPermissionError, name: str, *, plans_again: bool) -> RefusedError:
    """Return the refusal with the permissions written for this account of several."""
    if plans_again:
        return RefusedError(str(error), hint="plan again with the permissions, and review it")
    words = " ".join(f"--allow {each}={name}" for each in error.permissions)
    pruned = "--prune " if error.prune else ""
    return RefusedError(str(error), hint=f"to permit all of it: {pruned}{words}")


def _applied(target: Target, applied: Applied) -> AccountResult:
    """Return what came of an apply; its plan where the reviewer did not agree."""
    plan, run = applied.planned.plan, applied.run
    if run is None:
        result = result_of(target, plan, ExitCode.OK)
    else:
        result = result_of(target, AppliedPlan(plan=plan, run=run), run.exit_code)
    return replace(result, warnings=applied.planned.warnings, reminder=_reminder(applied))


def _reminder(applied: Applied) -> str:
    if applied.applied_by:
        return f"The run {applied.applied_by} already applied this plan."
    if applied.base_problem:
        return (
            "The base was not written, so drift cannot report which side changed: "
            f"{applied.base_problem}"
        )
    return ""
