"""Compare the options of one field as a set: the order is no difference."""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.change import OptionRename
from schemactl.model.characters import appearance


def compare_options(
    *, wanted: tuple[str, ...], live: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the options to add and those to remove, each in the order written.

    Options with the same appearance count as the same: it is unknown whether the server keeps
    surrounding spaces, what it normalises is no difference, and a second option that looks like
    the first is never created.
    """
    wanted_words = set(map(appearance, wanted))
    live_words = set(map(appearance, live))
    return (
        tuple(option for option in wanted if appearance(option) not in live_words),
        tuple(option for option in live if appearance(option) not in wanted_words),
    )


def renamed_options(
    earlier: Iterable[tuple[str, tuple[str, ...]]],
    *,
    live: tuple[str, ...],
    removed: tuple[str, ...],
) -> tuple[OptionRename, ...]:
    """Find the options to remove that the files state as earlier names of others.

    Args:
        earlier: Options of the files with their earlier names.
        live: Options of the account.
        removed: Those of `live` that are removed.
    """
    gone = {appearance(option): option for option in removed}
    return tuple(
        OptionRename(was=gone[appearance(old)], name=as_live(live, name))
        for name, was in earlier
        for old in was
        if appearance(old) in gone
    )


def as_live(live: tuple[str, ...], option: str) -> str:
    """Return an option as the account writes it; unchanged if the account does not have it."""
    looks = appearance(option)
    return next((one for one in reversed(live) if appearance(one) == looks), option)
