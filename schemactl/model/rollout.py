"""The waves of a roll-out: which accounts are applied first, and when the next may follow.

Which wave an account is in depends on its name, its labels and the chosen accounts alone. A
share takes accounts by a hash of their names, so that the first ones are spread over the
project, and every machine finds the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.model.account_choice import LABEL
from schemactl.values import dataclass

REST: Final = "rest"
"""The wave of all accounts that are in no earlier one."""
_PERCENT: Final = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRules:
    """How a project rolls out a change.

    Attributes:
        waves: Labels (`@canary`), numbers (`5`), shares (`10 %`) and `rest`.
        stop_after: After how many accounts that failed no other one is started.
        asks: Whether somebody is asked before each wave after the first.
        pause_h: Hours between the end of a wave and the start of the next.
    """

    waves: tuple[str, ...] = (REST,)
    stop_after: int | None = None
    asks: bool = False
    pause_h: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Accounts that are applied together.

    Attributes:
        number: Its place, from 1, among all waves that have accounts.
        name: The rule that it comes from.
        accounts: Their names, in the project's order.
    """

    number: int
    name: str
    accounts: tuple[str, ...]


def assign_waves(
    waves: Sequence[str], accounts: Sequence[tuple[str, Sequence[str]]]
) -> tuple[Wave, ...]:
    """Return the waves that have accounts; each account is in exactly one.

    Accounts that no rule takes are the last wave, as with `rest`.

    Args:
        waves: The rules, in their order.
        accounts: Names with labels, in the project's order.
    """
    left = {name: frozenset(labels) for name, labels in accounts}
    found: list[tuple[str, frozenset[str]]] = []
    for rule in (*waves, REST):
        taken = _taken(rule, left, total=len(accounts))
        left = {name: labels for name, labels in left.items() if name not in taken}
        if taken:
            found.append((rule, taken))
    return tuple(
        Wave(
            number=number,
            name=rule,
            accounts=tuple(name for name, _ in accounts if name in taken),
        )
        for number, (rule, taken) in enumerate(found, start=1)
    )


def merge_waves(shards: Sequence[Sequence[Wave]], accounts: Sequence[str]) -> tuple[Wave, ...]:
    """Return the waves of all shards of an apply, each in the order of the rules.

    Args:
        shards: The waves that have accounts in each shard.
        accounts: All accounts, in the project's order.
    """
    members: dict[tuple[str, int], set[str]] = {}
    order: list[tuple[str, int]] = []
    for waves in shards:
        keys: list[tuple[str, int]] = []
        for wave in waves:
            key = (wave.name, sum(name == wave.name for name, _ in keys))
            keys.append(key)
            members.setdefault(key, set()).update(wave.accounts)
        order = _merged_order(order, keys)
    return tuple(
        Wave(
            number=number,
            name=key[0],
            accounts=tuple(name for name in accounts if name in members[key]),
        )
        for number, key in enumerate(order, start=1)
    )


def _merged_order(
    order: Sequence[tuple[str, int]], keys: Sequence[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Insert what is missing in an order before what follows it; both are parts of one."""
    merged = list(order)
    for place, key in enumerate(keys):
        if key not in merged:
            following = (merged.index(each) for each in keys[place + 1 :] if each in merged)
            merged.insert(min(following, default=len(merged)), key)
    return merged


def _taken(rule: str, left: dict[str, frozenset[str]], *, total: int) -> frozenset[str]:
    """Return the accounts that a rule takes of those that are left."""
    if rule == REST:
        return frozenset(left)
    if rule.startswith(LABEL):
        label = rule.removeprefix(LABEL)
        return frozenset(name for name, labels in left.items() if label in labels)
    number = int(rule.removesuffix(_PERCENT))
    if rule.endswith(_PERCENT):
        number = -(-total * number // 100)  # Rounded up: no share of some is none.
    return frozenset(sorted(left, key=_spread)[:number])


def _spread(name: str) -> str:
    import hashlib  # It loads OpenSSL.

    return hashlib.sha256(name.encode("utf-8")).hexdigest()
