"""Edits: changes that a person makes in the web interface, not over an API.

One edit is a line of shell words, the same in `POST /control/edit`, in the fault
`other-user` and on the command line. The API's rules do not apply to
edits: they can create a second field of one name, or an empty name, as real accounts have.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemactl.emulator import contact_edits
from schemactl.emulator.account import Account
from schemactl.emulator.errors import EmulatorError, nearest_word
from schemactl.emulator.field_types import OPTION_TYPES, stored_word
from schemactl.emulator.layout import NewField
from schemactl.emulator.names import need_named
from schemactl.emulator.objects import FIRST_OBJECT, ObjectRow
from schemactl.emulator.section_content import EditorField, FieldRow, SectionRow
from schemactl.emulator.values import parse_id

RECORD_KINDS = frozenset({1, 3, 6, 7, 122, 140})
"""Kinds of records that an edit creates: tasks, groups, rules, messages, forms, automations."""


class Edit(NamedTuple):
    """One edit, with a known verb and the right number of words for it."""

    verb: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join((self.verb, *self.words))


class _Verb(NamedTuple):
    """How an edit is written and made; `max_words` is None for any number of words."""

    usage: str
    min_words: int
    max_words: int | None
    act: Callable[[Account, tuple[str, ...]], None]


def parse_edit(line: str) -> Edit:
    """Read one edit.

    Raises:
        EmulatorError: The verb is unknown, a quote is not closed, or there are too few or too
            many words.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        msg = f"the edit cannot be read: {error}: {line.strip()}"
        raise EmulatorError(msg, hint="put names with spaces or quotes in quotes") from error
    if not words:
        msg = "the edit is empty"
        raise EmulatorError(msg, hint=f"write one of: {', '.join(VERBS)}")
    name, given = words[0], tuple(words[1:])
    verb = VERBS.get(name)
    if verb is None:
        msg = f"there is no edit '{name}'"
        raise EmulatorError(msg, hint=nearest_word(name, VERBS))
    if len(given) < verb.min_words or (
        verb.max_words is not None and len(given) > verb.max_words
    ):
        msg = f"{name} does not take {len(given)} words"
        raise EmulatorError(msg, hint=f"write: {name} {verb.usage}")
    return Edit(verb=name, words=given)


def parse_edits(text: str) -> tuple[Edit, ...]:
    """Read one edit per line; empty lines and lines that begin with `#` are ignored.

    Raises:
        EmulatorError: A line is not an edit; the message has its number.
    """
    edits: list[Edit] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                edits.append(parse_edit(line))
            except EmulatorError as error:
                if text.strip() == line.strip():
                    raise
                msg = f"line {number}: {error}"
                raise EmulatorError(msg, hint=error.hint) from error
    return tuple(edits)


def apply_edit(account: Account, edit: Edit) -> None:
    """Create an edit.

    Raises:
        EmulatorError: What it names does not exist, or is of the wrong kind.
    """
    VERBS[edit.verb].act(account, edit.words)


def _section(account: Account, name: str) -> SectionRow:
    return need_named(account.layout.sections(), name, "section")


def _describe_section(account: Account, words: tuple[str, ...]) -> None:
    account.layout.describe_section(_section(account, words[0]).id, words[1])


def _field(account: Account, section: str, name: str) -> FieldRow:
    fields = account.layout.fields_of(_section(account, section).id)
    return need_named(fields, name, f"field in section '{section}' called")


def _field_with_options(account: Account, section: str, name: str) -> FieldRow:
    field = _field(account, section, name)
    if field.type not in OPTION_TYPES:
        msg = f"field '{name}' has type '{field.type}' and has no options"
        raise EmulatorError(msg, hint=f"only {' and '.join(OPTION_TYPES)} do")
    return field


def _object(account: Account, label: str) -> ObjectRow:
    found = account.objects.named(label)
    if found is None:
        labels = tuple(row.plural for row in account.objects.rows())
        msg = f"no custom object '{label}'"
        raise EmulatorError(msg, hint=nearest_word(label, labels) if labels else None)
    return found


def _add_record(account: Account, words: tuple[str, ...]) -> None:
    """Create a record of another kind, such as an automation (140)."""
    number = parse_id(words[0])
    if number is None or number not in RECORD_KINDS:
        msg = f"no kind of records '{words[0]}' is created by an edit"
        raise EmulatorError(msg, hint=f"write one of {sorted(RECORD_KINDS)}")
    try:
        content = json.loads(words[1])
    except ValueError:
        content = None
    if not isinstance(content, dict):
        msg = f"'{words[1]}' is not a JSON object"
        raise EmulatorError(msg, hint='Write \'{"name": "Welcome"}\', in single quotes.')
    account.records.add(number, content)


def _add_object(account: Account, words: tuple[str, ...]) -> None:
    label, *rest = words
    number = parse_id(rest[1]) if len(rest) > 1 else None
    if len(rest) > 1 and (number is None or number < FIRST_OBJECT):
        msg = f"'{rest[1]}' is not the number of a custom object"
        raise EmulatorError(msg, hint=f"write one from {FIRST_OBJECT} up, or omit it")
    if any(row.id == number for row in account.objects.rows()):
        msg = f"there is already a custom object {number}"
        raise EmulatorError(msg, hint="write another number, or omit it")
    account.objects.add(label, singular=rest[0] if rest else "", number=number)


def _rename_object(account: Account, words: tuple[str, ...]) -> None:
    account.objects.rename(_object(account, words[0]).id, words[1])


def _remove_object(account: Account, words: tuple[str, ...]) -> None:
    account.objects.remove(_object(account, words[0]).id)


def _in_object(account: Account, words: tuple[str, ...]) -> None:
    """Create another edit within a custom object."""
    edit = parse_edit(shlex.join(words[1:]))
    if edit.verb not in _WITHIN_OBJECTS:
        msg = f"{edit.verb} cannot be done within a custom object"
        raise EmulatorError(msg, hint=f"write one of: {', '.join(sorted(_WITHIN_OBJECTS))}")
    apply_edit(account.of(_object(account, words[0]).id), edit)


def _add_section(account: Account, words: tuple[str, ...]) -> None:
    account.layout.add_section(words[0], custom=True, editable=True)


def _rename_section(account: Account, words: tuple[str, ...]) -> None:
    account.layout.rename_section(_section(account, words[0]).id, words[1])


def _remove_section(account: Account, words: tuple[str, ...]) -> None:
    account.layout.remove_section(_section(account, words[0]).id)


def _add_field(account: Account, words: tuple[str, ...]) -> None:
    _new_field(account, words, custom=True)


def _add_system_field(account: Account, words: tuple[str, ...]) -> None:
    _new_field(account, words, custom=False)


def _new_field(account: Account, words: tuple[str, ...], *, custom: bool) -> None:
    section, name, type_name, *options = words
    field = NewField(
        name=name, type=stored_word(type_name), custom=custom, options=tuple(options)
    )
    account.layout.add_field(_section(account, section).id, field)


def _rename_field(account: Account, words: tuple[str, ...]) -> None:
    account.layout.rename_field(_field(account, words[0], words[1]).id, words[2])


def _move_field(account: Account, words: tuple[str, ...]) -> None:
    field = _field(account, words[0], words[1])
    account.layout.move_field(field.id, _section(account, words[2]).id)


def _change_type(account: Account, words: tuple[str, ...]) -> None:
    field = _field(account, words[0], words[1])
    type_name = stored_word(words[2])
    account.layout.change_type(field.id, type_name)
    if type_name not in OPTION_TYPES:
        account.layout.clear_options(field.id)


def _set_required(account: Account, words: tuple[str, ...]) -> None:
    field = _editor_field(account, words)
    account.layout.set_field(field.id, required=_truth(words[2]), unique=field.unique)


def _set_unique(account: Account, words: tuple[str, ...]) -> None:
    field = _editor_field(account, words)
    account.layout.set_field(field.id, required=field.required, unique=_truth(words[2]))


def _editor_field(account: Account, words: tuple[str, ...]) -> EditorField:
    wanted = _field(account, words[0], words[1]).id
    return next(field for field in account.layout.editor_fields() if field.id == wanted)


def _truth(word: str) -> bool:
    if word not in {"yes", "no"}:
        msg = f"'{word}' is neither yes nor no"
        raise EmulatorError(msg, hint="write yes or no as the last word")
    return word == "yes"


def _remove_field(account: Account, words: tuple[str, ...]) -> None:
    account.layout.remove_field(_field(account, words[0], words[1]).id)


def _add_option(account: Account, words: tuple[str, ...]) -> None:
    field = _field_with_options(account, words[0], words[1])
    account.layout.add_options(field.id, words[2:])


def _remove_option(account: Account, words: tuple[str, ...]) -> None:
    field = _field_with_options(account, words[0], words[1])
    for text in words[2:]:
        _check_option(account, field, text)
        account.layout.remove_option(field.id, text)
        account.contacts.clear_option(field.id, text)


def _rename_option(account: Account, words: tuple[str, ...]) -> None:
    field = _field_with_options(account, words[0], words[1])
    _check_option(account, field, words[2])
    account.layout.rename_option(field.id, words[2], words[3])
    account.contacts.rename_option(field.id, words[2], words[3])


def _reorder_options(account: Account, words: tuple[str, ...]) -> None:
    field = _field_with_options(account, words[0], words[1])
    for text in words[2:]:
        _check_option(account, field, text)
    account.layout.order_options(field.id, words[2:])


def _check_option(account: Account, field: FieldRow, text: str) -> None:
    options = account.layout.options_of(field.id)
    if text not in options:
        msg = f"field '{field.name}' has no option '{text}'"
        raise EmulatorError(msg, hint=nearest_word(text, options) if options else None)


def _add_tag(account: Account, words: tuple[str, ...]) -> None:
    object_id = parse_id(words[1]) if len(words) > 1 else 0
    if object_id is None:
        msg = f"'{words[1]}' is not the number of a kind of object"
        raise EmulatorError(msg, hint="write 0 for contacts, or omit it")
    account.labels.add_tag(words[0], object_id=object_id)


def _rename_tag(account: Account, words: tuple[str, ...]) -> None:
    account.labels.rename_tag(need_named(account.labels.tags(), words[0], "tag").id, words[1])


def _remove_tag(account: Account, words: tuple[str, ...]) -> None:
    account.labels.remove_tag(need_named(account.labels.tags(), words[0], "tag").id)


def _add_sequence(account: Account, words: tuple[str, ...]) -> None:
    name, public_name, description = (*words, "", "")[:3]
    account.labels.add_sequence(name, public_name=public_name, description=description)


def _verb(
    usage: str, act: Callable[[Account, tuple[str, ...]], None], *, endless: bool = False
) -> _Verb:
    """Count the words of the usage: each name is one, and `[NAME]` is optional."""
    words = usage.replace("…", "").split()
    least = sum(not word.startswith("[") for word in words)
    return _Verb(
        usage=usage, min_words=least, max_words=None if endless else len(words), act=act
    )


VERBS: Mapping[str, _Verb] = MappingProxyType(
    {
        "add-section": _verb("NAME", _add_section),
        "rename-section": _verb("NAME NEW", _rename_section),
        "describe-section": _verb("NAME TEXT", _describe_section),
        "remove-section": _verb("NAME", _remove_section),
        "add-field": _verb("SECTION NAME TYPE [OPTION…]", _add_field, endless=True),
        "add-system-field": _verb(
            "SECTION NAME TYPE [OPTION…]", _add_system_field, endless=True
        ),
        "rename-field": _verb("SECTION NAME NEW", _rename_field),
        "move-field": _verb("SECTION NAME TO_SECTION", _move_field),
        "change-type": _verb("SECTION NAME TYPE", _change_type),
        "set-required": _verb("SECTION NAME YES_OR_NO", _set_required),
        "set-unique": _verb("SECTION NAME YES_OR_NO", _set_unique),
        "remove-field": _verb("SECTION NAME", _remove_field),
        "add-option": _verb("SECTION NAME OPTION…", _add_option, endless=True),
        "remove-option": _verb("SECTION NAME OPTION…", _remove_option, endless=True),
        "rename-option": _verb("SECTION NAME OPTION NEW", _rename_option),
        "reorder-options": _verb("SECTION NAME OPTION…", _reorder_options, endless=True),
        "add-tag": _verb("NAME [OBJECT_ID]", _add_tag),
        "rename-tag": _verb("NAME NEW", _rename_tag),
        "remove-tag": _verb("NAME", _remove_tag),
        "add-sequence": _verb("NAME [PUBLIC_NAME] [DESCRIPTION]", _add_sequence),
        "add-record": _verb("OBJECT_ID JSON", _add_record),
        "add-object": _verb("LABEL [SINGULAR] [NUMBER]", _add_object),
        "rename-object": _verb("LABEL NEW", _rename_object),
        "remove-object": _verb("LABEL", _remove_object),
        "in-object": _verb("LABEL EDIT…", _in_object, endless=True),
        "add-contact": _verb("[FIELD=VALUE…]", contact_edits.add_contact, endless=True),
        "add-contacts": _verb("N[:SEED]", contact_edits.add_contacts),
        "set-value": _verb("CONTACT_ID FIELD VALUE", contact_edits.set_value),
        "clear-value": _verb("CONTACT_ID FIELD", contact_edits.clear_value),
        "fill-values": _verb("FIELD [SEED]", contact_edits.fill_values),
        "spread-values": _verb("FIELD VALUE=N…", contact_edits.spread_values, endless=True),
        "delete-contact": _verb("CONTACT_ID…", contact_edits.delete_contact, endless=True),
        "merge-contacts": _verb("KEPT_ID OTHER_ID", contact_edits.merge_contacts),
        "tag-contact": _verb("CONTACT_ID TAG…", contact_edits.tag_contact, endless=True),
        "untag-contact": _verb("CONTACT_ID TAG…", contact_edits.untag_contact, endless=True),
    }
)


_WITHIN_OBJECTS = frozenset(
    name
    for name in VERBS
    if name.endswith(("-section", "-field", "-option", "-options", "-value", "-values"))
) | {"change-type", "set-required", "set-unique", "add-contact", "delete-contact"}


def describe_edits() -> tuple[str, ...]:
    """Return how each edit is written, in the order of the grammar."""
    return tuple(f"{name} {verb.usage}" for name, verb in VERBS.items())
