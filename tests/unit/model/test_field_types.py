"""model/field_types.py: the table is complete, and no word has two meanings."""

from __future__ import annotations

import pytest

from schemactl.desired.vocabulary import SCHEMA_FILE
from schemactl.model.field_types import (
    DECLARABLE_TYPES,
    FIELD_TYPES,
    LEGACY_TYPES,
    MULTIPLE_CHOICE_TYPES,
    OPTION_TYPES,
    REST_TYPES,
    REST_WORDS,
    WIDENINGS,
    FieldType,
    type_label,
)


def test_every_type_has_a_row_in_the_order_of_the_types() -> None:
    assert list(FIELD_TYPES) == list(FieldType)


def test_each_type_can_be_made_over_some_api() -> None:
    assert LEGACY_TYPES | REST_TYPES == DECLARABLE_TYPES


def test_the_words_of_the_rest_api_are_unique() -> None:
    assert len(set(REST_WORDS.values())) == len(REST_WORDS)


def test_a_word_of_the_rest_api_is_no_other_type_of_the_files() -> None:
    other = {word for kind, word in REST_WORDS.items() if word != kind}
    assert other & DECLARABLE_TYPES == set()


def test_labels_and_synonyms_are_unique() -> None:
    labels = [facts.label for facts in FIELD_TYPES.values()]
    synonyms = [word for facts in FIELD_TYPES.values() for word in facts.synonyms]
    assert len(set(labels)) == len(labels)
    assert len(set(synonyms)) == len(synonyms)
    assert set(synonyms) & (DECLARABLE_TYPES | set(REST_WORDS.values())) == set()
    assert synonyms == [word.lower() for word in synonyms]


@pytest.mark.parametrize("kind", FieldType)
def test_the_nearest_type_is_a_type_of_both_apis(
    kind: FieldType,
) -> None:
    facts = FIELD_TYPES[kind]
    if facts.nearest:
        assert facts.nearest in LEGACY_TYPES & REST_TYPES
        assert kind not in LEGACY_TYPES & REST_TYPES


def test_the_hints_know_the_synonyms_and_the_words_of_the_rest_api() -> None:
    hints = SCHEMA_FILE.synonyms["type"]
    assert hints["dropdown"] == hints["drop"] == "tdrop"
    assert set(hints.values()) <= DECLARABLE_TYPES


def test_only_text_changes_in_place() -> None:
    assert {("text", "longtext")} == WIDENINGS


def test_a_dropdown_takes_one_option_and_a_list_several() -> None:
    assert {"tdrop", "list"} == OPTION_TYPES
    assert {"list"} == MULTIPLE_CHOICE_TYPES


def test_a_type_that_no_file_can_declare_has_no_other_name() -> None:
    assert type_label("sequence") == "sequence"
