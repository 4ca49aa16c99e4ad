"""The server and the account file: start, stop, sharing and persistence."""

from __future__ import annotations

import logging
import os
import resource
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from schemactl.emulator import EmulatorError, EmulatorServer, serve
from schemactl.emulator.legacy.calls import HANDLERS
from schemactl.emulator.legacy.request import RequestType
from schemactl.emulator.storage import account_id
from tests.unit.emulator.talk import Talk, section_data


def test_an_account_is_kept_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path) as server:
        Talk(server=server).done("add_section", section_data("Sales", ("Stage", "text")))
    with serve(path) as server:
        assert Talk(server=server).sections()["Sales"] == ["Stage"]


def test_no_folder_is_made_for_the_file_of_an_account(tmp_path: Path) -> None:
    with (
        pytest.raises(EmulatorError, match="there is no folder"),
        serve(tmp_path / "misspelt" / "account.sqlite"),
    ):
        pass
    assert not (tmp_path / "misspelt").exists()


def test_two_servers_work_on_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path) as one, serve(path) as two:
        talks = [Talk(server=one), Talk(server=two)]
        talks[0].done("add_section", section_data("Sales"))

        def add(number: int) -> str:
            data = section_data("Sales", (f"F{number}", "check"))
            return talks[number % 2].call("edit_section", data).body

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(add, range(40))) == {"<result>Success</result>"}
        names = talks[0].sections()["Sales"]
        assert sorted(names) == sorted(f"F{number}" for number in range(40))
        assert talks[1].sections()["Sales"] == names
        assert len(one.runtime.calls()) == 43


def test_servers_that_start_at_once_on_a_new_file_make_one_account(tmp_path: Path) -> None:
    servers = [EmulatorServer(tmp_path / "account.sqlite") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(EmulatorServer.start, servers))
    try:
        sections = [list(Talk(server=server).sections()) for server in servers]
    finally:
        for server in servers:
            server.stop()
    assert [len(one) for one in sections] == [5] * 6


def test_a_rate_limit_is_shared_by_servers_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path, rate_limit=2) as one, serve(path, rate_limit=2) as two:
        statuses = [Talk(server=server).call("key").status for server in (one, two, one)]
    assert statuses == [200, 200, 429]


def test_a_file_that_can_only_be_read_is_refused_before_the_first_call(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path):
        pass
    # SQLite itself marks a file so; unlike permissions, this holds for root as well.
    with path.open("r+b") as file:
        file.seek(18)
        file.write(bytes([3]))

    with pytest.raises(EmulatorError, match="attempt to write a readonly database") as caught:
        serve(path).start()

    assert str(path) in str(caught.value)
    assert "can be written" in str(caught.value.hint)


def test_a_disk_that_is_full_is_reported_in_the_answer_and_is_no_bug(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path) as server:
        talk = Talk(server=server)
        talk.done("add_section", section_data("Sales"))
        with _no_file_may_grow():
            answer = talk.call("add_section", section_data("Service"))
        assert answer.status == 500
        assert answer.body.startswith(f"The emulator cannot use the account file {path}: ")
        assert "Service" not in talk.sections()
        talk.done("add_section", section_data("Service"))
    assert caplog.text == ""


@contextmanager
def _no_file_may_grow() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Not a database, but long enough to be looked at. " * 50)
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (a)")
    connection.close()

    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(EmulatorError, match="is not an account of the schemactl emulator"):
            serve(path).start()
        assert path.read_bytes() == before


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(EmulatorError, match="written by another version"):
        serve(path).start()


def test_a_file_that_another_program_holds_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "account.sqlite"
    with serve(path):
        pass
    monkeypatch.setattr("schemactl.emulator.storage.BUSY_TIMEOUT_S", 0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(
            EmulatorError, match=r"cannot use the account file .*: database is locked"
        ):
            serve(path).start()
    finally:
        holder.close()


def test_a_file_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmulatorError, match="cannot open the account file"):
        serve(tmp_path / "file" / "account.sqlite").start()
    with pytest.raises(EmulatorError, match="cannot open the account file"):
        serve(tmp_path).start()


def test_no_pipe_is_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "account.sqlite"
    os.mkfifo(pipe)
    # Held open by the test: whoever does wait for it fails instead of waiting without end.
    holder = os.open(pipe, os.O_RDWR)
    try:
        assert account_id(pipe) == ""
        with pytest.raises(EmulatorError, match="not a regular file"):
            serve(pipe).start()
    finally:
        os.close(holder)


def test_a_port_that_is_taken_is_reported() -> None:
    with serve() as server:
        port = int(server.base_url.rpartition(":")[2])
        with pytest.raises(EmulatorError, match=r"cannot listen on 127\.0\.0\.1") as caught:
            serve(port=port).start()
    assert caught.value.hint == "choose another port; 0 takes any free port"


def test_a_senseless_port_is_reported() -> None:
    with pytest.raises(EmulatorError, match="cannot listen"):
        serve(port=70000).start()


def test_it_says_where_clients_post_to() -> None:
    with serve() as server:
        assert server.url == f"{server.base_url}/cdata.php"
        assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_it_listens_on_ipv6_too() -> None:
    with serve(host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        Talk(server=server).control("GET", "switches")


def test_a_server_that_does_not_run_says_so() -> None:
    server = serve()
    with pytest.raises(EmulatorError, match="is not running"):
        _ = server.url
    server.stop()
    with server, pytest.raises(EmulatorError, match="is already running"):
        server.start()


def test_it_can_be_started_again_after_it_was_stopped(tmp_path: Path) -> None:
    server = serve(tmp_path / "account.sqlite")
    for _ in range(2):
        with server:
            assert Talk(server=server).call("key").status == 200


def test_serving_forever_ends_when_it_is_stopped() -> None:
    server = serve()
    thread = Thread(target=server.serve_forever)
    thread.start()
    deadline = time.monotonic() + 10
    while True:
        try:
            talk = Talk(server=server)
            assert talk.call("key").status == 200
            break
        except EmulatorError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_it_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with serve() as server:
        talk = Talk(server=server)
        talk.call("key")
        talk.post(b"", path="/nowhere")
    assert capfd.readouterr() == ("", "")


def test_a_bug_is_answered_with_500_and_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        msg = "a bug"
        raise ZeroDivisionError(msg)

    with serve() as server, caplog.at_level(logging.ERROR):
        monkeypatch.setattr(
            "schemactl.emulator.legacy.service.HANDLERS", {RequestType.KEY: fail}
        )
        assert Talk(server=server).call("key").status == 500
    assert "ZeroDivisionError" in caplog.text


def test_every_request_type_is_handled() -> None:
    assert set(HANDLERS) == set(RequestType)
    assert len(RequestType) == 19


def test_an_account_of_10000_fields_is_answered_at_once() -> None:
    field = '<field name="F" type="tdrop" editable="1"><option>A</option></field>'
    section = f'<Group_Tag name="S" editable="1">{field * 100}</Group_Tag>'
    with serve(seed=f"<result><contact>{section * 100}</contact></result>") as server:
        began = time.monotonic()
        assert Talk(server=server).call("key").body.count("<field ") == 10_000
        assert time.monotonic() - began < 5, (
            "a tenth of a second, on a slow machine half of one"
        )
