"""The data dictionary as Markdown."""

from __future__ import annotations

from collections import Counter

from schemactl.model.desired import Desired, DesiredField
from schemactl.model.schema import CONTACTS, in_object
from schemactl.report.dictionary import about, anchor, field_words
from schemactl.report.locations import place
from schemactl.report.markdown.syntax import code, prose, row
from schemactl.text import named


def dictionary_markdown(desired: Desired, *, title: str) -> str:
    """Write what files declare as Markdown, each field with a place to link to."""
    met: Counter[str] = Counter()
    lines = [f"# {prose(title)}", "", prose(about(desired)), ""]
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            lines += [f"## {prose(named(in_object(label, section.name)))}", ""]
            if section.description:
                lines += [*map(prose, section.description.split("\n")), ""]
            if section.fields:
                lines += [row("field", "type", "about", "defined in"), row(*["---"] * 4)]
                lines += [_field(field, section.name, label, met) for field in section.fields]
                lines.append("")
    if desired.tags:
        lines += ["## Tags", ""]
        for tag in desired.tags:
            note = f": {prose(tag.note)}" if tag.note else ""
            link = f'<a id="{anchor(("tag", tag.name), met)}"></a>'
            lines.append(f"- {link}{code(tag.name)}{note}")
        lines.append("")
    return "\n".join(lines)


def _field(field: DesiredField, section: str, label: str, met: Counter[str]) -> str:
    link = f'<a id="{anchor((label, section, field.field.name), met)}"></a>'
    words = "<br>".join(prose(" ".join(words.split("\n"))) for words in field_words(field))
    return row(
        f"{link}{code(field.field.name)}",
        code(field.field.type),
        words,
        code(place(field.location)),
    )
