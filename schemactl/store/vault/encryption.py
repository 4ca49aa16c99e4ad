"""Encrypt files of the vault to recipients of age, and read them again.

A process that writes has a key pair of its own, whose private key is in its memory alone. Each
file is encrypted to that too. So a run verifies and compares what it wrote without the private
key of a recipient; once the process ends, only the recipients can read it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from stat import S_IRWXG, S_IRWXO, S_ISREG
from types import ModuleType
from typing import Final, Protocol

from schemactl.store.git import would_be_committed
from schemactl.store.vault.manifest import VaultError

IDENTITY_VARIABLE: Final = "SCHEMACTL_IDENTITY_FILE"
"""The environment variable that names the file of an identity."""
_MAX_BYTES: Final = 64 * 1024
_ENCRYPTED: Final = ("age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE")
_ONLY: Final = "only keys that age-keygen makes are supported; they begin with AGE-SECRET-KEY-1"


class Decryptor(Protocol):
    """Reads encrypted files."""

    def decrypt(self, data: bytes, /) -> bytes:
        """Return what was encrypted.

        Raises:
            VaultError: It was encrypted to nobody whose private key is here.
        """
        ...


class RunEncryption:
    """Encrypts what one process writes.

    Attributes:
        recipients: As the project file names them.
    """

    def __init__(self, recipients: Sequence[str]) -> None:
        """Make a key pair for this process.

        Raises:
            VaultError: The library is not installed, or a recipient is none.
        """
        self.recipients = tuple(recipients)
        age = _age()
        own = age.x25519.Identity.generate()
        try:
            keys = [age.x25519.Recipient.from_str(one) for one in recipients]
        except age.RecipientError as error:
            msg = "values: encrypt_to: has a recipient that age does not know"
            raise VaultError(msg) from error
        self._keys = [*keys, own.to_public()]
        self._own = Identities([own])

    def encrypt(self, data: bytes) -> bytes:
        """Encrypt to the recipients and to this process."""
        encrypted: bytes = _age().encrypt(data, self._keys)
        return encrypted

    def decrypt(self, data: bytes, /) -> bytes:
        """Return what this process encrypted.

        Raises:
            VaultError: Another process did.
        """
        return self._own.decrypt(data)


class Identities:
    """Private keys of one or more recipients; they are never shown."""

    def __init__(self, keys: Sequence[object]) -> None:
        self._keys = list(keys)

    def decrypt(self, data: bytes, /) -> bytes:
        """Return what was encrypted to one of the recipients.

        Raises:
            VaultError: It was encrypted to others, or is damaged.
        """
        age = _age()
        try:
            decrypted: bytes = age.decrypt(data, self._keys)
        except age.DecryptError:
            msg = "the backup is encrypted to other recipients than the identity is for"
            hint = "`schemactl values show RUN` lists the recipients"
            raise VaultError(msg, hint=hint) from None
        return decrypted


class IdentityFile:
    """The private keys in a file, which is read once something has to be decrypted."""

    def __init__(self, path: Path, *, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ

    @cached_property
    def _identities(self) -> Identities:
        return read_identities(self._path, environ=self._environ)

    def decrypt(self, data: bytes, /) -> bytes:
        """Return what was encrypted to one of the keys.

        Raises:
            VaultError: The file cannot be used, or none of its keys fits.
        """
        return self._identities.decrypt(data)


def find_identity(path: Path | None, *, environ: Mapping[str, str]) -> IdentityFile | None:
    """Return the identity that a user named; None for none.

    Args:
        path: As an option has it; None where the environment decides.
        environ: Environment variables.
    """
    named = path or (Path(word) if (word := environ.get(IDENTITY_VARIABLE)) else None)
    return None if named is None else IdentityFile(named, environ=environ)


def read_identities(path: Path, *, environ: Mapping[str, str]) -> Identities:
    """Read the private keys in a file that age-keygen made; it may be a pipe.

    Args:
        path: The file.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        VaultError: It cannot be read, others can read it too, or it holds no key.
    """
    age = _age()
    lines = _private_text(path, environ).splitlines()
    keys = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if number == 1 and line.startswith(_ENCRYPTED):
            msg = f"the identity file {path} is itself encrypted"
            raise VaultError(msg, hint=f"decrypt it on the way: --identity <(age -d {path})")
        try:
            keys.append(age.x25519.Identity.from_str(line.strip()))
        except age.IdentityError:
            msg = f"line {number} of the identity file {path} is not a private key of age"
            raise VaultError(msg, hint=_ONLY) from None
    if not keys:
        msg = f"the identity file {path} holds no private key"
        raise VaultError(msg, hint=_ONLY)
    return Identities(keys)


def _private_text(path: Path, environ: Mapping[str, str]) -> str:
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            data = stream.read(_MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it has no such name"
        msg = f"the identity file {path} cannot be read: {reason}"
        raise VaultError(msg, hint="name the file that age-keygen made") from error
    if S_ISREG(status.st_mode):
        if status.st_mode & (S_IRWXG | S_IRWXO):
            msg = f"other users can read or change the identity file {path}"
            raise VaultError(msg, hint=f"chmod 600 {path}")
        if would_be_committed(path, environ=environ):
            msg = f"git would take the identity file {path} along, and with it the private key"
            raise VaultError(msg, hint="move it out of the repository")
    return data.decode("ascii", "replace")


def _age() -> ModuleType:
    """Return the library that encrypts: imported here, because few projects need it."""
    try:
        return import_module("pyrage")
    except ImportError as error:
        msg = "backups are encrypted here, and the library that does that is not installed"
        hint = (
            "install it in the environment of schemactl: pip install 'ontraport-schemactl[age]'"
        )
        raise VaultError(msg, hint=hint) from error
