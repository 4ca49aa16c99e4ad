"""The user's environment cannot weaken a request, and unusable variables are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.account.http.exchange import Limits, NotSent
from schemactl.account.http.rate import NoLimit
from schemactl.account.http.transport import Transport
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import AddDropdown, ReadKey
from schemactl.errors import AccountUnreachableError
from schemactl.model.credentials import Credentials
from tests.unit.account.http.hostile_server import HostileServer, whole

READ = encode_request(ReadKey())
WRITE = encode_request(AddDropdown(field="Orchard", options=("Trees",)))
OK = whole(b"<result>Success</result>")


def way_to(url: str, environ: dict[str, str]) -> Transport:
    return Transport(
        url,
        Credentials("2_4711", "SECRET-KEY"),
        read_only=False,
        limiter=NoLimit(),
        limits=Limits(connect_s=2, silence_s=2, total_s=4),
        environ=environ,
        sleep=lambda _: None,
    )


@pytest.mark.parametrize("content", ["", "no certificate", "folder"])
def test_a_bundle_that_cannot_be_used_is_reported_and_nothing_is_sent(
    content: str, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content == "folder":
        bundle.mkdir()
    else:
        bundle.write_text(content)
    with HostileServer(OK, tls=True) as server:
        way = way_to(server.url, {"REQUESTS_CA_BUNDLE": str(bundle)})
        written = way.write(WRITE)
        with pytest.raises(AccountUnreachableError) as caught:
            way.read(READ)
        way.close()

    assert isinstance(written, NotSent)
    assert "REQUESTS_CA_BUNDLE" in f"{caught.value} {caught.value.hint}"
    assert server.requests == []


def test_nothing_of_netrc_and_no_proxy_gets_into_a_request_to_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login rosa password hush\n")
    (tmp_path / ".netrc").chmod(0o600)
    environ = {"HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc")}
    with HostileServer(OK) as proxy, HostileServer(OK) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            environ[name] = proxy.url
        for name, text in environ.items():
            monkeypatch.setenv(name, text)
        way = way_to(server.url, environ)
        way.read(READ)
        way.close()

    assert b"authorization" not in server.requests[0].lower()
    assert proxy.connections == 0
