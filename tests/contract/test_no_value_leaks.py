"""No value of a contact is in what a run prints, writes, starts or leaves behind."""

from __future__ import annotations

import base64
import gzip
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_plus

import pytest
from pyrage import x25519

from schemactl.account.http.exchange import RawAnswer, SealedRequest
from schemactl.account.http.session import HttpSession
from schemactl.cli import process
from schemactl.emulator import EmulatorServer, serve
from schemactl.errors import ExitCode
from schemactl.model.held_values import HeldRecord
from schemactl.store.vault.writing import BackupWriter
from tests.cli.program import Ended, run
from tests.cli.projects import CREDENTIALS
from tests.contract.test_counts import People

PLANTED: Final = "Quince-Lantern"
"""Begins every value of a contact in these tests; in no name, and in no file of ours."""
SPELLINGS: Final = tuple(
    spelling.casefold()
    for plain in (PLANTED,)
    for spelling in (
        plain,
        quote(plain.replace("-", " ")),
        plain.encode().hex(),
        *(base64.b64encode(b"x" * lead + plain.encode()).decode()[4:-4] for lead in range(3)),
    )
)
FULL: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Telex, type: text}
      - {name: Story, type: longtext}
      - {name: Trade, type: text}
"""
MOVED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Industry, type: longtext, from: {section: Sales, name: Trade, others: keep}}
removed:
  fields:
    - {section: Sales, name: Telex}
    - {section: Sales, name: Story}
    - {section: Sales, name: Trade}
"""
ALLOWED: Final = ("--allow", "removes-field,many-removals,writes-contacts")


def leaks_in(data: bytes) -> list[str]:
    """Return how the value is written in some bytes."""
    text = data.decode("utf-8", "replace").casefold()
    return [each for each in SPELLINGS if each in text]


def leaks_in_file(path: Path) -> list[str]:
    data = path.read_bytes()
    if ".gz" in path.suffixes:
        try:
            data += gzip.decompress(data)
        except (OSError, EOFError):
            assert path.suffix == ".age", path
    return leaks_in(str(path).encode() + data)


class Watched:
    """A project whose runs are watched: output, processes, and files as they are synced."""

    def __init__(self, folder: Path, server: EmulatorServer, api: str) -> None:
        self.folder, self.server, self.api = folder, server, api
        self.printed: list[str] = []
        self.key = folder / "key.txt"
        identity = x25519.Identity.generate()
        self.key.touch(mode=0o600)
        self.key.write_text(str(identity), encoding="utf-8")
        url = server.url if api == "legacy" else server.rest_url
        (folder / "schemactl.yaml").write_text(
            f"version: 1\naccounts:\n"
            f"  demo: {{backend: {api}, schema: [crm.yaml], url: '{url}'}}\n"
            f"values: {{encrypt_to: [{identity.to_public()}]}}\n",
            encoding="utf-8",
        )
        self.write(FULL)
        assert self.run("apply", "--yes").status == ExitCode.OK
        people = People(server)
        for number in range(3):
            values = dict.fromkeys(("Telex", "Story", "Trade"), f"{PLANTED} {number}")
            people.add(**values)
        self.write(MOVED)

    def write(self, text: str) -> None:
        (self.folder / "crm.yaml").write_text(text, encoding="utf-8")

    def run(self, *words: str | Path) -> Ended:
        """Run a command in this process and keep its output; no rate holds it up."""
        for count in (self.folder / "state").rglob("calls-*.sqlite3"):
            count.unlink()
        environ = {
            **CREDENTIALS,
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        ended = run("-C", self.folder, *words, environ=environ)
        self.printed += [ended.out, ended.err]
        return ended

    def assert_nothing_leaked(self) -> None:
        assert leaks_in("\n".join(self.printed).encode()) == []
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert [(path, leaks_in_file(path)) for path in files if leaks_in_file(path)] == []


@pytest.fixture(params=["legacy", "rest"])
def watched(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watched]:
    monkeypatch.setattr(process, "sleep_unless", lambda *_: None)
    with serve() as server:
        watched = Watched(tmp_path, server, request.param)
        watch_disk_and_processes(watched, monkeypatch)
        yield watched


def watch_disk_and_processes(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have everything searched that is synced, and with what programs are started."""
    real_sync, real_start = os.fsync, subprocess.Popen.__init__

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}")
        if path.is_file():
            watched.printed += leaks_in(path.read_bytes())
        real_sync(descriptor)

    def start(self: subprocess.Popen[Any], *words: object, **more: object) -> None:
        watched.printed.append(repr((words, more)))
        real_start(self, *words, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(subprocess.Popen, "__init__", start)


def test_the_search_finds_a_value() -> None:
    line = f'{{"id":"1","value":"{PLANTED} 1"}}'.encode()
    for data in (line, line.upper(), base64.b64encode(line), line.hex().encode()):
        assert leaks_in(data), data


def test_no_value_is_in_what_an_apply_a_move_and_an_undo_leave(watched: Watched) -> None:
    plan = watched.folder / "plan.json"
    for form in ("text", "json", "markdown", "html"):
        assert watched.run("plan", "-v", "--format", form, *ALLOWED).status == ExitCode.OK
    assert watched.run("plan", "--out", plan, *ALLOWED).status == ExitCode.OK
    assert watched.run("apply", plan, "--yes", "-v").status == ExitCode.OK
    assert watched.run("usage", "--format", "json").status == ExitCode.OK
    for words in (("journal", "last", "-v"), ("values", "show", "last"), ("drift", "-v")):
        watched.run(*words)
    undo = watched.run("undo", "--identity", watched.key, "--yes", "-v", *ALLOWED)
    assert undo.status == ExitCode.OK, undo.err
    watched.assert_nothing_leaked()

    # They were all there, and they are again.
    held = People(watched.server)
    rows = held.send("GET", f"Contacts?listFields=id,{held.fields['Telex']}")["data"]
    assert sum(PLANTED in str(row) for row in rows) == 3


def quoting(value: str) -> Iterator[tuple[int, str, str]]:
    """Yield answers of a server that quotes what it got: status, type and body."""
    yield 200, "text/xml", f"<result><error>Bad value {value}</error></result>"
    yield 422, "text/plain", f"Invalid value {value}"
    yield 200, "text/xml", f"<result>Failure: {value}</result>"
    yield 200, "application/json", f'{{"code": 7, "message": "{value}", "data": []}}'
    yield 200, "text/xml", f"<result><status>Failed {value}</status></result>"
    yield 400, "text/plain", f"no such thing as {value}"
    yield 200, "text/html", f"<html>{value}</html>"
    yield 403, "application/json", f'{{"error": "{value}"}}'
    yield 200, "application/json", f'{{"code": 0, "data": "{value}"}}'
    yield 200, "text/xml", f"<result><contact id='{value}'/></result>"
    yield 500, "text/plain", value
    yield 200, "application/json", f'{{"code": 0, "data": [{{"id": "{value}"}}]}}'
    yield 200, "text/xml", f"<{value.split(maxsplit=1)[0]}>{value}</{value}>"


def test_a_server_that_quotes_values_gets_them_into_no_message(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, other = HttpSession.send, "json" if watched.api == "legacy" else "xml"
    answers = [one for one in quoting(f"{PLANTED} 1") if other not in one[1]]
    private = struck = strike_at = 0

    def send(self: HttpSession, sealed: SealedRequest) -> object:
        nonlocal private, struck
        answer = real(self, sealed)
        assert isinstance(answer, RawAnswer)
        sent = f"{sealed.url} {(sealed.body or b'').decode()}"
        if PLANTED in unquote_plus(unquote_plus(sent)) or PLANTED.encode() in answer.body:
            private += 1
            if private >= strike_at:
                struck += 1
                status, kind, body = answers[struck % len(answers)]
                headers = {"content-type": kind}
                return RawAnswer(
                    status=status, headers=headers, body=body.encode(), took_s=answer.took_s
                )
        return answer

    monkeypatch.setattr(HttpSession, "send", send)
    while strike_at < 60:
        private, before, strike_at = 0, struck, strike_at + 1
        ended = watched.run("apply", "--yes", "-v", *ALLOWED)
        if ended.status == ExitCode.OK and struck == before:
            break
        assert ended.status != ExitCode.BUG, ended.err
    assert struck >= len(answers)
    watched.assert_nothing_leaked()


def test_a_bug_report_has_no_value(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: object, page: list[HeldRecord]) -> None:
        del self
        try:
            int(page[-1].values[0] or "")
        except ValueError as error:
            raise KeyError(page[-1].values) from error

    monkeypatch.setattr(BackupWriter, "add", add)
    assert watched.run("apply", "--yes", "-v", *ALLOWED).status == ExitCode.BUG
    (log,) = (watched.folder / "state").rglob("error-*.log")
    text = log.read_text(encoding="utf-8")
    assert re.search(r"^ValueError", text, re.MULTILINE)
    assert re.search(r"^KeyError", text, re.MULTILINE)
    watched.assert_nothing_leaked()
