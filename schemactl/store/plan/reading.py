"""Reads a plan of its text, and tells every reason apart why it is none."""

from __future__ import annotations

import json
from itertools import islice
from typing import Final, TypeGuard

from schemactl.document.resources import schema_text
from schemactl.errors import PlanFileError
from schemactl.model.json_text import FORMAT_VERSION
from schemactl.model.plan import Plan
from schemactl.store.plan.content import PlanDocument, plan_from_document
from schemactl.store.plan.parsing import PLAN_AGAIN, parse_document, too_deep, unfit
from schemactl.store.plan.writing import digest_of, plan_digest
from schemactl.text import quoted_short

_MAX_FAULTS_SHOWN: Final = 3
_FAULT_LENGTH: Final = 200
_VERSION_DIGITS: Final = 20


def read_plan(text: str, *, file: str) -> Plan:
    """Read the plan that `plan_text` wrote; it is exactly the one that was written.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        PlanFileError: It is no JSON, no plan, one of a newer program, breaks the JSON
            Schema `plan`, or is not as it was written.
    """
    document = parse_document(text, file=file)
    try:
        _check_kind(document, file)
        if not _is_plan(document):
            raise _invalid(document, file)
        if _digest_of_rest(document) != document["digest"]:
            raise _edited(file)
        plan = plan_from_document(document)
        # What follows from the rest, such as ids, could still contradict it.
        if plan_digest(plan) != document["digest"]:
            raise _edited(file)
    except RecursionError as error:
        raise too_deep(file) from error
    return plan


def _check_kind(document: object, file: str) -> None:
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind != "plan":
        told = f"of kind {quoted_short(kind)}" if isinstance(kind, str) else "of no kind"
        raise unfit(file, f'is no plan: its JSON is {told}, and must be of kind "plan"')
    version = document.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise unfit(
            file,
            f"is a plan of format {str(version)[:_VERSION_DIGITS]}, of a newer schemactl; this "
            f"one reads formats up to {FORMAT_VERSION}",
            hint=f"use the schemactl that wrote it, or {PLAN_AGAIN}",
        )


def _is_plan(document: object) -> TypeGuard[PlanDocument]:
    """Check with the compiled validator: 10,000 changes in milliseconds, without reasons."""
    # Imported here, for only a run that reads a plan should wait for it.
    import jsonschema_rs

    try:
        return jsonschema_rs.Draft202012Validator(_rules()).is_valid(document)
    except ValueError:
        # Numbers without bounds, or nested beyond what the validator takes.
        return False


def _invalid(document: object, file: str) -> PlanFileError:
    """Explain with `jsonschema`, which is slow and knows the place of each fault."""
    # Imported here, for only a broken plan should wait for it.
    import jsonschema

    faults = jsonschema.Draft202012Validator(_rules()).iter_errors(document)
    told = [
        f"{fault.json_path}: {_shortened(fault.message)}"
        for fault in islice(faults, _MAX_FAULTS_SHOWN)
    ]
    if next(faults, None) is not None:
        told.append("and more")
    reasons = "; ".join(told) or "it holds a number beyond bounds"
    return unfit(file, f"breaks the rules for plans: {reasons}")


def _digest_of_rest(document: PlanDocument) -> str:
    return digest_of({name: part for name, part in document.items() if name != "digest"})


def _edited(file: str) -> PlanFileError:
    return unfit(
        file,
        "is not as it was written: edited by hand, or damaged",
        hint="a plan is only read, never edited: change the schema files or the permissions, "
        "and plan again",
    )


def _shortened(message: str) -> str:
    return message if len(message) <= _FAULT_LENGTH else message[:_FAULT_LENGTH] + " …"


def _rules() -> dict[str, object]:
    rules: dict[str, object] = json.loads(schema_text("plan"))
    return rules
