"""Which addresses app id and key can be sent to: https, or this machine."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from schemactl.errors import UsageError
from schemactl.text import one_line

REST_URL: Final = "https://api.ontraport.com/1/"
"""Where the REST API of every account is (the vendor's documentation)."""

# Python 3.11 takes text in brackets as the host, whatever follows them.
_HOST: Final = r"(?i)(\[[0-9a-f:.]+\]|[^\[\]:%]+)(:[0-9]*)?"


def checked_address(url: str) -> str:
    """Return `url` if a request can be sent there.

    Raises:
        UsageError: It is no address, would send app id and key unencrypted, or contains a
            name and password.
    """
    # First, because every other refusal quotes the address.
    if re.match(r"[^/?#]*//[^/?#]*@", url):
        msg = "the url of the account holds a name or password"
        raise UsageError(msg, hint="leave it out: `credentials` says where app id and key are")
    if not url.isprintable() or " " in url:
        raise _unfit(url, "has a space or a control character in it")
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError as error:
        raise _unfit(url, "is not an address") from error
    if not re.fullmatch(_HOST, parts.netloc) or (has_port and parts.port == 0):
        raise _unfit(url, "is not an address")
    if parts.fragment:
        raise _unfit(url, "has a part after #, which no server gets")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts)):
        msg = (
            f'the url of the account, "{one_line(url)}", would send app id and key in the clear'
        )
        raise UsageError(msg, hint="write https:// (http:// is for this machine alone)")
    return url


def url_below(address: str, path: str, query: tuple[tuple[str, str], ...] = ()) -> str:
    """Return the url of `path` below an account's address, with or without a final slash.

    Raises:
        UsageError: The address has a query of its own.
    """
    if "?" in address:
        msg = f'the url of the account, "{one_line(address)}", has a part after ?'
        raise UsageError(msg, hint=f"write it like {REST_URL}")
    place = f"{address.rstrip('/')}/{path}"
    return f"{place}?{urlencode(query, quote_via=quote, safe='')}" if query else place


def is_loopback(parts: SplitResult) -> bool:
    """Whether an address names this machine without asking a name server.

    Names such as `crm.localhost` do not: many systems ask a name server for them.
    """
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _unfit(url: str, why: str) -> UsageError:
    msg = f'the url of the account, "{one_line(url)}", {why}'
    return UsageError(msg, hint="write it like https://api.ontraport.com/cdata.php")
