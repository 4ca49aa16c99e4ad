"""What a backend needs to send its requests: `Transport`, as a backend sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeAlias, TypeVar

from schemactl.account.http.exchange import Exchange, Request

RequestT_contra = TypeVar("RequestT_contra", bound=Request, contravariant=True)


class ReadTogether(Protocol[RequestT_contra]):
    """Reads several things that do not depend on each other, at the same time."""

    def __call__(
        self, requests: Sequence[RequestT_contra], optional: Collection[RequestT_contra] = ()
    ) -> tuple[bytes, ...]:
        """Return the body of each answer, in the order of the requests.

        Args:
            requests: What to read.
            optional: Those of them that may fail; the body is empty then.

        Raises:
            AccountError: No usable answer came to one of the others.
        """
        ...


ReadNow: TypeAlias = ReadTogether[Request]
"""Sends reading requests once, without waiting before them."""
GuardCheck: TypeAlias = Callable[[ReadNow], Request]
"""Reads what a write depends on, and returns the request to send, or raises."""
BatchCheck: TypeAlias = Callable[[ReadNow], Sequence[Request]]
"""Reads what several writes depend on, and returns the requests to send, or raises."""


class Sender(Protocol[RequestT_contra]):
    """Sends requests of one API to one account; holds address, credentials and rate."""

    def read(self, request: RequestT_contra) -> bytes:
        """Send a reading request, again if needed, and return the body of the answer.

        Raises:
            AccountError: No usable answer came.
        """
        ...

    def read_together(
        self, requests: Sequence[RequestT_contra], optional: Collection[RequestT_contra] = ()
    ) -> tuple[bytes, ...]:
        """Read several things at once, each again if needed; see `ReadTogether`."""
        ...

    def write(self, request: RequestT_contra) -> Exchange:
        """Send a writing request once; the value reports whatever happens."""
        ...

    def guarded(self, calls: int, check: GuardCheck) -> Exchange:
        """Run a check, and send at once what it returns; see `Transport.guarded`."""
        ...

    def guarded_batch(self, calls: int, check: BatchCheck) -> tuple[Exchange, ...]:
        """Run a check, and send at once all that it returns; see `Transport.guarded_batch`."""
        ...

    def redact(self, text: str) -> str:
        """Remove app id and key from a text."""
        ...

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains app id or key."""
        ...
