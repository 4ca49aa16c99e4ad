"""desired/variables.py: texts of an account in files that list them, and in no other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.desired.load import Loaded, load_desired
from schemactl.desired.parsed_files import ParsedFiles
from schemactl.desired.variables import Substitution
from schemactl.document.reader import read_document
from schemactl.errors import InvalidFilesError, Severity
from schemactl.model.field_types import DECLARABLE_TYPES

FILE = """\
version: 1
uses: [currency, kind]
sections:
  - name: Sales ${currency}
    fields:
      - {name: "Budget (${currency})", type: "${kind}", note: "$${currency} and $5 ${currency}"}
tags: ["Paid in ${currency}", Other]
"""
VARIABLES = {"currency": "EUR", "kind": "price"}


def load(
    folder: Path,
    text: str,
    variables: Mapping[str, str] = VARIABLES,
    parsed_files: ParsedFiles | None = None,
) -> Loaded:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return load_desired(
        folder,
        ("a.yaml",),
        allowed_types=DECLARABLE_TYPES,
        backend="rest",
        variables=variables,
        parsed_files=parsed_files,
    )


def test_texts_have_the_values_of_the_account_and_their_own_places(tmp_path: Path) -> None:
    loaded = load(tmp_path, FILE)
    (section,) = loaded.desired.sections
    (field,) = section.fields
    assert section.name == "Sales EUR"
    assert (field.field.name, field.field.type) == ("Budget (EUR)", "price")
    assert field.note == "${currency} and $5 EUR"
    assert [tag.name for tag in loaded.desired.tags] == ["Paid in EUR", "Other"]
    assert str(field.location) == "a.yaml:6:16"
    assert loaded.used_variables == {"currency", "kind"}


def test_a_file_that_lists_none_keeps_its_texts(tmp_path: Path) -> None:
    loaded = load(tmp_path, "version: 1\ntags: ['Paid in ${currency}', '$${x}']\n")
    assert [tag.name for tag in loaded.desired.tags] == ["Paid in ${currency}", "$${x}"]


def test_a_value_is_never_read_as_yaml(tmp_path: Path) -> None:
    text = "version: 1\nuses: [x]\ntags: ['${x}']\n"
    loaded = load(tmp_path, text, {"x": "[a, b] # c: ${y}"})
    assert [tag.name for tag in loaded.desired.tags] == ["[a, b] # c: ${y}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "uses: [curency]\ntags: ['${curency}']\n",
            'a.yaml:2:8: error: the account has no variable "curency" (write currency)',
        ),
        (
            "uses: [zzz]\ntags: ['${zzz}']\n",
            'the account has no variable "zzz" (add "vars: {zzz: …}" to the account)',
        ),
        (
            "uses: [currency]\ntags: ['${currency}', '${curency}']\n",
            'a.yaml:3:23: error: ${curency} is not listed under "uses" (write ${currency})',
        ),
        (
            "uses: [currency]\ntags: ['${currency}', '${}']\n",
            '${} is not listed under "uses"',
        ),
    ],
)
def test_an_unknown_variable_is_an_error_at_its_place(
    tmp_path: Path, text: str, expected: str
) -> None:
    with pytest.raises(InvalidFilesError) as raised:
        load(tmp_path, f"version: 1\n{text}")
    assert expected in str(raised.value)
    assert {problem.code for problem in raised.value.problems} == {"unknown-variable"}


def test_a_variable_that_no_text_has_is_a_warning(tmp_path: Path) -> None:
    loaded = load(tmp_path, "version: 1\nuses: [currency]\ntags: [A]\n")
    assert [(str(one.location), one.code, one.severity) for one in loaded.warnings] == [
        ("a.yaml:2:8", "unused-variable", Severity.WARNING)
    ]


def test_a_wrong_value_is_found_as_if_it_were_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidFilesError) as raised:
        load(tmp_path, FILE, {"currency": "EUR", "kind": "money"})
    assert 'unknown type "money" (write price)' in str(raised.value)


def test_accounts_with_other_values_share_no_parsed_file(tmp_path: Path) -> None:
    shared = ParsedFiles()
    names = [
        load(tmp_path, FILE, VARIABLES | {"currency": currency}, shared).desired.tags[0].name
        for currency in ("EUR", "USD", "EUR")
    ]
    assert names == ["Paid in EUR", "Paid in USD", "Paid in EUR"]


@given(st.text(alphabet="ab${}", max_size=12), st.text(alphabet="ab${}", max_size=5))
def test_only_listed_references_and_the_escape_change_a_text(text: str, value: str) -> None:
    quoted = text.replace("'", "''")
    data = f"uses: [a]\ntext: '{quoted}'\n".encode()
    substitution = Substitution(read_document(data, file="a.yaml"), {"a": value})
    root = substitution.document().root
    assert isinstance(root, dict)
    expected = "\0".join(part.replace("${a}", value) for part in text.split("$${")).replace(
        "\0", "${"
    )
    if "${a}" not in value and not any(left.endswith("$") for left in text.split("${a}")[:-1]):
        assert root["text"] == expected
