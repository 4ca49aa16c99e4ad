"""The pages say each thing once: a sentence, twelve names, and the others when asked."""

from __future__ import annotations

import re
from html import unescape

from schemactl.model.change import ChangeOptions, RemoveField, RemoveTag
from schemactl.model.plan import Permission
from schemactl.report.html import plan_page
from schemactl.report.permit_command import PermitCommand
from tests.builders import a_call, a_field, a_hazard, a_manual_step, a_plan, an_unmanaged

CHANGES = tuple(
    RemoveField(section="S", before=a_field(f"F{number}"), explicit=True)
    for number in range(14)
)


def body_of(page: str) -> str:
    return page.partition("<body")[2].partition("<script")[0]


def test_the_names_of_a_sentence_beyond_twelve_are_folded() -> None:
    hazards = [a_hazard(each) for each in CHANGES]
    body = body_of(plan_page(a_plan(*CHANGES, hazards=hazards), None))
    assert body.count("The values of these fields in every record are destroyed") == 1
    shown, summary, folded = body.partition("<summary>2 more</summary>")
    assert summary
    names = re.compile(r'<a href="#c\d+">S / F(\d+)</a>')
    assert names.findall(shown) == [str(number) for number in range(12)]
    assert names.findall(folded.partition("</details>")[0]) == ["12", "13"]


def test_a_step_of_several_changes_is_described_once() -> None:
    steps = [a_manual_step(each, instruction="Move it to T") for each in CHANGES[:3]]
    alone = a_manual_step(CHANGES[3], instruction="Move it away")
    body = body_of(plan_page(a_plan(*CHANGES[:4], manual_steps=[*steps, alone]), None))
    block = body.partition("What you must do by hand (4)")[2].partition("</section>")[0]
    assert block.count("Move it to T") == 1
    assert re.findall(r">S / (F\d)</a>", block) == ["F0", "F1", "F2"]
    assert "S / F3: Move it away" in block


def test_removed_options_and_tags_share_a_sentence_each() -> None:
    options = [
        ChangeOptions(
            section="S",
            before=a_field(name, "tdrop", ["a", "b, c", "d"]),
            after=a_field(name, "tdrop", ["d"]),
            added=(),
            removed=("a", "b, c"),
        )
        for name in ("F", "G")
    ]
    tags = [RemoveTag(tag=tag) for tag in ("VIP", "Gold")]
    hazards = [
        *(a_hazard(each, code=Permission.REMOVES_OPTION) for each in options),
        *(a_hazard(each, code=Permission.REMOVES_TAG) for each in tags),
    ]
    body = unescape(body_of(plan_page(a_plan(*options, *tags, hazards=hazards), None)))
    block = body.partition("What you must decide")[2].partition("</section>")[0]
    assert block.count("hold these options") == block.count("loses these tags") == 1
    assert re.findall(r'>(S / .: a, "b, c")</a>', block) == [
        'S / F: a, "b, c"',
        'S / G: a, "b, c"',
    ]
    assert re.findall(r">tag (VIP|Gold)</a>", block) == ["VIP", "Gold"]


def test_a_page_has_the_command_that_permits_a_plan() -> None:
    permit = PermitCommand(after=("plan.json",))
    body = body_of(
        plan_page(a_plan(*CHANGES[:1], hazards=[a_hazard(CHANGES[0])]), None, permit=permit)
    )
    assert "schemactl apply --allow removes-field plan.json" in body


def test_a_page_lists_calls_in_order_and_what_is_left_alone() -> None:
    plan = a_plan(*CHANGES[:1], calls=[a_call(1), a_call(2)], unmanaged=[an_unmanaged("Fax 2")])
    body = body_of(plan_page(plan, None))
    assert "2 calls, in this order" in body
    assert "Sales Pipeline / Fax 2" in body
