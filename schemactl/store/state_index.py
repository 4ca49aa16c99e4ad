"""Which names of accounts the state of a project has, and which account each base is of.

The name of an account is only a name: its state is found by what it is, whatever the project
calls it today. For any number of threads; what it listed once holds for a whole run.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Final

from schemactl.model.account_identity import AccountIdentity
from schemactl.store.base_file import MAX_BYTES
from schemactl.store.state.interface import StateFile, StateFolder

_MARKS: Final = re.compile(
    rb'"app_id_fingerprint"\s*:\s*"([0-9a-f]{1,64})"|"address"\s*:\s*"(emulator:[^"\\]{1,200})"'
)
"""What a base of this account must have somewhere; whoever reads it compares it as a whole."""


class StateIndex:
    """The names in the folders of bases and journals of a project.

    Args:
        bases: The folder of bases, which no link leads to.
        journals: The folder that has a folder of journals for each account.
        skipped: Names whose bases are not looked at.
    """

    def __init__(
        self, bases: StateFolder, journals: StateFolder, *, skipped: frozenset[str]
    ) -> None:
        self._bases = bases
        self._journals = journals
        self._skipped = skipped

    def names_of(self, identity: AccountIdentity) -> tuple[str, ...]:
        """Return the names under which there may be a base of an account, sorted.

        A base of an early version, which has no fingerprint, is found by its name alone.
        """
        marks = {identity.address} if identity.is_embedded else {identity.app_id}
        if identity.app_id in identity.same_app_ids:
            marks |= identity.same_app_ids
        found = {name for mark in marks - {""} for name in self._names_by_mark.get(mark, ())}
        return tuple(sorted(found))

    @cached_property
    def journals(self) -> tuple[str, ...]:
        """The names that have a folder of journals, sorted."""
        with suppress(OSError):
            return self._journals.store.names(self._journals.parts)
        return ()

    @cached_property
    def _names_by_mark(self) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for file in self._files():
            # One that cannot be read is reported where it is the base of the account of a
            # command.
            data = None
            with suppress(OSError):
                data = file.find(max_bytes=MAX_BYTES)
            for app_id, address in _MARKS.findall(data or b""):
                found[(app_id or address).decode("utf-8", "replace")].add(file.stem)
        return found

    def _files(self) -> Iterable[StateFile]:
        with suppress(OSError):
            files = self._bases.files(".json")
            return [file for file in files if file.stem not in self._skipped]
        return ()
