"""What a person must do where the Contacts API has no call, or no call that means one thing.

Each step says what to click in the web interface, to the letter; the next read proves it.
Pure: makes no call.
"""

from __future__ import annotations

from typing import TypeAlias

from schemactl.account.manual_steps import (
    EDITOR,
    TAGS,
    Names,
    change_type_by_hand,
    fold_key,
    move_by_hand,
    object_by_hand,
    quote,
    rename_by_hand,
    resolve_by_hand,
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
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    TagChange,
)
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import fold_name


def manual_step(
    change: Change,
    names: Names,
    *,
    permissions: frozenset[Permission],
    tag_carrier: int | None,
) -> ManualStep | None:
    """Say what a person must do for one change; None where calls do it."""
    match change:
        case AddField() | ChangeOptions():
            return _make_by_hand(change, names)
        case ChangeType():
            is_ambiguous = _is_ambiguous(change, names)
            return change_type_by_hand(change, permissions, is_ambiguous=is_ambiguous)
        case RemoveField() | RemoveSection():
            return _remove_by_hand(change, names)
        case AddTag() | RenameTag() | RemoveTag():
            return _tag(change, names, tag_carrier)
        case AddSection():
            return _section_by_hand(change, names)
        case AddObject():
            return object_by_hand(change)
        case _:
            return _arrange(change)


def _make_by_hand(change: AddField | ChangeOptions, names: Names) -> ManualStep | None:
    step = _field_by_hand(change, names) if isinstance(change, AddField) else None
    return step or _options_by_hand(change, names)


_Arrangement: TypeAlias = (
    RenameSection
    | RenameField
    | MoveField
    | ResolveDuplicate
    | ChangeSettings
    | ChangeDescription
)


def _arrange(change: _Arrangement) -> ManualStep:
    """Tell what no request of the API can do: give another name, place or setting."""
    match change:
        case ChangeSettings() | ChangeDescription():
            return _set(change)
        case RenameSection() | RenameField():
            return rename_by_hand(change)
        case MoveField():
            return move_by_hand(change)
        case ResolveDuplicate():
            return resolve_by_hand(change)


def _set(change: ChangeSettings | ChangeDescription) -> ManualStep:
    """Tell what this API neither shows nor sets; only a snapshot of the other one does."""
    if isinstance(change, ChangeDescription):
        section = f"section {quote(change.section)}"
        action = (
            f"give {section} the description {quote(change.after)}"
            if change.after
            else f"take the description of {section} away"
        )
    else:
        words = (("required", change.after.required), ("unique", change.after.unique))
        wishes = [f"{'' if on else 'not '}{word}" for word, on in words if on is not None]
        action = f"make {quote(change.name)} {' and '.join(wishes)}"
    return ManualStep(
        code=ManualCode.SETTING_BY_HAND, change=change.id, instruction=f"in {EDITOR}, {action}"
    )


def _is_ambiguous(change: ChangeType, names: Names) -> bool:
    here = (
        names.fields_here[fold_key(change.section, change.name)] > 1
        or names.sections[fold_name(change.section)] > 1
    )
    return here or (bool(change.after.options) and names.fields[fold_name(change.name)] > 1)


def _section_by_hand(change: AddSection, names: Names) -> ManualStep | None:
    """Refuse a new section where the call could be taken for one that exists."""
    if not names.sections[fold_name(change.section)]:
        return None
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, make the section {quote(change.section)}: another one's "
        "name differs only in case, blanks or invisible characters, and the API may take both "
        "for one",
    )


def _field_by_hand(change: AddField, names: Names) -> ManualStep | None:
    """Refuse a new field where the call could mean another section, or a field there."""
    if names.sections[fold_name(change.section)] > 1:
        reason = "several sections of the account have this name"
    elif names.fields_here[fold_key(change.section, change.name)]:
        reason = (
            "a field there has a name that differs only in case, blanks or invisible characters"
        )
    else:
        return None
    options = ", ".join(quote(option) for option in change.after.options or ())
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, make {quote(change.name)} of type {change.after.type} in "
        f"section {quote(change.section)}"
        + (f" with the options {options}" if options else "")
        + f": {reason}",
    )


def _options_by_hand(change: AddField | ChangeOptions, names: Names) -> ManualStep | None:
    """Refuse dropdown calls that could mean two fields: they name no section."""
    wants_call = isinstance(change, ChangeOptions) or bool(change.after.options)
    if not wants_call or names.fields[fold_name(change.name)] <= 1:
        return None
    options = ", ".join(quote(option) for option in change.after.options or ())
    action = "give" if isinstance(change, ChangeOptions) else "make"
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, {action} {quote(change.name)} in section "
        f"{quote(change.section)} the options {options or '(none)'}: the API's dropdown calls "
        "name no section, and several fields of the account have this name",
    )


def _remove_by_hand(change: RemoveField | RemoveSection, names: Names) -> ManualStep | None:
    if isinstance(change, RemoveSection):
        name, thing = change.section, quote(change.section)
        count = names.sections[fold_name(change.section)]
    else:
        name, thing = change.name, f"{quote(change.name)} of section {quote(change.section)}"
        count = names.fields_here[fold_key(change.section, change.name)]
    if count <= 1 and name.strip():
        return None
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, remove {thing}: the API names it by a name that other "
        "things share, or that is empty",
    )


def _tag(change: TagChange, names: Names, tag_carrier: int | None) -> ManualStep | None:
    if isinstance(change, RemoveTag):
        return _tag_step(change, f"delete the tag {quote(change.tag)}", None)
    if isinstance(change, RenameTag):
        renaming = f"rename the tag {quote(change.was)} to {quote(change.tag)}"
        return _tag_step(change, renaming, None)
    similar = names.tags.get(fold_name(change.tag))
    if similar is not None:
        return ManualStep(
            code=ManualCode.NAME_DIFFERS,
            change=change.id,
            instruction=f"write the tag as the account does, {quote(similar)}, or rename it "
            f"in {TAGS}",
        )
    if tag_carrier is None:
        hint = (
            "set tag_carrier in schemactl.yaml to a contact's id, and apply makes missing tags"
        )
        return _tag_step(change, f"make the tag {quote(change.tag)}", hint)
    return None


def _tag_step(change: TagChange, action: str, alternative: str | None) -> ManualStep:
    return ManualStep(
        code=ManualCode.TAG_BY_HAND,
        change=change.id,
        instruction=f"in {TAGS}, {action}",
        alternative=alternative,
    )
