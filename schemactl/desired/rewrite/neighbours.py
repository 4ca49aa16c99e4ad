"""Check that an edit changed only its own item: compare the files' meaning before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from schemactl.errors import Location
from schemactl.model.desired import Desired, DesiredSection
from schemactl.model.drift import Attribute, DriftItem, DriftStatus, ObjectKind
from schemactl.model.schema import CONTACTS, FieldKey, in_object
from schemactl.values import dataclass, replace

_NOWHERE = Location("", 1, 1)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing that files declare; `words` has all of it except its place.

    `name` is empty for a section itself, and `section` for a tag.
    """

    custom_object: str
    section: str
    name: str
    words: str

    def __str__(self) -> str:
        where = f"{self.section} / {self.name}" if self.section and self.name else ""
        return in_object(self.custom_object, where or self.section or f"tag: {self.name}")


def changed_neighbour(before: Desired, after: Desired, items: Iterable[DriftItem]) -> str:
    """Return the name of something else that edits changed; empty if there is none.

    Args:
        before: What the files declared.
        after: What they declare now.
        items: What the edits were about.
    """
    about = tuple(items)
    sections = {new: old for item in about for new, old in _own_sections(item).items()}
    kept, now = Counter(_facts(before, sections)), Counter(_facts(after, sections))
    changed = (kept - now) + (now - kept)
    other = (fact for fact in changed if not any(_is_own(fact, item) for item in about))
    return str(next(other, ""))


def _own_sections(item: DriftItem) -> dict[tuple[str, str], str]:
    """Return the old name of a section that was renamed, by its new one."""
    if item.object is not ObjectKind.SECTION or not item.found:
        return {}
    return {(item.custom_object, item.found[0].name): item.name}


def _is_own(fact: _Fact, item: DriftItem) -> bool:
    """Whether an edit for an item may change a fact."""
    if fact.custom_object != item.custom_object:
        return False
    names = {item.name, *(state.name for state in item.found)}
    match item.object:
        case ObjectKind.FIELD:
            sections = {item.section, *(state.section for state in item.found)}
            is_section_made = item.status is not DriftStatus.ALTERED and not fact.name
            return fact.section in sections and (fact.name in names or is_section_made)
        case ObjectKind.SECTION:
            takes_all = item.status is not DriftStatus.ALTERED
            return fact.section in names and (takes_all or not fact.name)
        case ObjectKind.TAG:
            return not fact.section and fact.name in names
        case ObjectKind.CUSTOM_OBJECT:
            return True


def _facts(desired: Desired, renamed: dict[tuple[str, str], str]) -> Iterator[_Fact]:
    for tag in desired.tags:
        yield _Fact(CONTACTS, "", tag.name, repr(replace(tag, location=_NOWHERE)))
    for removed_tag in desired.removed_tags:
        yield _Fact(CONTACTS, "", removed_tag.name, "removed")
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        part = desired.of(label)
        for section in part.sections:
            yield from _of_section(label, renamed.get((label, section.name)), section)
        for removed in part.removed_sections:
            yield _Fact(label, removed.name, "", "removed")
        for one in part.removed_fields:
            yield _of_removed(label, one.key)


def _of_section(label: str, was: str | None, section: DesiredSection) -> Iterator[_Fact]:
    name = section.name if was is None else was
    plain = replace(section, fields=(), location=_NOWHERE, description_location=None)
    yield _Fact(label, name, "", repr(plain))
    for one in section.fields:
        nowhere = one._replace(location=_NOWHERE, options_location=None, settings_location=None)
        yield _Fact(label, name, one.field.name, repr(nowhere))


def _of_removed(label: str, key: FieldKey) -> _Fact:
    return _Fact(label, key.section, key.name, "removed")


def touches_only_section(item: DriftItem) -> bool:
    """Whether an item is a rename of a section, which changes the titles of all in it."""
    return item.object is ObjectKind.SECTION and any(
        one.attribute is Attribute.NAME for one in item.alterations
    )
