"""App id and key get to the server and nowhere else, in no spelling, whatever goes wrong.

The real program runs against an account that is opened by an app id and a key full of
awkward characters. Then all that it left is searched: both outputs, every file under the
project and the user's state folder, log records, process list.
"""

from __future__ import annotations

import base64
import copy
import html
import json
import logging
import pickle
import pprint
import subprocess
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import parse_qsl, quote, quote_plus

import pytest

from schemactl.account.http.exchange import HttpMethod, RestRequest, SealedRequest
from schemactl.account.http.rate import NoLimit
from schemactl.account.http.sealing import sealed_request
from schemactl.account.http.session import HttpSession
from schemactl.account.http.transport import Transport
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import PullTag, ReadKey
from schemactl.cli import process
from schemactl.cli.crash import keep_traceback
from schemactl.emulator.access import KeyGrant
from schemactl.emulator.faults import FaultKind, parse_fault
from schemactl.emulator.server import EmulatorServer, serve
from schemactl.errors import ExitCode
from schemactl.model.credentials import Credentials
from tests.cli.program import PROGRAM, SECONDS, process_environ, run
from tests.contract.echoing_server import ECHOES, EchoingServer

APP_ID: Final = "2_77&<é>%+/ApId"
KEY: Final = "k+/%&<é=Zz9\"w7'Q\\s"
SECRETS: Final = (APP_ID, KEY)
LEAST: Final = 6
"""Characters of an encoded secret that are no chance."""

START: Final = """\
version: 1
sections:
  - {name: Sales, fields: [{name: Status, type: tdrop, options: [New]}]}
"""
GOAL: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Value, type: price}
  - {name: Events, fields: [{name: Ticket, type: text}]}
tags: [VIP]
"""
FAULTS: Final = {
    FaultKind.NO_ANSWER: ":seconds=0.1",
    FaultKind.SLOW: ":seconds=0.1",
    FaultKind.STATUS_429: ":reset=1",
    FaultKind.LATE: ":seconds=0.1",
    FaultKind.OTHER_USER: ":edit=add-tag Other",
}


def spellings(secret: str) -> Iterator[str]:
    """Yield every way in which a secret may be written somewhere."""
    octets = secret.encode()
    once, plus = quote(secret, safe=""), quote_plus(secret)
    yield from (secret, secret[::-1], repr(secret)[1:-1], repr(octets)[2:-1])
    yield from (once, quote(once, safe=""), plus, quote_plus(plus), quote(secret))
    yield "".join(f"%{octet:02x}" for octet in octets)
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield json.dumps(json.dumps(secret)[1:-1])[1:-1]
    yield from (html.escape(secret), html.escape(secret, quote=False))
    yield "".join(f"&#{ord(each)};" for each in secret)
    yield secret.encode("ascii", "xmlcharrefreplace").decode()
    yield from (octets.hex(), octets.hex().upper(), octets.decode("latin-1"))
    yield "\0".join(secret)
    for lead in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(bytes(lead) + octets).decode()
            yield encoded[(0, 2, 3)[lead] : (lead + len(octets)) * 8 // 6]
    yield base64.b64encode(octets[::-1]).decode()


NEEDLES: Final = tuple(
    needle
    for secret in SECRETS
    for spelling in spellings(secret)
    # Also where only the start or the end of it gets out.
    for half in (len(spelling) // 2,)
    for needle in {spelling, spelling[:half], spelling[half:]}
    if len(needle) >= LEAST
)


def leaks_in(text: str) -> list[str]:
    """Return the spellings of app id and key that a text holds."""
    return [needle for needle in NEEDLES if needle in text]


def leaks_in_files(*folders: Path) -> list[tuple[str, str]]:
    """Search what all files hold, and what they are called."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [
        (path.name, leak)
        for path in files
        for encoding in ("utf-8", "utf-16-le")
        for leak in leaks_in(f"{path}\n{path.read_bytes().decode(encoding, 'replace')}")
    ]


class Records(logging.Handler):
    """Keeps all that any library logs, at every level, formatted."""

    def __init__(self) -> None:
        super().__init__(level=0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with its arguments as they are."""
        self.lines.append(f"{self.format(record)} {record.args!r} {record.__dict__!r}")


@dataclass
class Bench:
    """A project whose account is opened by the awkward key."""

    folder: Path
    records: Records
    reported: list[str]

    @property
    def state(self) -> Path:
        """Folder of the user's state."""
        return self.folder / "home" / "state"

    @property
    def environ(self) -> dict[str, str]:
        """What the program runs in."""
        return {
            "DEMO_APP_ID": APP_ID,
            "DEMO_API_KEY": KEY,
            "DEMO_HOST": "127.0.0.1",
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.state),
        }

    def point_at(self, url: str, *, goal: str = GOAL) -> None:
        """Have the project's account answer there."""
        backend = "rest" if url.endswith("/1/") else "legacy"
        project = (
            f"version: 1\naccounts:\n  demo: {{backend: {backend}, schema: [crm.yaml],"
            f" url: '{url}', tag_carrier: 1}}\n"
        )
        (self.folder / "schemactl.yaml").write_text(project, encoding="utf-8")
        (self.folder / "crm.yaml").write_text(goal, encoding="utf-8")

    def run(self, *arguments: str | Path) -> int:
        """Run a command in this process and keep its output."""
        ended = run("-C", self.folder, *arguments, environ=self.environ)
        self.reported += [ended.out, ended.err]
        return ended.status

    def assert_nothing_leaked(self) -> None:
        """Search all that there is."""
        assert leaks_in("\n".join(self.reported)) == []
        assert leaks_in("\n".join(self.records.lines)) == []
        assert leaks_in_files(self.folder) == []


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    records = Records()
    root = logging.getLogger()
    before = root.level
    root.addHandler(records)
    root.setLevel(1)
    # The pauses before another look are long for people, not for this test.
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.03)))
    monkeypatch.setattr(process, "sleep_unless", lambda _, seconds: time.sleep(seconds))
    (tmp_path / "home").mkdir()
    yield Bench(folder=tmp_path, records=records, reported=[])
    root.setLevel(before)
    root.removeHandler(records)


def an_emulator(folder: Path, *faults: str) -> EmulatorServer:
    """Make an account that only the awkward key opens, kept in a file that is searched too."""
    keys = (KeyGrant(app_id=APP_ID, key=KEY),)
    return serve(folder / "account.sqlite", keys=keys, faults=map(parse_fault, faults))


def test_the_search_finds_each_spelling() -> None:
    for secret in SECRETS:
        for spelling in spellings(secret):
            assert leaks_in(f"amid {spelling} text"), spelling


@pytest.mark.parametrize("api", ["legacy", "rest"])
def test_every_command_in_every_format_keeps_the_secret(api: str, bench: Bench) -> None:
    with an_emulator(bench.folder) as server:
        url = server.url if api == "legacy" else server.rest_url
        bench.point_at(url, goal=START)
        assert bench.run("apply", "--yes", "-v") == ExitCode.OK
        bench.point_at(url)
        for form in ("text", "json", "markdown"):
            assert bench.run("plan", "-v", "--format", form) == ExitCode.OK
            assert bench.run("drift", "-v", "--format", form) == ExitCode.DIFFERENT
        plan_file = bench.folder / "plan.json"
        assert bench.run("plan", "--out", plan_file) == ExitCode.OK
        assert bench.run("show", plan_file, "-v") == ExitCode.USAGE  # It takes no -C.
        assert bench.run("apply", plan_file, "--yes", "-v", "--format", "json") == ExitCode.OK
        assert (
            bench.run("import", "-v", "--all", "--out", bench.folder / "all.yaml")
            == ExitCode.OK
        )
        assert bench.run("snapshot", "-v", "--out", bench.folder / "live.json") == ExitCode.OK
        for form in ("text", "json"):
            assert bench.run("journal", "--format", form) == ExitCode.OK
            assert bench.run("journal", "last", "-v", "--format", form) == ExitCode.OK

        bench.assert_nothing_leaked()
        assert any("urllib3" in line for line in bench.records.lines), "nothing was logged"


READS = {"legacy": "key,pull_tag", "rest": "fieldeditor_get,tags_get"}
WRITES = {
    "legacy": "add_section,edit_section,add_dropdown,add_tag,remove_tag",
    "rest": "fieldeditor_post,fieldeditor_put,tag_create",
}


@pytest.mark.parametrize("api", ["legacy", "rest"])
@pytest.mark.parametrize("kind", FaultKind)
def test_no_fault_brings_the_secret_out(kind: FaultKind, api: str, bench: Bench) -> None:
    fault = f"{kind}:times=2{FAULTS.get(kind, '')}"
    if kind is FaultKind.OTHER_USER:
        fault = "other-user:times=1:edit=add-tag Other"
    with an_emulator(bench.folder, f"{READS[api]}:{fault}") as server:
        bench.point_at(server.url if api == "legacy" else server.rest_url)
        bench.run("plan", "-v", "--out", bench.folder / "plan.json")
        server.runtime.faults.clear()
        server.runtime.faults.add((parse_fault(f"{WRITES[api]}:{fault}"),))
        bench.run("apply", "--yes", "-v")
        bench.run("journal", "last", "-v", "--format", "json")

        bench.assert_nothing_leaked()
        assert server.runtime.calls(), "nothing was sent"


@pytest.mark.parametrize("form", ECHOES)
def test_a_server_that_gives_back_what_it_got_is_not_repeated(form: str, bench: Bench) -> None:
    with an_emulator(bench.folder) as behind:
        with EchoingServer(form) as server:
            bench.point_at(server.url)
            bench.run("plan", "-v", "--out", bench.folder / "plan.json")
            assert server.requests, "nothing was sent"
        with EchoingServer(form, behind=behind) as server:
            bench.point_at(server.url)
            bench.run("apply", "--yes", "-v")
            bench.run("journal", "last", "-v", "--format", "json")
            assert any(b"add_section" in request for request in server.requests)

    bench.assert_nothing_leaked()


@pytest.mark.parametrize("secret", SECRETS, ids=["app-id", "key"])
def test_a_key_that_comes_back_as_a_name_gets_into_no_file(secret: str, bench: Bench) -> None:
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    with an_emulator(bench.folder / "home") as server:
        server.edit(f'add-section "{quoted}"\nadd-tag "{quoted}"')
        bench.point_at(server.url)
        for command in (("plan",), ("drift",), ("import",), ("snapshot",), ("apply", "--yes")):
            assert bench.run(*command, "-v") == ExitCode.FAILED
        assert "so nothing of it is used" in bench.reported[-1]

    assert leaks_in("\n".join(bench.reported)) == []
    assert leaks_in_files(bench.folder / ".schemactl", bench.state) == []


def break_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a bug where app id and key are at hand."""

    def send(self: HttpSession, sealed: SealedRequest) -> NoReturn:
        del self
        posted = (sealed.body or b"").decode()
        msg = f"posted {posted} that is {dict(parse_qsl(posted))} to nowhere"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(HttpSession, "send", send)


@pytest.mark.parametrize("command", [("plan", "-v"), ("apply", "--yes"), ("import",)])
def test_a_bug_report_has_no_secret(
    command: tuple[str, ...], bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_session(monkeypatch)
    bench.point_at("http://127.0.0.1:9/cdata.php")

    assert bench.run(*command) == ExitCode.BUG

    (log,) = bench.state.rglob("error-*.log")
    assert "posted appid=***&key=***" in log.read_text(encoding="utf-8")
    bench.assert_nothing_leaked()


def test_a_bug_report_has_no_secret_from_outside_the_environment(
    tmp_path: Path,
) -> None:
    def fail() -> None:
        opened = Credentials(APP_ID, KEY)
        msg = f"{opened} is {opened.app_id} and {opened.key}"
        raise ZeroDivisionError(msg)

    with pytest.raises(ZeroDivisionError) as caught:
        fail()
    path = keep_traceback(caught.value, environ={"XDG_STATE_HOME": str(tmp_path)})

    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "ZeroDivisionError: *** is *** and ***" in text
    assert leaks_in(text) == []


def test_what_holds_the_secret_neither_shows_it_nor_lets_it_be_written_down() -> None:
    credentials = Credentials(APP_ID, KEY)
    sealed = tuple(
        sealed_request(request, address="https://api.example/", credentials=credentials)
        for request in (
            encode_request(ReadKey()),
            RestRequest(word="get", method=HttpMethod.GET, path="Tags"),
        )
    )
    transport = Transport(
        "https://api.example/", credentials, read_only=True, limiter=NoLimit()
    )
    for shown in (credentials, sealed, transport, [credentials], {"held": sealed}):
        assert leaks_in(f"{shown!r} {shown!s} {pprint.pformat(shown)}") == []
    for write_down in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write_down(credentials)


@pytest.mark.parametrize("connections", [1, 2])
def test_a_traceback_with_the_values_of_variables_shows_no_secret(
    connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(self: HttpSession, sealed: SealedRequest) -> NoReturn:
        del self
        msg = f"posted {sealed}"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(HttpSession, "send", send)
    transport = Transport(
        "https://api.example/",
        Credentials(APP_ID, KEY),
        read_only=True,
        limiter=NoLimit(),
        connections=connections,
    )
    with pytest.raises(ZeroDivisionError) as caught:
        transport.read_together((encode_request(ReadKey()), encode_request(PullTag())))

    reported = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(reported.format())
    assert "read_together" in text
    assert "SealedRequest()" in text
    assert "self = " in text
    assert leaks_in(text) == []


def processes_below(process: int) -> list[int]:
    """Return the processes that a process has started and that run still."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [
        below
        for child in map(int, children.split())
        for below in (child, *processes_below(child))
    ]


@pytest.mark.parametrize("command", [("plan", "-v"), ("apply", "--yes", "-v")])
def test_the_list_of_processes_shows_no_secret(command: tuple[str, ...], bench: Bench) -> None:
    seen: set[str] = set()
    with an_emulator(bench.folder, "any:slow:times=all:seconds=0.05") as server:
        bench.point_at(server.url)
        with subprocess.Popen(
            [*PROGRAM, "-C", str(bench.folder), *command],
            env={**process_environ(bench.folder), **bench.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while process.poll() is None:
                with suppress(OSError):
                    mine = [Path(f"/proc/{process.pid}/{name}") for name in ("cmdline", "comm")]
                    own = mine[0].read_bytes()
                    below = [
                        Path(f"/proc/{each}/{name}")
                        for each in processes_below(process.pid)
                        # Until a child has become another program, it is this one.
                        if Path(f"/proc/{each}/cmdline").read_bytes() != own
                        for name in ("cmdline", "comm", "environ")
                    ]
                    seen |= {path.read_bytes().decode() for path in (*mine, *below)}
            out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == ExitCode.OK, err
        bench.reported += [out, err, *seen]

    assert any("schemactl" in text for text in seen)
    bench.assert_nothing_leaked()
