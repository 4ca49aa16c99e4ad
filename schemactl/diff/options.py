"""Options of one field, compared as a set: another order is no difference."""

from __future__ import annotations


def compare_options(
    *, wanted: tuple[str, ...], live: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the options to add and those to remove, each in the order written.

    An option that differs by outer blanks only counts as the same: whether the
    server keeps such blanks is not known, and what it normalises is no difference.
    """
    wanted_words = {option.strip() for option in wanted}
    live_words = {option.strip() for option in live}
    return (
        tuple(option for option in wanted if option.strip() not in live_words),
        tuple(option for option in live if option.strip() not in wanted_words),
    )
