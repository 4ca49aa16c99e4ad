"""Take drift into the files, and find out which ways out of it work.

Above the stages, because each way is tried: a report offers nothing that would be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.backend.interface import LiveState
from schemactl.desired.load import Loaded
from schemactl.stages import Given, Target, find_drift, load_files

if TYPE_CHECKING:
    from schemactl.model.drift import Drift
    from schemactl.rewrite.taking import Copy, FileEdit


def take_into_files(
    target: Target, given: Given, live: LiveState, titles: Sequence[str]
) -> tuple[FileEdit, ...]:
    """Write what the account has of some items into the files, on a copy of them.

    After each item the copy is read again: that item must agree, and nothing else differ
    that did not before.

    Raises:
        UsageError: There is no such item, or the files say it in a form that wants a person.
    """
    copy = _copy_of(target, given, live)
    copy.take_all(titles)
    return tuple(
        edit._replace(shared_with=_sharing(target, edit.path)) for edit in copy.edits()
    )


def _copy_of(target: Target, given: Given, live: LiveState) -> Copy:
    from schemactl.report.wording import visible
    from schemactl.rewrite.taking import Copy

    def drift_now(loaded: Loaded) -> Drift:
        return find_drift(target, replace(given, loaded=loaded), live)

    return Copy(
        target.project.folder,
        given.loaded,
        live.schema,
        load=partial(load_files, target),
        drift_of=drift_now,
        printed=visible,
    )


def _sharing(target: Target, path: Path) -> tuple[str, ...]:
    """Return the names of other accounts of the project that have a file too."""
    from schemactl.desired.find import find_files

    folder = target.project.folder
    return tuple(
        account.name
        for account in target.project.accounts
        if account.name != target.account.name
        and any(
            path.samefile(folder / name) for name in find_files(folder, account.schema, (), [])
        )
    )
