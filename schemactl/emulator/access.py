"""Which app id and key open the account, and for which request types.

Without configured keys, any app id and key open it, but some must be sent. Keys are only in
memory: they are never shown, logged or stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import RequestWord, request_word


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGrant:
    """One app id and key; `verbs` is None where they open every request type."""

    app_id: str
    key: str = field(repr=False)
    verbs: frozenset[RequestWord] | None = None

    def permits(self, request_type: RequestWord) -> bool:
        """Whether this key can use the request type."""
        return self.verbs is None or request_type in self.verbs


def parse_key(text: str) -> KeyGrant:
    """Read `APPID:KEY` or `APPID:KEY:VERB,VERB`; a verb is a request type.

    Raises:
        EmulatorError: A part is missing, or a verb is not a request type. The message does
            not contain the key.
    """
    app_id, _, rest = text.partition(":")
    key, colon, verbs = rest.partition(":")
    if not app_id.strip() or not key.strip():
        msg = "a key has no app id, or no key"
        raise EmulatorError(msg, hint="write APPID:KEY or APPID:KEY:VERB,VERB")
    words = (word.strip().lower() for word in verbs.split(","))
    granted = frozenset(map(request_word, words)) if colon else None
    return KeyGrant(app_id=app_id.strip(), key=key.strip(), verbs=granted)


def find_grant(keys: tuple[KeyGrant, ...], *, app_id: str, key: str) -> KeyGrant | None:
    """Return what app id and key open; None if they open nothing."""
    if not app_id or not key:
        return None
    if not keys:
        return KeyGrant(app_id=app_id, key=key)
    return next((one for one in keys if (one.app_id, one.key) == (app_id, key)), None)
