"""Rules for names, options and tags: unique, visible, and different in more than case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, TypeAlias

from schemactl.desired.entries import (
    Entries,
    FieldEntry,
    SectionEntry,
    TagEntry,
    item_location,
)
from schemactl.document.codes import ProblemCode
from schemactl.document.reader import has_bad_character
from schemactl.errors import Location, Problem, Severity
from schemactl.model.characters import appearance, find_invisible, spell_out
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES
from schemactl.model.schema import fold_name
from schemactl.text import and_list, counted, quoted_short
from schemactl.values import NamedTuple

TAG_SEPARATOR = "*/*"
"""Separates tags, and the options of a list, in a contact's record."""

_Named: TypeAlias = SectionEntry | FieldEntry | TagEntry
_LINE_BREAKS: Final = str.maketrans("", "", "\r\n")


class WordKind(StrEnum):
    """What a word in a file is, as messages name it."""

    SECTION = "section"
    FIELD = "field"
    OPTION = "option"
    TAG = "tag"


def sections_are_declared_once(entries: Entries) -> Iterator[Problem]:
    """Each section is declared once: two declarations could contradict each other."""
    named = (section for section in entries.sections if section.name)
    return _clashes(named, ProblemCode.DUPLICATE_SECTION, WordKind.SECTION)


def tags_are_declared_once(entries: Entries) -> Iterator[Problem]:
    """Each tag is declared once."""
    return _clashes(entries.tags, ProblemCode.DUPLICATE_TAG, WordKind.TAG)


def fields_are_declared_once(entries: Entries) -> Iterator[Problem]:
    """A field name is declared once within a section."""
    for section in entries.sections:
        if len({field.folded for field in section.fields}) < len(section.fields):
            yield from _clashes(section.fields, ProblemCode.DUPLICATE_FIELD, WordKind.FIELD)


def _clashes(named: Iterable[_Named], code: ProblemCode, kind: WordKind) -> Iterator[Problem]:
    seen: dict[str, _Named] = {}
    for entry in named:
        first = seen.setdefault(fold_name(entry.name), entry)
        if first is entry:
            continue
        if first.name == entry.name:
            message = f"the {kind} {quoted_short(entry.name)} is declared twice"
            hint = f"the other is at {first.location}; keep one of the two"
            yield Problem(entry.location, code, message, hint)
        else:
            yield _near(entry.location, kind, entry.name, other=first.name, at=first.location)


def _near(
    location: Location, kind: WordKind, name: str, *, other: str, at: Location
) -> Problem:
    message = f"the {kind} {quoted_short(name)} {how_alike(name, other)}"
    hint = f"the other is at {at}; the server may treat both as one"
    return Problem(location, ProblemCode.NEAR_DUPLICATE, message, hint)


def how_alike(name: str, other: str) -> str:
    """Return the end of a message about two names that `fold_name` makes equal."""
    if name.strip().casefold() == other.strip().casefold():
        return f"differs from {quoted_short(other)} only by case or surrounding spaces"
    if appearance(name) == appearance(other):
        return (
            f"looks like {quoted_short(other)}: they differ only in ways that people cannot see"
        )
    return f"differs from {quoted_short(other)} only by case and in ways that people cannot see"


def options_are_listed_once(entries: Entries) -> Iterator[Problem]:
    """Each option is listed once.

    Two that differ only by case are a warning, because accounts do have such options. Two that
    look alike are an error.
    """
    seen: set[int] = set()
    for _, field in entries.all_fields():
        options = field.options
        if not options:
            continue
        # A list that several fields share through an alias is one list in the file.
        written = id(field.node.get("options"))
        if written in seen:
            continue
        seen.add(written)
        if len(set(map(fold_name, options))) < len(options):
            yield from _option_clashes(field, options)


def _option_clashes(field: FieldEntry, options: tuple[str, ...]) -> Iterator[Problem]:
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for index, option in enumerate(options):
        location = item_location(field.node, "options", index, file=field.file)
        near = folded.setdefault(fold_name(option), index)
        first = exact.setdefault(option, index)
        if first != index:
            message = (
                f"{quoted_short(field.name)} lists the option {quoted_short(option)} twice"
            )
            yield Problem(
                location, ProblemCode.DUPLICATE_OPTION, message, "delete one of the two"
            )
        elif near != index and option.strip():
            other = options[near]
            how = how_alike(option, other)
            message = f"the option {quoted_short(option)} of {quoted_short(field.name)} {how}"
            code = ProblemCode.NEAR_DUPLICATE
            severity = Severity.ERROR if _is_lookalike(option, other) else Severity.WARNING
            yield Problem(location, code, message, "keep one of the two", severity)


def _is_lookalike(option: str, other: str) -> bool:
    """Whether two options look alike; plain spaces around them count as equal."""
    return appearance(option) == appearance(other) and option.strip(" ") != other.strip(" ")


def dropdown_names_are_unique(entries: Entries) -> Iterator[Problem]:
    """A name is unique across sections: the Contacts API's option calls name no section."""
    seen = Counter(field.folded for _, field in entries.all_fields())
    shared = {folded for folded, count in seen.items() if count > 1}
    if not shared:
        return
    sections_of: defaultdict[str, list[str]] = defaultdict(list)
    for section, field in entries.all_fields():
        sections_of[field.folded].append(section.name)
    for section, field in entries.all_fields():
        if field.options is not None and field.folded in shared:
            others = [name for name in sections_of[field.folded] if name != section.name]
            if others:
                yield _name_in_two_sections(field, others)


def names_are_of_one_section(entries: Entries) -> Iterator[Problem]:
    """The REST API can create only the first of several new fields with one name.

    One warning covers all names: an account may have hundreds, and nothing is wrong where
    the fields exist already.
    """
    first: dict[str, SectionEntry] = {}
    shared: dict[str, tuple[SectionEntry, SectionEntry, FieldEntry]] = {}
    for section, field in entries.all_fields():
        other = first.setdefault(field.folded, section)
        if other is not section and field.name:
            shared.setdefault(field.folded, (other, section, field))
    if shared:
        other, section, field = next(iter(shared.values()))
        where = f"{quoted_short(other.name)} and {quoted_short(section.name)}"
        more = counted(len(shared) - 1, "other name")
        rest = f", and so are the fields of {more}" if len(shared) > 1 else ""
        message = f"fields {quoted_short(field.name)} are declared in {where}{rest}"
        hint = (
            "give one of them another name: the REST API creates only the first of several new "
            "fields with one name, and you create the others by hand "
            "(`schemactl explain name-in-two-sections`)"
        )
        code = ProblemCode.NAME_IN_TWO_SECTIONS
        yield Problem(field.location, code, message, hint, Severity.WARNING)


def _name_in_two_sections(field: FieldEntry, others: list[str]) -> Problem:
    where = and_list(quoted_short(name) for name in others)
    message = f"a field {quoted_short(field.name)} is declared in {where} as well"
    hint = (
        "give one of the fields another name: the Contacts API names no section when it "
        "changes options, so a person must do that (`schemactl explain name-in-two-sections`)"
    )
    code = ProblemCode.NAME_IN_TWO_SECTIONS
    return Problem(field.location, code, message, hint, Severity.WARNING)


class _Word(NamedTuple):
    """A declared name, option or tag; `type` is the type of its field."""

    kind: WordKind
    text: str
    location: Location
    type: str = ""


def words_are_sound(entries: Entries) -> Iterator[Problem]:
    """Names, options and tags are visible, and have no separator of the vendor's."""
    for word in _odd_words(entries):
        problem = _word_problem(word)
        if problem is not None:
            yield problem


def descriptions_are_visible(entries: Entries) -> Iterator[Problem]:
    """A description may have line breaks, and no other invisible character."""
    for section in entries.sections:
        if section.description and is_unfit_description(section.description):
            place = section.node.value_location("description", file=section.file)
            message = (
                f"the description of {quoted_short(section.name)} holds a character that "
                "cannot be seen"
            )
            hint = "write it without; line breaks alone are allowed"
            yield Problem(place, ProblemCode.BAD_CHARACTER, message, hint)


def is_unfit_description(text: str) -> bool:
    """Whether no file can hold a description, or it ends in a line break."""
    return has_bad_character(text.translate(_LINE_BREAKS)) or text.endswith(("\r", "\n"))


def _odd_words(entries: Entries) -> Iterator[_Word]:
    """Yield the words that need a full check: one in a thousand, so this check is quick."""
    for section in filter(_has_odd, entries.sections):
        if _is_odd(section.name):
            yield _Word(WordKind.SECTION, section.name, section.location)
        for field in section.fields:
            if _is_odd(field.name):
                yield _Word(WordKind.FIELD, field.name, field.location)
            if field.options:
                yield from _odd_options(field, field.options)
    for tag in entries.tags:
        if _is_odd(tag.name):
            yield _Word(WordKind.TAG, tag.name, tag.location)


def _has_odd(section: SectionEntry) -> bool:
    """Whether `_is_odd` is true of a word of a section: all words are checked as one text."""
    words = [section.name]
    for field in section.fields:
        words.append(field.name)
        words += field.options or ()
    text = "|".join(words)
    is_plain = text.isascii() and text.isprintable() and TAG_SEPARATOR not in text
    return not (is_plain and all(map(str.strip, words)))


def _odd_options(field: FieldEntry, options: tuple[str, ...]) -> Iterator[_Word]:
    for index, option in enumerate(options):
        if _is_odd(option):
            place = item_location(field.node, "options", index, file=field.file)
            yield _Word(WordKind.OPTION, option, place, field.type)


def _is_odd(text: str) -> bool:
    if text.isascii():
        return not text.isprintable() or not text.strip() or TAG_SEPARATOR in text
    return spell_out(text) != text or TAG_SEPARATOR in text


def _word_problem(word: _Word) -> Problem | None:
    """Return the most severe problem of a word; None if there is none, or it is known."""
    shown = f"the {word.kind} {quoted_short(word.text)}"
    invisible = find_invisible(word.text)
    if invisible is not None:
        message = f"{shown} holds an invisible character: {invisible}"
        return Problem(word.location, ProblemCode.BAD_CHARACTER, message, "write it without")
    if not appearance(word.text):
        return _blank_problem(word)
    return _separator_problem(word, shown) if TAG_SEPARATOR in word.text else None


def _blank_problem(word: _Word) -> Problem | None:
    if word.kind is WordKind.OPTION:
        message, hint = "an option is empty", "delete it unless the account has it too"
        code = ProblemCode.EMPTY_OPTION
        return Problem(word.location, code, message, hint, Severity.WARNING)
    if not word.text:
        return None
    message = f"the name of a {word.kind} has nothing but spaces"
    return Problem(word.location, ProblemCode.EMPTY_NAME, message)


def _separator_problem(word: _Word, shown: str) -> Problem | None:
    message = f'{shown} holds "{TAG_SEPARATOR}"'
    if word.kind is WordKind.TAG:
        hint = "it separates tags, so no tag can contain it"
        return Problem(word.location, ProblemCode.TAG_SEPARATOR, message, hint)
    if word.type in MULTIPLE_CHOICE_TYPES:
        hint = "it separates the options that a contact has"
        code = ProblemCode.TAG_SEPARATOR
        return Problem(word.location, code, message, hint, Severity.WARNING)
    return None
