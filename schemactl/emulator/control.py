"""The control pages: show the account, and change it without the APIs.

They answer only on loopback, and never to a web page of another site. They show no
credential.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from types import MappingProxyType

from werkzeug import Request, Response

from schemactl.emulator.account import Account
from schemactl.emulator.call_log import CallLog
from schemactl.emulator.clauses import EVERY
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.runtime import Runtime
from schemactl.emulator.shown_contacts import ShownContact
from schemactl.emulator.switches import list_settings, parse_switch

PREFIX = "/control/"
MAX_CONTACTS = 1_000

Page = Callable[[Runtime, Request], object]


def respond_to_control(find: Callable[[Request], Runtime], http: Request) -> Response:
    """Answer a control request with JSON; 400 and a message if it is impossible.

    Args:
        find: Returns the account that the request is about.
        http: The request.
    """
    if not _comes_from_here(http):
        return _json({"error": "The control pages are for this machine only."}, status=403)
    pages = PAGES.get(http.path.removeprefix(PREFIX).strip("/"), {})
    page = pages.get(http.method)
    if page is None:
        status = 405 if pages else 404
        return _json(
            {"error": "No such control page.", "pages": list(CONTROL_PAGES)}, status=status
        )
    try:
        return _json(page(find(http), http))
    except EmulatorError as error:
        return _json({"error": str(error), "hint": error.hint}, status=400)


def account_state(account: Account, log: CallLog) -> dict[str, object]:
    """Return everything in an account as JSON values, but at most 1,000 of its contacts."""
    options = account.layout.options()
    fields: dict[int, list[dict[str, object]]] = {}
    descriptions = account.layout.descriptions()
    for field in account.layout.editor_fields():
        fields.setdefault(field.section_id, []).append(
            {
                "id": field.id,
                "name": field.name,
                "type": field.type,
                "custom": field.custom,
                "required": field.required,
                "unique": field.unique,
                "options": list(options.get(field.id, ())),
            }
        )
    return {
        "sections": [
            {
                **section._asdict(),
                "description": descriptions[section.id],
                "fields": fields.get(section.id, []),
            }
            for section in account.layout.sections()
        ],
        "tags": [tag._asdict() for tag in account.labels.all_tags()],
        "sequences": [sequence._asdict() for sequence in account.labels.sequences()],
        "contacts": [
            _contact(account, one) for one in account.contacts.select(EVERY, limit=MAX_CONTACTS)
        ],
        "number_of_contacts": account.contacts.count(),
        "calls": log.count(),
    }


def _contact(account: Account, contact_id: int) -> dict[str, object]:
    shown: ShownContact = account.people.show(contact_id)
    return {
        **shown.row._asdict(),
        "tags": [tag.name for tag in account.labels.tags_of(contact_id)],
        "sequences": list(account.labels.sequences_of(contact_id)),
        "notes": [note._asdict() for note in account.people.notes(contact_id)],
        "values": [
            {"section": section, "field": name, "text": text}
            for section, fields in shown.sections
            for name, text in fields
            if text
        ],
    }


def _state(runtime: Runtime, _: Request) -> object:
    return runtime.state(account_state)


def _calls(runtime: Runtime, _: Request) -> object:
    return [call._asdict() for call in runtime.calls()]


def _edit(runtime: Runtime, http: Request) -> object:
    edits = parse_edits(_text(http))
    runtime.edit(edits)
    return {"done": len(edits)}


def _switches(runtime: Runtime, _: Request) -> object:
    return list_settings(runtime.switches)


def _automations(runtime: Runtime, _: Request) -> object:
    with runtime.account() as account:
        return [firing._asdict() for firing in account.fired.all()]


def _set_switches(runtime: Runtime, http: Request) -> object:
    lines = (line for line in _text(http).splitlines() if line.strip())
    runtime.set_switches(tuple(parse_switch(line) for line in lines))
    return list_settings(runtime.switches)


def _faults(runtime: Runtime, _: Request) -> object:
    return [
        {"fault": str(state.fault), "seen": state.seen, "struck": state.struck}
        for state in runtime.faults.states()
    ]


def _add_faults(runtime: Runtime, http: Request) -> object:
    runtime.faults.add(parse_faults(_text(http)))
    return _faults(runtime, http)


def _clear_faults(runtime: Runtime, http: Request) -> object:
    runtime.faults.clear()
    return _faults(runtime, http)


PAGES: Mapping[str, Mapping[str, Page]] = MappingProxyType(
    {
        "state": {"GET": _state},
        "calls": {"GET": _calls},
        "automations": {"GET": _automations},
        "edit": {"POST": _edit},
        "switches": {"GET": _switches, "POST": _set_switches},
        "faults": {"GET": _faults, "POST": _add_faults, "DELETE": _clear_faults},
    }
)
CONTROL_PAGES = tuple(
    f"{method} {PREFIX}{name}" for name, methods in PAGES.items() for method in methods
)


def _comes_from_here(http: Request) -> bool:
    """Whether a request comes from this machine, and not from a web page.

    A page of another site shows in its Origin, or in a Host that only its own name server maps
    to a loopback address.
    """
    host = http.host.rpartition(":")[0] if http.host.count(":") == 1 else http.host
    return (
        _is_loopback(http.remote_addr or "")
        and "Origin" not in http.headers
        and (host == "localhost" or _is_loopback(host.partition("]")[0].strip("[")))
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _text(http: Request) -> str:
    return http.get_data(cache=False).decode("utf-8", errors="replace")


def _json(content: object, *, status: int = 200) -> Response:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    body = text.encode("utf-8", errors="replace") + b"\n"
    return Response(body, status=status, content_type="application/json")
