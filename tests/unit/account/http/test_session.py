"""account/http/session.py: nothing heavy is imported before a request."""

from __future__ import annotations

import subprocess
import sys


def test_making_a_transport_imports_no_http_library() -> None:
    code = (
        "import sys, schemactl.account.http.transport, schemactl.account.http.rate\n"
        "heavy = {'requests', 'urllib3', 'pyrate_limiter', 'filelock', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
