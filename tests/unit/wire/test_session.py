"""wire/session.py: which proxy is used, and that nothing heavy comes before a request."""

from __future__ import annotations

import subprocess
import sys

import pytest

from schemactl.wire.session import environment_proxies

PROXY = "http://proxy.example:3128"
URL = "https://api.ontraport.com/cdata.php"


@pytest.mark.parametrize(
    ("environ", "url", "expected"),
    [
        ({}, URL, {}),
        ({"HTTPS_PROXY": PROXY}, URL, {"https": PROXY}),
        ({"https_proxy": PROXY}, URL, {"https": PROXY}),
        ({"ALL_PROXY": PROXY}, URL, {"https": PROXY}),
        ({"HTTP_PROXY": PROXY}, URL, {}),
        ({"HTTPS_PROXY": ""}, URL, {}),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "ontraport.com"}, URL, {}),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, URL, {}),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "other.example"}, URL, {"https": PROXY}),
        ({"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}, "http://127.0.0.1:80/", {}),
    ],
    ids=[
        "none",
        "upper case",
        "lower case",
        "all",
        "http only",
        "empty",
        "excepted",
        "all excepted",
        "another excepted",
        "this machine",
    ],
)
def test_a_proxy_is_used_for_tls_alone(
    environ: dict[str, str], url: str, expected: dict[str, str]
) -> None:
    assert environment_proxies(url, environ) == expected


def test_making_a_transport_imports_no_http_library() -> None:
    code = (
        "import sys, schemactl.wire.transport, schemactl.wire.rate\n"
        "heavy = {'requests', 'urllib3', 'pyrate_limiter', 'filelock', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
