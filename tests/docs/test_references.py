"""What pages refer to exists: other pages and their headings, commands, options and keys."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from schemactl.cli.group import COMMANDS, root
from schemactl.desired.rewrite.formatting import KEY_ORDER

ROOT = Path(__file__).parents[2]
CONTEXT = click.Context(root)
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")))
BLOCK = re.compile(r"```.*?```", re.DOTALL)
COMMAND = re.compile(rf"(?:schemactl )?(?:{'|'.join(COMMANDS)})\b.*|schemactl -.*")
END = re.compile(r" (?:\||&&|>>?|#|…|\)) ?|;|\)$| \(")


def anchor_of(heading: str) -> str:
    """Return what links to a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    return set(map(anchor_of, headings))


def dead_links(page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", page.read_text("utf-8"))):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if "://" not in link and not (
            target.exists() and (not anchor or anchor in anchors(target))
        ):
            yield link


def command_lines(page: Path) -> Iterator[list[str]]:
    """Yield the words of each command that a page shows, up to what a shell does with it."""
    text = page.read_text("utf-8")
    inline = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    shown = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    for line in (*inline, *(re.sub(r"^ *\$? *", "", one) for one in shown)):
        if (line in inline or line.startswith("schemactl ")) and COMMAND.fullmatch(line):
            try:
                yield shlex.split(END.split(line)[0])
            except ValueError:  # A text in quotes goes on after a sign of the shell.
                yield END.split(line)[0].split()


def unknown_words(words: list[str]) -> list[str]:
    """Return the options that neither the command nor the program has."""
    name = next((word for word in words if word in COMMANDS), None)
    command = root if name is None else root.get_command(CONTEXT, name)
    assert command is not None
    known = {
        option
        for param in (*command.params, *root.params)
        for option in (*param.opts, *param.secondary_opts)
    } | {"--help", "-h", "--"}
    return [word for word in words if word.startswith("-") and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_only_options_that_exist(page: Path) -> None:
    faults = [words for words in command_lines(page) if unknown_words(words)]
    assert faults == []


def test_the_canonical_style_names_the_keys_in_their_order() -> None:
    page = (ROOT / "docs" / "formatting.md").read_text("utf-8")
    sentence = page.partition("Keys have one order:")[2].partition("\n- ")[0]
    assert re.findall(r"`(\w+)`", sentence) == list(KEY_ORDER)


def test_the_checks_would_find_a_misspelt_option_and_link(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n`plan --otu FILE` in [a](gone.md) or [b](#nowhere), [c](#a-page)\n"
    )
    assert [unknown_words(words) for words in command_lines(page)] == [["--otu"]]
    assert list(dead_links(page)) == ["gone.md", "#nowhere"]
