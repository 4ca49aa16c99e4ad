"""The emulator answers from what it has read of a section until something changes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator.account import Account
from schemactl.emulator.edits import apply_edit, parse_edits
from schemactl.emulator.errors import EmulatorError, RefusalError
from schemactl.emulator.legacy.xml import key_body
from schemactl.emulator.rest.fieldeditor import (
    create_fields,
    delete_fields,
    read_fields,
    update_fields,
)
from schemactl.emulator.rest.json_values import Json, written
from schemactl.emulator.rest.meta import read_meta
from schemactl.emulator.rest.request import RestError, RestRequest, RestWord
from schemactl.emulator.schema_rules import WantedField, WantedSection
from schemactl.emulator.seed import Seed, fill_account
from schemactl.emulator.storage import Storage
from schemactl.emulator.switches import Switches

SWITCHES = Switches()
NAMES = st.sampled_from(("A", "a", "B", "C"))
TYPES = st.sampled_from(("text", "tdrop", "list"))
NUMBERS = st.integers(1001, 1008).map("f{}".format)
START = """
add-section A
add-field A A tdrop A B
add-field A B list A B C
add-section B
add-field B A text
add-field B B tdrop A B
add-section D
add-field D A text
add-field D B text
add-object A
in-object A add-section A
in-object A add-field A A text
"""
EDITS = st.one_of(
    st.builds("add-section {}".format, NAMES),
    st.builds("add-field {} {} {}".format, NAMES, NAMES, TYPES),
    st.builds("add-field {} {} tdrop {} {}".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("add-option {} {} {}".format, NAMES, NAMES, NAMES),
    st.builds("rename-option {} {} {} {}".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("reorder-options {} {} {} {}".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("remove-option {} {} {}".format, NAMES, NAMES, NAMES),
    st.builds("change-type {} {} {}".format, NAMES, NAMES, TYPES),
    st.builds("set-required {} {} yes".format, NAMES, NAMES),
    st.builds("move-field {} {} {}".format, NAMES, NAMES, NAMES),
    st.builds("rename-field {} {} {}".format, NAMES, NAMES, NAMES),
    st.builds("remove-field {} {}".format, NAMES, NAMES),
    st.builds("rename-section {} {}".format, NAMES, NAMES),
    st.builds("describe-section {} {}".format, NAMES, NAMES),
    st.builds("remove-section {}".format, NAMES),
    st.builds("add-tag {}".format, NAMES),
    st.builds("add-object {}".format, NAMES),
    st.builds("in-object {} add-section {}".format, NAMES, NAMES),
    st.builds("in-object {} add-field {} {} {}".format, NAMES, NAMES, NAMES, TYPES),
    st.builds("remove-object {}".format, NAMES),
)
FIELDS = st.lists(
    st.fixed_dictionaries(
        {"alias": NAMES, "type": st.sampled_from(("text", "drop"))},
        optional={"options": st.fixed_dictionaries({"add": st.lists(NAMES, max_size=3)})},
    ),
    max_size=3,
)
WRITES = st.one_of(
    st.tuples(st.just("edit"), EDITS),
    st.tuples(st.sampled_from(("post", "put")), st.tuples(NAMES, FIELDS)),
    st.tuples(st.just("delete"), st.tuples(st.just("section"), NAMES)),
    st.tuples(st.just("delete"), st.tuples(st.just("field"), NUMBERS)),
    st.tuples(st.just("legacy"), st.tuples(NAMES, NAMES)),
)


def request(word: RestWord, **arguments: Json) -> RestRequest:
    return RestRequest(
        word=word,
        method="GET",
        path="objects/fieldeditor",
        app_id="",
        key="",
        arguments={"objectID": 0, **arguments},
    )


def answers(account: Account) -> tuple[str, ...]:
    """Return all that both APIs show of an account's layout."""
    objects = [0, *(row.id for row in account.objects.rows())]
    layouts = [
        read_fields(account, request(RestWord.FIELDEDITOR_GET, objectID=number), SWITCHES)
        for number in objects
    ]
    meta = read_meta(account, request(RestWord.META_GET, objectID=None), SWITCHES)
    return (*(written(each["data"]) for each in (*layouts, meta)), key_body(account, SWITCHES))


def do(account: Account, kind: str, what: object) -> None:
    """Write to an account, over one of the APIs or by hand."""
    match kind, what:
        case "edit", str(line):
            for edit in parse_edits(line):
                apply_edit(account, edit)
        case "post" | "put", (str(section), list(fields)):
            write = create_fields if kind == "post" else update_fields
            sent = request(RestWord.FIELDEDITOR_POST, name=section, fields=[fields])
            write(account, sent, SWITCHES)
        case "delete", (str(which), str(name)):
            sent = request(RestWord.FIELDEDITOR_DELETE, **{which: name})
            delete_fields(account, sent, SWITCHES)
        case "legacy", (str(section), str(field)):
            wanted = WantedSection(section, (WantedField(field, "text"),))
            account.schema.add_section(wanted)
            account.schema.remove_fields(wanted)
            account.schema.add_options(WantedField(field, options=(section,)))
        case _:
            raise AssertionError(kind)


EACH_KIND: tuple[tuple[str, object], ...] = (
    *(
        ("edit", line)
        for line in (
            "add-section C",
            "add-field A C text",
            "add-option A A C",
            "rename-option A A B C",
            "reorder-options A A B A",
            "remove-option A A B",
            "change-type B A longtext",
            "change-type A A text",
            "set-required A A yes",
            "set-unique A A yes",
            "move-field A A B",
            "rename-field A A C",
            "remove-field A A",
            "rename-section A C",
            "describe-section A C",
            "remove-section A",
            "in-object A rename-field A A C",
            "remove-object A",
        )
    ),
    ("post", ("A", [{"alias": "New", "type": "drop", "options": {"add": ["C"]}}])),
    ("put", ("A", [{"alias": "B", "required": 1}])),
    ("put", ("A", [{"alias": "A", "options": {"replace": ["B", "A"]}}])),
    ("put", ("D", [{"alias": "B"}, {"alias": "A"}])),
    ("delete", ("field", "f1001")),
    ("legacy", ("C", "A")),
)


@pytest.mark.parametrize("write", EACH_KIND, ids=str)
def test_every_kind_of_write_shows_in_the_next_answer(
    write: tuple[str, object], tmp_path: Path
) -> None:
    with two_of_one_file(tmp_path) as (own, _), own.transaction() as connection:
        account = Account(connection, switches=SWITCHES, now=0, kept=own.kept)
        before = answers(account)

        do(account, *write)

        now = Account(connection, switches=SWITCHES, now=0)
        assert before != answers(account) == answers(now)


@settings(deadline=None)
@given(writes=st.lists(st.tuples(st.booleans(), st.booleans(), WRITES), max_size=12))
def test_what_is_kept_of_an_account_is_what_its_file_holds(
    writes: list[tuple[bool, bool, tuple[str, object]]],
) -> None:
    with TemporaryDirectory() as folder, two_of_one_file(Path(folder)) as (own, other):
        for is_other, is_undone, write in writes:
            # What is refused has done a part of its work, which is undone too.
            with (
                suppress(EmulatorError, RestError, RefusalError, UndoneError),
                account_of(other if is_other else own) as account,
            ):
                do(account, *write)
                if is_undone:
                    raise UndoneError

            with own.transaction() as connection:
                now = Account(connection, switches=SWITCHES, now=0)
                kept = Account(connection, switches=SWITCHES, now=0, kept=own.kept)
                assert answers(kept) == answers(now)


class UndoneError(Exception):
    """Undoes a transaction."""


@contextmanager
def two_of_one_file(folder: Path) -> Iterator[tuple[Storage, Storage]]:
    """Open one account twice, as two processes do."""

    def fill(connection: sqlite3.Connection) -> None:
        fill_account(connection, Seed(sections=()), now=0)
        do(Account(connection, switches=SWITCHES, now=0), "edit", START)

    path = folder / "account.sqlite"
    with closing(Storage(path, fill=fill)) as own, closing(Storage(path, fill=fill)) as other:
        yield own, other


@contextmanager
def account_of(storage: Storage) -> Iterator[Account]:
    """Yield an account within one transaction."""
    with storage.transaction() as connection:
        yield Account(connection, switches=SWITCHES, now=0, kept=storage.kept)


def test_a_call_reads_only_the_section_again_that_it_changed(tmp_path: Path) -> None:
    with two_of_one_file(tmp_path) as (storage, _), account_of(storage) as account:
        for number in range(20):
            do(account, "edit", f"add-section S{number}")
            do(account, "edit", f"add-field S{number} F{number} text")
        answers(account)
        before = storage.kept.reads

        do(account, "edit", "add-field S3 New text")
        answers(account)
        do(account, "delete", ("field", "f1010"))
        answers(account)

    assert storage.kept.reads - before == len(("S3", "S9"))
