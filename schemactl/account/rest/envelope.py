"""Open the envelope of every JSON answer of the REST API: a code, and the data.

A code other than 0 counts as a failure. That is a guess: every recorded answer has 0, and
recorded failures come as a status with plain text.
"""

from __future__ import annotations

from typing import Final

from schemactl.account.http.excerpt import shown
from schemactl.account.http.json_body import Json, JsonBody, as_text
from schemactl.account.http.verdict import Refused, Unclear
from schemactl.account.rest.json_members import maybe_number, members
from schemactl.errors import AccountError, AnswerError
from schemactl.values import dataclass

_REASONS: Final = ("data", "error", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An answer without a failure.

    Attributes:
        has_code: Whether it has the code 0, rather than none.
        whole: All members, with `data` if there is any.
    """

    has_code: bool
    whole: dict[str, Json]

    @property
    def data(self) -> Json:
        """The data that was asked for; None where there is none."""
        return self.whole.get("data")


def read_envelope(answer: JsonBody) -> Envelope:
    """Open the answer to a reading request.

    Raises:
        AccountError: The server reported a failure.
        AnswerError: The answer is not understood.
    """
    opened = _opened(answer)
    if isinstance(opened, Refused):
        msg = f"the account refused {answer.word}: {opened.text}"
        raise AccountError(msg)
    return opened


def read_data(answer: JsonBody) -> Json:
    """Return the data of the answer to a reading request; it may be empty, but not absent.

    Raises:
        AccountError: The server reported a failure.
        AnswerError: The answer is not understood, or has no data.
    """
    data = read_envelope(answer).data
    if data is None:
        answer.reject("it has no data")
    return data


def envelope_or_verdict(answer: JsonBody) -> Envelope | Refused | Unclear:
    """Open the answer to a writing request; never raises."""
    try:
        return _opened(answer)
    except AnswerError as error:
        return Unclear(text=str(error))


def _opened(answer: JsonBody) -> Envelope | Refused:
    whole = members(answer.parse(), "the answer", answer)
    if "code" not in whole:
        return Envelope(has_code=False, whole=whole)
    if maybe_number(whole["code"]) == 0:
        return Envelope(has_code=True, whole=whole)
    code = as_text(whole["code"])
    if answer.is_private:
        return Refused(text=shown(f"code {code}", redact=answer.redact))
    said = next((as_text(whole[key]) for key in _REASONS if whole.get(key)), "no reason given")
    return Refused(text=shown(f"code {code}: {said}", redact=answer.redact))
