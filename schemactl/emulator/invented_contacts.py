"""Many invented contacts for a new account, the same in every run with the same seed.

Each field gets values of its type, also the awkward ones: umlauts, line breaks, markup, empty
texts and 0. Some contacts hold nothing in a field, as if nobody had ever set it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from schemactl.emulator.account import Account
from schemactl.emulator.contact_rules import OWNER, OWNER_FIELD
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.field_types import CHECK, DATE, DROPDOWN, LIST, NUMBER, PRICE
from schemactl.emulator.section_content import FieldRow
from schemactl.emulator.storage import without_value_indexes
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import LIST_SEPARATOR, folded_text, size_of

MAX_CONTACTS = 1_000_000
HINT = "write N[:SEED], such as 1000 or 100000:7"
CHUNK = 2_000
LAST_CHANGE = 1_750_000_000
"""The Unix time before which the contacts were added: the same in every run."""
DAY_S = 86_400
YEARS_S = 5 * 365 * DAY_S
SHARE_TAGGED = 0.2
SHARE_ON_SEQUENCE = 0.05
SHARE_FILLED = 0.6
SHARE_NAMED = 0.97
SHARE_AWKWARD = 0.2

FIRST_NAMES = (
    *("Ada", "Åse", "Björn", "Chidi", "Dörte", "Émile", "Fatma", "Gül", "Hana", "Iñaki"),
    *("Jürgen", "Kirsti", "Léa", "Mirza", "Núria", "Olu", "Paweł", "Quentin", "Rosa", "Søren"),
)
LAST_NAMES = (
    *("Abt", "Böhm", "Çelik", "Dufour", "Eßer", "Fielding", "Groß", "Håkansson", "Ito"),
    *("Jæger", "Kowalska", "Löwe", "Müller", "Nguyễn", "O'Hara", "Peña", "Quist", "Rößler"),
    *("Smith-Jones", "van der Berg"),
)
PLACES = (
    ("Köln", "_NOTLISTED_", "DE", "50667"),
    ("Zürich", "_NOTLISTED_", "CH", "8001"),
    ("Dresden", "_NOTLISTED_", "DE", "01067"),
    ("Austin", "TX", "US", "73301"),
    ("Boston", "MA", "US", "02108"),
    ("Sydney", "NSW", "AU", "2000"),
)
TEXTS = ("Straße", "Etage", "Kunde seit", "Size", "Größe", "Gate", "Ref.", "Ünite", "№")
AWKWARD_TEXTS = (
    *(
        "",
        "0",
        "",
        "0",
        " ",
        "Tom & Jerry <b>",
        'He said "yes"',
        "50 % off",
        "a,b",
        "x*/*y",
        "NULL",
    ),
    *("two\nlines", "naïve café", "Ελληνικά", "日本語", "emoji 🙂", "-", "00012"),
)
_WORDS = re.compile(r"([0-9]{1,9})(?::([0-9]{1,9}))?", re.ASCII)


class Crowd(NamedTuple):
    """How many contacts to invent, and the first state of the generator."""

    number: int = 0
    seed: int = 0


NOBODY = Crowd()


def parse_crowd(text: str) -> Crowd:
    """Read `N` or `N:SEED`.

    Raises:
        EmulatorError: It is neither, or there are too many.
    """
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        msg = f"'{text}' is not a number of contacts"
        raise EmulatorError(msg, hint=HINT)
    crowd = Crowd(*(int(number or 0) for number in found.groups()))
    if crowd.number > MAX_CONTACTS:
        msg = f"{crowd.number} contacts are more than {MAX_CONTACTS}"
        raise EmulatorError(msg, hint=HINT)
    return crowd


def invent_contacts(connection: sqlite3.Connection, crowd: Crowd, *, now: float) -> None:
    """Add contacts to a new account, with values in its fields and with its tags."""
    with without_value_indexes(connection):
        add_crowd(Account(connection, switches=Switches(), now=now), crowd)


def add_crowd(account: Account, crowd: Crowd) -> None:
    """Add contacts to an account, with values in its fields and with its tags."""
    connection = account.connection
    options = account.layout.options()
    makers = [
        (field.id, maker)
        for field in account.layout.fields()
        if (maker := _maker(field, options.get(field.id, ()))) is not None
    ]
    tags = [tag.id for tag in account.labels.tags()]
    sequences = [row.id for row in account.labels.sequences()]
    first = max(account.contacts.ids(), default=0) + 1
    people = _people(crowd, first)
    while chunk := list(islice(people, CHUNK)):
        _store(connection, chunk, makers)
        _link(connection, "contact_tag", chunk, tags, SHARE_TAGGED)
        _link(connection, "contact_sequence", chunk, sequences, SHARE_ON_SEQUENCE)


def fill_field(account: Account, field: FieldRow, *, seed: int) -> None:
    """Replace the values of one field in all contacts by invented ones."""
    maker = _maker(field, account.layout.options_of(field.id))
    if maker is None:
        msg = f"field '{field.name}' has type '{field.type}' and cannot be filled"
        raise EmulatorError(msg, hint="name a field whose values clients can write")
    for contact_id in account.contacts.ids():
        person = _Person(contact_id, Random(f"{seed}:{contact_id}"))  # noqa: S311
        account.contacts.set_value(contact_id, field.id, maker(person))


class _Person:
    """One contact in the making; `random` decides everything about it."""

    def __init__(self, contact_id: int, random: Random) -> None:
        self.id = contact_id
        self.random = random
        self.first = random.choice(FIRST_NAMES)
        self.last = random.choice(LAST_NAMES)
        self.place = random.choice(PLACES)
        self.added = LAST_CHANGE - random.randrange(YEARS_S)
        self.modified = random.randint(self.added, LAST_CHANGE)

    @property
    def address(self) -> str:
        """An address at a domain for examples, different for each contact."""
        names = f"{self.first}.{self.last}".lower().encode("ascii", "ignore").decode()
        return f"{re.sub('[^a-z.]', '', names)}.{self.id}@example.com"


_Maker = Callable[[_Person], "str | None"]


def _people(crowd: Crowd, first: int) -> Iterator[_Person]:
    for place in range(crowd.number):
        # Each contact has a generator of its own: more contacts leave the first ones alone.
        yield _Person(first + place, Random(f"{crowd.seed}:{first + place}"))  # noqa: S311


def _store(
    connection: sqlite3.Connection, people: list[_Person], makers: list[tuple[int, _Maker]]
) -> None:
    connection.executemany(
        "INSERT INTO contact (id, added, modified, purl, bulk_mail) VALUES (?, ?, ?, ?, 1)",
        [(one.id, one.added, one.modified, one.first.lower()) for one in people],
    )
    connection.executemany(
        "INSERT INTO value (contact_id, field_id, text, folded, number) VALUES (?, ?, ?, ?, ?)",
        [
            (one.id, field_id, text, folded_text(text), size_of(text))
            for one in people
            for field_id, maker in makers
            if (text := maker(one)) is not None
        ],
    )


def _link(
    connection: sqlite3.Connection,
    table: str,
    people: list[_Person],
    ids: list[int],
    share: float,
) -> None:
    connection.executemany(
        f"INSERT INTO {table} VALUES (?, ?)",  # noqa: S608 - one of two names of ours
        [(one.id, id_) for one in people for id_ in ids if one.random.random() < share],
    )


def _maker(field: FieldRow, options: tuple[str, ...]) -> _Maker | None:
    """Return what invents the values of a field; None for one that holds none."""
    if field.name == OWNER_FIELD and not field.custom:
        return lambda _: OWNER
    named = _BY_NAME.get(field.name.strip()) if not field.custom else None
    if named is not None:
        return _sometimes(named, SHARE_NAMED)
    if field.type in {DROPDOWN, LIST}:
        return _of_options(field.type, options) if options else None
    made = _BY_TYPE.get(field.type)
    return None if made is None else _sometimes(made, SHARE_FILLED)


def _sometimes(make: Callable[[_Person], str], share: float) -> _Maker:
    return lambda person: make(person) if person.random.random() < share else None


def _of_options(kind: str, options: tuple[str, ...]) -> _Maker:
    def choose(person: _Person) -> str:
        most = 1 if kind == DROPDOWN else min(3, len(options))
        chosen = person.random.sample(options, person.random.randint(1, most))
        return LIST_SEPARATOR.join(chosen)

    return _sometimes(choose, SHARE_FILLED)


def _text(person: _Person) -> str:
    if person.random.random() < SHARE_AWKWARD:
        return str(person.random.choice(AWKWARD_TEXTS))
    return f"{person.random.choice(TEXTS)} {person.random.randrange(100)}"


def _long_text(person: _Person) -> str:
    lines = person.random.randint(1, 6)
    return "\n".join(_text(person) for _ in range(lines))


def _number(person: _Person) -> str:
    return "0" if person.random.random() < SHARE_AWKWARD else str(person.random.randint(1, 500))


def _price(person: _Person) -> str:
    return f"{person.random.randrange(100_000) / 100:.2f}"


def _date(person: _Person) -> str:
    return str((LAST_CHANGE - person.random.randrange(2 * YEARS_S)) // DAY_S * DAY_S)


def _phone(person: _Person) -> str:
    number = person.random.randrange(10**7, 10**8)
    return person.random.choice((f"+49 30 {number}", f"(0)30/{number}", f"+4930{number}"))


def _check(person: _Person) -> str:
    return person.random.choice("10")


_BY_TYPE: Mapping[str, Callable[[_Person], str]] = MappingProxyType(
    {
        "text": _text,
        "longtext": _long_text,
        NUMBER: _number,
        PRICE: _price,
        DATE: _date,
        CHECK: _check,
        "phone": _phone,
        "sms": lambda person: f"+49151{person.random.randrange(10**7, 10**8)}",
        "email": lambda person: f"other.{person.id}@example.org",
        "state": lambda person: person.place[1],
        "country": lambda person: person.place[2],
        "address": lambda person: f"{person.random.choice(TEXTS)} {person.id % 200}",
    }
)
_BY_NAME: Mapping[str, Callable[[_Person], str]] = MappingProxyType(
    {
        "First Name": lambda person: person.first,
        "Last Name": lambda person: person.last,
        "E-Mail": lambda person: person.address,
        "Email": lambda person: person.address,
        "City": lambda person: person.place[0],
        "Zip Code": lambda person: person.place[3],
    }
)
