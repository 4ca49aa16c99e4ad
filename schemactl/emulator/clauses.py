"""Conditions on contacts as SQL, so that a page of a large account costs no walk through it.

Every clause is true or false, never unknown. It names the contact's row `c`; `contacts`
executes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from schemactl.emulator.values import folded_text

Bound: TypeAlias = str | int | float


class Clause(NamedTuple):
    """A condition on the contact `c`, with the values for its question marks."""

    sql: str
    values: tuple[Bound, ...] = ()


MAX_CHAIN = 100
EVERY = Clause("1")
NONE = Clause("0")


def both(left: Clause, right: Clause) -> Clause:
    """Return a clause for contacts that meet both."""
    if NONE in {left, right}:
        return NONE
    if EVERY in {left, right}:
        return left if right == EVERY else right
    return Clause(f"({left.sql} AND {right.sql})", left.values + right.values)


def either(left: Clause, right: Clause) -> Clause:
    """Return a clause for contacts that meet at least one."""
    return any_of((left, right))


def any_of(clauses: Iterable[Clause]) -> Clause:
    """Return a clause for contacts that meet at least one of any number of clauses."""
    # A part that is never met would keep SQLite from using an index for the others.
    parts = tuple(clause for clause in clauses if clause != NONE) or (NONE,)
    if len(parts) == 1 or EVERY in parts:
        return EVERY if EVERY in parts else parts[0]
    while len(parts) > MAX_CHAIN:
        # SQLite limits the depth of an expression, and each OR is one level.
        groups = range(0, len(parts), MAX_CHAIN)
        parts = tuple(any_of(parts[one : one + MAX_CHAIN]) for one in groups)
    sql = " OR ".join(part.sql for part in parts)
    return Clause(f"({sql})", tuple(value for part in parts for value in part.values))


def negate(clause: Clause) -> Clause:
    """Return a clause for all other contacts."""
    if clause in {EVERY, NONE}:
        return constant(is_true=clause == NONE)
    return Clause(f"NOT {clause.sql}", clause.values)


def constant(*, is_true: bool) -> Clause:
    """Return a clause for all contacts, or for none."""
    return EVERY if is_true else NONE


def among(ids: Iterable[int]) -> Clause:
    """Return a clause for contacts with one of these ids."""
    return Clause("c.id IN (SELECT value FROM json_each(?))", (_listed(ids),))


def holding(field_id: int, test: str, *values: Bound) -> Clause:
    """Return a clause for contacts whose stored value of a field meets a test.

    The test is SQL over the columns `text`, `folded` (without case) and `number`.
    """
    sql = f"c.id IN (SELECT contact_id FROM value WHERE field_id = ? AND {test})"  # noqa: S608
    return Clause(sql, (field_id, *values))


def holding_one_of(field_id: int, texts: Iterable[str]) -> Clause:
    """Return a clause for contacts whose value of a field is one of these texts exactly."""
    wanted = tuple(texts)
    listed = "IN (SELECT value FROM json_each(?))"
    # Only what is without case is in an index.
    test = f"folded {listed} AND text {listed}"
    return holding(field_id, test, _listed(map(folded_text, wanted)), _listed(wanted))


def without_value(field_id: int) -> Clause:
    """Return a clause for contacts that store nothing in a field, not even an empty text."""
    return Clause(
        "NOT EXISTS (SELECT 1 FROM value WHERE contact_id = c.id AND field_id = ?)", (field_id,)
    )


def tagged(tag_ids: Iterable[int]) -> Clause:
    """Return a clause for contacts with at least one of these tags."""
    return _linked("contact_tag", "tag_id", tag_ids)


def on_sequence(sequence_ids: Iterable[int]) -> Clause:
    """Return a clause for contacts on at least one of these sequences."""
    return _linked("contact_sequence", "sequence_id", sequence_ids)


def containing(text: str, *, in_notes: bool) -> Clause:
    """Return a clause for contacts with a text anywhere in their values, or their notes."""
    anywhere = Clause(
        "c.id IN (SELECT contact_id FROM value WHERE instr(folded, ?))", (text.casefold(),)
    )
    if not in_notes:
        return anywhere
    noted = "c.id IN (SELECT contact_id FROM note WHERE instr(lower(text), ?))"
    return either(anywhere, Clause(noted, (text.lower(),)))


def _linked(table: str, column: str, ids: Iterable[int]) -> Clause:
    sql = (
        f"c.id IN (SELECT contact_id FROM {table} WHERE {column} IN"  # noqa: S608 - our names
        " (SELECT value FROM json_each(?)))"
    )
    return Clause(sql, (_listed(ids),))


def _listed(values: Iterable[Bound]) -> str:
    """Return values as one JSON text: SQLite limits the number of question marks."""
    return json.dumps(list(values), ensure_ascii=False)
