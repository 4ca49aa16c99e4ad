"""The data dictionary as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schemactl.model.field_types import type_label
from schemactl.report.dictionary import Dictionary, anchor
from schemactl.report.dictionary_content import DescribedField, DescribedSection, DescribedTag
from schemactl.report.locations import place
from schemactl.report.markdown.syntax import code, prose, row


def dictionary_markdown(dictionary: Dictionary) -> str:
    """Write a data dictionary with a list of contents; each field can be linked to."""
    used: Counter[str] = Counter()
    sections = [
        (anchor(("section", section.custom_object, section.name), used), section)
        for section in dictionary.content.sections
    ]
    tags = dictionary.content.tags
    lines = [f"# {prose(dictionary.title)}", "", prose(dictionary.about), ""]
    lines += [f"- [{prose(section.title)}](#{target})" for target, section in sections]
    lines += ["- [Tags](#tags)", ""] if tags else [""]
    for target, section in sections:
        lines += [f'## <a id="{target}"></a>{prose(section.title)}', ""]
        lines += _section(section, dictionary, used)
    if tags:
        lines += ['## <a id="tags"></a>Tags', "", *(_tag(tag, used) for tag in tags), ""]
    return "\n".join(lines)


def _section(
    section: DescribedSection, dictionary: Dictionary, used: Counter[str]
) -> Iterator[str]:
    if section.description:
        yield from (*map(prose, section.description.split("\n")), "")
    if section.fields:
        places = ("defined in",) if dictionary.shows_places else ()
        heading = ("field", "type", "about", *places)
        yield from (row(*heading), row(*["---"] * len(heading)))
        for field in section.fields:
            names = (section.custom_object, section.name, field.field.name)
            target = anchor(names, used)
            yield row(*_cells(field, target, dictionary))
        yield ""


def _cells(field: DescribedField, target: str, dictionary: Dictionary) -> Iterator[str]:
    sentences = dictionary.field_sentences(field)
    yield f'<a id="{target}"></a>{code(field.field.name)}'
    yield prose(type_label(field.field.type))
    yield "<br>".join(prose(" ".join(text.split("\n"))) for text in sentences)
    if dictionary.shows_places:
        yield code(place(field.location)) if field.location else ""


def _tag(tag: DescribedTag, used: Counter[str]) -> str:
    note = f": {prose(tag.note)}" if tag.note else ""
    return f'- <a id="{anchor(("tag", tag.name), used)}"></a>{code(tag.name)}{note}'
