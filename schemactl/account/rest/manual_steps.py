"""What a person must do where the REST API has no call, or no unambiguous one.

Pure: makes no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from schemactl.account.manual_steps import (
    SHARED_SECTION,
    SIMILAR_FIELD,
    Names,
    arrange_by_hand,
    change_type_by_hand,
    create_object,
    edit_by_hand,
    new_section_by_hand,
    new_tag_name_by_hand,
    remove_options_by_hand,
)
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    SectionChange,
)
from schemactl.model.facts import Facts, FieldElsewhere, ForeignField, OptionMatching
from schemactl.model.field_types import REST_TYPES
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import Field, fold_name

_UNKNOWN_OPTIONS = "the API does not return its options"
_READ_ONLY_TYPE = "the API only reads fields of this type"
_TAKEN_NAME = "the API finds fields by name, and another field has this name"


def movable_fields(changes: Sequence[Change], names: Names, facts: Facts) -> frozenset[str]:
    """Return the ids of moves that a call makes, where a probe found that one does.

    A field that also changes in another way is left to a person: no other call of the plan
    would find it, because each names the section in which the account has the field.
    """
    if not facts.show(ForeignField.MOVED):
        return frozenset()
    touched = Counter(change.path for change in changes if not isinstance(change, MoveField))
    return frozenset(
        change.id
        for change in changes
        if isinstance(change, MoveField)
        and change.before.custom
        and _is_writable(change.before)
        and change.before.name == change.name
        and not touched[change.path]
        and names.fields[fold_name(change.name)] == 1
        and not names.is_section_shared(change.section)
        and not names.is_section_shared(change.source)
    )


_SchemaChange: TypeAlias = (
    AddField
    | RenameField
    | MoveField
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | RemoveField
    | ResolveDuplicate
)


def manual_step(
    change: Change, names: Names, *, permissions: frozenset[Permission], facts: Facts
) -> ManualStep | None:
    """Return what a person must do for one change; None where calls make it."""
    match change:
        case AddObject():
            return create_object(change)
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return _section_step(change, names)
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return _field_step(change, names, permissions, facts)
        case AddTag() | RenameTag():
            return new_tag_name_by_hand(change, names)
        case RemoveTag() | FillField():
            return None


def _section_step(change: SectionChange, names: Names) -> ManualStep | None:
    match change:
        case AddSection():
            return new_section_by_hand(change, names)
        case RenameSection():
            return arrange_by_hand(change)
        case ChangeDescription() | RemoveSection():
            return _edit(change, names)


def _field_step(
    change: _SchemaChange, names: Names, permissions: frozenset[Permission], facts: Facts
) -> ManualStep | None:
    match change:
        case AddField():
            return _add(change, names, facts)
        case RenameField():
            return _rename(change, names)
        case ChangeType() if not change.is_widening:
            # The new field is created by its name, which must not mean another field.
            is_ambiguous = (
                names.is_section_shared(change.section)
                or names.fields[fold_name(change.name)] > 1
            )
            return change_type_by_hand(change, permissions, is_ambiguous=is_ambiguous)
        case ChangeOptions() if change.before.options is None:
            return edit_by_hand(change, _UNKNOWN_OPTIONS)
        case ChangeOptions():
            is_exact = facts.show(OptionMatching.EXACT)
            return _edit(change, names) or remove_options_by_hand(change, is_exact=is_exact)
        case ChangeType() | ChangeSettings() | RemoveField():
            return _edit(change, names)
        case MoveField() | ResolveDuplicate():
            return arrange_by_hand(change)


def _add(change: AddField, names: Names, facts: Facts) -> ManualStep | None:
    """Refuse a name that another field has; in another section, unless a probe tried that."""
    is_here = names.similar_here(change) > 0
    if facts.show(FieldElsewhere.ADDED) and not is_here:
        is_shared = names.is_section_shared(change.section)
        return edit_by_hand(change, SHARED_SECTION) if is_shared else None
    return _refuse_name(change, names, others=names.live_fields[fold_name(change.name)])


def _edit(
    change: ChangeDescription
    | RemoveSection
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | RemoveField,
    names: Names,
) -> ManualStep | None:
    """Refuse a change of a field that the API only reads, or in a section of a shared name."""
    if isinstance(change, ChangeSettings) and not _is_writable(change.before):
        return edit_by_hand(change, _READ_ONLY_TYPE, ManualCode.SETTING_BY_HAND)
    is_shared = names.is_section_shared(change.section)
    return edit_by_hand(change, SHARED_SECTION) if is_shared else None


def _is_writable(field: Field) -> bool:
    """Whether the API writes fields of this type.

    It reads `parent`, `url`, `mergefield` and others, and ignores or refuses a write (a
    client's list of types). What it does with a type that no list has is unknown.
    """
    return field.type in REST_TYPES


def _rename(change: RenameField, names: Names) -> ManualStep | None:
    if not change.explained:
        return arrange_by_hand(change)
    if not _is_writable(change.before):
        return edit_by_hand(change, _READ_ONLY_TYPE, ManualCode.RENAME_BY_HAND)
    name = fold_name(change.name)
    others = names.live_fields[name] - (fold_name(change.before.name) == name)
    return _refuse_name(change, names, others=others)


def _refuse_name(
    change: AddField | RenameField, names: Names, *, others: int
) -> ManualStep | None:
    """Refuse a new name that another field has: the server may take the two for one.

    What a request with the name of a field in another section does is unknown: it may change
    that field. So a call creates only the first of several new fields of one name.

    Args:
        change: Gives a field its name.
        names: How often the account has each name.
        others: How many other live fields have the name.
    """
    if names.is_section_shared(change.section):
        return edit_by_hand(change, SHARED_SECTION)
    if names.similar_here(change) and others:
        return edit_by_hand(change, SIMILAR_FIELD)
    if others:
        return edit_by_hand(change, _TAKEN_NAME)
    first = names.first_added.get(fold_name(change.name), change)
    if first.id != change.id:
        return edit_by_hand(
            change,
            "the API finds fields by name, and the files declare this name in section "
            f'"{first.section}" too',
        )
    return None
