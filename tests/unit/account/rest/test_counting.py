"""account/rest/counting.py: a number is right, too large, or absent; it is never too small."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.http.exchange import RestRequest
from schemactl.account.rest.counting import count_questions
from schemactl.account.rest.reader import Reader
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import RestField, RestSection, RestTag
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

WORDS: Final = {"text": "text", "tdrop": "drop", "list": "list", "numeric": "numeric"}
VALUES: Final[Mapping[str, Sequence[str | None]]] = {
    "text": (None, "", "x", "X", "0"),
    "longtext": (None, "", "x"),
    "tdrop": (None, "", "0", "7", "8"),
    "list": (None, "", "0", "*/*", "*/*7*/*", "*/*7*/*8*/*", "*/*78*/*"),
    "numeric": (None, "", "0", "5"),
}
EMPTY: Final = {None, "", "*/*"}


class Reaction(Enum):
    """What a server makes of an operator."""

    WORKS = auto()
    REFUSES = auto()
    IGNORES = auto()
    """The whole condition: every record is found."""
    FINDS_NONE = auto()


Reactions = Mapping[str, Reaction]
OPERATORS: Final = ("=", "<>", "IS", "LIKE", "CONTAINS")
HONEST: Final[Reactions] = dict.fromkeys(OPERATORS, Reaction.WORKS)


@dataclass
class Server:
    """An account with one field, `f1557`, whose values are given; a record each."""

    values: Sequence[str | None]
    reactions: Reactions
    asked: int = 0

    def read(
        self, requests: Sequence[RestRequest], optional: Collection[RestRequest] = ()
    ) -> tuple[bytes, ...]:
        assert set(requests) <= set(optional), "no count may stop a plan"
        return tuple(map(self._answer, requests))

    def _answer(self, request: RestRequest) -> bytes:
        self.asked += 1
        query = dict(request.query)
        parts = json.loads(query.get("condition", "[]"))
        clauses, words = parts[::2], set(parts[1::2])
        assert len(words) < 2, "how a server groups two connectors is unknown"
        reactions = {self.reactions[each["op"]] for each in clauses if each["op"] != ">"}
        if Reaction.REFUSES in reactions:
            return b""
        found = list(enumerate(self.values, 1))
        if Reaction.IGNORES not in reactions:
            join: Callable[..., bool] = any if words == {"OR"} else all
            found = [row for row in found if join(self._meets(row, each) for each in clauses)]
        if request.path == "objects":
            rows = [{"id": str(number), "f1557": value} for number, value in found[:50]]
            return json.dumps({"code": 0, "data": rows}).encode()
        return json.dumps({"code": 0, "data": {"count": str(len(found))}}).encode()

    def _meets(self, row: tuple[int, str | None], clause: dict[str, Any]) -> bool:
        number, value = row
        held = str(number) if clause["field"]["field"] == "id" else value
        if self.reactions.get(clause["op"]) is Reaction.FINDS_NONE:
            return False
        if clause["op"] == "IS":
            assert clause["value"] == "NULL"
            return held is None
        wanted: str = clause["value"]["value"]
        return held is not None and {
            "=": held == wanted,
            "<>": held != wanted,
            ">": held.rjust(9, "0") > wanted.rjust(9, "0"),
            "LIKE": fnmatchcase(held, wanted.replace("*", "[*]").replace("%", "*")),
            "CONTAINS": wanted in held.split("*/*"),
        }.get(clause["op"], False)


def ask(server: Server, kind: str, subject: CountSubject, option: str = "") -> Count:
    field = RestField(
        id=1,
        field="f1557",
        alias="Trees",
        type=WORDS.get(kind, kind),
        required=False,
        unique=False,
        editable=True,
        deletable=True,
        options=("Oak", "Ash", "Fir") if option else None,
        option_ids=(7, 8, 78) if option else (),
    )
    section = RestSection(id=1, name="Orchard", columns=((field,),))
    question = Question(
        key=CountKey("c", subject, option), section="Orchard", name="Trees", type=kind
    )
    reader = Reader(server.read, str)
    (count,) = count_questions([question], RestState(sections=(section,)), reader)
    return count


def holders(kind: str, values: Sequence[str | None]) -> int:
    none = EMPTY if kind in {"text", "longtext"} else {*EMPTY, "0"}
    return sum(value not in none for value in values)


@st.composite
def servers(draw: st.DrawFn, kind: str) -> Server:
    reactions = st.fixed_dictionaries(
        {operator: st.sampled_from(Reaction) for operator in OPERATORS}
    )
    values = st.lists(st.sampled_from(VALUES[kind]), max_size=6)
    return Server(values=draw(values), reactions=draw(reactions))


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_whatever_operators_do_no_holder_of_a_value_is_missed(
    kind: str, data: st.DataObject
) -> None:
    server = data.draw(servers(kind))

    count = ask(server, kind, CountSubject.FIELD)

    if isinstance(count, Counted):
        assert holders(kind, server.values) <= count.held <= count.total


@pytest.mark.parametrize("kind", ["tdrop", "list"])
@given(data=st.data())
def test_whatever_operators_do_no_holder_of_an_option_is_missed(
    kind: str, data: st.DataObject
) -> None:
    server = data.draw(servers(kind))

    count = ask(server, kind, CountSubject.OPTION, "Oak")

    if isinstance(count, Counted):
        truth = sum("7" in (value or "").split("*/*") for value in server.values)
        assert truth <= count.held <= count.total


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_where_all_operators_work_the_numbers_are_exact(kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from(VALUES[kind]), max_size=60))
    server, held = Server(values, HONEST), holders(kind, values)

    assert ask(server, kind, CountSubject.FIELD) == Counted(held=held, total=len(values))
    unheld = Counted(held=len(values) - held, total=len(values))
    assert ask(server, kind, CountSubject.EMPTY) == unheld


def test_values_that_differ_in_case_only_are_shared() -> None:
    server = Server(["x", "X", "y", "", None, "z", "z"], HONEST)

    found = Counted(held=4, total=7, by_reading=True)
    assert ask(server, "text", CountSubject.SHARED) == found


def test_a_plain_number_takes_four_requests_and_none_takes_one_more() -> None:
    some, none = Server(["x"], HONEST), Server([""], HONEST)

    ask(some, "text", CountSubject.FIELD)
    ask(none, "text", CountSubject.FIELD)

    assert (some.asked, none.asked) == (4, 5)


def test_what_the_server_does_not_compare_is_counted_in_the_records() -> None:
    refusing = {**dict.fromkeys(OPERATORS, Reaction.REFUSES), ">": Reaction.WORKS}
    few, many = (Server(["", "*/*7*/*"] * number, refusing) for number in (60, 501))

    found = ask(few, "list", CountSubject.OPTION, "Oak")

    assert found == Counted(held=60, total=120, by_reading=True)
    too_many = NotCounted(why=NotCountedReason.TOO_MANY)
    assert ask(many, "list", CountSubject.OPTION, "Oak") == too_many


def test_two_ways_that_disagree_are_asked_again_and_then_reported() -> None:
    server = Server(["*/*7*/*"], {**HONEST, "CONTAINS": Reaction.FINDS_NONE})

    count = ask(server, "list", CountSubject.OPTION, "Oak")

    assert count == Contradicting(held=0, other=1, total=1)


def test_two_fields_of_one_name_are_not_counted() -> None:
    question = Question(key=CountKey("c", CountSubject.TAG), name="VIP")
    tags = (RestTag(id=1, name="VIP"), RestTag(id=2, name="VIP"))
    reader = Reader(Server([], HONEST).read, str)

    (count,) = count_questions([question], RestState(tags=tags), reader)

    assert count == NotCounted(why=NotCountedReason.AMBIGUOUS_NAME)
