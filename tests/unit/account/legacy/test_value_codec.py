"""account/legacy/value_codec.py: what the text of a field means."""

from __future__ import annotations

import pytest

from schemactl.account.legacy.value_codec import read_value
from schemactl.errors import AccountError
from schemactl.model.field_types import FieldType


@pytest.mark.parametrize("options", [("New", "Won"), ("13", "14")])
def test_a_number_in_a_list_could_mean_any_option(options: tuple[str, ...]) -> None:
    with pytest.raises(AccountError, match="could mean any option"):
        read_value("*/*14*/*", FieldType.LIST, options)


def test_a_dropdown_holds_the_text_of_its_option_also_if_that_is_a_number() -> None:
    assert read_value("14", FieldType.TDROP, ("13", "14")) == ("14",)
    with pytest.raises(AccountError, match="could mean any option"):
        read_value("14", FieldType.TDROP, ("New", "Won"))
