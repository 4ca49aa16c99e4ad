"""Find the proxy that the environment names for an account; its password is never shown.

A proxy only forwards TLS, so it sees no app id and no key. Plain http is used only with this
machine, and never through a proxy.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from requests.utils import should_bypass_proxies
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from schemactl.values import dataclass, field

VARIABLES: Final = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""Variables that name a proxy for https, in the order that curl reads them."""
_SCHEMES: Final = frozenset({"http", "https"})
_EXAMPLE: Final = "http://proxy.example:3128"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A usable proxy.

    Attributes:
        variable: The environment variable that names it.
        url: With scheme, and with user name and password where it needs them.
        address: Scheme, host and port, safe to show.
    """

    variable: str
    url: str = field(repr=False)
    address: str

    def redact(self, text: str) -> str:
        """Remove user name and password from a text that may come from the proxy itself."""
        name, _, password = (parse_url(self.url).auth or "").partition(":")
        plain = f"{unquote(name)}:{unquote(password)}"
        header = base64.b64encode(plain.encode()).decode()
        for secret in (header, password, unquote(password)):
            if password:
                text = text.replace(secret, "…")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableProxy:
    """A proxy that cannot be used.

    Attributes:
        variable: The environment variable that names it.
        reason: Why, without any part of the variable's value that may be a password.
    """

    variable: str
    reason: str


def find_proxy(url: str, environ: Mapping[str, str]) -> Proxy | UnusableProxy | None:
    """Return the proxy that the environment names for an address; None for none."""
    variable = next((name for name in VARIABLES if environ.get(name)), None)
    if variable is None or urlsplit(url).scheme != "https":
        return None
    no_proxy = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if should_bypass_proxies(url, no_proxy=no_proxy):
        return None
    return _parse_proxy(variable, environ[variable].strip())


def _parse_proxy(variable: str, value: str) -> Proxy | UnusableProxy:
    whole = value if "://" in value else f"http://{value}"
    try:
        parts = parse_url(whole)
    except LocationParseError:
        parts = Url()
    if parts.scheme is not None and parts.scheme.startswith("socks"):
        reason = f"names a SOCKS proxy, and schemactl speaks only to HTTP proxies: {_EXAMPLE}"
    elif parts.scheme is not None and parts.scheme not in _SCHEMES:
        reason = f'names a proxy by "{parts.scheme}://"; write it like {_EXAMPLE}'
    elif not parts.host or "@" in (parts.request_uri + (parts.fragment or "")):
        # A password with a slash ends the host, so its start would be taken for a host.
        reason = (
            f"is not the address of a proxy; write it like {_EXAMPLE}, with / ? # @ in a "
            "password as %2F %3F %23 %40"
        )
    else:
        port = "" if parts.port is None else f":{parts.port}"
        address = f"{parts.scheme}://{parts.host}{port}"
        return Proxy(variable=variable, url=whole, address=address)
    return UnusableProxy(variable=variable, reason=reason)
