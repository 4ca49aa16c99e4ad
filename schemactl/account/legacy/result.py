"""Decide whether an answer reports success or failure: one rule for all requests.

The server reports success in three shapes and failure in five, all with status 200
(recorded answers, and what clients in production test for). A failure shows in an `error`
element, the root's own text or `status`. A search for a word would be wrong: good data may
contain "failure".
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from schemactl.account.http.excerpt import Redact, shown
from schemactl.account.http.verdict import Accepted, Refused, Unclear, WriteAnswer
from schemactl.account.legacy.answers import TagsAccepted, TagsAnswer
from schemactl.account.legacy.xml_body import AnswerBody
from schemactl.errors import AccountError, AnswerError, NoPermissionError
from schemactl.text import one_line

_SUCCESS: Final = "success"
_FAILURE_START: Final = "fail"
_NOT_SHOWN: Final = "its reason is not shown, because it may quote values of contacts"


def read_result(answer: AnswerBody) -> etree._Element:
    """Return the root of the answer to a reading request, unless it reports a failure.

    Raises:
        NoPermissionError: The body is empty.
        AccountError: The server reported a failure.
        AnswerError: The answer is not understood.
    """
    root = answer.parse()
    failure = _failure(root, answer)
    if failure is not None:
        raise _refused_read(answer, failure)
    if root.tag != "result":
        answer.reject(_no_result(root, answer))
    return root


def decode_success(body: bytes, *, word: str, redact: Redact = str) -> WriteAnswer:
    """Read the answer to a schema call; never raises.

    An empty body is unclear: a key without permission gets one, but so does a client
    whose answer was lost after the server acted. Of all answers that are not XML, only a
    text that starts with `Oops` is a refusal (seen for a wrong app id or key).
    """
    answer = AnswerBody(content=body, word=word, redact=redact)
    root = _tree_or_verdict(answer)
    if isinstance(root, Refused | Unclear):
        return root
    says_success = _own_text(root).casefold() == _SUCCESS or root.find("status") is not None
    if says_success or root.find("contact") is not None:
        return Accepted()
    return _unclear(answer, "it says neither success nor failure")


def decode_changed_tags(body: bytes, *, word: str, redact: Redact = str) -> TagsAnswer:
    """Read the answer to `add_tag` or `remove_tag`; never raises.

    Clients in production read three different shapes of it, so every `result` that
    reports no failure counts as accepted.
    """
    answer = AnswerBody(content=body, word=word, redact=redact)
    root = _tree_or_verdict(answer)
    if isinstance(root, Refused | Unclear):
        return root
    names = (_all_text(tag) for tag in root.iter("tag"))
    return TagsAccepted(names=tuple(name for name in names if name))


def _tree_or_verdict(answer: AnswerBody) -> etree._Element | Refused | Unclear:
    """Return the root of the answer to a writing request, or what an invalid answer means."""
    try:
        root = answer.parse()
    except NoPermissionError as error:
        return Unclear(text=f"{error}; {error.hint}")
    except AnswerError as error:
        return Refused(text=str(error)) if answer.is_oops else Unclear(text=str(error))
    failure = _failure(root, answer)
    if failure is not None:
        return Refused(text=_NOT_SHOWN if answer.is_private else failure)
    if root.tag != "result":
        return _unclear(answer, _no_result(root, answer))
    return root


def _no_result(root: etree._Element, answer: AnswerBody) -> str:
    name = "" if answer.is_private else f" but a <{one_line(str(root.tag))}>"
    return f"it is no <result>{name}"


def _failure(root: etree._Element, answer: AnswerBody) -> str | None:
    """Return the server's text where it reports a failure; None where it does not."""
    redact = answer.redact
    if root.tag == "error":
        return _reason([root], redact=redact)
    if root.tag != "result":
        return None
    errors = root.findall("error")
    if errors:
        return _reason(errors, redact=redact)
    own = _own_text(root)
    if own.casefold().startswith(_FAILURE_START):
        return shown(own, redact=redact)
    for status in root.findall("status"):
        if _all_text(status).casefold() != _SUCCESS:
            return _reason([status], redact=redact)
    return None


def _reason(elements: list[etree._Element], *, redact: Redact) -> str:
    texts = (_all_text(element) for element in elements)
    joined = "; ".join(text for text in texts if text)
    return shown(joined, redact=redact) or "no reason given"


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext()).strip()


def _own_text(root: etree._Element) -> str:
    return (root.text or "").strip()


def _refused_read(answer: AnswerBody, failure: str) -> AccountError:
    """Return the error; the server's text may quote the values of a contact."""
    hint = None
    if "appid" in failure.casefold().replace(" ", ""):
        hint = "check the app id and the key of the account"
    said = _NOT_SHOWN if answer.is_private else failure
    return AccountError(f"the account refused {answer.word}: {said}", hint=hint)


def _unclear(answer: AnswerBody, why: str) -> Unclear:
    return Unclear(text=str(answer.not_understood(why)))
