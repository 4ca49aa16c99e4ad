"""Compare the options of one field as a set: the order is no difference."""

from __future__ import annotations

from schemactl.model.characters import appearance


def compare_options(
    *, wanted: tuple[str, ...], live: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the options to add and those to remove, each in the order written.

    Options with the same appearance count as the same: it is unknown whether the server keeps
    outer blanks, what it normalises is no difference, and a second option that looks like the
    first is never created.
    """
    wanted_words = set(map(appearance, wanted))
    live_words = set(map(appearance, live))
    return (
        tuple(option for option in wanted if appearance(option) not in live_words),
        tuple(option for option in live if appearance(option) not in wanted_words),
    )
