"""The wheel, in an empty environment that holds its declared dependencies and no more."""

from __future__ import annotations

import ast
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import schemactl

ROOT = Path(__file__).parents[2]
# Building takes seconds: one worker does it once.
pytestmark = pytest.mark.group("wheel")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sdist, and with the wheel that was built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of programs of an environment with the wheel and its dependencies only."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    (packages,) = environment.glob("lib/python*/site-packages")
    for dependency in runtime_distributions():
        link_distribution(dependency, packages)
    pip = (sys.executable, "-m", "pip", "--quiet", "--python", str(programs / "python"))
    run(*pip, "install", "--no-index", str(wheel))
    return programs


def run(*command: str) -> str:
    """Run in a folder where no checkout can be imported from; return its stdout."""
    done = subprocess.run(
        command, capture_output=True, check=False, cwd="/", text=True, timeout=100
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def runtime_distributions() -> Iterator[Distribution]:
    """Yield what the project's own dependencies need here, each once."""
    waiting = ["ontraport-schemactl"]
    seen: set[str] = set(waiting)
    while waiting:
        found = distribution(waiting.pop())
        if canonicalize_name(found.name) != "ontraport-schemactl":
            yield found
        for line in found.requires or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if needed and name not in seen:
                seen.add(name)
                waiting.append(name)


def link_distribution(found: Distribution, packages: Path) -> None:
    """Make `found` importable from `packages` without downloading or copying it."""
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        link = packages / top
        if not link.exists():
            link.symlink_to(str(found.locate_file(top)))


def imported_modules() -> set[str]:
    """Modules named in any import of the product, also in those inside functions."""
    names: set[str] = set()
    for path in (ROOT / "schemactl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    # Exists for type checkers only.
    skipped = {"_typeshed", *modules_of_extras()}
    return {name for name in names if name.split(".")[0] not in skipped}


def modules_of_extras() -> set[str]:
    """Return what an extra brings: the commands that need it say so where it is missing."""
    requirements = map(Requirement, distribution("ontraport-schemactl").requires or ())
    return {
        each.name
        for each in requirements
        if each.marker is not None and "extra" in str(each.marker)
    }


def test_the_wheel_holds_schemas_pages_and_the_mark_of_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {f"schemactl/_schemas/{path.name}" for path in (ROOT / "schemas").iterdir()}
    pages = {f"schemactl/_codes/{path.name}" for path in (ROOT / "docs/codes").iterdir()}
    recipes = {
        f"schemactl/_ci/{path.relative_to(ROOT / 'ci').as_posix()}"
        for path in (ROOT / "ci").rglob("*.yml")
    }
    assert {"schemactl/py.typed", *schemas, *pages, *recipes} <= names


def test_the_wheel_holds_nothing_beside_the_package(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert folders == {
        "schemactl",
        f"ontraport_schemactl-{schemactl.__version__}.dist-info",
    }


def test_the_source_archive_holds_every_committed_file(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        packed = {name.partition("/")[2] for name in opened.getnames()}
    committed = run("git", "-C", str(ROOT), "ls-files").splitlines()
    assert {name for name in committed if (ROOT / name).exists()} - packed == set()


def test_the_installed_command_prints_its_version(installed: Path) -> None:
    assert schemactl.__version__ in run(str(installed / "schemactl"), "--version")
    assert schemactl.__version__ in run(
        str(installed / "python"), "-m", "schemactl", "--version"
    )


def test_every_import_is_met_by_the_declared_dependencies(installed: Path) -> None:
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    run(str(installed / "python"), "-c", code, *sorted(imported_modules()))


def test_the_installed_package_reads_its_own_schemas_and_pages(installed: Path) -> None:
    code = (
        "from schemactl.document import resources;"
        "from schemactl.document.resources import schema_names, schema_text;"
        "print([schema_text(name)[:0] for name in schema_names()] != []);"
        "print([resources.code_page(name)[:0] for name in resources.code_names()] != [])"
    )
    assert run(str(installed / "python"), "-c", code) == "True\nTrue\n"
