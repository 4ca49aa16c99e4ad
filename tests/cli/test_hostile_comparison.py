"""`compare` of accounts whose names are made to deceive terminals, pages and services."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from schemactl.model.schema import Schema
from schemactl.report.formats import Format
from schemactl.store.snapshot import snapshot_text
from tests.builders import a_field, a_schema, a_section
from tests.cli.program import run
from tests.cli.test_log_commands import OWN, commands_in

NAMES = (
    "::set-output name=x::y",
    "##vso[task.setvariable variable=x]y",
    "\x1b[2J\x1b[31mred",
    "\u202eevil",
    "a\u200bb",
    "two\nlines",
    "carriage\rreturn",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[link](https://evil.example)",
    "a | b `c` **d**",
    "$(rm -rf ~)",
    "'; rm -rf ~; '",
    "-a",
    "--accept",
    "tag: VIP",
    "A / B",
    "…",
    "x" * 300,
    "\ud7ff\U0001f469\u200d\U0001f4bb",
)
ESCAPED = ("\x1b", "\u202e", "\u200b", "\r")


def side(suffix: str) -> Schema:
    """Return an account in which each name is that of a section, field, option and tag."""
    return a_schema(
        *(
            a_section(name, a_field(name + suffix), a_field("D", "tdrop", [name + suffix, "z"]))
            for name in NAMES
        ),
        tags=[name + suffix for name in NAMES],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots that differ in every field, option and tag."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, suffix in (("one.json", ""), ("other.json", "2")):
        text = snapshot_text(side(suffix), account="<b>x", backend="legacy")
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class Elements(HTMLParser):
    """The tags of a page that could run anything, and its attributes that could."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.handlers += [tag] if tag == "img" else []


@pytest.mark.parametrize("form", Format)
def test_a_comparison_of_hostile_names_deceives_nobody(folder: Path, form: Format) -> None:
    ended = run("compare", folder / "one.json", folder / "other.json", "-v", "--format", form)
    assert ended.status == ExitCode.DIFFERENT, ended.err
    found = commands_in(ended)
    assert not [line for line in found if not (form == Format.GITHUB and line.startswith(OWN))]
    assert [each for each in ESCAPED if each in ended.out + ended.err] == []
    if form == Format.JSON:
        names = {item["name"] for item in json.loads(ended.out)["items"]}
        assert {*NAMES, *(f"{name}2" for name in NAMES)} <= names
    if form == Format.HTML:
        page, empty = Elements(), Elements()
        page.feed(ended.out)
        empty.feed(run("compare", *[folder / "one.json"] * 2, "--format", "html").out)
        assert (page.scripts, page.handlers) == (empty.scripts, [])
    if form == Format.MARKDOWN:
        outside = re.sub(r"(`+)(.+?)(?<!`)\1(?!`)", "", ended.out)
        assert "](https://evil" not in outside
        assert "<script>" not in outside


def test_files_with_hostile_names_are_compared_too(folder: Path, tmp_path: Path) -> None:
    for name in ("--x.json", "a\u202eb.json", "<b>.json"):
        (tmp_path / name).write_bytes((folder / "one.json").read_bytes())
        (tmp_path / f"2{name}").write_bytes((folder / "other.json").read_bytes())
        sides = (tmp_path / name, tmp_path / f"2{name}")
        ended = run("compare", "--format", "html", *sides)
        assert ended.status == ExitCode.DIFFERENT, ended.err
        assert "\u202e" not in ended.out + ended.err
        assert "<b>.json" not in ended.out
