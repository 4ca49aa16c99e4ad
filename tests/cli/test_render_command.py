"""`schemactl render`: the effective schema with the file and line of each part."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import run

PROJECT = """\
version: 1
accounts:
  acme: {backend: rest, url: emulator, schema: [base.yaml, acme.yaml]}
  bob: {backend: rest, url: emulator, schema: [base.yaml]}
"""
BASE = """\
version: 1
sections:
  - name: Sales
    description: "Two\\nlines."
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Budget, type: price, note: In euros.}
tags: [VIP, {name: Lead, was: [Prospect]}]
removed: {sections: [Fair], fields: [{section: Sales, name: Fax}], tags: [Old]}
objects:
  - label: Pets
    sections:
      - {name: Details, manage: mirror, fields: [{name: Weight, type: numeric}]}
"""
ACME = """\
version: 1
omit: {tags: [VIP]}
sections:
  - name: Sales
    extend: true
    fields:
      - {name: Status, extend: true, options: [Lost]}
      - {name: Budget, override: true, type: numeric, required: true, protect: true}
      - {name: Industry, type: text}
"""
EFFECTIVE = """\
version: 1
sections:
  - name: Sales  # base.yaml:3
    description: "Two\\nlines."
    fields:
      - {name: Status, type: tdrop, options: [New, Won, Lost]}  # base.yaml:6; options: acme.yaml:7
      - {name: Budget, type: numeric, note: In euros., required: true, protect: true}  # acme.yaml:8, over base.yaml:7
      - {name: Industry, type: text}  # acme.yaml:9
tags:
  - {name: Lead, was: [Prospect]}  # base.yaml:8
objects:
  - label: Pets  # base.yaml:11
    sections:
      - name: Details  # base.yaml:13
        manage: mirror
        fields:
          - {name: Weight, type: numeric}  # base.yaml:13
removed:
  sections:
    - Fair  # base.yaml:9
  tags:
    - Old  # base.yaml:9
  fields:
    - {section: Sales, name: Fax}  # base.yaml:9
# omitted, so nothing removes it: tag VIP  # acme.yaml:2
"""  # noqa: E501 - as it is printed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A base that one of two accounts changes."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "acme.yaml").write_text(ACME)
    return tmp_path


def test_the_effective_schema_names_the_file_that_decides(folder: Path) -> None:
    ended = run("-C", folder, "render", "-a", "acme")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == EFFECTIVE


def test_a_layer_of_one_account_changes_no_other(folder: Path) -> None:
    before = run("-C", folder, "render", "-a", "bob").out
    (folder / "acme.yaml").write_text("version: 1\ntags: [More]\n")
    assert run("-C", folder, "render", "-a", "bob").out == before
    assert "acme.yaml" not in before


def test_it_can_be_written_to_a_file_but_not_over_an_input(folder: Path) -> None:
    out = folder / "effective.yaml"
    assert run("-C", folder, "render", "-a", "acme", "--out", out).status == 0
    assert out.read_text(encoding="utf-8") == EFFECTIVE
    ended = run("-C", folder, "render", "-a", "acme", "--out", folder / "base.yaml")
    assert ended.status == 1
    assert (folder / "base.yaml").read_text(encoding="utf-8") == BASE


def test_plan_and_drift_point_to_the_file_that_decides(folder: Path) -> None:
    plan = run("-C", folder, "plan", "-a", "acme").out
    assert "acme.yaml:8" in plan
    assert "acme.yaml:9" in plan
    assert "VIP" not in plan
    drift = run("-C", folder, "drift", "-a", "acme", "--format", "github").out
    assert "file=acme.yaml,line=8" in drift


def test_fmt_keeps_the_keys_of_layers(folder: Path) -> None:
    assert run("-C", folder, "fmt").status == 0
    text = (folder / "acme.yaml").read_text(encoding="utf-8")
    assert "extend: true" in text
    assert "override: true" in text
    assert run("-C", folder, "render", "-a", "acme").status == 0


def test_variables_are_replaced_and_an_unused_one_is_a_warning(folder: Path) -> None:
    project = PROJECT.replace("acme: {", "acme: {vars: {city: Bonn, old: x}, ")
    (folder / "schemactl.yaml").write_text(project)
    (folder / "acme.yaml").write_text("version: 1\nuses: [city]\ntags: ['From ${city}']\n")
    ended = run("-C", folder, "render", "-a", "acme")
    assert "  - From Bonn  # acme.yaml:3" in ended.out
    assert 'uses the variable "old"' in ended.err
    assert run("-C", folder, "validate", "--strict", "-a", "acme").status == 3
    assert run("-C", folder, "fmt").status == 0
    assert "uses: [city]" in (folder / "acme.yaml").read_text(encoding="utf-8")
