"""Where a `match` decides on a closed union or enum of ours, it names every member."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUTSIDE_DATA = {
    "account/http/status.py": "the status of an answer",
    "account/legacy/value_codec.py": "a type as the server names it",
    "desired/rewrite/formatting.py": "nodes of a YAML file",
    "desired/rewrite/source.py": "events and nodes of a YAML file",
    "document/explain.py": "rules of a JSON Schema",
    "document/tree.py": "events of a YAML file",
    "document/walk.py": "errors of the operating system",
    "emulator/rest/contact_rows.py": "a guard; what follows it names every kind",
    "fleet/cluster_run.py": "what a worker sent",
    "fleet/dask_cluster.py": "what a worker sent",
    "model/filling.py": "a type as the account or a saved plan names it",
    "model/json_text.py": "any value",
    "store/lock.py": "the content of a file",
}
"""Modules with a `case _`, and what they match: mypy cannot know all of its values."""


def has_wildcard(path: Path) -> bool:
    """Whether a module has a case that takes whatever is left."""
    return any(
        isinstance(node, ast.match_case)
        and isinstance(node.pattern, ast.MatchAs)
        and node.pattern.name is None
        and node.pattern.pattern is None
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_only_data_from_outside_is_matched_by_a_wildcard() -> None:
    package = ROOT / "schemactl"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if has_wildcard(path)
    }
    assert found == OUTSIDE_DATA.keys()
