"""The manual steps of both APIs, and how often an account has each name.

Each step describes exactly what to do in the web interface; the next read proves it. Pure:
makes no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
    FieldChange,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import Field, Schema, every_record, fold_name
from schemactl.values import dataclass

EDITOR: Final = "the field editor of the web interface"
TAGS: Final = "Contacts > Settings > Manage Tags"
SHARED_SECTION: Final = "several sections of the account have this name"
SIMILAR_FIELD: Final = (
    "a field there has this name, or one that differs only in case, spaces or invisible "
    "characters"
)
_SIMILAR_SECTION: Final = (
    "another section's name differs only in case, spaces or invisible characters, and the API "
    "may take both for one"
)
_SIMILAR_OPTION: Final = (
    "another option of the field differs only in case, spaces or invisible characters, and the "
    "API may take both for one"
)
_VENDORS: Final = "the account has a system field of this name, which stays as it is"

SectionAction: TypeAlias = AddSection | ChangeDescription | RemoveSection
FieldAction: TypeAlias = (
    AddField | RenameField | ChangeType | ChangeOptions | ChangeSettings | RemoveField
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How often a server that ignores case and surrounding spaces would find each name.

    Fields are counted only under the names of fields that change.

    Attributes:
        sections: Live sections by folded name.
        fields: Live and planned fields by folded name, over the whole account.
        live_fields: Live fields alone, in the same way.
        first_added: The first planned field of each folded name.
        fields_here: Live fields by folded section and name.
        tags: Live tags by folded name.
    """

    sections: Counter[str]
    fields: Counter[str]
    live_fields: Counter[str]
    first_added: Mapping[str, AddField]
    fields_here: Counter[tuple[str, str]]
    tags: dict[str, str]

    @classmethod
    def of(cls, changes: Iterable[Change], live: Schema) -> Names:
        """Count the names of an account as it will be once `changes` have added to it."""
        changing = [change for change in changes if isinstance(change, FieldChange)]
        added = [change for change in changing if isinstance(change, AddField)]
        asked = {fold_name(change.name) for change in changing}
        sections = [(section.fold, section.fields) for section in live.sections]
        fields = [
            (section, name)
            for section, each in sections
            for name in [fold_name(field.name) for field in each]
            if name in asked
        ]
        return cls(
            sections=Counter(name for name, _ in sections),
            fields=Counter(
                (*(name for _, name in fields), *(fold_name(each.name) for each in added))
            ),
            live_fields=Counter(name for _, name in fields),
            first_added={fold_name(each.name): each for each in reversed(added)},
            fields_here=Counter(fields),
            tags={fold_name(tag): tag for tag in live.tags},
        )

    def is_section_shared(self, section: str) -> bool:
        """Whether a call that names a section could mean several."""
        return self.sections[fold_name(section)] > 1

    def similar_here(self, change: AddField | RenameField | RemoveField | ChangeType) -> int:
        """Return how many live fields of the section a call could mean by the field's name."""
        return self.fields_here[fold_name(change.section), fold_name(change.name)]


def create_object(change: AddObject) -> ManualStep:
    """Return the step that creates an object: no known API creates one."""
    return ManualStep(
        code=ManualCode.OBJECT_BY_HAND,
        change=change.id,
        instruction="in the web interface, create the custom object "
        f"{quote(change.custom_object)}",
    )


def edit_by_hand(
    change: SectionAction | FieldAction, why: str, code: ManualCode = ManualCode.AMBIGUOUS_NAME
) -> ManualStep:
    """Return the step for a change in the editor of fields; `why` is why no call makes it."""
    reason = f": {why}" if why else ""
    return ManualStep(
        code=code,
        change=change.id,
        instruction=f"in {EDITOR}, {_describe_action(change)}{reason}",
    )


def remove_options_by_hand(change: ChangeOptions, *, is_exact: bool) -> ManualStep | None:
    """Refuse to remove an option that the API may confuse with one that stays or is added.

    Both APIs find an option by its text, and whether they ignore case is unknown, unless a
    probe found that they do not (`is_exact`).
    """
    kept = {*(change.before.options or ()), *change.added} - set(change.removed)
    is_ambiguous = any(
        _is_similar(option, other, is_exact=is_exact)
        for option in change.removed
        for other in kept
    )
    return edit_by_hand(change, _SIMILAR_OPTION) if is_ambiguous else None


def _is_similar(option: str, other: str, *, is_exact: bool) -> bool:
    differs_in_case = option.casefold() == other.casefold()
    return fold_name(option) == fold_name(other) and not (is_exact and differs_in_case)


def _describe_action(change: SectionAction | FieldAction) -> str:
    match change:
        case AddSection():
            return f"create the section {quote(change.section)}"
        case ChangeDescription():
            section = f"section {quote(change.section)}"
            if not change.after:
                return f"delete the description of {section}"
            return f"give {section} the description {quote(change.after)}"
        case RemoveSection():
            return f"remove the section {quote(change.section)}"
        case (
            AddField()
            | RenameField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
        ):
            return _describe_field_action(change)


def _describe_field_action(change: FieldAction) -> str:
    name, section = quote(change.name), f"section {quote(change.section)}"
    match change:
        case AddField(after=after):
            options = f" with the options {_quote_options(after)}" if after.options else ""
            return f"create {name} of type {after.type} in {section}{options}"
        case RenameField():
            return f"rename {quote(change.before.name)} to {name} in {section}"
        case ChangeType(after=after):
            return f"make {name} in {section} a field of type {after.type}"
        case ChangeOptions(after=after, renamed=renamed):
            given = f"give {name} in {section} the options {_quote_options(after) or '(none)'}"
            # Who removes an option takes it off every contact that holds it.
            renames = (f"{quote(one.was)} becomes {quote(one.name)}" for one in renamed)
            return "; ".join((given, *renames))
        case ChangeSettings(after=after):
            words = (("required", after.required), ("unique", after.unique))
            wishes = [f"{'' if on else 'not '}{word}" for word, on in words if on is not None]
            return f"make {name} in {section} {' and '.join(wishes)}"
        case RemoveField():
            return f"remove {name} from {section}"


def _quote_options(field: Field) -> str:
    return ", ".join(map(quote, field.options or ()))


def new_section_by_hand(change: AddSection, names: Names) -> ManualStep | None:
    """Return the step for a new section that a server could take for an existing one."""
    if not names.sections[fold_name(change.section)]:
        return None
    return edit_by_hand(change, _SIMILAR_SECTION)


def new_tag_name_by_hand(change: AddTag | RenameTag, names: Names) -> ManualStep | None:
    """Return the step for a new tag's name that a server could take for another tag's."""
    similar = names.tags.get(fold_name(change.tag))
    if similar is None or (isinstance(change, RenameTag) and similar == change.was):
        return None
    return ManualStep(
        code=ManualCode.NAME_DIFFERS,
        change=change.id,
        instruction=f"write the tag as the account does, {quote(similar)}, or rename it "
        f"in {TAGS}",
    )


def arrange_by_hand(
    change: RenameSection | RenameField | MoveField | ResolveDuplicate,
) -> ManualStep:
    """Return the step that renames or moves something: by no call, or by none of this API."""
    match change:
        case RenameSection() | RenameField():
            return _rename_by_hand(change)
        case MoveField():
            return _move_by_hand(change)
        case ResolveDuplicate():
            return _resolve_by_hand(change)


def _rename_by_hand(change: RenameSection | RenameField) -> ManualStep:
    """Return the step that renames it, or writes its name in the file as in the account."""
    if isinstance(change, RenameSection):
        thing, old, new, fixed = "section", change.was, change.section, False
    else:
        thing, old, new = "field", change.before.name, change.after.name
        fixed = not change.before.custom
    action = f"in {EDITOR}, rename the {thing} {quote(old)} to {quote(new)}"
    if change.explained:
        return ManualStep(code=ManualCode.RENAME_BY_HAND, change=change.id, instruction=action)
    rename = "" if fixed else f", or {action}"
    return ManualStep(
        code=ManualCode.NAME_DIFFERS,
        change=change.id,
        instruction=f"write the {thing} as the account does, {quote(old)}{rename}",
    )


def _move_by_hand(change: MoveField) -> ManualStep:
    """Return the step that drags a field to another section; a vendor's field cannot move."""
    if not change.before.custom:
        return ManualStep(
            code=ManualCode.MOVE_BY_HAND,
            change=change.id,
            instruction=f"declare {quote(change.before.name)} in section "
            f"{quote(change.source)}, or give the field in {quote(change.section)} another "
            f"name: {_VENDORS}",
        )
    new_name = (
        "" if change.before.name == change.name else f" and rename it to {quote(change.name)}"
    )
    return ManualStep(
        code=ManualCode.MOVE_BY_HAND,
        change=change.id,
        instruction=f"in {EDITOR}, drag {quote(change.before.name)} from section "
        f"{quote(change.source)} to {quote(change.section)}{new_name}",
        alternative="if a second field is meant, declare the one in "
        f"{quote(change.source)} too",
    )


def _resolve_by_hand(change: ResolveDuplicate) -> ManualStep:
    """Return the step that gives fields of one section different names."""
    fields = f"of the {len(change.found)} fields named {quote(change.name)}"
    wish = (
        f"remove those {fields} that are not wanted"
        if change.after is None
        else f"rename or remove all but one {fields}"
    )
    return ManualStep(
        code=ManualCode.AMBIGUOUS_NAME,
        change=change.id,
        instruction=f"in {EDITOR}, section {quote(change.section)}, {wish}",
    )


def change_type_by_hand(
    change: ChangeType, permissions: frozenset[Permission], *, is_ambiguous: bool
) -> ManualStep | None:
    """Return the step that creates a field of another type; None where it may be replaced."""
    if not change.before.custom:
        return _keep_type(change)
    replaceable = not change.protected and not is_ambiguous
    if replaceable and Permission.REPLACES_FIELD in permissions:
        return None
    new = (
        f"create a field of type {change.after.type} in section {quote(change.section)}, move "
        f"the values of {quote(change.before.name)} over, then rename both"
    )
    kept = ", and protect: true keeps it from being replaced" if change.protected else ""
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{change.before.type or 'no type'} cannot become {change.after.type} in "
        f"place{kept}: in {EDITOR}, {new}",
        alternative="--allow replaces-field removes the field and creates it again: "
        f"{every_record(change.custom_object)} loses its value"
        if replaceable
        else None,
    )


def _keep_type(change: ChangeType) -> ManualStep:
    """Return the step that corrects the file: nobody can change a field of the vendor."""
    name = quote(change.before.name)
    action = (
        f"give {name} the type {change.before.type} in the file"
        if change.before.is_declarable
        else f"delete {name} from the file, which cannot declare its type"
    )
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{action}, or give this one another name: {_VENDORS}",
    )


def quote(name: str) -> str:
    """Return a name in quotes, as steps show it."""
    return f'"{name}"'
