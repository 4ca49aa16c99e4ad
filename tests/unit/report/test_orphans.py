"""Orphans in a plan: a few lines for each apply, and lines to paste that mean what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml
from hypothesis import given
from hypothesis import strategies as st

from schemactl.model.difference import Kept, Orphan, Unmanaged, UnmanagedKind
from schemactl.report.orphans import removed_lines
from schemactl.report.text.lines import plain_text
from schemactl.report.text.orphans import orphan_lines
from schemactl.text import date_and_time

AT, LATER = "2026-01-02T03:04:05+00:00", "2026-02-03T04:05:06+00:00"
PROTECTED = Kept(why="the files protected it until the last apply", advice="ask somebody")


def a_field(
    name: str, section: str = "S", *, at: str = AT, kept: Kept | None = None, label: str = ""
) -> Orphan:
    thing = Unmanaged(
        kind=UnmanagedKind.FIELD, section=section, name=name, type="text", custom_object=label
    )
    return Orphan(thing=thing, at=at, commit="c0ffee", kept=kept)


def a_section(name: str, *, label: str = "") -> Orphan:
    thing = Unmanaged(kind=UnmanagedKind.SECTION, section=name, name=name, custom_object=label)
    return Orphan(thing=thing, at=AT)


def a_tag(name: str) -> Orphan:
    thing = Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name)
    return Orphan(thing=thing, at=AT)


def shown(orphans: Sequence[Orphan], *, prunes: bool = False, verbose: bool = False) -> str:
    return plain_text(tuple(orphan_lines(orphans, prunes=prunes, width=80, verbose=verbose)))


def test_six_orphans_of_one_apply_take_few_lines() -> None:
    text = shown([a_field(f"Field {number}") for number in range(6)])
    assert text.count("created by the apply of") == 1
    names = text.split("To remove them")[0]
    assert len(names.splitlines()) <= 5
    assert all(f"Field {number}" in names for number in range(6))


def test_each_apply_has_its_own_lines() -> None:
    text = shown([a_field("A"), a_field("B", at=LATER), a_field("C")])
    first, second = text.split(date_and_time(LATER))
    assert date_and_time(AT) in first
    assert "S / A, S / C" in first
    assert "S / B" in second


def test_the_lines_to_paste_hold_nothing_that_pruning_leaves() -> None:
    assert removed_lines([a_field("A", kept=PROTECTED)]) == ()
    text = shown([a_field("A", kept=PROTECTED)])
    assert "because the files protected it" in text
    assert "removed:" not in text


def test_a_plan_that_prunes_gives_no_lines_to_paste() -> None:
    assert "removed:" not in shown([a_field("A")], prunes=True)


def test_of_many_only_the_verbose_plan_lists_all() -> None:
    many = [a_field(f"Field {number}") for number in range(100)]
    assert len(shown(many).splitlines()) < 10
    text = shown(many, verbose=True)
    assert all(text.count(f"Field {number}}}") == 1 for number in range(100))


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | (
    st.sampled_from(["```", "yes", "a: b", "- x", "{", '"', "'", "# x", "::error::x", "\u202e"])
)


@given(
    fields=st.lists(st.tuples(names, names), unique=True, max_size=4),
    sections=st.lists(names, unique=True, max_size=2),
    tags=st.lists(names, unique=True, max_size=2),
    label=st.just("") | names,
)
def test_the_lines_to_paste_say_what_pruning_removes_whatever_the_names(
    fields: list[tuple[str, str]], sections: list[str], tags: list[str], label: str
) -> None:
    lines = removed_lines(
        [
            *(a_field(name, section, label=label) for section, name in fields),
            *(a_section(name, label=label) for name in sections),
            *map(a_tag, tags),
        ]
    )

    read = yaml.safe_load("\n".join(lines)) or {}
    inner = read["objects"][0] if label and "objects" in read else read
    assert inner.get("label", "") in {"", label}
    removed: Mapping[str, list[object]] = inner.get("removed", {})
    assert removed.get("fields", []) == [
        {"section": section, "name": name}
        for section, name in fields
        if section not in sections
    ]
    assert removed.get("sections", []) == sections
    assert read.get("removed", {}).get("tags", []) == tags
    assert all(line.isprintable() for line in lines)
