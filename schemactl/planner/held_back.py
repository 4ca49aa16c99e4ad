"""Options that `contract: later` keeps beside the new ones: who holds an old one is moved.

The option was added by an earlier apply, which may have been interrupted, and people go on to
choose the old one. Whether somebody holds it is counted for the plan: where nobody does, there
is nothing to do, and where that is unknown, they are moved once the old option is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.diff.options import as_live, compare_options, renamed_options
from schemactl.model.change import ChangeOptions
from schemactl.model.count import (
    Contradicting,
    Counted,
    Counter,
    CountKey,
    CountSubject,
    Question,
)
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.difference import Difference
from schemactl.model.schema import CONTACTS, Field, Schema
from schemactl.values import replace


def with_held_back(
    difference: Difference, desired: Desired, live: Schema, count: Counter | None
) -> Difference:
    """Return the difference with the moves of holders of options that stay for now.

    Args:
        difference: The differences of the schema.
        desired: The files.
        live: The account.
        count: Counts who holds something; None for nobody who does.
    """
    found = {one.id: one for one in _held_back(desired, live)}
    if not found or count is None:
        return difference
    questions = [each for one in found.values() for each in _questions(one)]
    answers = count(questions)
    held = {
        question.key
        for question, number in zip(questions, answers.counts, strict=True)
        if isinstance(number, Counted | Contradicting) and number.held
    }
    own = {one.id: one for one in difference.changes if isinstance(one, ChangeOptions)}
    moves = {
        each: moved for each, one in found.items() if (moved := _holding(one, held)).renamed
    }
    changes = [
        replace(one, renamed=(*one.renamed, *moves[one.id].renamed))
        if isinstance(one, ChangeOptions) and one.id in moves
        else one
        for one in difference.changes
    ]
    return replace(
        difference,
        changes=(*changes, *(one for each, one in moves.items() if each not in own)),
        pages_read=difference.pages_read + answers.requests,
    )


def _held_back(desired: Desired, live: Schema) -> Iterator[ChangeOptions]:
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        keeping = [
            (section.name, entry)
            for section in desired.of(label).sections
            for entry in section.fields
            if entry.later.options
        ]
        if keeping:  # Most files keep nothing back, and then no index is needed.
            known = {(section, one.name): one for section, one in live.of(label).all_fields()}
            for section, entry in keeping:
                field = known.get((section, entry.field.name))
                if field is not None:
                    yield _moves_of(label, section, entry, field)


def _moves_of(label: str, section: str, entry: DesiredField, field: Field) -> ChangeOptions:
    """Return the change that moves the holders of all options of a field that stay for now."""
    options, wanted = field.options or (), entry.field.options or ()
    _, gone = compare_options(wanted=wanted, live=options)
    names = {as_live(options, one) for one in entry.later.options}
    found = renamed_options(entry.option_was, live=options, removed=gone)
    kept = tuple(one for one in found if one.name in names and one.name in options)
    return ChangeOptions(
        custom_object=label,
        section=section,
        before=field,
        after=entry.field._replace(options=(*wanted, *(one.was for one in kept))),
        renamed=kept,
        location=entry.options_location or entry.location,
    )


def _questions(change: ChangeOptions) -> Iterator[Question]:
    for one in change.renamed:
        yield Question(
            key=CountKey(change.id, CountSubject.MOVED, one.was),
            custom_object=change.custom_object,
            section=change.section,
            name=change.name,
            declared=change.name,
            type=change.before.type,
        )


def _holding(change: ChangeOptions, held: set[CountKey]) -> ChangeOptions:
    """Return a change without the options that nobody is known to hold."""
    return replace(
        change,
        renamed=tuple(
            one
            for one in change.renamed
            if CountKey(change.id, CountSubject.MOVED, one.was) in held
        ),
    )
