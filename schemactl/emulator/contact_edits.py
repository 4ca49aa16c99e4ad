"""Edits of contacts: what a person does to them in the web interface, between two calls."""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.clauses import EVERY
from schemactl.emulator.contact_rules import SentContact, SentValue
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.invented_contacts import add_crowd, fill_field, parse_crowd
from schemactl.emulator.names import need_named
from schemactl.emulator.section_content import FieldRow
from schemactl.emulator.values import parse_id

MAX_IDS_SHOWN = 10


def add_contact(account: Account, words: tuple[str, ...]) -> None:
    """Add a contact with values."""
    values: list[SentValue] = []
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            msg = f"'{word}' sets no field"
            raise EmulatorError(msg, hint="write FIELD=VALUE, in quotes if it has spaces")
        _field(account, name)
        values.append(SentValue(section=None, name=name, text=text))
    account.people.add(SentContact(values=tuple(values)), forced=True)


def add_contacts(account: Account, words: tuple[str, ...]) -> None:
    """Add invented contacts, with values in all fields."""
    add_crowd(account, parse_crowd(words[0]))


def spread_values(account: Account, words: tuple[str, ...]) -> None:
    """Put each value into its number of contacts, from the first one on; others get none."""
    field = _field(account, words[0])
    values: list[str | None] = []
    for word in words[1:]:
        text, equals, number = word.rpartition("=")
        count = parse_id(number) if equals else None
        if count is None:
            msg = f"'{word}' does not say in how many contacts the value is"
            raise EmulatorError(msg, hint="Write VALUE=N, in quotes if it has spaces.")
        values += [text] * count
    ids = account.contacts.ids()
    for place, contact_id in enumerate(ids):
        value = values[place] if place < len(values) else None
        account.contacts.set_value(contact_id, field.id, value)
        account.contacts.touch(contact_id, account.now)


def set_value(account: Account, words: tuple[str, ...]) -> None:
    """Set one value of a contact."""
    contact_id = _contact(account, words[0])
    _field(account, words[1])
    value = SentValue(section=None, name=words[1], text=words[2])
    account.people.update(SentContact(id=contact_id, values=(value,)), forced=False)


def clear_value(account: Account, words: tuple[str, ...]) -> None:
    """Make one value of a contact as if nobody had ever set it."""
    contact_id, field = _contact(account, words[0]), _field(account, words[1])
    account.contacts.set_value(contact_id, field.id, None)
    account.contacts.touch(contact_id, account.now)


def delete_contact(account: Account, words: tuple[str, ...]) -> None:
    """Delete contacts."""
    for word in words:
        account.people.delete(_contact(account, word))


def merge_contacts(account: Account, words: tuple[str, ...]) -> None:
    """Merge a contact into another: fill empty values, add tags, and delete the other one."""
    kept, gone = (_contact(account, word) for word in words)
    if kept == gone:
        msg = f"contact {kept} cannot be merged with itself"
        raise EmulatorError(msg, hint="write the id of the one to keep, then of the other")
    own = account.contacts.values_of(kept)
    for field_id, text in account.contacts.values_of(gone).items():
        if not own.get(field_id):
            account.contacts.set_value(kept, field_id, text)
    labels = account.labels
    labels.put_tags(kept, [tag.id for tag in labels.tags_of(gone)])
    labels.put_sequences(kept, labels.sequences_of(gone))
    account.people.delete(gone)
    account.contacts.touch(kept, account.now)


def tag_contact(account: Account, words: tuple[str, ...]) -> None:
    """Put tags on a contact; a name that no tag has becomes a tag."""
    account.people.add_tags(_contact(account, words[0]), words[1:])


def untag_contact(account: Account, words: tuple[str, ...]) -> None:
    """Take tags off a contact."""
    account.people.remove_tags(_contact(account, words[0]), words[1:])


def fill_values(account: Account, words: tuple[str, ...]) -> None:
    """Replace the values of a field in all contacts by invented ones."""
    seed = parse_id(words[1]) if len(words) > 1 else 0
    if seed is None:
        msg = f"'{words[1]}' is not a whole number"
        raise EmulatorError(msg, hint="write the seed of the generator, or omit it")
    fill_field(account, _field(account, words[0]), seed=seed)


def _field(account: Account, name: str) -> FieldRow:
    return need_named(account.layout.fields(), name, "field")


def _contact(account: Account, word: str) -> int:
    contact_id = parse_id(word)
    if contact_id is None or account.contacts.find(contact_id) is None:
        msg = f"no contact with id '{word}'"
        ids = ", ".join(map(str, account.contacts.select(EVERY, limit=MAX_IDS_SHOWN)))
        raise EmulatorError(msg, hint=f"there are: {ids}" if ids else None)
    return contact_id
