"""account/http/proxy.py: which proxy is used, and the messages if it does not work."""

from __future__ import annotations

import base64

import pytest

from schemactl.account.http.proxy import Proxy, UnusableProxy, find_proxy
from schemactl.errors import AccountUnreachableError
from tests.unit.account.http.hostile_server import HostileServer, raw
from tests.unit.account.http.test_surroundings import READ, way_to

PROXY = "http://proxy.example:3128"
URL = "https://api.ontraport.com/cdata.php"
WORD = "horse%2Fbattery"


@pytest.mark.parametrize(
    ("environ", "url", "expected"),
    [
        ({}, URL, None),
        ({"HTTPS_PROXY": PROXY}, URL, ("HTTPS_PROXY", PROXY)),
        ({"https_proxy": PROXY}, URL, ("https_proxy", PROXY)),
        ({"ALL_PROXY": PROXY}, URL, ("ALL_PROXY", PROXY)),
        ({"ALL_PROXY": "http://other", "HTTPS_PROXY": PROXY}, URL, ("HTTPS_PROXY", PROXY)),
        ({"HTTPS_PROXY": "http://other", "https_proxy": PROXY}, URL, ("https_proxy", PROXY)),
        ({"HTTPS_PROXY": "proxy.example:3128"}, URL, ("HTTPS_PROXY", PROXY)),
        ({"HTTPS_PROXY": "http://u:p@ss@proxy.example:3128/"}, URL, ("HTTPS_PROXY", PROXY)),
        ({"HTTP_PROXY": PROXY}, URL, None),
        ({"HTTPS_PROXY": ""}, URL, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "ontraport.com"}, URL, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, URL, None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "other.example"}, URL, ("HTTPS_PROXY", PROXY)),
        ({"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}, "http://127.0.0.1:80/", None),
    ],
    ids=[
        "none",
        "upper case",
        "lower case",
        "all",
        "https before all",
        "lower case before upper case",
        "no scheme",
        "with a password",
        "http only",
        "empty",
        "excepted",
        "all excepted",
        "another excepted",
        "this machine",
    ],
)
def test_a_proxy_is_used_for_tls_alone(
    environ: dict[str, str], url: str, expected: tuple[str, str] | None
) -> None:
    found = find_proxy(url, environ)

    shown = (found.variable, found.address) if isinstance(found, Proxy) else found
    assert shown == expected


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("value", "word"),
    [
        (f"socks5://u:{WORD}@127.0.0.1:1", "SOCKS"),
        (f"socks5h://u:{WORD}@127.0.0.1:1", "SOCKS"),
        (f"SOCKS4://u:{WORD}@127.0.0.1:1", "SOCKS"),
        (f"ftp://u:{WORD}@127.0.0.1:1", "ftp"),
        ("http://u:horse/battery@127.0.0.1:1", "%2F"),
        ("http://u:1/battery@127.0.0.1:1", "%2F"),
        ("http://u:1#battery@127.0.0.1:1", "%23"),
        ("http://u:1?battery@127.0.0.1:1", "%3F"),
        (f"http://u:{WORD}@", "address"),
        ("http://", "address"),
        ("://", "address"),
        ("http://[::1", "address"),
        (f"http://u:{WORD}@127.0.0.1:99999", "address"),
        (f"http://u:{WORD}@127.0.0.1:x", "address"),
        (f"http://u:{WORD}@a b:1", "address"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_an_error_that_names_its_variable(
    variable: str, value: str, word: str
) -> None:
    found = find_proxy(URL, {variable: value})
    assert isinstance(found, UnusableProxy)
    way = way_to(URL, {variable: value})
    with pytest.raises(AccountUnreachableError) as caught:
        way.read(READ)
    way.close()

    reported = f"{caught.value} {caught.value.hint}"
    assert variable in reported
    assert word in reported
    assert "NO_PROXY" in reported
    assert "horse" not in reported
    assert "battery" not in reported


def test_a_proxy_that_refuses_is_named_without_its_password() -> None:
    header = base64.b64encode(b"u:horse/battery")
    answer = b"HTTP/1.1 407 You sent " + header + b" for horse/battery\r\n\r\n"
    with HostileServer(raw(answer)) as proxy:
        address = proxy.url.removesuffix("/cdata.php")
        named = address.replace("http://", f"http://u:{WORD}@")
        way = way_to(URL, {"HTTPS_PROXY": named})
        with pytest.raises(AccountUnreachableError) as caught:
            way.read(READ)
        way.close()

    reported = f"{caught.value} {caught.value.hint}"
    assert "407" in reported
    assert f"through the proxy {address}, which HTTPS_PROXY names" in reported
    for secret in ("horse", "battery", header.decode()):
        assert secret not in reported
