"""account/legacy/counting.py: a number is right, too large or absent, but never too small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.legacy.answers import ContactRecord, HeldValue, SearchAnswer
from schemactl.account.legacy.counting import ID, CountsOfContacts
from schemactl.account.legacy.requests import SearchContacts
from schemactl.account.legacy.values import Equation, Operator
from schemactl.model.count import (
    Contradicting,
    Count,
    Counted,
    CountKey,
    CountSubject,
    NotCounted,
    NotCountedReason,
    Question,
)
from schemactl.model.schema import Field, Schema, Section

TREES: Final = Field(name="Trees", type="tdrop", options=("Oak", "Ash"), custom=True)
SCHEMA: Final = Schema(sections=(Section(name="Orchard", fields=(TREES,)),))


class Reaction(Enum):
    """What a server makes of a search."""

    WORKS = auto()
    REFUSES = auto()
    IGNORES = auto()
    FINDS_NONE = auto()


Reactions = Mapping[Operator, Reaction]
HONEST: Final[Reactions] = dict.fromkeys(Operator, Reaction.WORKS)


@dataclass
class Server:
    """An account with one field; `shown` is what its contacts show in place of the texts."""

    values: Sequence[str]
    reactions: Reactions
    shows_records: bool = True
    keeps_numbers: bool = False
    page: int = 500

    def search(self, searches: Sequence[SearchContacts]) -> tuple[SearchAnswer | None, ...]:
        return tuple(map(self._answer, searches))

    def _answer(self, search: SearchContacts) -> SearchAnswer | None:
        (equation,) = search.equations
        reaction = self.reactions[equation.operator]
        if reaction is Reaction.REFUSES:
            return None
        found = [
            row
            for row in enumerate(map(self._kept, self.values), 1)
            if reaction is Reaction.IGNORES
            or (reaction is Reaction.WORKS and _meets(row, equation))
        ]
        if search.count_only:
            return SearchAnswer(count=len(found))
        start = ((search.page or 1) - 1) * self.page
        rows = found[start : start + self.page]
        return SearchAnswer(count=len(rows), contacts=tuple(map(self._record, rows)))

    def _kept(self, value: str) -> str:
        """Return what the account keeps: some may keep the number of an option."""
        return {"Oak": "7", "Ash": "8"}.get(value, value) if self.keeps_numbers else value

    def _record(self, row: tuple[int, str]) -> ContactRecord:
        number, text = row
        value = HeldValue(section="Orchard", field="Trees", text=text)
        return ContactRecord(id=str(number), values=(value,) if self.shows_records else ())


def _meets(row: tuple[int, str], equation: Equation) -> bool:
    number, value = row
    held = str(number) if equation.field == ID else value
    if equation.operator is Operator.GREATER:
        return True
    return (held == equation.value) is (equation.operator is Operator.EQUAL)


def ask(server: Server, option: str = "", schema: Schema = SCHEMA) -> Count:
    subject = CountSubject.OPTION if option else CountSubject.FIELD
    question = Question(
        key=CountKey("c", subject, option), section="Orchard", name="Trees", type="tdrop"
    )
    (count,) = CountsOfContacts(schema, server.search).count([question]).counts
    return count


@st.composite
def servers(draw: st.DrawFn) -> Server:
    return Server(
        values=draw(st.lists(st.sampled_from(["", "Oak", "Ash"]), max_size=6)),
        reactions=draw(
            st.fixed_dictionaries({each: st.sampled_from(Reaction) for each in Operator})
        ),
        shows_records=draw(st.booleans()),
        keeps_numbers=draw(st.booleans()),
    )


@pytest.mark.parametrize("option", ["", "Oak"])
@given(server=servers())
def test_whatever_a_search_does_no_holder_is_missed(option: str, server: Server) -> None:
    count = ask(server, option)

    if isinstance(count, Counted):
        truth = [one for one in server.values if one and option in {"", one}]
        assert len(truth) <= count.held <= count.total


@given(values=st.lists(st.sampled_from(["", "Oak", "Ash"]), max_size=6))
def test_where_searches_work_the_numbers_are_exact(values: list[str]) -> None:
    server = Server(values, HONEST)

    if not values:
        assert ask(server) == NotCounted(why=NotCountedReason.REFUSED)
        return
    held = len(values) - values.count("")
    assert ask(server) == Counted(held=held, total=len(values))
    assert ask(server, "Oak") == Counted(held=values.count("Oak"), total=len(values))


def test_more_holders_than_a_few_pages_are_not_read() -> None:
    server = Server(["Oak"] * 2001, HONEST)

    assert ask(server, "Oak") == NotCounted(why=NotCountedReason.TOO_MANY)
    assert ask(server) == Counted(held=2001, total=2001)


def test_an_account_that_keeps_numbers_of_options_is_not_counted() -> None:
    server = Server(["Oak", "Ash"], HONEST, keeps_numbers=True)

    assert ask(server, "Oak") == NotCounted(why=NotCountedReason.NO_QUESTION)


def test_a_search_that_misses_holders_contradicts_the_contacts() -> None:
    reactions = {**HONEST, Operator.EQUAL: Reaction.FINDS_NONE}

    assert ask(Server(["Oak"], reactions), "Oak") == Contradicting(held=1, other=0, total=1)


def test_a_field_of_which_another_section_has_the_name_is_not_counted() -> None:
    other = Section(name="Barn", fields=(TREES,))
    schema = Schema(sections=(*SCHEMA.sections, other))

    count = ask(Server(["Oak"], HONEST), schema=schema)

    assert count == NotCounted(why=NotCountedReason.AMBIGUOUS_NAME)


def test_an_option_with_a_comma_is_not_counted() -> None:
    count = ask(Server(["Oak"], HONEST), "Oak, old")

    assert count == NotCounted(why=NotCountedReason.NO_QUESTION)
