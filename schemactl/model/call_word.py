"""The words for the calls of a plan, by API, and what each call does to an account.

The Contacts API has these words itself; the REST API has none, so its words are ours. Work on
the values of contacts has one set of words for both APIs: such a call takes many requests.
"""

from __future__ import annotations

from enum import Enum, StrEnum, auto, unique
from typing import Final, TypeAlias


@unique
class LegacyCallWord(StrEnum):
    """The calls that a plan over the Contacts API can hold, by the value of `reqType`."""

    ADD_SECTION = "add_section"
    EDIT_SECTION = "edit_section"
    REMOVE_SECTION = "remove_section"
    REMOVE_FIELD = "remove_field"
    ADD_DROPDOWN = "add_dropdown"
    REMOVE_DROPDOWN = "remove_dropdown"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"


@unique
class RestCallWord(StrEnum):
    """The calls that a plan over the REST API can hold."""

    CREATE_FIELDS = "create_fields"
    UPDATE_FIELDS = "update_fields"
    MOVE_FIELD = "move_field"
    REMOVE_OPTIONS = "remove_options"
    DELETE_FIELD = "delete_field"
    DELETE_SECTION = "delete_section"
    CREATE_TAG = "create_tag"
    RENAME_TAG = "rename_tag"
    DELETE_TAG = "delete_tag"


@unique
class ValueCallWord(StrEnum):
    """The calls about values of records that a plan over either API can hold.

    They leave the schema as it is, so no dialect knows them, and no read of the schema proves
    them: each reports its own result. They can be made again. The rule that a call which may
    have been executed is never sent again holds for calls on the schema, and not for these.
    """

    BACK_UP_VALUES = "back_up_values"
    COPY_VALUES = "copy_values"
    FILL_VALUES = "fill_values"


SchemaCallWord: TypeAlias = LegacyCallWord | RestCallWord
CallWord: TypeAlias = SchemaCallWord | ValueCallWord
VALUE_CALLS: Final = frozenset(ValueCallWord)


def call_word(request: str) -> CallWord:
    """Return the word of a call by its text.

    Raises:
        ValueError: No API has such a call.
    """
    if request in VALUE_CALLS:
        return ValueCallWord(request)
    is_legacy = request in set(LegacyCallWord)
    return LegacyCallWord(request) if is_legacy else RestCallWord(request)


class CallEffect(Enum):
    """What a call can do to an account."""

    READS_VALUES = auto()
    """Reads values of records; changes nothing in the account."""
    WRITES_VALUES = auto()
    """Writes values into records."""

    CREATES = auto()
    """Adds sections, fields or tags."""
    CHANGES = auto()
    """Changes what exists; contacts lose nothing."""
    REMOVES_OPTIONS = auto()
    """Removes options from the fields and from all contacts."""
    REMOVES_OBJECT = auto()
    """Removes a section, a field or a tag."""


def effect_of(word: CallWord) -> CallEffect:
    """Return what a call of this word can do."""
    match word:
        case ValueCallWord.BACK_UP_VALUES:
            return CallEffect.READS_VALUES
        case ValueCallWord.COPY_VALUES | ValueCallWord.FILL_VALUES:
            return CallEffect.WRITES_VALUES
        case (
            LegacyCallWord.ADD_SECTION
            | LegacyCallWord.EDIT_SECTION
            | LegacyCallWord.ADD_TAG
            | RestCallWord.CREATE_FIELDS
            | RestCallWord.CREATE_TAG
        ):
            return CallEffect.CREATES
        case (
            LegacyCallWord.ADD_DROPDOWN
            | LegacyCallWord.REMOVE_TAG
            | RestCallWord.UPDATE_FIELDS
            | RestCallWord.MOVE_FIELD
            | RestCallWord.RENAME_TAG
        ):
            return CallEffect.CHANGES
        case LegacyCallWord.REMOVE_DROPDOWN | RestCallWord.REMOVE_OPTIONS:
            return CallEffect.REMOVES_OPTIONS
        case (
            LegacyCallWord.REMOVE_FIELD
            | LegacyCallWord.REMOVE_SECTION
            | RestCallWord.DELETE_FIELD
            | RestCallWord.DELETE_SECTION
            | RestCallWord.DELETE_TAG
        ):
            return CallEffect.REMOVES_OBJECT


def _words_with(*effects: CallEffect) -> frozenset[CallWord]:
    words: tuple[CallWord, ...] = (*LegacyCallWord, *RestCallWord, *ValueCallWord)
    return frozenset(word for word in words if effect_of(word) in effects)


CREATING_CALLS: Final = _words_with(CallEffect.CREATES)
"""Calls that can add a section, a field or a tag."""
REMOVING_CALLS: Final = _words_with(CallEffect.REMOVES_OBJECT)
"""Calls that remove a whole object; each is proved by a read of its own."""
DESTROYING_CALLS: Final = REMOVING_CALLS | _words_with(CallEffect.REMOVES_OPTIONS)
"""Calls after which contacts have lost something: none is sent twice, and before the first of
them a read proves the additions."""
