"""Refuse a plan that would write the account's own app id or key into a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from schemactl.errors import RefusedError
from schemactl.model.plan import JsonValue, Plan


def refuse_secret_names(plan: Plan, *, holds_secret: Callable[[str], bool]) -> None:
    """Refuse a plan that contains the account's app id or key, before anything is sent.

    Once such a name is in the account, every answer contains the key and is refused, so that
    neither plan nor apply works any more.

    Args:
        plan: What would be done.
        holds_secret: Whether app id or key of the account are in a text.

    Raises:
        RefusedError: They are; the message names the places in the files, not the texts.
    """
    held = {
        change_id
        for call in plan.calls
        if any(map(holds_secret, _texts(call.arguments)))
        for change_id in call.serves
    }
    places = dict.fromkeys(
        str(change.location)
        for change in plan.changes
        if change.location is not None and (change.id in held or holds_secret(change.id))
    )
    if held or places:
        where = f" ({', '.join(places)})" if places else ""
        msg = (
            f"secret-in-name: a name or an option{where} holds the app id or the key of the "
            "account; nothing was changed"
        )
        hint = "remove it from the files; if it was committed, create a new key"
        raise RefusedError(msg, hint=hint)


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from _texts(item)
        case Mapping():
            for name, member in value.items():
                yield name
                yield from _texts(member)
        case bool() | int() | float() | None:
            return
