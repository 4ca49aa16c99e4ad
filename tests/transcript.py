"""Run the commands of a Markdown text and compares what they print, as a reader would see it.

A block of a text is taken by its first line:

    ```yaml crm/sales.yaml     a file of that name is written
    ```console                 each line after `$ ` is run, what follows is what it prints,
                               standard output and error as they come; `(exit status 4)`
                               as its last line says how it ended, nothing means 0

In expected output `[..]` means anything within a line. With the environment
variable UPDATE_TRANSCRIPTS set, the texts are rewritten with what came: to be read
before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*?)$\n?((?:(?!^\$ ).*\n?)*)", re.MULTILINE)
_TIME = re.compile(r"\d+ [A-Z][a-z]+ \d{4} at \d\d:\d\d UTC")
_SECONDS_A_COMMAND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One block of a text: a file to write, or commands with what they should print."""

    file: str | None
    body: str
    start: int
    end: int


def read_steps(text: str) -> Iterator[Step]:
    """Yield the blocks that do something, in order."""
    for block in _BLOCK.finditer(text):
        language, name, body = block.groups()
        if language == "console" or name is not None:
            yield Step(file=name, body=body, start=block.start(3), end=block.end(3))


def run_text(path: Path, folder: Path, *, program: Path | None = None) -> None:
    """Run a text in `folder` and fail where something else came; or rewrite it, if asked to.

    `program` is run as `schemactl`, instead of the installed command.
    """
    text = path.read_text(encoding="utf-8")
    rewritten, position = [], 0
    for step in read_steps(text):
        came = step.body
        if step.file is not None:
            target = folder / step.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.body, encoding="utf-8")
        else:
            came = "".join(
                _run(command[1], folder, program) for command in _COMMAND.finditer(step.body)
            )
            if "UPDATE_TRANSCRIPTS" not in os.environ:
                _compare(step.body, came)
        rewritten += [text[position : step.start], came]
        position = step.end
    if "UPDATE_TRANSCRIPTS" in os.environ:
        path.write_text("".join((*rewritten, text[position:])), encoding="utf-8")


def _run(command: str, folder: Path, program: Path | None) -> str:
    bin_folder = Path(sys.executable if program is None else program).parent
    environment = {
        **{name: value for name, value in os.environ.items() if name != "FORCE_COLOR"},
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(folder / ".state"),
    }
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SECONDS_A_COMMAND,
        check=False,
        text=True,
    )
    status = f"(exit status {done.returncode})\n" if done.returncode else ""
    return f"$ {command}\n{done.stdout}{status}"


def _compare(expected: str, came: str) -> None:
    """Compare line by line, so that a difference shows in its place; any time will do."""
    expected, came = (
        _TIME.sub("2 January 2026 at 09:30 UTC", text) for text in (expected, came)
    )
    pattern = ".*".join(re.escape(part) for part in expected.split("[..]"))
    if re.fullmatch(pattern, came) is None:
        assert came == expected
