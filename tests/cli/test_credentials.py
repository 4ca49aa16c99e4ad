"""Where app id and key come from, and what is reported where that place is unfit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from schemactl.emulator import KeyGrant, serve
from schemactl.errors import ExitCode
from schemactl.store.snapshot import snapshot_text
from tests.builders import a_schema
from tests.cli.program import Ended, run, run_process
from tests.cli.projects import write_project

APP_ID, KEY = "2_4711_App", "hush+/="


def project_with(folder: Path, credentials: str, *, url: str) -> Path:
    project = (
        "version: 1\naccounts:\n  demo:\n    backend: legacy\n    schema: [crm/*.yaml]\n"
        f"    url: '{url}'\n    credentials: {credentials}\n"
    )
    return write_project(folder, project=project)


def planned(folder: Path, credentials: str) -> Ended:
    """Plan on an account that only this app id and key open."""
    with serve(keys=[KeyGrant(app_id=APP_ID, key=KEY)]) as server:
        project_with(folder, credentials, url=server.url)
        return run("-C", folder, "plan")


def test_a_private_file_opens_the_account(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"app_id: {APP_ID}\nkey: {KEY}\nhost: 127.0.0.1\n")
    file.chmod(0o600)

    ended = planned(tmp_path / "project", "{file: ../acme.yaml}")

    assert (ended.status, ended.err) == (ExitCode.OK, "")


def test_a_file_in_the_home_folder_opens_the_account(tmp_path: Path) -> None:
    file = tmp_path / ".config" / "schemactl" / "acme.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"app_id: {APP_ID}\nkey: {KEY}\nhost: 127.0.0.1\n")
    file.chmod(0o600)
    with serve(keys=[KeyGrant(app_id=APP_ID, key=KEY)]) as server:
        project_with(
            tmp_path / "project", "{file: ~/.config/schemactl/acme.yaml}", url=server.url
        )
        ended = run_process("-C", "project", "plan", folder=tmp_path)

    assert (ended.status, ended.err) == (ExitCode.OK, "")


def test_a_file_that_others_may_read_is_refused_before_anybody_is_contacted(
    tmp_path: Path,
) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"app_id: {APP_ID}\nkey: {KEY}\nhost: 127.0.0.1\n")
    file.chmod(0o644)
    with serve() as server:
        project_with(tmp_path / "project", "{file: ../acme.yaml}", url=server.url)
        ended = run("-C", tmp_path / "project", "apply", "--yes")
        calls = server.runtime.calls()

    assert ended.status == ExitCode.INVALID_FILES
    assert ended.out == ""
    assert "other users can read or change this file (mode 0644)" in ended.err
    assert "[credentials-exposed]" in ended.err
    assert "chmod 600" in ended.err
    assert KEY not in ended.err
    assert calls == ()


def test_a_file_of_another_form_is_reported_with_its_place_and_no_word_of_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"app_id: {APP_ID}\n{KEY}: {APP_ID}\n")
    file.chmod(0o600)

    ended = planned(tmp_path / "project", "{file: ../acme.yaml}")

    assert ended.status == ExitCode.INVALID_FILES
    assert "../acme.yaml:2:1: error:" in ended.err
    assert "[credentials-form]" in ended.err
    assert KEY not in ended.err
    assert APP_ID not in ended.err


def test_validate_looks_at_no_credentials(tmp_path: Path) -> None:
    project_with(tmp_path, "{file: nowhere.yaml}", url="https://a.example/")

    assert run("-C", tmp_path, "validate").status == ExitCode.OK


def test_a_keyring_without_its_library_is_reported_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    ended = planned(tmp_path, "{keyring: acme}")

    assert ended.status == ExitCode.FAILED
    assert ended.err == (
        'error: account "demo" has its credentials in the system\'s keyring, and the library '
        "that reads it is not installed\n"
        "hint: install it in the environment of schemactl: pip install keyring; "
        "or use credentials: {env: NAME}\n"
    )


@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("apply", "--yes"),
        ("drift",),
        ("import",),
        ("snapshot",),
        ("lint", "--live"),
        ("probe", "--yes"),
        ("compare", "demo", "other.json"),
    ],
)
def test_no_command_contacts_a_host_that_the_key_is_not_for(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    environ = {"DEMO_APP_ID": APP_ID, "DEMO_API_KEY": KEY}
    with serve() as server:
        project_with(tmp_path, "{env: DEMO}", url=server.url)
        other = snapshot_text(a_schema(), account="other", backend="legacy")
        (tmp_path / "other.json").write_text(other, encoding="utf-8")
        ended = run("-C", tmp_path, *command, environ=environ)
        calls = server.runtime.calls()
        port = server.url.split(":")[2].split("/")[0]

    assert ended.status == ExitCode.FAILED
    assert ended.out == ""
    assert ended.err == (
        'error: the credentials of account "demo" are for api.ontraport.com, but its url in '
        f"schemactl.yaml leads to 127.0.0.1:{port}; nothing was sent\n"
        f"hint: correct the url, or if it is right, set DEMO_HOST=127.0.0.1:{port} in the "
        "environment\n"
    )
    assert calls == ()
