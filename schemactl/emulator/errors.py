"""The errors of the emulator: a mistake of its user, or a refusal of the account.

The emulator shares no code with the rest of the package, so it has its own errors; its
callers turn `EmulatorError` into an error of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum, unique

# An account may have thousands of names.
MAX_WORDS_SHOWN = 40


class EmulatorError(Exception):
    """The emulator cannot do what its user wants; `str()` is the message for the user.

    Attributes:
        hint: What to do about it; None where nothing is known to help.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class AccountFileError(EmulatorError):
    """The account's file cannot be read or written; the current transaction was undone."""


@unique
class Refusal(StrEnum):
    """Text of a failure body.

    Only the first three are known, from recorded answers and a client's source. Every other
    text is made up, because the vendor's is not public.
    """

    XML = "Invalid XML"
    CONTACT_IDS = "Invalid Contact Ids"
    CREDENTIALS = "Invalid AppId / Key Combination"
    PERMISSION = "Permission Denied"
    RATE = "Rate Limit Exceeded"
    SECTION = "Invalid Section"
    SECTION_NAME = "Invalid Section Name"
    SECTION_EXISTS = "Section Already Exists"
    SECTION_OF_SYSTEM = "System Section"
    SECTION_NOT_EMPTY = "Section Not Empty"
    FIELD = "Invalid Field"
    FIELD_NAME = "Invalid Field Name"
    FIELD_TYPE = "Invalid Field Type"
    FIELD_EXISTS = "Field Already Exists"
    FIELD_ELSEWHERE = "Field Already Exists In Another Section"
    FIELD_OF_SYSTEM = "System Field"
    FIELD_LIMIT = "Field Limit Reached"
    DROPDOWN = "Invalid Dropdown Field"
    OPTION = "Invalid Option"
    OPERATOR = "Invalid Operator"


class RefusalError(Exception):
    """The account refuses a call: nothing was changed; the message is for the failure body."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))


class NotServedError(Exception):
    """The vendor may serve a request, but the emulator does not; the message names it."""


class ConnectionCutError(ConnectionAbortedError):
    """The connection must be closed without (the rest of) an answer."""


def nearest_word(word: str, choices: Iterable[str]) -> str:
    """Return a hint with the word that was probably meant, or with all words."""
    words = {choice.casefold(): choice for choice in reversed(tuple(choices))}
    near = get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{words[near[0]]}'?"
    listed = [*reversed(words.values())]
    rest = f" and {len(listed) - MAX_WORDS_SHOWN} more" if len(listed) > MAX_WORDS_SHOWN else ""
    return f"Choose one of: {', '.join(listed[:MAX_WORDS_SHOWN])}{rest}."
