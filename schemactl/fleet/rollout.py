"""A roll-out: an apply to many accounts wave by wave, which stops after a failure.

The same command goes on: what is done is found in the accounts and their journals, and the
record in the state store says since when, and when the next wave may start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from schemactl.account.target import Target
from schemactl.errors import ExitCode
from schemactl.fleet.applying import FleetReview, ReviewedTask, apply_reviewed
from schemactl.fleet.brake import Brake
from schemactl.fleet.work import Engine
from schemactl.model.fleet import AccountResult, AppliedPlan
from schemactl.model.rollout import RolloutRules, Wave, assign_waves
from schemactl.pipeline import read_journals
from schemactl.store.rollout_file import (
    RolloutRecord,
    essence_of,
    read_rollout,
    rollout_file,
    update_rollout,
)
from schemactl.store.state.interface import StateFile
from schemactl.text import counted, date_and_time
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A roll-out that starts or continues.

    Attributes:
        rules: The rules of the project.
        waves: The waves that have accounts.
        review: The plans of all accounts.
        record: What is known of it.
        file: Where the record is kept; None for an undo, which is no roll-out itself.
        goes_on: Whether an earlier command started it.
        environ: Environment variables, a few of which are passed to git.
        replaced: When the finished roll-out before it was started; None without one.
    """

    rules: RolloutRules
    waves: tuple[Wave, ...]
    review: FleetReview
    record: RolloutRecord
    file: StateFile | None
    goes_on: bool
    environ: Mapping[str, str]
    replaced: datetime | None = None

    def keep(self, record: RolloutRecord) -> None:
        """Write the record, where one is kept, with the runs of another apply at the same time.

        Raises:
            RolloutFileError: The record that is there is invalid, or in git.
        """
        if self.file is None:
            return

        def joined(other: RolloutRecord | None) -> RolloutRecord:
            is_same = other is not None and other.started != self.replaced
            return record.with_runs_of(other) if other is not None and is_same else record

        update_rollout(self.file, joined, environ=self.environ)

    @property
    def settled(self) -> tuple[AccountResult, ...]:
        """The results of accounts that need no agreement: done before, or without a plan."""
        waiting = {one.task.name for one in self.review.waiting}
        return tuple(one for one in self.review.results if one.account not in waiting)

    def waiting_in(self, wave: Wave) -> tuple[ReviewedTask, ...]:
        """Return the tasks of a wave that are left to do."""
        names = frozenset(wave.accounts)
        return tuple(one for one in self.review.waiting if one.task.name in names)

    def failed_in(self, wave: Wave) -> int:
        """Return how many accounts of a wave have no plan."""
        names = frozenset(wave.accounts)
        return sum(one.failed for one in self.review.results if one.account in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledOut:
    """What came of a roll-out so far.

    Attributes:
        results: Those of the accounts that were started, or would have been.
        stopped: Why it did not come to its end; empty if it did.
    """

    results: tuple[AccountResult, ...]
    stopped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenWaves:
    """What happens between two waves.

    Attributes:
        ask: Asks whether to go on with a wave; None if there is nobody to ask.
        now: Returns the time.
        one_wave: Whether to apply only one wave.
    """

    ask: Callable[[Wave, int], bool] | None
    now: Callable[[], datetime]
    one_wave: bool = False


def open_rollout(
    targets: Sequence[Target], review: FleetReview, rules: RolloutRules | None
) -> Rollout:
    """Find out whether the roll-out goes on or starts now.

    It goes on if it has the same accounts and waves, and each plan does what it did when the
    roll-out was started, unless the account was applied since.

    Raises:
        RolloutFileError: The record of the last one is invalid, or in git.
    """
    from schemactl.account.state_paths import rollouts_folder

    rules = rules or RolloutRules()
    accounts = [(one.account.name, one.account.labels) for one in targets]
    names, host = [name for name, _ in accounts], targets[0].host
    file = rollout_file(rollouts_folder(targets[0].state), names)
    plans = dict.fromkeys(names, "")
    plans |= {one.task.name: essence_of(one.plan) for one in review.waiting}
    found = read_rollout(file, environ=host.environ)
    waves = assign_waves(rules.waves, accounts)
    goes_on = found is not None and _is_same(found, plans, waves, rules, targets)
    # If it was not finished and continues with other plans, an undo reverses both.
    runs = {} if found is None or found.finished else found.runs
    ended = _ended_before(waves, review, targets) if rules.pause_h else {}
    new = RolloutRecord(
        started=host.now(), waves=rules.waves, plans=plans, runs=runs, ended=ended
    )
    return Rollout(
        rules=rules,
        waves=waves,
        review=review,
        record=found if found is not None and goes_on else new,
        file=file,
        goes_on=goes_on,
        environ=host.environ,
        replaced=found.started if found is not None and found.finished else None,
    )


def _ended_before(
    waves: Sequence[Wave], review: FleetReview, targets: Sequence[Target]
) -> dict[int, datetime]:
    """Return when the first waves were applied that have nothing left to do, by journals.

    No record says so: it was of other accounts or plans, or is lost. The pause counts all the
    same.
    """
    left = {one.task.name for one in review.waiting}
    ended: dict[int, datetime] = {}
    for wave in waves:
        if not left.isdisjoint(wave.accounts):
            break
        own = [one for one in targets if one.account.name in wave.accounts]
        times = [run.started for run in read_journals(own)]
        if times:
            ended[wave.number] = max(times)
    return ended


def without_waves(targets: Sequence[Target], review: FleetReview) -> Rollout:
    """Return a roll-out of one wave that nobody records."""
    rules, names = RolloutRules(), tuple(target.account.name for target in targets)
    started = targets[0].host.now()
    return Rollout(
        rules=rules,
        waves=assign_waves(rules.waves, [(name, ()) for name in names]),
        review=review,
        record=RolloutRecord(started=started, waves=rules.waves, plans={}),
        file=None,
        goes_on=False,
        environ=targets[0].host.environ,
    )


def _is_same(
    record: RolloutRecord,
    plans: dict[str, str],
    waves: Sequence[Wave],
    rules: RolloutRules,
    targets: Sequence[Target],
) -> bool:
    if record.finished or record.waves != rules.waves or set(record.plans) != set(plans):
        return False
    ended = {name for wave in waves if wave.number in record.ended for name in wave.accounts}
    other = [
        target
        for target in targets
        if plans[target.account.name] not in {"", record.plans[target.account.name]}
    ]
    return all(
        # Work in a wave that ended is new; work in other waves may be left from before.
        target.account.name not in ended and _was_applied_since(target, record.started)
        for target in other
    )


def _was_applied_since(target: Target, start: datetime) -> bool:
    # The record has whole seconds.
    earliest = start.replace(microsecond=0)
    return any(run.started >= earliest for run in read_journals([target]))


def roll_out(run: Engine, rollout: Rollout, between: BetweenWaves) -> RolledOut:
    """Apply wave by wave, until one stops the roll-out or there must be a pause.

    Raises:
        OutputError: The record cannot be written.
    """
    record, brake = rollout.record, Brake(limit=rollout.rules.stop_after)
    results: list[AccountResult] = []
    stopped, made = "", 0
    rollout.keep(record)
    for wave in rollout.waves:
        brake.count(rollout.failed_in(wave))
        tasks = rollout.waiting_in(wave)
        if tasks and not stopped:
            stopped = brake.reason or _pause(rollout, record, wave, between, made=made)
        if not tasks or stopped:
            results += [_left(one, between, made=made, brake=brake) for one in tasks]
            continue
        done = apply_reviewed(run, tasks, brake=brake)
        results += done
        made += 1
        record = record.with_runs(
            {
                one.account: one.outcome.run.id
                for one in done
                if isinstance(one.outcome, AppliedPlan)
            }
        )
        if run.halt.is_set() and not _is_end(rollout, wave, done):
            stopped = "it was interrupted"
        elif brake.reason:
            stopped = brake.reason
        else:
            record = record.with_end(wave.number, between.now())
        rollout.keep(record)
    stopped = stopped or brake.reason
    is_done = all(one.exit_code is ExitCode.OK for one in (*results, *rollout.settled))
    rollout.keep(replace(record, finished=is_done and not stopped))
    return RolledOut(results=tuple(results), stopped=stopped)


def _is_end(rollout: Rollout, wave: Wave, done: Sequence[AccountResult]) -> bool:
    """Whether a wave completed the roll-out: a signal during its last calls stopped nothing."""
    later = (one for one in rollout.waves if one.number > wave.number)
    is_last = not any(map(rollout.waiting_in, later))
    return is_last and all(one.exit_code is ExitCode.OK for one in done)


def _pause(
    rollout: Rollout,
    record: RolloutRecord,
    wave: Wave,
    between: BetweenWaves,
    *,
    made: int,
) -> str:
    """Return why a wave must not start now; empty if it may."""
    name = f"wave {wave.number} of {len(rollout.waves)} ({wave.name})"
    if between.one_wave and made:
        return f"{name} is next"
    ends = [at for number, at in record.ended.items() if number < wave.number]
    if ends and rollout.rules.pause_h:
        start = max(ends) + timedelta(hours=rollout.rules.pause_h)
        if between.now() < start:
            return f"{name} may start on {date_and_time(start.isoformat())}"
    if not made or not rollout.rules.asks:
        return ""
    if between.ask is None:
        return f"{name} is next, and there is no terminal to ask on"
    number = len(rollout.waiting_in(wave))
    return "" if between.ask(wave, number) else f"you did not agree to {name}"


def _left(
    one: ReviewedTask, between: BetweenWaves, *, made: int, brake: Brake
) -> AccountResult:
    """Return the result of an account whose turn has not come."""
    is_fine = between.one_wave and made and not brake.reason
    return one.not_started(ExitCode.OK if is_fine else ExitCode.STOPPED)


def waves_in_words(rollout: Rollout) -> str:
    """Return the waves that are left, each with the number of its accounts; empty for one."""
    left = [(wave, len(rollout.waiting_in(wave))) for wave in rollout.waves]
    parts = [f"{wave.name}: {number:,}" for wave, number in left if number]
    if len(rollout.waves) == 1:
        return ""
    return f"in {counted(len(parts), 'wave')} ({', '.join(parts)})"
