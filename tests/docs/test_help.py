"""Every command and option is documented: in its own help, and in `docs/commands.md`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from schemactl.cli.group import COMMANDS, root
from tests.docs.commands_page import commands_page, help_of

ROOT = Path(__file__).parents[2]
CONTEXT = click.Context(root)


def command_of(name: str) -> click.Command:
    command = root.get_command(CONTEXT, name)
    assert command is not None
    return command


def examples_of(name: str) -> list[str]:
    """Return the example lines of a command's help."""
    return re.findall(r"^ *(schemactl .*)$", command_of(name).epilog or "", re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_has_an_example_of_it(name: str) -> None:
    assert any(f"schemactl {name}" in example for example in examples_of(name))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_begins_with_its_line_in_the_list(name: str) -> None:
    assert (command_of(name).help or "").startswith(f"{COMMANDS[name]}\n")


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_every_option_says_what_it_does(name: str) -> None:
    command = command_of(name) if name else root
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.opts for option in options if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_uses_only_options_that_exist(name: str) -> None:
    for example in examples_of(name):
        first = re.split(r" (?:\||&&|>>?) ", example)[0]
        program, *words = shlex.split(first)
        assert program == "schemactl"
        given = [word for word in words if word.startswith("-")]
        known = {
            option
            for param in command_of(name).params
            for option in (*param.opts, *param.secondary_opts)
        }
        assert set(given) - known == set() or words[0] != name


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_help_shows_no_mark_of_its_layout(name: str) -> None:
    assert "\\b" not in help_of(name)


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_help_fits_into_80_columns(name: str) -> None:
    assert max(map(len, help_of(name).splitlines())) <= 80


def test_the_page_of_commands_is_what_help_prints() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert page == commands_page(), "run: .venv/bin/python -m tests.docs.commands_page"
