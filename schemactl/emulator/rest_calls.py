"""What each request of the REST API does, and what its answer holds beside the envelope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from schemactl.emulator.account import Account
from schemactl.emulator.rest_fieldeditor import (
    create_fields,
    delete_fields,
    read_fields,
    update_fields,
)
from schemactl.emulator.rest_meta import read_meta
from schemactl.emulator.rest_request import Json, RestRequest, RestWord
from schemactl.emulator.rest_tags import (
    count_tags,
    create_tag,
    delete_tag,
    delete_tags,
    read_tags,
    rename_tag,
    save_tag,
)
from schemactl.emulator.switches import Switches

Handler = Callable[[Account, RestRequest, Switches], dict[str, Json]]

REST_HANDLERS: Mapping[RestWord, Handler] = MappingProxyType(
    {
        RestWord.FIELDEDITOR_GET: read_fields,
        RestWord.FIELDEDITOR_POST: create_fields,
        RestWord.FIELDEDITOR_PUT: update_fields,
        RestWord.FIELDEDITOR_DELETE: delete_fields,
        RestWord.META_GET: read_meta,
        RestWord.TAGS_GET: read_tags,
        RestWord.TAGS_INFO: count_tags,
        RestWord.TAG_CREATE: create_tag,
        RestWord.TAG_SAVE: save_tag,
        RestWord.TAG_RENAME: rename_tag,
        RestWord.TAG_DELETE: delete_tag,
        RestWord.TAGS_DELETE: delete_tags,
    }
)


def lie_about(request: RestRequest) -> dict[str, Json]:
    """Give an answer that says that a request was carried out, which it was not."""
    match request.word:
        case RestWord.FIELDEDITOR_POST | RestWord.FIELDEDITOR_PUT:
            return {"data": {"success": {}, "error": []}}
        case RestWord.FIELDEDITOR_DELETE | RestWord.TAGS_DELETE:
            return {"data": "Deleted"}
        case RestWord.TAG_CREATE | RestWord.TAG_SAVE:
            return {"data": {"tag_id": "1", "tag_name": request.text("tag_name") or ""}}
        case RestWord.TAG_RENAME:
            return {"data": {"attrs": {"tag_name": request.text("tag_name") or ""}}}
        case RestWord.TAG_DELETE:
            return {}
        case _:
            return {"data": []}
