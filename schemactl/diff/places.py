"""Where the account has what the files declare: which live object each declared name means."""

from __future__ import annotations

from schemactl.diff.match import How, match_sections
from schemactl.diff.tags import match_tags
from schemactl.model.desired import Desired
from schemactl.model.identity import FieldPlace, KnownIds, SectionPlace
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import CONTACTS, Schema
from schemactl.values import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPlaces:
    """The live place of each declared object in the account, by the declared place.

    Attributes:
        sections: By object and name.
        fields: By object, section and name.
        tags: By name.
    """

    sections: dict[SectionPlace, SectionPlace] = field(default_factory=dict)
    fields: dict[FieldPlace, FieldPlace] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


def declared_places(desired: Desired, live: Schema, known: KnownIds) -> DeclaredPlaces:
    """Return where the account has each declared object; missing ones are not included."""
    places = DeclaredPlaces(tags=dict(match_tags(desired, live, known)))
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        index = LiveIndex(live.of(label))
        for match in match_sections(desired.of(label), index, known.of(label)):
            name = match.section.name
            if match.how is not How.MISSING:
                places.sections[label, name] = label, match.live_name
            for each in match.fields:
                if each.how is not How.MISSING:
                    declared = label, name, each.entry.field.name
                    places.fields[declared] = label, each.section, each.name
    return places
