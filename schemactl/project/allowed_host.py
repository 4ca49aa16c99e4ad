"""The host that an app id and key are for: no other host ever gets them.

The host is named beside the key, where a project file and its pull requests cannot reach
it. Where none is named, only the vendor's own host gets the key.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from schemactl.errors import AccountError
from schemactl.model.account_identity import normal_host
from schemactl.project.settings import PROJECT_FILE, Account, vendor_url
from schemactl.values import dataclass

HOST_FORM: Final = "write a host with or without a port: api.ontraport.com or 127.0.0.1:8080"

_HTTPS_PORT: Final = 443
# Only what every URL parser reads in the same way: no user name, backslash, percent
# sign or non-ASCII letter. An internationalised name is written in its xn-- form.
_AUTHORITY: Final = r"([a-z0-9]+(?:[.-]+[a-z0-9]+)*\.?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
_DEFAULT_PORTS: Final = {"https": _HTTPS_PORT, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedHost:
    """A host that may get a key.

    Attributes:
        name: Its name in lower case without a final dot, or its IP address.
        port: Its port; None for 443, and on this machine for any port.
    """

    name: str
    port: int | None

    @property
    def is_local(self) -> bool:
        """Whether it is this machine."""
        try:
            return ipaddress.ip_address(self.name).is_loopback
        except ValueError:
            return self.name == "localhost"

    def allows(self, other: AllowedHost) -> bool:
        """Whether a request to `other`, which names its port, may carry the key."""
        if normal_host(self.name) != normal_host(other.name):
            return False
        if self.port is None:
            return self.is_local or other.port == _HTTPS_PORT
        return self.port == other.port

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port in {None, _HTTPS_PORT} else f"{name}:{self.port}"


def parse_host(text: str) -> AllowedHost | None:
    """Parse a host with or without a port; return None for anything else, such as a URL."""
    matched = re.fullmatch(_AUTHORITY, text.lower())
    if matched is None:
        return None
    name, port = matched.groups()
    number = None if port is None else int(port)
    try:
        name = str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        if name.startswith("["):
            return None
    return AllowedHost(name=name.removesuffix("."), port=number)


def host_of_url(url: str) -> AllowedHost | None:
    """Return the host and port that a request to `url` goes to; None where they are unclear."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = None if "\\" in url else parse_host(parts.netloc)
    if host is None or host.port is not None:
        return host
    return AllowedHost(name=host.name, port=_DEFAULT_PORTS.get(parts.scheme))


def check_host(account: Account, named: str | None, *, place: str, remedy: str) -> None:
    """Check that the address of an account is on the host that its key is for.

    Args:
        account: The account that the key is for.
        named: The host named beside the key; None or empty for the vendor's own.
        place: Where it is named, for a message.
        remedy: How to name a host there; `{host}` is replaced by it.

    Raises:
        AccountError: The address is on another host, or `named` is no host.
    """
    allowed = parse_host(named) if named else host_of_url(vendor_url(account.backend))
    if allowed is None:
        # The value is not shown: it could be a key in the wrong place.
        msg = f"{place} is not a host"
        raise AccountError(msg, hint=HOST_FORM)
    target = host_of_url(account.url)
    if target is None or not allowed.allows(target):
        where = "another host" if target is None else str(target)
        msg = (
            f'the credentials of account "{account.name}" are for {allowed}, but its url in '
            f"{PROJECT_FILE} leads to {where}; nothing was sent"
        )
        way_out = "" if target is None else f", or if it is right, {remedy.format(host=target)}"
        raise AccountError(msg, hint=f"correct the url{way_out}")


def is_on_vendor_host(account: Account) -> bool:
    """Whether the address of an account is on the vendor's own host."""
    vendor, target = host_of_url(vendor_url(account.backend)), host_of_url(account.url)
    return vendor is not None and target is not None and vendor.allows(target)
