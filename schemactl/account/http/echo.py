"""Refuse answers that hold app id or key, which could end up in files.

A server that echoes them as the name of a section would get them into what `import` writes,
and so into git.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Final

from schemactl.account.http.excerpt import excerpt
from schemactl.account.http.exchange import Request
from schemactl.errors import AnswerError
from schemactl.model.credentials import MIN_ECHO, Credentials

_HINT: Final = "check the url; if the server is right, rename what is called like the key"


def without_credentials(request: Request, body: bytes, credentials: Credentials) -> bytes:
    """Return the body of the answer to a request, unless it holds app id or key.

    Raises:
        AnswerError: It does.
    """
    for secret in (credentials.app_id, credentials.key):
        is_echo = any(form.encode() in body for form in set(_as_echoed(secret)))
        if len(secret) >= MIN_ECHO and is_echo:
            holds = "holds the app id or key, so nothing of it is used."
            msg = f"the answer to {request.word} {holds}"
            if not request.is_private:
                msg = f"{msg} It starts: {excerpt(body, redact=credentials.redact)}"
            raise AnswerError(msg, hint=_HINT)
    return body


def _as_echoed(secret: str) -> Iterator[str]:
    """Yield a secret as XML and JSON write it; PHP puts a backslash before a slash."""
    yield secret
    yield from (html.escape(secret), html.escape(secret, quote=False))
    for is_ascii in (True, False):
        written = json.dumps(secret, ensure_ascii=is_ascii)[1:-1]
        yield from (written, written.replace("/", "\\/"))
