"""Options of one field, compared as a set: another order is no difference."""

from __future__ import annotations

from schemactl.model.characters import appearance


def compare_options(
    *, wanted: tuple[str, ...], live: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the options to add and those to remove, each in the order written.

    Options that have the same appearance count as the same: whether the server keeps outer
    blanks is unknown, what it normalises is no difference, and a second option that people
    cannot tell from the first is never made.
    """
    wanted_words = set(map(appearance, wanted))
    live_words = set(map(appearance, live))
    return (
        tuple(option for option in wanted if appearance(option) not in live_words),
        tuple(option for option in live if appearance(option) not in wanted_words),
    )
