"""Files that a command writes: whole or not at all, and never over what it reads."""

from __future__ import annotations

import os
import resource
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from schemactl.cli.inputs import InputFile, refuse_inputs
from schemactl.errors import ExitCode, OutputError, UsageError
from schemactl.store.files import rewrite_files, write_file, write_new_files
from tests.cli.program import run
from tests.cli.projects import write_project

BOTH_DRAFTS = pytest.mark.parametrize("nameless", [True, False])
"""Drafts without a name, and those of systems that have none."""


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@BOTH_DRAFTS
def test_a_file_is_written_whole_and_nothing_else_is_left(
    tmp_path: Path, *, nameless: bool
) -> None:
    write_file(tmp_path / "plan.json", "{}\n", nameless=nameless)
    assert (tmp_path / "plan.json").read_text() == "{}\n"
    assert names_in(tmp_path) == ["plan.json"]


@BOTH_DRAFTS
def test_a_file_is_written_over_unless_that_is_forbidden(
    tmp_path: Path, *, nameless: bool
) -> None:
    path = tmp_path / "plan.json"
    write_file(path, "old", nameless=nameless)
    write_file(path, "new", nameless=nameless)
    with pytest.raises(OutputError, match=r"plan\.json already exists"):
        write_file(path, "newer", overwrite=False, nameless=nameless)
    assert path.read_text() == "new"
    assert names_in(tmp_path) == ["plan.json"]


@BOTH_DRAFTS
def test_a_new_file_is_made_where_overwriting_is_forbidden(
    tmp_path: Path, *, nameless: bool
) -> None:
    write_file(tmp_path / "a.yaml", "é", overwrite=False, nameless=nameless)
    assert (tmp_path / "a.yaml").read_bytes() == "é".encode()
    assert names_in(tmp_path) == ["a.yaml"]


@BOTH_DRAFTS
def test_a_new_file_gets_the_mode_that_the_umask_leaves(
    tmp_path: Path, *, nameless: bool
) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "new", "", nameless=nameless)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@BOTH_DRAFTS
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode_and_owner(
    tmp_path: Path, mode: int, *, nameless: bool
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, 12, 34)
    before = path.stat()
    write_file(path, "new", nameless=nameless)
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    assert path.read_text() == "new"


@BOTH_DRAFTS
def test_the_file_behind_a_link_is_written_and_the_link_stays(
    tmp_path: Path, *, nameless: bool
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "link").symlink_to("inner/file")
    (inner / "file").write_text("old")
    write_file(tmp_path / "link", "new", nameless=nameless)
    assert (tmp_path / "link").is_symlink()
    assert (inner / "file").read_text() == "new"
    assert (names_in(inner), names_in(tmp_path)) == (["file"], ["inner", "link"])


def test_a_link_to_another_file_system_is_followed(
    tmp_path: Path, other_file_system: Path
) -> None:
    (other_file_system / "file").write_text("old")
    (tmp_path / "link").symlink_to(other_file_system / "file")
    write_file(tmp_path / "link", "new")
    assert (other_file_system / "file").read_text() == "new"
    assert names_in(other_file_system) == ["file"]


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    """A folder beside the tests: most machines keep temporary files on another file system."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        yield Path(folder)


def test_what_cannot_be_written_is_reported_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/plan\.json cannot be written: No such"):
        write_file(tmp_path / "nowhere/plan.json", "{}")


def test_a_pipe_takes_the_text_as_it_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=write_file, args=(pipe, "through"))
    writer.start()
    assert pipe.read_text() == "through"
    writer.join(timeout=60)
    assert pipe.is_fifo()


@pytest.fixture
def no_room() -> Iterator[None]:
    """Files may grow to 64 bytes: writing more fails as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@BOTH_DRAFTS
@pytest.mark.usefixtures("no_room")
def test_without_room_the_old_file_stays_and_nothing_else(
    tmp_path: Path, *, nameless: bool
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    with pytest.raises(OutputError, match="File too large"):
        write_file(path, "n" * 65, nameless=nameless)
    assert path.read_text() == "old"
    with pytest.raises(OutputError, match="File too large"):
        write_file(tmp_path / "b.yaml", "n" * 65, overwrite=False, nameless=nameless)
    assert names_in(tmp_path) == ["a.yaml"]


@pytest.mark.usefixtures("no_room")
def test_several_new_files_are_written_all_or_none(tmp_path: Path) -> None:
    files = {tmp_path / "new/deep/a": "short", tmp_path / "new/b": "n" * 65}
    with pytest.raises(OutputError, match="new/b cannot be written"):
        write_new_files(files)
    assert names_in(tmp_path) == []


@pytest.mark.usefixtures("no_room")
def test_several_files_are_rewritten_all_or_none(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text("old", newline="")
    other.write_text("old\r\n", newline="")
    with pytest.raises(OutputError, match="cannot be written: File too large"):
        rewrite_files([(one, "old", "new"), (other, "old\r\n", "n" * 65)])
    assert (one.read_bytes(), other.read_bytes()) == (b"old", b"old\r\n")
    rewrite_files([(one, "old", "new"), (other, "old\r\n", "new\r\n")])
    assert (one.read_bytes(), other.read_bytes()) == (b"new", b"new\r\n")


def test_a_file_that_somebody_changed_since_it_was_read_is_left_to_them(
    tmp_path: Path,
) -> None:
    one, theirs, gone = (tmp_path / name for name in ("one.yaml", "theirs.yaml", "gone.yaml"))
    one.write_text("old")
    theirs.write_text("theirs")
    for path in (theirs, gone):
        with pytest.raises(OutputError, match=path.name):
            rewrite_files([(one, "old", "new"), (path, "old", "new")])
        assert (one.read_text(), theirs.read_text()) == ("old", "theirs")


def test_a_recipe_without_a_project_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("in the way")
    commit = f"git+https://git.example/schemactl.git@{'a' * 40}"
    ended = run("-C", tmp_path, "init", "--ci", "github", "--install-from", commit)
    assert ended.status == ExitCode.USAGE
    assert "run `schemactl init` first" in ended.err
    assert names_in(tmp_path) == [".github"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project on the embedded account, with an output folder beside its files."""
    return write_project(tmp_path / "project")


INPUTS = ["schemactl.yaml", "crm/sales.yaml", ".schemactl/base/demo.json"]


@pytest.mark.parametrize("option", ["--out={}", "--output=json={}"])
def test_no_result_is_written_through_a_link_that_leads_out_of_the_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory, option: str
) -> None:
    outside = tmp_path_factory.mktemp("home")
    (outside / "profile").write_text("mine")
    (project / "report").symlink_to(outside / "profile")
    (project / "reports").symlink_to(outside)
    for name in ("report", "reports/profile", "reports/new"):
        ended = run("-C", project, "plan", option.format(project / name))
        assert ended.status == ExitCode.FAILED
        assert "it is a link that leads out of the project" in ended.err
    assert [path.read_text() for path in outside.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("alias", ["itself", "symlink", "hard link"])
@pytest.mark.parametrize("option", ["--out={}", "--output=json={}"])
def test_no_result_is_written_over_an_input(
    project: Path, name: str, alias: str, option: str
) -> None:
    (project / ".schemactl/base").mkdir(parents=True)
    (project / ".schemactl/base/demo.json").write_text("{}")
    before = (project / name).read_bytes()
    target = project / name
    if alias == "symlink":
        target = project / "alias"
        target.symlink_to(name)
    elif alias == "hard link" and name.startswith(".schemactl"):
        return  # Replacing another name of a base leaves the base itself.
    elif alias == "hard link":
        target = project / "alias"
        target.hardlink_to(project / name)
    ended = run("-C", project, "plan", option.format(target))
    assert ended.status == ExitCode.FAILED
    assert "cannot be written" in ended.err
    assert (project / name).read_bytes() == before


def test_a_plan_in_use_and_a_snapshot_are_not_written_over(project: Path) -> None:
    plan, live = project / "plan.json", project / "live.json"
    assert run("-C", project, "plan", "--out", plan).status == ExitCode.OK
    assert run("-C", project, "snapshot", "--out", live).status == ExitCode.OK
    commands: tuple[list[str | Path], ...] = (
        ["apply", plan, "--yes", f"--output=json={plan}"],
        ["show", plan, f"--output=html={plan}"],
        ["plan", "--against", live, "--out", live],
        ["compare", live, "demo", f"--output=json={live}"],
    )
    for arguments in commands:
        before = plan.read_text(), live.read_text()
        shared: list[str | Path] = [] if arguments[0] == "show" else ["-C", project]
        ended = run(*shared, *arguments)
        assert ended.status == ExitCode.FAILED, arguments
        assert "cannot be written: it is read by the same command" in ended.err
        assert (plan.read_text(), live.read_text()) == before


def test_a_report_of_an_invalid_project_spares_its_yaml_files(project: Path) -> None:
    (project / "schemactl.yaml").write_text("version: 1\nakkounts: {}\n")
    before = (project / "crm/sales.yaml").read_text()
    ended = run("-C", project, "validate", f"--output=json={project}/crm/sales.yaml")
    assert ended.status == ExitCode.FAILED
    assert (project / "crm/sales.yaml").read_text() == before


def test_a_credentials_file_is_not_written_over(tmp_path: Path) -> None:
    project = write_project(
        tmp_path / "p",
        project="version: 1\naccounts:\n  a: {backend: rest, schema: [crm/*.yaml],"
        " credentials: {file: key.yaml}}\n",
    )
    (project / "key.yaml").write_text("secret")
    ended = run("-C", project, "validate", f"--output=json={project}/key.yaml")
    assert 'the credentials file of account "a"' in ended.err
    assert (project / "key.yaml").read_text() == "secret"


def test_two_results_to_one_file_are_wrong_use(project: Path) -> None:
    one = project / "report"
    ended = run("-C", project, "plan", f"--output=json={one}", "--out", project / "./report")
    assert ended.status == ExitCode.USAGE
    assert not one.exists()


def test_other_upper_and_lower_case_is_the_same_file_where_the_disk_says_so(
    tmp_path: Path,
) -> None:
    """A second name for one file simulates a disk that does not distinguish case."""
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "A.yaml").hardlink_to(tmp_path / "a.yaml")
    files = [InputFile(tmp_path / "a.yaml", "a schema file")]
    with pytest.raises(OutputError, match=r"A\.yaml cannot be written: it is a schema file"):
        refuse_inputs([tmp_path / "A.yaml"], files, tmp_path)
    with pytest.raises(UsageError, match="two results"):
        refuse_inputs([tmp_path / "A.yaml", tmp_path / "a.yaml"], [], tmp_path)


@pytest.mark.parametrize("command", ["import", "snapshot", "docs"])
def test_a_dash_is_stdout(project: Path, command: str) -> None:
    ended = run("-C", project, command, "--out", "-")
    assert ended.status == ExitCode.OK
    assert ended.out == run("-C", project, command).out
    assert not (project / "-").exists()


def test_a_saved_plan_goes_to_no_stdout_that_has_the_report(project: Path) -> None:
    ended = run("-C", project, "plan", "--out", "-")
    assert ended.status == ExitCode.USAGE
    assert "write --format json instead" in ended.err


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["plan", "--format", "json", "--format=html"], "--format"),
        (["plan", "--out", "a", "--out", "b"], "--out"),
        (["-C", ".", "plan", "-C", "."], "--chdir"),
        (["emulator", "--db", "a", "--db", "b"], "--db"),
    ],
)
def test_an_option_of_one_value_is_not_given_twice(arguments: list[str], option: str) -> None:
    ended = run(*arguments)
    assert ended.status == ExitCode.USAGE
    assert f"{option} is given 2 times, and takes one value" in ended.err
