"""Find the changes that restrict the values of an existing field.

Turning on `required` or `unique` destroys nothing. But existing contacts may break the rule,
and forms, imports and integrations that write them may be refused from then on. What the
server does with them is not documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from schemactl.model.change import Change, ChangeSettings, ChangeType
from schemactl.model.change_title import title_of_change
from schemactl.model.count import Counted, CountKey, CountSubject
from schemactl.model.plan import Hazard, Permission
from schemactl.model.schema import Field
from schemactl.safety.count_words import doubt_in_words, holders_in_words, records_of
from schemactl.safety.counts import Counts


def find_tightenings(changes: Iterable[Change], counts: Counts) -> Iterator[Hazard]:
    """Yield one hazard for each existing field that becomes required or unique.

    A change of type counts too: its calls set both along with the type.
    """
    for change in changes:
        if isinstance(change, ChangeSettings | ChangeType):
            rules = rules_turned_on(change.before, change.after)
            if rules:
                yield Hazard(
                    code=Permission.TIGHTENS,
                    changes=(change.id,),
                    message=_message(change, rules, counts),
                    hint="first fill or correct the values that break the rule, and check the "
                    "forms and integrations that write the field",
                )


def quoted_title(change: Change) -> str:
    """Return the full name of a change's object in quotes: `"Sales / Status"`.

    A report may show a hazard far from its change, and two sections may each have a field of
    one name.
    """
    return f'"{title_of_change(change.id)}"'


def rules_turned_on(before: Field, after: Field) -> tuple[str, ...]:
    """Return which of `required` and `unique` a change turns on.

    What an API does not show is None: it cannot be turned on over that API either.
    """
    turned = {
        "required": after.required and before.required is False,
        "unique": after.unique and before.unique is False,
    }
    return tuple(rule for rule, is_on in turned.items() if is_on)


def _message(
    change: ChangeSettings | ChangeType, rules: tuple[str, ...], counts: Counts
) -> str:
    label = change.custom_object
    found = " or ".join(_BREACHES[rule][1] for rule in rules)
    plain = (
        f"{quoted_title(change)} becomes {' and '.join(rules)}: existing {records_of(label)} "
        f"that {found} would break the rule, and forms and integrations that write the field "
        "may fail"
    )
    return "; ".join((plain, *_counted(change, rules, counts)))


def _counted(
    change: ChangeSettings | ChangeType, rules: tuple[str, ...], counts: Counts
) -> Iterator[str]:
    """Yield how many records break each rule now."""
    for rule in rules:
        subject, breach = _BREACHES[rule]
        count = counts.get(CountKey(change.id, subject))
        if isinstance(count, Counted):
            yield f"{holders_in_words(count, change.custom_object)} {_singular(breach, count)}"
        elif count is not None:
            yield f"those that {breach} are {doubt_in_words(count, change.custom_object)}"


def _singular(breach: str, count: Counted) -> str:
    """Return the words for a count: nobody holds, one of many holds, several hold."""
    verb, _, rest = breach.partition(" ")
    return breach if count.held > 1 else f"{verb}s {rest}"


_BREACHES: Final[Mapping[str, tuple[CountSubject, str]]] = MappingProxyType(
    {
        "required": (CountSubject.EMPTY, "hold no value"),
        "unique": (CountSubject.SHARED, "share a value"),
    }
)
