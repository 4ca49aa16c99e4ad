"""The item that a change is about, as reports and the command line name it."""

from __future__ import annotations

from schemactl.model.change import ChangeKind, names_in
from schemactl.model.schema import CONTACTS, in_object


def title_of_change(change: str) -> str:
    """Return the item that the id of a change is about: `Sales / Status`, `tag: VIP`.

    An id of a kind that is unknown, as only a newer version writes it, is returned as it is.
    """
    names = names_in(change)
    kind, _, _ = change.partition("/")
    try:
        return _title(ChangeKind(kind), names)
    except ValueError:
        return change


def _title(kind: ChangeKind, names: tuple[str, ...]) -> str:
    """Return a title; `ValueError` for names that no change of this kind has."""
    match kind:
        case ChangeKind.ADD_OBJECT:
            (label,) = names
            return f"object: {label}"
        case ChangeKind.ADD_TAG | ChangeKind.RENAME_TAG | ChangeKind.REMOVE_TAG:
            (tag,) = names
            return f"tag: {tag}"
        case (
            ChangeKind.ADD_SECTION
            | ChangeKind.RENAME_SECTION
            | ChangeKind.CHANGE_DESCRIPTION
            | ChangeKind.REMOVE_SECTION
        ):
            *outer, section = names
            return in_object("".join(outer) or CONTACTS, section)
        case (
            ChangeKind.ADD_FIELD
            | ChangeKind.RENAME_FIELD
            | ChangeKind.MOVE_FIELD
            | ChangeKind.CHANGE_TYPE
            | ChangeKind.CHANGE_OPTIONS
            | ChangeKind.CHANGE_SETTINGS
            | ChangeKind.FILL_FIELD
            | ChangeKind.REMOVE_FIELD
            | ChangeKind.RESOLVE_DUPLICATE
        ):
            *outer, section, field = names
            return in_object("".join(outer) or CONTACTS, f"{section} / {field}")
