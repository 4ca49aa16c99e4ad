"""Make `docs/commands.md`, the help of every command, for reading without the program.

.venv/bin/python -m tests.docs.commands_page
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from schemactl.cli.group import COMMANDS, root

PAGE = Path(__file__).parents[2] / "docs/commands.md"


def help_of(name: str) -> str:
    """Return what `schemactl NAME --help` prints at 80 columns; of the program for no name."""
    words = [name] if name else []
    done = CliRunner().invoke(
        root, [*words, "--help"], prog_name="schemactl", env={"COLUMNS": "80"}
    )
    return done.output


def commands_page() -> str:
    """Return the text of the page."""
    intro = (
        "# Commands\n\n"
        "The output of `schemactl help COMMAND`. The options `-C`, `-a`, `--format`, `-q` and "
        "`-v` can\nalso be before the command's name. Made by "
        "`python -m tests.docs.commands_page`.\n"
    )
    parts = [
        f"\n## schemactl{f' {name}' if name else ''}\n\n```text\n{help_of(name)}```\n"
        for name in ("", *COMMANDS)
    ]
    return intro + "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
