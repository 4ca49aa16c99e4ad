"""What a worker of a cluster does with an order: it has project and credentials itself.

The project is in the folder that `SCHEMACTL_PROJECT` names on the worker, or else in the one
in which the worker was started. Nothing in an order names a path.
"""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path
from threading import Lock
from typing import Final

import schemactl
from schemactl.account.target import Target
from schemactl.cli.crash import keep_bug
from schemactl.cli.process import this_host
from schemactl.desired.lint.shared import SharedFiles
from schemactl.desired.parsed_files import ParsedFiles
from schemactl.errors import SchemactlError
from schemactl.fleet.cluster_run import Answer
from schemactl.fleet.project_digest import project_digest
from schemactl.fleet.runner import result_or_failure
from schemactl.fleet.work import Work
from schemactl.project import Project, load_project
from schemactl.values import dataclass

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
        project: The project.
        parsed_files: Schema files that accounts share.
        shared_files: Sets of schema files that accounts share.
    """

    run: str
    checked_at: float
    digest: str
    project: Project
    parsed_files: ParsedFiles
    shared_files: SharedFiles


_lock: Final = Lock()
_opened: dict[Path, _Opened] = {}


def refusal(version: str, project: str, run: str) -> str:
    """Return why this worker refuses every order of a run; empty if it does not.

    Args:
        version: The version of schemactl that the run has.
        project: The digest of the files of its project.
        run: A word for the run.
    """
    if version != schemactl.__version__:
        return f"has schemactl {schemactl.__version__}, and not {version}"
    folder = _folder()
    try:
        digest = _open(folder, run).digest
    except SchemactlError as error:
        return f"has no valid project in {folder}: {str(error).partition(chr(10))[0]}"
    return "" if digest == project else f"has other files of the project in {folder}"


def perform(
    expected: tuple[str, str, str], account: str, work: bytes, flags: tuple[bool, bool]
) -> Answer:
    """Execute an order; takes the values of `Order.words`."""
    if why := refusal(*expected):
        return "refused", why
    *_, run = expected
    prune, counts = flags
    opened = _open(_folder(), run)
    target = Target(
        project=opened.project,
        account=opened.project.account(account),
        host=this_host(),
        parsed_files=opened.parsed_files,
        shared_files=opened.shared_files,
    )
    target = target.with_prune(prune=True) if prune else target
    target = target if counts else target.without_counts()
    act: Work = pickle.loads(work)  # noqa: S301 -- a scheduler's client runs what it likes anyway
    result = result_or_failure(target, act, keep_bug)
    return "done", pickle.dumps(result, protocol=4)


def _folder() -> Path:
    return Path(os.environ.get(PROJECT_VARIABLE) or Path.cwd())


def _open(folder: Path, run: str) -> _Opened:
    """Return the project in a folder, read again for each run and after some time.

    Raises:
        InvalidFilesError: There is none, or it breaks a rule.
    """
    with _lock:
        known, now = _opened.get(folder), time.monotonic()
        if known is not None and known.run == run and now < known.checked_at + _CHECKED_S:
            return known
        project = load_project(folder)
        opened = _Opened(
            run=run,
            checked_at=now,
            digest=project_digest(project),
            project=project,
            parsed_files=ParsedFiles(),
            shared_files=SharedFiles(),
        )
        _opened[folder] = opened
        return opened
