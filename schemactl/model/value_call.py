"""The calls of a plan about values of records, as values: what they are about, by name.

They name fields as the account calls them right before the call; ids are looked up then. They
hold no value of a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from schemactl.model.call_word import ValueCallWord
from schemactl.model.change import FillField, OptionRename
from schemactl.model.held_values import FieldPlace
from schemactl.model.plan import Call, CallDraft, JsonObject, JsonValue
from schemactl.model.run_id import is_run_id
from schemactl.model.schema import CONTACTS
from schemactl.values import NamedTuple, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUpField:
    """A field whose values are backed up.

    Attributes:
        section: Name of its section.
        name: Its name.
        was: The name that it has where a call did not rename it; empty for the same.
        type: Its type, by its name in files.
        options: Only what holders of these options hold; empty for all values.
    """

    section: str
    name: str
    was: str = ""
    type: str
    options: tuple[str, ...] = ()

    def place(self, custom_object: str) -> FieldPlace:
        """Return its place in the account."""
        return FieldPlace(
            custom_object=custom_object, section=self.section, name=self.name, type=self.type
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUpValues:
    """Write down all values of some fields of one object, or who has some tags.

    Attributes:
        custom_object: Label of the custom object; empty for contacts.
        fields: Fields of the object.
        tags: Tags of contacts; there are no fields beside them.
    """

    custom_object: str = CONTACTS
    fields: tuple[BackedUpField, ...] = ()
    tags: tuple[str, ...] = ()

    def draft(self, serves: Sequence[str]) -> CallDraft:
        """Return the call as data."""
        arguments: dict[str, JsonValue] = {}
        if self.custom_object != CONTACTS:
            arguments["object"] = self.custom_object
        if self.fields:
            arguments["fields"] = tuple(map(_field_arguments, self.fields))
        if self.tags:
            arguments["tags"] = self.tags
        word = ValueCallWord.BACK_UP_VALUES
        return CallDraft(request=str(word), arguments=arguments, serves=tuple(serves))


def _field_arguments(field: BackedUpField) -> JsonObject:
    known: dict[str, JsonValue] = {
        "section": field.section,
        "name": field.name,
        "type": field.type,
    }
    if field.was:
        known["was"] = field.was
    if field.options:
        known["options"] = field.options
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOptions:
    """Give the holders of some options of a field other options of it.

    Attributes:
        custom_object: Label of the custom object; empty for contacts.
        section: Name of the field's section.
        name: Name of the field.
        type: Its type, by its name in files.
        options: The options, each with the one that its holders get instead.
    """

    custom_object: str = CONTACTS
    section: str
    name: str
    type: str
    options: tuple[OptionRename, ...]

    @property
    def place(self) -> FieldPlace:
        """The place of the field in the account."""
        return FieldPlace(
            custom_object=self.custom_object,
            section=self.section,
            name=self.name,
            type=self.type,
        )

    def draft(self, serves: Sequence[str]) -> CallDraft:
        """Return the call as data."""
        arguments: dict[str, JsonValue] = {}
        if self.custom_object != CONTACTS:
            arguments["object"] = self.custom_object
        arguments |= {"section": self.section, "name": self.name, "type": self.type}
        arguments["options"] = tuple({"was": one.was, "name": one.name} for one in self.options)
        word = ValueCallWord.COPY_VALUES
        return CallDraft(request=str(word), arguments=arguments, serves=tuple(serves))


def fill_draft(change: FillField) -> CallDraft:
    """Return the call that fills a field, as data; what becomes of values is in the change."""
    arguments: dict[str, JsonValue] = {}
    if change.custom_object != CONTACTS:
        arguments["object"] = change.custom_object
    arguments |= {"section": change.section, "name": change.name, "type": change.after.type}
    arguments["sources"] = tuple(
        {"section": one.section, "name": one.name} for one in change.sources
    )
    if change.renames:
        arguments["renames"] = True
    word = ValueCallWord.COPY_VALUES
    return CallDraft(request=str(word), arguments=arguments, serves=(change.id,))


class Renaming(NamedTuple):
    """Which field a copy renames or moves: where it is to be, and where it was.

    Both are a label of the custom object, a section and a name.
    """

    target: tuple[str, str, str]
    source: tuple[str, str, str]


def renaming_of(call: Call) -> Renaming | None:
    """Return what a call renames or moves by copying; None if it does nothing like that."""
    given, sources = call.arguments, call.arguments.get("sources")
    if not fills(call) or given.get("renames") is not True or not isinstance(sources, tuple):
        return None
    first = next((one for one in sources if isinstance(one, Mapping)), {})
    label = _text(given, "object")
    return Renaming(
        target=(label, _text(given, "section"), _text(given, "name")),
        source=(label, _text(first, "section"), _text(first, "name")),
    )


class HeldBackKey(NamedTuple):
    """A field, or an option of one, that another one replaces.

    Attributes:
        custom_object: Label of the custom object; empty for contacts.
        section: Its section.
        name: Name of the field.
        option: The option; empty for the field itself.
    """

    custom_object: str
    section: str
    name: str
    option: str = ""


CopiedSince: TypeAlias = Mapping[HeldBackKey, str]
"""Since when each was copied, as ISO 8601 writes it."""


def replaced_by(call: Call) -> Iterator[HeldBackKey]:
    """Yield what a call copies to something that replaces it."""
    given, label = call.arguments, _text(call.arguments, "object")
    if call.request != ValueCallWord.COPY_VALUES:
        return
    for one in _mappings(given, "sources"):
        yield HeldBackKey(label, _text(one, "section"), _text(one, "name"))
    for one in _mappings(given, "options"):
        section, name = _text(given, "section"), _text(given, "name")
        yield HeldBackKey(label, section, name, _text(one, "was"))


def fills(call: Call) -> bool:
    """Whether a call fills a field from others."""
    return call.request == ValueCallWord.COPY_VALUES and "sources" in call.arguments


def place_written_by(call: Call) -> tuple[FieldPlace, frozenset[str]]:
    """Return the field that a copy writes to, and which options; none for any."""
    if not fills(call):
        move = move_of(call)
        return move.place, frozenset(one.name for one in move.options)
    given = call.arguments
    place = FieldPlace(
        custom_object=_text(given, "object"),
        section=_text(given, "section"),
        name=_text(given, "name"),
        type=_text(given, "type"),
    )
    return place, frozenset()


def move_of(call: Call) -> MoveOptions:
    """Read a call of a plan as the move that it means.

    Raises:
        ValueError: An argument is missing, extra or of another type.
    """
    given = call.arguments
    options = given.get("options", ())
    wanted = MoveOptions(
        custom_object=_text(given, "object"),
        section=_text(given, "section"),
        name=_text(given, "name"),
        type=_text(given, "type"),
        options=tuple(
            OptionRename(was=_text(one, "was"), name=_text(one, "name"))
            for one in (options if isinstance(options, tuple) else ())
            if isinstance(one, Mapping)
        ),
    )
    draft = wanted.draft(call.serves)
    if draft.request != call.request or draft.arguments != given:
        msg = f"the arguments of call {call.number} are not those of a move"
        raise ValueError(msg)
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class FillValues:
    """Fill values of one field in again from a backup, or put a tag on contacts again.

    Attributes:
        custom_object: Label of the custom object; empty for contacts.
        section: Name of the field's section; empty for a tag.
        name: Name of the field; empty for a tag.
        type: Its type, by its name in files; empty for a tag.
        tag: Name of the tag; empty for a field.
        run: The run that backed them up.
        backup: Number of the call of that run that did.
        part: Which part of the backup it is, from 1.
        held: How many records it has.
        overwrites: Whether records that hold another value by now get the old one.
        over: The API over which they were backed up, if that is another one.
    """

    custom_object: str = CONTACTS
    section: str = ""
    name: str = ""
    type: str = ""
    tag: str = ""
    run: str
    backup: int
    part: int
    held: int
    overwrites: bool = False
    over: str = ""

    @property
    def place(self) -> FieldPlace:
        """The place of the field in the account."""
        return FieldPlace(
            custom_object=self.custom_object,
            section=self.section,
            name=self.name,
            type=self.type,
        )

    def draft(self, serves: Sequence[str]) -> CallDraft:
        """Return the call as data."""
        arguments: dict[str, JsonValue] = {}
        if self.custom_object != CONTACTS:
            arguments["object"] = self.custom_object
        if self.tag:
            arguments["tag"] = self.tag
        else:
            arguments |= {"section": self.section, "name": self.name, "type": self.type}
        arguments |= {"run": self.run, "backup": self.backup, "part": self.part}
        arguments["held"] = self.held
        if self.overwrites:
            arguments["overwrites"] = True
        if self.over:
            arguments["over"] = self.over
        word = ValueCallWord.FILL_VALUES
        return CallDraft(request=str(word), arguments=arguments, serves=tuple(serves))


def restore_of(call: Call) -> FillValues:
    """Read a call of a plan as the filling that it means.

    Raises:
        ValueError: An argument is missing, extra or of another type.
    """
    given = call.arguments
    wanted = FillValues(
        custom_object=_text(given, "object"),
        section=_text(given, "section"),
        name=_text(given, "name"),
        type=_text(given, "type"),
        tag=_text(given, "tag"),
        run=_text(given, "run"),
        backup=_number(given, "backup"),
        part=_number(given, "part"),
        held=_number(given, "held"),
        overwrites=given.get("overwrites") is True,
        over=_text(given, "over"),
    )
    draft = wanted.draft(call.serves)
    if draft.request != call.request or draft.arguments != given or not is_run_id(wanted.run):
        msg = f"the arguments of call {call.number} are not those of a filling"
        raise ValueError(msg)
    return wanted


def back_up_of(call: Call) -> BackUpValues:
    """Read a call of a plan as the backup that it means.

    Raises:
        ValueError: An argument is missing, extra or of another type.
    """
    given = call.arguments
    fields = given.get("fields", ())
    wanted = BackUpValues(
        custom_object=_text(given, "object"),
        fields=tuple(map(_field_of, fields if isinstance(fields, tuple) else ())),
        tags=_texts(given, "tags"),
    )
    draft = wanted.draft(call.serves)
    if draft.request != call.request or draft.arguments != given:
        msg = f"the arguments of call {call.number} are not those of a backup"
        raise ValueError(msg)
    return wanted


def _field_of(value: JsonValue) -> BackedUpField:
    given = value if isinstance(value, Mapping) else {}
    return BackedUpField(
        section=_text(given, "section"),
        name=_text(given, "name"),
        was=_text(given, "was"),
        type=_text(given, "type"),
        options=_texts(given, "options"),
    )


def _mappings(given: JsonObject, name: str) -> Iterator[JsonObject]:
    value = given.get(name, ())
    for one in value if isinstance(value, tuple) else ():
        if isinstance(one, Mapping):
            yield one


def _text(given: JsonObject, name: str) -> str:
    value = given.get(name, "")
    return value if isinstance(value, str) else ""


def _number(given: JsonObject, name: str) -> int:
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _texts(given: JsonObject, name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    items = value if isinstance(value, tuple) else ()
    return tuple(one for one in items if isinstance(one, str))
