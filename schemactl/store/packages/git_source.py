"""Reads the schema files of one commit of a git repository, and runs nothing of it.

A project file can come from a stranger, and so can the repository that it names. So only
`https` and `ssh` are spoken, whatever git's own settings allow; nothing is checked out, so that
no filter, hook, attribute or submodule has an effect; and files are read as the bytes of the
commit, which its hash proves.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from schemactl.model.package import PackageSource
from schemactl.store.packages.content import (
    MAX_BYTES,
    MAX_FILES,
    Content,
    PackageError,
    check_bounds,
    is_schema_name,
)
from schemactl.text import visible

ADDRESS: Final = re.compile(
    r"(https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?"
    r"|ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?)"
    r"/[A-Za-z0-9._~/-]+"
)
"""What can name a repository: neither an option, nor a program, nor a key."""
COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
PROTOCOLS: Final = ("https", "ssh")
_SECONDS: Final = 300.0
_ORDINARY: Final = frozenset({"100644", "100755"})
"""Modes of ordinary files; a link or a submodule has another one."""
_GIVEN_TO_GIT: Final = (
    *("HOME", "PATH", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"),
    *("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "GIT_SSL_CAINFO", "SSL_CERT_FILE"),
)
_SETTINGS: Final = (
    *("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false"),
    *("-c", "submodule.recurse=false", "-c", "fetch.recurseSubmodules=false"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "fetch.fsckObjects=true"),
)


def read_commit(
    source: PackageSource,
    *,
    environ: Mapping[str, str],
    protocols: Sequence[str] = PROTOCOLS,
) -> Content:
    """Return the YAML files of a commit, by their names from the folder of the package.

    Args:
        source: The repository, the commit and the folder.
        environ: Environment variables, a few of which are passed to git.
        protocols: What git may speak.

    Raises:
        PackageError: Git is missing, has no such commit, or the files are out of bounds.
    """
    if not COMMIT.fullmatch(source.commit) or source.git.startswith("-"):
        msg = "a package names an address and the whole hash of a commit"
        raise PackageError(msg)
    with TemporaryDirectory(prefix="schemactl-fetch-") as name:
        git = _Git(Path(name), environ, protocols)
        git.run("init", "--bare", "--quiet", "--template=", ".")
        _fetch(git, source)
        content = dict(_files(git, source))
    check_bounds(content, about=str(source))
    return content


def _fetch(git: _Git, source: PackageSource) -> None:
    """Fetch one commit alone, or all branches where the server does not send it alone."""
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance")
    try:
        git.run("fetch", *options, "--depth=1", "--", source.git, source.commit)
    except PackageError:
        git.run("fetch", *options, "--", source.git, "+refs/heads/*:refs/heads/*")
    kind = git.run("cat-file", "-t", source.commit).decode("ascii", "replace").strip()
    if kind != "commit":
        msg = f"{source.commit} is a {kind} of {source.git}, and no commit"
        raise PackageError(msg)


def _files(git: _Git, source: PackageSource) -> Iterator[tuple[str, bytes]]:
    """Yield each file with its name from the folder of the package."""
    start = f"{source.folder.strip('/')}/" if source.folder else ""
    listed = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", source.commit)
    left, number_left = MAX_BYTES, MAX_FILES
    for line in listed.split(b"\0"):
        about, _, name = line.decode("utf-8", "surrogateescape").partition("\t")
        if not about or not name.startswith(start):
            continue
        mode, _, number, size = about.split()
        inside = name[len(start) :]
        if mode in _ORDINARY and is_schema_name(inside):
            left, number_left = left - int(size), number_left - 1
            if left < 0 or number_left < 0:
                msg = f"{source} has more than {MAX_FILES:,} files, or {MAX_BYTES:,} bytes"
                raise PackageError(msg, hint="choose a folder of it")
            yield inside, git.run("cat-file", "blob", number)


class _Git:
    """Runs git in an empty repository of its own, outside of every project."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str], protocols: Sequence[str]
    ) -> None:
        found = shutil.which("git", path=environ.get("PATH"))
        if found is None:
            msg = "git is not installed, and a package comes from a git repository"
            raise PackageError(msg, hint="install git, in a container's image too")
        self._program = found
        self._folder = folder
        self._environ = {
            **{name: environ[name] for name in _GIVEN_TO_GIT if name in environ},
            # It beats every setting of the user and of the system.
            "GIT_ALLOW_PROTOCOL": ":".join(protocols),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_DIR": str(folder),
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "LC_ALL": "C",
        }

    def run(self, *arguments: str) -> bytes:
        """Return what git prints.

        Raises:
            PackageError: It fails, or takes too long.
        """
        try:
            done = subprocess.run(  # noqa: S603 - no shell; what files name comes after --
                (self._program, *_SETTINGS, *arguments),
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            msg = f"git does not answer: {error}"
            raise PackageError(msg) from error
        if done.returncode != 0:
            printed = done.stderr.decode("utf-8", "replace").strip()
            first = visible(printed.partition("\n")[0]) or "no reason is given"
            msg = f"git {arguments[0]} failed: {first}"
            raise PackageError(msg, hint="try the same address with `git ls-remote`")
        return done.stdout
