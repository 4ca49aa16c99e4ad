"""plan_file: a saved plan comes back as it was written, or is refused with the reason."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from schemactl.errors import ExitCode, PlanFileError
from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeDescription,
    ChangeKind,
    ChangeSettings,
    RenameTag,
)
from schemactl.model.plan import JsonObject, Plan
from schemactl.store.plan import load_plan, plan_digest, plan_of_stream, plan_text, read_plan
from schemactl.store.plan.plan_file import MAX_BYTES
from tests.builders import a_call, a_field, a_plan
from tests.unit.report.samples import every_plan, small_plan

Document: TypeAlias = dict[str, Any]
SMALL = plan_text(small_plan())


def refusal_of(text: str) -> str:
    """Words and hint of the refusal, which must name the file and be one line."""
    with pytest.raises(PlanFileError) as refusal:
        read_plan(text, file="plan.json")
    assert refusal.value.exit_code is ExitCode.REFUSED
    assert refusal.value.hint is not None
    message = str(refusal.value)
    assert message.startswith("invalid-plan: plan.json ")
    assert message.isprintable()
    return f"{message} | {refusal.value.hint}"


def with_digest(text: str, edit: Callable[[Document], None]) -> str:
    """Forge: edit a plan and give it the digest that fits."""
    document = json.loads(text)
    edit(document)
    document.pop("digest", None)
    rest = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "digest": hashlib.sha256(rest.encode()).hexdigest()})


@pytest.mark.parametrize("plan", [a_plan(), small_plan(), every_plan()])
def test_a_plan_comes_back_exactly(plan: Plan) -> None:
    text = plan_text(plan)
    again = read_plan(text, file="plan.json")
    assert again == plan
    assert plan_text(again) == text
    assert plan_digest(again) == plan_digest(plan)


def test_every_kind_of_change_comes_back() -> None:
    read = read_plan(plan_text(every_plan()), file="plan.json")
    assert {change.kind for change in read.changes} == set(ChangeKind)


SETTINGS = [None, True, False]


@pytest.mark.parametrize("required", SETTINGS)
@pytest.mark.parametrize("unique", SETTINGS)
def test_settings_are_read_back_as_reported_or_as_unknown(
    *, required: bool | None, unique: bool | None
) -> None:
    before, after = a_field("A"), a_field("A", required=required, unique=unique)
    plan = a_plan(
        AddField(section="S", after=after),
        ChangeSettings(section="S", before=before, after=after),
        ChangeSettings(section="T", before=after, after=before),
    )
    assert read_plan(plan_text(plan), file="x") == plan


@pytest.mark.parametrize("text", [None, "", "One\r\nTwo \n"])
def test_descriptions_come_back_to_the_letter(text: str | None) -> None:
    plan = a_plan(
        AddSection(section="S", description=text),
        ChangeDescription(section="T", before=text or "", after="x"),
        ChangeDescription(section="U", before="x", after=text or ""),
        RenameTag(tag="VIP", was=text or "Gold"),
    )
    assert read_plan(plan_text(plan), file="x") == plan


def test_another_layout_of_the_same_plan_is_the_same_plan() -> None:
    assert read_plan(json.dumps(json.loads(SMALL)), file="x") == small_plan()


def test_a_file_that_is_cut_short_anywhere_is_refused() -> None:
    for length in range(len(SMALL.rstrip())):
        refusal_of(SMALL[:length])


@pytest.mark.parametrize(
    "text",
    [SMALL[:-3], '{"kind": "pl', '{"kind": tr', '{"kind": -', '{"kind": "\\u12', '{"kind"'],
)
def test_a_file_that_is_cut_short_is_reported_as_such(text: str) -> None:
    assert re.search(r"was cut short: .* line \d+, column \d+", refusal_of(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("version: 1\n", "is not JSON: Expecting value at line 1, column 1"),
        ("\ufeff" + SMALL, "is not JSON: Unexpected UTF-8 BOM"),
        (SMALL + "}", "is not JSON: Extra data at line"),
        ('{"a": 1,\n "a": 2}', '"a" appears twice in one object'),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": 1e999}', "a number is out of range"),
        ('{"a": ' + "1" * 5000 + "}", "is not JSON that can be trusted"),
        ('{"a": "\\ud800"}', "contains a lone surrogate"),
        ('{"a": "\ud800"}', "contains a lone surrogate"),
        ("[" * 100_000, "is nested deeper than any plan"),
        ("[]", 'is not a plan: its JSON is of no kind, not of kind "plan"'),
        ("3", "of no kind"),
        ('{"kind": "snapshot"}', 'of kind "snapshot"'),
        ('{"kind": ["plan"]}', "of no kind"),
        ('{"kind": "plan", "format_version": 2}', "format 2, of a newer schemactl"),
        ('{"kind": "plan", "format_version": 1}', 'breaks the rules for plans: $: "account"'),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_each_reason_is_distinguished(text: str, reason: str) -> None:
    assert reason in refusal_of(text)


def test_a_fault_is_reported_with_its_place() -> None:
    def break_it(document: Document) -> None:
        document["calls"] = [{"number": 0}]
        document["account"] = 7

    reported = refusal_of(with_digest(SMALL, break_it))
    assert '$.account: 7 is not of type "string"' in reported
    assert "$.calls[0]" in reported
    assert "; and more" in reported


def test_a_member_that_nobody_knows_is_refused() -> None:
    assert "'extra' was unexpected" in refusal_of(
        with_digest(SMALL, lambda document: document.update(extra=1))
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Newspaper Ad"', '"Podcast"'),
        ('"account": "demo"', '"account": "live"'),
        ('"permissions": []', '"permissions": ["removes-option"]'),
        ('"permitted": false', '"permitted": true'),
        ('"seconds": 2.0', '"seconds": 2'),
        ('"serves": []', '"serves": ["x"]'),
    ],
)
def test_a_plan_that_was_edited_by_hand_is_refused(old: str, new: str) -> None:
    text = SMALL if old in SMALL else plan_text(every_plan())
    assert old in text
    reported = refusal_of(text.replace(old, new, 1))
    assert "edited by hand, or damaged" in reported
    assert "plan again" in reported


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document["hazards"][0].update(permitted=True),
        lambda document: document["changes"][0].update(id="add-section/Other"),
        lambda document: document["changes"][0].update(source="Other"),
        lambda document: document["hazards"][0].update(permission="removes-field"),
    ],
    ids=["permitted", "id", "member of another kind", "permission"],
)
def test_a_plan_that_contradicts_itself_is_refused_whatever_its_digest(
    edit: Callable[[Document], None],
) -> None:
    assert "is not as it was written" in refusal_of(with_digest(SMALL, edit))


@pytest.mark.parametrize("change", every_plan().changes, ids=lambda change: change.id[:30])
@pytest.mark.parametrize("member", ["before", "after", "section", "field", "tag"])
def test_a_change_without_what_its_kind_needs_breaks_the_rules(
    change: Change, member: str
) -> None:
    def break_it(document: Document) -> None:
        broken = document["changes"][0]
        broken[member] = {"name": 7} if broken[member] is None else 7

    assert "$.changes[0]" in refusal_of(with_digest(plan_text(a_plan(change)), break_it))


STATES: dict[str, list[object]] = {
    "section": [["S"], [""], ["S", "s"]],
    "section-contents": [[], [["A", "text"]]],
    "section-description": [["S"], [""]],
    "field": [{"fields": [], "elsewhere": [["S", "A"]]}],
    "tag": [["S"], [""], ["S", "s"]],
}
NO_STATES: tuple[object, ...] = (
    [7],
    "S",
    {},
    [["A", "text", "more"]],
    {"fields": [{}], "elsewhere": []},
)


@pytest.mark.parametrize("member", ["live", "desired"])
@pytest.mark.parametrize("kind", STATES)
def test_a_state_of_another_kind_breaks_the_rules(kind: str, member: str) -> None:
    own = STATES[kind]
    entry = {"kind": kind, "path": ["S", "A"] if kind == "field" else ["S"], "serves": []}

    def is_valid(state: object) -> bool:
        def break_it(document: Document) -> None:
            document["seen"] = [{**entry, "live": None, "desired": None, member: state}]

        with suppress(PlanFileError):
            read_plan(with_digest(plan_text(a_plan()), break_it), file="plan.json")
            return True
        return False

    others = [state for states in STATES.values() for state in states if state not in own]
    assert [state for state in own if not is_valid(state)] == []
    assert [state for state in (*others, *NO_STATES) if is_valid(state)] == []


def test_arguments_nested_deeper_than_any_are_refused() -> None:
    deep = '{"a": ' * 900 + "1" + "}" * 900
    text = SMALL.replace('"arguments": {', f'"arguments": {{"deep": {deep}, ', 1)
    assert "invalid-plan" in refusal_of(text)


def test_a_name_that_could_act_on_a_terminal_is_spelled_out() -> None:
    reported = refusal_of('{"kind": "\\u001b[2J"}')
    assert '"\\x1b[2J"' in reported


def test_a_plan_is_read_of_a_file_and_of_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(SMALL, encoding="utf-8")
    assert load_plan(path) == small_plan()
    assert plan_of_stream(io.BytesIO(SMALL.encode()), file="-") == small_plan()


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match=r"gone\.json cannot be read: No such file"):
        load_plan(tmp_path / "gone.json")


def test_bytes_that_are_no_utf8_are_reported_with_their_line() -> None:
    with pytest.raises(PlanFileError, match="is not UTF-8: a wrong byte in line 2"):
        plan_of_stream(io.BytesIO(b"{\n\xff}"), file="plan.json")


class Endless(io.RawIOBase):
    """A stream without an end, which counts what is taken of it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        assert size >= 0, "an endless stream was asked for all of it"
        self.taken += size
        return b" " * size


def test_of_an_endless_stream_no_more_is_read_than_a_plan_can_have() -> None:
    stream = Endless()
    with pytest.raises(PlanFileError, match="longer than any plan"):
        plan_of_stream(stream, file="plan.json")  # type: ignore[arg-type]
    assert stream.taken == MAX_BYTES + 1


def test_arguments_keep_their_types() -> None:
    arguments: JsonObject = {
        "flag": True,
        "one": 1,
        "text": "1",
        "ratio": 0.5,
        "none": None,
        "l": ((), {}),
    }
    plan = a_plan(calls=[a_call(arguments=arguments)])
    (call,) = read_plan(plan_text(plan), file="x").calls
    assert repr(dict(call.arguments)) == repr(dict(sorted(arguments.items())))
    assert plan_digest(replace(plan, calls=(call,))) == plan_digest(plan)
