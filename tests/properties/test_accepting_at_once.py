"""Many items of drift accepted at once are the same as one after another."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.desired.load import Loaded, load_desired
from schemactl.desired.rewrite.working_copy import WorkingCopy
from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.errors import UsageError
from schemactl.model.drift import Drift
from schemactl.model.field_types import FieldType
from schemactl.model.schema import Field, Schema, Section
from tests.builders import a_field

SECTIONS = ("S", "T", "U")
NAMES = ("A", "B", "C", "D")
OPTIONS = st.lists(st.sampled_from(("x", "y", "z")), unique=True, min_size=1, max_size=3)
FORMS = ("flow", "block", "list", "commented", "anchored")


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Field]:
    found = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)):
        options = draw(st.none() | OPTIONS)
        kind = "text" if options is None else "tdrop"
        required = draw(st.sampled_from((None, False, True)))
        found[name] = a_field(name, kind, options, required=required)
    return found


ACCOUNTS = st.fixed_dictionaries({section: fields() for section in SECTIONS})


def lines_of(field: Field, form: str) -> list[str]:
    options = f", options: [{', '.join(field.options)}]" if field.options else ""
    required = "" if field.required is None else f", required: {str(field.required).lower()}"
    match form:
        case "flow":
            return [f"- {{name: {field.name}, type: {field.type}{options}{required}}}"]
        case "anchored" if field.options:
            return [
                f"- name: {field.name}",
                f"  type: {field.type}",
                f"  options: &{field.name}{len(field.options)} [{', '.join(field.options)}]",
            ]
        case _:
            lines = [f"- name: {field.name}", f"  type: {field.type}"]
            if form == "commented":
                lines = [f"# about {field.name}", f"{lines[0]}  # behind", lines[1]]
            if field.options and form == "list":
                lines += ["  options:", *(f"    - {one}" for one in field.options)]
            elif field.options:
                lines += [f"  options: [{', '.join(field.options)}]"]
            return [*lines, *([required.replace(", ", "  ")] if required else [])]


@st.composite
def texts(draw: st.DrawFn, account: Mapping[str, Mapping[str, Field]]) -> str:
    lines = ["version: 1", "sections:"]
    for section, own in account.items():
        lines.append(f"  - name: {section}")
        if own:
            lines.append("    fields:")
        for field in own.values():
            form = draw(st.sampled_from(FORMS))
            lines += [f"      {line}" for line in lines_of(field, form)]
    return "\n".join([*lines, "tags: [VIP]", ""])


def schema_of(account: Mapping[str, Mapping[str, Field]]) -> Schema:
    return Schema(
        sections=tuple(
            Section(name=name, custom=True, fields=tuple(own.values()))
            for name, own in account.items()
        ),
        tags=("VIP",),
    )


class Bench:
    """A project of one file, and how often it was read."""

    def __init__(self, folder: Path, text: str, live: Schema) -> None:
        (folder / "crm.yaml").write_text(text, encoding="utf-8")
        self.reads = 0
        self._folder = folder
        self._live = live
        self.copy = WorkingCopy(
            folder, self.load({}), live, load=self.load, drift_of=self.drift_of
        )

    def load(self, texts: Mapping[str, str]) -> Loaded:
        self.reads += 1
        types = frozenset(map(str, FieldType))
        return load_desired(
            self._folder, ("*.yaml",), allowed_types=types, backend="rest", texts=texts
        )

    def drift_of(self, loaded: Loaded) -> Drift:
        difference = diff_schemas(desired=loaded.desired, live=self._live)
        return drift_of(difference, account="demo", backend="rest")

    def accept(self, *groups: Sequence[str]) -> tuple[str, ...]:
        """Accept groups of items, one group after another; return the text or the refusal."""
        try:
            for titles in groups:
                self.copy.accept_all(titles)
        except UsageError as error:
            return (str(error),)
        return tuple(edit.after for edit in self.copy.edits())


@settings(max_examples=40)
@given(data=st.data(), before=ACCOUNTS, after=ACCOUNTS)
def test_items_accepted_at_once_are_as_one_after_another(
    data: st.DataObject, before: dict[str, dict[str, Field]], after: dict[str, dict[str, Field]]
) -> None:
    text, live = data.draw(texts(before)), schema_of(after)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        at_once, in_turn = Bench(Path(one), text, live), Bench(Path(other), text, live)
        items = at_once.drift_of(at_once.load({})).items
        titles = data.draw(st.permutations([item.title for item in items]))

        assert at_once.accept(titles) == in_turn.accept(*([title] for title in titles))


@settings(max_examples=40)
@given(data=st.data(), before=ACCOUNTS, after=ACCOUNTS)
def test_the_same_items_are_refused_at_once_as_one_after_another(
    data: st.DataObject, before: dict[str, dict[str, Field]], after: dict[str, dict[str, Field]]
) -> None:
    text, live = data.draw(texts(before)), schema_of(after)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        at_once, in_turn = Bench(Path(one), text, live), Bench(Path(other), text, live)
        items = at_once.drift_of(at_once.load({})).items
        refused = [item for item in items if in_turn.copy.find_refused([item])]

        assert list(at_once.copy.find_refused(items)) == refused
        assert at_once.copy.edits() == tuple(
            edit._replace(path=Path(one) / edit.file) for edit in in_turn.copy.edits()
        )


def test_the_files_are_read_again_for_many_items_not_for_each(tmp_path: Path) -> None:
    names = [f"S{number}" for number in range(40)]
    before = {name: {"A": a_field("A", "tdrop", ["x"])} for name in names}
    after = {name: {"A": a_field("A", "tdrop", ["x", "z"])} for name in names}
    lines = ["version: 1", "sections:"]
    for name, own in before.items():
        lines += [f"  - name: {name}", "    fields:"]
        lines += [f"      {line}" for line in lines_of(own["A"], "block")]
    bench = Bench(tmp_path, "\n".join([*lines, ""]), schema_of(after))

    (text,) = bench.accept([f"{name} / A" for name in names])

    assert text.count("[x, z]") == len(names)
    assert bench.reads == len(("at first", "with all items accepted"))
