"""The sentence that files and account agree, with what is excepted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemactl.model.difference import Notice, NoticeCode
from schemactl.text import and_list, counted

_BEYOND_CALLS: Final = (NoticeCode.NOT_EXPRESSED, NoticeCode.EMPTY_OPTION)
"""Notices of what the files ask for and no call of the account's API can bring about."""


def is_full_agreement(notices: Iterable[Notice]) -> bool:
    """Whether the files ask for nothing that no call can bring about."""
    return not _beyond_calls(notices)


def agreement_words(notices: Iterable[Notice]) -> str:
    """Return a clause that files and account agree, with what is excepted.

    Args:
        notices: Those of a plan or drift without differences.
    """
    found = _beyond_calls(notices)
    if not found:
        return "the account is as the files say"
    codes = and_list([code for code in _BEYOND_CALLS if code in found])
    number = counted(len(found), "entry", "entries")
    return (
        f"the account is as the files say, except for {number} that no call can set ({codes})"
    )


def _beyond_calls(notices: Iterable[Notice]) -> list[NoticeCode]:
    return [notice.code for notice in notices if notice.code in _BEYOND_CALLS]
