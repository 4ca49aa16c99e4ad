"""Which addresses app id and key may be sent to: https, or this very machine."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from schemactl.errors import UsageError
from schemactl.text import one_line

REST_URL: Final = "https://api.ontraport.com/1/"
"""Where the REST API of every account is (the vendor's documentation)."""

# Python 3.11 takes what stands in brackets for the host, whatever comes behind them.
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:%]+)(:[0-9]*)?", re.IGNORECASE)


def checked_address(url: str) -> str:
    """Give `url` back where a request may go there.

    Raises:
        UsageError: It is no address, would send app id and key in the clear, or holds
            a name and password.
    """
    if not url.isprintable() or " " in url:
        raise _unfit(url, "has a blank or a control character in it")
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError as error:
        raise _unfit(url, "is no address") from error
    if not _HOST.fullmatch(parts.netloc.rpartition("@")[2]) or (has_port and parts.port == 0):
        raise _unfit(url, "is no address")
    if parts.username is not None or parts.password is not None:
        msg = "the url of the account holds a name or password"
        raise UsageError(msg, hint="leave it out: `credentials` says where app id and key are")
    if parts.fragment:
        raise _unfit(url, "has a part after #, which no server gets")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts)):
        msg = (
            f'the url of the account, "{one_line(url)}", would send app id and key in the clear'
        )
        raise UsageError(msg, hint="write https:// (http:// is for this machine alone)")
    return url


def url_below(address: str, path: str, query: tuple[tuple[str, str], ...] = ()) -> str:
    """Give the url of `path` below an account's address, which may end in a slash or not.

    Raises:
        UsageError: The address has a query of its own, so nothing can stand below it.
    """
    if "?" in address:
        msg = f'the url of the account, "{one_line(address)}", has a part after ?'
        raise UsageError(msg, hint=f"write it like {REST_URL}")
    place = f"{address.rstrip('/')}/{path}"
    return f"{place}?{urlencode(query, quote_via=quote, safe='')}" if query else place


def is_loopback(parts: SplitResult) -> bool:
    """Say whether an address names this very machine, whatever a name server answers.

    Names such as `crm.localhost` do not: many systems ask a name server for them.
    """
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _unfit(url: str, why: str) -> UsageError:
    msg = f'the url of the account, "{one_line(url)}", {why}'
    return UsageError(msg, hint="write it like https://api.ontraport.com/cdata.php")
