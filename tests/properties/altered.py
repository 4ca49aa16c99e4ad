"""Alters any one value of a JSON document: deleted, replaced, doubled or put elsewhere."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import strategies as st

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.text("aS/.~7é\u200b", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=2)
    ),
    max_leaves=4,
)


def places_of(
    document: object, path: tuple[str | int, ...] = ()
) -> list[tuple[str | int, ...]]:
    """List the path of every value in a document, the document itself excluded."""
    inner: list[tuple[str | int, ...]] = []
    members: list[tuple[str | int, object]] = []
    match document:
        case dict():
            members = list(document.items())
        case list():
            members = list(enumerate(document))
        case _:
            pass
    for name, value in members:
        inner += [(*path, name), *places_of(value, (*path, name))]
    return inner


@st.composite
def altered(draw: st.DrawFn, document: object) -> object:
    """Return a copy with one value altered, wherever it is."""
    copy = deepcopy(document)
    places = places_of(copy)
    if not places:
        return draw(json_values)
    *way, last = draw(st.sampled_from(places))
    holder = copy
    for step in way:
        match holder, step:
            case dict(), str():
                holder = holder[step]
            case list(), int():
                holder = holder[step]
            case _:
                raise AssertionError(step)
    match holder, last:
        case dict(), str():
            if draw(st.booleans()):
                del holder[last]
            else:
                holder[last] = draw(json_values | st.sampled_from(list(holder.values())))
        case list(), int():
            _alter_list(draw, holder, last)
        case _:
            raise AssertionError(last)
    return copy


def _alter_list(draw: st.DrawFn, holder: list[object], place: int) -> None:
    match draw(st.sampled_from(("delete", "replace", "double", "reorder"))):
        case "delete":
            del holder[place]
        case "replace":
            holder[place] = draw(json_values)
        case "double":
            holder.insert(place, deepcopy(holder[place]))
        case _:
            holder.append(holder.pop(place))
