"""The state of a project in an object store: S3, Google Cloud Storage or Azure, by `obstore`.

Credentials come the way each cloud's own tools find them, and never pass through here. What the
library reports may hold signed addresses, so no text of it is shown: only what kind of failure
it was, and the status and code that the server answered.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.store.state.interface import ChangedMeanwhileError, Name, Stored, Version
from schemactl.store.state.object_log import FIRST, ObjectLog, is_later_part, part_name

if TYPE_CHECKING:
    from obstore import PutMode, UpdateVersion
    from obstore.store import ObjectStore

    from schemactl.store.state.address import StateAddress

MAX_NAMES: Final = 20_000
"""At most this many documents of one folder are listed; a project has some hundreds."""
PAGE: Final = 1000
"""How many objects the services list in one answer."""
PART_BYTES: Final = 64 * 1024
"""A part of a growing document is not written again once it is as long.

Part of the format: behind a shorter part, a reader looks for no other one.
"""
_READS_AT_ONCE: Final = 8
_LOG_SUFFIX: Final = ".jsonl"
_STATUS: Final = re.compile(r"status code: (\d{3})")
_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_KNOWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        # The service from which a machine in a cloud gets its credentials.
        "//169.254.": "no credentials for the store were found",
        "token request": "no credentials for the store were found",
        "builder error": "the address of the store cannot be used; plain http:// is for this "
        "machine only",
        "error sending request": "the store cannot be reached",
    }
)
"""What is in the library's text, and what that means."""
_NO_BUCKET: Final = ("NoSuchBucket", "ContainerNotFound", "bucket does not exist")


class ObjectState:
    """Documents as objects of a bucket; see `StateStore`.

    Attributes:
        endpoint: The address of the service; empty for the cloud's own.
    """

    def __init__(
        self, address: StateAddress, client: ObjectStore, *, endpoint: str = ""
    ) -> None:
        self._address = address
        self._client = client
        self.endpoint = endpoint

    @property
    def is_shared(self) -> bool:
        """Whether other machines use it too."""
        return True

    @property
    def lease_number(self) -> int:
        """Return 0: without a lease."""
        return 0

    def outrank(self, number: int) -> None:
        """Do nothing: there is no lease."""

    def describe(self, name: Name) -> str:
        """Return where a document is, for messages."""
        return "/".join((str(self._address), *name))

    def locate(self, name: Name) -> str:
        """Return where a document is, as processes in other folders find it."""
        at = f" at {self.endpoint}" if self.endpoint else ""
        return f"{self.describe(name)}{at}"

    def check(self, name: Name) -> None:
        """Do nothing: an object store has no links."""

    def find(self, name: Name, *, max_bytes: int) -> Stored | None:
        """Return a document with all its parts; see `StateStore`."""
        found = self._get(name, max_bytes)
        if found is None or not name[-1].endswith(_LOG_SUFFIX):
            return found
        data, part, number = found.data, found, FIRST
        while len(part.data) >= PART_BYTES:
            number += 1
            more = self._get(part_name(name, number), max_bytes - len(data))
            if more is None:
                break
            data, part = data + more.data, more
        return Stored(data=data, version=found.version)

    def find_each(self, names: Sequence[Name], *, max_bytes: int) -> Iterator[Stored | None]:
        """Yield several documents, a few of them read at the same time."""
        with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
            yield from threads.map(lambda name: self.find(name, max_bytes=max_bytes), names)

    def exists(self, name: Name) -> bool:
        """Whether there is a document of this name."""
        import obstore

        try:
            with self._in_words():
                obstore.head(self._client, _path(name))
        except FileNotFoundError:
            return False
        return True

    def write(self, name: Name, data: bytes) -> None:
        """Write a document whole, whatever was there."""
        self._put(name, data, "overwrite")

    def create(self, name: Name, data: bytes) -> Version:
        """Write a new document; see `StateStore`."""
        return self._put_if(name, data, "create")

    def replace(self, name: Name, data: bytes, version: Version) -> Version:
        """Write a document that is in a version; see `StateStore`."""
        mode: UpdateVersion = {"e_tag": version.tag}
        if version.number:
            mode["version"] = version.number
        return self._put_if(name, data, mode)

    def write_private(self, name: Name, data: bytes) -> None:
        """Write a document: who can read it is up to the bucket."""
        self.write(name, data)

    def move(self, name: Name, new_name: Name) -> None:
        """Give a document another name; where that is interrupted, it may have both."""
        import obstore

        with self._in_words():
            obstore.rename(self._client, _path(name), _path(new_name))

    def delete_folder(self, folder: Name) -> None:
        """Delete a folder with all documents in it."""
        for name in self.names(folder):
            self.delete((*folder, name))

    def make_private(self, folder: Name) -> None:
        """Do nothing: an object store has no folders, and git does not see it."""

    def sync(self, folder: Name) -> None:
        """Do nothing: what was written is kept."""

    def is_exposed(self, folder: Name, *, environ: Mapping[str, str]) -> bool:
        """Return that git sees nothing of it."""
        del folder, environ
        return False

    def delete(self, name: Name) -> None:
        """Delete a document with all its parts, if there is one."""
        import obstore

        with self._in_words(), _unless_missing():
            obstore.delete(self._client, _path(name))
        if name[-1].endswith(_LOG_SUFFIX):
            number = FIRST + 1
            while self.exists(part_name(name, number)):
                with self._in_words(), _unless_missing():
                    obstore.delete(self._client, _path(part_name(name, number)))
                number += 1

    def names(self, folder: Name) -> tuple[str, ...]:
        """Return the names of the documents and folders in a folder, sorted."""
        found: set[str] = set()
        with self._in_words(), _unless_missing():
            for names in self._listed(_path(folder)):
                found |= names
                if len(found) > MAX_NAMES:
                    raise OSError(errno.EFBIG, f"it has more than {MAX_NAMES:,} documents")
        return tuple(sorted(name for name in found if name and not is_later_part(name)))

    def _listed(self, folder: str) -> Iterator[set[str]]:
        """Yield the names in a folder, page by page, so that not all of many are read.

        What is in folders in it is listed too, as far as one page goes. Beyond that, the
        service is asked for the names alone, which come in one piece.
        """
        import obstore

        for page in obstore.list(self._client, folder, chunk_size=PAGE):
            paths = [one["path"].removeprefix(f"{folder}/") for one in page]
            if len(paths) == PAGE and any("/" in path for path in paths):
                listed = obstore.list_with_delimiter(self._client, folder)
                found = (
                    *listed["common_prefixes"],
                    *(one["path"] for one in listed["objects"]),
                )
                yield {path.rstrip("/").rpartition("/")[2] for path in found}
                return
            yield {path.partition("/")[0] for path in paths}

    def tracked(self, folder: Name, *, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Return nothing: no commit brings objects of a bucket."""
        del folder, environ
        return ()

    def new_log(self, name: Name) -> ObjectLog:
        """Start a new document that grows; see `StateStore`."""
        return ObjectLog(self, name, part_bytes=PART_BYTES)

    def _get(self, name: Name, max_bytes: int) -> Stored | None:
        import obstore

        try:
            with self._in_words():
                answer = obstore.get(self._client, _path(name))
                meta, data = answer.meta, bytearray()
                # The size that the server names may be wrong.
                for block in answer.stream():
                    data += block
                    if len(data) > max_bytes:
                        raise OSError(errno.EFBIG, f"it has more than {max_bytes:,} bytes")
        except FileNotFoundError:
            return None
        return Stored(data=bytes(data), version=_version(meta["e_tag"], meta["version"]))

    def _put(self, name: Name, data: bytes, mode: PutMode) -> Version:
        import obstore

        with self._in_words():
            done = obstore.put(self._client, _path(name), data, mode=mode, use_multipart=False)
        return _version(done["e_tag"], done["version"])

    def _put_if(self, name: Name, data: bytes, mode: PutMode) -> Version:
        """Write under a condition.

        Where the answer to a try was lost, the library's next try finds what the first one
        wrote. So an object that holds just what was to be written counts as written.
        """
        try:
            return self._put(name, data, mode)
        except (FileExistsError, ChangedMeanwhileError):
            found = self._find_equal(name, data)
            if found is None:
                raise
            return found.version

    def _find_equal(self, name: Name, data: bytes) -> Stored | None:
        """Return an object if it holds just this."""
        try:
            found = self._get(name, len(data))
        except OSError as error:
            if error.errno == errno.EFBIG:
                return None
            raise
        return None if found is None or found.data != data else found

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Raise what the library raises as `OSError`, in words without its texts."""
        from obstore import exceptions

        try:
            yield
        except FileNotFoundError as error:
            if any(word in str(error) for word in _NO_BUCKET):
                bucket = f"{self._address.cloud}://{self._address.bucket}"
                raise OSError(errno.ENXIO, f"there is no bucket {bucket}") from None
            raise FileNotFoundError(errno.ENOENT, "there is no such object") from None
        except exceptions.AlreadyExistsError:
            raise FileExistsError(errno.EEXIST, "there is such an object already") from None
        except exceptions.PreconditionError:
            raise ChangedMeanwhileError from None
        except exceptions.BaseError as error:
            raise OSError(errno.EIO, _words(error)) from None


@contextmanager
def _unless_missing() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        return


def _path(name: Name) -> str:
    return "/".join(name)


def _version(tag: str | None, number: str | None) -> Version:
    return Version(tag=tag or "", number=number or "")


def _words(error: Exception) -> str:
    """Return what kind of failure it was, without any address."""
    text = str(error)
    known = (words for part, words in _KNOWN.items() if part in text)
    if words := next(known, ""):
        return words
    status, code = _STATUS.search(text), _CODE.search(text)
    if status:
        named = f" {code[1]}" if code else ""
        return f"the store answers {status[1]}{named}"
    kind = type(error).__name__.removesuffix("Error")
    return f"the store gave no usable answer ({kind})"
