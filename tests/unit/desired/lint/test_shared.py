"""desired/lint/shared.py: accounts with equal settings share what was loaded, others do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.account.target import Target
from schemactl.desired.lint.shared import MAX_KEPT, SharedFiles
from schemactl.errors import InvalidFilesError
from schemactl.project import load_project
from schemactl.values import replace
from tests.fleets import a_fleet_host

PROJECT = """\
version: 1
defaults: {backend: rest, url: emulator, schema: [a.yaml]}
accounts:
  one: {vars: {city: Bonn}}
  two: {vars: {city: Bonn}}
  other: {vars: {city: Rome}}
  legacy: {vars: {city: Bonn}, backend: legacy}
  more: {vars: {city: Bonn}, schema: [a.yaml, b.yaml]}
"""


def targets(folder: Path) -> dict[str, Target]:
    (folder / "schemactl.yaml").write_text(PROJECT)
    (folder / "a.yaml").write_text("version: 1\nuses: [city]\ntags: ['In ${city}']\n")
    (folder / "b.yaml").write_text("version: 1\ntags: [B]\n")
    project, shared = load_project(folder), SharedFiles()
    host = a_fleet_host({}, folder)
    return {
        account.name: Target(project=project, account=account, host=host, shared_files=shared)
        for account in project.accounts
    }


def test_equal_settings_share_and_any_other_setting_does_not(tmp_path: Path) -> None:
    each = targets(tmp_path)
    loaded = {name: target.load_files() for name, target in each.items()}
    assert each["two"].load_files() is not loaded["other"]
    for name, target in each.items():
        alone = replace(target, shared_files=None).load_files()
        assert loaded[name] == alone
    assert loaded["one"] is loaded["two"]
    assert len({id(one) for one in loaded.values()}) == 4


def test_a_run_sees_one_state_of_the_files(tmp_path: Path) -> None:
    each = targets(tmp_path)
    before = each["one"].load_files()
    (tmp_path / "a.yaml").write_text("version: 1\ntags: [New]\n")
    assert each["two"].load_files() is before
    assert replace(each["two"], shared_files=SharedFiles()).load_files() != before


def test_only_the_last_sets_are_kept_and_no_failure(tmp_path: Path) -> None:
    each = targets(tmp_path)
    shared = SharedFiles()
    source = each["one"].schema_source
    first = shared.load(source)
    for number in range(MAX_KEPT):
        shared.load(replace(source, variables={"city": str(number)}))
    assert shared.load(source) is not first
    (tmp_path / "a.yaml").write_text("version: 1\ntags: [A, A]\n")
    for _ in range(2):
        with pytest.raises(InvalidFilesError):
            SharedFiles().load(source)
