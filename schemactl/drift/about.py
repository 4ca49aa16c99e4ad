"""Words the parts of a drift item that are the same for every kind of drift."""

from __future__ import annotations

from schemactl.errors import Location
from schemactl.model.drift import Alteration, DriftItem, DriftStatus, ObjectKind, ObjectState
from schemactl.model.schema import CONTACTS, Field
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """The object that an item is about."""

    object: ObjectKind
    section: str | None
    name: str
    location: Location | None
    custom_object: str = CONTACTS

    def item(
        self,
        status: DriftStatus,
        words: str,
        *,
        wanted: ObjectState | None = None,
        found: tuple[ObjectState, ...] = (),
        alterations: tuple[Alteration, ...] = (),
    ) -> DriftItem:
        """Return the item; `words` follow the object's name in its message."""
        is_field = self.object is ObjectKind.FIELD
        place = f' of section "{self.section}"' if is_field else ""
        if self.custom_object and self.object is not ObjectKind.CUSTOM_OBJECT:
            place += f' of "{self.custom_object}"'
        kind = self.object.replace("-", " ")
        return DriftItem(
            status=status,
            object=self.object,
            section=self.section,
            name=self.name,
            message=f'{kind} "{self.name}"{place} {words}',
            custom_object=self.custom_object,
            wanted=wanted,
            found=found,
            alterations=alterations,
            location=self.location,
        )


def state_of(section: str, field: Field) -> ObjectState:
    """Return the state of a field in a section."""
    return ObjectState(
        name=field.name,
        section=section,
        type=field.type,
        options=field.options,
        required=field.required,
        unique=field.unique,
    )


def yes_or_no(value: bool | None) -> str | None:  # noqa: FBT001 - a value, not a mode
    """Return a setting as a word; None if the API does not report it."""
    return None if value is None else "yes" if value else "no"
