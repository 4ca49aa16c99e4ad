"""What a worker of a cluster does with an order: it has project and credentials itself.

The project is in the folder that `SCHEMACTL_PROJECT` names on the worker, or else in the one
in which the worker was started. Nothing in an order names a path.
"""

from __future__ import annotations

import os
import pickle
import time
from collections import OrderedDict
from pathlib import Path
from threading import Event, Lock
from typing import Final

import schemactl
from schemactl.account.target import Target
from schemactl.cli.crash import keep_bug
from schemactl.cli.process import this_host
from schemactl.desired.lint.shared import SharedFiles
from schemactl.desired.parsed_files import ParsedFiles
from schemactl.errors import SchemactlError
from schemactl.fleet.cluster_run import Answer, Expected
from schemactl.fleet.project_digest import project_digest
from schemactl.fleet.runner import result_or_failure
from schemactl.fleet.state_proof import ProofWords, state_refusal
from schemactl.fleet.work import Work
from schemactl.project import Project, load_project
from schemactl.values import dataclass, field

PROJECT_VARIABLE: Final = "SCHEMACTL_PROJECT"
_CHECKED_S: Final = 30.0
"""How long the files of a project count as unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """The project of a worker as it was read last.

    Attributes:
        run: The run that it was read for.
        checked_at: When, by the monotonic clock.
        digest: The digest of its files.
        state_refusal: Why the state is not that of the run; empty if it is, or none is needed.
        project: The project.
        parsed_files: Schema files that accounts share.
        shared_files: Sets of schema files that accounts share.
    """

    run: str
    checked_at: float
    digest: str
    state_refusal: str
    project: Project
    parsed_files: ParsedFiles
    shared_files: SharedFiles


_lock: Final = Lock()
_opened: dict[Path, _Opened] = {}


def refusal(version: str, project: str, run: str, proof: ProofWords) -> str:
    """Return why this worker refuses every order of a run; empty if it does not.

    Args:
        version: The version of schemactl that the run has.
        project: The digest of the files of its project.
        run: A word for the run.
        proof: What has to be found in the state.
    """
    found = _expected_project(version, project, run, proof)
    return found if isinstance(found, str) else ""


def _expected_project(version: str, project: str, run: str, proof: ProofWords) -> _Opened | str:
    """Return the project that a run is about, or why this worker does not have it."""
    if version != schemactl.__version__:
        return f"has schemactl {schemactl.__version__}, and not {version}"
    folder = _folder()
    try:
        opened = _open(folder, run, proof)
    except SchemactlError as error:
        return f"has no valid project in {folder}: {str(error).partition(chr(10))[0]}"
    if opened.digest != project:
        return f"has other files of the project in {folder}"
    return opened.state_refusal or opened


def perform(
    expected: Expected, step: str, account: str, work: bytes, flags: tuple[bool, bool]
) -> Answer:
    """Execute an order; takes the values of `Order.words`."""
    opened = _expected_project(*expected)
    if isinstance(opened, str):
        return "refused", opened
    (prune, counts), state = flags, _step(step)
    target = _target(opened, account, state.halt)
    target = target.with_prune(prune=True) if prune else target
    target = target if counts else target.without_counts()
    act: Work = pickle.loads(work)  # noqa: S301 -- a scheduler's client runs what it likes anyway
    if state.is_held.is_set():
        return "held", "started" if _was_started(act, target) else ""
    result = result_or_failure(target, act, keep_bug)
    return "done", pickle.dumps(result, protocol=4)


def hold(step: str, halts: bool) -> None:  # noqa: FBT001 -- as Dask passes it on
    """Start no other order of a step; with `halts`, end those in progress after their call."""
    state = _step(step)
    state.is_held.set()
    if halts:
        state.halt.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Whether orders of a step may start, and must end."""

    is_held: Event = field(default_factory=Event)
    halt: Event = field(default_factory=Event)


_MAX_STEPS: Final = 64
_steps_lock: Final = Lock()
_steps: OrderedDict[str, _Step] = OrderedDict()


def _step(name: str) -> _Step:
    """Return what is known of a step; the last ones are kept."""
    with _steps_lock:
        state = _steps.setdefault(name, _Step())
        _steps.move_to_end(name)
        if len(_steps) > _MAX_STEPS:
            _steps.popitem(last=False)
        return state


def _was_started(work: Work, target: Target) -> bool:
    """Whether an earlier worker may have made calls for an account, before it was lost."""
    try:
        return work.was_started(target)
    except SchemactlError:
        return True


def _target(opened: _Opened, account: str, halt: Event) -> Target:
    return Target(
        project=opened.project,
        account=opened.project.account(account),
        host=this_host(is_interrupted=halt.is_set),
        parsed_files=opened.parsed_files,
        shared_files=opened.shared_files,
    )


def _folder() -> Path:
    return Path(os.environ.get(PROJECT_VARIABLE) or Path.cwd())


def _open(folder: Path, run: str, proof: ProofWords) -> _Opened:
    """Return the project in a folder, read again for each run and after some time.

    Raises:
        InvalidFilesError: There is none, or it breaks a rule.
    """
    with _lock:
        known, now = _opened.get(folder), time.monotonic()
        is_recent = known is not None and now < known.checked_at + _CHECKED_S
        if known is not None and is_recent and known.run == run and not known.state_refusal:
            return known
        project = load_project(folder)
        host = this_host()
        targets = [Target(project=project, account=one, host=host) for one in project.accounts]
        opened = _Opened(
            run=run,
            checked_at=now,
            digest=project_digest(project),
            state_refusal=state_refusal(targets, proof),
            project=project,
            parsed_files=ParsedFiles(),
            shared_files=SharedFiles(),
        )
        _opened[folder] = opened
        return opened
