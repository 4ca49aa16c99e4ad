"""Find the changes that restrict the values of an existing field.

Turning on `required` or `unique` destroys nothing. But existing contacts may break the rule,
and forms, imports and integrations that write them may be refused from then on. What the
server does with them is not documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.model.change import Change, ChangeSettings, ChangeType
from schemactl.model.change_title import title_of_change
from schemactl.model.plan import Hazard, Permission
from schemactl.model.schema import CONTACTS, Field


def find_tightenings(changes: Iterable[Change]) -> Iterator[Hazard]:
    """Yield one hazard for each existing field that becomes required or unique.

    A change of type counts too: its calls set both along with the type.
    """
    for change in changes:
        if isinstance(change, ChangeSettings | ChangeType):
            rules = tuple(_rules_turned_on(change.before, change.after))
            if rules:
                yield Hazard(
                    code=Permission.TIGHTENS,
                    changes=(change.id,),
                    message=_message(change, rules),
                    hint="first fill or correct the values that break the rule, and check the "
                    "forms and integrations that write the field",
                )


def records_of(custom_object: str) -> str:
    """Return what holds the values of an object's fields, in the plural: `contacts`."""
    return "contacts" if custom_object == CONTACTS else f'records of "{custom_object}"'


def quoted_title(change: Change) -> str:
    """Return the full name of a change's object in quotes: `"Sales / Status"`.

    A report may show a hazard far from its change, and two sections may each have a field of
    one name.
    """
    return f'"{title_of_change(change.id)}"'


def _rules_turned_on(before: Field, after: Field) -> Iterator[str]:
    # What an API does not show is None: it cannot be turned on over that API either.
    if after.required and before.required is False:
        yield "required"
    if after.unique and before.unique is False:
        yield "unique"


def _message(change: ChangeSettings | ChangeType, rules: tuple[str, ...]) -> str:
    who = records_of(change.custom_object)
    breaches = {
        "required": "hold no value",
        "unique": "share a value",
    }
    found = " or ".join(breaches[rule] for rule in rules)
    return (
        f"{quoted_title(change)} becomes {' and '.join(rules)}: existing {who} that {found} "
        "break this, and forms and integrations that write the field may start failing"
    )
