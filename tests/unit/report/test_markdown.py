"""report/markdown/syntax.py and the plan as Markdown, seen with a parser of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from schemactl.model.change import AddField, ChangeOptions, RemoveField
from schemactl.model.plan import Permission, Plan
from schemactl.report.markdown.plan import plan_markdown
from schemactl.report.markdown.syntax import COMMENT_MAX, capped, code, prose, row, sentence
from schemactl.text import visible
from tests.builders import (
    a_field,
    a_hazard,
    a_location,
    a_manual_step,
    a_notice,
    a_plan,
    an_unmanaged,
)
from tests.unit.report.golden import golden
from tests.unit.report.samples import every_plan

NASTY = st.text(st.sampled_from("ab \\`*_|<>[](){}#!&@~$-+.:/\n\t\x1b\u202e"), max_size=12)
PARSER = MarkdownIt("commonmark").enable("table")
HARMLESS = {"text", "code_inline", "softbreak", "strong_open", "strong_close", "text_special"}


def inline_tokens(markdown: str) -> Iterator[Token]:
    for token in PARSER.parse(markdown):
        assert token.type != "html_block"
        yield from token.children or ()


@settings(deadline=None)
@given(NASTY)
def test_a_name_as_code_reads_back_as_it_was(name: str) -> None:
    (token,) = inline_tokens(code(f"a{name}b"))

    assert token.type == "code_inline"
    assert token.content == visible(f"a{name}b")


@settings(deadline=None)
@given(NASTY)
def test_a_sentence_reads_back_as_it_was_and_does_nothing(sentence: str) -> None:
    tokens = list(inline_tokens(f"x{prose(sentence)}x"))

    assert {token.type for token in tokens} <= HARMLESS
    text = "".join(token.content for token in tokens).replace("\u200b", "")
    assert text == f"x{visible(sentence)}x"


@given(NASTY)
def test_code_in_a_sentence_does_nothing_either(text: str) -> None:
    tokens = inline_tokens(f"x {sentence(text)}")
    assert {token.type for token in tokens} <= HARMLESS


def test_a_sentence_mentions_nobody_and_links_nowhere() -> None:
    assert "@someone" not in prose("ask @someone")
    assert "https://" not in prose("see https://example.com")


@settings(deadline=None)
@given(st.lists(NASTY, min_size=2, max_size=4))
def test_names_stay_in_their_cells(names: list[str]) -> None:
    cells = [code(f"a{name}b") for name in names]
    table = "\n".join([row(*["h"] * len(names)), row(*["---"] * len(names)), row(*cells)])

    tokens = [token for token in inline_tokens(table) if token.type == "code_inline"]

    assert [token.content for token in tokens] == [visible(f"a{name}b") for name in names]


def test_lines_that_do_not_fit_are_counted() -> None:
    lines = ["12345"] * 4

    assert capped(lines, room=24, more="{} more") == lines
    assert capped(lines, room=23, more="{} more") == ["12345"] * 3 + ["1 more"]
    assert capped(lines, room=0, more="{} more") == ["4 more"]


def test_a_plan_matches_its_golden_file() -> None:
    assert plan_markdown(every_plan()) == golden("plan-every.md")


def test_destruction_comes_before_everything_else() -> None:
    text = plan_markdown(every_plan())

    assert text.index("> [!CAUTION]") < text.index("> [!WARNING]") < text.index("| `+` |")


def test_an_empty_plan_is_one_calm_line() -> None:
    assert plan_markdown(a_plan()).endswith(
        "\n\nNothing to do: the account is as the files say.\n"
    )


def test_a_plan_of_ten_thousand_changes_still_fits_into_a_comment() -> None:
    removals = [
        RemoveField(section="Leads", before=a_field(f"Field {n}"), explicit=True)
        for n in range(5_000)
    ]
    additions = [AddField(section="New", after=a_field(f"Field {n}")) for n in range(5_000)]
    plan = a_plan(
        *removals,
        *additions,
        hazards=[a_hazard(change) for change in removals],
        manual_steps=[a_manual_step(change) for change in additions],
        notices=[a_notice()] * 1_000,
        unmanaged=[an_unmanaged()] * 1_000,
    )

    text = plan_markdown(plan)

    assert len(text) < COMMENT_MAX
    assert "**5,000 changes destroy what contacts may hold" in text
    assert text.count(" more") == 4


@settings(deadline=None)
@given(NASTY, NASTY)
def test_names_can_make_neither_html_nor_links_nor_headings(name: str, other: str) -> None:
    plan = a_plan_of(name, other)

    types = {token.type for token in inline_tokens(plan_markdown(plan))}

    assert types <= HARMLESS
    headings = [one for one in PARSER.parse(plan_markdown(plan)) if one.type == "heading_open"]
    assert len(headings) == 1


def a_plan_of(name: str, other: str) -> Plan:
    field = a_field(name, "tdrop", [name, other])
    change = ChangeOptions(
        section=other, before=field, after=field, added=(name,), removed=(other,)
    )
    return a_plan(
        change,
        hazards=[
            a_hazard(change, code=Permission.REMOVES_OPTION, message=name, hint=other),
            a_hazard(change, code=Permission.MANY_REMOVALS, message=other),
        ],
        manual_steps=[a_manual_step(change, instruction=name, alternative=other)],
        notices=[a_notice(about=name, message=other)],
        account=name or "demo",
    )


def a_plan_that_removes(
    names: Iterable[str], *, options: Iterable[str] = (), additions: int = 0
) -> Plan:
    """Make a plan that destroys a number of fields of section S, and options of a field."""
    removals = tuple(
        RemoveField(section="S", before=a_field(name), explicit=True) for name in names
    )
    stage = a_field("Stage", "tdrop", tuple(options))
    change = ChangeOptions(
        section="S", before=stage, after=stage, added=(), removed=tuple(options)
    )
    hazards = [
        a_hazard(one, message=f'the values of "{one.name}" are destroyed permanently')
        for one in removals
    ]
    if stage.options:
        hazards.append(
            a_hazard(
                change,
                code=Permission.REMOVES_OPTION,
                message=f"contacts that hold {', '.join(stage.options)} lose it",
            )
        )
    others = (
        AddField(section="S", after=a_field(f"New {place}"), location=a_location(place + 1))
        for place in range(additions)
    )
    return a_plan(*removals, *((change,) if stage.options else ()), *others, hazards=hazards)


def test_two_hundred_destructions_are_sentences_whatever_else_there_is() -> None:
    names = [f"Old {place}" for place in range(200)]

    text = plan_markdown(a_plan_that_removes(names, additions=10_000))

    assert len(text) <= COMMENT_MAX
    assert "**200 changes destroy" in text
    assert text.count("are destroyed permanently") == 200
    assert text.index("destroy") < text.index("New 0")


def test_long_names_push_no_destroyed_object_out_of_the_report() -> None:
    names = ["A" * 40_000, "A" * 40_000 + "B", "*" * 30_000, "Revenue"]
    options = ["O" * 50_000, "O" * 50_000 + "P", "Lost"]

    text = plan_markdown(a_plan_that_removes(names, options=options))

    assert len(text) <= COMMENT_MAX
    assert "not listed here" not in text
    tokens = [token.content for token in inline_tokens(text)]
    assert "S / Revenue" in tokens
    assert "Lost" in tokens
    shown = {token for token in tokens if "…#" in token}
    assert len(shown) == 5, "each long name is marked, and none is taken for another"


@pytest.mark.parametrize("kind", ["x", "*", "`", "\u202e"])
def test_a_thousand_long_names_are_all_there(kind: str) -> None:
    names = [f"{place} {kind * 60}" for place in range(1_000)]

    text = plan_markdown(a_plan_that_removes(names, additions=100))

    assert len(text) <= COMMENT_MAX
    assert "not listed here" not in text
    losses = "\n".join(line for line in text.splitlines() if line.startswith("> - "))
    tokens = {token.content for token in inline_tokens(losses)}
    assert len({token for token in tokens if token.startswith("S / ")}) == 1_000


def test_a_plan_with_more_losses_than_fit_says_first_how_many_are_missing() -> None:
    names = [f"Old {place}" for place in range(10_000)]

    text = plan_markdown(a_plan_that_removes(names, additions=10_000))

    assert len(text) <= COMMENT_MAX
    losses = "\n".join(line for line in text.splitlines() if line.startswith("> - "))
    listed = sum("S / Old " in token.content for token in inline_tokens(losses))
    warning = text.splitlines()[3]
    assert f"{10_000 - listed:,} of 10,000 destroying changes are not listed here" in warning
    assert listed > 2_000


def test_a_long_line_hides_no_line_after_it() -> None:
    assert capped(["x" * 100, "short"], room=20, more="{} more") == ["short", "1 more"]


def test_what_messages_have_between_backticks_is_code() -> None:
    text = sentence('write `was: ["Old"]` beside "New" *now*')
    assert text == 'write `was: ["Old"]` beside "New" \\*now\\*'


def test_calls_and_what_is_left_alone_are_listed_on_request() -> None:
    text = plan_markdown(every_plan())
    for thing in ("1. `add_section` section: Sales Pipeline", "- `tag newleads`"):
        assert thing in text[text.index("<details>") :]
