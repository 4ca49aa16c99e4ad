"""The handler of each request of the REST API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from schemactl.emulator.account import Account
from schemactl.emulator.rest.contacts import (
    count_contacts,
    create_contact,
    delete_contact,
    find_by_email,
    read_contact,
    read_contacts,
    save_contact,
    update_contact,
)
from schemactl.emulator.rest.fieldeditor import (
    create_fields,
    delete_fields,
    read_fields,
    update_fields,
)
from schemactl.emulator.rest.json_values import Json, JsonText
from schemactl.emulator.rest.meta import read_meta
from schemactl.emulator.rest.objects import read_objects
from schemactl.emulator.rest.other_records import (
    count_records,
    create_record,
    delete_record,
    read_record,
    read_records,
    update_record,
)
from schemactl.emulator.rest.request import RestRequest, RestWord
from schemactl.emulator.rest.selected import (
    delete_contacts,
    pause,
    put_sequences,
    put_tag_names,
    put_tags,
    take_sequences,
    take_tag_names,
    take_tags,
)
from schemactl.emulator.rest.tagged import count_subscribers, read_subscribers, read_tagged
from schemactl.emulator.rest.tags import (
    count_tags,
    create_tag,
    delete_tag,
    delete_tags,
    read_tag,
    read_tags,
    rename_tag,
    save_tag,
)
from schemactl.emulator.switches import Switches

Handler: TypeAlias = "Callable[[Account, RestRequest, Switches], Mapping[str, Json | JsonText]]"

READS = frozenset(word for word in RestWord if word.endswith(("_get", "_info")))
"""Requests that change nothing."""
SEES_CONTACTS = frozenset(
    {
        *(RestWord.CONTACTS_GET, RestWord.CONTACTS_INFO, RestWord.CONTACT_GET),
        *(RestWord.TAGGED_GET, RestWord.SUBSCRIBERS_GET, RestWord.SUBSCRIBERS_INFO),
    }
)
"""Requests that can show what is processed in the background, and wait for it."""
REST_HANDLERS: Mapping[RestWord, Handler] = MappingProxyType(
    {
        RestWord.FIELDEDITOR_GET: read_fields,
        RestWord.FIELDEDITOR_POST: create_fields,
        RestWord.FIELDEDITOR_PUT: update_fields,
        RestWord.FIELDEDITOR_DELETE: delete_fields,
        RestWord.META_GET: read_meta,
        RestWord.TAGS_GET: read_tags,
        RestWord.TAGS_INFO: count_tags,
        RestWord.TAG_GET: read_tag,
        RestWord.TAG_CREATE: create_tag,
        RestWord.TAG_SAVE: save_tag,
        RestWord.TAG_RENAME: rename_tag,
        RestWord.TAG_DELETE: delete_tag,
        RestWord.TAGS_DELETE: delete_tags,
        RestWord.OBJECTS_GET: read_objects,
        RestWord.CONTACTS_GET: read_contacts,
        RestWord.CONTACTS_INFO: count_contacts,
        RestWord.CONTACT_GET: read_contact,
        RestWord.CONTACT_CREATE: create_contact,
        RestWord.CONTACT_SAVE: save_contact,
        RestWord.CONTACT_UPDATE: update_contact,
        RestWord.CONTACT_DELETE: delete_contact,
        RestWord.CONTACTS_DELETE: delete_contacts,
        RestWord.EMAIL_GET: find_by_email,
        RestWord.TAGGED_GET: read_tagged,
        RestWord.TAGGED_PUT: put_tags,
        RestWord.TAGGED_DELETE: take_tags,
        RestWord.TAG_NAMES_PUT: put_tag_names,
        RestWord.TAG_NAMES_DELETE: take_tag_names,
        RestWord.SUBSCRIBERS_GET: read_subscribers,
        RestWord.SUBSCRIBERS_INFO: count_subscribers,
        RestWord.SEQUENCE_PUT: put_sequences,
        RestWord.SEQUENCE_DELETE: take_sequences,
        RestWord.SUBSCRIBE_PUT: put_sequences,
        RestWord.SUBSCRIBE_DELETE: take_sequences,
        RestWord.RECORDS_GET: read_records,
        RestWord.RECORDS_INFO: count_records,
        RestWord.RECORD_GET: read_record,
        RestWord.RECORD_CREATE: create_record,
        RestWord.RECORD_UPDATE: update_record,
        RestWord.RECORD_DELETE: delete_record,
        RestWord.PAUSE: pause,
        RestWord.UNPAUSE: pause,
    }
)
