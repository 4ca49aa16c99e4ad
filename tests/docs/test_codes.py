"""Every code that a user can meet has its page, and no page is about a code that is gone."""

from __future__ import annotations

from schemactl.document.codes import ProblemCode
from schemactl.document.resources import code_names, code_page
from schemactl.model.difference import NoticeCode
from schemactl.model.plan import ManualCode, Permission

WORTH_A_LOOK = {"pending-cleanup"}
REFUSALS = {
    "stale-plan",
    "foreign-plan",
    "invalid-plan",
    "account-locked",
    "secret-in-name",
    "still-protected",
}
CODES = (
    ({str(code) for kind in (ProblemCode, NoticeCode, ManualCode, Permission) for code in kind})
    | REFUSALS
    | WORTH_A_LOOK
)


def test_every_code_has_a_page() -> None:
    assert CODES - set(code_names()) == set()


def test_every_page_is_about_a_code_that_exists() -> None:
    assert set(code_names()) - CODES == set()


def test_every_page_says_what_to_do() -> None:
    silent = [name for name in code_names() if "What to do" not in code_page(name)]

    assert silent == []
