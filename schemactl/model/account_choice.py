"""The accounts that a user chose on the command line, before any project is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.model.shard import Shard

LABEL: Final = "@"
"""Before the name of a label."""
_PATTERN: Final = frozenset("*?[")
"""No name of an account or label has one of these characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChoice:
    """The accounts that the user chose; nothing chosen means the only or default one.

    Attributes:
        words: Names, patterns such as `acme-*`, and labels such as `@dental`.
        everything: Whether all accounts are chosen.
        excluded: What is not chosen after all, in the same words.
        shard: The part of the chosen accounts that is meant; None for all of them.
    """

    words: tuple[str, ...] = ()
    everything: bool = False
    excluded: tuple[str, ...] = ()
    shard: Shard | None = None

    @property
    def is_made(self) -> bool:
        """Whether the user chose anything."""
        return bool(self.words or self.everything or self.excluded or self.shard)

    @property
    def is_fleet(self) -> bool:
        """Whether it can mean several accounts, however many it means at the moment.

        A report has the same form on the day on which a label has a single account left.
        """
        several = self.everything or len(self.words) > 1 or self.shard is not None
        return several or any(map(is_wide, self.words))

    def or_everything(self) -> AccountChoice:
        """Return the same choice; without any account chosen, all of them."""
        return self if self.words or self.everything else replace(self, everything=True)

    @property
    def options(self) -> tuple[str, ...]:
        """The options of the command line that choose the same."""
        words = (option for word in self.words for option in ("-a", word))
        excluded = (option for word in self.excluded for option in ("--except", word))
        shard = () if self.shard is None else ("--shard", str(self.shard))
        return (*words, *(("--all",) if self.everything else ()), *excluded, *shard)


def is_wide(word: str) -> bool:
    """Whether a word may mean several accounts."""
    return word.startswith(LABEL) or not _PATTERN.isdisjoint(word)
