"""An answer to another request is an error, never an empty or a strange account.

A proxy that mixes answers up, or a server that changed, must not pass for an account that
lost its fields. Every answer of the emulator is read as the answer to every other request,
under every setting; only an empty list does not show what it is a list of.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemactl.account.legacy.decoder import decode_schema, decode_tags
from schemactl.account.rest.decoder import (
    decode_count,
    decode_fields,
    decode_meta,
    decode_objects,
    decode_tags_page,
)
from schemactl.errors import AccountError
from tests.contract.switch_settings import (
    DEFAULTS,
    LEGACY_SETTINGS,
    REST_SETTINGS,
    emulator_with,
)
from tests.unit.emulator.talk import Talk, options_data, section_data

LEGACY_READERS: Mapping[str, Callable[[bytes], object]] = {
    "key": decode_schema,
    "pull_tag": decode_tags,
}
REST_READS: Mapping[str, str] = {
    "fieldeditor": "objects/fieldeditor?objectID=0",
    "meta": "objects/meta?objectID=0&format=byId",
    "tags": "Tags",
    "tags/getInfo": "Tags/getInfo",
    "objects of 99": "objects?objectID=99",
    "contacts": "Contacts",
    "a contact": "Contact?id=1",
}
LISTS = {"meta", "tags", "objects of 99"}
"""What may have no entry; that tags are none is held to their count."""
MAY_BE = {("types", "meta"), ("pull_tag", "add_tag"), ("pull_tag", "remove_tag")}
"""Answers of one kind: what the manual calls the "list of added tags" may look like that of
all tags. No call of the Contacts API deletes a tag, so nothing could be lost by it."""


@contextmanager
def a_filled_account(setting: str, folder: Path) -> Iterator[Talk]:
    with emulator_with(setting, folder) as server:
        talk = Talk(server=server)
        with server.runtime.account() as account:
            account.objects.add("Pets")
        talk.call("add_section", section_data("Own", ("Kind", "tdrop")))
        talk.call("add_dropdown", options_data("Kind", "a", "b"))
        talk.call("add_tag", "<contact id='1'><tag>VIP</tag></contact>")
        yield talk


def legacy_answers(talk: Talk) -> Mapping[str, bytes]:
    search = (
        "<search><equation><field>E-Mail</field><op>c</op><value>@</value></equation></search>"
    )
    asked = {
        **dict.fromkeys(("key", "pull_tag", "fetch_tag", "fetch_sequences"), ""),
        "fetch": "<contact_id>1</contact_id>",
        "search": search,
        "fetch_notes": "<contact_id>1</contact_id>",
        "add_tag": "<contact id='1'><tag>Again</tag></contact>",
        "remove_tag": "<contact id='1'><tag>Again</tag></contact>",
        "remove_section": '<data><Group_Tag name="No Such Section"/></data>',
        "edit_section": section_data("Own", ("More", "text")),
    }
    return {word: talk.call(word, data).body.encode() for word, data in asked.items()}


def rest_answers(talk: Talk) -> Mapping[str, bytes]:
    read = {word: talk.rest("GET", path).body.encode() for word, path in REST_READS.items()}
    made = talk.rest("POST", "Tags", {"tag_name": "New"}).body.encode()
    added = talk.fieldeditor("POST", {"name": "Own", "fields": [[]]}).body.encode()
    return {**read, "tag made": made, "section made": added}


def rest_readers(answers: Mapping[str, bytes]) -> Mapping[str, Callable[[bytes], object]]:
    """Return the reader of each answer; a layout is read together with the true meta."""
    return {
        "fieldeditor": lambda body: decode_fields(body, answers["meta"], object_id=0),
        "meta": decode_meta,
        "types": lambda body: decode_fields(answers["fieldeditor"], body, object_id=0),
        "tags": decode_tags_page,
        "tags/getInfo": decode_count,
        "objects of 99": decode_objects,
    }


def is_empty_list(body: bytes) -> bool:
    text = body.decode()
    if text.startswith("{"):
        return bool(json.loads(text)["data"] == [])
    return text.strip() in {"<result/>", "<result></result>"}


@pytest.mark.parametrize("setting", LEGACY_SETTINGS)
def test_no_answer_of_the_contacts_api_passes_for_another(setting: str, tmp_path: Path) -> None:
    with a_filled_account(setting, tmp_path) as talk:
        answers = legacy_answers(talk)

    for word, read in LEGACY_READERS.items():
        for other, body in answers.items():
            if other != word and (word, other) not in MAY_BE and not is_empty_list(body):
                with pytest.raises(AccountError):
                    pytest.fail(f"{other} passes for {word}: {read(body)!r}")


@pytest.mark.parametrize("setting", REST_SETTINGS)
def test_no_answer_of_the_rest_api_passes_for_another(setting: str, tmp_path: Path) -> None:
    with a_filled_account(setting, tmp_path) as talk:
        answers = rest_answers(talk)

    for word, read in rest_readers(answers).items():
        for other, body in answers.items():
            may_be_empty = word in LISTS and is_empty_list(body)
            if other != word and (word, other) not in MAY_BE and not may_be_empty:
                with pytest.raises(AccountError):
                    pytest.fail(f"{other} passes for {word}: {read(body)!r}")


def test_a_layout_without_sections_is_refused_where_meta_lists_fields(tmp_path: Path) -> None:
    with a_filled_account(DEFAULTS, tmp_path) as talk:
        meta = rest_answers(talk)["meta"]

    with pytest.raises(AccountError, match="no section"):
        decode_fields(b'{"code":0,"data":[],"account_id":50}', meta, object_id=0)
