"""What a person must do where the REST API has no call, or none that surely means one thing.

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
from schemactl.account.rest.types import is_widened
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

_Edit: TypeAlias = (
    ChangeType
    | ChangeOptions
    | ChangeSettings
    | ChangeDescription
    | RemoveField
    | RemoveSection
)
_SHARED = "several sections of the account have this name"


def manual_step(
    change: Change, names: Names, *, permissions: frozenset[Permission]
) -> ManualStep | None:
    """Say what a person must do for one change; None where calls do it."""
    match change:
        case AddObject():
            return object_by_hand(change)
        case RenameSection():
            return rename_by_hand(change)
        case MoveField():
            return move_by_hand(change)
        case ResolveDuplicate():
            return resolve_by_hand(change)
        case AddTag() | RenameTag() | RemoveTag():
            return _tag(change, names)
        case AddSection():
            return _new_section(change, names)
        case AddField() | RenameField():
            return _name(change, names)
        case _:
            return _edit(change, names, permissions)


def _edit(change: _Edit, names: Names, permissions: frozenset[Permission]) -> ManualStep | None:
    """Tell what is to be done in a section; calls name it, so its name must say which."""
    is_shared = names.sections[fold_name(change.section)] > 1
    if isinstance(change, ChangeType) and not is_widened(change):
        # It is made anew by its name, which must not be taken for another field's.
        is_ambiguous = is_shared or names.fields[fold_name(change.name)] > 1
        return change_type_by_hand(change, permissions, is_ambiguous=is_ambiguous)
    if isinstance(change, ChangeOptions) and change.before.options is None:
        return _ambiguous(change, _deed(change), "the API does not tell its options")
    return _ambiguous(change, _deed(change), _SHARED) if is_shared else None


def _deed(change: _Edit) -> str:
    match change:
        case ChangeType():
            return f"make {quote(change.name)} a field of type {change.after.type}"
        case ChangeOptions():
            options = ", ".join(map(quote, change.after.options or ()))
            return f"give {quote(change.name)} the options {options or '(none)'}"
        case ChangeSettings():
            words = (("required", change.after.required), ("unique", change.after.unique))
            wishes = [f"{'' if on else 'not '}{word}" for word, on in words if on is not None]
            return f"make {quote(change.name)} {' and '.join(wishes)}"
        case ChangeDescription():
            return f"give it the description {quote(change.after)}"
        case RemoveField():
            return f"remove {quote(change.name)}"
        case RemoveSection():
            return "remove it"


def _ambiguous(
    change: _Edit | AddSection | AddField | RenameField, deed: str, why: str
) -> ManualStep:
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, section {quote(change.section)}: {deed}, because {why}",
    )


def _new_section(change: AddSection, names: Names) -> ManualStep | None:
    """Refuse a new section where the server may put its fields into one that exists."""
    if not names.sections[fold_name(change.section)]:
        return None
    return _ambiguous(change, "make it", "another's name is the same but for case and blanks")


def _name(change: AddField | RenameField, names: Names) -> ManualStep | None:
    """Refuse a new name that another field has: the server may take the two for one.

    What a request for a name that another section has does is not known: it may change
    the other field. So of several new fields of one name the first is made by a call.
    """
    name = fold_name(change.name)
    others = names.live_fields[name]
    if isinstance(change, AddField):
        options = ", ".join(map(quote, change.after.options or ()))
        deed = f"make {quote(change.name)} of type {change.after.type}"
        deed += f" with the options {options}" if options else ""
    elif change.explained:
        deed = f"rename {quote(change.before.name)} to {quote(change.name)}"
        others -= fold_name(change.before.name) == name
    else:
        return rename_by_hand(change)
    if names.sections[fold_name(change.section)] > 1:
        return _ambiguous(change, deed, _SHARED)
    if names.fields_here[fold_key(change.section, change.name)] and others:
        return _ambiguous(change, deed, "a field there has this name but for case and blanks")
    if others:
        return _ambiguous(
            change, deed, "the API finds fields by name, and another has this one"
        )
    first = names.first_added.get(name, change)
    if first.id != change.id:
        where = f"section {quote(first.section)}"
        return _ambiguous(
            change,
            deed,
            f"the API finds fields by name, and the files want one of this name in {where} too",
        )
    return None


def _tag(change: TagChange, names: Names) -> ManualStep | None:
    """Refuse a new name that has the same fold as another tag's (`fold_name`)."""
    if isinstance(change, RemoveTag):
        return None
    similar = names.tags.get(fold_name(change.tag))
    if similar is None or (isinstance(change, RenameTag) and similar == change.was):
        return None
    return ManualStep(
        code=ManualCode.NAME_DIFFERS,
        change=change.id,
        instruction=f"write the tag as the account does, {quote(similar)}, or rename it "
        f"in {TAGS}",
    )
