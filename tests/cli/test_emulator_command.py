"""`schemactl emulator`: serving, editing, listing."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from schemactl.cli.emulator_words import FAULT_WORDS
from schemactl.emulator import describe_edits, describe_switches, parse_fault, serve
from schemactl.emulator.faults import WORDS, FaultKind
from schemactl.errors import ExitCode
from tests.cli.program import PROGRAM, process_environ, run
from tests.cli.projects import write_project

PROJECT = """\
version: 1
default_account: demo
accounts:
  demo: {backend: legacy, url: emulator, schema: [crm/*.yaml]}
  production: {backend: legacy, schema: [crm/*.yaml]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project file."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    return tmp_path


@contextmanager
def serving(
    *arguments: str | Path, folder: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server as a process; give it, and the address that it printed."""
    process = subprocess.Popen(
        [*PROGRAM, "emulator", *map(str, arguments)],
        cwd=folder,
        env=process_environ(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate(timeout=60)


def post(url: str, data: str) -> str:
    return requests.post(url, data=data, timeout=30).text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(folder: Path, number: signal.Signals) -> None:
    with serving(folder=folder) as (process, url):
        assert "Lead Information" in post(url, "appid=1&key=2&reqType=key")
        process.send_signal(number)
        _, reported = process.communicate(timeout=60)
        assert process.returncode == ExitCode.OK
        rest_url = f"{url.removesuffix('cdata.php')}1/"
        assert f"{{backend: legacy, url: '{url}', credentials:" in reported
        assert f"{{backend: rest, url: '{rest_url}', credentials:" in reported
        assert f"LOCAL_HOST={url.split('/')[2]}\n" in reported
        assert "Traceback" not in reported


def test_it_prints_the_address_of_each_api_and_serves_one_account(folder: Path) -> None:
    with serving(folder=folder) as (process, url):
        assert process.stdout is not None
        rest_url = process.stdout.readline().strip()
        post(url, 'appid=1&key=2&reqType=add_section&data=<Group_Tag name="Sales"/>')
        answer = requests.get(
            f"{rest_url}objects/fieldeditor?objectID=0&section=Sales",
            headers={"Api-Appid": "1", "Api-Key": "2"},
            timeout=30,
        )
        assert answer.json()["data"]["name"] == "Sales"


def test_it_serves_the_account_of_a_file_with_the_given_options(folder: Path) -> None:
    edit = run("emulator", "--db", folder / "a.sqlite", "--edit", "add-tag VIP")
    assert (edit.status, edit.out) == (ExitCode.OK, "")
    assert edit.err == f"Made 1 edit in {folder / 'a.sqlite'}.\n"
    arguments = ("--db", "a.sqlite", "--key", "1:2:pull_tag", "--switch", "no-tags=empty-body")
    with serving(*arguments, folder=folder) as (_, url):
        assert "VIP" in post(url, "appid=1&key=2&reqType=pull_tag")
        assert post(url, "appid=1&key=2&reqType=key") == ""


def test_an_account_can_be_seeded_from_a_snapshot(folder: Path) -> None:
    seed = folder / "live.json"
    with serve() as server:
        server.edit("add-section Seeded")
        seed.write_text(post(server.url, "appid=1&key=2&reqType=key"))
    with serving("--seed", seed, folder=folder) as (_, url):
        assert "Seeded" in post(url, "appid=1&key=2&reqType=key")


def test_an_account_can_be_newer_and_have_many_contacts(folder: Path) -> None:
    db = folder / "a.sqlite"
    options = ("--db", db, "--seed", "newer", "--contacts", "20:3")
    ended = run("emulator", *options, "--edit", "add-tag VIP")
    assert ended.status == ExitCode.OK, ended.err
    with serve(db) as server:
        assert "SMS Number" in post(server.url, "appid=1&key=2&reqType=key")
        everybody = "<equation><field>Contact ID</field><op>g</op><value>0</value></equation>"
        found = post(server.url, f"appid=1&key=2&reqType=search&count=1&data={everybody}")
        assert found == "<result><count>23</count></result>"


def test_edits_of_an_embedded_account_go_to_its_file(folder: Path) -> None:
    ended = run("-C", folder, "emulator", "-a", "demo", "--edit", "add-tag VIP", "-q")
    assert (ended.status, ended.out, ended.err) == (ExitCode.OK, "", "")
    with serve(folder / ".schemactl/emulator/demo.sqlite") as server:
        assert "VIP" in post(server.url, "appid=1&key=2&reqType=pull_tag")


def test_an_edit_goes_to_the_only_account_of_the_project(folder: Path, tmp_path: Path) -> None:
    ended = run("-C", folder, "emulator", "--edit", "add-tag VIP")
    assert (ended.status, "demo.sqlite" in ended.err) == (ExitCode.OK, True)
    (tmp_path / "elsewhere").mkdir()
    nowhere = run("-C", tmp_path / "elsewhere", "emulator", "--edit", "add-tag VIP")
    assert nowhere.status == ExitCode.USAGE
    assert "name the file with --db" in nowhere.err


def test_the_entry_that_it_prints_works_as_it_is(folder: Path) -> None:
    with serving(folder=folder) as (process, _):
        assert process.stderr is not None
        shown = [process.stderr.readline() for _ in range(6)]
        entries = [text.strip() for text in shown if text.startswith("  local:")]
        words = next(text for text in shown if "export" in text).split()[1:]
        environ = dict(word.split("=") for word in words)
        for number, entry in enumerate(entries):
            project = folder / f"project{number}"
            write_project(project, project=f"version: 1\naccounts:\n  {entry}\n")
            ended = run("-C", project, "plan", environ=environ)
            assert ended.status == ExitCode.OK, ended.err
        assert len(entries) == 2


def test_several_edits_are_made_all_or_none(folder: Path) -> None:
    db = folder / "a.sqlite"
    ended = run("emulator", "--db", db, "--edit", "add-tag VIP", "--edit", "remove-tag VIPP")
    assert ended.status == ExitCode.FAILED
    assert "no tag 'VIPP'" in ended.err
    assert "hint:" in ended.err
    with serve(db) as server:
        assert "VIP" not in post(server.url, "appid=1&key=2&reqType=pull_tag")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--edit", "ad-tag VIP", "--db", "a.sqlite"), "add-tag"),
        (("--switch", "no-tag=empty-body"), "no-tags"),
        (("--fault", "add_section:slo"), "slow"),
        (("--key", "alone"), "APPID:KEY"),
        (("--latency", "200ms"), "MEAN[:SPREAD[:SEED]]"),
        (("--contacts", "many"), "N[:SEED]"),
        (("--seed", "older"), "older"),
        (("--port", "99999"), "99999"),
        (("-a", "production", "--edit", "add-tag VIP"), "is not an embedded one"),
        (("-a", "demo", "--db", "a.sqlite"), "omit one of them"),
        (("-a", "nobody"), "nobody"),
    ],
)
def test_a_word_that_it_does_not_know_is_wrong_use(
    folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    ended = run("-C", folder, "emulator", *arguments)
    assert ended.status == ExitCode.USAGE
    assert words in ended.err
    assert not (folder / "a.sqlite").exists()


def test_a_taken_port_is_a_plain_failure(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("-C", folder, "emulator", "--port", str(taken.getsockname()[1]))
    assert ended.status == ExitCode.FAILED
    assert "cannot listen" in ended.err
    assert "choose another port" in ended.err


def test_a_file_that_is_no_account_is_a_plain_failure(folder: Path) -> None:
    (folder / "a.sqlite").write_text("not a database, by far: " * 100)
    ended = run("emulator", "--db", folder / "a.sqlite", "--edit", "add-tag VIP")
    assert ended.status == ExitCode.FAILED
    assert "a.sqlite" in ended.err


def test_a_project_file_that_is_broken_is_reported_as_such(tmp_path: Path) -> None:
    (tmp_path / "schemactl.yaml").write_text("version: 2\n")
    ended = run("-C", tmp_path, "emulator", "-a", "demo", "--edit", "add-tag VIP")
    assert ended.status == ExitCode.INVALID_FILES
    assert "schemactl.yaml:1:" in ended.err


def test_every_switch_is_listed_with_its_values() -> None:
    out = run("emulator", "--list-switches").out
    for switch in describe_switches():
        assert f"{switch.name}={' | '.join(switch.values)}\n    {switch.about}\n" in out


def test_every_fault_is_listed_and_can_be_set_with_what_the_list_says() -> None:
    out = run("emulator", "--list-faults").out
    assert set(FAULT_WORDS) == set(FaultKind)
    for kind, words in FAULT_WORDS.items():
        assert f"{kind}  " in out
        options = words.partition("[")[2].rstrip("]").replace(", last", "")
        reported = [option for option in options.split(", ") if option]
        reported = [option.replace("LINE", "add-tag VIP") for option in reported]
        written = str(parse_fault(":".join(("any", kind, *reported))))
        assert all(option in written for option in reported)
        assert written.count("=") == len(reported) + 2  # skip and times are everybody's
    assert set(WORDS) <= set(out.split())


def test_every_edit_is_listed() -> None:
    out = run("emulator", "--list-edits").out
    assert out.splitlines() == list(describe_edits())


def test_several_lists_are_parted_by_a_blank_line() -> None:
    both = run("emulator", "--list-edits", "--list-switches").out
    assert f"\n\n{describe_edits()[0]}\n" in both
