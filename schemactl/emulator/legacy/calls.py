"""The handler of each of the manual's 19 request types: read the data, act, write the answer.

The account decides what is allowed and what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

from schemactl.emulator.account import Account
from schemactl.emulator.choices import HonourOrIgnore, SameEmail
from schemactl.emulator.labels import TagRow
from schemactl.emulator.legacy import xml
from schemactl.emulator.legacy.batch import Batch
from schemactl.emulator.legacy.data import (
    SentNote,
    SentTags,
    read_contact_ids,
    read_contacts,
    read_data,
    read_dropdowns,
    read_full,
    read_notes,
    read_search,
    read_sections,
    read_tags,
)
from schemactl.emulator.legacy.request import LegacyRequest, RequestType
from schemactl.emulator.search import PAGE_SIZE
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import LegacyPageBase, LegacySearchShape

IDS_AND_TIMES = 2
"""The `return_id` for ids and times only."""
Handler: TypeAlias = Callable[[Account, LegacyRequest, Switches], str]


def _add(account: Account, request: LegacyRequest, switches: Switches) -> str:
    forced = switches.same_email is SameEmail.NEW
    if request.forces_add is not None:
        forced = request.forces_add
    sent = read_contacts(read_data(request.data))
    ids = [account.people.add(one, forced=forced) for one in sent]
    return _changed(account, request, switches, ids)


def _update(account: Account, request: LegacyRequest, switches: Switches) -> str:
    forced = request.forces_add is True
    batch: Batch[int] = Batch(switches)
    for one in read_contacts(read_data(request.data)):
        batch.run(partial(account.people.update, one, forced=forced))
    if batch.refusal is not None:
        return xml.failure_body(switches, batch.refusal)
    return _changed(account, request, switches, batch.results)


def _changed(
    account: Account, request: LegacyRequest, switches: Switches, ids: Iterable[int]
) -> str:
    shown = account.people.show_all(ids)
    match request.return_id:
        case 1:
            return xml.contacts_body(map(xml.contact_xml, shown), status=True)
        case 2:
            return xml.contacts_body(map(xml.short_contact_xml, shown), status=True)
        case 0:
            return xml.success_body(switches)


def _fetch(account: Account, request: LegacyRequest, _: Switches) -> str:
    ids = account.people.known(read_contact_ids(read_data(request.data)))
    return xml.contacts_body(map(xml.contact_xml, account.people.show_all(ids)))


def _delete(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for contact_id in read_contact_ids(read_data(request.data)):
        if contact_id is not None:
            account.people.delete(contact_id)
    return xml.success_body(switches)


def _key(account: Account, _: LegacyRequest, switches: Switches) -> str:
    return xml.key_body(account, switches)


def _add_section(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for section in read_sections(read_data(request.data)):
        account.schema.add_section(section)
    return xml.success_body(switches)


def _edit_section(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for section in read_sections(read_data(request.data)):
        account.schema.edit_section(section)
    return xml.success_body(switches)


def _remove_section(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for section in read_sections(read_data(request.data)):
        account.schema.remove_section(section.name)
    return xml.success_body(switches)


def _remove_field(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for section in read_sections(read_data(request.data)):
        account.schema.remove_fields(section)
    return xml.success_body(switches)


def _add_dropdown(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for field in read_dropdowns(read_data(request.data)):
        account.schema.add_options(field)
    return xml.success_body(switches)


def _remove_dropdown(account: Account, request: LegacyRequest, switches: Switches) -> str:
    for field in read_dropdowns(read_data(request.data)):
        account.schema.remove_options(field)
    return xml.success_body(switches)


def _search(account: Account, request: LegacyRequest, switches: Switches) -> str:
    sent = read_search(read_data(request.data))
    clause = account.search.clause(sent.equations)
    if request.counts:
        return xml.count_body(account.contacts.count(clause))
    start = _first_hit(sent.page, switches)
    page = account.contacts.select(clause, start=start, limit=PAGE_SIZE)
    if not page:
        return xml.no_hits_body(switches)
    if request.return_id == IDS_AND_TIMES:
        shown = account.people.show_all(page)
        return xml.contacts_body(map(xml.short_contact_xml, shown))
    if request.gets_ids or switches.legacy_search_shape is LegacySearchShape.IDS:
        return xml.contact_ids_body(page)
    return xml.contacts_body(map(xml.contact_xml, account.people.show_all(page)))


def _first_hit(page: int | None, switches: Switches) -> int:
    """Return the number of hits before a page; no page, or one too low, is the first."""
    first = 1 if switches.legacy_page_base is LegacyPageBase.ONE else 0
    return max((first if page is None else page) - first, 0) * PAGE_SIZE


def _pull_tag(account: Account, _: LegacyRequest, switches: Switches) -> str:
    return xml.pulled_tags_body(account.labels.tags(), switches)


def _fetch_tag(account: Account, _: LegacyRequest, switches: Switches) -> str:
    return xml.fetched_tags_body(account.labels.tags(), switches)


def _fetch_sequences(account: Account, request: LegacyRequest, switches: Switches) -> str:
    full = request.full or ("<full" in request.data and read_full(read_data(request.data)))
    honoured = switches.sequences_full is HonourOrIgnore.HONOUR
    return xml.sequences_body(account.labels.sequences(), full=full and honoured)


def _add_notes(account: Account, request: LegacyRequest, switches: Switches) -> str:
    def add_one(note: SentNote) -> None:
        (contact_id,) = account.people.known((note.contact_id,))
        account.people.add_note(contact_id, note.text, time=note.time)

    batch: Batch[None] = Batch(switches)
    for note in read_notes(read_data(request.data)):
        batch.run(partial(add_one, note))
    if batch.refusal is not None:
        return xml.failure_body(switches, batch.refusal)
    return xml.success_body(switches)


def _fetch_notes(account: Account, request: LegacyRequest, _: Switches) -> str:
    ids = account.people.known(read_contact_ids(read_data(request.data)))
    return xml.notes_body((one, account.people.notes(one)) for one in ids)


def _add_tag(account: Account, request: LegacyRequest, switches: Switches) -> str:
    return _change_tags(account, request, switches, account.people.add_tags)


def _remove_tag(account: Account, request: LegacyRequest, switches: Switches) -> str:
    return _change_tags(account, request, switches, account.people.remove_tags)


def _change_tags(
    account: Account,
    request: LegacyRequest,
    switches: Switches,
    change: Callable[[int, Iterable[TagRow | str]], tuple[TagRow, ...]],
) -> str:
    def change_one(sent: SentTags) -> tuple[TagRow, ...]:
        (contact_id,) = account.people.known((sent.contact_id,))
        return change(contact_id, _named_tags(account, sent))

    batch: Batch[tuple[TagRow, ...]] = Batch(switches)
    for sent in read_tags(read_data(request.data)):
        batch.run(partial(change_one, sent))
    if batch.refusal is not None:
        return xml.failure_body(switches, batch.refusal)
    return xml.changed_tags_body(tuple(chain.from_iterable(batch.results)), switches)


def _named_tags(account: Account, sent: SentTags) -> tuple[TagRow | str, ...]:
    return tuple(chain(account.people.tags_with_ids(sent.ids), sent.names))


HANDLERS: Mapping[RequestType, Handler] = MappingProxyType(
    {
        RequestType.ADD: _add,
        RequestType.UPDATE: _update,
        RequestType.FETCH: _fetch,
        RequestType.DELETE: _delete,
        RequestType.KEY: _key,
        RequestType.ADD_SECTION: _add_section,
        RequestType.EDIT_SECTION: _edit_section,
        RequestType.REMOVE_SECTION: _remove_section,
        RequestType.REMOVE_FIELD: _remove_field,
        RequestType.ADD_DROPDOWN: _add_dropdown,
        RequestType.REMOVE_DROPDOWN: _remove_dropdown,
        RequestType.SEARCH: _search,
        RequestType.PULL_TAG: _pull_tag,
        RequestType.FETCH_TAG: _fetch_tag,
        RequestType.FETCH_SEQUENCES: _fetch_sequences,
        RequestType.ADD_NOTES: _add_notes,
        RequestType.FETCH_NOTES: _fetch_notes,
        RequestType.ADD_TAG: _add_tag,
        RequestType.REMOVE_TAG: _remove_tag,
    }
)
