"""Read the arguments of a planned call from a file: each of the right type, or an error."""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.model.plan import Call, CallDraft, JsonObject


class Arguments:
    """The arguments of a call, read with their types checked.

    Every method takes the name of an argument, and raises `ValueError` where its value is
    of another type, or where it is required and absent.
    """

    def __init__(self, arguments: JsonObject) -> None:
        self._arguments = arguments

    def text(self, name: str) -> str:
        """Return a text."""
        found = self.maybe_text(name)
        if found is None:
            raise _missing(name)
        return found

    def maybe_text(self, name: str) -> str | None:
        """Return a text; None where it is absent."""
        value = self._arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise _missing(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; an empty one where it is absent."""
        value = self._arguments.get(name, ())
        if not isinstance(value, tuple | list):
            raise _missing(name)
        texts = tuple(item for item in value if isinstance(item, str))
        if len(texts) != len(value):
            raise _missing(name)
        return texts

    def flag(self, name: str) -> bool | None:
        """Return true or false; None where it is absent."""
        value = self._arguments.get(name)
        if value is not None and not isinstance(value, bool):
            raise _missing(name)
        return value

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self._arguments.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _missing(name)
        return value

    def items(self, name: str) -> tuple[Arguments, ...]:
        """Return a list of maps, each to be read in the same way."""
        value = self._arguments.get(name)
        if not isinstance(value, tuple | list):
            raise _missing(name)
        items = tuple(Arguments(item) for item in value if isinstance(item, Mapping))
        if len(items) != len(value):
            raise _missing(name)
        return items


def refuse_other_form(call: Call, written: CallDraft) -> None:
    """Check that a call has exactly the form in which its request is written down.

    An argument that was not read would be ignored silently, so the call would be another one.

    Raises:
        ValueError: It has another word, an argument too many, or one in another form.
    """
    if (written.request, written.arguments) != (call.request, _as_tuples(call.arguments)):
        msg = f"a call of {call.request} is never written like that"
        raise ValueError(msg)


def _as_tuples(value: object) -> object:
    """Return arguments with tuples, as `draft_call` writes them; files have lists."""
    if isinstance(value, Mapping):
        return {name: _as_tuples(item) for name, item in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value


def _missing(name: str) -> ValueError:
    return ValueError(f"a call has no {name}")
