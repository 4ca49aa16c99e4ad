"""Other words that people use for the words of a schema file, and what they mean here."""

from __future__ import annotations

from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.vocabulary import Vocabulary
from schemactl.model.schema import FieldType

# Words of other form builders and of the vendor's own newer API and help pages.
_TYPES: Final = {
    "amount": FieldType.PRICE,
    "bool": FieldType.CHECK,
    "boolean": FieldType.CHECK,
    "checkbox": FieldType.CHECK,
    "currency": FieldType.PRICE,
    "date": FieldType.FULLDATE,
    "datetime": FieldType.FULLDATE,
    "decimal": FieldType.NUMERIC,
    "double": FieldType.NUMERIC,
    "drop": FieldType.TDROP,
    "dropdown": FieldType.TDROP,
    "e-mail": FieldType.EMAIL,
    "enum": FieldType.TDROP,
    "float": FieldType.NUMERIC,
    "int": FieldType.NUMERIC,
    "integer": FieldType.NUMERIC,
    "listselection": FieldType.LIST,
    "long": FieldType.LONGTEXT,
    "mobile": FieldType.SMS,
    "money": FieldType.PRICE,
    "multiselect": FieldType.LIST,
    "number": FieldType.NUMERIC,
    "picklist": FieldType.TDROP,
    "select": FieldType.TDROP,
    "string": FieldType.TEXT,
    "tel": FieldType.PHONE,
    "telephone": FieldType.PHONE,
    "textarea": FieldType.LONGTEXT,
    "toggle": FieldType.CHECK,
    "url": FieldType.TEXT,
}
_KEYS: Final = {
    "choices": "options",
    "delete": "removed",
    "deleted": "removed",
    "desc": "description",
    "distinct": "unique",
    "label": "name",
    "mandatory": "required",
    "mode": "manage",
    "custom_objects": "objects",
    "name": "label",
    "old_name": "was",
    "previously": "was",
    "protected": "protect",
    "remove": "removed",
    "renamed_from": "was",
    "title": "name",
    "values": "options",
}

SCHEMA_FILE: Final = Vocabulary(
    value_codes={"type": ProblemCode.UNKNOWN_TYPE},
    synonyms={"type": {word: str(kind) for word, kind in _TYPES.items()}},
    key_synonyms=_KEYS,
)
