"""Send one request and read one bounded answer: the only user of `requests`.

Certificates are always checked, redirects are not followed, `.netrc` is not read and no
cookie is kept. A failure is returned as a value without the foreign exception: those hold
the request, with app id and key in it.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import requests
import urllib3
from requests.adapters import HTTPAdapter

from schemactl import __version__
from schemactl.account.http.exchange import (
    Failure,
    FailureKind,
    Limits,
    RawAnswer,
    SealedRequest,
)
from schemactl.account.http.proxy import Proxy, UnusableProxy, find_proxy
from schemactl.account.http.watch import Watch, watched_connections
from schemactl.values import replace

_CHUNK_BYTES: Final = 65_536
_MAX_CAUSES: Final = 10
_CUT: Final = "the connection was cut before the answer was complete"
_BUNDLES: Final = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""Variables that name a file of trusted authorities; the first that is set counts."""


class HttpSession:
    """Sends requests to one host over one kept connection; not for several threads at once.

    Only `cut` may be called while another thread sends.

    Args:
        url: Any address on that host; it decides which proxy is used.
        limits: Of one request.
        environ: May name a proxy and an authority's certificates.
    """

    def __init__(self, url: str, *, limits: Limits, environ: Mapping[str, str]) -> None:
        self._limits = limits
        self._proxy = find_proxy(url, environ)
        self._bundle_variable = next((each for each in _BUNDLES if environ.get(each)), None)
        self._verify = environ[self._bundle_variable] if self._bundle_variable else True
        self._watch = Watch()
        self._adapter = _WatchedAdapter(self._watch)

    def send(self, sealed: SealedRequest) -> RawAnswer | Failure:
        """Send once, without retries or redirects."""
        if isinstance(self._verify, str) and not Path(self._verify).exists():
            detail = f"{self._bundle_variable} names {self._verify}, which does not exist"
            return Failure(kind=FailureKind.CERTIFICATE, detail=detail, bytes_left=False)
        if isinstance(self._proxy, UnusableProxy):
            detail = f"{self._proxy.variable} {self._proxy.reason}"
            return Failure(kind=FailureKind.PROXY, detail=detail, bytes_left=False)
        start_s = time.monotonic()
        try:
            with self._watch.over_request(deadline_s=self._limits.total_s):
                answer = self._exchange(sealed)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
        ) as error:
            return self._failure(error)
        # An answer without length ends with the connection, also when the watch cut it.
        if self._watch.expired:
            return self._failure(None)
        if isinstance(answer, Failure):
            return answer
        return replace(answer, took_s=time.monotonic() - start_s)

    def cut(self) -> None:
        """End the request that another thread is sending; nothing can be sent afterwards."""
        self._watch.end()

    def close(self) -> None:
        """Close the kept connection."""
        self._adapter.close()
        self._watch.close()

    def _exchange(self, sealed: SealedRequest) -> RawAnswer | Failure:
        request = requests.Request(
            sealed.method,
            sealed.url,
            data=sealed.body,
            headers={
                **dict(sealed.headers),
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": f"schemactl/{__version__}",
            },
        ).prepare()
        # Not through `requests.Session`: it would read a redirect's whole body, unbounded.
        response = self._adapter.send(
            request,
            stream=True,
            timeout=(self._limits.connect_s, self._limits.silence_s),
            verify=self._verify,
            proxies={"https": self._proxy.url} if isinstance(self._proxy, Proxy) else {},
        )
        return self._read(response)

    def _read(self, response: requests.Response) -> RawAnswer | Failure:
        """Read at most the allowed number of bytes, as they come."""
        if not response.headers:
            # Python accepts a head that ends after its first line as complete.
            return Failure(kind=FailureKind.CUT, detail=_CUT, bytes_left=True)
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > self._limits.body_bytes:
                response.raw.close()
                detail = f"the answer has more than {self._limits.body_bytes} bytes"
                return Failure(kind=FailureKind.TOO_LONG, detail=detail, bytes_left=True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return RawAnswer(status=response.status_code, headers=headers, body=bytes(body))

    def _failure(self, error: Exception | None) -> Failure:
        kind, words = FailureKind.CONNECTION, "no connection was made"
        if self._watch.expired:
            kind = FailureKind.TIMEOUT
            words = f"it took longer than {self._limits.total_s:g} seconds in all"
        elif error is not None and _is_timeout(error):
            kind, words = FailureKind.TIMEOUT, "the server sent nothing for too long"
        elif error is not None and _is_invalid_http(error):
            kind, words = FailureKind.CUT, "the answer is not valid HTTP"
        elif self._watch.bytes_left:
            kind, words = (
                FailureKind.CUT,
                _CUT,
            )
        elif isinstance(error, requests.exceptions.SSLError):
            kind, words = (
                FailureKind.CERTIFICATE,
                "the server's certificate is not trusted",
            )
        reason = "" if error is None or self._watch.expired else _plain_reason(error)
        detail = f"{words} ({reason})" if reason else words
        if isinstance(self._proxy, Proxy) and not self._watch.bytes_left:
            way = f"through the proxy {self._proxy.address}, which {self._proxy.variable} names"
            detail = f"{self._proxy.redact(detail)}, {way}"
        return Failure(kind=kind, detail=detail, bytes_left=self._watch.bytes_left)


class _WatchedAdapter(HTTPAdapter):
    """Keeps one connection, of a class that the watch can cut."""

    def __init__(self, watch: Watch) -> None:
        self._plain, self._tls = watched_connections(watch)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001 - the order is the library's
        proxies: dict[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> urllib3.HTTPConnectionPool:
        """Return the pool for a request; the library documents this as a method to override."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        is_tls = isinstance(pool, urllib3.HTTPSConnectionPool)
        pool.ConnectionCls = self._tls if is_tls else self._plain
        return pool


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and its causes; libraries keep them in different places."""
    current: object = error
    for _ in range(_MAX_CAUSES):
        if not isinstance(current, BaseException):
            return
        yield current
        inner = [getattr(current, "reason", None), *current.args]
        current = next(
            (each for each in inner if isinstance(each, BaseException)), current.__cause__
        )


def _is_timeout(error: BaseException) -> bool:
    return any(
        isinstance(
            each, TimeoutError | requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError
        )
        for each in _causes(error)
    )


def _is_invalid_http(error: BaseException) -> bool:
    """Whether the server broke the rules of HTTP, other than by closing the connection."""
    is_cut = http.client.RemoteDisconnected | http.client.IncompleteRead
    return any(
        isinstance(each, http.client.HTTPException | urllib3.exceptions.DecodeError)
        and not isinstance(each, is_cut)
        for each in _causes(error)
    )


def _plain_reason(error: BaseException) -> str:
    """Return the text of the innermost cause, which names neither request nor object."""
    innermost = list(_causes(error))[-1]
    if isinstance(innermost, OSError) and innermost.strerror:
        return innermost.strerror
    if isinstance(innermost, http.client.IncompleteRead):
        return ""  # It only counts the bytes, in one of three ways.
    return str(innermost.args[0]) if innermost.args else type(innermost).__name__
