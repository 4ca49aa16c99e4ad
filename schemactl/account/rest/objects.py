"""Find the number of each custom object in an account: files name objects by their label.

No recording shows which of an object's names people see, so every name that the account
returns counts, unless several objects have it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from schemactl.account.interface import Wanted
from schemactl.account.rest.state import ObjectRef
from schemactl.account.rest.values import CustomObject
from schemactl.errors import AnswerError
from schemactl.model.schema import fold_name


def resolve_objects(known: Sequence[CustomObject], wanted: Wanted) -> tuple[ObjectRef, ...]:
    """Return label and number of each wanted object that exists, in the order wanted.

    Raises:
        AnswerError: Several objects have a wanted name, or one object has several.
    """
    if wanted is None:
        return _all(known)
    found = ((label, _number_of(label, known)) for label in wanted)
    refs = tuple(ObjectRef(label, number) for label, number in found if number is not None)
    for ref in refs:
        twin = next((one for one in refs if one.id == ref.id and one.label != ref.label), None)
        if twin is not None:
            msg = f'"{ref.label}" and "{twin.label}" are one custom object of the account'
            raise AnswerError(msg, hint="name it in one way in all files")
    return refs


def _all(known: Sequence[CustomObject]) -> tuple[ObjectRef, ...]:
    """Return every object with a label that no other object has."""
    refs = []
    for each in sorted(known, key=lambda one: one.id):
        others = [name for one in known if one.id != each.id for name in one.names]
        label = next((name for name in each.names if name not in others), None)
        if label is None:
            msg = f"the custom object {each.id} has no name of its own: {_names_text(each)}"
            raise AnswerError(msg, hint="give it another name in the web interface")
        refs.append(ObjectRef(label, each.id))
    return tuple(refs)


def _number_of(label: str, known: Sequence[CustomObject]) -> int | None:
    """Find an object by its exact names, then as a server would compare them.

    Last by the server's own name, which seems to be the label with an `o` in front
    (inferred from one recorded answer).
    """
    ways: tuple[Callable[[CustomObject], Iterator[str]], ...] = (
        lambda each: iter(each.names),
        lambda each: map(fold_name, each.names),
        _without_prefix,
    )
    for way, name in zip(ways, (label, fold_name(label), label), strict=True):
        found = [each for each in known if name in way(each)]
        if len(found) > 1:
            numbers = " and ".join(str(each.id) for each in found)
            msg = f'the custom objects {numbers} are both called "{label}"'
            raise AnswerError(msg, hint="rename one of them in the web interface")
        if found:
            return found[0].id
    return None


def _without_prefix(each: CustomObject) -> Iterator[str]:
    if each.name[:1] == "o" and each.name[1:2].isupper():
        yield each.name[1:]


def _names_text(each: CustomObject) -> str:
    return ", ".join(f'"{name}"' for name in each.names) or "it has none"
