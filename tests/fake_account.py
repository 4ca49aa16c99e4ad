"""A stand-in account in memory: what honest calls, and a person, make of a schema.

Shares no code with the planner: it reads a call's arguments as they would be sent.
It is strict where the real service is not known: a call whose names could mean two
things, or nothing, is a fault of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

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
from schemactl.model.plan import Call, JsonValue
from schemactl.model.schema import CONTACTS, CustomObject, Field, Schema, Section


def fold(name: str) -> str:
    return name.strip().casefold()


def apply_calls(schema: Schema, calls: Sequence[Call]) -> Schema:
    """Carry out calls as an honest server does."""
    for call in calls:
        schema = apply_call(schema, call)
    return schema


def apply_call(schema: Schema, call: Call) -> Schema:
    """Carry out one call; fail where it does not mean exactly one thing."""
    given = call.arguments
    match call.request:
        case "add_section":
            return _add_section(schema, _text(given["section"]), _fields(given["fields"]))
        case "edit_section":
            return _edit_section(schema, _text(given["section"]), _fields(given["fields"]))
        case "remove_section":
            index = _only_section(schema, _text(given["section"]))
            assert not any(not field.custom for field in schema.sections[index].fields)
            sections = schema.sections[:index] + schema.sections[index + 1 :]
            return replace(schema, sections=sections)
        case "remove_field":
            return _remove_field(schema, _text(given["section"]), _text(given["field"]))
        case "add_dropdown" | "remove_dropdown":
            return _change_options(
                schema,
                _text(given["field"]),
                _texts(given["options"]),
                add=call.request == "add_dropdown",
            )
        case "add_tag":
            fresh = tuple(tag for tag in _texts(given["tags"]) if tag not in schema.tags)
            assert not {fold(tag) for tag in schema.tags} & {fold(tag) for tag in fresh}
            return replace(schema, tags=schema.tags + fresh)
        case "remove_tag":
            return schema
        case _:
            raise AssertionError(call.request)


def _add_section(schema: Schema, name: str, fields: tuple[Field, ...]) -> Schema:
    assert fold(name) not in {fold(section.name) for section in schema.sections}
    return replace(schema, sections=(*schema.sections, Section(name=name, fields=fields)))


def _edit_section(schema: Schema, name: str, fields: tuple[Field, ...]) -> Schema:
    index = _only_section(schema, name)
    section = schema.sections[index]
    assert fields
    assert not {fold(field.name) for field in section.fields} & {fold(f.name) for f in fields}
    return _with_section(schema, index, replace(section, fields=section.fields + fields))


def _remove_field(schema: Schema, section: str, name: str) -> Schema:
    places = [
        (at, place)
        for at, one in enumerate(schema.sections)
        for place, field in enumerate(one.fields)
        if (fold(one.name), fold(field.name)) == (fold(section), fold(name))
    ]
    assert len(places) == 1, f"remove_field {section!r} {name!r} means {len(places)} fields"
    at, place = places[0]
    found = schema.sections[at]
    assert (found.name, found.fields[place].name) == (section, name)
    assert found.fields[place].custom, "a system field cannot be removed"
    fields = found.fields[:place] + found.fields[place + 1 :]
    return _with_section(schema, at, replace(found, fields=fields))


def _change_options(
    schema: Schema, name: str, options: tuple[str, ...], *, add: bool
) -> Schema:
    places = [
        (at, place)
        for at, one in enumerate(schema.sections)
        for place, field in enumerate(one.fields)
        if fold(field.name) == fold(name)
    ]
    assert len(places) == 1, f"a dropdown call on {name!r} means {len(places)} fields"
    at, place = places[0]
    field = schema.sections[at].fields[place]
    assert field.name == name
    before = field.options or ()
    after = (
        before + tuple(option for option in options if option not in before)
        if add
        else tuple(option for option in before if option not in options)
    )
    assert after != before, "a call that changes nothing is a call too many"
    return _with_field(schema, at, place, field._replace(options=after))


def _only_section(schema: Schema, name: str) -> int:
    found = [
        at for at, section in enumerate(schema.sections) if fold(section.name) == fold(name)
    ]
    assert len(found) == 1, f"section {name!r} means {len(found)} sections"
    assert schema.sections[found[0]].name == name
    return found[0]


def _with_section(schema: Schema, index: int, section: Section) -> Schema:
    sections = (*schema.sections[:index], section, *schema.sections[index + 1 :])
    return replace(schema, sections=sections)


def _with_field(schema: Schema, at: int, place: int, field: Field) -> Schema:
    section = schema.sections[at]
    fields = (*section.fields[:place], field, *section.fields[place + 1 :])
    return _with_section(schema, at, replace(section, fields=fields))


def new_field(name: str, kind: str, options: tuple[str, ...] | None = None) -> Field:
    """Make a field as the account does: one with a choice has options, if none yet."""
    has_options = kind in {"tdrop", "list"}
    return Field(name=name, type=kind, options=(options or ()) if has_options else None)


def _fields(value: JsonValue) -> tuple[Field, ...]:
    assert isinstance(value, tuple)
    found = []
    for item in value:
        assert isinstance(item, Mapping)
        found.append(new_field(_text(item["name"]), _text(item["type"])))
    return tuple(found)


def _text(value: JsonValue) -> str:
    assert isinstance(value, str)
    return value


def _texts(value: JsonValue) -> tuple[str, ...]:
    assert isinstance(value, tuple)
    assert value, "a call without anything to do"
    return tuple(_text(item) for item in value)


def can_be_done_by_hand(change: Change, schema: Schema) -> bool:
    """Whether a person in the web interface can: the vendor's own things stay as they are."""
    match change:
        case RenameField() | ChangeType():
            return change.before.custom
        case RenameSection():
            return not any(
                section.is_system for section in schema.sections if section.name == change.was
            )
        case ChangeDescription():
            # Its section may be under a name that only the files have.
            return any(section.name == change.section for section in schema.sections)
        case ResolveDuplicate():
            return sum(not field.custom for field in change.found) <= 1
        case _:
            return True


def do_by_hand(schema: Schema, change: Change) -> Schema:
    """Do what a manual step asks a person to do; other things stay as they are."""
    label = change.custom_object
    if isinstance(change, AddObject):
        return replace(schema, objects=(*schema.objects, CustomObject(label=label)))
    if label == CONTACTS:
        return _do_to_contacts(schema, change)
    part = _do_to_contacts(schema.of(label), change)
    objects = (
        replace(each, sections=part.sections) if each.label == label else each
        for each in schema.objects
    )
    return replace(schema, objects=tuple(objects))


def _do_to_contacts(schema: Schema, change: SectionChange | FieldChange | TagChange) -> Schema:
    match change:
        case AddTag():
            others = (tag for tag in schema.tags if fold(tag) != fold(change.tag))
            return replace(schema, tags=(*others, change.tag))
        case RemoveTag():
            return replace(schema, tags=tuple(tag for tag in schema.tags if tag != change.tag))
        case RenameTag():
            others = (tag for tag in schema.tags if tag != change.was)
            return replace(schema, tags=(*others, change.tag))
        case ChangeDescription():
            return _each_section(
                schema,
                lambda one: (
                    replace(one, description=change.after)
                    if one.name == change.section
                    else one
                ),
            )
        case AddSection():
            return replace(schema, sections=(*schema.sections, Section(name=change.section)))
        case RemoveSection():
            kept = (section for section in schema.sections if section.name != change.section)
            return replace(schema, sections=tuple(kept))
        case RenameSection():
            return _each_section(
                schema,
                lambda one: (
                    replace(one, name=change.section) if one.name == change.was else one
                ),
            )
        case _:
            return schema if isinstance(change, FillField) else _do_to_field(schema, change)


def _each_section(schema: Schema, act: Callable[[Section], Section]) -> Schema:
    return replace(schema, sections=tuple(act(section) for section in schema.sections))


def _do_to_field(
    schema: Schema,
    change: AddField
    | RenameField
    | MoveField
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | RemoveField
    | ResolveDuplicate,
) -> Schema:
    match change:
        case AddField():
            after = change.after
            return _put(
                schema, change.section, new_field(after.name, after.type, after.options)
            )
        case RenameField():
            return _swap(
                schema, change.section, change.before, change.before._replace(name=change.name)
            )
        case MoveField():
            taken = _swap(schema, change.source, change.before, None)
            return _put(taken, change.section, change.before._replace(name=change.name))
        case ChangeType():
            after = change.after
            made = new_field(after.name, after.type, after.options)
            return _swap(schema, change.section, change.before, made)
        case ChangeOptions():
            changed = change.before._replace(options=change.after.options)
            return _swap(schema, change.section, change.before, changed)
        case ChangeSettings():
            return _swap(schema, change.section, change.before, _with_settings(change))
        case RemoveField() | ResolveDuplicate():
            return _take_away(schema, change)


def _take_away(schema: Schema, change: RemoveField | ResolveDuplicate) -> Schema:
    if isinstance(change, RemoveField):
        return _swap(schema, change.section, change.before, None)
    return _resolve(schema, change)


def _with_settings(change: ChangeSettings) -> Field:
    before, after = change.before, change.after
    return before._replace(
        required=before.required if after.required is None else after.required,
        unique=before.unique if after.unique is None else after.unique,
    )


def _resolve(schema: Schema, change: ResolveDuplicate) -> Schema:
    unwanted = [field for field in change.found if field.custom]
    if change.after is not None and len(unwanted) == len(change.found):
        unwanted = unwanted[1:]
    for field in unwanted:
        schema = _swap(schema, change.section, field, None)
    return schema


def _put(schema: Schema, name: str, field: Field) -> Schema:
    at = _sections_by_eye(schema, name)[0]
    section = schema.sections[at]
    return _with_section(schema, at, replace(section, fields=(*section.fields, field)))


def _swap(schema: Schema, name: str, before: Field, after: Field | None) -> Schema:
    """Put `after` in the place of one field that is exactly `before`."""
    for at in _sections_by_eye(schema, name):
        section = schema.sections[at]
        if before in section.fields:
            place = section.fields.index(before)
            if after is not None:
                return _with_field(schema, at, place, after)
            fields = section.fields[:place] + section.fields[place + 1 :]
            return _with_section(schema, at, replace(section, fields=fields))
    raise AssertionError((name, before))


def _sections_by_eye(schema: Schema, name: str) -> list[int]:
    """Find a section as a person does, who takes a look-alike where there is no other."""
    exact = [at for at, section in enumerate(schema.sections) if section.name == name]
    alike = [
        at for at, section in enumerate(schema.sections) if fold(section.name) == fold(name)
    ]
    return exact or alike
