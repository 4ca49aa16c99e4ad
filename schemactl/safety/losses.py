"""Hazards of changes that destroy values or cannot be undone, with who holds what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final

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
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.change_groups import copies_of, filled_from
from schemactl.model.count import Counted, CountKey, CountSubject
from schemactl.model.field_types import FieldType
from schemactl.model.keep import KeepValues
from schemactl.model.plan import Hazard, Permission
from schemactl.model.schema import CONTACTS, Field, every_record
from schemactl.safety.count_words import (
    doubt_in_words,
    holders_in_words,
    no_record_of,
    records_of,
)
from schemactl.safety.counts import Counts
from schemactl.safety.tightening import quoted_title
from schemactl.text import and_list
from schemactl.values import replace

_ZERO_MAY_BE_EMPTY: Final = frozenset({FieldType.NUMERIC, FieldType.PRICE})
"""Types in which a record without a value may read as 0 (nothing public says)."""


_DESTROYS_VALUES: Final = frozenset(
    {
        Permission.REMOVES_FIELD,
        Permission.REPLACES_FIELD,
        Permission.REMOVES_OPTION,
        Permission.REMOVES_TAG,
    }
)


_BACKUP_WORDS: Final[Mapping[KeepValues, str]] = MappingProxyType(
    {
        KeepValues.REQUIRED: "",
        KeepValues.WHEN_POSSIBLE: "without a backup where none is possible",
        KeepValues.NEVER: "without a backup",
    }
)


def find_losses(
    changes: Sequence[Change], in_place: AbstractSet[str], counts: Counts
) -> Iterator[Hazard]:
    """Yield a hazard for each change that destroys values or cannot be undone."""
    copies, filled = copies_of(changes), filled_from(changes)
    for change in changes:
        label = change.custom_object
        match change:
            case RemoveTag():
                yield _hazard(Permission.REMOVES_TAG, change, _loss_of_tag(change, counts))
            case ChangeType():
                yield _loss_of_type(change, counts, is_in_place=change.id in in_place)
            case RemoveField():
                removal = _loss_of_field(change, counts, copies.get(change.place))
                yield _with_heir(removal, filled.get(change.place))
            case RemoveSection():
                loss = f"section {quoted_title(change)} disappears from {_pages(label)}"
                yield _hazard(Permission.REMOVES_SECTION, change, loss)
            case ChangeOptions() if change.lost:
                yield _hazard(
                    Permission.REMOVES_OPTION, change, _loss_of_options(change, counts)
                )
            case (
                AddObject()
                | AddSection()
                | RenameSection()
                | ChangeDescription()
                | AddField()
                | RenameField()
                | MoveField()
                | ChangeOptions()
                | ChangeSettings()
                | FillField()
                | ResolveDuplicate()
                | AddTag()
                | RenameTag()
            ):
                pass


def with_backup_words(hazard: Hazard, keep: KeepValues) -> Hazard:
    """Return a hazard that says if values may be destroyed without a backup."""
    words = _BACKUP_WORDS[keep]
    if not words or hazard.code not in _DESTROYS_VALUES:
        return hazard
    return replace(hazard, message=f"{hazard.message}; {words} (values: keep: {keep})")


def _hazard(code: Permission, change: Change, message: str) -> Hazard:
    return Hazard(code=code, changes=(change.id,), message=message)


def _loss_of_type(change: ChangeType, counts: Counts, *, is_in_place: bool) -> Hazard:
    about = quoted_title(change)
    if is_in_place:
        loss = (
            f"{about} becomes {change.after.type} in place and keeps its "
            f"values, but can never become {change.before.type} again"
        )
        return _hazard(Permission.ONE_WAY_TYPE, change, loss)
    again = "is removed and created again"
    loss = (
        f"{about} {again}: its values in {every_record(change.custom_object)} are destroyed "
        "permanently"
    )
    loss = _loss_of_values(change, change.before, counts, again, loss)
    return _hazard(Permission.REPLACES_FIELD, change, loss)


def _loss_of_field(change: RemoveField, counts: Counts, copy: FillField | None) -> Hazard:
    if copy is not None:
        return Hazard(
            code=Permission.REMOVES_FIELD,
            changes=(change.id,),
            message=_removal_after_copy(change, counts, copy),
            hint="to keep it for now, write contract: later beside was:",
        )
    who = every_record(change.custom_object)
    plain = f"the values of {quoted_title(change)} in {who} are destroyed permanently"
    loss = _loss_of_values(change, change.before, counts, "", plain)
    return _hazard(Permission.REMOVES_FIELD, change, loss)


def _with_heir(hazard: Hazard, heir: FillField | None) -> Hazard:
    """Return the hazard of a removal that says which field gets what the values become."""
    if heir is None or heir.renames:
        return hazard
    first = f"before that, {quoted_title(heir)} gets what they become"
    return replace(hazard, message=f"{hazard.message}; {first}")


def _removal_after_copy(change: RemoveField, counts: Counts, copy: FillField) -> str:
    """Return who holds values of a field that is removed once another one has them."""
    label, about = change.custom_object, quoted_title(change)
    target, count = quoted_title(copy), counts.get(CountKey(change.id, CountSubject.FIELD))
    if isinstance(count, Counted):
        words = f"{about} is removed: {no_record_of(label)} holds a value"
        if count.held:
            holders = holders_in_words(count, label)
            words = (
                f"{about} holds values in {holders}, and is removed once they are in {target}"
            )
    else:
        words = f"{about} is removed once all its values are in {target}"
        words += "" if count is None else f"; {doubt_in_words(count, label)}"
    if copy.kept:
        other = holders_in_words(Counted(held=copy.kept, total=copy.total), label)
        words += (
            f"; {other} hold another value there by now, so it stays until a person decides"
        )
    return words


def _loss_of_values(
    change: RemoveField | ChangeType, field: Field, counts: Counts, again: str, plain: str
) -> str:
    """Return who loses the values of a field; `plain` is the sentence without a number."""
    label, about = change.custom_object, quoted_title(change)
    count = counts.get(CountKey(change.id, CountSubject.FIELD))
    if not isinstance(count, Counted):
        return plain if count is None else f"{plain}; {doubt_in_words(count, label)}"
    is_zero_out = counts.zero_is_empty and field.type in _ZERO_MAY_BE_EMPTY
    other = " other than 0" if is_zero_out else ""
    and_again = f" and {again}" if again else ""
    if not count.held:
        words = again or "is removed permanently"
        return f"{about} {words}: {no_record_of(label)} holds a value{other}"
    holders = holders_in_words(count, label)
    return (
        f"{about} holds values{other} in {holders}{and_again}: they are destroyed permanently"
    )


def _loss_of_options(change: ChangeOptions, counts: Counts) -> str:
    label, about = change.custom_object, quoted_title(change)
    options = _options(change.lost)
    plain = f"{records_of(label)} that hold the {options} of {about} lose that option"
    keys = [CountKey(change.id, CountSubject.OPTION, option) for option in change.lost]
    found = {key.option: count for key in keys if (count := counts.get(key)) is not None}
    numbers = {option: one for option, one in found.items() if isinstance(one, Counted)}
    if numbers and numbers.keys() == found.keys():
        return _numbered_loss(about, label, numbers)
    known = [
        f'"{option}" is held by {holders_in_words(count, label)}'
        for option, count in numbers.items()
    ]
    doubts = dict.fromkeys(
        doubt_in_words(count, label)
        for count in found.values()
        if not isinstance(count, Counted)
    )
    return "; ".join((plain, *known, *doubts))


def _numbered_loss(about: str, label: str, numbers: Mapping[str, Counted]) -> str:
    """Return who loses each option, where all of them were counted."""
    if not any(count.held for count in numbers.values()):
        return f"{no_record_of(label)} holds the {_options(tuple(numbers))} of {about}"
    taken = and_list(
        f'"{option}" from {holders_in_words(count, label)}' for option, count in numbers.items()
    )
    options = "the option" if len(numbers) == 1 else "the options"
    return f"{about} loses {options} {taken}"


def _loss_of_tag(change: RemoveTag, counts: Counts) -> str:
    tag, label = f'the tag "{change.tag}"', CONTACTS
    count = counts.get(CountKey(change.id, CountSubject.TAG))
    plain = f"every contact loses {tag}"
    if not isinstance(count, Counted):
        return plain if count is None else f"{plain}; {doubt_in_words(count, label)}"
    if not count.held:
        return f"{tag} is removed permanently: no contact has it"
    return f"{tag} is taken off {holders_in_words(count, label)} permanently"


def _pages(custom_object: str) -> str:
    """Return where a removed section disappears from."""
    return "every contact record" if not custom_object else every_record(custom_object)


def _options(options: Sequence[str]) -> str:
    """Quote options as in a sentence: `options "a", "b" or "c"`."""
    quoted = [f'"{option}"' for option in options]
    if len(quoted) == 1:
        return f"option {quoted[0]}"
    return f"options {', '.join(quoted[:-1])} or {quoted[-1]}"
