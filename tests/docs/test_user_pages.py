"""The README and the pages for users print what their commands print and name what exists.

`UPDATE_TRANSCRIPTS=1 .venv/bin/pytest tests/docs -k print` rewrites their transcripts.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.errors import ExitCode
from schemactl.model.plan import Permission
from schemactl.pipeline import validate_account
from schemactl.project import BackendName, load_project
from tests.contract.live import a_bench
from tests.prefork import Prefork
from tests.transcript import run_text

ROOT = Path(__file__).parents[2]
MAX_README_LINES = 200


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def first_yaml(page: str) -> str:
    """Return the first YAML block of a page, without the indentation of a list."""
    block = re.search(r"^( *)```yaml\n(.*?)^ *```$", text_of(page), re.MULTILINE | re.DOTALL)
    assert block is not None
    return textwrap.dedent(block[2])


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md", "docs/agency.md"])
def test_the_commands_of_a_page_print_what_it_shows(
    page: str, tmp_path: Path, prefork: Prefork
) -> None:
    run_text(ROOT / page, tmp_path, program=prefork.program)


def test_the_example_of_an_agency_has_the_files_of_its_page() -> None:
    blocks = re.findall(
        r"^```yaml (\S+)\n(.*?)^```$", text_of("docs/agency.md"), re.MULTILINE | re.DOTALL
    )
    folder = ROOT / "examples/agency"
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.yaml")}
    assert {name: path.read_text(encoding="utf-8") for name, path in files.items()} == dict(
        blocks
    )


def test_the_readme_has_fewer_than_200_lines() -> None:
    assert len(text_of("README.md").splitlines()) < MAX_README_LINES


def test_the_readme_links_every_page() -> None:
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", text_of("README.md")))
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}

    assert pages - linked == set()


def test_every_exit_status_is_listed() -> None:
    listed = re.findall(r"^\| (\d+) \|", text_of("docs/output.md"), re.MULTILINE)

    assert [int(status) for status in listed] == [int(code) for code in ExitCode]


def test_every_permission_is_listed() -> None:
    listed = re.findall(r"`(?:--allow )?([\w-]+)`", text_of("docs/safety.md"))

    assert {str(name) for name in Permission} - set(listed) == set()


@pytest.mark.parametrize("page", ["docs/schema-files.md", "docs/custom-objects.md"])
def test_the_schema_file_of_a_page_is_valid(page: str, tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer()) as bench:
        bench.write(first_yaml(page))

        assert validate_account(bench.target).warnings == ()


def test_the_project_file_of_the_first_steps_is_valid(tmp_path: Path) -> None:
    (tmp_path / "schemactl.yaml").write_text(first_yaml("docs/getting-started.md"))

    assert load_project(tmp_path).account("production").backend is BackendName.REST
