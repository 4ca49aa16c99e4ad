"""Whole schema files: what is right loads, what is wrong is reported word for word.

An invalid file, or a folder of files that clash, is named after its fault. Beside it is a file
with the problems that it must have; a new case is two files and no code. `{types}` in that file
means the list of all field types.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemactl.desired.codec import schema_file_text
from schemactl.desired.load import check_files, load_desired
from schemactl.document.codes import ProblemCode
from schemactl.errors import InvalidFilesError, Severity
from schemactl.model.field_types import FIELD_TYPES, LEGACY_TYPES
from schemactl.text import and_list

DATA = Path(__file__).parents[2] / "data"
VALID = sorted((DATA / "desired" / "valid").glob("*.yaml"))
INVALID = sorted(
    path for path in (DATA / "desired" / "invalid").iterdir() if path.suffix != ".txt"
)
REPORTED_BY_OTHER_TESTS = {
    ProblemCode.EXTENDS_NOTHING,
    ProblemCode.UNKNOWN_PACKAGE,
    ProblemCode.PACKAGE_NOT_FETCHED,
    ProblemCode.PACKAGE_CHANGED,
    ProblemCode.NEEDS_OVERRIDE,
    ProblemCode.CHANGED_TWICE,
    ProblemCode.OMITS_PROTECTED,
    ProblemCode.UNKNOWN_VARIABLE,
    ProblemCode.UNUSED_VARIABLE,
    ProblemCode.DUPLICATE_ACCOUNT,
    ProblemCode.SAME_ACCOUNT,
    ProblemCode.NO_PROJECT,
    ProblemCode.NO_FILES,
    ProblemCode.FILE_UNREADABLE,
    ProblemCode.OUTSIDE_PROJECT,
    ProblemCode.NOT_YAML,
    ProblemCode.NOT_A_SCHEMA_FILE,
    ProblemCode.TOO_MANY_FILES,
    ProblemCode.TOO_MANY_PROBLEMS,
    ProblemCode.FILE_TOO_LARGE,
    ProblemCode.CREDENTIALS_EXPOSED,
    ProblemCode.CREDENTIALS_FORM,
}


def folder_and_pattern(case: Path) -> tuple[Path, str]:
    return (case, "*.yaml") if case.is_dir() else (case.parent, case.name)


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.stem)
def test_an_invalid_file_is_reported_as_written_beside_it(case: Path) -> None:
    folder, pattern = folder_and_pattern(case)

    problems = check_files(folder, [pattern], allowed_types=LEGACY_TYPES, backend="legacy")

    text = case.with_suffix(".txt").read_text(encoding="utf-8")
    expected = text.replace("{types}", and_list(FIELD_TYPES, link="or"))
    assert "".join(f"{problem}\n" for problem in problems) == expected
    assert problems


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.stem)
def test_an_invalid_file_is_refused_with_all_its_problems(case: Path) -> None:
    folder, pattern = folder_and_pattern(case)
    problems = check_files(folder, [pattern], allowed_types=LEGACY_TYPES, backend="legacy")
    if all(problem.severity is Severity.WARNING for problem in problems):
        loaded = load_desired(folder, [pattern], allowed_types=LEGACY_TYPES, backend="legacy")
        assert loaded.warnings == problems
        return

    with pytest.raises(InvalidFilesError) as raised:
        load_desired(folder, [pattern], allowed_types=LEGACY_TYPES, backend="legacy")

    assert raised.value.problems == problems


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.stem)
def test_a_case_is_named_after_a_code_in_its_problems(case: Path) -> None:
    expected = case.with_suffix(".txt").read_text(encoding="utf-8")
    named = [code for code in ProblemCode if case.stem.startswith(code)]
    assert not named or any(f"[{code}]" in expected for code in named)


def test_every_code_has_a_case() -> None:
    expected = [path.read_text(encoding="utf-8") for path in DATA.glob("*/invalid/*.txt")]
    reported = set(re.findall(r"\[([a-z0-9-]+)\]$", "".join(expected), re.MULTILINE))
    # What is valid but inadvisable is reported by `lint`, whose tests have each rule.
    unwise = {"field-budget-near", "removed-done", "was-done", "needless-waiver"}
    unwise |= {"unused-field", "contract-later"}
    # An entry of the project file, which test_acknowledgement_rules has.
    unwise |= {"acknowledgement-overdue", "acknowledged-name"}
    assert reported == set(ProblemCode) - REPORTED_BY_OTHER_TESTS - unwise


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.stem)
def test_a_valid_file_loads_and_survives_being_written(case: Path, tmp_path: Path) -> None:
    loaded = load_desired(
        case.parent, [case.name], allowed_types=LEGACY_TYPES, backend="legacy"
    )
    text = schema_file_text(loaded.desired.schema)
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")

    again = load_desired(tmp_path, ["again.yaml"], allowed_types=LEGACY_TYPES, backend="legacy")

    assert again.desired.schema == loaded.desired.schema
    assert schema_file_text(again.desired.schema) == text
