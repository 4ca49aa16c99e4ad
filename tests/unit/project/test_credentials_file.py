"""project/credentials_file.py: a file of app id and key that is its owner's alone."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from schemactl.errors import AccountError, InvalidFilesError, Problem
from schemactl.model.credentials import Credentials
from schemactl.project.credentials_file import (
    MAX_BYTES,
    FileCredentials,
    read_credentials_file,
)

GOOD = "app_id: '2_4711_App'\nkey: 'hush+/='\n"
PLAIN = {"PATH": os.environ.get("PATH", "")}


def written(folder: Path, text: str | bytes = GOOD, *, mode: int = 0o600) -> Path:
    path = folder / "acme.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def read(
    folder: Path, path: str = "acme.yaml", *, environ: dict[str, str] = PLAIN
) -> Credentials:
    return read_file(folder, path, environ=environ).credentials


def read_file(
    folder: Path, path: str = "acme.yaml", *, environ: dict[str, str] = PLAIN
) -> FileCredentials:
    return read_credentials_file(path, environ=environ, home=folder / "home", folder=folder)


def refused(
    folder: Path, path: str = "acme.yaml", **more: dict[str, str]
) -> tuple[Problem, ...]:
    with pytest.raises(InvalidFilesError) as raised:
        read(folder, path, **more)
    assert "hush" not in str(raised.value)
    assert "4711" not in str(raised.value)
    return raised.value.problems


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "# of acme\napp_id: 2_4711_App # ours\nkey: hush+/=",
        '{"app_id": "2_4711_App", "key": "hush+/="}',
        "\ufeffkey: hush+/=\r\napp_id: 2_4711_App\r\n",
    ],
    ids=["quoted", "plain", "json", "of Windows"],
)
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_that_only_its_owner_may_read_is_taken(
    text: str, mode: int, tmp_path: Path
) -> None:
    written(tmp_path, text, mode=mode)
    credentials = read(tmp_path)
    assert (credentials.app_id, credentials.key) == ("2_4711_App", "hush+/=")


def test_digits_alone_are_an_app_id_and_a_key_too(tmp_path: Path) -> None:
    written(tmp_path, "app_id: 010\nkey: 1.10\n")
    credentials = read(tmp_path)
    assert (credentials.app_id, credentials.key) == ("010", "1.10")


def test_a_file_names_the_host_that_its_key_is_for(tmp_path: Path) -> None:
    written(tmp_path)
    assert read_file(tmp_path).host is None
    written(tmp_path, f"{GOOD}host: 127.0.0.1:8080\n")
    assert read_file(tmp_path).host == "127.0.0.1:8080"


@pytest.mark.parametrize("host", ["", "[hush]", "{hush: 1}", "hu sh"])
def test_a_host_that_is_no_text_is_a_problem_and_never_the_default(
    host: str, tmp_path: Path
) -> None:
    written(tmp_path, f"{GOOD}host: {host}\n")
    (problem,) = refused(tmp_path)
    assert problem.location.line == 3


@pytest.mark.parametrize(
    "mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o666, 0o777]
)
def test_a_file_that_others_may_use_is_refused_with_the_command_that_mends_it(
    mode: int, tmp_path: Path
) -> None:
    path = written(tmp_path, mode=mode)
    (problem,) = refused(tmp_path)
    assert problem.code == "credentials-exposed"
    assert f"mode {mode:04o}" in problem.message
    assert problem.hint == f"chmod 600 {path}"
    assert str(problem.location) == "acme.yaml:1:1"


def test_the_command_that_mends_it_can_be_pasted_whatever_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "two words; rm *"
    folder.mkdir()
    written(folder, mode=0o644)
    (problem,) = refused(folder)
    assert problem.hint == f"chmod 600 '{folder}/acme.yaml'"


def test_a_link_is_judged_by_the_file_behind_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "link.yaml").symlink_to(path)
    assert read(tmp_path, "link.yaml").key == "hush+/="
    path.chmod(0o644)
    (problem,) = refused(tmp_path, "link.yaml")
    assert problem.code == "credentials-exposed"


def test_a_file_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = written(tmp_path).stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    (problem,) = refused(tmp_path)
    assert "belongs to another user" in problem.message


def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("folder", "pipe"):
        (problem,) = refused(tmp_path, name)
        assert problem.message == "this is not a regular file"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        with pytest.raises(AccountError, match="cannot be read"):
            read(tmp_path, "socket")


@pytest.mark.parametrize("path", ["acme.yaml", "~/acme.yaml", "nul\0"])
def test_a_file_that_is_not_there_is_reported_with_what_to_write(
    path: str, tmp_path: Path
) -> None:
    with pytest.raises(AccountError, match=r"^the credentials file") as raised:
        read(tmp_path, path)
    assert raised.value.hint is not None
    assert "chmod 600" in raised.value.hint


def test_what_was_checked_is_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name may point elsewhere from one moment to the next; the open file does not."""
    path = written(tmp_path)
    look = os.fstat

    def swap_then_look(descriptor: int) -> os.stat_result:
        path.unlink(missing_ok=True)
        written(tmp_path, "app_id: other\nkey: other\n", mode=0o644)
        return look(descriptor)

    monkeypatch.setattr(os, "fstat", swap_then_look)
    assert read(tmp_path).key == "hush+/="


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("hush\n", ["1:1"]),
        ("", ["1:1"]),
        ("# hush\n", ["1:1"]),
        ("- hush\n", ["1:1"]),
        ("key: hush\n", ["1:1"]),
        ("app_id: 2_4711\n", ["1:1"]),
        ("app_id: 2_4711\nkey:\n", ["2:5"]),
        ("app_id: 2_4711\nkey: [hush]\n", ["2:6"]),
        ("app_id: 2_4711\nkey: {hush: hush}\n", ["2:6"]),
        ("app_id: 2_4711\nkey: hu sh\n", ["2:6"]),
        ("app_id: 2_4711\nkey: |\n  hush\n  hush\n", ["2:6"]),
        ("app_id: 2_4711\nkey: hush\n2_4711: hush\n", ["3:1"]),
        ("app_id: 2_4711\nkey: hush\nkey: hush\n", ["3:1"]),
        ("app_id: *hush\nkey: hush\n", ["1:9"]),
        ("app_id: !hush 2_4711\nkey: hush\n", ["1:9"]),
        ("app_id: '2_4711\nkey: hush\n", ["1:9"]),
        ("app_id: 2_4711\nhush\n", None),
        ("app_id: 2_4711\n? [hush]\n: hush\n", None),
        ('app_id: 2_4711\nkey: "hu\\qsh"\n', None),
        ("app_id: 2_4711\nkey: hush: hush\n", None),
        ("app_id: 2_4711\nkey: hush\n---\nhush\n", None),
        (b"app_id: 2_4711\nkey: hush\xff\n", ["2:10"]),
        ("app_id: 2_4711\nkey: hush\u200f\n", ["2:6"]),
        (f"app_id: 2_4711\nkey: {'h' * MAX_BYTES}\n", ["1:1"]),
    ],
)
def test_what_does_not_hold_just_app_id_and_key_is_refused_and_no_word_of_it_shown(
    text: str | bytes, places: list[str] | None, tmp_path: Path
) -> None:
    written(tmp_path, text)
    problems = refused(tmp_path)
    reported = [re.sub("^acme.yaml:", "", str(problem.location)) for problem in problems]
    assert problems
    assert places is None or sorted(set(reported)) == places
    assert all(problem.hint for problem in problems)


def a_repository(folder: Path, ignored: str = "") -> None:
    subprocess.run(
        ["git", "init", "-q", folder], check=True, env={**PLAIN, "HOME": str(folder)}
    )
    (folder / ".gitignore").write_text(ignored)


def test_a_file_that_git_would_commit_is_refused(tmp_path: Path) -> None:
    a_repository(tmp_path)
    written(tmp_path)
    (problem,) = refused(tmp_path)
    assert problem.code == "credentials-exposed"
    assert problem.message == "git would take this file along, and with it the key"
    (tmp_path / "deep" / "er").mkdir(parents=True)
    written(tmp_path / "deep" / "er")
    assert refused(tmp_path, "deep/er/acme.yaml")


def test_a_file_that_git_ignores_or_does_not_know_is_taken(tmp_path: Path) -> None:
    project = tmp_path / "project"
    a_repository(project, "acme.yaml\n")
    written(project)
    written(tmp_path)
    assert read(project).key == "hush+/="
    assert read(project, "../acme.yaml").key == "hush+/="


def test_a_file_that_was_committed_is_refused_though_git_ignores_it_now(tmp_path: Path) -> None:
    a_repository(tmp_path, "acme.yaml\n")
    written(tmp_path)
    subprocess.run(["git", "-C", tmp_path, "add", "-f", "acme.yaml"], check=True)
    assert refused(tmp_path)


def test_a_link_out_of_the_repository_is_judged_by_where_it_leads(tmp_path: Path) -> None:
    project = tmp_path / "project"
    a_repository(project)
    (project / "link.yaml").symlink_to(written(tmp_path))
    assert read(project, "link.yaml").key == "hush+/="
    (tmp_path / "back.yaml").symlink_to(written(project))
    assert refused(tmp_path, "back.yaml")


def test_where_git_cannot_be_asked_the_file_is_refused(tmp_path: Path) -> None:
    a_repository(tmp_path, "acme.yaml\n")
    written(tmp_path)
    assert refused(tmp_path, environ={"PATH": str(tmp_path)})
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "git").write_text("no program")
    (broken / "git").chmod(0o700)
    assert refused(tmp_path, environ={"PATH": str(broken)})


def test_git_gets_nothing_of_the_environment_but_what_it_needs(tmp_path: Path) -> None:
    a_repository(tmp_path)
    written(tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    (tools / "git").chmod(0o700)
    path = f"{tools}:{PLAIN['PATH']}"
    environ = {"PATH": path, "ACME_API_KEY": "hush", "GIT_DIR": "/x", "HOME": str(tmp_path)}
    assert read(tmp_path, environ=environ).key == "hush+/="
    seen = (tmp_path / "seen").read_text()
    assert "hush" not in seen
    assert "GIT_DIR" not in seen
