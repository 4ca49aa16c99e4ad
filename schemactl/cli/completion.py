"""Names and labels of accounts for shell completion; errors are ignored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from schemactl.document.nodes import Mapping, Value

_MANY_BYTES: Final = 1_000_000


def accounts_at_hand(folder: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return names and labels of a project's accounts, in its order; none if it is broken.

    Nothing else of the files is checked: a problem elsewhere does not prevent completion.
    """
    from schemactl.document.nodes import Mapping
    from schemactl.project.entries import account_file_names

    root = _root_of(folder / "schemactl.yaml")
    if root is None:
        return ()
    accounts = root.get("accounts")
    nodes = dict(accounts) if isinstance(accounts, Mapping) else {}
    for name in account_file_names(root, folder, []):
        node = _root_of(folder / name)
        if node is not None and isinstance(named := node.get("name"), str):
            nodes[named] = node
    return tuple((name, _labels(node)) for name, node in nodes.items())


def account_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the accounts that `accounts_at_hand` finds."""
    return tuple(name for name, _ in accounts_at_hand(folder))


def _root_of(path: Path) -> Mapping | None:
    """Return the keys of a YAML file; None if it has none or cannot be read."""
    from schemactl.document.nodes import Mapping
    from schemactl.document.reader import read_document

    try:
        with path.open("rb") as file:
            data = file.read(_MANY_BYTES)
    except OSError:
        return None
    root = read_document(data, file=path.name).root
    return root if isinstance(root, Mapping) else None


def _labels(node: Value) -> tuple[str, ...]:
    from schemactl.document.nodes import Mapping, Sequence

    labels = node.get("labels") if isinstance(node, Mapping) else None
    return tuple(map(str, labels)) if isinstance(labels, Sequence) else ()
