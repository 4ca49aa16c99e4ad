"""A change in a few words: sign, name, what happens, details. The same in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum, unique

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
)
from schemactl.model.schema import Field, every_record, in_object
from schemactl.report.plan_index import PlanIndex
from schemactl.report.style import Style
from schemactl.text import named, named_each, quoted
from schemactl.values import dataclass


@unique
class Sign(StrEnum):
    """Sign before a change, so that a report needs no colours."""

    ADD = "+"
    CHANGE = "~"
    REMOVE = "-"
    REPLACE = "±"
    BY_HAND = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Text after the name: a sentence, or a list of names.

    Attributes:
        words: One sentence, or the names.
        is_list: Whether they are names; a long list is shortened.
        sign: Text before them; empty for none.
        style: Their meaning; a list of style `REMOVE` is lost, and is shortened less.
    """

    words: tuple[str, ...]
    is_list: bool = False
    sign: str = ""
    style: Style = Style.PLAIN

    def __post_init__(self) -> None:
        if not self.is_list and len(self.words) != 1:
            msg = f"a detail is one sentence or a list, not {len(self.words)} sentences"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWords:
    """A change in words; all text is safe for a terminal.

    Attributes:
        sign: How it is done.
        name: The object, without its section.
        what: What happens to it, or for a new field its type.
        details: The rest.
    """

    sign: Sign
    name: str
    what: str
    details: tuple[Detail, ...] = ()


def style_of(sign: Sign) -> Style:
    """Return the style of a sign."""
    match sign:
        case Sign.ADD:
            return Style.ADD
        case Sign.CHANGE:
            return Style.CHANGE
        case Sign.REMOVE | Sign.REPLACE:
            return Style.REMOVE
        case Sign.BY_HAND:
            return Style.MANUAL


def group_of(change: Change) -> tuple[str, str] | None:
    """Return the object and section that a change is listed under; None for a tag.

    A change of a custom object itself comes before its sections.
    """
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return None
        case AddObject():
            return change.custom_object, ""
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return change.custom_object, change.section
        case AddField() | RenameField() | MoveField() | RemoveField() | ResolveDuplicate():
            return change.custom_object, change.section
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return change.custom_object, change.section


def describe_change(change: Change, index: PlanIndex) -> ChangeWords:
    """Return a change in words, as the plan would make it."""
    what, details = _what(change, index)
    return ChangeWords(
        sign=sign_of(change, index), name=named(_name(change)), what=what, details=details
    )


def sign_of(change: Change, index: PlanIndex) -> Sign:
    """Return the sign of how the plan makes a change."""
    if index.step(change) is not None:
        return Sign.BY_HAND
    match change:
        case AddObject() | AddSection() | AddField() | AddTag():
            return Sign.ADD
        case RemoveSection() | RemoveField() | RemoveTag():
            return Sign.REMOVE
        case ChangeType():
            return Sign.REPLACE if index.is_replaced(change) else Sign.CHANGE
        case RenameSection() | ChangeDescription() | RenameField() | MoveField():
            return Sign.CHANGE
        case ChangeOptions() | ChangeSettings() | ResolveDuplicate() | RenameTag():
            return Sign.CHANGE
        case FillField():
            return Sign.CHANGE


def object_of(change: Change, show: Callable[[str], str] = named) -> str:
    """Return the full name of a change's object: `tag VIP`, `Sales Pipeline / Lead Status`."""
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return f"tag {show(change.tag)}"
        case AddObject():
            return f"custom object {show(change.custom_object)}"
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return f"section {show(in_object(change.custom_object, change.section))}"
        case AddField() | RenameField() | MoveField() | RemoveField() | ResolveDuplicate():
            return _field_title(change, show)
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return _field_title(change, show)


def _field_title(change: FieldChange, show: Callable[[str], str]) -> str:
    section = show(in_object(change.custom_object, change.section))
    return f"{section} / {show(change.name)}"


def describe_action(change: Change) -> str:
    """Return what a change does, for use inside a sentence: `renaming Sales / Next Call`."""
    _, doing = _verb(change)
    return f"{doing} {object_of(change)}"


def change_in_words(change: Change, index: PlanIndex) -> str:
    """Return what happens to an object, in a line: `rename from "Follow-up Date"`."""
    words = describe_change(change, index)
    details = (f"{one.sign} {', '.join(one.words)}".strip() for one in words.details)
    return " ".join((words.what, "; ".join(details))).strip()


def planned_action(change: Change) -> str:
    """Return what a change does, for use after "will": `rename Sales / Next Call`."""
    verb, _ = _verb(change)
    return f"{verb} {object_of(change)}"


def _verb(change: Change) -> tuple[str, str]:
    """Return the verb of a change, and its form that ends in "ing"."""
    match change:
        case AddObject() | AddSection() | AddField() | AddTag():
            return "create", "creating"
        case RemoveSection() | RemoveField() | RemoveTag():
            return "remove", "removing"
        case RenameSection() | RenameField() | RenameTag():
            return "rename", "renaming"
        case MoveField():
            return "move", "moving"
        case FillField():
            return "fill", "filling"
        case ChangeType() | ChangeOptions() | ChangeSettings() | ChangeDescription():
            return "change", "changing"
        case ResolveDuplicate():
            return "tell apart", "telling apart"


def _name(change: Change) -> str:
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return change.tag
        case AddObject():
            return change.custom_object
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return in_object(change.custom_object, change.section)
        case AddField() | RenameField() | MoveField() | RemoveField() | ResolveDuplicate():
            return change.name
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return change.name


def _what(change: Change, index: PlanIndex) -> tuple[str, tuple[Detail, ...]]:
    match change:
        case AddObject():
            return "new custom object", ()
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return _what_of_section(change)
        case AddTag():
            return "new tag", ()
        case RenameTag():
            return "rename", (_sentence(f"from {quoted(change.was)}"),)
        case RemoveTag():
            return "remove tag", ()
        case AddField() | RenameField() | MoveField() | RemoveField() | ResolveDuplicate():
            return _what_of_field(change, index)
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return _what_of_field(change, index)


def _what_of_section(change: SectionChange) -> tuple[str, tuple[Detail, ...]]:
    match change:
        case AddSection():
            words = f"described as {quoted(change.description)}" if change.description else ""
            return "new section", (_sentence(words),) if words else ()
        case RenameSection():
            return "rename", (_sentence(f"from {quoted(change.was)}"),)
        case ChangeDescription():
            words = f"to {quoted(change.after)}" if change.after else "to none"
            return "description", (_sentence(words),)
        case RemoveSection():
            return "remove section", ()


def _what_of_field(change: FieldChange, index: PlanIndex) -> tuple[str, tuple[Detail, ...]]:
    match change:
        case AddField():
            options = list_detail(change.after.options or ())
            return named(change.after.type), _options(options, *_settings(change.after))
        case RenameField():
            return "rename", (_sentence(f"from {quoted(change.before.name)}"),)
        case MoveField():
            return "move", (_sentence(_origin(change)),)
        case RemoveField():
            return "remove", (_removal(change, index),)
        case ResolveDuplicate():
            return "duplicate", (_sentence(f"{len(change.found)} fields have this name"),)
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return _what_of_content(change, index)


def _what_of_content(
    change: ChangeType | ChangeOptions | ChangeSettings | FillField, index: PlanIndex
) -> tuple[str, tuple[Detail, ...]]:
    match change:
        case ChangeType():
            what = "replace" if index.is_replaced(change) else "type"
            types = f"{named(change.before.type)} → {named(change.after.type)}"
            return what, (_sentence(types),)
        case ChangeOptions():
            return "options", _changed_options(change)
        case ChangeSettings():
            return "settings", tuple(_changed_settings(change))
        case FillField():
            sources = (f"{named(one.section)} / {named(one.name)}" for one in change.sources)
            return "fill", (_sentence(f"from {', '.join(sources)}"),)


def _changed_options(change: ChangeOptions) -> tuple[Detail, ...]:
    named_new = {one.name for one in change.renamed}
    added = [option for option in change.added if option not in named_new]
    renamed = (f"{named(one.was)} → {named(one.name)}" for one in change.renamed)
    return _options(
        list_detail(added, sign="+", style=Style.ADD),
        list_detail(change.lost, sign="-", style=Style.REMOVE),
        *map(_sentence, renamed),
    )


def _sentence(words: str) -> Detail:
    return Detail(words=(words,))


def list_detail(names: Iterable[str], *, sign: str = "", style: Style = Style.PLAIN) -> Detail:
    """Return a list of names, safe for a terminal."""
    return Detail(words=tuple(named_each(names)), is_list=True, sign=sign, style=style)


def _options(*details: Detail) -> tuple[Detail, ...]:
    return tuple(detail for detail in details if detail.words)


def _settings(field: Field) -> Iterator[Detail]:
    for word, value in (("required", field.required), ("unique", field.unique)):
        if value:
            yield _sentence(word)


def _changed_settings(change: ChangeSettings) -> Iterator[Detail]:
    before, after = change.before, change.after
    pairs = (
        ("required", before.required, after.required),
        ("unique", before.unique, after.unique),
    )
    for word, was, is_wanted in pairs:
        if is_wanted is not None and is_wanted != was:
            yield _sentence(word if is_wanted else f"no longer {word}")


def _origin(change: MoveField) -> str:
    old_name = change.before.name
    renamed = "" if old_name == change.name else f", where it is {quoted(old_name)}"
    return f"from section {quoted(change.source)}{renamed}"


def _removal(change: RemoveField, index: PlanIndex) -> Detail:
    kind = f"{named(change.before.type)} field"
    if index.hazards_of(change):
        return Detail(words=(kind,), style=Style.REMOVE)
    # No hazard below the line says it.
    holders = every_record(change.custom_object)
    words = f"{kind}; its values in {holders} are destroyed permanently"
    return Detail(words=(words,), style=Style.REMOVE)
