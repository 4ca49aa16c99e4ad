"""What a process is asked to do: the words between the tests and the zygote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from typing import Any, Final, Self

JOURNALS: Final = ".schemactl/journal"
VAULT: Final = ".schemactl/vault"


@unique
class TroubleKind(StrEnum):
    """What can happen at a step of writing a watched file."""

    KILLED_BEFORE = "killed-before"
    KILLED_HALFWAY = "killed-halfway"
    KILLED_AFTER = "killed-after"
    FULL = "full"
    FULL_HALFWAY = "full-halfway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Trouble at one step of writing watched files; steps count from 1."""

    step: int
    kind: TroubleKind

    @classmethod
    def read(cls, members: Mapping[str, Any]) -> Self:
        """Read it as `asdict` wrote it."""
        return cls(step=members["step"], kind=TroubleKind(members["kind"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """One process to be made.

    Attributes:
        number: Its name between tests and zygote.
        argv: Arguments of the command.
        folder: Where it runs.
        environ: All of its environment.
        out: File for its stdout.
        err: File for its stderr.
        watched: Part of the paths of the files whose writing is counted in steps.
        trouble: What befalls it while it writes them.
        cuts: Moments of writing them at which it waits for its files to be copied.
        cuts_to: Address that it reports each of these moments to.
        steps_to: File that gets a line for each step of writing them.
        most_bytes: No file may grow beyond it, as on a disk that is full.
        pace: What its pauses are multiplied by.
        clock_back_s: How far its clock is behind.
        wire: Socket that takes its requests.
        is_limited: Whether its calls are counted and limited.
        imports: Modules that the zygote imports before.
        modules_to: File that gets the names of all modules that the command imported.
    """

    number: int
    argv: tuple[str, ...]
    folder: str
    environ: dict[str, str]
    out: str
    err: str
    watched: str = JOURNALS
    trouble: Trouble | None = None
    cuts: tuple[Trouble, ...] = ()
    cuts_to: str = ""
    steps_to: str | None = None
    most_bytes: int | None = None
    pace: float = 1.0
    clock_back_s: float = 0.0
    wire: str = ""
    is_limited: bool = True
    imports: tuple[str, ...] = ()
    modules_to: str | None = None

    def written(self) -> bytes:
        """Return the order as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Read one line."""
        members = json.loads(text)
        trouble, cuts = members.pop("trouble"), members.pop("cuts")
        return cls(
            **members,
            trouble=None if trouble is None else Trouble.read(trouble),
            cuts=tuple(map(Trouble.read, cuts)),
        )
