"""Which contacts a request asks for, answered from the account's tables."""

from __future__ import annotations

from functools import reduce

from schemactl.emulator.account import Account
from schemactl.emulator.clauses import EVERY, Clause, among, both, containing
from schemactl.emulator.rest.conditions import read_condition
from schemactl.emulator.rest.contact_clauses import ContactClauses
from schemactl.emulator.rest.contact_fields import ContactFields
from schemactl.emulator.rest.contact_rows import KEY, ContactRows
from schemactl.emulator.rest.json_values import Json, flag_of
from schemactl.emulator.rest.request import RestRequest
from schemactl.emulator.rest.rows import (
    collection,
    refuse_groups,
    sent_ids,
    wanted_page,
    wants_count,
)
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import OwnerSees


def visible(switches: Switches) -> Clause:
    """Return the condition on the contacts that the owner of the key sees."""
    return EVERY if switches.owner_sees is OwnerSees.ALL else Clause("c.id % 2 = 1")


class ContactQuery:
    """One request for contacts, read with the fields that the account has now."""

    def __init__(self, account: Account, request: RestRequest, switches: Switches) -> None:
        self._account = account
        self._request = request
        self._switches = switches
        self._fields = ContactFields(account)
        self._clauses = ContactClauses(account, self._fields, switches)

    def clause(self) -> Clause:
        """Return the condition on the contacts that the request selects.

        Raises:
            RestError: Its condition is invalid.
            NotServedError: It names a group.
        """
        request = self._request
        refuse_groups(request)
        condition = read_condition(request.arguments.get("condition"), self._switches)
        parts = [visible(self._switches), self._clauses.clause(condition)]
        ids = sent_ids(request)
        if ids is not None:
            parts.append(among(ids))
        search = request.text("search")
        if search:
            in_notes = flag_of(request.arguments.get("searchNotes")) is True
            parts.append(containing(search, in_notes=in_notes))
        return reduce(both, parts, EVERY)

    def page(self, clause: Clause) -> dict[str, Json]:
        """Return the wanted page of the contacts that meet a clause."""
        wanted = wanted_page(self._request, key=KEY)
        order = self._clauses.order(wanted.sort, is_backwards=wanted.is_backwards)
        ids = self._account.contacts.select(
            clause, order=order, start=wanted.start, limit=wanted.limit
        )
        counts = wants_count(self._request, self._switches)
        rows = ContactRows(
            self._account,
            self._fields,
            self._switches,
            columns=self._columns(),
            externs=self._named("externs"),
        )
        count = self._account.contacts.count(clause) if counts else None
        return collection(rows.rows(ids), count)

    def _columns(self) -> frozenset[str] | None:
        names = self._named("listFields")
        return frozenset((KEY, *names)) if names else None

    def _named(self, argument: str) -> tuple[str, ...]:
        value = self._request.arguments.get(argument)
        parts = (
            value
            if isinstance(value, list)
            else (self._request.text(argument) or "").split(",")
        )
        return tuple(part.strip() for part in map(str, parts) if part.strip())
