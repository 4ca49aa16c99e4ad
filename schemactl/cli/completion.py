"""Names of accounts for the shell's completion: whatever can be had, and never an error."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MANY_BYTES: Final = 1_000_000


def account_names(folder: Path) -> tuple[str, ...]:
    """Give the accounts that the project file names, in its order; none where it is broken.

    Reads the file alone and checks nothing: a fault elsewhere in it is no reason not to
    complete.
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
