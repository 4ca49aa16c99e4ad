"""From text to a JSON document: what two readers could take for two things is refused.

Knows nothing of plans but their name in messages.
"""

from __future__ import annotations

import json
import math
from typing import Final, NoReturn

from schemactl.errors import PlanFileError
from schemactl.text import quoted_short

MAX_BYTES: Final = 50_000_000
"""A plan of 10,000 new fields takes some ten million."""
PLAN_AGAIN: Final = "write it again with `schemactl plan --out FILE`"
_WORDS: Final = ("true", "false", "null", "-")
"""What else than text and brackets can end in the middle."""


def parse_document(text: str, *, file: str) -> object:
    """Read a text as JSON.

    Raises:
        PlanFileError: It is too long, cut short, not JSON, or JSON that is unfit to trust:
            a member twice, a number beyond bounds, half a character, nested too deep.
    """
    if len(text) > MAX_BYTES:
        raise too_long(file)
    if not text.strip():
        raise unfit(file, "is empty")
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=_object_of,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
        # A half character, raw or escaped, could not be written again.
        json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _not_json(error, file) from error
    except UnicodeEncodeError as error:
        raise unfit(file, "holds half a character") from error
    except RecursionError as error:
        raise too_deep(file) from error
    except ValueError as error:
        raise unfit(file, f"is no JSON to trust: {error}") from error
    return document


def unfit(file: str, reason: str, *, hint: str = PLAN_AGAIN) -> PlanFileError:
    """Make the error that tells why a file is no plan to be used."""
    return PlanFileError(f"invalid-plan: {file} {reason}", hint=hint)


def too_long(file: str) -> PlanFileError:
    """Make the error on a file that is longer than any plan."""
    return unfit(file, f"is longer than any plan: more than {MAX_BYTES:,} bytes")


def too_deep(file: str) -> PlanFileError:
    """Make the error on a document that is nested deeper than any plan."""
    return unfit(file, "is nested deeper than any plan")


def _not_json(error: json.JSONDecodeError, file: str) -> PlanFileError:
    place = f"line {error.lineno}, column {error.colno}"
    if _is_cut_short(error):
        return unfit(file, f"was cut short: it ends in the middle, at {place}")
    return unfit(file, f"is not JSON: {error.msg} at {place}")


def _is_cut_short(error: json.JSONDecodeError) -> bool:
    """Say whether the text is right as far as it goes."""
    if error.msg.startswith("Unterminated"):
        return True
    rest = error.doc[error.pos :].rstrip()
    if error.msg.startswith("Invalid \\u"):
        return '"' not in rest
    return any(word.startswith(rest) for word in _WORDS)


def _object_of(members: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(members)
    if len(document) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"{quoted_short(twice)} stands twice in one object"
        raise ValueError(msg)
    return document


def _refuse_constant(word: str) -> NoReturn:
    msg = f"{word} is no number of JSON"
    raise ValueError(msg)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        msg = "a number is beyond bounds"
        raise ValueError(msg)
    return number
