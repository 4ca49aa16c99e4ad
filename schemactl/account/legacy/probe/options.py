"""What the Contacts API does with options of dropdowns and lists."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.legacy.probe.trying import (
    add_fields,
    add_options,
    make_field,
    remove_options,
)
from schemactl.account.legacy.values import NewField
from schemactl.account.probing import (
    InconclusiveError,
    Scratch,
    judge_option_matching,
    options_of,
)
from schemactl.model.facts import OptionMatching, OptionsInSection, OptionsOfLists, Point
from schemactl.model.scratch import FIRST, FIRST_LOWER, SECOND
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class OptionsInSectionPoint:
    """Add a dropdown and a list together with their options."""

    point: ClassVar = Point.OPTIONS_IN_SECTION
    calls: ClassVar = 1
    makes: ClassVar = 2

    def find(self, scratch: Scratch) -> OptionsInSection:
        """See whether both have their options."""
        name = scratch.names.name
        options = (FIRST, SECOND)
        tried = add_fields(
            scratch,
            "a",
            NewField(name=name("a3"), type="tdrop", options=options),
            NewField(name=name("a4"), type="list", options=options),
        )
        found = {options_of(tried.finds(name("a"), name(each))) for each in ("a3", "a4")}
        if found == {options}:
            return OptionsInSection.HONOURED
        if found == {()}:
            return OptionsInSection.IGNORED
        msg = "the fields have other options than those that were sent, or do not exist"
        raise InconclusiveError(msg)


@dataclass(frozen=True, slots=True)
class OptionsOfListsPoint:
    """Add an option to a list field by the call that is documented for dropdowns."""

    point: ClassVar = Point.OPTIONS_OF_LISTS
    calls: ClassVar = 2
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> OptionsOfLists:
        """See whether the list has it."""
        name = scratch.names.name
        make_field(scratch, "a", NewField(name=name("a5"), type="list"))
        tried = add_options(scratch, "a5", FIRST)
        if options_of(tried.finds(name("a"), name("a5"))) == (FIRST,):
            return OptionsOfLists.ACCEPTED
        if tried.is_refused:
            return OptionsOfLists.REFUSED
        msg = "the server reported success, and the list has no option"
        raise InconclusiveError(msg)


@dataclass(frozen=True, slots=True)
class OptionMatchingPoint:
    """Remove one of two options that differ only in case."""

    point: ClassVar = Point.OPTION_MATCHING
    calls: ClassVar = 3
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> OptionMatching:
        """See whether the other one stays."""
        name = scratch.names.name
        make_field(scratch, "a", NewField(name=name("a6"), type="tdrop"))
        made = add_options(scratch, "a6", FIRST, FIRST_LOWER)
        tried = remove_options(scratch, "a6", FIRST_LOWER)
        return judge_option_matching(
            options_of(made.finds(name("a"), name("a6"))),
            options_of(tried.finds(name("a"), name("a6"))),
        )
