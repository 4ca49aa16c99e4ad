"""Many accounts behind one server, chosen by the app id of a request.

Account n, from 1, answers to the app id `2_test_n`. Each has its own state, faults, switches,
rate and log. An account is created when it is first asked for, as a copy of the first one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock

from werkzeug import Request

from schemactl.emulator.access import KeyGrant
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.legacy.request import read_request
from schemactl.emulator.rest.request import PREFIX
from schemactl.emulator.runtime import Runtime

MAX_ACCOUNTS = 100_000
NOBODY_KEY = KeyGrant(app_id="", key="")
"""Opens nothing: no request without app id or key is accepted."""

_APP_ID = re.compile(r"2_test_([1-9][0-9]{0,5})")

MakeRuntime = Callable[[tuple[KeyGrant, ...]], Runtime]


class Accounts:
    """The accounts of one server, for any number of threads.

    Args:
        make: Creates an account that opens with these keys; with any if there are none.
        number: How many accounts there are; None for a single one that every app id opens.
        keys: Keys; in a fleet, each is for the account of its app id.
    """

    def __init__(
        self, make: MakeRuntime, *, number: int | None, keys: tuple[KeyGrant, ...]
    ) -> None:
        self._make = make
        self._number = number
        self._keys = keys
        self._lock = Lock()
        self._made: dict[int, Runtime] = {}
        self._is_closed = False
        if number is None:
            self._made[0] = make(keys)
        elif not 1 <= number <= MAX_ACCOUNTS:
            msg = f"a server has 1 to {MAX_ACCOUNTS:,} accounts, not {number}"
            raise EmulatorError(msg)

    @property
    def is_fleet(self) -> bool:
        """Whether the app id of a request chooses its account."""
        return self._number is not None

    def only(self) -> Runtime:
        """Return the account of a server that has one.

        Raises:
            EmulatorError: It has many.
        """
        if self.is_fleet:
            msg = "this server has many accounts, and none is named"
            raise EmulatorError(msg, hint="name one: ?account=1")
        return self._made[0]

    def numbered(self, number: int) -> Runtime:
        """Return an account of a fleet by its number, from 1.

        Raises:
            EmulatorError: There is no such account.
        """
        if self._number is None or not 1 <= number <= self._number:
            msg = f"this server has no account {number}"
            raise EmulatorError(msg)
        keys = tuple(each for each in self._keys if each.app_id == app_id_of(number))
        return self._get(number, keys)

    def for_request(self, http: Request) -> Runtime:
        """Return the account that a request to an API is for.

        An app id of no account gets what a wrong key gets.
        """
        if not self.is_fleet:
            return self._made[0]
        found = _APP_ID.fullmatch(_app_id_in(http))
        number = int(found[1]) if found else 0
        if 1 <= number <= (self._number or 0):
            return self.numbered(number)
        return self._get(0, (NOBODY_KEY,))

    def for_control(self, http: Request) -> Runtime:
        """Return the account that a control page is about.

        Raises:
            EmulatorError: It names none, or one that does not exist.
        """
        named = http.args.get("account", "")
        if not named:
            return self.only()
        if not named.isdecimal():
            msg = f"an account of this server is a number, not {named[:20]!r}"
            raise EmulatorError(msg)
        return self.numbered(int(named))

    def close(self) -> None:
        """Close all accounts."""
        with self._lock:
            self._is_closed = True
            made = tuple(self._made.values())
        for runtime in made:
            runtime.close()

    def _get(self, number: int, keys: tuple[KeyGrant, ...]) -> Runtime:
        with self._lock:
            runtime = self._made.get(number)
            if runtime is None:
                runtime = self._made[number] = self._make(keys)
                if self._is_closed:
                    runtime.close()
            return runtime


def app_id_of(number: int) -> str:
    """Return the app id of an account of a fleet."""
    return f"2_test_{number}"


def _app_id_in(http: Request) -> str:
    if http.path.startswith(PREFIX):
        return http.headers.get("Api-Appid", "").strip()
    request = read_request(
        body=http.get_data(cache=True),  # It is read again by the account's service.
        query=http.query_string.decode("utf-8", errors="replace"),
        content_type=http.headers.get("Content-Type", ""),
        extra_decode=False,
    )
    return request.app_id
