"""The fields of contacts as the REST API knows them: names, kinds, options by number."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

from schemactl.emulator.account import Account
from schemactl.emulator.field_types import PRICE
from schemactl.emulator.rest.words import TAGS_FIELD, shown_type
from schemactl.emulator.section_content import EditorField
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import UnsetText

NO_OPTION = "0"
EMPTY_LIST = "*/*"
SEQUENCES_TYPE = "sequence"


COLUMNS: Mapping[str, str] = MappingProxyType(
    {"id": "c.id", "date": "c.added", "dlm": "c.modified", "dla": "c.modified", "owner": "1"}
)
"""What every record has beside its fields, all numbers, as SQL."""


@unique
class Kind(StrEnum):
    """What a value of a field is, as far as it is shown and found in another way."""

    TEXT = "text"
    LONG_TEXT = "longtext"
    NUMBER = "number"
    DATE = "date"
    CHECK = "check"
    DROPDOWN = "dropdown"
    LIST = "list"
    TAGS = "tags"
    SEQUENCES = "sequences"
    PARENT = "parent"


_KINDS = {
    "longtext": Kind.LONG_TEXT,
    "numeric": Kind.NUMBER,
    PRICE: Kind.NUMBER,
    "fulldate": Kind.DATE,
    "timestamp": Kind.DATE,
    "check": Kind.CHECK,
    "drop": Kind.DROPDOWN,
    "list": Kind.LIST,
    "parent": Kind.PARENT,
}


def kind_of(field: EditorField) -> Kind:
    """Return the kind of a field's values."""
    if field.api_name == TAGS_FIELD:
        return Kind.TAGS
    if field.type == SEQUENCES_TYPE:
        return Kind.SEQUENCES
    return _KINDS.get(shown_type(field.type, field.api_name), Kind.TEXT)


def unset_value(kind: Kind, switches: Switches) -> str | None:
    """Return what is shown for a value that was never set."""
    match kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return None if switches.unset_text is UnsetText.NULL else ""
        case Kind.NUMBER:
            return _UNSET[switches.unset_number]
        case Kind.DATE | Kind.CHECK | Kind.DROPDOWN:
            return _UNSET[switches.unset_drop]
        case Kind.LIST | Kind.TAGS | Kind.SEQUENCES:
            return _UNSET[switches.unset_list]
        case Kind.PARENT:
            return NO_OPTION


_UNSET: Mapping[str, str | None] = MappingProxyType(
    {"null": None, "empty": "", "0": NO_OPTION, "separator": EMPTY_LIST}
)


class ContactFields:
    """The fields of an account's contacts, with their options, read once for a request."""

    def __init__(self, account: Account) -> None:
        fields = account.layout.editor_fields()
        self.rows = tuple(field for field in fields if field.api_name not in COLUMNS)
        self._options = account.layout.option_ids()
        self._by_name = {field.api_name: field for field in self.rows}

    def named(self, name: str) -> EditorField | None:
        """Return the field of a name in the API."""
        return self._by_name.get(name)

    def labels(self, field: EditorField) -> dict[int, str]:
        """Return the labels of a field's options by their numbers."""
        return dict(self._options.get(field.id, ()))

    def numbers(self, field: EditorField) -> dict[str, int]:
        """Return the numbers of a field's options by their labels."""
        return {text: number for number, text in self._options.get(field.id, ())}
