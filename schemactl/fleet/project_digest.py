"""A digest of all files of a project that decide on the result of a command.

Machines that work on one run compare it, so that no report mixes two states of a project. It
covers what the files hold, and not the commit: a checkout can have changes without a commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from schemactl.document.find import find_files
from schemactl.model.package import LOCK_FILE
from schemactl.project import PROJECT_FILE, Project

_ABSENT: Final = b"cannot be read"


def project_digest(project: Project) -> str:
    """Return the SHA-256 of names and contents of all files; it costs one read of each.

    A file that cannot be read counts as that: each command reports it on its own.
    """
    whole = hashlib.sha256()
    for name in sorted(set(_names(project))):
        file = hashlib.sha256(_content(project.folder / name)).hexdigest()
        whole.update(f"{len(name.encode())} {name} {file}\n".encode())
    return whole.hexdigest()


def _names(project: Project) -> Iterable[str]:
    patterns = dict.fromkeys(chain.from_iterable(each.schema for each in project.accounts))
    schema_files = find_files(project.folder, tuple(patterns), (), [])
    return chain((PROJECT_FILE, LOCK_FILE), project.account_files, schema_files)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return _ABSENT
