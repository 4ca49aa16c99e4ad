"""The rules that a JSON Schema cannot express: one small function each, all in one table.

Every rule sees the entries of all files, so that it finds a clash between files. Rules only
report; `load` decides which files are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, TypeAlias

from schemactl.desired import comment_rules, fill_rules, name_rules, object_rules, wish_rules
from schemactl.desired.entries import Entries
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping
from schemactl.errors import Problem, Severity
from schemactl.model.desired import Manage
from schemactl.model.field_types import (
    DECLARABLE_TYPES,
    FIELD_TYPES,
    OPTION_TYPES,
    FieldType,
)
from schemactl.text import and_list, quoted_short

Rule: TypeAlias = Callable[[Entries], Iterator[Problem]]

_SECTION_KEYS: Final = frozenset({"name", "manage", "was", "description", "fields"})
_LEGACY: Final = "legacy"
_REST: Final = "rest"
_OPTION_TYPES: Final = tuple(kind for kind in FIELD_TYPES if kind in OPTION_TYPES)


def options_only_where_allowed(entries: Entries) -> Iterator[Problem]:
    """Only fields of a type with options have options."""
    for _, field in entries.all_fields():
        if field.options is None or field.type in OPTION_TYPES:
            continue
        if field.type in DECLARABLE_TYPES:
            yield Problem(
                field.node.key_location("options", file=field.file),
                ProblemCode.OPTIONS_NOT_ALLOWED,
                f"{quoted_short(field.name)} is of type {field.type}, which has no options",
                f"delete them, or make its type {and_list(_OPTION_TYPES, link='or')}",
            )


def sections_have_fields(entries: Entries) -> Iterator[Problem]:
    """A section without fields is most likely a mistake, and with `mirror` a dangerous one."""
    for section in entries.sections:
        if section.fields or not section.name or _may_list_fields(section.node):
            continue
        if section.manage == Manage.MIRROR:
            message = f"{quoted_short(section.name)} is mirrored and lists no field"
            hint = "every custom field in it becomes a removal"
        else:
            message = f"{quoted_short(section.name)} lists no field"
            hint = "it is unknown whether an account keeps a section without fields"
        code = ProblemCode.EMPTY_SECTION
        yield Problem(section.location, code, message, hint, Severity.WARNING)


def _may_list_fields(section: Mapping) -> bool:
    """Whether something that is reported anyway may mean fields, such as `feilds:`."""
    fields = section.get("fields")
    is_wrong = fields is not None and fields != []
    return is_wrong or not section.keys() <= _SECTION_KEYS


RULES: Final[tuple[Rule, ...]] = (
    name_rules.sections_are_declared_once,
    name_rules.fields_are_declared_once,
    name_rules.tags_are_declared_once,
    name_rules.options_are_listed_once,
    name_rules.words_are_sound,
    name_rules.descriptions_are_visible,
    comment_rules.names_are_whole,
    wish_rules.nothing_is_declared_and_removed,
    wish_rules.nothing_is_removed_twice,
    wish_rules.earlier_names_of_fields_are_free,
    wish_rules.earlier_names_of_sections_are_free,
    wish_rules.earlier_names_of_tags_are_free,
    wish_rules.earlier_names_of_options_are_free,
    options_only_where_allowed,
    fill_rules.sources_fit,
    fill_rules.contract_has_what_it_holds_back,
    sections_have_fields,
)

OBJECT_RULES: Final[tuple[Rule, ...]] = (
    object_rules.labels_are_distinct,
    object_rules.labels_are_valid,
)
"""Rules for the objects themselves."""
LEGACY_RULES: Final[tuple[Rule, ...]] = (name_rules.dropdown_names_are_unique,)
"""Rules for what only the Contacts API cannot distinguish."""
REST_RULES: Final[tuple[Rule, ...]] = (name_rules.names_are_of_one_section,)
"""Rules for what only the REST API cannot create, for each object separately."""


def check_entries(
    entries: Entries, *, allowed_types: frozenset[str], backend: str
) -> Iterator[Problem]:
    """Yield all that breaks a rule, errors and warnings, in no order.

    Args:
        entries: What all files of one account declare.
        allowed_types: Types that the account's backend can create.
        backend: The backend's name: `legacy` or `rest`.
    """
    rules = (*RULES, *LEGACY_RULES) if backend == _LEGACY else RULES
    rest_rules = REST_RULES if backend == _REST else ()
    # Objects do not affect each other, and the same rules apply to each.
    parts = entries.by_object().values()
    typed = (entries, *(parts if backend != _LEGACY else ()))
    return chain(
        *(
            types_are_on_backend(part, allowed_types=allowed_types, backend=backend)
            for part in typed
        ),
        *(rule(entries) for rule in (*rules, *OBJECT_RULES)),
        *(rule(part) for part in parts for rule in RULES),
        *(rule(part) for part in (entries, *parts) for rule in rest_rules),
    )


def types_are_on_backend(
    entries: Entries, *, allowed_types: frozenset[str], backend: str
) -> Iterator[Problem]:
    """Each type is one that the account's backend can create."""
    for _, field in entries.all_fields():
        if field.type in allowed_types or field.type not in DECLARABLE_TYPES:
            continue
        yield Problem(
            field.node.value_location("type", file=field.file),
            ProblemCode.TYPE_NOT_ON_BACKEND,
            f"the {backend} backend has no type {field.type}",
            _type_hint(FieldType(field.type), backend=backend),
        )


def _type_hint(kind: FieldType, *, backend: str) -> str:
    """Return what to write instead, and which backend has the type."""
    nearest = FIELD_TYPES[kind].nearest
    instead = f"write {nearest}" if nearest else "remove the field, as no other type is similar"
    has_it = _REST if backend == _LEGACY else _LEGACY
    return f"{instead}; or write backend: {has_it} in schemactl.yaml, which has it"
