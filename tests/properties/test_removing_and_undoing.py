"""What is removed comes back exactly, for any contacts and types, and nothing newer is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemactl.emulator.clauses import EVERY
from schemactl.emulator.faults import parse_fault
from schemactl.emulator.server import EmulatorServer
from schemactl.model.field_types import LEGACY_TYPES, OPTION_TYPES, REST_TYPES, FieldType
from tests.contract.live import Bench, a_bench
from tests.contract.test_undo import undo

OPTIONS: Final = ("A", "B & C", "Ü", "x")
TYPES: Final = {
    "legacy": sorted(LEGACY_TYPES - {FieldType.FUNNEL}),
    "rest": sorted(set(REST_TYPES) & set(FieldType)),
}
READS: Final = {"legacy": "fetch", "rest": "contacts_get"}
FIRST: Final = 2
"""The first contact with values: the account starts with one."""
NEWER: Final = "newer"
DAY_S: Final = 86_400
Held = dict[tuple[int, str], str]


def a_file(fields: Mapping[str, str], *, lost: str = "", removed: frozenset[str]) -> str:
    """Return a schema file with a field of each type; JSON is YAML."""
    listed: list[Mapping[str, object]] = [
        {"name": name, "type": kind}
        | ({"options": [one for one in OPTIONS if one != lost]} if kind in OPTION_TYPES else {})
        for name, kind in fields.items()
        if name not in removed
    ]
    gone = [{"section": "S", "name": name} for name in sorted(removed)]
    sections = [{"name": "S", "fields": [{"name": "Kept", "type": "text"}, *listed]}]
    return json.dumps({"version": 1, "sections": sections, "removed": {"fields": gone}})


def held(bench: Bench, fields: Mapping[str, str]) -> Held:
    """Return what each contact holds, without what is empty."""
    found: Held = {}
    with bench.server.runtime.account() as account:
        names = {one.id: one.name for one in account.layout.editor_fields()}
        for contact in account.contacts.select(EVERY):
            for number, text in account.contacts.values_of(contact).items():
                if names[number] in fields and text:
                    value = _plain(fields[names[number]], text)
                    if value:
                        found[contact, names[number]] = value
    return found


def _plain(kind: str, text: str) -> str:
    """Return a value in one form: options in any order, numbers and days without theirs."""
    if kind == FieldType.LIST:
        return ",".join(sorted(filter(None, text.split("*/*"))))
    if kind in {FieldType.NUMERIC, FieldType.PRICE} and float(text) == int(float(text)):
        return str(int(float(text)))
    if kind == FieldType.CHECK:
        return "" if text == "0" else text
    if kind == FieldType.FULLDATE:
        return "" if text == "0" else str(int(text) // DAY_S)
    return text


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@settings(
    max_examples=5,
    deadline=None,
    # An example takes a second, so that finding a smaller one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data(), seed=st.integers(0, 999), number=st.integers(1, 6))
def test_undo_brings_back_every_value_and_overwrites_none(
    backend: str, data: st.DataObject, seed: int, number: int
) -> None:
    fields = {f"F {kind}": kind for kind in TYPES[backend]}
    removed = frozenset(data.draw(st.sets(st.sampled_from(sorted(fields)), min_size=1)))
    lost = data.draw(st.sampled_from(["", *OPTIONS]))
    moment = data.draw(st.integers(0, 3))
    with (
        TemporaryDirectory() as folder,
        a_bench(Path(folder), EmulatorServer(), backend=backend) as bench,
    ):
        bench.write(a_file(fields, removed=frozenset()))
        bench.run()
        edits = ["add-contact"] * number
        edits += [f'fill-values "{name}" {seed}' for name in fields]
        bench.server.edit("\n".join(edits))
        before = held(bench, fields)
        bench.write(a_file(fields, lost=lost, removed=removed))
        bench.run()
        between = held(bench, fields)
        edit = f'edit=set-value {FIRST} "F text" {NEWER}'
        fault = f"{READS[backend]}:other-user:times=1:skip={moment}:{edit}"
        if "F text" in removed and moment:
            bench.server.runtime.faults.add((parse_fault(fault),))
        undo(bench)
        after = held(bench, fields)

    assert {name for _, name in between}.isdisjoint(removed)
    changed = {key for key, text in after.items() if text != before.get(key)}
    if after.get((FIRST, "F text")) == NEWER:
        changed.discard((FIRST, "F text"))
    assert changed == set()
    assert before.keys() - after.keys() == set()
