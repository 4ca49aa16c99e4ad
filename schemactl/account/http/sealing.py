"""Add app id and key to a request of either API; sends nothing.

In a form they are the first two fields, over REST they are headers. They get into no other
part of a request, and never into a url.
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
    """Return what is sent for a request to the account at `address`.

    Raises:
        UsageError: The address has a query, so no REST path can be added to it.
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
    """Return the headers of a REST request; characters beyond ASCII as UTF-8 (a guess)."""
    kind = (("Content-Type", b"application/json"),) if has_body else ()
    return (
        ("Accept", b"application/json"),
        *kind,
        ("Api-Appid", credentials.app_id.encode("utf-8")),
        ("Api-Key", credentials.key.encode("utf-8")),
    )
