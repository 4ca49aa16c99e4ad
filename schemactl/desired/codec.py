"""A schema as the text of a schema file, in the project's own style.

One field a line where it fits, with its options in square brackets; long ones one below
the other, and so the lines of a description. The layout is made here, the values in it by
PyYAML's emitter: what any reader of YAML 1.1 or 1.2 would take for a number, a date or a
truth value gets quotes, although `load` takes everything as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import yaml

from schemactl.document.reader import has_bad_character
from schemactl.model.log_commands import disarm_quoted_yaml, holds_command
from schemactl.model.schema import CustomObject, Field, Schema, Section

WIDTH: Final = 100
"""Columns that a line may have; the values of a longer one are written one below the other."""

_NEVER_WRAPPED: Final = 1 << 30
_TEXT: Final = "tag:yaml.org,2002:str"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"
_MAPPING: Final = "tag:yaml.org,2002:map"
_TRUTH: Final = "tag:yaml.org,2002:bool"
# PyYAML leaves these bare, and other readers take them for something else: single letters are
# truth values in strict YAML 1.1; `0o17`, `1e3` and `12.` are numbers in YAML 1.2.
_OTHER_GUESSES: Final = re.compile(
    r"(?:[yYnN]|0o[0-7]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$"
)

FlowValue: TypeAlias = str | bool | Sequence[str]
"""A value that has a form in braces."""


class _Dumper(yaml.CSafeDumper):
    """The C emitter, with the guesses of other readers."""


class _SlowDumper(yaml.SafeDumper):
    """Python's own emitter, five times slower, for texts that the C emitter writes wrongly.

    The C emitter writes characters beyond U+FFFF, such as emoji, as escapes (libyaml 0.2.5).
    """


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _OTHER_GUESSES, None)
_SlowDumper.add_implicit_resolver("tag:yaml.org,2002:float", _OTHER_GUESSES, None)


def schema_file_text(schema: Schema, *, editor_schema: str | None = None) -> str:
    """Write a schema as one file; loading the text returns the same schema.

    Args:
        schema: What to write; a file must be able to hold its names, types and descriptions
            (see `importable`). Whether a field or section is custom is not written.
        editor_schema: Address of the JSON Schema for editors; None writes no such line.
    """
    return "".join(f"{line}\n" for line in _lines(schema, editor_schema))


def section_lines(section: Section) -> tuple[str, ...]:
    """Write a section as an entry of a list: the lines behind and below its dash."""
    return _entry(_section_lines(section), indent=4)


def field_lines(field: Field) -> tuple[str, ...]:
    """Write a field as an entry of a list: the lines behind and below its dash."""
    return _entry(_field_lines(field), indent=8)


def list_lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Write texts as the value of a key: in brackets, or one below the other."""
    flow = flow_list(texts)
    return (flow,) if len(flow) <= WIDTH // 2 else tuple(f"- {flow_text(one)}" for one in texts)


def field_flow(field: Field) -> str:
    """Write a field in braces."""
    return flow_mapping(_field_values(field))


def _entry(lines: Iterator[str], *, indent: int) -> tuple[str, ...]:
    return tuple(line[indent:] for line in lines)


def _lines(schema: Schema, editor_schema: str | None) -> Iterator[str]:
    if editor_schema is not None:
        yield f"# yaml-language-server: $schema={editor_schema}"
    yield "version: 1"
    if schema.sections:
        yield "sections:"
    for section in schema.sections:
        yield from _section_lines(section)
    if schema.tags:
        yield from _list_lines("tags", schema.tags, indent="")
    if schema.objects:
        yield "objects:"
    for each in schema.objects:
        yield from _object_lines(each)


def _object_lines(each: CustomObject) -> Iterator[str]:
    yield f"  - label: {flow_text(each.label)}"
    if each.sections:
        yield "    sections:"
    for section in each.sections:
        yield from (f"    {line}" if line else "" for line in _section_lines(section))


def _section_lines(section: Section) -> Iterator[str]:
    yield f"  - name: {flow_text(section.name)}"
    if section.description is not None:
        yield from _description_lines(section.description)
    if section.fields:
        yield "    fields:"
    for field in section.fields:
        yield from _field_lines(field)


def _description_lines(text: str) -> Iterator[str]:
    lines = text.split("\n")
    if len(lines) == 1 or not _fits_block(lines):
        yield f"    description: {flow_text(text)}"
        return
    yield "    description: |-"
    for line in lines:
        yield f"      {line}" if line else ""


def _fits_block(lines: Sequence[str]) -> bool:
    """Whether each line is safe as it is: YAML counts spaces at the ends of some."""
    is_bare = all(line == line.strip() and not holds_command(line) for line in lines)
    return is_bare and lines[0] != "" != lines[-1] and not has_bad_character("".join(lines))


def _field_lines(field: Field) -> Iterator[str]:
    truths = _truths(field)
    values = _field_values(field)
    line = f"      - {flow_mapping(values)}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"      - name: {flow_text(field.name)}"
    yield f"        type: {flow_text(field.type)}"
    for key, value in truths.items():
        yield f"        {key}: {_truth_word(is_true=value)}"
    if field.options is not None:
        yield from _list_lines("options", field.options, indent="        ")


def _truths(field: Field) -> dict[str, bool]:
    settings = {"required": field.required, "unique": field.unique}
    return {key: value for key, value in settings.items() if value is not None}


def _field_values(field: Field) -> dict[str, FlowValue]:
    values: dict[str, FlowValue] = {"name": field.name, "type": field.type, **_truths(field)}
    if field.options is not None:
        values["options"] = field.options
    return values


def _list_lines(key: str, texts: Sequence[str], *, indent: str) -> Iterator[str]:
    line = f"{indent}{key}: {flow_list(texts)}"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{indent}{key}:"
    for text in texts:
        yield f"{indent}  - {flow_text(text)}"


@lru_cache(maxsize=1000)  # Keys, types and options are few.
def flow_text(text: str) -> str:
    """Write one text, in quotes where a reader would take it for something else."""
    # In brackets, since an emitter ends a single text with "...".
    return flow_list([text])[1:-1]


def flow_list(texts: Sequence[str]) -> str:
    """Write texts in brackets."""
    return _emit(_list_node(texts), needs_slow=_needs_slow(texts))


def flow_mapping(values: dict[str, FlowValue]) -> str:
    """Write keys with their values in braces."""
    pairs = [(_text_node(key), _node(value)) for key, value in values.items()]
    texts = [text for value in values.values() for text in _texts_in(value)]
    return _emit(
        yaml.MappingNode(_MAPPING, pairs, flow_style=True), needs_slow=_needs_slow(texts)
    )


def _texts_in(value: FlowValue) -> Sequence[str]:
    match value:
        case str():
            return [value]
        case bool():
            return []
        case Sequence():
            return value


def _truth_word(*, is_true: bool) -> str:
    return "true" if is_true else "false"


def _needs_slow(texts: Sequence[str]) -> bool:
    return max("".join(texts), default="") > "\uffff"


def _node(value: FlowValue) -> yaml.Node:
    match value:
        case str():
            return _text_node(value)
        case bool():
            return yaml.ScalarNode(_TRUTH, _truth_word(is_true=value))
        case Sequence():
            return _list_node(value)


def _list_node(texts: Sequence[str]) -> yaml.Node:
    return yaml.SequenceNode(_SEQUENCE, [_text_node(text) for text in texts], flow_style=True)


def _text_node(text: str) -> yaml.Node:
    return yaml.ScalarNode(_TEXT, text, style=_style(text))


def _style(text: str) -> str | None:
    """Return which quotes a text must have; None leaves it to the emitter."""
    if has_bad_character(text) or holds_command(text):
        # Only double quotes have escapes; without one, a line break would break the line.
        return '"'
    # A space at either end gets quotes even where YAML does not count it as one.
    return None if text == text.strip() else "'"


def _emit(node: yaml.Node, *, needs_slow: bool) -> str:
    text: str = yaml.serialize(
        node,
        Dumper=_SlowDumper if needs_slow else _Dumper,
        width=_NEVER_WRAPPED,
        allow_unicode=True,
    )
    return disarm_quoted_yaml(text.rstrip("\n"))
