"""The commands of `pipeline` over many accounts at once: bounded threads, errors kept apart.

    runner    a function for each account, at most some at a time, results in order
    commands  commands that only read accounts
    applying  plans of all accounts first, then each applied

Each account has its own connections, rate and state, as if it were the only one. Nothing here
prints; the command line gets an event as each account ends.
"""

from __future__ import annotations
