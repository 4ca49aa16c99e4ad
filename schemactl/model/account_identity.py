"""The account that a record belongs to: its address and the app id that opens it. Pure.

All accounts of the vendor have the same address, so the app id counts too. Only a fingerprint
of it is recorded. Both APIs of an account have one address here.
"""

from __future__ import annotations

import ipaddress
import posixpath
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from schemactl.values import dataclass

EMBEDDED_PREFIX: Final = "emulator:"
"""Start of the address of an embedded account; the id in its file follows."""
LOCALHOST: Final = "localhost"
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1"})
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_API_PATHS: Final = frozenset({"cdata.php", "1"})
"""Last part of the path of each API (the vendor's published samples)."""
_PREFIX: Final = "schemactl account 1\n"
"""Makes a fingerprint different from hashes of the same text made for other purposes."""
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdentity:
    """What distinguishes an account from every other account.

    Attributes:
        address: Its URL, as `normal_address` returns it. For an embedded account, `emulator:`
            and the id in its file.
        app_id: Fingerprint of the app id. Empty for an embedded account, and if none was
            recorded or is available.
        same_app_ids: Fingerprints that open this account, according to the project file.
    """

    address: str
    app_id: str = ""
    same_app_ids: frozenset[str] = frozenset()

    def owns(self, recorded: AccountIdentity) -> bool:
        """Whether a record belongs to this account.

        If one side has no fingerprint, as in files of earlier versions, the address decides.
        """
        if normal_address(recorded.address) != normal_address(self.address):
            return False
        if not recorded.app_id or not self.app_id or recorded.app_id == self.app_id:
            return True
        return self.same_app_ids.issuperset({recorded.app_id, self.app_id})

    @property
    def shared_app_id(self) -> str:
        """One fingerprint for all app ids of the account, for its lock and its rate."""
        return min(self.same_app_ids) if self.app_id in self.same_app_ids else self.app_id

    @property
    def known_app_ids(self) -> frozenset[str]:
        """The fingerprints of all app ids that are known to open it."""
        if self.app_id in self.same_app_ids:
            return self.same_app_ids
        return frozenset({self.app_id} - {""})

    @property
    def is_embedded(self) -> bool:
        """Whether it is an account inside a project folder."""
        return self.address.startswith(EMBEDDED_PREFIX)

    def differs_by_app_id(self, recorded: AccountIdentity) -> bool:
        """Whether a record is of another account only because of the app id."""
        same_place = normal_address(recorded.address) == normal_address(self.address)
        return same_place and not self.owns(recorded)

    def setting_for(self, recorded: AccountIdentity) -> str:
        """Return the line of the project file that declares both to be one account."""
        both = sorted({*self.same_app_ids, self.app_id, recorded.app_id} - {""})
        # Quoted: YAML reads twelve digits as a number.
        quoted = ", ".join(f'"{one}"' for one in both)
        return f"app_ids: [{quoted}]"

    def __str__(self) -> str:
        address = normal_address(self.address)
        return f"{address} (app id fingerprint {self.app_id})" if self.app_id else address


SNAPSHOT: Final = AccountIdentity(address="")
"""Stands for an account when a snapshot is read. No record belongs to it."""


def fingerprint_of_app_id(app_id: str) -> str:
    """Return the first 12 hex digits of a SHA-256 over the app id."""
    import hashlib  # It loads OpenSSL.

    return hashlib.sha256(f"{_PREFIX}{app_id}".encode()).hexdigest()[:_DIGITS]


def normal_host(name: str) -> str:
    """Return a host in lower case without final dot; this machine is `localhost`."""
    text = name.strip("[]").lower().rstrip(".")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return LOCALHOST if str(address) in _THIS_MACHINE else str(address)


@lru_cache(maxsize=64)
def normal_address(address: str) -> str:
    """Return an account's address in its one spelling; other text is unchanged.

    The result is the same for both APIs of an account. The function is idempotent.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return address
    host = normal_host(parts.hostname)
    place = f"[{host}]" if ":" in host else host
    if port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        place = f"{place}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{place}{_path_before_api(parts.path)}{query}"


def _path_before_api(path: str) -> str:
    """Return the path without the part for the API; empty for the root."""
    found = posixpath.normpath("/" + unquote(path)).strip("/")
    names = found.split("/") if found else []
    while names and names[-1].lower() in _API_PATHS:
        names.pop()
    return "".join(f"/{quote(name)}" for name in names)
