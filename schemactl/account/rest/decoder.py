"""Decode answers of the REST API; pure.

Every decoder takes the body and `redact`, which removes app id and key from messages. Decoders
of reading requests raise `AccountError` where the server reports a failure, and `AnswerError`
for an answer that they do not understand. Those of writing requests never raise. Status 200
does not mean done: the recorded answers can hold errors beside the successes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from schemactl.account.http.excerpt import Redact, shown
from schemactl.account.http.json_body import Json, JsonBody, as_text
from schemactl.account.http.verdict import Accepted, Refused, Unclear, WriteAnswer
from schemactl.account.rest.envelope import (
    Envelope,
    envelope_or_verdict,
    read_data,
)
from schemactl.account.rest.json_members import (
    entries,
    known_text,
    maybe_number,
    members,
    number,
    required,
    text,
)
from schemactl.account.rest.layout_decoder import (
    fields_of_object,
    read_meta_object,
    read_section,
)
from schemactl.account.rest.read_memo import ReadMemo
from schemactl.account.rest.requests import RestWord
from schemactl.account.rest.values import (
    CUSTOM_FIELD,
    FIRST_CUSTOM_OBJECT,
    CustomObject,
    MetaObject,
    RestSection,
    RestTag,
    TagCreated,
    Written,
)
from schemactl.values import dataclass

_DELETED: Final = "deleted"
_LABELS: Final = frozenset({"singular", "plural"})
"""Members of an object that two clients read; rows of other lists have neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What two answers say about one object.

    Attributes:
        sections: In the editor's order.
        unplaced: Custom fields that meta lists and no section has, by their names: the two
            answers contradict each other.
    """

    sections: tuple[RestSection, ...]
    unplaced: tuple[str, ...] = ()


def decode_fields(
    fieldeditor_body: bytes,
    meta_body: bytes,
    *,
    object_id: int | None = None,
    redact: Redact = str,
    memo: ReadMemo | None = None,
) -> Layout:
    """Combine the answers of the editor of fields and of meta about one object.

    Sections, columns and their order are from the editor. Options are from meta, because the
    editor's form of them is unknown for a dropdown. A field that meta does not list is kept,
    without options.

    Args:
        fieldeditor_body: Answer to `ReadFields`.
        meta_body: Answer to `ReadMeta` for the same object.
        object_id: The object of meta to use; None where it must be the only one.
        redact: Removes app id and key from error messages.
        memo: What was decoded before, to decode only what has changed.
    """
    answer = JsonBody(content=fieldeditor_body, word=RestWord.FIELDEDITOR_GET, redact=redact)
    meta = JsonBody(content=meta_body, word=RestWord.META_GET, redact=redact)
    if memo is not None and object_id is not None:
        found = memo.decode(answer, meta, object_id)
        if found is not None:
            unplaced = _unplaced(found.sections, found.elsewhere)
            return Layout(sections=found.sections, unplaced=unplaced)
    sections = list(entries(read_data(answer), "the list of sections", answer))
    known = fields_of_object(meta, object_id)
    if known and not sections:
        answer.reject("it has no section, although meta lists fields of the object")
    read = tuple(read_section(key, each, known, answer) for key, each in sections)
    return Layout(sections=read, unplaced=_unplaced(read, known))


def _unplaced(sections: tuple[RestSection, ...], known: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the custom fields of meta that no section has.

    Fields of the vendor may be only in meta (seen in recorded answers).
    """
    placed = {name for section in sections for name in section.places} if known else set()
    return tuple(
        f'"{as_text(row["alias"])}" ({name})'
        if isinstance(row, dict) and "alias" in row
        else name
        for name, row in known.items()
        if name not in placed and CUSTOM_FIELD.fullmatch(name)
    )


def decode_meta(meta_body: bytes, *, redact: Redact = str) -> tuple[MetaObject, ...]:
    """Read the answer to `ReadMeta`: objects, with their fields by name in the API."""
    answer = JsonBody(content=meta_body, word=RestWord.META_GET, redact=redact)
    found = entries(read_data(answer), "the list of objects", answer)
    return tuple(read_meta_object(key, each, answer) for key, each in found)


def decode_tags_page(body: bytes, *, redact: Redact = str) -> tuple[RestTag, ...]:
    """Read the answer to `ReadTags`: the tags of one page, in the server's order."""
    answer = JsonBody(content=body, word=RestWord.TAGS_GET, redact=redact)
    rows = entries(read_data(answer), "the list of tags", answer)
    return tuple(_tag(members(row, "a tag", answer), answer) for _, row in rows)


def decode_count(body: bytes, *, word: str = RestWord.TAGS_INFO, redact: Redact = str) -> int:
    """Read the answer to `ReadTagInfo`, or to another counting request: how many there are."""
    is_private = word != RestWord.TAGS_INFO  # A server may return records all the same.
    answer = JsonBody(content=body, word=word, redact=redact, is_private=is_private)
    data = members(read_data(answer), "the summary", answer)
    return number(required(data, "count", "the summary", answer), "the count", answer)


def decode_values(
    body: bytes, *, fields: Sequence[str], redact: Redact = str
) -> dict[int, tuple[str, ...]]:
    """Read a page of the values of some fields: their texts by the id of the record.

    A server may silently omit a field (seen by clients), so each one must be there.
    """
    answer = JsonBody(content=body, word=RestWord.RECORDS_GET, redact=redact, is_private=True)
    listed = entries(read_data(answer), "the list of records", answer)
    rows = [members(row, "a record", answer) for _, row in listed]
    return {
        number(required(row, "id", "a record", answer), "its id", answer): tuple(
            text(required(row, field, "a record", answer), "its value", answer)
            for field in fields
        )
        for row in rows
    }


def decode_objects(body: bytes, *, redact: Redact = str) -> tuple[CustomObject, ...]:
    """Read the custom objects from the answer to `ReadObjects`.

    Objects with a number below 10,000 are not custom, and are skipped. No answer to
    `ReadObjects` is recorded; its members are those that two clients read.
    """
    answer = JsonBody(content=body, word=RestWord.OBJECTS_GET, redact=redact)
    found = (
        _custom_object(members(row, "an object", answer), answer)
        for _, row in entries(read_data(answer), "the list of objects", answer)
    )
    return tuple(each for each in found if each.id >= FIRST_CUSTOM_OBJECT)


def decode_written(
    body: bytes, *, word: str, redact: Redact = str
) -> Written | Refused | Unclear:
    """Read what the answer to `CreateFields` or `UpdateFields` says about each part.

    The value has the errors beside the successes. That a code other than 0 is a refusal is a
    guess.
    """
    answer = JsonBody(content=body, word=word, redact=redact)
    opened = envelope_or_verdict(answer)
    if not isinstance(opened, Envelope):
        return opened
    data = opened.data
    if not isinstance(data, dict) or not ({"success", "error"} & set(data)):
        return _unclear(answer, "it says neither success nor error")
    success, errors = _parts(data.get("success")), _parts(data.get("error"))
    return Written(
        success={redact(key): redact(value) for key, value in success.items()},
        errors={
            shown(key, redact=redact): shown(value, redact=redact)
            for key, value in errors.items()
        },
    )


def decode_deleted(body: bytes, *, word: str, redact: Redact = str) -> WriteAnswer:
    """Read the answer to the deletion of a field, a section or a tag.

    `Deleted` is recorded for fields, a code of 0 without any data for records.
    """
    answer = JsonBody(content=body, word=word, redact=redact)
    opened = _without_errors(answer)
    if not isinstance(opened, Envelope):
        return opened
    data = opened.data
    if isinstance(data, str) and data.strip().lower() == _DELETED:
        return Accepted()
    if opened.has_code and not data:
        return Accepted()
    return _unclear(answer, "it does not say that anything was deleted")


def decode_tag_created(body: bytes, *, redact: Redact = str) -> TagCreated | Refused | Unclear:
    """Read the id of the tag that `CreateTag` created."""
    answer = JsonBody(content=body, word=RestWord.TAG_CREATE, redact=redact)
    opened = _without_errors(answer)
    if not isinstance(opened, Envelope):
        return opened
    data = opened.data if isinstance(opened.data, dict) else {}
    found = maybe_number(data.get("tag_id", data.get("id")))
    if found is None or found <= 0:
        return _unclear(answer, "it has no id of a tag")
    return TagCreated(id=found)


def decode_tag_renamed(body: bytes, *, redact: Redact = str) -> WriteAnswer:
    """Read the answer to `RenameTag`."""
    answer = JsonBody(content=body, word=RestWord.TAG_RENAME, redact=redact)
    opened = _without_errors(answer)
    if not isinstance(opened, Envelope):
        return opened
    if opened.has_code or isinstance(opened.data, dict):
        return Accepted()
    return _unclear(answer, "it says neither success nor failure")


def _tag(row: Mapping[str, Json], answer: JsonBody) -> RestTag:
    """Read a row; its id is `tag_id` (seen by clients)."""
    return RestTag(
        id=number(row.get("tag_id", row.get("id")), "the id of a tag", answer),
        name=known_text(row, "tag_name", "the name of a tag", answer),
        object_type=number(row.get("object_type_id") or 0, "the object of a tag", answer),
    )


def _custom_object(row: Mapping[str, Json], answer: JsonBody) -> CustomObject:
    what = "an object"
    if not _LABELS & set(row):
        answer.reject(f"{what} has neither a singular nor a plural")
    return CustomObject(
        id=number(required(row, "id", what, answer), "the number of an object", answer),
        name=text(required(row, "name", what, answer), "the name of an object", answer),
        singular=text(row.get("singular"), "the name of an object", answer),
        plural=text(row.get("plural"), "the name of an object", answer),
    )


def _without_errors(answer: JsonBody) -> Envelope | Refused | Unclear:
    """Open an answer without parts, where any error is a refusal of the whole request."""
    opened = envelope_or_verdict(answer)
    if not isinstance(opened, Envelope):
        return opened
    errors = _parts(opened.data.get("error")) if isinstance(opened.data, dict) else {}
    if errors:
        return Refused(text=shown("; ".join(errors.values()), redact=answer.redact))
    return opened


def _parts(value: Json) -> Mapping[str, str]:
    """Return a map of texts; texts in a list, or a single text, have no names."""
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return {str(place): as_text(each) for place, each in enumerate(value)}
    return {"": as_text(value)} if value else {}


def _unclear(answer: JsonBody, why: str) -> Unclear:
    return Unclear(text=str(answer.not_understood(why)))
