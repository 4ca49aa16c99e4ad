"""Tags over the REST API: rows of texts, fifty a page, found by id."""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.choices import NameMatching, RestAbsent
from schemactl.emulator.labels import TagRow
from schemactl.emulator.rest_request import CONTACT, Json, RestError, RestRequest
from schemactl.emulator.rest_words import RestText
from schemactl.emulator.switches import Switches

PAGE_ROWS = 50


def read_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Give one page; a wish for more rows than fifty is cut without a word."""
    del switches
    tags = account.labels.tags()
    wanted = _ids(request)
    if wanted is not None:
        tags = tuple(tag for tag in tags if tag.id in wanted)
    by_name = request.text("sort") == "tag_name"
    is_backwards = (request.text("sortDir") or "asc").lower() == "desc"
    ordered = sorted(
        tags, key=lambda tag: tag.name if by_name else f"{tag.id:09}", reverse=is_backwards
    )
    start = request.number("start") or 0
    rows = min(request.number("range") or PAGE_ROWS, PAGE_ROWS)
    found: dict[str, Json] = {
        "data": [_row(tag) for tag in ordered[start : start + rows]],
        "misc": [],
    }
    if request.text("count"):
        found["count"] = str(len(tags))
    return found


def count_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Give the number of tags, as text."""
    del request, switches
    count = str(len(account.labels.tags()))
    return {"data": {"listFields": ["tag_name"], "listFieldSettings": [], "count": count}}


def create_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Make a tag of a name that none has."""
    name = _name(request)
    if _find(account, name, switches) is not None:
        raise RestError(400, RestText.TAG_EXISTS)
    return _created(account.labels.add_tag(name), name)


def save_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Make a tag, or find the one of that name."""
    name = _name(request)
    found = _find(account, name, switches)
    return _created(account.labels.add_tag(name) if found is None else found.id, name)


def rename_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Give a tag another name; contacts keep it."""
    name, tag = _name(request), _by_id(account, request)
    other = _find(account, name, switches)
    if tag is None:
        raise RestError(404, RestText.NOT_FOUND)
    if other is not None and other.id != tag.id:
        raise RestError(400, RestText.TAG_EXISTS)
    account.labels.rename_tag(tag.id, name)
    return {"data": {"attrs": {"tag_name": name}}}


def delete_tag(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Delete one tag, and take it off every contact."""
    tag = _by_id(account, request)
    if tag is not None:
        account.labels.remove_tag(tag.id)
    elif switches.rest_absent is RestAbsent.REFUSE:
        raise RestError(404, RestText.NOT_FOUND)
    return {}


def delete_tags(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Delete the tags of the ids, or all where none is named: as the vendor's manual warns."""
    del switches
    wanted = _ids(request)
    for tag in account.labels.tags():
        if wanted is None or tag.id in wanted:
            account.labels.remove_tag(tag.id)
    return {"data": "Deleted"}


def _row(tag: TagRow) -> Json:
    return {"tag_id": str(tag.id), "tag_name": tag.name, "object_type_id": str(CONTACT)}


def _created(tag_id: int, name: str) -> dict[str, Json]:
    return {"data": {"tag_id": str(tag_id), "tag_name": name}}


def _name(request: RestRequest) -> str:
    name = request.text("tag_name")
    if not name or not name.strip():
        raise RestError(400, RestText.TAG)
    return name


def _by_id(account: Account, request: RestRequest) -> TagRow | None:
    number = request.number("id")
    return next((tag for tag in account.labels.tags() if tag.id == number), None)


def _find(account: Account, name: str, switches: Switches) -> TagRow | None:
    ignores_case = switches.name_matching is NameMatching.IGNORE_CASE
    wanted = name.casefold() if ignores_case else name
    return next(
        (
            tag
            for tag in account.labels.tags()
            if (tag.name.casefold() if ignores_case else tag.name) == wanted
        ),
        None,
    )


def _ids(request: RestRequest) -> set[int] | None:
    texts = request.text("ids") or request.text("id")
    if texts is None:
        return None
    return {int(text) for text in texts.split(",") if text.strip().isdigit()}
