"""The one reader and writer of our own JSON files: plans, bases and snapshots.

A file that this program wrote is input like any other: bounded in size, parsed strictly, and
checked for its kind, its format and its JSON Schema before a value of it is used. The lines of
a journal and the holder of a lock go through the same parser.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Generic, TypeGuard, TypeVar

from schemactl.document.resources import schema_text
from schemactl.errors import SchemactlError
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import JsonObject, JsonValue
from schemactl.store.strict_json import parse_json, refuse_lone_surrogates
from schemactl.text import quoted_short
from schemactl.values import dataclass

if TYPE_CHECKING:
    import jsonschema_rs

    from schemactl.store.state.interface import StateFile

_MAX_FAULTS_SHOWN: Final = 3
_MAX_FAULT_LENGTH: Final = 200
_MAX_VERSION_LENGTH: Final = 20

_Document = TypeVar("_Document")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile(Generic[_Document]):
    """One kind of our files; the type parameter is what its JSON Schema proves of a document.

    A kind that words its faults in another way overrides the methods that make them.

    Attributes:
        kind: What every document has as its `kind`; also the name of its JSON Schema.
        version: The newest format that this program reads, and the one that it writes.
        max_bytes: The size that no such file reaches.
        error: The type of error that every fault raises.
        remedy: What to do about a fault, as its hint.
        code: The code that every message starts with, if the error has one.
    """

    kind: str
    version: int
    max_bytes: int
    error: type[SchemactlError]
    remedy: str
    code: str = ""

    def text(self, members: Mapping[str, JsonValue]) -> str:
        """Write a document as canonical JSON: equal members give equal bytes."""
        return canonical_json(self.document(members))

    def document(self, members: Mapping[str, JsonValue]) -> JsonObject:
        """Return members with the kind and the format that every document starts with."""
        return {"format_version": self.version, "kind": self.kind, **members}

    def find(self, file: StateFile, *, hint: str) -> bytes | None:
        """Return the content of a file of the state store; None where there is none.

        Raises:
            SchemactlError: As `error`: it is not a regular file, or cannot be read.
        """
        try:
            return file.find(max_bytes=self.max_bytes)
        except OSError as error:
            msg = f"{file} cannot be read: {error.strerror or error}"
            raise self.error(msg, hint=hint) from error

    def load(self, path: Path) -> _Document:
        """Read a file that the user named; it may be a pipe.

        Raises:
            SchemactlError: As `error`: it cannot be read, or is not what it should be.
        """
        try:
            with path.open("rb") as stream:
                return self.read_stream(stream, file=str(path))
        except OSError as error:
            raise self._unreadable(str(path), error) from error

    def read_stream(self, stream: BinaryIO, *, file: str) -> _Document:
        """Read a stream, of which at most `max_bytes` are taken; see `read`."""
        try:
            data = stream.read(self.max_bytes + 1)
        except OSError as error:
            raise self._unreadable(file, error) from error
        return self.read_bytes(data, file=file)

    def read_bytes(self, data: bytes, *, file: str) -> _Document:
        """Read the content of a file; see `read`."""
        if len(data) > self.max_bytes:
            raise self._too_long(file)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self.fault(file, f"is not UTF-8: a wrong byte in line {line}") from error
        return self.read(text, file=file)

    def read(self, text: str, *, file: str) -> _Document:
        """Read a text.

        Args:
            text: The content of the file.
            file: Its name, for messages only.

        Raises:
            SchemactlError: As `error`: it is not JSON, another kind of document, one of a newer
                program, or breaks its JSON Schema; the message shows where.
        """
        if len(text) > self.max_bytes:
            raise self._too_long(file)
        try:
            document = parse_json(text)
            refuse_lone_surrogates(document, text)
        except (ValueError, RecursionError) as error:
            raise self.not_json(file, error) from error
        return self.check(document, file=file)

    def check(self, document: object, *, file: str) -> _Document:
        """Return a parsed document that is of this kind and obeys its JSON Schema.

        Raises:
            SchemactlError: As `error`: it is not, or does not.
        """
        found = document.get("kind") if isinstance(document, dict) else None
        if not isinstance(document, dict) or found != self.kind:
            raise self.other_kind(file, found if isinstance(found, str) else None)
        version = document.get("format_version")
        if isinstance(version, int) and version > self.version:
            raise self.newer(file, str(version)[:_MAX_VERSION_LENGTH])
        if not self._is_valid(document):
            try:
                faults, is_all = broken_rules(document, self.kind)
            except RecursionError as error:
                raise self.too_deep(file) from error
            raise self.invalid(file, faults, is_all=is_all)
        return document

    def fault(self, file: str, reason: str, *, hint: str | None = None) -> SchemactlError:
        """Return the error on a file; `reason` follows its name."""
        return self.error(f"{self.code}{file} {reason}", hint=hint or self.remedy)

    def not_json(self, file: str, error: ValueError | RecursionError) -> SchemactlError:
        """Return the error on a text that `parse_json` refused."""
        return self.fault(file, f"is not a {self.kind}: not JSON that can be read ({error})")

    def other_kind(self, file: str, found: str | None) -> SchemactlError:
        """Return the error on a document of the kind `found`, or of none."""
        but = "" if found is None else f", but of kind {quoted_short(found)}"
        reason = f'is not a {self.kind}{but}: its JSON must have the kind "{self.kind}"'
        return self.fault(file, reason)

    def newer(self, file: str, version: str) -> SchemactlError:
        """Return the error on a document in a format of a newer program."""
        return self.fault(
            file,
            f"is a {self.kind} of format {version}; this schemactl reads formats up to "
            f"{self.version}",
            hint=f"use a newer schemactl, or {self.remedy}",
        )

    def invalid(self, file: str, faults: tuple[str, ...], *, is_all: bool) -> SchemactlError:
        """Return the error on a document that breaks its JSON Schema."""
        more = "" if is_all else " (and more)"
        return self.fault(file, f"is not a valid {self.kind}: {'; '.join(faults)}{more}")

    def too_deep(self, file: str) -> SchemactlError:
        """Return the error on a document that is nested deeper than any of this kind."""
        return self.fault(file, f"is nested deeper than any {self.kind}")

    def _too_long(self, file: str) -> SchemactlError:
        size = f"more than {self.max_bytes:,} bytes"
        return self.fault(file, f"is longer than any {self.kind}: {size}")

    def _unreadable(self, file: str, error: OSError) -> SchemactlError:
        reason = f"cannot be read: {error.strerror or error}"
        return self.fault(file, reason, hint="check that it exists and is readable")

    def _is_valid(self, document: object) -> TypeGuard[_Document]:
        return obeys(document, self.kind)


def read_ordinary(path: Path, *, max_bytes: int) -> bytes:
    """Read a file that may have come with a commit, and so may be a link or have no end.

    Raises:
        OSError: It is not a regular file, has more than `max_bytes`, or cannot be read.
    """
    # Neither follows a link nor waits for the other end of a pipe.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(errno.EFBIG, f"it has more than {max_bytes:,} bytes")
    return data


def obeys(document: object, schema: str) -> bool:
    """Whether a document obeys a JSON Schema; fast, but without reasons."""
    try:
        return _validator(schema).is_valid(document)
    except ValueError:
        # A number that is too large, or nesting beyond what the validator takes.
        return False


def broken_rules(document: object, schema: str) -> tuple[tuple[str, ...], bool]:
    """Return the first faults of a document, each with its place, and whether these are all."""
    try:
        found = [
            (_place(fault.instance_path), fault.message)
            for fault in islice(_validator(schema).iter_errors(document), _MAX_FAULTS_SHOWN + 1)
        ]
    except ValueError:
        # A number that is too large, or nesting beyond what the validator takes.
        found = _faults_by_library(document, schema)
    faults = tuple(
        f"{place}: {_shortened(message)}" for place, message in found[:_MAX_FAULTS_SHOWN]
    )
    return faults or ("it holds a number beyond bounds",), len(found) <= _MAX_FAULTS_SHOWN


def _place(path: Sequence[str | int]) -> str:
    """Return where a fault is, as JSONPath writes it."""
    return "$" + "".join(
        f".{part}" if isinstance(part, str) and part.isidentifier() else f"[{part!r}]"
        for part in path
    )


def _faults_by_library(document: object, schema: str) -> list[tuple[str, str]]:
    """Find faults with the validator that takes every document; it words values as Python."""
    # Imported here, for it is slow: only a broken file should wait for it.
    import jsonschema

    rules: dict[str, object] = json.loads(schema_text(schema))
    found = jsonschema.Draft202012Validator(rules).iter_errors(document)
    return [(each.json_path, each.message) for each in islice(found, _MAX_FAULTS_SHOWN + 1)]


def _shortened(message: str) -> str:
    cut = message[:_MAX_FAULT_LENGTH]
    return message if len(message) <= _MAX_FAULT_LENGTH else f"{cut} …"


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    # Imported here: only a run that reads such a file should wait for it.
    import jsonschema_rs

    rules: dict[str, object] = json.loads(schema_text(schema))
    return jsonschema_rs.Draft202012Validator(rules)
