"""The command that gives a plan the missing permissions, ready to paste."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCommand:
    """A command line with a place for permissions.

    Attributes:
        before: Its words before them: program, command, project and account.
        after: All other words.
    """

    before: tuple[str, ...] = ("schemactl", "apply")
    after: tuple[str, ...] = ()

    def with_permissions(self, names: Iterable[str], *, prune: bool = False) -> str:
        """Return the line, quoted for a shell; with `prune`, orphans are removed too."""
        allowed = (word for name in names for word in ("--allow", name))
        pruned = ("--prune",) if prune else ()
        import shlex

        return shlex.join((*self.before, *pruned, *allowed, *self.after))

    def for_account(self, name: str) -> PermitCommand:
        """Return the same command for one account."""
        return replace(self, before=(*self.before, "-a", name))


APPLY_HERE: Final = PermitCommand()
"""For a project in the current folder with one account."""
