"""The change that reverses another one, by what the account has now.

A change is reversed only if the account has what it left. Each function returns the reverse,
or in words why a person has to look, or None where the account is as before already.
"""

from __future__ import annotations

from typing import Final, TypeAlias

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
    OptionRename,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    SectionChange,
)
from schemactl.model.schema import Field, Schema
from schemactl.values import replace

Reversed: TypeAlias = Change | str | None
_TagChange: TypeAlias = AddTag | RemoveTag | RenameTag
_PlaceChange: TypeAlias = AddField | RemoveField | RenameField | MoveField
_ContentChange: TypeAlias = ChangeType | ChangeOptions | ChangeSettings
OTHERWISE: Final = "somebody changed it since, so it stays as it is"


def reverse(change: Change, live: Schema) -> Reversed:
    """Return the change that reverses one, by what the account has now."""
    schema = live.of(change.custom_object)
    match change:
        case AddSection() | RemoveSection() | RenameSection() | ChangeDescription():
            return _reverse_of_section(change, schema)
        case AddTag() | RemoveTag() | RenameTag():
            return _reverse_of_tag(change, schema)
        case AddField() | RemoveField() | RenameField() | MoveField():
            return _reverse_of_place(change, schema)
        case ChangeType() | ChangeOptions() | ChangeSettings():
            return _reverse_of_content(change, schema)
        case FillField():
            return "values were copied into it, and they stay"
        case AddObject() | ResolveDuplicate():
            return "a person made it, and only a person can undo it"


def _reverse_of_section(change: SectionChange, schema: Schema) -> Reversed:
    names = {section.name for section in schema.sections}
    section, label = change.section, change.custom_object
    match change:
        case AddSection():
            back = RemoveSection(section=section, custom_object=label)
            return back if section in names else None
        case RemoveSection():
            again = AddSection(section=section, custom_object=label)
            return None if section in names else again
        case RenameSection(was=was):
            old = RenameSection(section=was, was=section, custom_object=label)
            return _renamed_back(old, is_new=section in names, is_old=was in names)
        case ChangeDescription():
            return _reverse_of_description(change, schema)


def _renamed_back(back: Change, *, is_new: bool, is_old: bool) -> Reversed:
    """Return a rename back, if the account has only the new name."""
    if is_new and not is_old:
        return back
    return None if is_old and not is_new else OTHERWISE


def _reverse_of_description(change: ChangeDescription, schema: Schema) -> Reversed:
    now = next((one.description for one in schema.sections if one.name == change.section), None)
    if now != change.after:
        return None if now == change.before else OTHERWISE
    return replace(change, before=change.after, after=change.before, location=None)


def _reverse_of_tag(change: _TagChange, schema: Schema) -> Reversed:
    tags = schema.tags
    match change:
        case AddTag(tag=tag):
            return RemoveTag(tag=tag) if tag in tags else None
        case RemoveTag(tag=tag):
            return None if tag in tags else AddTag(tag=tag)
        case RenameTag(tag=tag, was=was):
            back = RenameTag(tag=was, was=tag)
            return _renamed_back(back, is_new=tag in tags, is_old=was in tags)


def _reverse_of_place(change: _PlaceChange, schema: Schema) -> Reversed:
    now = _field_in(schema, change.section, change.name)
    match change:
        case AddField():
            return _reverse_of_added_field(change, now)
        case RemoveField(section=section, before=before):
            if now is not None:
                return "there is a field of that name again, so it is not made a second time"
            return AddField(section=section, after=before, custom_object=change.custom_object)
        case RenameField(before=before):
            old = _field_in(schema, change.section, before.name)
            return _reverse_of_rename(change, now, is_old=old is not None)
        case MoveField():
            return _reverse_of_move(change, now, schema)


def _reverse_of_added_field(change: AddField, now: Field | None) -> Reversed:
    if now is None:
        return None
    same_options = set(now.options or ()) == set(change.after.options or ())
    if now.type != change.after.type or not same_options:
        return OTHERWISE
    return RemoveField(
        section=change.section,
        before=now,
        explicit=True,
        custom_object=change.custom_object,
    )


def _reverse_of_rename(change: RenameField, now: Field | None, *, is_old: bool) -> Reversed:
    if now is None:
        return None if is_old else OTHERWISE
    back = RenameField(
        section=change.section,
        before=now,
        after=now._replace(name=change.before.name),
        custom_object=change.custom_object,
    )
    return _renamed_back(back, is_new=True, is_old=is_old)


def _reverse_of_move(change: MoveField, now: Field | None, schema: Schema) -> Reversed:
    if now is None:
        is_back = _field_in(schema, change.source, change.before.name) is not None
        return None if is_back else OTHERWISE
    return MoveField(
        section=change.source,
        source=change.section,
        before=now,
        after=now,
        custom_object=change.custom_object,
    )


def _reverse_of_content(change: _ContentChange, schema: Schema) -> Reversed:
    now = _field_in(schema, change.section, change.name)
    if now is None:
        return OTHERWISE
    match change:
        case ChangeType():
            return _reverse_of_type(change, now)
        case ChangeOptions():
            return _reverse_of_options(change, now)
        case ChangeSettings(before=before, after=after):
            if not _settings_are(now, after):
                return None if _settings_are(now, before) else OTHERWISE
            old = now._replace(required=before.required, unique=before.unique)
            return replace(change, before=now, after=old, location=None)


def _reverse_of_type(change: ChangeType, now: Field) -> Reversed:
    before, after = change.before, change.after
    if now.type == before.type:
        return None
    if now.type != after.type:
        return OTHERWISE
    if change.is_widening:
        return f"{after.type} cannot become {before.type} again in place"
    old = before._replace(name=now.name)
    return replace(change, before=now, after=old, location=None)


def _reverse_of_options(change: ChangeOptions, now: Field) -> Reversed:
    options = now.options or ()
    back = _options_renamed_back(change, options)
    if back is None:
        return "options were merged or changed since: rename them back in the files, with was:"
    again = tuple(one for one in change.removed if one not in options)
    gone = tuple(one for one in change.added if one in options)
    if not (again or gone):
        return None
    left = tuple(one for one in options if one not in gone)
    after = now._replace(options=(*left, *again))
    return replace(
        change,
        before=now,
        after=after,
        added=again,
        removed=gone,
        renamed=back,
        location=None,
    )


def _options_renamed_back(
    change: ChangeOptions, options: tuple[str, ...]
) -> tuple[OptionRename, ...] | None:
    """Return the renames back; None where who held which option cannot be known any more."""
    names = [one.name for one in change.renamed]
    is_plain = len(set(names)) == len(names) and set(names) <= set(change.added)
    # An interrupted undo has added the earlier option again, and its holders have one of both.
    is_known = all(one.was in {*options, *change.removed} for one in change.renamed)
    if is_plain and set(names) <= set(options) and is_known:
        return tuple(OptionRename(was=one.name, name=one.was) for one in change.renamed)
    return None


def _field_in(schema: Schema, section: str, name: str) -> Field | None:
    found = [one for at, one in schema.all_fields() if (at, one.name) == (section, name)]
    return found[0] if len(found) == 1 else None


def _settings_are(now: Field, wanted: Field) -> bool:
    return all(
        wish is None or wish == found
        for wish, found in ((wanted.required, now.required), (wanted.unique, now.unique))
    )
