"""The one file in which a project keeps how many contacts hold what, with its date.

It decides about no call: a wrong number can make a report wrong. It is bound to its account,
holds numbers and no value, and an interrupted count goes on from it.
"""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict

from schemactl.errors import SchemactlError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import JsonObject
from schemactl.model.schema import CONTACTS
from schemactl.model.usage import Usage, UsageItem, UsageKind
from schemactl.store.count_document import CountDocument, count_members, count_of
from schemactl.store.own_file import OwnFile
from schemactl.store.state.interface import StateFile

MAX_BYTES: Final = 50_000_000


class UsageFileError(SchemactlError):
    """A file that should hold the usage of an account does not."""


class _ItemDocument(CountDocument):
    kind: str
    custom_object: NotRequired[str]
    section: NotRequired[str]
    name: str
    type: NotRequired[str]
    option: NotRequired[str]
    at: str


class _UsageDocument(TypedDict):
    account: str
    backend: str
    address: str
    app_id_fingerprint: NotRequired[str]
    complete: bool
    items: list[_ItemDocument]


USAGE_FILE: Final[OwnFile[_UsageDocument]] = OwnFile(
    kind="usage",
    version=1,
    max_bytes=MAX_BYTES,
    error=UsageFileError,
    remedy="delete it, and run `schemactl usage` again",
)


def read_usage(file: StateFile, *, identity: AccountIdentity, backend: str) -> Usage | None:
    """Read what was counted in this account over this API; None if nothing was.

    Raises:
        UsageFileError: The file holds something else, or cannot be read.
    """
    data = USAGE_FILE.find(file, hint="`schemactl usage` writes an ordinary file")
    if data is None:
        return None
    usage = _usage(USAGE_FILE.read_bytes(data, file=str(file)))
    is_own = usage.backend == backend and identity.owns(usage.identity)
    return usage if is_own and identity.address else None


def usage_of_document(document: object, *, file: str) -> Usage:
    """Return the usage that is a part of a parsed file; `file` names it, for messages only.

    Raises:
        UsageFileError: It is none, or breaks the JSON Schema.
    """
    return _usage(USAGE_FILE.check(document, file=file))


def write_usage(file: StateFile, usage: Usage) -> None:
    """Keep what was counted, instead of what was counted before.

    Raises:
        OutputError: The file cannot be written; the old one is unchanged.
    """
    file.write(usage_text(usage))


def usage_text(usage: Usage) -> str:
    """Write the usage of an account as canonical JSON."""
    return canonical_json(usage_document(usage))


def usage_document(usage: Usage) -> JsonObject:
    """Return the usage of an account as a JSON document."""
    app_id = usage.identity.app_id
    return USAGE_FILE.document(
        {
            "account": usage.account,
            "backend": usage.backend,
            "address": usage.identity.address,
            **({"app_id_fingerprint": app_id} if app_id else {}),
            "complete": usage.is_complete,
            "items": tuple(map(_item_json, usage.items)),
        }
    )


def _item_json(item: UsageItem) -> JsonObject:
    texts = {
        "custom_object": item.custom_object,
        "section": item.section,
        "type": item.type,
        "option": item.option,
    }
    return {
        "kind": item.kind,
        "name": item.name,
        "at": item.at,
        **{name: text for name, text in texts.items() if text},
        **count_members(item.count),
    }


def _usage(document: _UsageDocument) -> Usage:
    return Usage(
        account=document["account"],
        backend=document["backend"],
        identity=AccountIdentity(
            address=document["address"], app_id=document.get("app_id_fingerprint", "")
        ),
        is_complete=document["complete"],
        items=tuple(map(_item, document["items"])),
    )


def _item(document: _ItemDocument) -> UsageItem:
    return UsageItem(
        kind=UsageKind(document["kind"]),
        custom_object=document.get("custom_object", CONTACTS),
        section=document.get("section", ""),
        name=document["name"],
        type=document.get("type", ""),
        option=document.get("option", ""),
        count=count_of(document),
        at=document["at"],
    )
