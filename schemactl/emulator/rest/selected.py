"""Calls on many contacts at once: tags, sequences, deletion.

`ids` or a `condition` select the contacts; `performAll` and `ids` 0 select every one, as the
vendor warns. The server answers before it has finished: its text says that it is processing.
"""

from __future__ import annotations

from collections.abc import Callable

from schemactl.emulator.account import Account
from schemactl.emulator.errors import NotServedError
from schemactl.emulator.midway import pass_record
from schemactl.emulator.names import Names
from schemactl.emulator.pending import Change
from schemactl.emulator.rest.contact_query import ContactQuery
from schemactl.emulator.rest.json_values import Json, flag_of, number_of, text_of
from schemactl.emulator.rest.request import RestError, RestRequest, RestWord
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches

SEQUENCE = "sequence"
TAG_PROCESSED = "The tag is now being processed."
SUBSCRIPTION_PROCESSED = "The subscription is now being processed."
DELETED = "Deleted"


def delete_contacts(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Delete the selected contacts."""
    for contact_id in _selected(account, request, switches):
        account.people.delete(contact_id)
        pass_record()
    return {"data": DELETED}


def put_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Put tags on the selected contacts; unknown ids of tags are ignored."""
    return _change_tags(account, request, switches, _numbers(request, "add_list"))


def take_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Take tags off the selected contacts."""
    tags = _numbers(request, "remove_list")
    return _change_tags(account, request, switches, tags, removes=True)


def put_tag_names(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Put tags on the selected contacts by name; an unknown name becomes a tag."""
    _need_list_of_ids(request)
    names = map(Names(switches).stored, _texts(request, "add_names"))
    tags = tuple(account.people.ensure_tag(name).id for name in names if name.strip())
    return _change_tags(account, request, switches, tags)


def take_tag_names(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Take tags off the selected contacts by name; an unknown name is ignored."""
    _need_list_of_ids(request)
    known = account.labels.tags()
    found = (Names(switches).find(known, name) for name in _texts(request, "remove_names"))
    tags = tuple(tag.id for tag in found if tag is not None)
    return _change_tags(account, request, switches, tags, removes=True)


def put_sequences(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Put the selected contacts on sequences."""
    return _change_sequences(account, request, switches, account.labels.put_sequences)


def take_sequences(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json]:
    """Take the selected contacts off sequences."""
    return _change_sequences(account, request, switches, account.labels.take_sequences)


def pause(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Accept a pause of the selected contacts' sequences, or its end; no read shows either."""
    _selected(account, request, switches)
    return {"data": SUBSCRIPTION_PROCESSED}


def background_reads(request: RestRequest, switches: Switches) -> int:
    """Return how many reads do not show a write yet because it runs in the background."""
    asked = flag_of(request.arguments.get("background_request")) is True
    return int(switches.background_delay) if asked else 0


def _change_tags(
    account: Account,
    request: RestRequest,
    switches: Switches,
    tag_ids: tuple[int, ...],
    *,
    removes: bool = False,
) -> dict[str, Json]:
    known = [tag.id for tag in account.people.tags_with_ids(tag_ids)]
    reads = max(int(switches.tag_delay), background_reads(request, switches))
    for contact_id in _selected(account, request, switches):
        changes = (Change(contact_id, tag_id=one, removes=removes) for one in known)
        account.pending.add(changes, reads=reads)
        pass_record()
    return {"data": TAG_PROCESSED}


def _change_sequences(
    account: Account,
    request: RestRequest,
    switches: Switches,
    change: Callable[[int, tuple[int, ...]], None],
) -> dict[str, Json]:
    kind = request.text("sub_type")
    is_typed = request.word in {RestWord.SUBSCRIBE_PUT, RestWord.SUBSCRIBE_DELETE}
    if (kind is None and is_typed) or (kind is not None and kind.lower() != SEQUENCE):
        msg = f"subscriptions of the type {kind}" if kind else "subscriptions without a type"
        raise NotServedError(msg)
    name = "remove_list" if request.method == "DELETE" else "add_list"
    sequences = _numbers(request, name)
    for contact_id in _selected(account, request, switches):
        change(contact_id, sequences)
        account.contacts.touch(contact_id, account.now)
        pass_record()
    return {"data": SUBSCRIPTION_PROCESSED}


def _selected(account: Account, request: RestRequest, switches: Switches) -> tuple[int, ...]:
    """Return the contacts that a request selects.

    Raises:
        RestError: Nothing selects, and it does not ask for every contact.
    """
    clause = ContactQuery(account, request, switches).clause()
    sent = (request.arguments.get(name) for name in ("ids", "condition", "search"))
    selects = any(value not in (None, "", []) for value in sent)
    if not selects and flag_of(request.arguments.get("performAll")) is not True:
        raise RestError(400, RestText.PARAMETER)
    return account.contacts.select(clause)


def _need_list_of_ids(request: RestRequest) -> None:
    """Check that the ids are an array: as text they failed in a client's live test.

    Raises:
        RestError: They are not.
    """
    ids = request.arguments.get("ids")
    if ids is not None and not isinstance(ids, list):
        raise RestError(400, RestText.IDS)


def _numbers(request: RestRequest, name: str) -> tuple[int, ...]:
    found = (number_of(one.strip()) for one in _texts(request, name))
    return tuple(one for one in found if one is not None)


def _texts(request: RestRequest, name: str) -> tuple[str, ...]:
    """Return the items of an argument, an array or a text with commas.

    Raises:
        RestError: There is none.
    """
    value = request.arguments.get(name)
    items = value if isinstance(value, list) else (text_of(value) or "").split(",")
    found = tuple(text for one in items if (text := text_of(one)))
    if not found:
        raise RestError(400, RestText.PARAMETER)
    return found
