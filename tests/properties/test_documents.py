"""Any file results in values or problems, and every written file reads back the same."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemactl.desired.codec import schema_file_text
from schemactl.desired.importable import pick_importable
from schemactl.desired.load import Loaded, check_files, load_desired
from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.reader import read_document
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import InvalidFilesError, Problem
from schemactl.model.field_types import DECLARABLE_TYPES, OPTION_TYPES
from schemactl.model.schema import (
    CustomObject,
    Field,
    Schema,
    Section,
)
from schemactl.project import Project, load_project

# Characters that YAML, editors or terminals treat in some way of their own, among all others.
TRICKY = " \t\n\r'\"#:,-?[]{}&*!|>%@`\\~=<./\x00\x85\xa0\u2028\u202e\ufeff🔥é017eEyn_+ox"
GUESSED_AT = (
    "yes",
    "No",
    "null",
    "010",
    "1.10",
    "1e3",
    "0o17",
    "2024-01-01",
    "12:30",
    "<<",
    "=",
)
WORDS = (
    st.text(st.sampled_from(TRICKY) | st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(GUESSED_AT)
    | st.integers().map(str)
    | st.floats().map(str)
)


def a_field(
    name: str, kind: str, options: list[str] | None, settings: tuple[bool | None, bool | None]
) -> Field:
    required, unique = settings
    has_options = options is not None and kind in OPTION_TYPES
    return Field(
        name=name,
        type=kind,
        options=tuple(options or ()) if has_options else None,
        required=required,
        unique=unique,
    )


def a_section(name: str, fields: list[Field], description: str | None) -> Section:
    return Section(name=name, fields=tuple(fields), description=description)


def a_schema(sections: list[Section], tags: list[str]) -> Schema:
    return Schema(sections=tuple(sections), tags=tuple(tags))


OPTIONS = st.none() | st.lists(WORDS | st.text("ab cd", min_size=20, max_size=40), max_size=6)
TRUTHS = st.none() | st.booleans()
SETTINGS = st.tuples(TRUTHS, TRUTHS)
FIELDS = st.builds(a_field, WORDS, st.sampled_from(sorted(DECLARABLE_TYPES)), OPTIONS, SETTINGS)
DESCRIPTIONS = st.none() | WORDS | st.lists(WORDS | st.text("ab #-"), max_size=4).map("\n".join)
SECTIONS = st.builds(a_section, WORDS, st.lists(FIELDS, max_size=5), DESCRIPTIONS)
# Live accounts hold anything: clashing names, empty ones, and such as cannot be seen.
LIVE_SCHEMAS = st.builds(a_schema, st.lists(SECTIONS, max_size=4), st.lists(WORDS, max_size=6))

# Pieces that make a file more often half right than letters at random do.
PIECES = st.sampled_from(
    [
        *(
            "version: 1",
            "sections:",
            "tags: [",
            "removed:",
            "fields:",
            "- name: A",
            "  type: text",
            "  required: ",
            "description: |",
        ),
        *(
            "  options: [a, b]",
            "\n",
            "\n",
            "\n  ",
            "\n    ",
            "- ",
            "? ",
            ": ",
            "&a ",
            "*a",
            "!!x ",
        ),
        *(
            "[",
            "]",
            "{",
            "}",
            ", ",
            "'",
            '"',
            "#",
            "|",
            ">",
            "---",
            "...",
            "<<: ",
            "\t",
            "é",
            "x",
        ),
    ]
)
YAML_TEXTS = st.lists(PIECES, max_size=30).map("".join)


def first_scalar(text: str) -> str:
    """Return the quoted text at the start of a line."""
    tokens = (token for token in yaml.scan(text) if isinstance(token, yaml.ScalarToken))
    return str(next(tokens).value)


def load_text(text: str) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.yaml").write_text(text, encoding="utf-8", newline="")
        return load_desired(
            Path(folder), ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend="legacy"
        )


def problems_of(data: bytes) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.yaml").write_bytes(data)
        return check_files(
            Path(folder), ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend="legacy"
        )


def project_of(data: bytes) -> Project | InvalidFilesError:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "schemactl.yaml").write_bytes(data)
        try:
            return load_project(Path(folder))
        except InvalidFilesError as error:
            return error


@settings(deadline=None)
@given(LIVE_SCHEMAS)
def test_imported_files_read_back_the_same(live: Schema) -> None:
    pets = CustomObject(label="Pets: 1.0", sections=live.sections)
    schema = pick_importable(replace(live, objects=(pets,))).schema
    text = schema_file_text(schema, editor_schema="schema.json")

    loaded = load_text(text)

    assert loaded.desired.schema == schema
    assert schema_file_text(loaded.desired.schema, editor_schema="schema.json") == text


@settings(deadline=None)
@given(LIVE_SCHEMAS, SETTINGS)
def test_everything_that_a_file_can_declare_reads_back_the_same(
    live: Schema, wished: tuple[bool | None, bool | None]
) -> None:
    required, unique = wished
    sections = tuple(
        replace(
            section,
            description=section.description or "",
            fields=tuple(
                field._replace(required=required, unique=unique) for field in section.fields
            ),
        )
        for section in pick_importable(live).schema.sections
    )
    schema = Schema(sections=sections)

    assert load_text(schema_file_text(schema)).desired.schema == schema


@settings(deadline=None)
@given(LIVE_SCHEMAS)
def test_a_position_is_that_of_the_name(live: Schema) -> None:
    text = schema_file_text(pick_importable(live).schema)
    lines = text.splitlines()
    for section in load_text(text).desired.sections:
        named = [(entry.field.name, entry.location) for entry in section.fields]
        for name, place in [(section.name, section.location), *named]:
            rest = lines[place.line - 1][place.column - 1 :]
            assert rest.startswith((name, *"'\""))
            if rest[0] in "'\"":
                assert first_scalar(rest) == name


@settings(deadline=None)
@given(st.binary(max_size=200) | YAML_TEXTS.map(str.encode))
@example(b"\x00")
@example(b"[" * 100_000)
@example(b"&a [*a]")
def test_any_bytes_are_a_schema_file_or_problems_within_it(data: bytes) -> None:
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for problem in problems_of(data):
        assert problem.code in set(ProblemCode)
        assert 1 <= problem.location.line <= lines + 1
        assert problem.location.column >= 1
        assert len(str(problem)) < 500
        assert str(problem).isprintable()


@settings(deadline=None)
@given(st.binary(max_size=200) | YAML_TEXTS.map(str.encode))
@example(b"version: 1\naccounts: {a: {backend: legacy, schema: [x]}}")
def test_any_bytes_are_a_project_file_or_problems(data: bytes) -> None:
    project = project_of(data)
    assert isinstance(project, Project) or project.problems


@settings(deadline=None)
@given(YAML_TEXTS)
def test_values_read_without_problems_are_those_of_pyyaml(text: str) -> None:
    document = read_document(text.encode(), file="a.yaml")
    if not document.problems:
        read = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - makes nothing but text
        assert document.root == (None if read == "" else read)


def as_tree(value: object) -> Value:
    """Return values without positions, for tests that need only their shape."""
    if isinstance(value, dict):
        mapping = Mapping()
        for key, inner in value.items():
            mapping[str(key)] = as_tree(inner)
            mapping.places[str(key)] = (None, None)
        return mapping
    if isinstance(value, list):
        sequence = Sequence()
        sequence.extend(as_tree(inner) for inner in value)
        sequence.places.extend(None for _ in value)
        return sequence
    assert isinstance(value, str | int)
    return value


KEYS = st.sampled_from(
    [
        *("version", "sections", "tags", "removed", "name", "manage", "was", "fields", "type"),
        *("required", "unique", "description", "section_updates"),
        *("options", "protect", "accounts", "demo", "backend", "url", "schema", "credentials"),
        *(
            "env",
            "calls_per_minute",
            "tag_carrier",
            "safety",
            "max_removals",
            "default_account",
        ),
    ]
)
LEAVES = st.sampled_from(
    [
        "",
        "text",
        "merge",
        "legacy",
        "rest",
        "part",
        "emulator",
        "x\n",
        "a b",
        "é",
        "true",
        0,
        1,
        500,
        True,
        False,
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(TREES, st.sampled_from(["schema-file", "project"]))
@example(
    {"version": 1, "accounts": {"demo\n": {"backend": "legacy", "schema": ["x"]}}}, "project"
)
@example(
    {
        "version": 1,
        "accounts": {"a": {"backend": "legacy", "schema": ["x"], "url": "emulator\n"}},
    },
    "project",
)
def test_every_violation_of_a_json_schema_is_explained(value: object, schema: str) -> None:
    problems = Checker(schema, Vocabulary()).check(as_tree(value), file="a.yaml")
    for problem in problems:
        assert "does not fit" not in problem.message
