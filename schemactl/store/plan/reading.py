"""Read a saved plan; refuse one that is not exactly as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from schemactl.model.plan import Plan
from schemactl.store.plan.content import PlanDocument, plan_from_document
from schemactl.store.plan.plan_file import PLAN_FILE
from schemactl.store.plan.writing import digest_of, plan_digest
from schemactl.store.state.interface import StateFile


def load_plan(file: Path | StateFile) -> Plan:
    """Read the plan that a file holds.

    Raises:
        PlanFileError: The file cannot be read, or holds no plan to be used.
    """
    if isinstance(file, Path):
        return _plan(PLAN_FILE.load(file), str(file))
    data = PLAN_FILE.find(file, hint=PLAN_FILE.remedy)
    return _plan(PLAN_FILE.read_bytes(data or b"", file=str(file)), str(file))


def plan_of_stream(stream: BinaryIO, *, file: str) -> Plan:
    """Read the plan that comes out of a stream; `file` is its name, for messages only.

    Raises:
        PlanFileError: It cannot be read, or holds no plan to be used.
    """
    return _plan(PLAN_FILE.read_stream(stream, file=file), file)


def read_plan(text: str, *, file: str) -> Plan:
    """Read the plan that `plan_text` wrote; it is exactly the one that was written.

    Args:
        text: The content of the file.
        file: Its name, for messages only.

    Raises:
        PlanFileError: It is not JSON, no plan, one of a newer program, breaks the JSON
            Schema `plan`, or is not as it was written.
    """
    return _plan(PLAN_FILE.read(text, file=file), file)


def plan_of_document(document: object, *, file: str) -> Plan:
    """Read the plan that is a part of a parsed file; `file` names it, for messages only.

    Raises:
        PlanFileError: It is no plan, breaks the JSON Schema, or is not as it was written.
    """
    return _plan(PLAN_FILE.check(document, file=file), file)


def _plan(document: PlanDocument, file: str) -> Plan:
    """Return the plan of a document, and check its digest.

    Raises:
        PlanFileError: The document is not as it was written.
    """
    try:
        if _digest_of_rest(document) != document["digest"]:
            raise PLAN_FILE.edited(file)
        plan = plan_from_document(document)
        # What follows from the rest, such as ids, could still contradict it.
        if plan_digest(plan) != document["digest"]:
            raise PLAN_FILE.edited(file)
    except RecursionError as error:
        raise PLAN_FILE.too_deep(file) from error
    return plan


def _digest_of_rest(document: PlanDocument) -> str:
    return digest_of({name: part for name, part in document.items() if name != "digest"})
