"""Public keys of age, as `age-keygen` prints them: text in the form Bech32 (BIP 173)."""

from __future__ import annotations

from typing import Final

RECIPIENT: Final = r"age1[02-9ac-hj-np-z]{58}"
_PREFIX: Final = "age"
_DIGITS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def has_checksum(recipient: str) -> bool:
    """Whether the last six characters of a public key fit the others."""
    high = [ord(letter) >> 5 for letter in _PREFIX]
    low = [ord(letter) & 31 for letter in _PREFIX]
    digits = [_DIGITS.index(letter) for letter in recipient.removeprefix(f"{_PREFIX}1")]
    checksum = 1
    for digit in (*high, 0, *low, *digits):
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ digit
        for place, part in enumerate(_GENERATOR):
            checksum ^= part if top >> place & 1 else 0
    return checksum == 1
