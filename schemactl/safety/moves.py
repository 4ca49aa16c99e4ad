"""Find the changes that write values into contacts, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemactl.account.batch_sizes import count_write_requests
from schemactl.model.change import Change, ChangeOptions, FillField, OptionRename
from schemactl.model.count import Count, Counted, CountKey, CountSubject
from schemactl.model.plan import Hazard, Permission, Plan
from schemactl.model.schema import every_record, in_object
from schemactl.safety.count_words import (
    doubt_in_words,
    effort_in_words,
    holders_in_words,
    no_record_of,
)
from schemactl.safety.counts import Counts
from schemactl.safety.tightening import quoted_title
from schemactl.text import and_list

_HINT: Final = "pause automations that must not start, or rename the option by hand"
_HINT_OF_FILLS: Final = "pause automations that must not start, or delete from: in the file"
_AUTOMATIONS: Final = "automations that react to the field may start"


def find_moves(changes: Iterable[Change], counts: Counts, plan: Plan) -> Iterator[Hazard]:
    """Yield one hazard for each field whose records get other values."""
    for change in changes:
        if isinstance(change, FillField):
            if change.renames:
                yield _copying(change)
            yield Hazard(
                code=Permission.WRITES_CONTACTS,
                changes=(change.id,),
                message=_filling(change, plan.backend),
                hint=_HINT_OF_FILLS,
            )
        if isinstance(change, ChangeOptions) and change.renamed:
            found = [
                counts.get(CountKey(change.id, CountSubject.MOVED, one.was))
                for one in change.renamed
            ]
            yield Hazard(
                code=Permission.WRITES_CONTACTS,
                changes=(change.id,),
                message=_message(change, found, plan.backend),
                hint=_HINT if _are_held(found) else None,
            )


def _copying(change: FillField) -> Hazard:
    """Return the hazard of a field that is another one afterwards, with the same values."""
    source = change.sources[0]
    verb = "renamed" if source.section == change.section else "moved"
    return Hazard(
        code=Permission.COPIES_VALUES,
        changes=(change.id,),
        message=f'"{in_object(change.custom_object, source.title)}" is {verb} by copying: '
        f"{quoted_title(change)} is a new field with all its values, and what names the old "
        "one (forms, automations, messages, groups) does not name it",
        hint="do it in the web interface: there it stays the same field",
    )


def _filling(change: FillField, backend: str) -> str:
    label = change.custom_object
    sources = and_list(f'"{one.title}"' for one in change.sources)
    about = f"{quoted_title(change)} gets values from {sources}"
    if change.records is None:
        return f"{about}; {_AUTOMATIONS}"
    if not change.records:
        nobody = no_record_of(label)
        return f"{about} in {nobody} as it is now, and in those that change until it is removed"
    count = Counted(held=change.records, total=change.total)
    kept = ""
    if change.kept:
        other = holders_in_words(Counted(held=change.kept, total=change.total), label)
        kept = f"{other} hold another value, which stays; "
    return (
        f"{about} in {holders_in_words(count, label)}; {kept}"
        f"{effort_in_words(count_write_requests(backend, change.records))}; {_AUTOMATIONS}"
    )


def _message(change: ChangeOptions, found: Sequence[Count | None], backend: str) -> str:
    label = change.custom_object
    moved = and_list(
        _renamed(one, count, label) for one, count in zip(change.renamed, found, strict=True)
    )
    about = f"in {quoted_title(change)} the option {moved}"
    if not _are_held(found):
        return about
    parts = [f"{about}; {_what_becomes_of_old(change)}"]
    numbers = [count.held for count in found if isinstance(count, Counted)]
    if len(numbers) == len(found):
        parts.append(effort_in_words(count_write_requests(backend, sum(numbers))))
    return "; ".join((*parts, _AUTOMATIONS))


def _what_becomes_of_old(change: ChangeOptions) -> str:
    stay = [f'"{one.was}"' for one in change.renamed if one.was not in change.removed]
    if not stay:
        which = "the old option is" if len(change.renamed) == 1 else "each old option is"
        return f"{which} removed once nobody holds it"
    kept = f"{and_list(stay)} {'stays' if len(stay) == 1 else 'stay'} for now (contract: later)"
    if len(stay) == len(change.renamed):
        return kept
    return f"{kept}, and each other old option is removed once nobody holds it"


def _are_held(found: Sequence[Count | None]) -> bool:
    """Whether a record may hold one of the options."""
    return not all(isinstance(count, Counted) and not count.held for count in found)


def _renamed(option: OptionRename, count: Count | None, label: str) -> str:
    """Return what becomes of an option, and in whom."""
    was, name = f'"{option.was}"', f'"{option.name}"'
    if not isinstance(count, Counted):
        plain = f"{was} becomes {name} in {every_record(label)} that holds it"
        return plain if count is None else f"{plain} ({doubt_in_words(count, label)})"
    if not count.held:
        return f"{was}, which {no_record_of(label)} holds, becomes {name}"
    return f"{was} becomes {name} in {holders_in_words(count, label)}"
