"""What a person must do where the Contacts API has no call, or no unambiguous one.

Pure: makes no call.
"""

from __future__ import annotations

from schemactl.account.manual_steps import (
    SHARED_SECTION,
    SIMILAR_FIELD,
    TAGS,
    Names,
    arrange_by_hand,
    change_type_by_hand,
    create_object,
    edit_by_hand,
    new_section_by_hand,
    new_tag_name_by_hand,
    quote,
    remove_options_by_hand,
)
from schemactl.account.value_forms import holds_separator
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
    FieldChange,
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
    TagChange,
)
from schemactl.model.facts import (
    Facts,
    FieldElsewhere,
    OptionMatching,
    OptionsInSection,
    OptionsOfLists,
)
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, FieldType
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import fold_name

_SHARED_FIELD = (
    "the API's dropdown calls name no section, and several fields of the account have this name"
)
_SHARED_NAME = "the API finds it by name, and others have this name too"
_NO_LISTS = "the account refuses options of lists by a call (probe: options-of-lists)"
_SEPARATOR = (
    'an option of this list holds "*/*", which separates options in a contact: nothing shows '
    "which of them a contact has"
)
_ONCE = "the account does not create a name twice (probe: field-elsewhere)"
_EMPTY_NAME = "the API finds it by name, and its name is empty"


def manual_step(
    change: Change,
    names: Names,
    *,
    permissions: frozenset[Permission],
    tag_carrier: int | None,
    facts: Facts,
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
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return _field_step(change, names, permissions, facts)
        case AddTag() | RenameTag() | RemoveTag():
            return _tag_step(change, names, tag_carrier)


def _section_step(change: SectionChange, names: Names) -> ManualStep | None:
    match change:
        case AddSection():
            return new_section_by_hand(change, names)
        case RenameSection():
            return arrange_by_hand(change)
        case ChangeDescription():
            return edit_by_hand(change, "", ManualCode.SETTING_BY_HAND)
        case RemoveSection():
            shared = names.is_section_shared(change.section)
            return _removal_step(change, change.section, is_shared=shared)


def _field_step(
    change: FieldChange, names: Names, permissions: frozenset[Permission], facts: Facts
) -> ManualStep | None:
    match change:
        case AddField():
            return _addition_step(change, names, facts)
        case ChangeOptions():
            return _options_step(change, names, facts)
        case ChangeType():
            is_ambiguous = (
                names.similar_here(change) > 1
                or names.is_section_shared(change.section)
                or (bool(change.after.options) and _is_shared(change, names))
            )
            return change_type_by_hand(change, permissions, is_ambiguous=is_ambiguous)
        case RemoveField():
            is_shared = names.similar_here(change) > 1
            return _removal_step(change, change.name, is_shared=is_shared)
        case ChangeSettings():
            return edit_by_hand(change, "", ManualCode.SETTING_BY_HAND)
        case FillField():
            return None
        case RenameField() | MoveField() | ResolveDuplicate():
            return arrange_by_hand(change)


def _is_shared(change: AddField | ChangeOptions | ChangeType, names: Names) -> bool:
    """Whether a call that names a field without its section could mean several."""
    return names.fields[fold_name(change.name)] > 1


def _options_step(change: ChangeOptions, names: Names, facts: Facts) -> ManualStep | None:
    if _is_shared(change, names):
        return edit_by_hand(change, _SHARED_FIELD)
    if change.after.type == FieldType.LIST and facts.show(OptionsOfLists.REFUSED):
        return edit_by_hand(change, _NO_LISTS)
    if change.renamed and change.after.type in MULTIPLE_CHOICE_TYPES:
        options = (*(change.before.options or ()), *change.added)
        if any(map(holds_separator, options)):
            return edit_by_hand(change, _SEPARATOR)
    return remove_options_by_hand(change, is_exact=facts.show(OptionMatching.EXACT))


def _addition_step(change: AddField, names: Names, facts: Facts) -> ManualStep | None:
    """Refuse a new field where a call could mean another section, or another field."""
    if names.is_section_shared(change.section):
        return edit_by_hand(change, SHARED_SECTION)
    if names.similar_here(change):
        return edit_by_hand(change, SIMILAR_FIELD)
    is_once = facts.show(FieldElsewhere.REFUSED) or facts.show(FieldElsewhere.IGNORED)
    if is_once and names.live_fields[fold_name(change.name)]:
        return edit_by_hand(change, _ONCE)
    if not change.after.options or facts.show(OptionsInSection.HONOURED):
        return None
    if _is_shared(change, names):
        return edit_by_hand(change, _SHARED_FIELD)
    is_list = change.after.type == FieldType.LIST
    is_refused = is_list and facts.show(OptionsOfLists.REFUSED)
    return edit_by_hand(change, _NO_LISTS) if is_refused else None


def _removal_step(
    change: RemoveField | RemoveSection, name: str, *, is_shared: bool
) -> ManualStep | None:
    if is_shared:
        return edit_by_hand(change, _SHARED_NAME)
    return None if name.strip() else edit_by_hand(change, _EMPTY_NAME)


def _tag_step(change: TagChange, names: Names, tag_carrier: int | None) -> ManualStep | None:
    match change:
        case RemoveTag():
            return _edit_tag(change, f"delete the tag {quote(change.tag)}")
        case RenameTag():
            return _edit_tag(
                change, f"rename the tag {quote(change.was)} to {quote(change.tag)}"
            )
        case AddTag():
            similar = new_tag_name_by_hand(change, names)
            if similar or tag_carrier is not None:
                return similar
            hint = (
                "set tag_carrier in schemactl.yaml to a contact's id, and apply creates "
                "missing tags"
            )
            return _edit_tag(change, f"create the tag {quote(change.tag)}", hint)


def _edit_tag(change: TagChange, action: str, alternative: str | None = None) -> ManualStep:
    return ManualStep(
        code=ManualCode.TAG_BY_HAND,
        change=change.id,
        instruction=f"in {TAGS}, {action}",
        alternative=alternative,
    )
