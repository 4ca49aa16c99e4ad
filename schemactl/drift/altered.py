"""Make one drift item of a section or field that is other than declared.

The diff has decided before that it differs; `deepdiff` finds here what does within a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from schemactl.drift.about import About, state_of, yes_or_no
from schemactl.model.change import (
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RenameField,
    RenameSection,
)
from schemactl.model.drift import (
    Alteration,
    Attribute,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
)
from schemactl.values import replace

FieldAlteration: TypeAlias = (
    RenameField | MoveField | ChangeType | ChangeOptions | ChangeSettings
)
SectionAlteration: TypeAlias = RenameSection | ChangeDescription


def altered_section(changes: Sequence[SectionAlteration]) -> DriftItem:
    """Make one item of all that differs in one section itself."""
    first = changes[0]
    wanted = found = ObjectState(name=first.section)
    for change in changes:
        match change:
            case RenameSection():
                found = replace(found, name=change.was)
            case ChangeDescription():
                wanted = replace(wanted, description=change.after)
                found = replace(found, description=change.before)
    about = About(
        ObjectKind.SECTION, first.section, first.section, first.location, first.custom_object
    )
    return _altered(about, _section_alterations(wanted, found), wanted=wanted, found=found)


def _section_alterations(wanted: ObjectState, found: ObjectState) -> tuple[Alteration, ...]:
    pairs = (
        (Attribute.NAME, found.name, wanted.name),
        (Attribute.DESCRIPTION, found.description, wanted.description),
    )
    return tuple(
        Alteration(attribute=attribute, wanted=after, found=before)
        for attribute, before, after in pairs
        if before != after
    )


def altered_field(changes: Sequence[FieldAlteration]) -> DriftItem:
    """Make one item of all that differs in one field."""
    first = changes[0]
    source = next((one.source for one in changes if isinstance(one, MoveField)), first.section)
    wanted, found = state_of(first.section, first.after), state_of(source, first.before)
    alterations = _find_alterations(_as_reached(found, changes), found)
    about = About(
        ObjectKind.FIELD, first.section, first.name, first.location, first.custom_object
    )
    return _altered(about, alterations, wanted=wanted, found=found)


def _altered(
    about: About,
    alterations: tuple[Alteration, ...],
    *,
    wanted: ObjectState,
    found: ObjectState,
) -> DriftItem:
    return about.item(
        DriftStatus.ALTERED,
        " and ".join(_in_words(one) for one in alterations),
        wanted=wanted,
        found=(found,),
        alterations=alterations,
    )


def _as_reached(found: ObjectState, changes: Iterable[FieldAlteration]) -> ObjectState:
    """Return the field as it would be after `changes`; what they leave to the account stays."""
    reached = found
    for change in changes:
        match change:
            case RenameField():
                reached = replace(reached, name=change.after.name)
            case MoveField():
                reached = replace(reached, name=change.after.name, section=change.section)
            case ChangeType():
                reached = replace(reached, type=change.after.type)
            case ChangeOptions():
                kept = tuple(
                    option for option in found.options or () if option not in change.removed
                )
                reached = replace(reached, options=kept + change.added)
            case ChangeSettings():
                after = change.after
                required = found.required if after.required is None else after.required
                unique = found.unique if after.unique is None else after.unique
                reached = replace(reached, required=required, unique=unique)
    return reached


def _find_alterations(wanted: ObjectState, found: ObjectState) -> tuple[Alteration, ...]:
    """Return the attributes in which two states of one field differ; options as a set."""
    # Imported here, for it takes longer than most runs that find nothing.
    from deepdiff import DeepDiff

    # Without the threshold, options that have little in common would count as one value.
    difference = DeepDiff(
        _plain(found), _plain(wanted), view="tree", threshold_to_diff_deeper=0
    )
    changed = {
        level.path(output_format="list")[0] for level in difference.get("values_changed", ())
    }
    missing = {level.t2 for level in difference.get("dictionary_item_added", ())}
    extra = {level.t1 for level in difference.get("dictionary_item_removed", ())}
    alterations = [
        Alteration(attribute=attribute, wanted=after, found=before)
        for attribute, before, after in (
            (Attribute.NAME, found.name, wanted.name),
            (Attribute.SECTION, found.section, wanted.section),
            (Attribute.TYPE, found.type, wanted.type),
            (Attribute.REQUIRED, yes_or_no(found.required), yes_or_no(wanted.required)),
            (Attribute.UNIQUE, yes_or_no(found.unique), yes_or_no(wanted.unique)),
        )
        if attribute in changed
    ]
    if missing or extra:
        options = Alteration(
            attribute=Attribute.OPTIONS,
            missing=tuple(option for option in wanted.options or () if option in missing),
            extra=tuple(option for option in found.options or () if option in extra),
        )
        alterations.append(options)
    return tuple(alterations)


def _plain(state: ObjectState) -> dict[str, object]:
    return {
        Attribute.NAME.value: state.name,
        Attribute.SECTION.value: state.section,
        Attribute.TYPE.value: state.type,
        Attribute.REQUIRED.value: yes_or_no(state.required),
        Attribute.UNIQUE.value: yes_or_no(state.unique),
        # Keys, because comparing sets makes deepdiff hash every item: twice as slow.
        Attribute.OPTIONS.value: {option: option for option in state.options or ()},
    }


def _in_words(alteration: Alteration) -> str:
    match alteration.attribute:
        case Attribute.NAME:
            return f'is named "{alteration.found}"'
        case Attribute.SECTION:
            return f'is in section "{alteration.found}"'
        case Attribute.TYPE:
            return f'is of type "{alteration.found}", not "{alteration.wanted}"'
        case Attribute.REQUIRED | Attribute.UNIQUE:
            negation = "" if alteration.found == "yes" else "not "
            return f"is {negation}{alteration.attribute}"
        case Attribute.DESCRIPTION:
            text = alteration.found
            return f'has the description "{text}"' if text else "has no description"
        case Attribute.OPTIONS:
            return _options_in_words(alteration)


def _options_in_words(alteration: Alteration) -> str:
    parts = []
    if alteration.missing:
        parts.append(f"does not have {_quoted(alteration.missing)}")
    if alteration.extra:
        parts.append(f"has the extra {_quoted(alteration.extra)}")
    return ", and ".join(parts)


def _quoted(options: Iterable[str]) -> str:
    return ", ".join(f'"{option}"' for option in options)
