"""Manual steps that both APIs leave to a person, and how often an account has each name.

Each step says what to click in the web interface, to the letter; the next read proves it.
Pure: makes no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from schemactl.model.change import (
    AddField,
    AddObject,
    Change,
    ChangeType,
    MoveField,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.model.schema import Schema, every_record, fold_name

EDITOR: Final = "the field editor of the web interface"
_VENDORS: Final = "the account has a field of the vendor's own, which stays as it is"
TAGS: Final = "Contacts > Settings > Manage Tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How often a server that ignores case and outer blanks would find each name.

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
        added = [change for change in changes if isinstance(change, AddField)]
        sections = [(fold_name(section.name), section.fields) for section in live.sections]
        fields = [(name, fold_name(field.name)) for name, each in sections for field in each]
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


def object_by_hand(change: AddObject) -> ManualStep:
    """Have an object made: no API is known to make one."""
    return ManualStep(
        code=ManualCode.OBJECT_BY_HAND,
        change=change.id,
        instruction="in the web interface, make the custom object "
        f"{quote(change.custom_object)}",
    )


def rename_by_hand(change: RenameSection | RenameField) -> ManualStep:
    """Have a thing renamed, or its name in the file made that of the account."""
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


def move_by_hand(change: MoveField) -> ManualStep:
    """Have a field dragged from one section to another; one of the vendor's stays there."""
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


def resolve_by_hand(change: ResolveDuplicate) -> ManualStep:
    """Have fields that share a name told apart."""
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
    """Have a field of another type made, unless it may be replaced; None where it may."""
    if not change.before.custom:
        return _keep_type(change)
    replaceable = not change.protected and not is_ambiguous
    if replaceable and Permission.REPLACES_FIELD in permissions:
        return None
    new = (
        f"make a field of type {change.after.type} in section {quote(change.section)}, move "
        f"the values of {quote(change.before.name)} over, then rename the two"
    )
    kept = ", and protect: true keeps it from being replaced" if change.protected else ""
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{change.before.type or 'no type'} cannot become {change.after.type} in "
        f"place{kept}: in {EDITOR}, {new}",
        alternative="--allow replaces-field removes the field and makes it anew: "
        f"{every_record(change.custom_object)} loses its value"
        if replaceable
        else None,
    )


def _keep_type(change: ChangeType) -> ManualStep:
    """Send a person to the file: a field of the vendor's own is as it is."""
    name = quote(change.before.name)
    action = (
        f"give {name} the type {change.before.type} in the file"
        if change.before.is_declarable
        else f"take {name} out of the file, which cannot declare its type"
    )
    return ManualStep(
        code=ManualCode.TYPE_BY_HAND,
        change=change.id,
        instruction=f"{action}, or give this one another name: {_VENDORS}",
    )


def fold_key(section: str, name: str) -> tuple[str, str]:
    """Give section and name as a server that ignores case and outer blanks compares them."""
    return fold_name(section), fold_name(name)


def quote(name: str) -> str:
    """Put a name in quotes, as steps show it."""
    return f'"{name}"'
