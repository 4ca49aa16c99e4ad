"""Names of accounts for shell completion; errors are ignored."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MANY_BYTES: Final = 1_000_000


def account_names(folder: Path) -> tuple[str, ...]:
    """Return the accounts that the project file names, in its order; none if it is broken.

    Nothing else of the file is checked: a problem elsewhere does not prevent completion.
    """
    from schemactl.document.nodes import Mapping
    from schemactl.document.reader import read_document

    try:
        with (folder / "schemactl.yaml").open("rb") as file:
            data = file.read(_MANY_BYTES)
    except OSError:
        return ()
    root = read_document(data, file="schemactl.yaml").root
    accounts = root.get("accounts") if isinstance(root, Mapping) else None
    return tuple(accounts) if isinstance(accounts, Mapping) else ()
