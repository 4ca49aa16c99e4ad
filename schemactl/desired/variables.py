"""Variables of an account in schema files: `${name}`, where a file lists it under `uses:`.

Texts are replaced after a file is parsed, so that a value is never read as YAML. Every part
keeps its place. `$${` is the text `${`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.reader import Document
from schemactl.errors import Location, Problem, Severity
from schemactl.model.variables import Variable
from schemactl.text import and_list, nearest, quoted_short
from schemactl.values import replace

USES: Final = "uses"
_REFERENCE: Final = r"\$\$\{|\$\{([^{}]*)\}"


class Substitution:
    """Replaces the variables in one file, and collects what is wrong with them.

    Attributes:
        problems: What is unknown or unused.
        used: Names of the account's variables that the file lists.

    Args:
        document: The file.
        variables: The account's variables by their names.
    """

    def __init__(self, document: Document, variables: ReadOnly[str, str]) -> None:
        self.problems: list[Problem] = []
        self.used: frozenset[str] = frozenset()
        self._document = document
        self._variables = variables
        self._listed: dict[str, Location] = {}
        self._met: set[str] = set()

    def document(self) -> Document:
        """Return the file with its variables replaced; the same one if it lists none."""
        root = self._document.root
        uses = root.get(USES) if isinstance(root, Mapping) else None
        if not isinstance(root, Mapping) or not isinstance(uses, Sequence):
            return self._document
        for index, name in enumerate(uses):
            if isinstance(name, str):
                place = uses.item_location(index, file=self._document.file)
                self._listed.setdefault(name, place)
        self.problems.extend(self._unknown())
        self.used = frozenset(self._listed)
        replaced = self._mapping(root)
        self.problems.extend(self._unused())
        return replace(self._document, root=replaced)

    def _unknown(self) -> Iterator[Problem]:
        for name, place in self._listed.items():
            if name not in self._variables:
                right = nearest(name, tuple(self._variables))
                hint = (
                    f"write {right}" if right else f'add "vars: {{{name}: …}}" to the account'
                )
                message = f"the account has no variable {quoted_short(name)}"
                yield Problem(place, ProblemCode.UNKNOWN_VARIABLE, message, hint)

    def _unused(self) -> Iterator[Problem]:
        for name, place in self._listed.items():
            if name not in self._met:
                message = f"no text of this file has ${{{name}}}"
                code = ProblemCode.UNUSED_VARIABLE
                yield Problem(place, code, message, "delete it here", Severity.WARNING)

    def _mapping(self, node: Mapping) -> Mapping:
        result = Mapping(node.place)
        for key, value in node.items():
            place = node.value_location(key, file=self._document.file)
            result[key] = value if key == USES else self._value(value, place)
        result.places = node.places
        return result

    def _value(self, value: Value, place: Location) -> Value:
        match value:
            case Mapping():
                return self._mapping(value)
            case Sequence():
                result = Sequence(value.place)
                file = self._document.file
                result.extend(
                    self._value(item, value.item_location(index, file=file))
                    for index, item in enumerate(value)
                )
                result.places = value.places
                return result
            case str():
                return self._text(value, place) if "${" in value else value
            case int():
                return value

    def _text(self, text: str, place: Location) -> str:
        def replaced(found: re.Match[str]) -> str:
            name = found[1]
            if name is None:
                return "${"
            if name not in self._listed:
                self.problems.append(self._not_listed(name, place))
                return found[0]
            self._met.add(name)
            return self._variables.get(name, found[0])

        return re.sub(_REFERENCE, replaced, text)

    def _not_listed(self, name: str, place: Location) -> Problem:
        right = nearest(name, tuple(self._listed))
        message = f'${{{name}}} is not listed under "uses"'
        known = and_list(map(quoted_short, self._listed))
        hint = (
            f"write ${{{right}}}" if right else f"list it beside {known}, or write $${{{name}}}"
        )
        return Problem(place, ProblemCode.UNKNOWN_VARIABLE, message, hint)


def unused_variables(
    variables: ReadOnly[str, Variable], used: frozenset[str]
) -> Iterator[Problem]:
    """Yield the variables of an account that no schema file of it uses."""
    for name, variable in variables.items():
        if name not in used:
            message = f"no schema file of this account uses the variable {quoted_short(name)}"
            hint = f'list it under "uses: [{name}]" in a file, or delete it'
            code = ProblemCode.UNUSED_VARIABLE
            yield Problem(variable.location, code, message, hint, Severity.WARNING)
