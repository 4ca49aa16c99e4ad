"""A saved plan of many accounts: a folder with a plan file for each, and a list of them.

The list has the digest of each plan, so that no file can be missing, added, exchanged or
changed without being noticed before the first call. Names of files come from names of accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NoReturn, TypedDict

import schemactl
from schemactl.errors import OutputError, PlanFileError
from schemactl.model.fleet import AccountFailure
from schemactl.model.plan import JsonObject, JsonValue, Plan
from schemactl.store.files import write_file
from schemactl.store.own_file import OwnFile
from schemactl.store.plan import digest_of, load_plan, plan_digest, plan_text
from schemactl.text import and_list, quoted_short
from schemactl.values import dataclass

LISTING: Final = "_plans.json"
"""The list of the files; no account has such a name."""
_SUFFIX: Final = ".json"
_MAX_LISTED: Final = 5


class _ErrorDocument(TypedDict):
    message: str
    hint: str | None


class _EntryDocument(TypedDict):
    account: str
    file: str | None
    digest: str | None
    empty: bool
    error: _ErrorDocument | None


class _FleetPlanDocument(TypedDict):
    format_version: int
    kind: str
    version: str
    accounts: list[_EntryDocument]
    digest: str


_FILE: Final[OwnFile[_FleetPlanDocument]] = OwnFile(
    kind="fleet-plan",
    version=1,
    max_bytes=200_000_000,
    error=PlanFileError,
    remedy="plan again into an empty folder",
    code="invalid-plan: ",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """The plan of one account in the folder.

    Attributes:
        account: The name of the account.
        path: Where its file is.
        plan: The plan, or why there is none.
    """

    account: str
    path: Path
    plan: Plan | AccountFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """All plans of a folder.

    Attributes:
        plans: In the order of the project when they were made.
        digest: Of the list, and so of every plan.
    """

    plans: tuple[SavedPlan, ...]
    digest: str


def has_work(plan: Plan) -> bool:
    """Whether applying a plan does anything in its account or its protection."""
    return bool(plan.calls or plan.first or plan.ends_protection)


def plan_path(folder: Path, account: str) -> Path:
    """Return where the plan of an account is."""
    return folder / f"{account}{_SUFFIX}"


def save_fleet_plan(folder: Path, plans: Iterable[tuple[str, Plan | AccountFailure]]) -> None:
    """Write the plans, and then the list: a folder without it is no saved plan.

    An earlier saved plan in the folder is replaced as a whole.

    Raises:
        OutputError: The folder holds something else, or cannot be written.
    """
    _clear(folder)
    entries = [_saved(folder, account, plan) for account, plan in plans]
    members: JsonObject = {"version": schemactl.__version__, "accounts": tuple(entries)}
    document = _FILE.document(members)
    text = _FILE.text({**members, "digest": digest_of(document)})
    write_file(folder / LISTING, text, make_folders=True)


def _saved(folder: Path, account: str, plan: Plan | AccountFailure) -> JsonValue:
    if isinstance(plan, AccountFailure):
        error = {"message": plan.message, "hint": plan.hint}
        return {"account": account, "file": None, "digest": None, "empty": True, "error": error}
    path = plan_path(folder, account)
    write_file(path, plan_text(plan), make_folders=True)
    return {
        "account": account,
        "file": path.name,
        "digest": plan_digest(plan),
        "empty": not has_work(plan),
        "error": None,
    }


def _clear(folder: Path) -> None:
    """Remove an earlier saved plan; its list first, so that the rest cannot be applied.

    Raises:
        OutputError: The folder holds something else.
    """
    if not folder.exists():
        return
    listing, known = folder / LISTING, set[str]()
    try:
        if listing.exists():
            entries = _FILE.load(listing)["accounts"]
            # Only what a saved plan can have: a forged list has no other file deleted.
            known = {plan_path(folder, one["account"]).name for one in entries}
        strange = sorted({path.name for path in folder.iterdir()} - known - {LISTING})
        if strange:
            msg = f"{folder} holds something else than saved plans: {_some(strange)}"
            raise OutputError(msg, hint="choose an empty folder")
        for path in (listing, *(folder / name for name in sorted(known))):
            path.unlink(missing_ok=True)
    except PlanFileError as error:
        msg = f"{listing} is not a list of saved plans, so nothing in {folder} was replaced"
        raise OutputError(msg, hint="choose an empty folder") from error
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror}"
        raise OutputError(msg) from error


def load_fleet_plan(folder: Path) -> FleetPlan:
    """Read all plans of a folder, each held to the list.

    Raises:
        PlanFileError: A plan is missing, added, exchanged or changed, or the list was edited.
    """
    listing = folder / LISTING
    if not listing.exists():
        msg = (
            f"invalid-plan: {folder} is not a saved plan of many accounts: it has no {LISTING}"
        )
        raise PlanFileError(msg, hint="make one with `schemactl plan --all --out FOLDER`")
    document = _FILE.load(listing)
    found = _names_of_plans(folder)
    stated = document["digest"]
    rest = {name: value for name, value in document.items() if name != "digest"}
    if digest_of(rest) != stated:
        _refuse(f"{listing} was edited")
    _refuse_other_files(folder, found, document["accounts"])
    return FleetPlan(plans=tuple(_loaded(folder, document["accounts"])), digest=stated)


def _names_of_plans(folder: Path) -> frozenset[str]:
    try:
        names = {path.name for path in folder.iterdir() if path.suffix == _SUFFIX}
    except OSError as error:
        msg = f"invalid-plan: {folder} cannot be read: {error.strerror}"
        raise PlanFileError(msg) from error
    return frozenset(names - {LISTING})


def _refuse_other_files(
    folder: Path, found: frozenset[str], entries: Iterable[_EntryDocument]
) -> None:
    """Refuse a list with an account twice, and plan files that are missing or added."""
    names = [entry["account"] for entry in entries]
    if len(set(names)) != len(names):
        _refuse(f"{folder / LISTING} has an account twice")
    listed = {str(entry["file"]) for entry in entries if entry["file"] is not None}
    for words, wrong in (("is missing", listed - found), ("was added", found - listed)):
        if wrong:
            _refuse(f"in {folder}, {_some(sorted(wrong))} {words}")
    # A pipe would be waited for.
    other = sorted(name for name in found if not (folder / name).is_file())
    if other:
        _refuse(f"in {folder}, {_some(other)} is not a regular file")


def _loaded(folder: Path, entries: Iterable[_EntryDocument]) -> Iterator[SavedPlan]:
    for entry in entries:
        account, path = entry["account"], plan_path(folder, entry["account"])
        if entry["error"] is not None:
            error = entry["error"]
            failure = AccountFailure(
                message=f"there is no plan for it: {error['message']}", hint=error["hint"]
            )
            yield SavedPlan(account=account, path=path, plan=failure)
            continue
        if entry["file"] != path.name:
            _refuse(f"{folder / LISTING} names another file for {quoted_short(account)}")
        plan = load_plan(path)
        if plan.account != account or plan_digest(plan) != entry["digest"]:
            _refuse(f"{path} is not the plan that was saved for {quoted_short(account)}")
        if has_work(plan) is entry["empty"]:
            _refuse(f"{folder / LISTING} contradicts {path}")
        yield SavedPlan(account=account, path=path, plan=plan)


def _refuse(what: str) -> NoReturn:
    msg = f"invalid-plan: {what}; nothing was changed"
    raise PlanFileError(msg, hint="plan again, and review the new plans")


def _some(names: list[str]) -> str:
    shown = [quoted_short(name) for name in names[:_MAX_LISTED]]
    rest = len(names) - _MAX_LISTED
    return f"{', '.join(shown)} and {rest:,} more" if rest > 0 else and_list(shown)
