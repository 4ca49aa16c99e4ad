"""The one file in which a project keeps the base of an account: read, and written whole.

It holds a snapshot, what the account calls its objects, and which apply left it so: canonical
JSON, small enough for git, without credentials. It comes with a commit, so it is read as input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict

from schemactl.errors import SchemactlError
from schemactl.model.base import Applied, Base, CreatedObject, ObjectPlace, ProtectedField
from schemactl.model.difference import UnmanagedKind
from schemactl.model.identity import FieldPlace, Ids, SectionPlace
from schemactl.model.plan import JsonObject
from schemactl.store.git import file_at_commit, files_at_commit_with
from schemactl.store.own_file import OwnFile
from schemactl.store.snapshot import (
    SNAPSHOT_FILE,
    SnapshotError,
    schema_from_document,
    snapshot_members,
)
from schemactl.store.state.interface import StateFile, StateFolder
from schemactl.values import replace

MAX_BYTES: Final = 32 * 1024 * 1024
"""Of a base; one of 10,000 fields takes 3 MiB."""


class BaseError(SchemactlError):
    """A file that should hold a base does not; nothing was read from an account."""


class _AppliedDocument(TypedDict):
    at: str
    by: str
    commit: str
    run: str


class _IdsDocument(TypedDict):
    sections: list[list[str]]
    fields: list[list[str]]
    tags: list[list[str]]


class _BaseDocument(TypedDict):
    """All that is read of a base's document; a row is what the JSON Schema `base` says."""

    address: str
    app_id_fingerprint: NotRequired[str]
    applied: _AppliedDocument
    ids: _IdsDocument
    protected: NotRequired[list[list[str]]]
    protected_elsewhere: NotRequired[list[list[str]]]
    created: NotRequired[list[list[str]]]
    snapshot: object


_BASE_FILE: Final[OwnFile[_BaseDocument]] = OwnFile(
    kind="base",
    version=1,
    max_bytes=MAX_BYTES,
    error=BaseError,
    remedy="restore it from git, as with `git checkout -- FILE`. Do not delete it: only a base "
    "has the protection that no file declares any more, and what applies created",
)


def read_base(file: StateFile) -> Base | None:
    """Read the base of an account; None where no apply has left one.

    Raises:
        BaseError: The file holds none, or cannot be read.
    """
    data = _BASE_FILE.find(file, hint="a base is an ordinary file that apply writes")
    if data is None:
        return None
    return _base(_BASE_FILE.read_bytes(data, file=str(file)), str(file))


def base_at_commit(
    folder: Path, file: StateFile, commit: str, *, environ: Mapping[str, str]
) -> Base | None:
    """Read the base of an account as of a commit; None where that commit has none.

    Args:
        folder: The project's folder.
        file: Where the base is.
        commit: The commit, as git names it.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        GitUnavailableError: Git does not answer, or has no such commit.
        BaseError: The file of that commit holds no base.
    """
    name = Path(file.place).relative_to(folder)
    data = file_at_commit(folder, name, commit, environ=environ)
    if data is None:
        return None
    place = f"{commit}:{name.as_posix()}"
    return _base(_BASE_FILE.read_bytes(data, file=place), place)


def bases_at_commit(
    folder: Path, bases: StateFolder, mark: str, commit: str, *, environ: Mapping[str, str]
) -> Iterator[Base]:
    """Yield the bases that hold a text at a commit.

    Args:
        folder: The project's folder.
        bases: The folder of bases in it.
        mark: The text, such as the fingerprint of an app id.
        commit: The commit, as git names it.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        GitUnavailableError: Git does not answer, or has no such commit.
        BaseError: A file of that commit holds no base.
    """
    place = Path(bases.place).relative_to(folder)
    for name in files_at_commit_with(folder, place, mark, commit, environ=environ):
        if name.suffix == ".json":
            base = base_at_commit(folder, bases.file(name.name), commit, environ=environ)
            if base is not None:
                yield base


def write_base(file: StateFile, base: Base) -> None:
    """Keep a base, unless the one that is there says the same of the account.

    Then the apply that left it so stays in it as well: a later one has changed nothing, and a
    file in git does not differ from day to day.

    Raises:
        OutputError: The file cannot be written; the old one is unchanged.
        BaseError: The old one holds no base.
    """
    old = read_base(file)
    if old is not None and replace(old, applied=base.applied) == base:
        return
    file.write(base_text(base))


def base_text(base: Base) -> str:
    """Write a base as canonical JSON."""
    snapshot = snapshot_members(base.schema, account=base.account, backend=base.backend)
    applied = base.applied
    return _BASE_FILE.text(
        {
            "address": base.address,
            **({"app_id_fingerprint": base.app_id} if base.app_id else {}),
            "applied": {
                "at": applied.at,
                "by": applied.by,
                "commit": applied.commit,
                "run": applied.run,
            },
            "ids": {
                "fields": _id_rows(base.ids.fields),
                "sections": _id_rows(base.ids.sections),
                "tags": tuple(sorted(base.ids.tags.items())),
            },
            **_rows("protected", map(_protected_row, base.protected)),
            **_rows("protected_elsewhere", map(_protected_row, base.protected_elsewhere)),
            **_rows("created", map(_created_row, base.created)),
            "snapshot": SNAPSHOT_FILE.document(snapshot),
        }
    )


def base_from_text(text: str, *, file: str) -> Base:
    """Read a base back.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        BaseError: It is not JSON, no base, one of a newer program, or breaks the JSON Schema
            `base`; the message shows where.
    """
    return _base(_BASE_FILE.read(text, file=file), file)


def _base(document: _BaseDocument, file: str) -> Base:
    try:
        snapshot = SNAPSHOT_FILE.check(document["snapshot"], file=file)
    except SnapshotError as error:
        raise BaseError(str(error), hint=_BASE_FILE.remedy) from error
    ids = document["ids"]
    return Base(
        account=snapshot["account"],
        backend=snapshot["backend"],
        address=document["address"],
        app_id=document.get("app_id_fingerprint", ""),
        applied=Applied(**document["applied"]),
        schema=schema_from_document(snapshot),
        ids=Ids(
            sections={(label, name): number for label, name, number in ids["sections"]},
            fields={
                (label, section, name): number for label, section, name, number in ids["fields"]
            },
            tags=dict(ids["tags"]),
        ),
        protected=tuple(_protected_fields(document.get("protected", ()))),
        created=tuple(map(_created_object, document.get("created", ()))),
        protected_elsewhere=tuple(_protected_fields(document.get("protected_elsewhere", ()))),
    )


def _id_rows(
    ids: Mapping[SectionPlace, str] | Mapping[FieldPlace, str],
) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((*place, number) for place, number in ids.items()))


def _rows(key: str, rows: Iterable[tuple[str, ...]]) -> JsonObject:
    """Return the key only where there is a row: other bases stay as they are."""
    in_order = tuple(sorted(rows))
    return {key: in_order} if in_order else {}


def _protected_row(one: ProtectedField) -> tuple[str, ...]:
    return one.custom_object, one.section, one.name, one.id


def _protected_fields(rows: Iterable[list[str]]) -> Iterator[ProtectedField]:
    for label, section, name, number in rows:
        yield ProtectedField(custom_object=label, section=section, name=name, id=number)


def _created_row(one: CreatedObject) -> tuple[str, ...]:
    return (*one.place, one.id, one.type, one.at, one.commit, one.run)


def _created_object(row: list[str]) -> CreatedObject:
    kind, label, section, name, number, field_type, at, commit, run = row
    place = ObjectPlace(UnmanagedKind(kind), label, section, name)
    return CreatedObject(place=place, id=number, type=field_type, at=at, commit=commit, run=run)
