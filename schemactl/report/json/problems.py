"""Problems of the user's files for programs, after the JSON Schema `problems`."""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.errors import Problem, Severity
from schemactl.model.json_text import FORMAT_VERSION, canonical_json, location_json
from schemactl.model.plan import JsonObject


def problems_json(problems: Iterable[Problem]) -> str:
    """Write all problems as canonical JSON, in the order of files and places."""
    return canonical_json(problems_document(problems))


def problems_document(problems: Iterable[Problem]) -> JsonObject:
    """Return all problems as a JSON document."""
    ordered = sorted(problems, key=lambda problem: problem.location)
    errors = sum(problem.severity is Severity.ERROR for problem in ordered)
    return {
        "format_version": FORMAT_VERSION,
        "kind": "problems",
        "problems": tuple(_problem(problem) for problem in ordered),
        "summary": {"errors": errors, "warnings": len(ordered) - errors},
    }


def _problem(problem: Problem) -> JsonObject:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "location": location_json(problem.location),
        "message": problem.message,
        "hint": problem.hint,
    }
