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
        changed_since: The commit since which a chosen account must have changed; None for any.
        shard: The part of the chosen accounts that is meant; None for all of them.
    """

    words: tuple[str, ...] = ()
    everything: bool = False
    excluded: tuple[str, ...] = ()
    changed_since: str | None = None
    shard: Shard | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the chosen accounts are meant, and perhaps none."""
        return self.changed_since is not None or self.shard is not None

    @property
    def is_made(self) -> bool:
        """Whether the user chose anything."""
        return bool(self.words or self.everything or self.excluded) or self.is_filtered

    @property
    def is_fleet(self) -> bool:
        """Whether it can mean several accounts, however many it means at the moment.

        A report has the same form on the day on which a label has a single account left.
        """
        several = self.everything or len(self.words) > 1 or self.is_filtered
        return several or any(map(is_wide, self.words))

    def or_everything(self) -> AccountChoice:
        """Return the same choice; without any account chosen, all of them."""
        return self if self.words or self.everything else replace(self, everything=True)

    @property
    def options(self) -> tuple[str, ...]:
        """The options of the command line that choose the same."""
        words = (option for word in self.words for option in ("-a", word))
        excluded = (option for word in self.excluded for option in ("--except", word))
        everything = ("--all",) if self.everything else ()
        filters = {"--changed-since": self.changed_since, "--shard": self.shard}
        given = (
            word for name, of in filters.items() if of is not None for word in (name, str(of))
        )
        return (*words, *everything, *excluded, *given)


def is_wide(word: str) -> bool:
    """Whether a word may mean several accounts."""
    return word.startswith(LABEL) or not _PATTERN.isdisjoint(word)
