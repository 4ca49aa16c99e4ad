"""The SQLite file of an emulated account.

Several threads and processes can use one file: every call is one transaction, and they wait
for each other. This module knows no rule of the APIs.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from types import MappingProxyType

from schemactl.emulator.errors import AccountFileError, ConnectionCutError, EmulatorError
from schemactl.emulator.kept_layout import KeptLayout
from schemactl.emulator.values import folded_text, size_of

APPLICATION_ID = 0x53434D41
LAYOUT_VERSION = 7
BUSY_TIMEOUT_S = 20.0
WAL_ATTEMPTS = 200
WAL_PAUSE_S = 0.02
IN_USE_HINT = (
    "Make sure that it and its folder can be written, that the disk has room, and that "
    "no other program holds it."
)
OUTER_CAUSES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""SQLite's codes for failures of the disk or another program; any other is our bug."""
PRIMARY_CODE = 0xFF
"""The part of SQLite's codes with the kind of failure; the rest is details."""

_OBJECTS = """
CREATE TABLE object (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, singular TEXT NOT NULL, plural TEXT NOT NULL);
"""
_ACCOUNT_ID = re.compile("[0-9a-f]{16}")
_IDENTITY = """
CREATE TABLE IF NOT EXISTS identity (id TEXT NOT NULL);
INSERT INTO identity SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM identity);
"""
"""A unique id for each account, which stays the same if the file is moved."""
_VALUE_INDEXES = """
CREATE INDEX value_folded ON value (field_id, folded);
CREATE INDEX value_number ON value (field_id, number) WHERE number IS NOT NULL;
CREATE INDEX contact_object ON contact (object_id);
CREATE INDEX contact_modified ON contact (object_id, modified);
"""
_COMPARABLE_VALUES = (
    """
ALTER TABLE contact ADD COLUMN object_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE value ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE value ADD COLUMN number REAL;
UPDATE value SET folded = folded_text(text), number = size_of(text);
DROP INDEX value_field;
"""
    + _VALUE_INDEXES
)
"""Values in the forms in which they are compared, and records of custom objects."""
_PENDING = """
CREATE TABLE pending (
  id INTEGER PRIMARY KEY AUTOINCREMENT, reads INTEGER NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  field_id INTEGER REFERENCES field ON DELETE CASCADE, text TEXT,
  tag_id INTEGER REFERENCES tag ON DELETE CASCADE, removes INTEGER NOT NULL);
"""
"""Changes that wait for a number of reads."""
_RECORDS = """
CREATE TABLE record (
  kind INTEGER NOT NULL, id INTEGER NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE fired (
  number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,
  contact_id INTEGER NOT NULL, field_id INTEGER, tag_id INTEGER);
"""
_UPGRADES: Mapping[int, str] = MappingProxyType(
    {
        2: "ALTER TABLE section ADD COLUMN object_id INTEGER NOT NULL DEFAULT 0;\n" + _OBJECTS,
        3: _IDENTITY,
        4: _COMPARABLE_VALUES,
        5: _PENDING,
        6: _RECORDS,
    }
)
"""The upgrade of a file of each earlier version to the next."""

_TABLES = (
    _OBJECTS
    + _IDENTITY
    + """
CREATE TABLE section (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
  custom INTEGER NOT NULL, editable INTEGER NOT NULL, position INTEGER NOT NULL,
  description TEXT NOT NULL DEFAULT '', object_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE field (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  section_id INTEGER NOT NULL REFERENCES section ON DELETE CASCADE,
  name TEXT NOT NULL, type TEXT NOT NULL, custom INTEGER NOT NULL, position INTEGER NOT NULL,
  api_name TEXT NOT NULL DEFAULT '', place INTEGER NOT NULL DEFAULT 0,
  required INTEGER NOT NULL DEFAULT 0, uniq INTEGER NOT NULL DEFAULT 0);
CREATE INDEX field_section ON field (section_id);
CREATE TABLE option (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  field_id INTEGER NOT NULL REFERENCES field ON DELETE CASCADE,
  text TEXT NOT NULL, position INTEGER NOT NULL);
CREATE INDEX option_field ON option (field_id);
CREATE TABLE tag (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
  object_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE sequence (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
  public_name TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT, added INTEGER NOT NULL, modified INTEGER NOT NULL,
  purl TEXT NOT NULL, bulk_mail INTEGER NOT NULL, object_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE value (
  contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  field_id INTEGER NOT NULL REFERENCES field ON DELETE CASCADE,
  text TEXT NOT NULL, folded TEXT NOT NULL DEFAULT '', number REAL,
  PRIMARY KEY (contact_id, field_id)) WITHOUT ROWID;
CREATE TABLE contact_tag (
  contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag ON DELETE CASCADE,
  PRIMARY KEY (contact_id, tag_id)) WITHOUT ROWID;
CREATE INDEX contact_tag_tag ON contact_tag (tag_id);
CREATE TABLE contact_sequence (
  contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  sequence_id INTEGER NOT NULL REFERENCES sequence ON DELETE CASCADE,
  PRIMARY KEY (contact_id, sequence_id)) WITHOUT ROWID;
CREATE TABLE note (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contact ON DELETE CASCADE,
  time INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX note_contact ON note (contact_id);
CREATE TABLE call (
  number INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, request TEXT NOT NULL,
  data TEXT NOT NULL, limited INTEGER NOT NULL, faults TEXT NOT NULL);
CREATE INDEX call_time ON call (time);
"""
    + _VALUE_INDEXES
    + _PENDING
    + _RECORDS
)


class Storage:
    """One open account file; only `transaction` gives access to its content.

    Attributes:
        kept: What was read of its sections; current within a transaction.
        is_new: Whether its first content was written just now.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        fill: Callable[[sqlite3.Connection], None],
        image: bytes | None = None,
    ) -> None:
        """Open the file, or create it and let `fill` write its first content.

        Without a path, the account is in memory and ends with this object. It may start as a
        copy of `image`, with an identity of its own.

        Raises:
            EmulatorError: The file cannot be opened, or is not an emulated account.
        """
        self._lock = RLock()
        self._closed = False
        self._path = path
        self._connection = _connect(path)
        self.kept = KeptLayout()
        try:
            # The first to read the file, and so the first to fail if it is not ours.
            if image is not None:
                self._connection.deserialize(image)
                self._connection.execute("UPDATE identity SET id = lower(hex(randomblob(8)))")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self.is_new = self._make_tables(path, fill)
            if path is not None:
                _use_wal(self._connection)
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise _unusable(path, error) from error
        except sqlite3.Error as error:
            self._connection.close()
            raise _not_an_account(path, error) from error
        except EmulatorError:
            self._connection.close()
            raise

    def image(self) -> bytes:
        """Return the whole account as bytes, to copy it."""
        with self._lock:
            return self._connection.serialize()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction, which is undone if it raises.

        Raises:
            ConnectionCutError: The storage was closed meanwhile; nothing was done.
            AccountFileError: The file cannot be read or written; nothing was done.
        """
        with self._lock:
            if self._closed:
                raise ConnectionCutError
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self.kept.check(self._connection)
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                self.kept.forget_all()
                if self._connection.in_transaction:  # A full disk may have ended it.
                    self._connection.execute("ROLLBACK")
                if _is_outer(error):
                    raise _unusable(self._path, error) from error
                raise

    def close(self) -> None:
        """Close the file after the current transaction; a second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()

    def _make_tables(
        self, path: Path | None, fill: Callable[[sqlite3.Connection], None]
    ) -> bool:
        """Create the tables if the file is empty; return whether it was."""
        with self.transaction() as connection:
            if _pragma(connection, "application_id") == APPLICATION_ID:
                _upgrade(path, connection, _pragma(connection, "user_version"))
                # Write it unchanged: SQLite opens a read-only file without an error.
                connection.execute(f"PRAGMA user_version = {LAYOUT_VERSION}")
                return False
            if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
                raise _not_an_account(path, "it is another program's database")
            for statement in filter(str.strip, _TABLES.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {LAYOUT_VERSION}")
            fill(connection)
            return True


@contextmanager
def without_value_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block without the indexes on values, and create them again at its end.

    Very many values are stored in half the time.
    """
    names = re.findall("CREATE INDEX ([a-z_]+)", _VALUE_INDEXES)
    for name in names:
        connection.execute(f"DROP INDEX {name}")
    yield
    for statement in filter(str.strip, _VALUE_INDEXES.split(";\n")):
        connection.execute(statement)


def account_id(path: Path) -> str:
    """Return the id in an account file; empty if there is no file, or no id in it."""
    if not path.is_file():
        return ""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
        with closing(connection):
            row = connection.execute("SELECT id FROM identity").fetchone()
    except sqlite3.Error:
        return ""
    found = "" if row is None else str(row[0])
    # Anybody who can write the file could have written anything here.
    return found if _ACCOUNT_ID.fullmatch(found) else ""


def _connect(path: Path | None) -> sqlite3.Connection:
    try:
        if path is not None:
            _refuse_special(path)
        connection = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.create_function("folded_text", 1, folded_text, deterministic=True)
        connection.create_function("size_of", 1, size_of, deterministic=True)
    except (sqlite3.Error, OSError) as error:
        msg = f"cannot open the account file {path}: {error}"
        raise EmulatorError(msg, hint="name a file in a folder that can be written") from error
    return connection


def _refuse_special(path: Path) -> None:
    """Refuse what is not a regular file: SQLite would wait for a pipe without end.

    Raises:
        OSError: It is a folder, a pipe, a socket or a device, or there is no folder for it.
    """
    if not path.parent.is_dir():
        msg = f"there is no folder {path.parent}"
        raise OSError(msg)
    if path.exists() and not path.is_file():
        msg = "it is not a regular file"
        raise OSError(msg)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Keep readers and writers of several processes from waiting for each other.

    SQLite does not apply its busy time-out to this change, hence the bounded loop.
    """
    for attempt in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(WAL_PAUSE_S)
        else:
            return


def _is_outer(error: BaseException) -> bool:
    return (
        isinstance(error, sqlite3.Error)
        # Python itself raises some errors, which have no code.
        and getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE in OUTER_CAUSES
    )


def _unusable(path: Path | None, error: BaseException) -> AccountFileError:
    return AccountFileError(f"cannot use the account file {path}: {error}", hint=IN_USE_HINT)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _upgrade(path: Path | None, connection: sqlite3.Connection, version: int) -> None:
    """Upgrade a file of an earlier version.

    Raises:
        EmulatorError: There is no upgrade from its version.
    """
    while version in _UPGRADES:
        for statement in filter(str.strip, _UPGRADES[version].split(";\n")):
            connection.execute(statement)
        version += 1
    if version != LAYOUT_VERSION:
        msg = f"{path} was written by another version of the emulator ({version})"
        raise EmulatorError(msg, hint="use that version, or start with a new file")


def _not_an_account(path: Path | None, reason: object) -> EmulatorError:
    return EmulatorError(
        f"{path} is not an account of the schemactl emulator: {reason}",
        hint="name another file; a new one is created",
    )
