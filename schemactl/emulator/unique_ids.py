"""The `unique_id` of a record: letters that no other record of the account has.

Clients read and send it in place of the id. How the vendor makes it is unknown; here it is made
of the id, so that it is the same in every run.
"""

from __future__ import annotations

import string

LENGTH = 9
_SIZE = 26**LENGTH
_FACTOR = 2_718_281_828_459
"""Has no divisor in common with 26, so that two ids never become the same letters."""
_INVERSE = pow(_FACTOR, -1, _SIZE)


def unique_id(number: int) -> str:
    """Return the unique id of a record."""
    rest = number * _FACTOR % _SIZE
    letters = []
    for _ in range(LENGTH):
        rest, place = divmod(rest, 26)
        letters.append(string.ascii_uppercase[place])
    return "".join(reversed(letters))


def id_of(text: str) -> int | None:
    """Return the id of the record that has a unique id; None for any other text."""
    letters = text.strip().upper()
    if len(letters) != LENGTH or not set(letters) <= set(string.ascii_uppercase):
        return None
    code = 0
    for letter in letters:
        code = code * 26 + string.ascii_uppercase.index(letter)
    number: int = code * _INVERSE % _SIZE
    return number
