"""What a report of drift offers works when it is pasted, whatever the items are called."""

from __future__ import annotations

import html
import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.cli.projects import PROJECT, edit_account, write_project

WORDS = st.text("abZ19 -_'\"`$\\!*&<>|#@:/;,{}[]%~éß\u00a0中", min_size=1, max_size=7)
NAMES = st.lists(
    WORDS.map(str.strip).filter(lambda name: name.strip("\u00a0")),
    min_size=3,
    max_size=3,
    unique_by=lambda name: re.sub(r"\W", "", name).casefold(),
)
EDITS = ("price", "gone", "moved", "extra")
BY_HAND = "put it back by hand, as no call can: "
PLAN = "see the plan that changes it back"
ACCEPT, APPLY = "accept it into the files: ", "change it back to what the files declare: "
ACKNOWLEDGE = "accept the difference for now, with this under acknowledged: in schemactl.yaml: "


def ways_in_text(report: str) -> list[str]:
    """Return `what: how` of each remedy in a text report."""
    _, _, rest = report.partition("What you can do\n")
    found, what = [], ""
    for row in rest.partition("\n\n")[0].splitlines():
        if row.startswith("        "):
            found.append(f"{what} {row[8:]}")
        else:
            what = row.strip()
    return found


def ways_in_markdown(report: str) -> list[str]:
    _, _, rest = report.partition("**What you can do**\n\n")
    spans = re.findall(r"^- (.*?: )(`+)( ?)(.*)\3\2$", rest.partition("\n\n")[0], re.MULTILINE)
    return [f"{what}{how}" for what, _, _, how in spans]


def ways_in_html(report: str) -> list[str]:
    _, _, rest = report.partition('<h2 id="b2">')
    found = []
    for purpose, content in re.findall(
        r"^<li>([^<\n]*:)\n(.*?)^</li>\n\n",
        rest.partition("</section>")[0],
        re.MULTILINE | re.DOTALL,
    ):
        lines = "".join(re.findall(r"<pre>(.*?)</pre>", content, re.DOTALL)).splitlines()
        sentences = re.findall(r"^<li>(.*?)</li>$", content, re.MULTILINE)
        found += [html.unescape(f"{purpose} {how}") for how in (*sentences, *lines)]
    return found


def to_paste(ways: list[str]) -> list[str]:
    """Return the remedies without sentences for a person, which each form words its way."""
    return [way for way in ways if not way.startswith(BY_HAND)]


@contextmanager
def drifted(names: list[str], edits: list[str]) -> Iterator[Path]:
    """Make a project with a field of each name, and an account that has each otherwise."""
    with tempfile.TemporaryDirectory() as parent:
        fields = [
            {"name": name, "type": "text"}
            for name, edit in zip(names, edits, strict=True)
            if edit != "extra"
        ]
        sections = [
            {"name": "Sales", "manage": "mirror", "fields": fields},
            {"name": "Other", "fields": []},
        ]
        text = json.dumps({"version": 1, "sections": sections}, ensure_ascii=False)
        folder = write_project(Path(parent) / "it's a project", sales=text)
        made = ["add-section Sales", "add-section Other"]
        for name, edit in zip(names, edits, strict=True):
            section = "Other" if edit == "moved" else "Sales"
            kind = "price" if edit == "price" else "text"
            # Files cannot have a character that hides something, but an account can.
            live = f"{name}\u202ex" if edit == "extra" and len(name) % 2 else name
            made += [f"add-field {section} {shlex.quote(live)} {kind}"] * (edit != "gone")
        edit_account(folder, *made)
        yield folder


def pasted(command: str, folder: Path) -> tuple[int, str]:
    """Run a command line of a report; return its exit status and all that it wrote."""
    program, *words = shlex.split(command)
    assert program == "schemactl"
    words[words.index("-C") + 1] = str(folder)
    ended = run(*words, "--yes")
    return ended.status, ended.out + ended.err


@settings(max_examples=12)
@given(names=NAMES, edits=st.lists(st.sampled_from(EDITS), min_size=3, max_size=3))
def test_every_remedy_that_a_report_prints_works_when_pasted(
    names: list[str], edits: list[str]
) -> None:
    with drifted(names, edits) as folder:
        report = run("-C", folder, "drift")
        if report.status == ExitCode.INVALID_FILES:
            event("names that files cannot have")
            return
        assert report.status == ExitCode.DIFFERENT, report.err
        ways = to_paste(ways_in_text(report.out))
        assert ways
        for form, read in (("markdown", ways_in_markdown), ("html", ways_in_html)):
            other = run("-C", folder, "drift", "--format", form).out
            assert to_paste(read(other)) == list(dict.fromkeys(ways)), form
        for way in ways:
            check_way(way, folder)
        check_acknowledged([way.removeprefix(ACKNOWLEDGE) for way in ways], folder)


def check_way(way: str, folder: Path) -> None:
    """Apply a remedy in a copy of the project."""
    copy = Path(shutil.copytree(folder, folder.parent / "copy"))
    try:
        if way.startswith(ACCEPT):
            event("accept")
            command = way.removeprefix(ACCEPT)
            assert pasted(command, copy)[0] == ExitCode.OK, way
            again = run("-C", copy, "drift", "--format", "json").out
            taken = [word for word in shlex.split(command) if word.startswith("Sales / ")]
            assert taken
            left = [one["item"] for one in json.loads(again)["items"]] if again else []
            assert not set(taken) & set(left)
        if way.startswith(APPLY):
            event("apply")
            status, reported = pasted(way.removeprefix(APPLY), copy)
            assert status in {ExitCode.OK, ExitCode.DIFFERENT}, reported
        if way.startswith(PLAN):
            event("plan")
            words = shlex.split(way.partition(": ")[2])
            words[words.index("-C") + 1] = str(copy)
            assert run(*words[1:]).status == ExitCode.OK, way
    finally:
        shutil.rmtree(copy)


def check_acknowledged(entries: list[str], folder: Path) -> None:
    """Paste all entries under `acknowledged:`: then nothing is left that counts."""
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    lines = [
        one.replace(
            "reason: WHY, owner: WHO, until: YYYY-MM-DD", f"reason: r, owner: o, until: {until}"
        )
        for one in entries
        if one.startswith("- {item: ")
    ]
    rows = "".join(f"      {one}\n" for one in lines)
    text = f"{PROJECT}    acknowledged:\n{rows}"
    (folder / "schemactl.yaml").write_text(text, encoding="utf-8")
    ended = run("-C", folder, "drift")
    assert ended.status == ExitCode.OK, ended.out + ended.err
