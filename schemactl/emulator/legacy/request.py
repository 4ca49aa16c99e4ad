"""Read a request to `cdata.php`: from the bytes of its body to named parameters.

Old clients send the parameters in any order, in two spellings, form-encoded up to three times
or as multipart; all of these are accepted. `data` is parsed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Literal
from urllib.parse import parse_qsl, unquote_plus

from schemactl.emulator.multipart import read_multipart

FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


@unique
class RequestType(StrEnum):
    """The manual's 19 request types."""

    ADD = "add"
    UPDATE = "update"
    FETCH = "fetch"
    DELETE = "delete"
    KEY = "key"
    ADD_SECTION = "add_section"
    EDIT_SECTION = "edit_section"
    REMOVE_SECTION = "remove_section"
    REMOVE_FIELD = "remove_field"
    ADD_DROPDOWN = "add_dropdown"
    REMOVE_DROPDOWN = "remove_dropdown"
    SEARCH = "search"
    PULL_TAG = "pull_tag"
    FETCH_TAG = "fetch_tag"
    FETCH_SEQUENCES = "fetch_sequences"
    ADD_NOTES = "add_notes"
    FETCH_NOTES = "fetch_notes"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"


_RETURN_IDS: Mapping[str, Literal[1, 2]] = MappingProxyType({"1": 1, "2": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyRequest:
    """One request.

    Attributes:
        type: None where the client named an unknown request type.
        type_text: The request type as the client wrote it.
        app_id: Empty where none was sent.
        key: Empty where none was sent; never shown, logged or stored.
        data: Decoded to the text that the server reads, XML or JSON; may be empty.
        return_id: 1 for the whole contact, 2 for id and time, 0 for neither.
        forces_add: `f_add`; None where it was not sent.
        counts: Whether a search returns only a number.
        gets_ids: Whether a search returns only ids.
        full: Whether `fetch_sequences` returns more than names.
    """

    type: RequestType | None
    type_text: str
    app_id: str
    key: str = field(repr=False)
    data: str
    return_id: Literal[0, 1, 2] = 0
    forces_add: bool | None = None
    counts: bool = False
    gets_ids: bool = False
    full: bool = False


def read_request(
    *, body: bytes, query: str, content_type: str, extra_decode: bool
) -> LegacyRequest:
    """Read a request; anything that is not a parameter is ignored, so this never fails.

    A parameter of the body takes precedence over one of the query, a later over an earlier one.
    """
    given = _parameters(parse_qsl(query, keep_blank_values=True, errors="replace"))
    given.update(_parameters(_body_pairs(body, content_type)))
    type_text = given.get("reqtype", "").strip()
    type_word = type_text.lower()
    data = given.get("data", "")
    return_id = given.get("return_id", "").strip()
    return LegacyRequest(
        type=RequestType(type_word) if type_word in set(RequestType) else None,
        type_text=type_text,
        app_id=given.get("appid", "").strip(),
        key=given.get("key", "").strip(),
        data=unquote_plus(data, errors="replace") if extra_decode else data,
        return_id=_RETURN_IDS.get(return_id, 0),
        forces_add=_truth(given["f_add"]) if "f_add" in given else None,
        counts=_truth(given.get("count", "")),
        gets_ids=_truth(given.get("getids", "")),
        full=_truth(given.get("full", "")),
    )


def _parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.strip().lower(): value for name, value in pairs}


def _body_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
    if content_type.strip().lower().startswith("multipart/form-data"):
        return read_multipart(body, content_type)
    return parse_qsl(
        body.decode("utf-8", errors="replace"), keep_blank_values=True, errors="replace"
    )


def _truth(text: str) -> bool:
    return text.strip().lower() not in FALSE_WORDS
