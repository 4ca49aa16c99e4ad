"""Tags over the REST API: rows of texts, fifty a page, identified by `tag_id`."""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.choices import RestAbsent
from schemactl.emulator.labels import TagRow
from schemactl.emulator.names import Names
from schemactl.emulator.rest.json_values import Json, number_of
from schemactl.emulator.rest.request import CONTACT, RestError, RestRequest
from schemactl.emulator.rest.rows import Row, chosen, info, page
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches

KEY = "tag_id"


def read_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return one page of the tags, also those for other kinds of object."""
    rows = chosen(_rows(account), request, switches, key=KEY)
    return page(rows, request, switches, key=KEY)


def read_tag(account: Account, request: RestRequest, _: Switches) -> dict[str, Json]:
    """Return the tag of an id."""
    return {"data": dict(_row(_known(account, request)))}


def count_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return the number of tags."""
    rows = chosen(_rows(account), request, switches, key=KEY)
    return info(len(rows), ["tag_name"])


def create_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Create a tag with a name that no other tag of the same kind of object has."""
    name, object_id = _name(request, switches), _object_id(request)
    if _named(account, name, object_id, switches) is not None:
        raise RestError(400, RestText.TAG_EXISTS)
    return _created(account.labels.add_tag(name, object_id=object_id), name)


def save_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Create a tag, or find the one of that name."""
    name, object_id = _name(request, switches), _object_id(request)
    found = _named(account, name, object_id, switches)
    if found is not None:
        return _created(found.id, found.name)
    return _created(account.labels.add_tag(name, object_id=object_id), name)


def rename_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Rename a tag; contacts keep it."""
    tag, name = _known(account, request), _name(request, switches)
    other = _named(account, name, tag.object_id, switches)
    if other is not None and other.id != tag.id:
        raise RestError(400, RestText.TAG_EXISTS)
    account.labels.rename_tag(tag.id, name)
    return {"data": {"attrs": {"tag_name": name}}}


def delete_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Delete one tag, and take it off every contact."""
    if request.text("id") is None:
        raise RestError(400, RestText.PARAMETER)
    tag = _with_id(account, request)
    if tag is not None:
        account.labels.remove_tag(tag.id)
    elif switches.rest_absent is RestAbsent.REFUSE:
        raise RestError(404, RestText.NOT_FOUND)
    return {}


def delete_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Delete the selected tags: all if nothing selects, as the manual warns."""
    for row in chosen(_rows(account), request, switches, key=KEY):
        account.labels.remove_tag(number_of(row[KEY]) or 0)
    return {"data": "Deleted"}


def _rows(account: Account) -> list[Row]:
    return [_row(tag) for tag in account.labels.all_tags()]


def _row(tag: TagRow) -> Row:
    return {KEY: str(tag.id), "object_type_id": str(tag.object_id), "tag_name": tag.name}


def _created(tag_id: int, name: str) -> dict[str, Json]:
    return {"data": {KEY: str(tag_id), "tag_name": name}}


def _name(request: RestRequest, switches: Switches) -> str:
    name = Names(switches).stored(request.text("tag_name") or "")
    if not name.strip():
        raise RestError(400, RestText.TAG)
    return name


def _object_id(request: RestRequest) -> int:
    """Return the kind of object of a new tag; contacts by default."""
    if request.text("object_type_id") is None:
        return CONTACT
    number = number_of(request.arguments["object_type_id"])
    if number is None:
        raise RestError(400, RestText.TAG)
    return number


def _known(account: Account, request: RestRequest) -> TagRow:
    tag = _with_id(account, request)
    if tag is None:
        raise RestError(404, RestText.NOT_FOUND)
    return tag


def _with_id(account: Account, request: RestRequest) -> TagRow | None:
    number = request.number("id")
    return next((tag for tag in account.labels.all_tags() if tag.id == number), None)


def _named(account: Account, name: str, object_id: int, switches: Switches) -> TagRow | None:
    tags = (tag for tag in account.labels.all_tags() if tag.object_id == object_id)
    return Names(switches).find(tags, name)
