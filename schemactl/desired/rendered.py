"""The effective schema of an account as one file, each part with the file that decides it.

Loading the text gives the same desired state: everything is declared once, whatever the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.desired.codec import FlowValue, flow_list, flow_mapping, flow_text
from schemactl.desired.load import Loaded
from schemactl.errors import Location
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredSection,
    DesiredTag,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.filling import FillSource
from schemactl.model.schema import CONTACTS, FieldKey, in_object
from schemactl.text import visible


def rendered_text(loaded: Loaded) -> str:
    """Write what all files of an account declare together, with origins as comments."""
    return "".join(f"{line}\n" for line in _Rendering().lines(loaded.desired))


class _Rendering:
    def lines(self, desired: Desired) -> Iterator[str]:
        yield "version: 1"
        yield from self._sections(desired.sections, indent="")
        if desired.tags:
            yield "tags:"
        for tag in desired.tags:
            yield f"  - {_tag(tag)}{self._origin(tag.location)}"
        if desired.objects:
            yield "objects:"
        for each in desired.objects:
            yield f"  - label: {flow_text(each.label)}{self._origin(each.location)}"
            yield from self._sections(each.sections, indent="    ")
            yield from self._removed(
                each.removed_sections, each.removed_fields, (), indent="    "
            )
        yield from self._removed(
            desired.removed_sections, desired.removed_fields, desired.removed_tags, indent=""
        )
        yield from _omitted(desired)

    def _sections(self, sections: Sequence[DesiredSection], *, indent: str) -> Iterator[str]:
        if sections:
            yield f"{indent}sections:"
        for section in sections:
            yield f"{indent}  - name: {flow_text(section.name)}{self._origin(section.location)}"
            for key, value in _attributes(section):
                yield f"{indent}    {key}: {value}"
            if section.fields:
                yield f"{indent}    fields:"
            for one in section.fields:
                yield f"{indent}      - {_field(one)}{self._origin_of(one)}"

    def _removed(
        self,
        sections: Sequence[RemovedSection],
        fields: Sequence[RemovedField],
        tags: Sequence[RemovedTag],
        *,
        indent: str,
    ) -> Iterator[str]:
        if sections or fields or tags:
            yield f"{indent}removed:"
        for key, named in (("sections", sections), ("tags", tags)):
            if named:
                yield f"{indent}  {key}:"
            for one in named:
                yield f"{indent}    - {flow_text(one.name)}{self._origin(one.location)}"
        if fields:
            yield f"{indent}  fields:"
        for field in fields:
            pair = flow_mapping({"section": field.key.section, "name": field.key.name})
            yield f"{indent}    - {pair}{self._origin(field.location)}"

    def _origin_of(self, field: DesiredField) -> str:
        """Return the file of a field, and of its options if these are decided elsewhere."""
        options = field.options_location
        words = self._origin(field.location)
        if options is None or options.file == field.location.file:
            return words
        return f"{words}; options: {_place(options)}"

    def _origin(self, location: Location) -> str:
        below = ", ".join(map(_place, location.below))
        return f"  # {_place(location)}{f', over {below}' if below else ''}"


def _omitted(desired: Desired) -> Iterator[str]:
    """Yield a comment on each omitted object: one file has no earlier layer to omit it from."""
    parts = (
        (CONTACTS, desired.omitted),
        *((one.label, one.omitted) for one in desired.objects),
    )
    for label, omitted in parts:
        for one in omitted:
            name = " / ".join(visible(part) for part in (*one.sections[:1], one.names[0]))
            about = f"{one.kind} {in_object(label, name)}"
            yield f"# omitted, so nothing removes it: {about}  # {_place(one.location)}"


def _attributes(section: DesiredSection) -> Iterator[tuple[str, str]]:
    if section.was:
        yield "was", flow_list(section.was)
    if section.manage is not Manage.MERGE:
        yield "manage", str(section.manage)
    if section.description is not None:
        yield "description", flow_text(section.description)


def _field(field: DesiredField) -> str:
    values: dict[str, FlowValue] = {"name": field.field.name, "type": field.field.type}
    if field.was:
        values["was"] = field.was
    if field.later.field:
        values["contract"] = "later"
    if field.note:
        values["note"] = field.note
    settings = {"required": field.field.required, "unique": field.field.unique}
    values |= {key: value for key, value in settings.items() if value is not None}
    if field.protect:
        values["protect"] = True
    text = flow_mapping(values)
    options = field.field.options
    if options is not None:
        text = f"{text[:-1]}, options: {_options(options, field)}}}"
    if field.sources:
        text = f"{text[:-1]}, from: [{', '.join(_sources(field))}]}}"
    return text


def _sources(field: DesiredField) -> Iterator[str]:
    for source in field.sources:
        key = FieldKey(source.section, source.name)
        yield _source(source, contract="later" if key in field.later.sources else "")


def _source(source: FillSource, *, contract: str) -> str:
    words = {"contract": contract, "others": source.others, "format": source.format}
    given = {key: word for key, word in words.items() if word}
    text = flow_mapping({"section": source.section, "name": source.name, **given})
    return f"{text[:-1]}, map: {flow_mapping(dict(source.map))}}}" if source.map else text


def _options(options: Sequence[str], field: DesiredField) -> str:
    was = dict(field.option_was)
    items = (
        flow_mapping({"name": one, "was": was[one], **_later_of(one, field)})
        if one in was
        else flow_text(one)
        for one in options
    )
    return f"[{', '.join(items)}]"


def _later_of(option: str, field: DesiredField) -> dict[str, FlowValue]:
    return {"contract": "later"} if option in field.later.options else {}


def _tag(tag: DesiredTag) -> str:
    if not tag.was and not tag.note:
        return flow_text(tag.name)
    values: dict[str, FlowValue] = {"name": tag.name}
    if tag.was:
        values["was"] = tag.was
    if tag.note:
        values["note"] = tag.note
    return flow_mapping(values)


def _place(location: Location) -> str:
    return f"{visible(location.file)}:{location.line}"
