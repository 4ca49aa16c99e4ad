"""Decode two answers about an object, and of what was read before only what has changed.

The result is that of `decode_fields`: a section is taken over only if its text and the text of
every field of meta that it was decoded with are the same, character by character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemactl.account.http.json_body import Json, JsonBody, holds_surrogate, parsed_part
from schemactl.account.rest.envelope import read_data
from schemactl.account.rest.layout_decoder import fields_of_object, read_section
from schemactl.account.rest.split_text import NOTHING, SplitText, UnsplittableError, split_text
from schemactl.account.rest.values import CUSTOM_FIELD, RestSection
from schemactl.errors import AccountError
from schemactl.values import NamedTuple

_LAYOUT_PATH: Final = ("data",)


class _Decoded(NamedTuple):
    """A section, and everything that it was decoded from.

    Attributes:
        text: The section in the answer of the editor of fields.
        options: The text of each field of meta that was asked for; None where meta has none.
    """

    text: str
    options: Mapping[str, str | None]
    section: RestSection

    def is_of(self, text: str, known: Mapping[str, str]) -> bool:
        """Whether a section of that text, with these fields of meta, decodes to the same."""
        return self.text == text and all(
            known.get(name) == option for name, option in self.options.items()
        )


class MemoizedLayout(NamedTuple):
    """Sections, and what meta lists beside their fields: each field by its name."""

    sections: tuple[RestSection, ...]
    elsewhere: Mapping[str, Json]


class ReadMemo:
    """What the last answers about each object were decoded to.

    Attributes:
        decoded: How many sections were decoded, not taken over.
    """

    def __init__(self) -> None:
        self.decoded = 0
        self._sections: dict[int, dict[str, _Decoded]] = {}
        self._layouts: dict[int, SplitText] = {}
        self._metas: dict[int, SplitText] = {}

    def decode(self, layout: JsonBody, meta: JsonBody, object_id: int) -> MemoizedLayout | None:
        """Return what two answers say; None where they must be decoded as a whole.

        They must, where anything about them is unusual or wrong: so errors are always found
        in the same way.
        """
        try:
            return self._decode(layout, meta, object_id)
        except (UnsplittableError, AccountError):
            return None

    def _decode(self, layout: JsonBody, meta: JsonBody, object_id: int) -> MemoizedLayout:
        sections = _split(layout, _LAYOUT_PATH, self._layouts.get(object_id, NOTHING))
        read_data(layout.with_text(sections.rest))
        path = ("data", str(object_id), "fields")
        fields = _split(meta, path, self._metas.get(object_id, NOTHING))
        fields_of_object(meta.with_text(fields.rest), object_id)
        if fields.keys and not sections.keys:
            raise UnsplittableError
        known, before = fields.members(), self._sections.get(object_id, {})
        now = {
            key: self._section(key, text, known, before.get(key), layout)
            for key, text in zip(sections.keys, sections.texts, strict=True)
        }
        self._sections[object_id] = now
        self._layouts[object_id], self._metas[object_id] = sections, fields
        found = tuple(each.section for each in now.values())
        return MemoizedLayout(found, dict(_elsewhere(found, known)))

    def _section(
        self,
        key: str,
        text: str,
        known: Mapping[str, str],
        before: _Decoded | None,
        layout: JsonBody,
    ) -> _Decoded:
        if before is not None and before.is_of(text, known):
            return before
        self.decoded += 1
        options = _AskedFields(known)
        section = read_section(key, parsed_part(text), options, layout)
        return _Decoded(text=text, options=options.asked, section=section)


class _AskedFields(Mapping[str, Json]):
    """The fields of meta by their names, parsed when asked for; remembers which were."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.asked: dict[str, str | None] = {}

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str):
            self.asked[name] = self._texts.get(name)
        return name in self._texts

    def __getitem__(self, name: str) -> Json:
        self.asked[name] = self._texts.get(name)
        return parsed_part(self._texts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _split(answer: JsonBody, path: tuple[str, ...], before: SplitText) -> SplitText:
    text = answer.checked_text()
    if holds_surrogate(text):
        raise UnsplittableError
    return split_text(text, path, before)


def _elsewhere(
    sections: tuple[RestSection, ...], known: Mapping[str, str]
) -> Iterator[tuple[str, Json]]:
    """Yield the custom fields of meta that no section has, in the order of meta."""
    placed: set[str] = set()
    for section in sections:
        placed.update(section.places)
    if known.keys() <= placed:
        return
    for name, text in known.items():
        if name not in placed and CUSTOM_FIELD.fullmatch(name):
            yield name, parsed_part(text)
