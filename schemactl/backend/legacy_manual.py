"""What a person must do where the Contacts API has no call, or no call that means one thing.

Each step says what to click in the web interface, to the letter; the next read proves it.
Pure: makes no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from schemactl.model.change import (
    AddField,
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
from schemactl.model.schema import Schema, fold_name

_EDITOR = "the field editor of the web interface"
_TAGS = "Contacts > Settings > Manage Tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How often a server that ignores case and outer blanks would find each name.

    Attributes:
        sections: Live sections by folded name.
        fields: Live and planned fields by folded name, over the whole account.
        fields_here: Live fields by folded section and name.
        tags: Live tags by folded name.
    """

    sections: Counter[str]
    fields: Counter[str]
    fields_here: Counter[tuple[str, str]]
    tags: dict[str, str]

    @classmethod
    def of(cls, changes: Iterable[Change], live: Schema) -> Names:
        """Count the names of an account as it will be once `changes` have added to it."""
        added = (change.name for change in changes if isinstance(change, AddField))
        sections = [(fold_name(section.name), section.fields) for section in live.sections]
        fields = [(name, fold_name(field.name)) for name, each in sections for field in each]
        return cls(
            sections=Counter(name for name, _ in sections),
            fields=Counter((*(name for _, name in fields), *map(fold_name, added))),
            fields_here=Counter(fields),
            tags={fold_name(tag): tag for tag in live.tags},
        )


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
            return _change_type(change, names, permissions)
        case RemoveField() | RemoveSection():
            return _remove_by_hand(change, names)
        case AddTag() | RenameTag() | RemoveTag():
            return _tag(change, names, tag_carrier)
        case AddSection():
            return _section_by_hand(change, names)
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
            return _rename(change)
        case MoveField():
            return _move(change)
        case ResolveDuplicate():
            return _resolve(change)


def _set(change: ChangeSettings | ChangeDescription) -> ManualStep:
    """Tell what this API neither shows nor sets; only a snapshot of the other one does."""
    if isinstance(change, ChangeDescription):
        action = f"give the section {_quote(change.section)} the description "
        action += _quote(change.after) if change.after else "(none)"
    else:
        words = (("required", change.after.required), ("unique", change.after.unique))
        wishes = [f"{'' if on else 'not '}{word}" for word, on in words if on is not None]
        action = f"make {_quote(change.name)} {' and '.join(wishes)}"
    return ManualStep(
        code=ManualCode.SETTING_BY_HAND, change=change.id, instruction=f"in {_EDITOR}, {action}"
    )


def _fold_key(section: str, name: str) -> tuple[str, str]:
    return fold_name(section), fold_name(name)


def _quote(name: str) -> str:
    return f'"{name}"'


def _rename(change: RenameSection | RenameField) -> ManualStep:
    if isinstance(change, RenameSection):
        thing, old, new, fixed = "section", change.was, change.section, False
    else:
        thing, old, new = "field", change.before.name, change.after.name
        fixed = not change.before.custom
    action = f"in {_EDITOR}, rename the {thing} {_quote(old)} to {_quote(new)}"
    if change.explained:
        return ManualStep(code=ManualCode.RENAME_BY_HAND, change=change.id, instruction=action)
    rename = "" if fixed else f", or {action}"
    return ManualStep(
        code=ManualCode.NAME_DIFFERS,
        change=change.id,
        instruction=f"write the {thing} as the account does, {_quote(old)}{rename}",
    )


def _move(change: MoveField) -> ManualStep:
    new_name = (
        "" if change.before.name == change.name else f" and rename it to {_quote(change.name)}"
    )
    return ManualStep(
        code=ManualCode.MOVE_BY_HAND,
        change=change.id,
        instruction=f"in {_EDITOR}, drag {_quote(change.before.name)} from section "
        f"{_quote(change.source)} to {_quote(change.section)}{new_name}",
        alternative="if a second field is meant, declare the one in "
        f"{_quote(change.source)} too",
    )


def _resolve(change: ResolveDuplicate) -> ManualStep:
    fields = f"of the {len(change.found)} fields named {_quote(change.name)}"
    wish = (
        f"remove those {fields} that are not wanted"
        if change.after is None
        else f"rename or remove all but one {fields}"
    )
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {_EDITOR}, section {_quote(change.section)}, {wish}",
    )


def _change_type(
    change: ChangeType, names: Names, permissions: frozenset[Permission]
) -> ManualStep | None:
    if not change.before.custom:
        return _keep_type(change)
    replaceable = not change.protected and not _is_ambiguous(change, names)
    if replaceable and Permission.REPLACES_FIELD in permissions:
        return None
    new = (
        f"make a field of type {change.after.type} in section {_quote(change.section)}, move "
        f"the values of {_quote(change.before.name)} over, then rename the two"
    )
    kept = ", and protect: true keeps it from being replaced" if change.protected else ""
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{change.before.type or 'no type'} cannot become {change.after.type} in "
        f"place{kept}: in {_EDITOR}, {new}",
        alternative="--allow replaces-field removes the field and makes it anew: "
        "every contact loses its value"
        if replaceable
        else None,
    )


def _keep_type(change: ChangeType) -> ManualStep:
    """Send a person to the file: a field of the vendor's own is as it is."""
    name = _quote(change.before.name)
    action = (
        f"give {name} the type {change.before.type} in the file"
        if change.before.is_declarable
        else f"take {name} out of the file, which cannot declare its type"
    )
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{action}: it is the vendor's own field and stays as it is",
    )


def _is_ambiguous(change: ChangeType, names: Names) -> bool:
    here = (
        names.fields_here[_fold_key(change.section, change.name)] > 1
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
        instruction=f"in {_EDITOR}, make the section {_quote(change.section)}: another one's "
        "name differs by case or outer blanks only, and the API may take both for one",
    )


def _field_by_hand(change: AddField, names: Names) -> ManualStep | None:
    """Refuse a new field where the call could mean another section, or a field there."""
    if names.sections[fold_name(change.section)] > 1:
        reason = "several sections of the account have this name"
    elif names.fields_here[_fold_key(change.section, change.name)]:
        reason = "a field there has a name that differs by case or outer blanks only"
    else:
        return None
    options = ", ".join(_quote(option) for option in change.after.options or ())
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {_EDITOR}, make {_quote(change.name)} of type {change.after.type} in "
        f"section {_quote(change.section)}"
        + (f" with the options {options}" if options else "")
        + f": {reason}",
    )


def _options_by_hand(change: AddField | ChangeOptions, names: Names) -> ManualStep | None:
    """Refuse dropdown calls that could mean two fields: they name no section."""
    wants_call = isinstance(change, ChangeOptions) or bool(change.after.options)
    if not wants_call or names.fields[fold_name(change.name)] <= 1:
        return None
    options = ", ".join(_quote(option) for option in change.after.options or ())
    action = "give" if isinstance(change, ChangeOptions) else "make"
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {_EDITOR}, {action} {_quote(change.name)} in section "
        f"{_quote(change.section)} the options {options or '(none)'}: the API's dropdown calls "
        "name no section, and several fields of the account have this name",
    )


def _remove_by_hand(change: RemoveField | RemoveSection, names: Names) -> ManualStep | None:
    if isinstance(change, RemoveSection):
        name, thing = change.section, _quote(change.section)
        count = names.sections[fold_name(change.section)]
    else:
        name, thing = change.name, f"{_quote(change.name)} of section {_quote(change.section)}"
        count = names.fields_here[_fold_key(change.section, change.name)]
    if count <= 1 and name.strip():
        return None
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {_EDITOR}, remove {thing}: the API names it by a name that other "
        "things share, or that is empty",
    )


def _tag(change: TagChange, names: Names, tag_carrier: int | None) -> ManualStep | None:
    if isinstance(change, RemoveTag):
        return _tag_step(change, f"delete the tag {_quote(change.tag)}", None)
    if isinstance(change, RenameTag):
        renaming = f"rename the tag {_quote(change.was)} to {_quote(change.tag)}"
        return _tag_step(change, renaming, None)
    similar = names.tags.get(fold_name(change.tag))
    if similar is not None:
        return ManualStep(
            code=ManualCode.NAME_DIFFERS,
            change=change.id,
            instruction=f"write the tag as the account does, {_quote(similar)}, or rename it "
            f"in {_TAGS}",
        )
    if tag_carrier is None:
        hint = (
            "set tag_carrier in schemactl.yaml to a contact's id, and apply makes missing tags"
        )
        return _tag_step(change, f"make the tag {_quote(change.tag)}", hint)
    return None


def _tag_step(change: TagChange, action: str, alternative: str | None) -> ManualStep:
    return ManualStep(
        code=ManualCode.TAG_BY_HAND,
        change=change.id,
        instruction=f"in {_TAGS}, {action}",
        alternative=alternative,
    )
