"""What was written into a record is known again, in whatever form a server returns it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from schemactl.account.value_forms import canonical, is_same_value
from schemactl.apply.values.written_values import WrittenValues
from schemactl.model.record_update import Value

CASES: list[tuple[str, Value, Value]] = [
    ("text", "a", "a"),
    ("longtext", "two\nlines", "two\r\nlines"),
    ("numeric", "12.50", "12.5"),
    ("price", "$1,200.00", "1200"),
    ("fulldate", "1600214400", "1600250000"),
    ("list", ("A", "B"), ("B", "A")),
    ("check", "0", ""),
    ("numeric", "no number", "no number"),
    ("numeric", "0", ""),
    ("text", "a", "A"),
    ("list", ("A",), ("A", "B")),
]


@pytest.mark.parametrize(("kind", "one", "other"), CASES)
def test_the_one_form_of_values_is_equal_where_they_mean_the_same(
    kind: str, one: Value, other: Value
) -> None:
    same = is_same_value(kind, one, other)
    assert (canonical(kind, one) == canonical(kind, other)) is same

    written = WrittenValues(kind)
    written.note("7", "")
    written.note("7", one)
    assert written.has("7", other) is same
    assert not written.has("8", one)


def test_any_thread_can_end_what_another_one_made() -> None:
    """An apply to many accounts has a thread for each, and garbage is collected by any."""
    with ThreadPoolExecutor(1) as executor:
        written = [executor.submit(WrittenValues, "text").result()]
        written.clear()
