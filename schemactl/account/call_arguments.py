"""Arguments of a planned call as they come from a file: each of the right type, or an error."""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.model.plan import JsonObject


class Arguments:
    """Arguments of a call, read with their types checked.

    Every method takes the name of an argument, and raises `ValueError` where its value is
    of another type, or where it is absent and must not be.
    """

    def __init__(self, arguments: JsonObject) -> None:
        self._arguments = arguments

    def text(self, name: str) -> str:
        """Give a text."""
        found = self.maybe_text(name)
        if found is None:
            raise _lacking(name)
        return found

    def maybe_text(self, name: str) -> str | None:
        """Give a text; None where it is absent."""
        value = self._arguments.get(name)
        if value is not None and not isinstance(value, str):
            raise _lacking(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts; an empty one where it is absent."""
        value = self._arguments.get(name, ())
        if not isinstance(value, tuple | list):
            raise _lacking(name)
        texts = tuple(item for item in value if isinstance(item, str))
        if len(texts) != len(value):
            raise _lacking(name)
        return texts

    def flag(self, name: str) -> bool | None:
        """Give yes or no; None where it is absent."""
        value = self._arguments.get(name)
        if value is not None and not isinstance(value, bool):
            raise _lacking(name)
        return value

    def number(self, name: str) -> int:
        """Give a whole number."""
        value = self._arguments.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _lacking(name)
        return value

    def items(self, name: str) -> tuple[Arguments, ...]:
        """Give a list of maps, each to be read in the same way."""
        value = self._arguments.get(name)
        if not isinstance(value, tuple | list):
            raise _lacking(name)
        items = tuple(Arguments(item) for item in value if isinstance(item, Mapping))
        if len(items) != len(value):
            raise _lacking(name)
        return items


def _lacking(name: str) -> ValueError:
    return ValueError(f"a call lacks its {name}")
