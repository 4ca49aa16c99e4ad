"""A server that means harm, against the true command: little memory, little time, clear words.

What HTTP itself allows to go wrong is tried in `tests/unit/wire/test_transport.py`; here are
whole answers that come well and hold what would harm a careless reader.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from schemactl.account.http.verdict import Refused, Unclear
from schemactl.account.legacy.result import decode_success
from schemactl.account.rest.decoder import decode_deleted, decode_tag_created, decode_written
from schemactl.account.rest.requests import RestWord
from schemactl.errors import ExitCode
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.credentials import Credentials
from tests.prefork import MORE_MEMORY, Prefork
from tests.unit.account.http.hostile_server import HostileServer, whole

MORE_MEMORY_BYTES: Final = 256 * 1024 * 1024
"""Of address space that a plan is given beside its modules."""
MAX_SECONDS: Final = 30
_LAUGHS: Final = b"".join(
    b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 10)
)
BODIES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "a bomb of entities": b'<!DOCTYPE r [<!ENTITY l0 "ha">%s]><result>&l9;</result>'
        % _LAUGHS,
        "a file as entity": b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b"<result>&f;</result>",
        "entities from elsewhere": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd">'
        b"<result>Success</result>",
        "a hundred thousand levels": b"<result>" + b"<a>" * 100_000 + b"</a>" * 100_000,
        "elements that never end": b"<result>" + b"<Group_Tag name='x'>" * 200_000,
        "a million attributes": b"<result "
        + b" ".join(b'a%d="x"' % number for number in range(300_000))
        + b"/>",
        "one name of a megabyte": b"<" + b"x" * 1_000_000 + b"/>",
        "zeros": b"\0" * 5_000_000,
        "half a character": b"<result>\xc3</result>",
        "words that are no UTF-8": b'<?xml version="1.0"?><result>\xff\xfe\xfa</result>',
        "an encoding that hides its tags": b'<?xml version="1.0" encoding="UTF-7"?>'
        b"+ADw-result+AD4-Success+ADw-/result+AD4-",
        "an encoding that nobody knows": b'<?xml version="1.0" encoding="x-evil"?><result/>',
        "escape codes": b"\x1b]0;evil\x07\x1b[2J\x1b[1;1Hall is well",
        "a page": b"<!DOCTYPE html><html><body>Welcome</body></html>",
        "JSON": b'{"result": "Success"}',
    }
)


def _answer(data: str) -> bytes:
    return b'{"code":0,"data":' + data.encode() + b',"account_id":1}'


JSON_BODIES: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "a hundred thousand lists": b"[" * 100_000 + b"]" * 100_000,
        "a hundred thousand maps": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "lists that never end": _answer("[" * 50_000),
        "a number of a million digits": _answer("9" * 1_000_000),
        "an id of a million digits": _answer('{"1":{"id":' + "9" * 1_000_000 + "}}"),
        "a number without bounds": _answer('{"1":{"id":1e999,"name":"S"}}'),
        "no number at all": _answer('{"1":{"id":NaN,"name":"S"}}'),
        "half a character": _answer(r'{"1":{"id":1,"name":"\ud800"}}'),
        "a column far to the right": _answer(
            '{"1":{"id":1,"name":"S","fields":{"999999999999":[]}}}'
        ),
        "a column at the end of all numbers": _answer(
            '{"1":{"id":1,"name":"S","fields":{"' + "9" * 4_000 + '":[]}}}'
        ),
        "a section that is a list": _answer('[["S"]]'),
        "a name that is a map": _answer('{"1":{"id":1,"name":{"a":"b"},"fields":[]}}'),
        "a field without a name": _answer(
            '{"1":{"id":1,"name":"S","fields":[[{"id":1,"alias":"A","type":"text"}]]}}'
        ),
        "one key a hundred thousand times": _answer(
            "{" + ",".join(['"1":{"id":"x"}'] * 100_000) + "}"
        ),
        "a text of a megabyte in place of data": _answer('"' + "x" * 1_000_000 + '"'),
        "escape codes in an error": b"\x1b]0;evil\x07\x1b[2JInvalid object",
        "another code": b'{"code":-1,"data":[],"account_id":1}',
        "true for data": _answer("true"),
        "two answers in one": _answer("{}") * 2,
        "bytes that are no UTF-8": b'{"code":0,"data":{"1":{"name":"\xff\xfe"}}}',
        **{name: BODIES[name] for name in ("zeros", "a page", "a bomb of entities")},
    }
)


def plan_against(
    url: str, folder: Path, program: Path, *, backend: str
) -> subprocess.CompletedProcess[str]:
    (folder / "schemactl.yaml").write_text(
        "version: 1\naccounts:\n"
        f"  live: {{backend: {backend}, url: '{url}', schema: [c.yaml]}}\n",
        encoding="utf-8",
    )
    (folder / "c.yaml").write_text("version: 1\ntags: [VIP]\n", encoding="utf-8")
    environ = {
        **os.environ,
        "LIVE_APP_ID": "app-7f3a9c",
        "LIVE_API_KEY": "key-5d1e8b",
        "LIVE_HOST": "127.0.0.1",
        "XDG_STATE_HOME": str(folder / "state"),
        MORE_MEMORY: str(MORE_MEMORY_BYTES),
    }
    return subprocess.run(
        [program, "-C", str(folder), "plan"],
        capture_output=True,
        check=False,
        env=environ,
        text=True,
        timeout=MAX_SECONDS,
    )


@pytest.mark.parametrize(
    ("backend", "name"),
    [("legacy", name) for name in BODIES] + [("rest", name) for name in JSON_BODIES],
)
def test_what_a_hostile_server_answers_ends_in_one_clear_error(
    backend: str, name: str, tmp_path: Path, prefork: Prefork
) -> None:
    body = (BODIES if backend == "legacy" else JSON_BODIES)[name]
    with HostileServer(whole(body)) as server:
        url = server.url if backend == "legacy" else server.url.replace("/cdata.php", "/1/")
        ended = plan_against(url, tmp_path, prefork.program, backend=backend)
    assert ended.returncode == ExitCode.FAILED, ended.stderr[-2000:]
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr
    assert "root:" not in ended.stderr
    assert len(ended.stderr) < 2000
    assert "\x1b" not in ended.stderr
    assert not (tmp_path / ".schemactl").exists(), "it leaves no trace"


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("word", [LegacyCallWord.ADD_SECTION, LegacyCallWord.REMOVE_FIELD])
def test_no_hostile_answer_to_a_write_is_taken_for_an_answer(
    name: str, word: LegacyCallWord
) -> None:
    redact = Credentials("app-7f3a9c", "key-5d1e8b").redact
    assert isinstance(decode_success(BODIES[name], word=word, redact=redact), Unclear)


@pytest.mark.parametrize("name", JSON_BODIES)
def test_nor_is_it_over_the_rest_api(name: str) -> None:
    redact = Credentials("app-7f3a9c", "key-5d1e8b").redact
    body = JSON_BODIES[name]

    for answer in (
        decode_written(body, word=RestWord.FIELDEDITOR_PUT, redact=redact),
        decode_deleted(body, word=RestWord.FIELDEDITOR_DELETE, redact=redact),
        decode_tag_created(body, redact=redact),
    ):
        assert isinstance(answer, Unclear | Refused)
        assert len(answer.text) < 2000
        assert "\x1b" not in answer.text
