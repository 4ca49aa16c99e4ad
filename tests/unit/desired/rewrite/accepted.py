"""Take items of drift into a file, as the command does, and give its new text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemactl.desired.load import Loaded, load_desired
from schemactl.desired.rewrite.working_copy import WorkingCopy
from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.model.drift import Drift
from schemactl.model.field_types import FieldType
from schemactl.model.schema import Schema


def loaded(folder: Path, text: str) -> Loaded:
    """Read a text as the only schema file of a project."""
    (folder / "crm.yaml").write_bytes(text.encode())
    types = frozenset(map(str, FieldType))
    return load_desired(folder, ("*.yaml",), allowed_types=types, backend="rest")


def accepted(folder: Path, text: str, live: Schema, *titles: str) -> str:
    """Return the file's text after items were taken in; proves each as the command does."""
    path = folder / "crm.yaml"
    path.write_bytes(text.encode())
    types = frozenset(map(str, FieldType))

    def load(texts: Mapping[str, str]) -> Loaded:
        return load_desired(
            folder, ("*.yaml",), allowed_types=types, backend="rest", texts=texts
        )

    def drift_now(loaded: Loaded) -> Drift:
        difference = diff_schemas(desired=loaded.desired, live=live)
        return drift_of(difference, account="demo", backend="rest")

    copy = WorkingCopy(folder, load({}), live, load=load, drift_of=drift_now)
    copy.accept_all(titles)
    edits = copy.edits()
    assert path.read_bytes() == text.encode(), "nothing is written here"
    return edits[0].after if edits else text
