"""Values are moved for any contacts and maps, over both APIs: what is mapped, and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.emulator.clauses import EVERY
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import UnmappedValuesError
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus
from tests.contract.live import Bench, a_bench

OPTIONS: Final = ("A", "B & C", "Ü")
TEXTS: Final = st.sampled_from(["a", "A", "b c", "B & C", " a", "0", "Ü", "ü", "two words"])
START: Final = {"Old": {"type": "text"}, "Areas": {"type": "list", "options": list(OPTIONS)}}
ALL: Final = frozenset(Permission)


def a_file(fields: Mapping[str, object], *, removed: tuple[str, ...] = ()) -> str:
    """Return a schema file; JSON is YAML."""
    listed = [{"name": name, **dict(each)} for name, each in fields.items()]  # type: ignore[call-overload]
    gone = [{"section": "Sales", "name": name} for name in removed]
    sections = [{"name": "Sales", "fields": listed}]
    return json.dumps({"version": 1, "sections": sections, "removed": {"fields": gone}})


def held(bench: Bench, field: str) -> list[str]:
    found = []
    with bench.server.runtime.account() as account:
        names = {one.id: one.name for one in account.layout.editor_fields()}
        for contact in account.contacts.select(EVERY):
            values = account.contacts.values_of(contact)
            texts = {names[number]: text for number, text in values.items()}
            found.append((texts.get(field) or "").strip("*/"))
    return found


def set_values(bench: Bench, field: str, texts: list[str]) -> None:
    """Give the field to new contacts, stored as both APIs would store it."""
    with bench.server.runtime.account() as account:
        (number,) = (one.id for one in account.layout.editor_fields() if one.name == field)
        for text in texts:
            contact = account.contacts.add(1)
            account.contacts.set_value(contact, number, text or None)


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(TEXTS, max_size=8),
    mapped=st.dictionaries(TEXTS, st.sampled_from(OPTIONS), max_size=6),
    others=st.sampled_from([None, "empty", "A"]),
)
def test_every_mapped_value_is_copied_before_its_field_is_removed(
    backend: str, texts: list[str], mapped: dict[str, str], others: str | None
) -> None:
    known = mapped | {option: option for option in OPTIONS if option not in mapped}
    rest = {} if others is None else {"others": others}
    source = {"section": "Sales", "name": "Old", "map": mapped, **rest}
    new = {"New": {"type": "tdrop", "options": list(OPTIONS), "from": source}}
    default = None if others is None else {"empty": ""}.get(others, others)
    expected = [known.get(text, default) for text in texts]
    with TemporaryDirectory() as folder:
        server = EmulatorServer()
        with a_bench(Path(folder), server, backend=backend) as bench:
            bench.write(a_file(START))
            bench.run()
            set_values(bench, "Old", texts)
            bench.write(a_file(new, removed=("Old",)))
            if None in expected:
                with pytest.raises(UnmappedValuesError):
                    bench.apply(ALL)
                assert held(bench, "Old")[-len(texts) :] == texts
                return
            run = bench.apply(ALL).run
            filled = held(bench, "New")
            again = bench.plan(*ALL)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert filled[len(filled) - len(texts) :] == expected
    assert not again.changes


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.lists(st.sampled_from(OPTIONS), unique=True), max_size=8),
    merged=st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1, max_size=2),
    name=st.sampled_from(["New & better", "0", "Yes"]),
)
def test_options_of_lists_are_renamed_and_merged_and_all_others_stay(
    backend: str, chosen: list[list[str]], merged: list[str], name: str
) -> None:
    # Over the Contacts API a number in a list could be that of any option.
    name = "Nil" if backend == "legacy" and name.isdigit() else name
    kept = [option for option in OPTIONS if option not in merged]
    field = {"type": "list", "options": [*kept, {"name": name, "was": merged}]}
    expected = [{name if one in merged else one for one in each} for each in chosen]
    with TemporaryDirectory() as folder:
        server = EmulatorServer()
        with a_bench(Path(folder), server, backend=backend) as bench:
            bench.write(a_file(START))
            bench.run()
            set_values(bench, "Areas", ["*/*".join(each) for each in chosen])
            bench.write(a_file({"Areas": field}))
            run = bench.apply(ALL).run
            moved = [set(filter(None, text.split("*/*"))) for text in held(bench, "Areas")]
            again = bench.plan(*ALL)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert moved[len(moved) - len(chosen) :] == expected
    assert not again.changes
