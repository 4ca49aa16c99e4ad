"""The pages say each thing once: a sentence, twelve names, and the others when asked."""

from __future__ import annotations

import re

from schemactl.model.change import RemoveField
from schemactl.report.html import plan_page
from tests.builders import a_field, a_hazard, a_manual_step, a_plan

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
