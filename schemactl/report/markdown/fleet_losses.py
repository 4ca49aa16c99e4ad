"""What the plans of many accounts destroy: in sentences, or by name if they do not fit.

Equal losses of several accounts are one. Names are shortened, and numbers of contacts left
out, before any destroyed object is omitted: a thousand accounts that each lose another field
fit into a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from schemactl.model.fleet import FleetResult
from schemactl.model.plan import Hazard, Plan
from schemactl.report.markdown.losses import LONGEST, hazard_words, loss_head, loss_names
from schemactl.report.markdown.syntax import code
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.text import counted, shortened
from schemactl.values import dataclass

_MAX_NAMES: Final = 30
"""Accounts that are named of those with one and the same loss."""
_BETWEEN: Final = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    """One kind of loss of one account: its head, such as the permission, and the objects."""

    account: str
    head: str
    objects: str


def fleet_losses(fleet: FleetResult, *, room: int) -> list[str]:
    """Return what is destroyed, in about `room` characters; no losses, no lines."""
    sentences = _sentences(fleet)
    if not sentences:
        return []
    lines = [f"> - {account_names(names)} · {words}" for words, names in sentences.items()]
    missing = 0
    if _size(lines) > room:
        lines, missing = _by_name(fleet, room)
    number = len({name for names in sentences.values() for name in names})
    total = sum(map(len, sentences.values()))
    warning = (
        f"> **Incomplete: {missing:,} of {total:,} destroying changes do not fit. "
        "Review the HTML page before anybody permits them.**"
    )
    heading = f"> **Destroyed permanently in {counted(number, 'account')}:**"
    return ["> [!CAUTION]", *([warning, ">"] if missing else []), heading, ">", *lines]


def account_names(names: Sequence[str]) -> str:
    """Return the names of accounts; those of very many are counted."""
    shown = ", ".join(map(code, names[:_MAX_NAMES]))
    rest = len(names) - _MAX_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _losses(fleet: FleetResult) -> Iterator[tuple[str, Hazard, PlanIndex]]:
    for result in fleet.results:
        if isinstance(result.outcome, Plan):
            index = PlanIndex(result.outcome)
            for hazard in result.outcome.hazards:
                if hazard.code in LOSSES:
                    yield result.account, hazard, index


def _sentences(fleet: FleetResult) -> Mapping[str, list[str]]:
    """Return each loss as a sentence, with the accounts that it is about."""
    accounts: dict[str, list[str]] = {}
    for account, hazard, index in _losses(fleet):
        accounts.setdefault(hazard_words(hazard, index), []).append(account)
    return accounts


def _by_name(fleet: FleetResult, room: int) -> tuple[list[str], int]:
    """Return a line for each kind of loss, and how many losses are missing from them."""
    attempts = [*((longest, True) for longest in LONGEST), (LONGEST[-1], False)]
    losses: list[_Loss] = []
    for longest, counts in attempts:
        losses = [
            _Loss(
                account=shortened(account, max_length=longest),
                head=loss_head(hazard, index),
                objects=loss_names(hazard, index, longest, counts=counts),
            )
            for account, hazard, index in _losses(fleet)
        ]
        lines = _grouped(losses)
        if _size(lines) <= room:
            return lines, 0
    fitting = list(_fitting(losses, room))
    return _grouped(fitting), len(losses) - len(fitting)


def _fitting(losses: Sequence[_Loss], room: int) -> Iterator[_Loss]:
    left = room - _size({loss.head for loss in losses})
    for loss in losses:
        left -= len(code(loss.account)) + len(loss.objects) + len(": " + _BETWEEN)
        if left < 0:
            return
        yield loss


def _grouped(losses: Sequence[_Loss]) -> list[str]:
    """Return a line for each head, with equal losses of several accounts as one."""
    heads: dict[str, dict[str, list[str]]] = {}
    for loss in losses:
        heads.setdefault(loss.head, {}).setdefault(loss.objects, []).append(loss.account)
    return [
        head
        + _BETWEEN.join(
            f"{account_names(accounts)}: {objects}" for objects, accounts in same.items()
        )
        for head, same in heads.items()
    ]


def _size(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)
