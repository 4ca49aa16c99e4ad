"""What every plan file has in common, and how its faults are reported."""

from __future__ import annotations

import json
from typing import Final

from schemactl.errors import PlanFileError, SchemactlError
from schemactl.model.json_text import FORMAT_VERSION
from schemactl.store.own_file import OwnFile
from schemactl.store.plan.content import PlanDocument
from schemactl.text import quoted_short

MAX_BYTES: Final = 50_000_000
"""A plan of 10,000 new fields takes some ten million."""
_WORDS: Final = ("true", "false", "null", "-")
"""What can be cut in the middle beside text and brackets."""


class _PlanFile(OwnFile[PlanDocument]):
    """A plan file, which reports exactly why it is refused, because its calls can destroy."""

    __slots__ = ()

    def not_json(self, file: str, error: ValueError | RecursionError) -> SchemactlError:
        """Return the error for a text that is empty, cut short, not JSON, or not trusted."""
        match error:
            case RecursionError():
                return self.too_deep(file)
            case UnicodeEncodeError():
                return self.fault(file, "contains a lone surrogate")
            case json.JSONDecodeError():
                return self.fault(file, _why_not_json(error))
            case ValueError():
                return self.fault(file, f"is not JSON that can be trusted: {error}")

    def other_kind(self, file: str, found: str | None) -> SchemactlError:
        """Return the error for a document of the kind `found`, or of none."""
        kind = "of no kind" if found is None else f"of kind {quoted_short(found)}"
        return self.fault(file, f'is not a plan: its JSON is {kind}, not of kind "plan"')

    def newer(self, file: str, version: str) -> SchemactlError:
        """Return the error for a plan in a format of a newer program."""
        return self.fault(
            file,
            f"is a plan of format {version}, of a newer schemactl; this one reads formats up "
            f"to {self.version}",
            hint=f"use the schemactl that wrote it, or {self.remedy}",
        )

    def invalid(self, file: str, faults: tuple[str, ...], *, is_all: bool) -> SchemactlError:
        """Return the error for a document that breaks the JSON Schema `plan`."""
        reasons = faults if is_all else (*faults, "and more")
        return self.fault(file, f"breaks the rules for plans: {'; '.join(reasons)}")

    def edited(self, file: str) -> SchemactlError:
        """Return the error for a plan that does not match its digest."""
        return self.fault(
            file,
            "is not as it was written: edited by hand, or damaged",
            hint="a plan is only read, never edited: change the schema files or the "
            "permissions, and plan again",
        )


PLAN_FILE: Final = _PlanFile(
    kind="plan",
    version=FORMAT_VERSION,
    max_bytes=MAX_BYTES,
    error=PlanFileError,
    remedy="write it again with `schemactl plan --out FILE`",
    code="invalid-plan: ",
)


def _why_not_json(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return "is empty"
    place = f"line {error.lineno}, column {error.colno}"
    if _is_cut_short(error):
        return f"was cut short: it ends in the middle, at {place}"
    return f"is not JSON: {error.msg} at {place}"


def _is_cut_short(error: json.JSONDecodeError) -> bool:
    """Whether the text is valid JSON up to its end."""
    if error.msg.startswith("Unterminated"):
        return True
    rest = error.doc[error.pos :].rstrip()
    if error.msg.startswith("Invalid \\u"):
        return '"' not in rest
    return any(word.startswith(rest) for word in _WORDS)
