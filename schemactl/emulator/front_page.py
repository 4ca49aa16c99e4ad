"""The page for a person who opens the emulator in a browser.

Plain HTML without script or style: what the emulator is, what it holds, how to use it.
"""

from __future__ import annotations

from html import escape

from schemactl.emulator.control import CONTROL_PAGES
from schemactl.emulator.runtime import Runtime
from schemactl.emulator.switches import describe_switches, list_settings


def front_page(runtime: Runtime) -> str:
    """Return the page for the current state of the account."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>schemactl emulator</title></head><body>
<h1>schemactl emulator</h1>
<p>A stand-in for one Ontraport account. Nothing reaches Ontraport, and no data is real.</p>
<h2>Endpoints</h2>
<ul>
<li><code>POST /cdata.php</code>: the Contacts API, all 19 request types</li>
<li><code>/1/…</code>: the REST API: fields and sections, meta, tags, contacts</li>
{_control_items()}
</ul>
<h2>Account</h2>
<p>{_summary(runtime)}</p>
<h2>Switches</h2>
<table>
<tr><th>Switch</th><th>Now</th><th>Can be</th><th>What is unknown</th></tr>
{_switch_rows(runtime)}
</table>
</body></html>
"""


def _control_items() -> str:
    return "\n".join(
        f"<li><code>{page}</code>, from this machine only</li>" for page in CONTROL_PAGES
    )


def _summary(runtime: Runtime) -> str:
    with runtime.account() as account:
        counts = (
            (len(account.layout.sections()), "sections"),
            (len(account.layout.fields()), "fields"),
            (len(account.labels.tags()), "tags"),
            (len(account.labels.sequences()), "sequences"),
            (account.contacts.count(), "contacts"),
        )
    held = ", ".join(f"{count} {what if count != 1 else what[:-1]}" for count, what in counts)
    opens = "one of the keys it was started with" if runtime.keys else "any key"
    limit = (
        "No rate limit."
        if runtime.rate_limit is None
        else f"{runtime.rate_limit} calls a minute."
    )
    latency = runtime.latency
    waits = f" Each request waits {latency}." if latency.mean_ms else ""
    return f"{held}. It opens with {opens}. {limit}{waits}"


def _switch_rows(runtime: Runtime) -> str:
    now = list_settings(runtime.switches)
    return "\n".join(
        f"<tr><td>{one.name}</td><td>{now[one.name]}</td>"
        f"<td>{', '.join(one.values)}</td><td>{escape(one.about)}</td></tr>"
        for one in describe_switches()
    )
