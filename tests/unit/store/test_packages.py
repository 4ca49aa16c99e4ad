"""store/packages: what a package brings along, and what it can never do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemactl.document.codes import ProblemCode
from schemactl.errors import Location
from schemactl.model.package import Package, PackageSource, UsedPackage
from schemactl.store.files import LinkedStateError
from schemactl.store.packages.content import PackageError, checksum, is_schema_name
from schemactl.store.packages.git_source import ADDRESS, read_commit
from schemactl.store.packages.installing import fetch_all
from schemactl.store.packages.lock_file import read_lock
from schemactl.store.packages.verifying import find_package_problems

PLACE = Location("schemactl.yaml", 3, 5)
FILE = b"version: 1\ntags: [VIP]\n"


def git(folder: Path, *words: str) -> str:
    names = ("-c", "user.name=n", "-c", "user.email=e@example.com")
    done = subprocess.run(
        ["git", "-C", folder, *names, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A hostile repository: links, hooks, filters and hidden files beside a schema file."""
    folder = tmp_path / "hostile"
    (folder / "base").mkdir(parents=True)
    git(folder, "init", "-q", "--initial-branch=main")
    marker = tmp_path / "ran"
    (folder / "base/a.yaml").write_bytes(FILE)
    (folder / "base/x.py").write_text("print('code')\n")
    (folder / "b.yml").write_bytes(FILE)
    (folder / ".hidden.yaml").write_bytes(FILE)
    (folder / "link.yaml").symlink_to("/etc/passwd")
    (folder / "folder.yaml").symlink_to("/etc")
    (folder / ".gitattributes").write_text("*.yaml filter=run diff=run merge=run\n")
    (folder / ".gitmodules").write_text(
        f'[submodule "m"]\n\tpath = m\n\turl = ext::sh -c "touch {marker}"\n'
    )
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return folder


def environ(tmp_path: Path) -> Mapping[str, str]:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    # A filter that the user has, as with git-lfs: nothing is checked out, so it never runs.
    (home / ".gitconfig").write_text(
        f'[filter "run"]\n\tsmudge = touch {tmp_path}/ran\n\tclean = touch {tmp_path}/ran\n'
        "[safe]\n\tdirectory = *\n"
    )
    return {"PATH": os.environ["PATH"], "HOME": str(home)}


def source_of(repository: Path, **more: str) -> PackageSource:
    commit = git(repository, "rev-parse", "HEAD")
    return PackageSource(git=f"file://{repository}", commit=commit, **more)


def test_only_schema_files_of_the_commit_are_taken(repository: Path, tmp_path: Path) -> None:
    given = environ(tmp_path)
    content = read_commit(source_of(repository), environ=given, protocols=["file"])
    assert content == {"base/a.yaml": FILE, "b.yml": FILE}
    inside = source_of(repository, folder="base")
    assert read_commit(inside, environ=given, protocols=["file"]) == {"a.yaml": FILE}
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% {marker}",
        "--upload-pack=touch {marker}",
        "-ufoo",
        "file://{repository}",
        "{repository}",
        "http://127.0.0.1:9/x",
        "ssh://-oProxyCommand=touch {marker}/x",
        "git://127.0.0.1/x",
    ],
)
def test_no_address_runs_anything_or_reads_another_folder(
    repository: Path, tmp_path: Path, address: str
) -> None:
    marker = tmp_path / "ran"
    text = address.format(marker=marker, repository=repository)
    assert not ADDRESS.fullmatch(text)
    source = PackageSource(git=text, commit=git(repository, "rev-parse", "HEAD"))
    # Not even where the check of the file was passed by.
    with pytest.raises(PackageError):
        read_commit(source, environ=environ(tmp_path))
    assert not marker.exists()


def test_what_is_no_commit_or_has_no_schema_files_is_refused(
    repository: Path, tmp_path: Path
) -> None:
    given = environ(tmp_path)
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    sources = [
        PackageSource(git=f"file://{repository}", commit=tree),
        PackageSource(git=f"file://{repository}", commit="0" * 40),
        PackageSource(git=f"file://{repository}", commit="main"),
        source_of(repository, folder="none"),
    ]
    for source in sources:
        with pytest.raises(PackageError):
            read_commit(source, environ=given, protocols=["file"])


@pytest.mark.parametrize(
    "name",
    [
        "../a.yaml",
        "/a.yaml",
        "a/../b.yaml",
        ".git/a.yaml",
        "a\\b.yaml",
        "a\nb.yaml",
        "a.py",
        "",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert not is_schema_name(name)


def test_no_two_contents_have_one_checksum() -> None:
    contents = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "bc": b""}, {}]
    assert len({checksum(content) for content in contents}) == len(contents)


# A package of a folder, in a project.


def a_project(tmp_path: Path) -> tuple[Path, Package]:
    folder = tmp_path / "project"
    (folder / "shared/sub").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "shared/a.yaml").write_bytes(FILE)
    (folder / "shared/sub/b.yaml").write_bytes(FILE)
    (folder / "shared/link.yaml").symlink_to("a.yaml")
    return folder, Package(name="dental", source=PackageSource(path="shared"), location=PLACE)


def codes(folder: Path, package: Package) -> list[str]:
    used = [UsedPackage(package=package, location=PLACE)]
    return [one.code for one in find_package_problems(folder, used)]


def test_a_package_is_fetched_once_and_locked_by_its_content(tmp_path: Path) -> None:
    folder, package = a_project(tmp_path)
    assert codes(folder, package) == [ProblemCode.PACKAGE_NOT_FETCHED]
    (one,) = fetch_all(folder, [package], environ={})
    assert (one.files, one.is_new) == (2, True)
    place = folder / package.folder
    assert (place / "sub/b.yaml").read_bytes() == FILE
    assert not (place / "link.yaml").exists()
    assert codes(folder, package) == []
    lock = (folder / "schemactl.lock").read_bytes()
    (again,) = fetch_all(folder, [package], environ={}, is_locked=True)
    assert not again.is_new
    assert (folder / "schemactl.lock").read_bytes() == lock

    # A clone has the lock file and no packages.
    (place / "a.yaml").chmod(0o644)
    (place / "a.yaml").write_bytes(b"version: 1\n")
    assert codes(folder, package) == [ProblemCode.PACKAGE_CHANGED]
    fetch_all(folder, [package], environ={}, is_locked=True)
    assert codes(folder, package) == []


@pytest.mark.parametrize("harm", ["file", "hidden", "link", "folder", "gone"])
def test_whatever_else_is_in_the_folder_of_a_package_is_noticed(
    tmp_path: Path, harm: str
) -> None:
    folder, package = a_project(tmp_path)
    fetch_all(folder, [package], environ={})
    place = folder / package.folder
    match harm:
        case "file":
            (place / "z.yaml").write_bytes(FILE)
        case "hidden":
            (place / ".z").write_bytes(FILE)
        case "link":
            (place / "a.yaml").unlink()
            (place / "a.yaml").symlink_to("sub/b.yaml")
        case "folder":
            (place / "more").symlink_to(tmp_path)
        case _:
            (place / "a.yaml").unlink()
    assert codes(folder, package) == [ProblemCode.PACKAGE_CHANGED]


def test_other_content_or_another_source_needs_a_decision(tmp_path: Path) -> None:
    folder, package = a_project(tmp_path)
    fetch_all(folder, [package], environ={})
    (folder / "shared/a.yaml").write_bytes(b"version: 1\ntags: [Other]\n")
    (folder / package.folder).rename(folder / "away")
    with pytest.raises(PackageError, match="other content"):
        fetch_all(folder, [package], environ={})
    fetch_all(folder, [package], environ={}, updates=True)
    assert codes(folder, package) == []

    moved = Package(name="dental", source=PackageSource(path="shared/sub"), location=PLACE)
    assert codes(folder, moved) == [ProblemCode.PACKAGE_NOT_FETCHED]
    with pytest.raises(PackageError, match=r"schemactl\.lock does not have"):
        fetch_all(folder, [moved], environ={}, is_locked=True)
    fetch_all(folder, [moved], environ={})
    assert read_lock(folder)["dental"].source == moved.source
    with pytest.raises(PackageError, match="would change"):
        fetch_all(folder, [], environ={}, is_locked=True)
    fetch_all(folder, [], environ={})
    assert not read_lock(folder)


def test_a_folder_outside_of_the_project_is_no_package(tmp_path: Path) -> None:
    folder, _ = a_project(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.yaml").write_bytes(FILE)
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    for path in ("../elsewhere", "out", str(tmp_path / "elsewhere"), "none"):
        package = Package(name="x", source=PackageSource(path=path), location=PLACE)
        with pytest.raises(PackageError):
            fetch_all(folder, [package], environ={})


def test_a_committed_link_leads_no_package_elsewhere(tmp_path: Path) -> None:
    folder, package = a_project(tmp_path)
    (folder / ".schemactl").mkdir()
    (folder / ".schemactl/packages").symlink_to(tmp_path)
    with pytest.raises(LinkedStateError):
        fetch_all(folder, [package], environ={})
    assert not (tmp_path / "dental").exists()


def test_a_forged_lock_file_is_refused(tmp_path: Path) -> None:
    folder, package = a_project(tmp_path)
    fetch_all(folder, [package], environ={})
    path = folder / "schemactl.lock"
    path.write_text(path.read_text().replace('"dental"', '"../../x"'))
    with pytest.raises(PackageError, match="not a valid lock"):
        codes(folder, package)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(PackageError):
        codes(folder, package)
