"""Switches for cases in which public facts do not say what the vendor's server does.

The default of a switch is what evidence makes most likely, or the strictest behaviour for a
client. This module only holds them; the rules read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple

from schemactl.emulator import choices
from schemactl.emulator.errors import EmulatorError, nearest_word
from schemactl.emulator.value_switches import ValueSwitches


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches(ValueSwitches):
    """One setting of every switch; a switch's name in text has hyphens for underscores.

    The `about` of each field says what is unknown. Unless it mentions "recorded", "manual" or
    "clients", the behaviour is not public, and the default is a guess.
    """

    success_body: choices.SuccessBody = field(
        default=choices.SuccessBody.PLAIN,
        metadata={
            "about": "body of a successful schema call; both are recorded for other calls"
        },
    )
    credentials_failure: choices.CredentialsFailure = field(
        default=choices.CredentialsFailure.OOPS,
        metadata={
            "about": "answer to wrong credentials; clients know a text that begins with 'Oops'"
        },
    )
    no_permission: choices.NoPermission = field(
        default=choices.NoPermission.EMPTY,
        metadata={"about": "answer to a key without the permission; clients saw an empty body"},
    )
    failure_form: choices.FailureForm = field(
        default=choices.FailureForm.COMPACT,
        metadata={"about": "how a failure is written; all three are recorded"},
    )
    list_options: choices.ListOptions = field(
        default=choices.ListOptions.LIST,
        metadata={"about": "element of a custom list field's option in `key`; tags use list"},
    )
    unknown_type: choices.AcceptOrRefuse = field(
        default=choices.AcceptOrRefuse.ACCEPT,
        metadata={"about": "field types that are not in the manual; clients do send some"},
    )
    existing_field: choices.IgnoreOrRefuse = field(
        default=choices.IgnoreOrRefuse.IGNORE,
        metadata={"about": "a new field that its section already has; a client sends such"},
    )
    unknown_section: choices.UnknownSection = field(
        default=choices.UnknownSection.REFUSE,
        metadata={"about": "edit_section of a section that does not exist"},
    )
    existing_section: choices.ExistingSection = field(
        default=choices.ExistingSection.MERGE,
        metadata={"about": "add_section of a section that exists"},
    )
    field_elsewhere: choices.FieldElsewhere = field(
        default=choices.FieldElsewhere.ADD,
        metadata={"about": "a new field whose name another section has; accounts hold such"},
    )
    options_in_section: choices.HonourOrIgnore = field(
        default=choices.HonourOrIgnore.IGNORE,
        metadata={"about": "options written inside add_section or edit_section"},
    )
    dropdown_on_list: choices.AcceptOrRefuse = field(
        default=choices.AcceptOrRefuse.ACCEPT,
        metadata={"about": "add_dropdown and remove_dropdown on a list field"},
    )
    absent_removal: choices.AbsentRemoval = field(
        default=choices.AbsentRemoval.SUCCESS,
        metadata={"about": "removal of something absent; for contacts clients saw success"},
    )
    full_section_removal: choices.FullSectionRemoval = field(
        default=choices.FullSectionRemoval.REMOVE,
        metadata={"about": "remove_section of a section that holds fields"},
    )
    empty_sections: choices.EmptySections = field(
        default=choices.EmptySections.LIST,
        metadata={"about": "sections without fields in `key`; a fetch is recorded with such"},
    )
    over_rate: choices.OverRate = field(
        default=choices.OverRate.STATUS_429,
        metadata={"about": "answer to a call above the rate limit; 429 as the newer API does"},
    )
    over_budget: choices.OverBudget = field(
        default=choices.OverBudget.FAILURE,
        metadata={"about": "new fields above the limit: fail the call, skip them, or no limit"},
    )
    extra_decode: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={
            "about": "one more url-decoding of `data` after the form's; clients show it. "
            "With `off`, schemactl can write nothing"
        },
    )
    no_tags: choices.NoTags = field(
        default=choices.NoTags.EMPTY_RESULT,
        metadata={"about": "answer to pull_tag and fetch_tag of an account without tags"},
    )
    tag_answer: choices.TagAnswer = field(
        default=choices.TagAnswer.TAGS,
        metadata={"about": "answer of add_tag and remove_tag; the manual says a list of tags"},
    )
    name_matching: choices.NameMatching = field(
        default=choices.NameMatching.IGNORE_CASE,
        metadata={"about": "how a name finds its section, field or tag; clients mix case"},
    )
    name_storing: choices.NameStoring = field(
        default=choices.NameStoring.EXACT,
        metadata={"about": "spaces around new names; a recorded field has one at its end"},
    )
    sequences_full: choices.HonourOrIgnore = field(
        default=choices.HonourOrIgnore.HONOUR,
        metadata={
            "about": "`full` of fetch_sequences; in the manual, one client saw no effect"
        },
    )
    content_type: choices.ContentType = field(
        default=choices.ContentType.XML,
        metadata={"about": "Content-Type of an XML answer"},
    )
    unused_tags: choices.UnusedTags = field(
        default=choices.UnusedTags.KEEP,
        metadata={"about": "a tag that was taken off its last contact"},
    )
    same_email: choices.SameEmail = field(
        default=choices.SameEmail.NEW,
        metadata={
            "about": "add without f_add for a known e-mail; the manual says a new contact"
        },
    )
    no_hits: choices.NoHits = field(
        default=choices.NoHits.ZERO,
        metadata={
            "about": "a search without a match; the manual says 0, but not the markup around it"
        },
    )
    field_limit: choices.LimitOfFields = field(
        default=choices.LimitOfFields.OBJECT_BYTES,
        metadata={
            "about": "39,611 bytes per object or per account, or 1,600 fields per object"
        },
    )
    option_matching: choices.OptionMatching = field(
        default=choices.OptionMatching.EXACT,
        metadata={
            "about": "how a text finds the options to add or remove: with `ignore-case`, "
            "removing `won` also removes `Won`"
        },
    )
    rest_put: choices.RestPut = field(
        default=choices.RestPut.WORKS,
        metadata={"about": "PUT of fields; one client's live test says that it fails"},
    )
    rest_put_omitted: choices.RestOmitted = field(
        default=choices.RestOmitted.DELETE,
        metadata={"about": "fields of the section that a PUT omits"},
    )
    rest_put_description: choices.RestDescription = field(
        default=choices.RestDescription.CLEAR,
        metadata={"about": "the section's description where a PUT or POST has none"},
    )
    rest_put_order: choices.RestOrder = field(
        default=choices.RestOrder.APPLY,
        metadata={"about": "order and columns of the fields in a PUT"},
    )
    rest_put_foreign: choices.RestForeignField = field(
        default=choices.RestForeignField.MOVE,
        metadata={"about": "a field of another section in a PUT"},
    )
    rest_put_readonly: choices.AcceptOrRefuse = field(
        default=choices.AcceptOrRefuse.ACCEPT,
        metadata={"about": "a field that no client can create, such as mergefield, in a PUT"},
    )
    rest_existing_alias: choices.RestExistingAlias = field(
        default=choices.RestExistingAlias.DUPLICATE,
        metadata={"about": "a POST of a name that its section already has"},
    )
    rest_alias_elsewhere: choices.RestExistingAlias = field(
        default=choices.RestExistingAlias.UPDATE,
        metadata={"about": "a POST of a name that another section has"},
    )
    rest_partial: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={
            "about": "whether the other fields of a call are processed if one is refused"
        },
    )
    rest_replace: choices.RestReplacedOptions = field(
        default=choices.RestReplacedOptions.NEW_IDS,
        metadata={"about": "ids of options that stay when the list is replaced"},
    )
    rest_options: choices.RestOptionText = field(
        default=choices.RestOptionText.EMPTY,
        metadata={"about": "`options` of a dropdown in the editor of fields; always a text"},
    )
    rest_settings: choices.HonourOrIgnore = field(
        default=choices.HonourOrIgnore.HONOUR,
        metadata={"about": "`required` and `unique`; Ontraport's page limits them"},
    )
    rest_full_section: choices.RestFullSection = field(
        default=choices.RestFullSection.REFUSE,
        metadata={"about": "DELETE of a section that holds fields; clients say it must not"},
    )
    rest_system: choices.RestSystem = field(
        default=choices.RestSystem.REFUSE,
        metadata={"about": "DELETE of a system field or section, which stays"},
    )
    rest_absent: choices.RestAbsent = field(
        default=choices.RestAbsent.REFUSE,
        metadata={"about": "DELETE of a field, section or tag that does not exist"},
    )
    rest_numbers: choices.RestNumbers = field(
        default=choices.RestNumbers.NEVER,
        metadata={"about": "numbers of deleted fields, such as f1557"},
    )
    rest_empty: choices.RestEmpty = field(
        default=choices.RestEmpty.LIST,
        metadata={"about": "an empty map; `[]` is recorded for errors"},
    )
    rest_null_fields: choices.OnOff = field(
        default=choices.OnOff.OFF,
        metadata={"about": "null among the fields of a column; a client guards against it"},
    )
    rest_limit_body: choices.RestLimitBody = field(
        default=choices.RestLimitBody.TEXT,
        metadata={"about": "body of status 429; other errors are plain text"},
    )
    rest_object_list: choices.RestObjectList = field(
        default=choices.RestObjectList.ROWS,
        metadata={"about": "the list of custom objects; no answer to it is public"},
    )
    rest_object_name: choices.RestObjectName = field(
        default=choices.RestObjectName.OWN,
        metadata={
            "about": "name of a custom object in meta; one name such as `oPets` is recorded"
        },
    )
    rest_object_labels: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={"about": "whether the list of custom objects has singular and plural"},
    )


class SwitchDescription(NamedTuple):
    """The description of one switch; `values` has the default first.

    `concerns_contacts` marks those that no call about fields or sections depends on.
    """

    name: str
    values: tuple[str, ...]
    about: str
    concerns_contacts: bool


class SwitchSetting(NamedTuple):
    """One switch and its new value; created by `parse_switch`."""

    name: str
    value: StrEnum

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


def describe_switches() -> tuple[SwitchDescription, ...]:
    """Return every switch, those that concern only contacts last."""
    contacts = {one.name for one in fields(ValueSwitches)}
    return tuple(
        SwitchDescription(
            name=name,
            values=tuple(
                sorted((str(word) for word in words), key=lambda word: word != default)
            ),
            about=about,
            concerns_contacts=_attribute(name) in contacts,
        )
        for name, words, default, about in _switches()
    )


def parse_switch(text: str) -> SwitchSetting:
    """Read `name=value`; spaces around either are ignored.

    Raises:
        EmulatorError: The switch or its value is unknown; the hint names the nearest.
    """
    name, equals, word = (part.strip() for part in text.partition("="))
    words_of = {name: words for name, words, _, _ in _switches()}
    if name not in words_of:
        msg = f"no switch '{name}'"
        raise EmulatorError(msg, hint=nearest_word(name, words_of))
    if not equals:
        msg = f"switch '{name}' has no value"
        raise EmulatorError(msg, hint=f"write {name}={'|'.join(words_of[name])}")
    try:
        return SwitchSetting(name=name, value=words_of[name](word))
    except ValueError as error:
        msg = f"switch '{name}' cannot be '{word}'"
        raise EmulatorError(msg, hint=nearest_word(word, words_of[name])) from error


def set_switches(switches: Switches, settings: tuple[SwitchSetting, ...]) -> Switches:
    """Return the switches with new settings; the last of two for one switch counts."""
    # `parse_switch` has matched each value with its switch.
    values: dict[str, Any] = {_attribute(one.name): one.value for one in settings}
    return replace(switches, **values)


def list_settings(switches: Switches) -> dict[str, str]:
    """Return each switch's name and value, in the order of the class."""
    now = asdict(switches)
    return {name: str(now[_attribute(name)]) for name, _, _, _ in _switches()}


def _attribute(name: str) -> str:
    return name.replace("-", "_")


def _switches() -> Iterator[tuple[str, type[StrEnum], str, str]]:
    """Yield name, words, default and meaning of each switch, those about values last."""
    defaults = asdict(Switches())
    about_values = fields(ValueSwitches)
    others = fields(Switches)[len(about_values) :]
    for one in (*others, *about_values):
        default: StrEnum = defaults[one.name]
        yield one.name.replace("_", "-"), type(default), default, one.metadata["about"]
