"""Protection stays with a field under another name and in another place, as ownership does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.errors import RefusedError
from schemactl.model.plan import ManualCode, Permission
from tests.contract.live import ALL_PERMISSIONS, Bench
from tests.contract.starts import Starts

FIRST = """\
version: 1
sections:
  - name: S
    fields:
      - {name: X, type: text, protect: true}
      - {name: K, type: text}
  - name: U
    fields:
      - {name: Z, type: text}
"""
K = "{name: K, type: text}"
Z = "{name: Z, type: text}"


def files(*sections: str, removed: str = "") -> str:
    parts = "".join(f"  - {section}\n" for section in sections)
    gone = f"removed: {{fields: [{removed}]}}\n" if removed else ""
    return f"version: 1\nsections:\n{parts}{gone}"


LOSSES = {
    "its section has another name": (
        "rename-section S T",
        files(f"{{name: T, was: [S], fields: [{K}]}}", removed="{section: T, name: X}"),
    ),
    "its section has had three names": (
        "rename-section S R\nrename-section R T",
        files(f"{{name: T, was: [R, S], fields: [{K}]}}", removed="{section: T, name: X}"),
    ),
    "its section is mirrored under another name": (
        "rename-section S T",
        files(f"{{name: T, was: [S], manage: mirror, fields: [{K}]}}"),
    ),
    "its old section has the name of another": (
        "rename-section S T\nrename-section U S",
        files(
            f"{{name: T, was: [S], fields: [{K}]}}",
            removed="{section: T, name: X}",
        ),
    ),
    "nobody declares the rename of its section": (
        "rename-section S T",
        files(f"{{name: T, fields: [{K}]}}", removed="{section: T, name: X}"),
    ),
    "it was renamed by hand": (
        "rename-field S X Y",
        files(f"{{name: S, fields: [{K}]}}", removed="{section: S, name: Y}"),
    ),
    "it was renamed by hand, in a mirrored section": (
        "rename-field S X Y",
        files(f"{{name: S, manage: mirror, fields: [{K}]}}"),
    ),
    "it was renamed by hand, and so was its section": (
        "rename-field S X Y\nrename-section S T",
        files(f"{{name: T, was: [S], fields: [{K}]}}", removed="{section: T, name: Y}"),
    ),
    "it was moved by hand": (
        "move-field S X U",
        files(f"{{name: S, fields: [{K}]}}", removed="{section: U, name: X}"),
    ),
    "it was moved by hand into a mirrored section": (
        "move-field S X U",
        files(f"{{name: U, manage: mirror, fields: [{Z}]}}"),
    ),
}


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, starts: Starts) -> Iterator[Bench]:
    with starts.bench(tmp_path, FIRST, backend=request.param) as bench:
        yield bench


def edit(bench: Bench, edits: str) -> None:
    bench.server.runtime.edit(parse_edits(edits))


@pytest.mark.parametrize("between", [False, True], ids=["at once", "after an apply"])
@pytest.mark.parametrize(("edits", "text"), LOSSES.values(), ids=LOSSES.keys())
def test_a_protected_field_is_not_removed_under_another_name_or_in_another_place(
    bench: Bench, edits: str, text: str, *, between: bool
) -> None:
    edit(bench, edits)
    if between:
        bench.write("version: 1\ntags: [VIP]\n")
        bench.apply()
    before = bench.snapshot().sections
    bench.write(text)

    # Where an id shows that the name to remove means another field by now, nothing is planned.
    with suppress(RefusedError):
        bench.apply(ALL_PERMISSIONS)

    assert bench.snapshot().sections == before


RENAMES = {
    "the field": ("rename-field S X Y", "{name: S, fields: [{name: Y, was: [X], type: TYPE}]}"),
    "the section": (
        "rename-section S T",
        "{name: T, was: [S], fields: [{name: X, type: TYPE}]}",
    ),
    "both": (
        "rename-field S X Y\nrename-section S T",
        "{name: T, was: [S], fields: [{name: Y, was: [X], type: TYPE}]}",
    ),
    "the place": ("move-field S X U", "{name: U, fields: [{name: X, type: TYPE}]}"),
}


@pytest.mark.parametrize(("edits", "section"), RENAMES.values(), ids=RENAMES.keys())
def test_a_new_name_without_protect_ends_the_protection_and_the_plan_shows_it(
    bench: Bench, edits: str, section: str
) -> None:
    edit(bench, edits)
    bench.write(files(section.replace("TYPE", "text")))

    assert len(bench.plan().ends_protection) == 1
    bench.apply()

    assert bench.plan().ends_protection == ()
    path = bench.folder / ".schemactl" / "base" / "live.json"
    assert "protected" not in json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("edits", "section"), RENAMES.values(), ids=RENAMES.keys())
def test_a_protected_field_of_a_new_name_is_not_replaced(
    bench: Bench, edits: str, section: str
) -> None:
    edit(bench, edits)
    bench.write(files(section.replace("TYPE", "numeric")))

    steps = bench.plan(*Permission).manual_steps

    assert ManualCode.TYPE_BY_HAND in {step.code for step in steps}


def test_a_field_that_was_beside_the_protected_one_is_not_taken_for_it(bench: Bench) -> None:
    edit(bench, "add-section T\nadd-field T X text")
    bench.apply()
    bench.write(files(f"{{name: T, was: [S], fields: [{K}]}}", removed="{section: T, name: X}"))

    bench.apply(ALL_PERMISSIONS)

    assert "X" not in section_fields(bench, "T")
    assert "X" in section_fields(bench, "S")


def section_fields(bench: Bench, name: str) -> list[str]:
    return [field.name for section, field in bench.snapshot().all_fields() if section == name]


def test_a_field_that_this_apply_creates_is_not_taken_for_a_protected_one_that_is_gone(
    bench: Bench,
) -> None:
    edit(bench, "remove-field S X")
    bench.write(files("{name: S, fields: [{name: N, type: text}]}"))
    bench.apply()
    bench.write(files(f"{{name: S, fields: [{K}]}}", removed="{section: S, name: N}"))

    bench.apply(ALL_PERMISSIONS)

    assert "N" not in section_fields(bench, "S")


def test_an_orphan_follows_its_renamed_section(bench: Bench) -> None:
    edit(bench, "rename-section S T")
    bench.write(files(f"{{name: T, was: [S], fields: [{K}]}}"))

    orphans = {one.about for one in bench.plan().notices if one.code == "orphan"}

    assert "T / X" in orphans
