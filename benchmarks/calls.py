"""Count the requests of schemactl's applies beside the fewest writes that are documented.

Users wait for requests: an account takes 180 a minute. The fewest writes are worked out here by
hand, from what one request of the vendor's manual or client can do, and not by any code of
schemactl. Over the Contacts API:

- `add_section` makes one section with any number of fields; `edit_section` adds any number
  of fields to one section; neither is documented to take options.
- `add_dropdown` and `remove_dropdown` take any number of options of one field.
- `remove_field` and `remove_section` take one each.
- `add_tag` and `remove_tag` take any number of tags of a contact. A tag exists once it was on
  a contact, and to leave the contact as it was takes both.

Over the REST API:

- one request makes a section with any number of fields and options, or adds fields to one;
- one request changes any number of fields of a section; options are added by one and removed by
  another;
- fields, sections and tags are deleted one by one, and tags are created one by one.

`singly` is what a script needs that makes one call for each section, field, option and tag.
The aim has the reads, too: see `aim`. What contacts hold is not counted (`--no-count`): a count
destroys nothing and proves nothing, and how many requests it takes depends on what they hold.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from urllib.request import urlopen

from harness import Program, output_of
from readers import served

TAG_CARRIER: Final = 1
APIS: Final = {"legacy": "/cdata.php", "rest": "/1/"}
PERMISSIONS: Final = "removes-field,removes-section,removes-option,many-removals"
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A custom field; only a dropdown has options."""

    name: str
    options: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """A type that costs little of the account's budget of bytes."""
        return "tdrop" if self.options else "longtext"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Custom sections with their fields, and tags."""

    sections: tuple[tuple[str, tuple[Field, ...]], ...] = ()
    tags: tuple[str, ...] = ()


class Apis(NamedTuple):
    """A number for each API."""

    legacy: int
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A change that people make, and its price.

    Attributes:
        name: What the table calls it.
        live: The account before.
        desired: The account after; the objects of `live` that are not in it are to be removed.
        fewest: The least number of writes over the Contacts and the REST API, by hand.
        guarded: How many of them destroy something, or send a whole section, so that each is
            checked by a read right before it.
        why: How.
        singly: Calls of a script that makes one for each thing.
    """

    name: str
    live: Account
    desired: Account
    fewest: Apis
    guarded: Apis
    why: str
    singly: int


def numbered(word: str, count: int, *, start: int = 1) -> tuple[str, ...]:
    """Return names."""
    return tuple(f"{word} {number}" for number in range(start, start + count))


def plain(word: str, count: int) -> tuple[Field, ...]:
    """Return fields without options."""
    return tuple(Field(name=name) for name in numbered(word, count))


def dropdowns(word: str, count: int, *, options: int, start: int = 1) -> tuple[Field, ...]:
    """Return fields with options."""
    choices = numbered("Choice", options, start=start)
    return tuple(Field(name=name, options=choices) for name in numbered(word, count))


def scenarios() -> tuple[Scenario, ...]:
    """Return all that are counted, the smallest first."""
    return (*_scenarios_of_additions(), *_scenarios_of_removals(), _whole_account())


def _scenarios_of_additions() -> tuple[Scenario, ...]:
    twenty = (("Sales", plain("Note", 20)),)
    few, many = dropdowns("Topic", 5, options=3), dropdowns("Topic", 5, options=13)
    return (
        Scenario(
            name="nothing differs",
            live=Account(sections=twenty, tags=("Customer",)),
            desired=Account(sections=twenty, tags=("Customer",)),
            fewest=Apis(0, 0),
            guarded=Apis(0, 0),
            why="",
            singly=0,
        ),
        Scenario(
            name="new section of 30 fields, 6 of them dropdowns of 5 options",
            live=Account(),
            desired=Account(
                sections=(("Sales", (*plain("Note", 24), *dropdowns("Topic", 6, options=5))),)
            ),
            fewest=Apis(7, 1),
            guarded=Apis(0, 0),
            why="1 add_section, 6 add_dropdown; 1 request for all",
            singly=61,
        ),
        Scenario(
            name="12 new fields in each of 3 sections that exist",
            live=Account(
                sections=tuple((name, plain(name, 1)) for name in numbered("Area", 3))
            ),
            desired=Account(
                sections=tuple((name, plain(name, 13)) for name in numbered("Area", 3))
            ),
            fewest=Apis(3, 3),
            guarded=Apis(0, 3),
            why="3 edit_section; 3 requests that add fields",
            singly=36,
        ),
        Scenario(
            name="50 new options over 5 dropdowns",
            live=Account(sections=(("Sales", few),)),
            desired=Account(sections=(("Sales", many),)),
            fewest=Apis(5, 1),
            guarded=Apis(0, 1),
            why="5 add_dropdown; 1 update of the section",
            singly=50,
        ),
        Scenario(
            name="10 new tags",
            live=Account(),
            desired=Account(tags=numbered("Tag", 10)),
            fewest=Apis(2, 10),
            guarded=Apis(0, 0),
            why="1 add_tag, 1 remove_tag on the carrier contact; 10 creations",
            singly=20,
        ),
    )


def _scenarios_of_removals() -> tuple[Scenario, ...]:
    old = dropdowns("Topic", 5, options=10)
    new = dropdowns("Topic", 5, options=10, start=5)
    return (
        Scenario(
            name="5 fields removed from one section",
            live=Account(sections=(("Sales", plain("Note", 20)),)),
            desired=Account(sections=(("Sales", plain("Note", 15)),)),
            fewest=Apis(5, 5),
            guarded=Apis(5, 5),
            why="5 remove_field; 5 deletions",
            singly=5,
        ),
        Scenario(
            name="section of 5 fields removed",
            live=Account(sections=(("Fair 2014", plain("Note", 5)),)),
            desired=Account(),
            fewest=Apis(6, 6),
            guarded=Apis(6, 6),
            why="5 remove_field, 1 remove_section; 1 if a section may hold fields (unknown)",
            singly=6,
        ),
        Scenario(
            name="4 options out and 4 in, in 5 dropdowns",
            live=Account(sections=(("Sales", old),)),
            desired=Account(sections=(("Sales", new),)),
            fewest=Apis(10, 2),
            guarded=Apis(5, 2),
            why="5 add_dropdown, 5 remove_dropdown; 1 update adds and 1 removes",
            singly=40,
        ),
    )


def _whole_account() -> Scenario:
    names = numbered("Area", 10)
    return Scenario(
        name="empty account to 10 sections, 200 fields, 40 dropdowns of 6, 30 tags",
        live=Account(),
        desired=Account(
            sections=tuple(
                (name, (*plain(f"{name} note", 16), *dropdowns(f"{name} topic", 4, options=6)))
                for name in names
            ),
            tags=numbered("Tag", 30),
        ),
        fewest=Apis(52, 40),
        guarded=Apis(0, 0),
        why="10 add_section, 40 add_dropdown, 1 add_tag, 1 remove_tag; 10 sections, 30 tags",
        singly=10 + 200 + 40 * 6 + 60,
    )


def project_files(scenario: Scenario, api: str, address: str) -> dict[str, str]:
    """Write a scenario as a project on a served account (JSON is YAML too)."""
    project: Json = {
        "version": 1,
        "accounts": {
            "bench": {
                "backend": api,
                "url": f"{address}{APIS[api]}",
                "schema": ["crm.yaml"],
                "tag_carrier": TAG_CARRIER,
            }
        },
    }
    return {
        "schemactl.yaml": json.dumps(project),
        "crm.yaml": json.dumps(_schema_file(scenario)),
    }


def _schema_file(scenario: Scenario) -> Json:
    sections: list[Json] = [
        {
            "name": name,
            "manage": "mirror",
            "fields": [
                {"name": field.name, "type": field.type}
                | ({"options": list(field.options)} if field.options else {})
                for field in fields
            ],
        }
        for name, fields in scenario.desired.sections
    ]
    wanted = {name for name, _ in scenario.desired.sections}
    removed: list[Json] = [name for name, _ in scenario.live.sections if name not in wanted]
    return {
        "version": 1,
        "sections": sections,
        "tags": list(scenario.desired.tags),
        "removed": {"sections": removed},
    }


def _snapshot(account: Account) -> Json:
    # The Contacts API has no account without any section.
    system: Json = {"name": "First Name", "type": "text", "custom": False, "options": None}
    first: Json = {"name": "Contact Information", "custom": False, "fields": [system]}
    return {
        "account": "bench",
        "backend": "legacy",
        "format_version": 1,
        "kind": "snapshot",
        "sections": [first, *(_section(name, fields) for name, fields in account.sections)],
        "tags": list(account.tags),
    }


def _section(name: str, fields: Sequence[Field]) -> Json:
    rows: list[Json] = [
        {
            "name": field.name,
            "type": field.type,
            "custom": True,
            "options": list(field.options) if field.options else None,
        }
        for field in fields
    ]
    return {"name": name, "custom": True, "fields": rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The requests of one apply.

    Attributes:
        scenario: What was applied.
        api: The backend.
        calls: How many calls changed the account.
        made: How many requests there were in all, by the account's own log.
    """

    scenario: Scenario
    api: str
    calls: int
    made: int

    @property
    def fewest(self) -> int:
        """The fewest writes that the documented requests allow."""
        return _of(self.scenario.fewest, self.api)

    @property
    def aim(self) -> int:
        """The most requests that an apply should make.

        For additions 1.15 times the fewest writes, and 12. Otherwise the fewest writes, and one
        read at the start, one after the review, one at the end, and one for each call that
        destroys or sends a whole section.
        """
        guarded = _of(self.scenario.guarded, self.api)
        first, other = (2, 1) if self.api == "legacy" else (4, 2)
        if not self.fewest:
            return first
        if not guarded:
            return int(1.15 * self.fewest) + 12
        return self.fewest + first + other * (guarded + 2)


def _of(numbers: Apis, api: str) -> int:
    return numbers.legacy if api == "legacy" else numbers.rest


def count_all(schemactl: Path) -> tuple[Counted, ...]:
    """Apply every scenario over both APIs."""
    return tuple(
        applied_requests(scenario, api, schemactl) for scenario in scenarios() for api in APIS
    )


def applied_requests(scenario: Scenario, api: str, schemactl: Path) -> Counted:
    """Have schemactl apply a scenario to an emulated account, and count its requests.

    Raises:
        ValueError: It did not complete, or reported another number than the account's log has.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed = folder / "seed.json"
        seed.write_text(json.dumps(_snapshot(scenario.live)), encoding="utf-8")
        with served(schemactl, seed) as address:
            for file, text in project_files(scenario, api, address).items():
                (folder / file).write_text(text, encoding="utf-8")
            printed = output_of(
                Program(
                    name=f"{scenario.name}, {api}",
                    arguments=(
                        *(str(schemactl), "apply", "--yes", "--output", "json=run.json"),
                        *("--no-count", "--allow", PERMISSIONS),
                    ),
                    folder=folder,
                    environment={
                        "BENCH_APP_ID": "app-id",
                        "BENCH_API_KEY": "secret-key",
                        "BENCH_HOST": "127.0.0.1",
                        # The count of calls is there: nothing waits for a minute's end.
                        "HOME": name,
                    },
                )
            )
            with urlopen(f"{address}/control/calls", timeout=60) as answer:  # noqa: S310
                made = len(json.load(answer))
        report = folder / "run.json"
        run = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    if (
        run.get("status") not in {"completed", "nothing-to-do"}
        or run.get("requests_made") != made
    ):
        message = f"{scenario.name}, {api}: {made} requests in the log, reported: {printed}"
        raise ValueError(message)
    return Counted(scenario=scenario, api=api, calls=run["calls_made"], made=made)


def table(counted: Sequence[Counted]) -> str:
    """Return all counts as a Markdown table."""
    lines = [
        "| apply | API | fewest writes | singly | calls | requests | aim |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in counted:
        numbers = (one.fewest, one.scenario.singly, one.calls, one.made, one.aim)
        cells = " | ".join(map(str, numbers))
        lines.append(f"| {one.scenario.name} | {one.api} | {cells} |")
    return "\n".join(lines)
