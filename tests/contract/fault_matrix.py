"""Measure the outcome of an apply under each fault at each call, and under each switch.

`python -m tests.contract.fault_matrix` tries every cell, minutes long, and writes
`docs/fault-matrix.md`; the tests try the first three tables whole and of the last one cell
a switch, and hold what they see to the page.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from schemactl.emulator.faults import parse_faults
from schemactl.emulator.switches import (
    Switches,
    describe_switches,
    parse_switch,
    set_switches,
)
from schemactl.model.event import CallFinished
from schemactl.model.run import OutcomeStatus, Run, RunStatus, VerdictStatus
from tests.contract.live import ALL_PERMISSIONS, Bench
from tests.contract.starts import Starts

PAGE: Final = Path(__file__).parents[2] / "docs" / "fault-matrix.md"
START = """\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Stage, type: tdrop, options: [New, Old]}
      - {name: Gone Soon, type: text}
  - name: Fair
    fields:
      - {name: Booth, type: text}
tags: [Lead, Stranger]
"""
GOAL = """\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Stage, type: tdrop, options: [New, Won]}
      - {name: Next Call, type: fulldate}
  - name: Events
    fields:
      - {name: Ticket, type: tdrop, options: [Early, Late]}
tags: [Customer]
removed:
  sections: [Fair]
  fields: [{section: Pipeline, name: Gone Soon}]
"""
WRITES = (
    "add_section",
    "edit_section",
    "add_dropdown",
    "remove_dropdown",
    "add_tag",
    "remove_tag",
    "remove_field",
    "remove_section",
)
REST_GOAL = f"""\
{GOAL.replace("tags: [Customer]", "tags: [Customer, {name: Guest, was: [Lead]}]")}\
  tags: [Stranger]
"""
REST_WRITES = (
    "fieldeditor_put",
    "fieldeditor_post",
    "fieldeditor_delete",
    "tag_create",
    "tag_rename",
    "tag_delete",
)
VALUE_WRITES: Final = {"update": "legacy", "contact_update": "rest"}
"""Requests that write into contacts, and the API of each."""
WRITE_FAULTS = (
    "no-answer-after-acting:seconds=0.1",
    "cut-before-acting",
    "cut-after-acting",
    "slow:seconds=0.1",
    "status-429:reset=1",
    "status-500",
    "status-502",
    "empty-body",
    "html",
    "half-body",
    "lying-success",
    "late:seconds=0.2",
)


SETTINGS: Final = tuple(
    f"{switch.name}={value}"
    for switch in describe_switches()
    if not switch.name.startswith("rest-") and not switch.concerns_contacts
    for value in switch.values
)
TRIED_AT_EVERY_CHANGE: Final = tuple(
    f"{switch.name}={switch.values[-1]}"
    for switch in describe_switches()
    if not switch.name.startswith("rest-") and not switch.concerns_contacts
)
"""One setting of each switch, none of them the default."""
CARRIER: Final = 1
DONE: Final = "done"
READ: Final = "settled by reading"
WAITED: Final = "waited, sent again"
STOPPED: Final = "stopped, finished by the next"
REPORTED: Final = "reported as not done, finished by the next"
UNSEEN: Final = "not seen: the tag stays on its carrier"
UNSEEN_LIE: Final = ("lying-success", "remove_tag")
"""No request of this wire shows which tags a contact has."""


TRIED_OVER_HTTP: Final = ("edit_section", "fieldeditor_post")
"""Requests whose faults are tried over HTTP; the other accounts answer in this process."""
COUNTED: Final = ("remove_field", "fieldeditor_delete")
"""Requests whose faults are tried while applies count who holds what."""


def sleep_under(fault: str) -> Callable[[float], None]:
    """Return a sleep that is long enough for what acts late under a fault, and no longer."""
    longest = 0.4 if fault.startswith(("late", "no-answer", "status-429")) else 0.02
    return lambda seconds: time.sleep(min(seconds, longest))


def assert_nothing_was_made_twice(bench: Bench) -> None:
    live = bench.snapshot()
    names = Counter(
        (section.name, field.name) for section in live.sections for field in section.fields
    )
    assert [name for name, count in names.items() if count > 1] == []
    sections = Counter(section.name for section in live.sections)
    assert [name for name, count in sections.items() if count > 1] == []
    for _, field in live.all_fields():
        assert len(set(field.options or ())) == len(field.options or ())


def assert_correctly_reported(bench: Bench, verdicts: dict[str, VerdictStatus]) -> None:
    """Hold every change that was called applied against a new plan."""
    open_changes = {change.id for change in bench.plan(*ALL_PERMISSIONS).changes}
    applied = {change for change, status in verdicts.items() if status is VerdictStatus.APPLIED}
    assert applied & open_changes == set()


def tried(
    starts: Starts,
    folder: Path,
    fault: str,
    request_type: str,
    *,
    setting: str | None = None,
    backend: str = "legacy",
) -> str:
    """Apply under a fault, then again without; check what must always hold, word what came."""
    switches, sleep = _switches(setting), sleep_under(fault)
    expected = left_without_fault(starts, setting, backend)
    with starts.bench(
        folder,
        START,
        switches=switches,
        sleep=sleep,
        backend=backend,
        over_http=request_type in TRIED_OVER_HTTP,
    ) as counting:
        bench = counting if request_type in COUNTED else counting.uncounted()
        bench.write(GOAL if backend == "legacy" else REST_GOAL)
        faults = bench.server.runtime.faults
        faults.add(parse_faults(f"{request_type}:{fault}:times=1"))
        run = bench.run()
        words = worded(run, bench)
        assert_correctly_reported(bench, {one.change: one.status for one in run.verdicts})
        faults.clear()
        bench.apply()
        assert left_over(bench) == expected
        assert_nothing_was_made_twice(bench)
        if tags_on_the_carrier(bench):
            assert (fault, request_type) == UNSEEN_LIE
            return UNSEEN
    return words


def tried_with_values(folder: Path, fault: str, request_type: str) -> str:
    """Fill a field from one that is removed, under a fault, then again without."""
    from tests.contract.test_counts import a_filled_bench
    from tests.contract.test_filling_fields import AFTER, REMOVED, SOURCE, held

    with a_filled_bench(folder, VALUE_WRITES[request_type]) as bench:
        bench.write(REMOVED)
        bench.events.clear()
        bench.server.runtime.faults.add(parse_faults(f"{request_type}:{fault}:times=1"))
        words = worded(bench.run(), bench)
        source, filled = held(bench, "Fax 2"), held(bench, "Industry")
        assert source == list(SOURCE.values()) or filled == AFTER
        bench.server.runtime.faults.clear()
        bench.forget_calls()
        bench.apply()
        assert held(bench, "Industry") == AFTER
        assert held(bench, "Fax 2") == []
    return words


def worded(run: Run, bench: Bench) -> str:
    """Return in a few words how the run ended under the fault."""
    ends = [event.outcome for event in bench.events if isinstance(event, CallFinished)]
    if run.status is RunStatus.STOPPED:
        return STOPPED
    if any(end.retry_after_s is not None for end in ends):
        return WAITED
    if any(end.status is not OutcomeStatus.DONE for end in ends):
        is_whole = run.status is RunStatus.COMPLETED
        return READ if is_whole else REPORTED
    return DONE if run.status is RunStatus.COMPLETED else REPORTED


def left_over(bench: Bench) -> frozenset[str]:
    """Return what a plan still asks for, by section, field or tag."""
    changes = bench.plan(*ALL_PERMISSIONS).changes
    return frozenset(change.id.partition("/")[2] for change in changes)


@cache
def left_without_fault(starts: Starts, setting: str | None, backend: str) -> frozenset[str]:
    """Return what two applies leave where nothing goes wrong: nothing, under most settings."""
    switches, sleep = _switches(setting), sleep_under("")
    with (
        tempfile.TemporaryDirectory() as folder,
        starts.bench(
            Path(folder), START, switches=switches, sleep=sleep, backend=backend
        ) as counting,
    ):
        bench = counting.uncounted()
        bench.write(GOAL if backend == "legacy" else REST_GOAL)
        for _ in range(2):
            bench.run()
        return left_over(bench)


def tags_on_the_carrier(bench: Bench) -> list[str]:
    with bench.server.runtime.account() as account:
        return [tag.name for tag in account.labels.tags_of(CARRIER)]


def _switches(setting: str | None) -> Switches:
    return Switches() if setting is None else set_switches(Switches(), (parse_switch(setting),))


def request_for(number: int) -> str:
    """Choose a call for a cell of the second table, so that all have their turn."""
    return WRITES[number % len(WRITES)]


def page(pool: ProcessPoolExecutor) -> Iterator[str]:
    """Write the page, row by row."""
    yield INTRODUCTION
    yield row("fault", *(f"`{one}`" for one in WRITES))
    yield row(*["---"] * (len(WRITES) + 1))
    for fault in WRITE_FAULTS:
        yield row(f"`{fault}`", *pool.map(_try, [fault] * len(WRITES), WRITES))
    yield REST_INTRODUCTION
    yield row("fault", *(f"`{one}`" for one in REST_WRITES))
    yield row(*["---"] * (len(REST_WRITES) + 1))
    for fault in WRITE_FAULTS:
        yield row(f"`{fault}`", *pool.map(_try_rest, [fault] * len(REST_WRITES), REST_WRITES))
    yield VALUES_INTRODUCTION
    yield row("fault", *(f"`{one}`" for one in VALUE_WRITES))
    yield row(*["---"] * (len(VALUE_WRITES) + 1))
    for fault in WRITE_FAULTS:
        words = pool.map(_try_values, [fault] * len(VALUE_WRITES), VALUE_WRITES)
        yield row(f"`{fault}`", *words)
    yield SETTINGS_INTRODUCTION
    yield row("setting", *(f"`{fault.partition(':')[0]}`" for fault in WRITE_FAULTS))
    yield row(*["---"] * (len(WRITE_FAULTS) + 1))
    for place, setting in enumerate(SETTINGS):
        requests = [request_for(place + number) for number in range(len(WRITE_FAULTS))]
        yield row(
            f"`{setting}`",
            *pool.map(_try, WRITE_FAULTS, requests, [setting] * len(WRITE_FAULTS)),
        )


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _try(fault: str, request_type: str, setting: str | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return tried(*_folders(folder), fault, request_type, setting=setting)


def _try_rest(fault: str, request_type: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return tried(*_folders(folder), fault, request_type, backend="rest")


def _try_values(fault: str, request_type: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return tried_with_values(Path(folder), fault, request_type)


def _folders(folder: str) -> tuple[Starts, Path]:
    """Make the folders of one cell, which starts again."""
    cell, starts = Path(folder, "cell"), Path(folder, "starts")
    cell.mkdir()
    starts.mkdir()
    return Starts(starts), cell


INTRODUCTION: Final = """\
# The outcome of each fault

`python -m tests.contract.fault_matrix` measures every cell. Every run of the tests measures the
first three tables again, and one cell per switch of the last. In each cell, an apply with all
kinds of calls meets one fault at one call; then the fault is removed and `apply` runs again.
Each time the test checks that no change is reported as applied that the account does not show,
that nothing is created twice, that no tag is left on its carrier contact, and that after the
second apply the account is as it would be without the fault.

- *done*: the call or its answer was only slow.
- *settled by reading*: the answer was lost or a refusal; the account showed the effect, and the
  run continued to its end.
- *waited, sent again*: the server said "too many calls"; the account did not show the effect,
  so the call was sent again.
- *reported as not done*: the account does not show it; the rest was done as far as that is
  safe; exit 5.
- *stopped*: the outcome could not be settled by reading; nothing more was sent; exit 5.
- *not seen*: the server reports that it removed a tag from the carrier contact, but did not. No
  request of this API shows the tags of a contact. The tag exists, which is what the files ask
  for, but the contact still has it.

## Each fault at each call of the Contacts API
"""
REST_INTRODUCTION: Final = """
## Each fault at each call of the REST API
"""
VALUES_INTRODUCTION: Final = """
## Each fault at each request that writes into contacts

A field is filled from one that is removed: `update` writes many contacts over the Contacts API,
`contact_update` one over the REST API. Each batch is read again, so that most answers make no
difference. In each cell the source had all its values until every contact had the new one, and
after the second apply every contact has it.
"""
SETTINGS_INTRODUCTION: Final = """
## Each fault under each setting of each switch of the Contacts API

What is unknown about the real service is a switch of the [emulator](emulator.md). The call with
the fault changes from cell to cell, so that each call is used.

The second apply has the same setting: *finished* means that the account is as after two applies
under that setting without a fault. With `extra-decode=off` the account is unchanged, because
every write is refused.
"""


def main() -> None:
    """Write the page to stdout, a row at a time: the whole takes minutes."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for line in page(pool):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
