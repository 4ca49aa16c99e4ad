"""Options of one field, compared as a set: another order is no difference."""

from __future__ import annotations


def compare_options(
    *, wanted: tuple[str, ...], live: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the options to add and those to remove, each in the order written.

    An option that differs by outer blanks only counts as the same: whether the
    server keeps such blanks is not known, and what it normalises is no difference.
    """
    added = tuple(option for option in wanted if option not in live)
    removed = tuple(option for option in live if option not in wanted)
    if not added or not removed:
        return added, removed
    trimmed_added = {option.strip() for option in added}
    trimmed_removed = {option.strip() for option in removed}
    return (
        tuple(option for option in added if option.strip() not in trimmed_removed),
        tuple(option for option in removed if option.strip() not in trimmed_added),
    )
