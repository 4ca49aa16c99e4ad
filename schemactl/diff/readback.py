"""Decide from the account, read again after the run, what became of each change.

Pure. The response to a write can be wrong, so it is not used here.
"""

from __future__ import annotations

from typing import TypeAlias

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
from schemactl.model.characters import appearance
from schemactl.model.live_index import LiveIndex
from schemactl.model.run import Verdict, VerdictStatus
from schemactl.model.schema import Field, FieldKey, Schema, fold_name, is_same_description

_Within: TypeAlias = SectionChange | FieldChange | TagChange
_Declared: TypeAlias = (
    AddField | ChangeType | RenameField | MoveField | ChangeOptions | ChangeSettings | FillField
)


class ReadBack:
    """A schema that was read after writing, to judge each change by."""

    def __init__(self, live: Schema) -> None:
        self._schema = live
        self._parts: dict[str, _ReadBackWithin] = {}

    def judge(self, change: Change) -> Verdict:
        """Return whether the account now has what `change` asked for, or has instead."""
        label = change.custom_object
        if isinstance(change, AddObject):
            is_there = any(each.label == label for each in self._schema.objects)
            status, detail = _present(holds=is_there)
            return Verdict(change=change.id, status=status, detail=detail)
        if label not in self._parts:
            self._parts[label] = _ReadBackWithin(self._schema.of(label))
        return self._parts[label].judge(change)


class _ReadBackWithin:
    """One object of the account, contacts or a custom one: names are unique only within it."""

    def __init__(self, live: Schema) -> None:
        self._live = LiveIndex(live)
        self._tags = frozenset(live.tags)

    def judge(self, change: _Within) -> Verdict:
        """Return whether the object now has what `change` asked for, or what it has instead."""
        status, detail = self._judge(change)
        return Verdict(change=change.id, status=status, detail=detail)

    def _judge(self, change: _Within) -> tuple[VerdictStatus, str]:
        match change:
            case AddSection() | RenameSection():
                return self._judge_section(change)
            case RemoveSection():
                return _present(holds=self._live.section(change.section) is None)
            case ChangeDescription():
                return self._judge_description(change)
            case AddTag() | RenameTag() | RemoveTag():
                return self._judge_tag(change)
            case RemoveField():
                return self._judge_removal(change)
            case ResolveDuplicate():
                return _present(holds=len(self._found(change)) <= 1)
            case (
                AddField()
                | RenameField()
                | MoveField()
                | ChangeType()
                | ChangeOptions()
                | ChangeSettings()
                | FillField()
            ):
                return self._judge_field(change)

    def _found(self, change: RemoveField | ResolveDuplicate | AddField) -> tuple[Field, ...]:
        return self._live.named(FieldKey(change.section, change.name))

    def _judge_section(self, change: AddSection | RenameSection) -> tuple[VerdictStatus, str]:
        alike = self._live.sections_like(change.section)
        found = self._live.section(change.section)
        if alike and found is None:
            return VerdictStatus.ALTERED, f'it came as "{alike[0]}"'
        wanted = change.description if isinstance(change, AddSection) else None
        actual = None if found is None else found.description
        if wanted is None or actual is None or is_same_description(wanted, actual):
            return _present(holds=found is not None)
        came = f'with the description "{actual}"' if actual else "without its description"
        return VerdictStatus.ALTERED, f"it came {came}"

    def _judge_description(self, change: ChangeDescription) -> tuple[VerdictStatus, str]:
        section = self._live.section(change.section)
        if section is None:
            return VerdictStatus.OVERTAKEN, "the section is gone"
        now = section.description
        if now is None:
            return VerdictStatus.UNKNOWN, "the account does not show its description"
        if is_same_description(now, change.after):
            return VerdictStatus.APPLIED, ""
        if now == change.before:
            return VerdictStatus.IGNORED, "its description has not changed"
        return VerdictStatus.ALTERED, f'it came as "{now}"' if now else "it came empty"

    def _judge_tag(self, change: TagChange) -> tuple[VerdictStatus, str]:
        if isinstance(change, RemoveTag):
            return _present(holds=change.tag not in self._tags)
        was = change.was if isinstance(change, RenameTag) else None
        is_left = was in self._tags
        if change.tag in self._tags:
            if is_left:
                words = f'a second tag was made, and "{was}" is still there'
                return VerdictStatus.ALTERED, words
            return VerdictStatus.APPLIED, ""
        for tag in self._live.schema.tags:
            if tag != was and fold_name(tag) == fold_name(change.tag):
                return VerdictStatus.ALTERED, f'it came as "{tag}"'
        if was is not None and not is_left:
            return VerdictStatus.OVERTAKEN, "the tag is gone"
        return _present(holds=False)

    def _judge_removal(self, change: RemoveField) -> tuple[VerdictStatus, str]:
        found = self._found(change)
        if not found:
            return VerdictStatus.APPLIED, ""
        if found == (change.before,):
            return VerdictStatus.IGNORED, "the field is still there"
        return VerdictStatus.OVERTAKEN, f"the field is there as {_describe(found)}"

    def _judge_field(self, change: _Declared) -> tuple[VerdictStatus, str]:
        found = self._live.named(FieldKey(change.section, change.name))
        if not found:
            return self._judge_missing(change)
        if len(found) > 1:
            return VerdictStatus.OVERTAKEN, f"the account has it {len(found)} times"
        match change:
            case ChangeOptions():
                return _judge_options(change, found[0])
            case ChangeSettings():
                return _judge_settings(change, found[0])
            case RenameField() | MoveField():
                return self._judge_place(change)
            case FillField():
                # No read of the schema shows values: the call has read them itself.
                return VerdictStatus.APPLIED, ""
            case AddField() | ChangeType():
                return _judge_content(change, found[0])

    def _judge_place(self, change: RenameField | MoveField) -> tuple[VerdictStatus, str]:
        """Check whether a second field was created instead, which would hold no values."""
        old = _old_place(change)
        if old != FieldKey(change.section, change.name) and self._live.named(old):
            words = f'a second field was made, and "{old.name}" is still there'
            return VerdictStatus.ALTERED, words
        return VerdictStatus.APPLIED, ""

    def _judge_missing(self, change: _Declared) -> tuple[VerdictStatus, str]:
        similar = self._live.fields_like(FieldKey(change.section, change.name))
        if similar:
            return VerdictStatus.ALTERED, f'it came as "{similar[0].name}"'
        match change:
            case AddField():
                return VerdictStatus.IGNORED, "the field is not there"
            case RenameField() | MoveField() if self._live.named(_old_place(change)):
                return VerdictStatus.IGNORED, "the field is where it was"
            case ChangeType():
                return VerdictStatus.ALTERED, "it was removed, and was not created again"
            case RenameField() | MoveField() | ChangeOptions() | ChangeSettings() | FillField():
                return VerdictStatus.OVERTAKEN, "the field is gone"


def _old_place(change: RenameField | MoveField) -> FieldKey:
    source = change.source if isinstance(change, MoveField) else change.section
    return FieldKey(source, change.before.name)


def _present(*, holds: bool) -> tuple[VerdictStatus, str]:
    if holds:
        return VerdictStatus.APPLIED, ""
    return VerdictStatus.IGNORED, "the account has not changed"


def _judge_settings(change: ChangeSettings, live: Field) -> tuple[VerdictStatus, str]:
    before, wrong = change.before, _wrong_settings(change.after, live)
    if live.required is None or live.unique is None:
        return VerdictStatus.UNKNOWN, "the account does not show what is required and unique"
    if not wrong:
        return VerdictStatus.APPLIED, ""
    if (live.required, live.unique) == (before.required, before.unique):
        return VerdictStatus.IGNORED, f"it is still {wrong}"
    return VerdictStatus.ALTERED, f"it is now {wrong}"


def _judge_settings_of_new(wanted: Field, live: Field) -> tuple[VerdictStatus, str]:
    """Judge the settings that the account shows: one API shows none."""
    wrong = _wrong_settings(wanted, live)
    return (VerdictStatus.ALTERED, f"it came {wrong}") if wrong else (VerdictStatus.APPLIED, "")


def _wrong_settings(wanted: Field, live: Field) -> str:
    """Return which settings of a field are wrong, of those that the account shows."""
    pairs = (
        ("required", wanted.required, live.required),
        ("unique", wanted.unique, live.unique),
    )
    return " and ".join(
        word if have else f"not {word}"
        for word, want, have in pairs
        if want is not None and have is not None and want != have
    )


def _judge_content(change: AddField | ChangeType, live: Field) -> tuple[VerdictStatus, str]:
    if live.type != change.after.type:
        if isinstance(change, ChangeType) and live.type == change.before.type:
            return VerdictStatus.IGNORED, f"it is still of type {live.type}"
        return VerdictStatus.ALTERED, f'it came as type "{live.type}"'
    wanted = change.after.options
    if wanted is None:
        return _judge_settings_of_new(change.after, live)
    missing, extra = _not_in(wanted, live.options), _not_in(live.options or (), wanted)
    if missing or extra:
        return VerdictStatus.ALTERED, _other_options(missing, extra)
    return _judge_settings_of_new(change.after, live)


def _other_options(missing: tuple[str, ...], extra: tuple[str, ...]) -> str:
    """Return which options of a new field are wrong, and what to do next."""
    if not extra:
        them = "it" if len(missing) == 1 else "them"
        return f"it was created, but without {_quote_all(missing)}: apply again to add {them}"
    without = f"without {_quote_all(missing)} and " if missing else ""
    return f"it was created, but {without}with {_quote_all(extra)}: plan again to see the rest"


def _judge_options(change: ChangeOptions, live: Field) -> tuple[VerdictStatus, str]:
    if live.type != change.before.type:
        return VerdictStatus.OVERTAKEN, f'it is now of type "{live.type}"'
    missing = _not_in(change.added, live.options)
    gone = _not_in(change.removed, live.options)
    kept = tuple(option for option in change.removed if option not in gone)
    if not missing and not kept:
        return VerdictStatus.APPLIED, ""
    if missing == change.added and kept == change.removed:
        return VerdictStatus.IGNORED, "its options have not changed"
    parts = []
    if missing:
        parts.append(f"still without {_quote_all(missing)}")
    if kept:
        parts.append(f"still with {_quote_all(kept)}")
    return VerdictStatus.ALTERED, ", ".join(parts)


def _not_in(options: tuple[str, ...], others: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the options that are not among `others`, compared as for a difference."""
    existing = {appearance(option) for option in others or ()}
    return tuple(option for option in options if appearance(option) not in existing)


def _quote_all(options: tuple[str, ...]) -> str:
    return ", ".join(f'"{option}"' for option in options)


def _describe(fields: tuple[Field, ...]) -> str:
    return " and ".join(f'type "{field.type}"' for field in fields)
