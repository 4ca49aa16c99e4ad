"""Measure applies on the embedded account, over either API, as accounts and plans grow.

Two applies of one project: new sections of ten fields on a new account, then the removal of
fields, one call each. The processor's time includes the emulator's, which is in the process.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calls import Json
from harness import Program, run_once

SECTIONS: Final = (10, 100, 1_000)
FIELDS: Final = 10
REMOVED: Final = 50
APIS: Final = ("legacy", "rest")
PERMISSIONS: Final = ("--allow", "removes-field", "--allow", "many-removals")
PROJECT: Final = """\
version: 1
accounts:
  local: {{backend: {api}, url: emulator, schema: [crm.yaml], tag_carrier: 1}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One apply.

    Attributes:
        api: The backend.
        what: What it did.
        sections: How many sections the account has, of ten fields each.
        calls: How many calls it made.
        processor_s: The processor's time, from start to end.
    """

    api: str
    what: str
    sections: int
    calls: int
    processor_s: float


def measure_applies(schemactl: Path) -> tuple[Applied, ...]:
    """Run both applies over both APIs at each size."""
    return tuple(
        one
        for sections in SECTIONS
        for api in APIS
        for one in _run_both(schemactl, api, sections)
    )


def growth(applied: Sequence[Applied], api: str, what: str) -> float:
    """Return the power of the number of sections with which time grows, between the largest."""
    times = {
        one.sections: one.processor_s for one in applied if (one.api, one.what) == (api, what)
    }
    few, many = SECTIONS[-2:]
    return math.log(times[many] / times[few]) / math.log(many / few)


def table(applied: Sequence[Applied]) -> str:
    """Return all applies as a Markdown table."""
    lines = [
        "| apply | API | fields in the account | calls | user + sys, ms | of it a call, ms |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.what} | {one.api} | {one.sections * FIELDS:,} | {one.calls:,} "
        f"| {one.processor_s * 1000:,.0f} | {one.processor_s * 1000 / one.calls:.1f} |"
        for one in applied
    ]
    return "\n".join(lines)


def _run_both(schemactl: Path, api: str, sections: int) -> Iterator[Applied]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schemactl.yaml").write_text(PROJECT.format(api=api), encoding="utf-8")
        # Over the Contacts API, each dropdown takes a call for its options.
        additions = sections * (2 if api == "legacy" else 1)
        for what, calls, removed in (("new sections", additions, 0), ("removals", 0, REMOVED)):
            # JSON is YAML too.
            text = json.dumps(_schema_file(sections, removed))
            (folder / "crm.yaml").write_text(text, encoding="utf-8")
            program = Program(
                name=f"{what}, {api}, {sections} sections",
                arguments=(str(schemactl), "apply", "--yes", *PERMISSIONS),
                folder=folder,
                environment={"HOME": str(folder)},
            )
            usage = run_once(program)
            yield Applied(
                api=api,
                what=what,
                sections=sections,
                calls=calls or removed,
                processor_s=usage.processor_s,
            )


def _schema_file(sections: int, removed: int) -> Json:
    """Return sections of one dropdown and checkboxes, which take little of the limit."""
    gone = {(number % sections, 1 + number // sections) for number in range(removed)}
    listed: list[Json] = [
        {
            "name": f"Area {section}",
            "fields": [
                _field(section, place)
                for place in range(FIELDS)
                if (section, place) not in gone
            ],
        }
        for section in range(sections)
    ]
    fields: list[Json] = [
        {"section": f"Area {section}", "name": f"Field {section}.{place}"}
        for section, place in sorted(gone)
    ]
    return {
        "version": 1,
        "sections": listed,
        **({"removed": {"fields": fields}} if fields else {}),
    }


def _field(section: int, place: int) -> Json:
    name = f"Field {section}.{place}"
    if place == 0:
        return {"name": name, "type": "tdrop", "options": ["New", "Won", "Lost", "Open"]}
    return {"name": name, "type": "check"}
