"""A request of either wire with app id and key put in: the form it leaves in.

In a form they are its first two fields, over REST they are headers. Nowhere else do
they get into a request, and never into a url. Nothing here sends anything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from schemactl.account.http.exchange import (
    FormRequest,
    HttpMethod,
    Request,
    RestRequest,
    SealedRequest,
)
from schemactl.model.credentials import Credentials
from schemactl.project.address import url_below

_FORM_HEADERS: Final = (
    ("Accept", b"text/xml, */*;q=0.1"),
    ("Content-Type", b"application/x-www-form-urlencoded"),
)


def sealed_request(
    request: Request, *, address: str, credentials: Credentials
) -> SealedRequest:
    """Say what leaves for a request to the account at `address`.

    Raises:
        UsageError: The address has a query, so no REST request can go below it.
    """
    match request:
        case FormRequest(fields=fields):
            secret = (("appid", credentials.app_id), ("key", credentials.key))
            return SealedRequest(
                method=HttpMethod.POST,
                url=address,
                headers=_FORM_HEADERS,
                body=urlencode((*secret, *fields)).encode("ascii"),
            )
        case RestRequest(method=method, path=path, query=query, body=body):
            return SealedRequest(
                method=method,
                url=url_below(address, path, query),
                headers=_rest_headers(credentials, has_body=body is not None),
                body=body,
            )


def _rest_headers(credentials: Credentials, *, has_body: bool) -> tuple[tuple[str, bytes], ...]:
    """Give the headers of a REST request; letters beyond ASCII go as UTF-8 (a guess)."""
    kind = (("Content-Type", b"application/json"),) if has_body else ()
    return (
        ("Accept", b"application/json"),
        *kind,
        ("Api-Appid", credentials.app_id.encode("utf-8")),
        ("Api-Key", credentials.key.encode("utf-8")),
    )
