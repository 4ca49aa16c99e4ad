"""report.agreement_words: no report claims an agreement beside a notice that denies it."""

from __future__ import annotations

import pytest

from schemactl.model.difference import Notice, NoticeCode
from schemactl.report.agreement import agreement_words, is_full_agreement

AGREED = "the account is as the files say"


def notices(*codes: NoticeCode) -> list[Notice]:
    return [Notice(code=code, about="S", message="m") for code in codes]


def test_without_notices_all_agrees() -> None:
    assert (agreement_words(()), is_full_agreement(())) == (AGREED, True)


def test_a_notice_of_something_else_denies_nothing() -> None:
    found = notices(NoticeCode.OPTION_ORDER, NoticeCode.FINER_TYPE)
    assert (agreement_words(found), is_full_agreement(found)) == (AGREED, True)


@pytest.mark.parametrize(
    ("codes", "exception"),
    [
        ((NoticeCode.NOT_EXPRESSED,), "1 entry that no call can set (not-expressed)"),
        ((NoticeCode.EMPTY_OPTION,), "1 entry that no call can set (empty-option)"),
        (
            (NoticeCode.EMPTY_OPTION, NoticeCode.NOT_EXPRESSED, NoticeCode.NOT_EXPRESSED),
            "3 entries that no call can set (not-expressed and empty-option)",
        ),
    ],
)
def test_what_no_call_can_set_is_excepted(
    codes: tuple[NoticeCode, ...], exception: str
) -> None:
    found = notices(*codes)
    assert agreement_words(found) == f"{AGREED}, except for {exception}"
    assert not is_full_agreement(found)
