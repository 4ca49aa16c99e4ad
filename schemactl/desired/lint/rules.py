"""Rules for the files, alone or compared with the account; each yields problems with a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.errors import Location, Problem, Severity
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.field_limits import COUNTERS, SMALLER_TYPE, AppliedLimit, LimitUnit
from schemactl.model.field_types import WIDENINGS
from schemactl.model.lint import RuleSeverity
from schemactl.model.schema import CONTACTS, Schema, fold_name, in_object
from schemactl.text import day_in_words, quoted_short

if TYPE_CHECKING:
    from schemactl.model.usage import KnownUsage
    from schemactl.model.value_call import CopiedSince

_WIDENED_FROM: Final = {after: before for before, after in WIDENINGS}
BUDGET_NEAR: Final = "field-budget-near"
REMOVED_DONE: Final = "removed-done"
WAS_DONE: Final = "was-done"
CONTRACT_LATER: Final = "contract-later"
NEEDLESS_WAIVER: Final = "needless-waiver"
FINAL_TYPE: Final = "one-way-type"
UNUSED_FIELD: Final = "unused-field"
LIVE_RULES: Final = frozenset({CONTRACT_LATER, REMOVED_DONE, UNUSED_FIELD, WAS_DONE})
"""Rules that need the account."""
_NEAR: Final = 0.9
_STATE_IT: Final = (
    "the limit of the account is unknown: state it with field_limit in schemactl.yaml"
)
_DONE: Final = "delete the entry if it was removed; else correct its name"

DEFAULTS: Final[Mapping[str, RuleSeverity]] = MappingProxyType(
    {
        "comment-cuts-name": RuleSeverity.WARNING,
        CONTRACT_LATER: RuleSeverity.WARNING,
        "empty-file": RuleSeverity.WARNING,
        "empty-option": RuleSeverity.WARNING,
        "empty-section": RuleSeverity.WARNING,
        BUDGET_NEAR: RuleSeverity.WARNING,
        "name-in-two-sections": RuleSeverity.WARNING,
        "near-duplicate": RuleSeverity.WARNING,
        NEEDLESS_WAIVER: RuleSeverity.WARNING,
        FINAL_TYPE: RuleSeverity.OFF,
        REMOVED_DONE: RuleSeverity.WARNING,
        "removed-twice": RuleSeverity.WARNING,
        "tag-separator": RuleSeverity.WARNING,
        UNUSED_FIELD: RuleSeverity.WARNING,
        WAS_DONE: RuleSeverity.WARNING,
    }
)
"""The default severity of every rule whose severity a project may change."""


def file_findings(
    desired: Desired, *, rules: Mapping[str, RuleSeverity], field_limit: AppliedLimit
) -> Iterator[Problem]:
    """Yield the findings in the files; rules that are off are not checked."""
    yield from _budget(desired, field_limit)
    if rules.get(FINAL_TYPE, DEFAULTS[FINAL_TYPE]) is not RuleSeverity.OFF:
        yield from _final_types(desired)


def live_findings(
    desired: Desired,
    live: Schema,
    usage: KnownUsage | None = None,
    copied: CopiedSince | None = None,
) -> Iterator[Problem]:
    """Yield what the files still ask for and the account has already, or nobody holds."""
    from schemactl.desired.lint.held_back import still_held_back

    for label in (CONTACTS, *(each.label for each in desired.objects)):
        yield from _removed_fields(desired.of(label), live.of(label), label)
        yield from _earlier_names(desired.of(label), live.of(label), label)
        yield from _earlier_options(desired.of(label), live.of(label))
        yield from still_held_back(desired.of(label), live.of(label), label, copied or {})
        if usage:
            yield from _held_by_nobody(desired.of(label), live.of(label), usage, label)
    tags = set(live.tags)
    for tag in desired.removed_tags:
        if tag.name not in tags:
            yield _done(REMOVED_DONE, tag.location, f'the account has no tag "{tag.name}"')
    for wanted in desired.tags:
        if wanted.was and wanted.name in tags and not tags & set(wanted.was):
            about = f'the tag "{wanted.name}" has its name'
            yield _done(WAS_DONE, wanted.location, about, _without_was())


def _budget(desired: Desired, limit: AppliedLimit) -> Iterator[Problem]:
    """Yield the objects whose declared fields come near a limit that the account may have."""
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        part = desired.of(label)
        fields = [entry.field for section in part.sections for entry in section.fields]
        for facts in limit.possible:
            taken = COUNTERS[facts.unit](fields)
            if taken < _NEAR * facts.maximum:
                continue
            much = "more than" if taken > facts.maximum else f"{taken / facts.maximum:.0%} of"
            whose = (
                "the project file states" if limit.stated else "a copy of Ontraport's page says"
            )
            yield Problem(
                part.sections[-1].location,
                BUDGET_NEAR,
                f"all declared fields of {_owner(label)} take {taken:,} {facts.unit}, {much} "
                f"the {facts.maximum:,} that {whose}",
                _room(facts.unit) if limit.stated else _STATE_IT,
                Severity.WARNING,
            )


def _owner(label: str) -> str:
    return "contacts" if label == CONTACTS else quoted_short(label)


def _room(unit: LimitUnit) -> str:
    match unit:
        case LimitUnit.BYTES:
            return f"declare fewer fields; {SMALLER_TYPE}"
        case LimitUnit.FIELDS:
            return "declare fewer fields, or put some into another custom object"


def _final_types(desired: Desired) -> Iterator[Problem]:
    for _, field in _fields(desired):
        earlier = _WIDENED_FROM.get(field.field.type)
        if earlier is not None:
            yield Problem(
                field.location,
                FINAL_TYPE,
                f'"{field.field.name}" is of type {field.field.type}, which cannot be changed '
                f"back to {earlier}",
                None,
                Severity.WARNING,
            )


def _removed_fields(desired: Desired, live: Schema, label: str) -> Iterator[Problem]:
    fields = {(section, field.name) for section, field in live.all_fields()}
    sections = {section.name for section in live.sections}
    for removed in desired.removed_fields:
        if (removed.key.section, removed.key.name) not in fields:
            about = f'the account has no field "{in_object(label, str(removed.key))}"'
            yield _done(REMOVED_DONE, removed.location, about)
    for section in desired.removed_sections:
        if section.name not in sections:
            about = f'the account has no section "{in_object(label, section.name)}"'
            yield _done(REMOVED_DONE, section.location, about)


def _earlier_names(desired: Desired, live: Schema, label: str) -> Iterator[Problem]:
    by_section = {
        section.name: {fold_name(field.name) for field in section.fields}
        for section in live.sections
    }
    names = {fold_name(name) for name in by_section}
    for section in desired.sections:
        if (
            section.was
            and section.name in by_section
            and names.isdisjoint(map(fold_name, section.was))
        ):
            about = f'the section "{in_object(label, section.name)}" has its name'
            yield _done(WAS_DONE, section.location, about, _without_was())
        known = by_section.get(section.name, set())
        for field in section.fields:
            has_name = fold_name(field.field.name) in known
            if field.was and has_name and known.isdisjoint(map(fold_name, field.was)):
                about = f'the field "{in_object(label, field.field.name)}" has its name'
                yield _done(WAS_DONE, field.location, about, _without_was())


def _earlier_options(desired: Desired, live: Schema) -> Iterator[Problem]:
    known = {
        (section, field.name): set(map(fold_name, field.options or ()))
        for section, field in live.all_fields()
    }
    for section, field in _fields(desired):
        options = known.get((section, field.field.name), set())
        for name, was in field.option_was:
            if fold_name(name) in options and options.isdisjoint(map(fold_name, was)):
                about = f'the option "{name}" of "{field.field.name}" has its name'
                place = field.options_location or field.location
                yield _done(WAS_DONE, place, about, _without_was())


def _held_by_nobody(
    desired: Desired, live: Schema, usage: KnownUsage, label: str
) -> Iterator[Problem]:
    from schemactl.model.usage import UsageKey, UsageKind

    custom = {(section, one.name) for section, one in live.all_fields() if one.custom}
    for section, field in _fields(desired):
        name = field.field.name
        item = usage.get(UsageKey(UsageKind.FIELD, label, section, name, ""))
        if item is None or not item.is_held_by_nobody or (section, name) not in custom:
            continue
        who = "contact" if label == CONTACTS else f"record of {quoted_short(label)}"
        yield Problem(
            field.location,
            UNUSED_FIELD,
            f'no {who} holds a value in "{name}" (counted on {day_in_words(item.at)})',
            "forms and automations may use it all the same; waive this if it is to be filled",
            Severity.WARNING,
        )


def _fields(desired: Desired) -> Iterator[tuple[str, DesiredField]]:
    for section in desired.sections:
        yield from ((section.name, field) for field in section.fields)


def _without_was() -> str:
    return "delete its was: once every account of the project has the name"


def _done(code: str, location: Location, about: str, hint: str = _DONE) -> Problem:
    return Problem(location, code, about, hint, Severity.WARNING)
