"""Merge the results of all shards of a run into the result that the whole run would have had.

Files that do not make one run together are refused, with what is missing, twice or different.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import schemactl
from schemactl.fleet.project_digest import project_digest
from schemactl.fleet.shard_part import ShardPart, contradiction, read_part
from schemactl.model.fleet import AccountResult, FleetResult, WholeRun
from schemactl.model.json_text import compact_json
from schemactl.model.rollout import merge_waves
from schemactl.model.shard import Shard
from schemactl.store.fleet_file import ShardFileError
from schemactl.text import and_list

if TYPE_CHECKING:
    from schemactl.project import Account, Project

_MAX_LISTED: Final = 20


def whole_run(
    project: Project, chosen: Sequence[Account], shard: Shard, options: tuple[str, ...]
) -> WholeRun:
    """Return what a shard of a run records for the merge.

    Args:
        project: The project.
        chosen: The accounts of all shards.
        shard: The one to work on.
        options: The options that decide on a result.
    """
    names = [account.name for account in chosen]
    return WholeRun(
        shard=shard,
        chosen=len(names),
        places=tuple(place for place, name in enumerate(names, start=1) if shard.has(name)),
        choice=_digest(names),
        project=project_digest(project),
        version=schemactl.__version__,
        options=options,
    )


def merge_shards(paths: Sequence[Path]) -> FleetResult:
    """Return the result of the whole run.

    Raises:
        ShardFileError: A file is no result of a shard, contradicts itself, or is of another
            run than the others; or a shard is missing or there twice.
    """
    parts = [read_part(path) for path in paths]
    first = parts[0]
    for part in parts[1:]:
        _refuse_other_run(first, part)
    _refuse_incomplete(parts)
    results = _in_order(parts, first)
    in_order = sorted(parts, key=lambda part: part.whole.shard.number)
    stopped = _stopped(in_order)
    waves = merge_waves(
        [part.fleet.waves for part in in_order], [result.account for result in results]
    )
    is_divided = len(waves) > 1 or bool(stopped)
    return FleetResult(
        command=first.fleet.command,
        results=results,
        strict=first.fleet.strict,
        waves=waves if is_divided else (),
        stopped=stopped,
    )


def _stopped(parts: Sequence[ShardPart]) -> str:
    """Return why the roll-out of each shard stopped that did; empty if none did."""
    reasons: dict[str, list[str]] = {}
    for part in parts:
        if part.fleet.stopped:
            reasons.setdefault(part.fleet.stopped, []).append(str(part.whole.shard))
    return "; ".join(
        f"{reason} (shard {and_list(shards)})" for reason, shards in reasons.items()
    )


def _refuse_other_run(first: ShardPart, part: ShardPart) -> None:
    """Refuse a file that is of another run than the first one."""
    one, other = first.whole, part.whole
    differences = {
        "another command": first.fleet.command != part.fleet.command,
        "another number of shards": one.shard.count != other.shard.count,
        "another version of schemactl": one.version != other.version,
        "other files of the project": one.project != other.project,
        "other accounts": (one.choice, one.chosen) != (other.choice, other.chosen),
        "other options": (one.options, first.fleet.strict)
        != (other.options, part.fleet.strict),
    }
    found = [words for words, differs in differences.items() if differs]
    if found:
        msg = f"{part.file} is of another run than {first.file}: it has {and_list(found)}"
        raise ShardFileError(msg, hint="run all shards with one command on one commit")


def _refuse_incomplete(parts: Sequence[ShardPart]) -> None:
    """Refuse files that do not have each shard once."""
    files: dict[int, str] = {}
    for part in parts:
        number = part.whole.shard.number
        if number in files:
            msg = f"{files[number]} and {part.file} are both of shard {part.whole.shard}"
            raise ShardFileError(msg, hint="name the result of each shard once")
        files[number] = part.file
    count = parts[0].whole.shard.count
    missing = [number for number in range(1, count + 1) if number not in files]
    if missing:
        some = [f"{number}/{count}" for number in missing[:_MAX_LISTED]]
        more = len(missing) - len(some)
        words = f"{', '.join(some)} and {more:,} more" if more else and_list(some)
        msg = f"no file has shard {words}"
        raise ShardFileError(msg, hint="name the files of all shards, also of empty ones")


def _in_order(parts: Sequence[ShardPart], first: ShardPart) -> tuple[AccountResult, ...]:
    """Return the results of all accounts in the project's order."""
    results = {
        place: result
        for part in parts
        for place, result in zip(part.whole.places, part.fleet.results, strict=True)
    }
    entries = sum(len(part.fleet.results) for part in parts)
    places = list(range(1, first.whole.chosen + 1))
    if sorted(results) != places or entries != first.whole.chosen:
        raise contradiction(first.file, "and the other files do not have each account once")
    ordered = tuple(results[place] for place in places)
    if _digest([result.account for result in ordered]) != first.whole.choice:
        raise contradiction(first.file, "and the other files have other accounts than the run")
    return ordered


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256(compact_json({"names": names}).encode("utf-8")).hexdigest()
