"""What can go wrong in the emulator: a fault of its user, or a no of the account.

The emulator shares nothing with the rest of the package, so it has its own
errors; whoever starts it turns `EmulatorError` into an error of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum, unique

# Of an account's own names there may be thousands.
MOST_WORDS = 40


class EmulatorError(Exception):
    """The emulator was asked for something that it cannot do: `str()` is fit for its user.

    Attributes:
        hint: What to do about it; None where nothing is known to help.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class AccountFileError(EmulatorError):
    """The account's file cannot be read or written; the transaction under way was undone."""


@unique
class Refusal(StrEnum):
    """Text of a failure body.

    Only the first three are known, from recorded answers and a client's source. Every
    other text is made up, since nothing public tells the vendor's.
    """

    XML = "Invalid XML"
    CONTACT_IDS = "Invalid Contact Ids"
    CREDENTIALS = "Invalid AppId / Key Combination"
    REQUEST_TYPE = "Invalid Request Type"
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
    """The account refuses a call: nothing was changed, and the text is the failure body's."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))


class ConnectionCutError(ConnectionAbortedError):
    """The connection is to be closed without (the rest of) an answer."""


def nearest_word(word: str, choices: Iterable[str]) -> str:
    """Say which word was probably meant, or which there are where none comes near."""
    words = {choice.casefold(): choice for choice in reversed(tuple(choices))}
    near = get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{words[near[0]]}'?"
    listed = [*reversed(words.values())]
    rest = f" and {len(listed) - MOST_WORDS} more" if len(listed) > MOST_WORDS else ""
    return f"Choose one of: {', '.join(listed[:MOST_WORDS])}{rest}."
