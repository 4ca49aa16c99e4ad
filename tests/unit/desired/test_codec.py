"""desired/codec.py: a schema as text in the project's own style."""

from __future__ import annotations

import pytest
import yaml

from schemactl.desired.codec import WIDTH, schema_file_text
from schemactl.model.schema import Field, Schema, Section


def a_list(*options: str, name: str = "Status") -> Schema:
    field = Field(name=name, type="tdrop", options=options)
    return Schema(sections=(Section(name="Sales", fields=(field,)),))


def test_a_file_reads_like_one_written_by_hand() -> None:
    schema = Schema(
        sections=(
            Section(
                name="Sales Pipeline",
                fields=(
                    Field(name="Lead Status", type="tdrop", options=("New", "Won")),
                    Field(name="Deal Value", type="price"),
                    Field(name="Source", type="tdrop", options=()),
                ),
            ),
            Section(name="Archive"),
        ),
        tags=("Customer", "VIP"),
    )
    assert (
        schema_file_text(schema, editor_schema=".schemactl/schema-file.json")
        == """\
# yaml-language-server: $schema=.schemactl/schema-file.json
version: 1
sections:
  - name: Sales Pipeline
    fields:
      - {name: Lead Status, type: tdrop, options: [New, Won]}
      - {name: Deal Value, type: price}
      - {name: Source, type: tdrop, options: []}
  - name: Archive
tags: [Customer, VIP]
"""
    )


def test_settings_and_descriptions_are_written_where_a_person_would() -> None:
    options = tuple(f"Option {number}" for number in range(12))
    schema = Schema(
        sections=(
            Section(
                name="Sales",
                description="From the first call: to #1",
                fields=(
                    Field(name="Status", type="tdrop", options=("New", "Won"), required=True),
                    Field(name="Code", type="text", required=False, unique=True),
                    Field(name="Source", type="tdrop", options=options, unique=True),
                ),
            ),
            Section(name="Events", description="First line: yes\n\n- 2nd line #2"),
            Section(name="Archive", description=""),
        )
    )
    listed = "".join(f"          - {option}\n" for option in options)
    assert (
        schema_file_text(schema)
        == f"""\
version: 1
sections:
  - name: Sales
    description: 'From the first call: to #1'
    fields:
      - {{name: Status, type: tdrop, required: true, options: [New, Won]}}
      - {{name: Code, type: text, required: false, unique: true}}
      - name: Source
        type: tdrop
        unique: true
        options:
{listed}  - name: Events
    description: |-
      First line: yes

      - 2nd line #2
  - name: Archive
    description: ''
"""
    )


@pytest.mark.parametrize(
    "text", ["\nfirst empty", " indented\nx", "x \ny", "x\n\t\ny", "x\r\ny", "x\n y", "x\n"]
)
def test_lines_that_a_block_would_not_keep_are_in_quotes(text: str) -> None:
    schema = Schema(sections=(Section(name="Sales", description=text),))
    line = schema_file_text(schema).splitlines()[3]
    assert line.startswith('    description: "')
    assert yaml.safe_load(line)["description"] == text


def test_an_empty_schema_is_a_version_alone() -> None:
    assert schema_file_text(Schema()) == "version: 1\n"


def test_what_does_not_fit_a_line_goes_one_below_the_other() -> None:
    some = tuple(f"Option {number}" for number in range(7))
    many = tuple(f"Option {number}" for number in range(9))
    name = "A field with a rather long name"
    assert schema_file_text(a_list(*some, name=name)).endswith(f"""\
      - name: {name}
        type: tdrop
        options: [{", ".join(some)}]
""")
    assert schema_file_text(a_list(*many, name=name)).endswith(
        "        options:\n" + "".join(f"          - {option}\n" for option in many)
    )


def test_a_line_may_be_as_wide_as_the_limit_and_no_wider() -> None:
    def widest(count: int) -> int:
        return max(map(len, schema_file_text(a_list("x" * count)).splitlines()))

    assert widest(52) == WIDTH
    assert widest(53) < WIDTH


def test_many_tags_go_one_below_the_other() -> None:
    tags = tuple(f"Customer of the year {year}" for year in range(2000, 2010))
    assert schema_file_text(Schema(tags=tags)).startswith(
        "version: 1\ntags:\n  - Customer of the year 2000\n  - Customer of the year 2001\n"
    )


@pytest.mark.parametrize(
    "word",
    [
        *("yes", "No", "on", "OFF", "y", "N", "true", "null", "~", "", "=", "<<"),
        *("1", "-1", "+1", "1.10", ".5", "5.", "1e3", "1E-3", "010", "0o17", "0x1F", "1_000"),
        *("190:20:30", "2024-01-01", ".inf", ".NaN", " x", "x ", "#x", "a: b", "a #b", "- a"),
        *("[", "a,b", "{", "*", "&a", "!a", "%a", "@a", "`a", "'", '"', "?", ":", "---", "..."),
    ],
)
def test_words_that_other_readers_would_guess_at_are_quoted(word: str) -> None:
    (line,) = (line for line in schema_file_text(a_list(word)).splitlines() if "tdrop" in line)
    written = line.partition("options: [")[2].removesuffix("]}")
    assert written[0] in "'\"", line
    assert yaml.safe_load(written) == word


@pytest.mark.parametrize(
    "word", ["New", "A1", "n/a", "it's", "50 %", "C++", "1st", "é", "1.1.1"]
)
def test_unambiguous_words_have_no_quotes(word: str) -> None:
    assert f"[{word}]" in schema_file_text(a_list(word))


@pytest.mark.parametrize("word", ["Größe", "日本", "🔥 Hot", "Ünïcode, with comma", "👩‍👩‍👧"])
def test_letters_of_all_languages_stay_as_they_are(word: str) -> None:
    assert word in schema_file_text(a_list(word, name=word))
