"""document/checker.py and explain.py: validation of a tree against its JSON Schema."""

from __future__ import annotations

import subprocess
import sys

import pytest

from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.explain import Explainer
from schemactl.document.nodes import Mapping, Sequence
from schemactl.document.resources import code_names, code_page
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import Location

NOTHING = Vocabulary()


def report_of(
    text: str, *, schema: str = "schema-file", vocabulary: Vocabulary = NOTHING
) -> list[str]:
    checker = Checker(schema, vocabulary)
    document = checker.read(text.encode(), file="a.yaml")
    assert document.root is not None
    return [str(problem) for problem in checker.check(document.root, file="a.yaml")]


def test_the_json_schema_decides_which_values_are_numbers_and_booleans() -> None:
    document = Checker("project", NOTHING).read(
        b"version: 1\ncalls_per_minute: 2\ntag_carrier: 3\nmax_removals: 4\nname: 5\n", file="a"
    )
    assert document.root == {
        "version": 1,
        "calls_per_minute": 2,
        "tag_carrier": 3,
        "max_removals": 4,
        "name": "5",
    }


def test_a_valid_file_has_no_problem_and_loads_no_slow_library() -> None:
    script = (
        "import sys\n"
        "from schemactl.document.checker import Checker\n"
        "from schemactl.document.vocabulary import Vocabulary\n"
        "checker = Checker('schema-file', Vocabulary())\n"
        "root = checker.read(b'version: 1', file='a').root\n"
        "assert checker.check(root, file='a') == ()\n"
        "assert 'jsonschema' not in sys.modules\n"
        "assert checker.check([], file='a') != ()\n"
        "assert 'jsonschema' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_word_in_the_vocabulary_gets_its_own_code_and_hint() -> None:
    words = Vocabulary(
        value_codes={"manage": ProblemCode.UNKNOWN_TYPE},
        synonyms={"manage": {"replace": "mirror"}},
        value_hints={("manage", "both"): "there is no such thing yet"},
    )
    text = "version: 1\nsections: [{{name: A, manage: {}}}]\n"
    assert report_of(text.format("replace"), vocabulary=words) == [
        'a.yaml:2:30: error: unknown manage "replace" (write mirror) [unknown-type]'
    ]
    assert report_of(text.format("both"), vocabulary=words) == [
        'a.yaml:2:30: error: unknown manage "both" (there is no such thing yet) [unknown-type]'
    ]


def test_a_synonym_for_a_key_counts_only_where_the_key_is_valid() -> None:
    words = Vocabulary(key_synonyms={"choices": "options"})
    (message,) = report_of("version: 1\nchoices: []\n", vocabulary=words)
    assert "(valid keys: version, uses, sections, tags, objects, omit and removed)" in message


def test_text_under_a_private_key_is_not_shown() -> None:
    words = Vocabulary(private_keys=frozenset({"tags"}))
    (message,) = report_of("version: 1\ntags: hush\n", vocabulary=words)
    assert "must be a list" in message
    assert "hush" not in message


def test_an_unexplained_problem_still_has_its_position() -> None:
    tree = Mapping()
    tree["tags"] = Sequence()
    explainer = Explainer({}, vocabulary=NOTHING, file="a.yaml", root=tree)
    assert explainer.problems() == ()
    (problem,) = explainer.unexplained([["tags"]])
    assert (problem.location, problem.code) == (Location("a.yaml", 1, 1), "wrong-value")


def test_a_thousand_problems_are_reported_each_at_its_position() -> None:
    lines = "".join(f"  - {{name: F{number}, typ: text}}\n" for number in range(500))
    problems = report_of(f"version: 1\nsections:\n- name: A\n  fields:\n{lines}")
    assert len(problems) == 1_000
    assert problems[0].startswith("a.yaml:5:")
    assert problems[-1].startswith("a.yaml:504:")
    assert max(map(len, problems)) < 120


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_code_has_a_page_with_advice(code: ProblemCode) -> None:
    assert code in code_names()
    first, *rest = code_page(code).splitlines()
    assert first.startswith(f"# {code}: ")
    assert 4 <= len(rest) <= 16
    assert any(line.startswith("What to do: ") for line in rest)
