"""Counts the calls of schemactl's plans beside the fewest that the documented calls allow.

Users wait for calls: an account takes 180 a minute. The fewest are worked out here by hand,
from what one call of the vendor's manual can do, and not by any code of schemactl:

- `add_section` makes one section with any number of fields; `edit_section` adds any number
  of fields to one section; neither is documented to take options.
- `add_dropdown` and `remove_dropdown` take any number of options of one field.
- `remove_field` and `remove_section` take one each.
- `add_tag` and `remove_tag` take any number of tags of a contact. A tag exists once it was on
  a contact, and to leave the contact as it was takes both.

`singly` is what a script needs that makes one call for each section, field, option and tag.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from harness import Program, output_of

TAG_CARRIER = 1234
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A change that people make, and its price.

    Attributes:
        name: What the table calls it.
        live: The account before.
        desired: The account after; the objects of `live` that are not in it are to be removed.
        fewest: The least number of calls, worked out by hand.
        why: How.
        singly: Calls of a script that makes one for each thing.
    """

    name: str
    live: Account
    desired: Account
    fewest: int
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
            fewest=0,
            why="",
            singly=0,
        ),
        Scenario(
            name="new section of 30 fields, 6 of them dropdowns of 5 options",
            live=Account(),
            desired=Account(
                sections=(("Sales", (*plain("Note", 24), *dropdowns("Topic", 6, options=5))),)
            ),
            fewest=7,
            why="1 add_section, 6 add_dropdown",
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
            fewest=3,
            why="3 edit_section",
            singly=36,
        ),
        Scenario(
            name="50 new options over 5 dropdowns",
            live=Account(sections=(("Sales", few),)),
            desired=Account(sections=(("Sales", many),)),
            fewest=5,
            why="5 add_dropdown",
            singly=50,
        ),
        Scenario(
            name="10 new tags",
            live=Account(),
            desired=Account(tags=numbered("Tag", 10)),
            fewest=2,
            why="1 add_tag, 1 remove_tag on the carrier contact",
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
            fewest=5,
            why="5 remove_field",
            singly=5,
        ),
        Scenario(
            name="section of 5 fields removed",
            live=Account(sections=(("Fair 2014", plain("Note", 5)),)),
            desired=Account(),
            fewest=6,
            why="5 remove_field, 1 remove_section; 1 if a section may hold fields (unknown)",
            singly=6,
        ),
        Scenario(
            name="4 options out and 4 in, in 5 dropdowns",
            live=Account(sections=(("Sales", old),)),
            desired=Account(sections=(("Sales", new),)),
            fewest=10,
            why="5 add_dropdown, 5 remove_dropdown",
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
        fewest=52,
        why="10 add_section, 40 add_dropdown, 1 add_tag, 1 remove_tag",
        singly=10 + 200 + 40 * 6 + 60,
    )


def project_files(scenario: Scenario) -> dict[str, str]:
    """Write a scenario as a project and a snapshot (JSON is YAML too)."""
    project: Json = {
        "version": 1,
        "accounts": {
            "bench": {
                "backend": "legacy",
                "url": "emulator",
                "schema": ["crm.yaml"],
                "tag_carrier": TAG_CARRIER,
            }
        },
    }
    return {
        "schemactl.yaml": json.dumps(project),
        "crm.yaml": json.dumps(_schema_file(scenario)),
        "snapshot.json": json.dumps(_snapshot(scenario.live)),
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
    sections: list[Json] = [
        {
            "name": name,
            "custom": True,
            "fields": [
                {
                    "name": field.name,
                    "type": field.type,
                    "custom": True,
                    "options": list(field.options) if field.options else None,
                }
                for field in fields
            ],
        }
        for name, fields in account.sections
    ]
    return {
        "account": "bench",
        "backend": "legacy",
        "format_version": 1,
        "kind": "snapshot",
        "sections": sections,
        "tags": list(account.tags),
    }


def planned_requests(scenario: Scenario, schemactl: Path) -> Counter[str]:
    """Have schemactl plan a scenario, and count its calls by their request.

    Raises:
        ValueError: It printed no plan, or one that leaves something to a person.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in project_files(scenario).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        printed = output_of(
            Program(
                name=scenario.name,
                arguments=(
                    *(str(schemactl), "plan"),
                    *("--against", "snapshot.json", "--format", "json"),
                ),
                folder=Path(folder),
            )
        )
    plan = json.loads(printed)
    if plan["manual_steps"]:
        message = f"{scenario.name}: a plan with manual steps has no fair count of calls"
        raise ValueError(message)
    return Counter(call["request"] for call in plan["calls"])


def table(counted: Sequence[tuple[Scenario, Counter[str]]]) -> str:
    """Return all counts as a Markdown table."""
    lines = [
        "| change | plan | fewest | singly | calls of the plan |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for scenario, requests in counted:
        printed = ", ".join(f"{count} {request}" for request, count in requests.items())
        lines.append(
            f"| {scenario.name} | {requests.total()} | {scenario.fewest} "
            f"| {scenario.singly} | {printed or 'none'} |"
        )
    return "\n".join(lines)
