"""Takes items of drift into a file, as the command does, and gives its new text."""

from __future__ import annotations

from pathlib import Path

from schemactl.desired.load import Loaded, load_desired
from schemactl.diff import diff_schemas
from schemactl.drift import drift_of
from schemactl.model.drift import Drift
from schemactl.model.schema import FieldType, Schema
from schemactl.rewrite.taking import Copy


def load(folder: Path) -> Loaded:
    types = frozenset(map(str, FieldType))
    return load_desired(folder, ("*.yaml",), allowed_types=types, backend="rest")


def accepted(folder: Path, text: str, live: Schema, *titles: str) -> str:
    """Give the file's text after items were taken in; proves each as the command does."""
    path = folder / "crm.yaml"
    path.write_bytes(text.encode())

    def drift_now(loaded: Loaded) -> Drift:
        difference = diff_schemas(desired=loaded.desired, live=live)
        return drift_of(difference, account="demo", backend="rest")

    with Copy(folder, load(folder)) as copy:
        for title in titles:
            copy.take(title, live, load=load, drift_of=drift_now)
        edits = copy.edits()
    assert path.read_bytes() == text.encode(), "nothing is written here"
    return edits[0].after if edits else text
