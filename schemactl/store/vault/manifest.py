"""The manifest of one backup: written and read as input like any other file of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NotRequired, TypedDict

from schemactl.errors import SchemactlError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.backup import Backup, BackupFile, BackupPart, BackupState
from schemactl.model.json_text import field_json
from schemactl.model.plan import JsonObject, JsonValue
from schemactl.store.field_document import FieldDocument, field_from
from schemactl.store.own_file import OwnFile
from schemactl.store.state.interface import StateFile

MAX_BYTES: Final = 10_000_000
ENCRYPTED_SUFFIX: Final = ".age"
"""What the name of an encrypted file ends with."""


class VaultError(SchemactlError):
    """Backed-up values cannot be written, read or trusted."""


class _FileDocument(TypedDict):
    name: str
    size_bytes: int
    sha256: str


class _PartDocument(TypedDict):
    change: str
    section: NotRequired[str]
    field: NotRequired[FieldDocument]
    description: NotRequired[str | None]
    lost: list[str]
    labels: dict[str, str]
    tag: NotRequired[str]
    held: int
    files: list[_FileDocument]


class _Document(TypedDict):
    run: str
    call: int
    account: str
    address: str
    app_id_fingerprint: NotRequired[str]
    backend: str
    state: str
    started_at: str
    finished_at: str | None
    object: str
    records: int
    total: int | None
    cursor: str
    encrypted_to: list[str]
    parts: list[_PartDocument]


MANIFEST_FILE: Final[OwnFile[_Document]] = OwnFile(
    kind="vault",
    version=1,
    max_bytes=MAX_BYTES,
    error=VaultError,
    remedy="look at who changed it: the values beside it are not used without it",
)


def manifest_text(backup: Backup) -> str:
    """Write a manifest as canonical JSON.

    Raises:
        VaultError: It is longer than any that is read again.
    """
    identity = backup.identity
    members: dict[str, JsonValue] = {
        "run": backup.run,
        "call": backup.call,
        "account": backup.account,
        "address": identity.address,
        "backend": backup.backend,
        "state": str(backup.state),
        "started_at": backup.started_at,
        "finished_at": backup.finished_at or None,
        "object": backup.custom_object,
        "records": backup.records,
        "total": backup.total,
        "cursor": backup.cursor,
        "encrypted_to": backup.encrypted_to,
        "parts": tuple(map(_part_json, backup.parts)),
    }
    if identity.app_id:
        members["app_id_fingerprint"] = identity.app_id
    text = MANIFEST_FILE.text(members)
    if len(text.encode("utf-8", "backslashreplace")) > MAX_BYTES:
        msg = f"the list of the files of one backup has more than {MAX_BYTES:,} bytes"
        raise VaultError(msg, hint="remove fewer fields at once; nothing was destroyed")
    return text


def read_manifest(file: StateFile) -> Backup | None:
    """Read a manifest; None where none was written yet.

    Raises:
        VaultError: It cannot be read, or is not as an apply writes it.
    """
    data = MANIFEST_FILE.find(file, hint="make it an ordinary file that can be read")
    if not data:
        return None
    backup = _backup(MANIFEST_FILE.read_bytes(data, file=str(file)))
    if (backup.run, f"{backup.call:04d}") != (file.folder.name, file.stem):
        raise MANIFEST_FILE.fault(str(file), "is of another run or call than its name says")
    names = [one.name for part in backup.parts for one in part.files]
    if any(name.endswith(ENCRYPTED_SUFFIX) != bool(backup.encrypted_to) for name in names):
        raise MANIFEST_FILE.fault(str(file), "does not say which of its files are encrypted")
    return backup


def _part_json(part: BackupPart) -> JsonObject:
    about: Mapping[str, JsonValue] = {"tag": part.tag}
    if part.field is not None:
        about = {
            "section": part.section,
            "field": field_json(part.field),
            "description": part.description,
        }
    return {
        **about,
        "change": part.change,
        "lost": part.lost,
        "labels": dict(part.labels),
        "held": part.held,
        "files": tuple(
            {"name": one.name, "size_bytes": one.size_bytes, "sha256": one.sha256}
            for one in part.files
        ),
    }


def _backup(document: _Document) -> Backup:
    return Backup(
        run=document["run"],
        call=document["call"],
        account=document["account"],
        identity=AccountIdentity(
            address=document["address"], app_id=document.get("app_id_fingerprint", "")
        ),
        backend=document["backend"],
        state=BackupState(document["state"]),
        started_at=document["started_at"],
        finished_at=document["finished_at"] or "",
        custom_object=document["object"],
        records=document["records"],
        total=document["total"],
        cursor=document["cursor"],
        encrypted_to=tuple(document["encrypted_to"]),
        parts=tuple(map(_part, document["parts"])),
    )


def _part(document: _PartDocument) -> BackupPart:
    field = document.get("field")
    return BackupPart(
        change=document["change"],
        section=document.get("section", ""),
        field=None if field is None else field_from(field),
        description=document.get("description"),
        lost=tuple(document["lost"]),
        labels=document["labels"],
        tag=document.get("tag", ""),
        held=document["held"],
        files=tuple(
            BackupFile(name=one["name"], size_bytes=one["size_bytes"], sha256=one["sha256"])
            for one in document["files"]
        ),
    )
