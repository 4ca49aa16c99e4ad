"""Write the bodies of the answers of `cdata.php` as text.

Shapes follow recorded answers of 2011 to 2013, with their kind of quotes; where none is
public, the docstring says that the shape is made up.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.emulator.account import Account
from schemactl.emulator.choices import (
    CredentialsFailure,
    EmptySections,
    FailureForm,
    ListOptions,
    NoHits,
    NoTags,
    SuccessBody,
    TagAnswer,
)
from schemactl.emulator.contacts import NoteRow
from schemactl.emulator.errors import Refusal
from schemactl.emulator.field_types import LIST, legacy_word
from schemactl.emulator.labels import SequenceRow, TagRow
from schemactl.emulator.schema_rules import is_tags_field
from schemactl.emulator.section_content import FieldRow, SectionContent
from schemactl.emulator.shown_contacts import ShownContact
from schemactl.emulator.switches import Switches
from schemactl.emulator.values import LIST_SEPARATOR
from schemactl.emulator.xml_text import attribute, escape_text

EMPTY_RESULT = "<result/>"
SINGLE = "'"


def success_body(switches: Switches) -> str:
    """Return a success."""
    if switches.success_body is SuccessBody.STATUS:
        return "<result><status>Success</status></result>"
    return "<result>Success</result>"


def failure_body(switches: Switches, text: str) -> str:
    """Return a failure with its reason; one of the forms has no reason."""
    match switches.failure_form:
        case FailureForm.COMPACT:
            return f"<result>failure<error>{escape_text(text)}</error></result>"
        case FailureForm.INDENTED:
            return f"<result>failure\n  <error>{escape_text(text)}</error>\n</result>"
        case FailureForm.STATUS_FAILED:
            return "<result><status>Failed</status></result>"


def credentials_body(switches: Switches) -> str:
    """Return the refusal of a wrong app id or key; the text after "Oops" is made up."""
    match switches.credentials_failure:
        case CredentialsFailure.OOPS:
            return "Oops! We could not find an account for this App ID and Key."
        case CredentialsFailure.ERROR_ELEMENT:
            return f"<error>{Refusal.CREDENTIALS}</error>"
        case CredentialsFailure.FAILURE:
            return failure_body(switches, Refusal.CREDENTIALS)


def key_body(account: Account, switches: Switches) -> str:
    """Return the record template: all sections, fields, options and tags."""
    writer = _SectionWriter(account, switches)
    hides_empty = switches.empty_sections is EmptySections.HIDE
    lines = ["<result>", '  <contact id="" bulk_mail="">']
    lines += [
        writer.text(content)
        for content in account.layout.contents()
        if content.fields or not hides_empty
    ]
    lines += ["  </contact>", "</result>"]
    return "\n".join(lines)


def contact_xml(contact: ShownContact) -> str:
    """Return one whole contact, as fetch, search and add with return_id=1 show it."""
    row = contact.row
    head = (
        f"  <contact id='{row.id}' date='{row.added}' dlm='{row.modified}' score='0.00'"
        f" purl={attribute(row.purl, SINGLE)} bulk_mail='{row.bulk_mail}'>"
    )
    lines = [head]
    for name, fields in contact.sections:
        if not fields:
            lines.append(f"    <Group_Tag name={attribute(name, SINGLE)}></Group_Tag>")
            continue
        lines.append(f"    <Group_Tag name={attribute(name, SINGLE)}>")
        lines.extend(_field_value(field, text) for field, text in fields)
        lines.append("    </Group_Tag>")
    lines.append("  </contact>")
    return "\n".join(lines)


def contacts_body(contacts: Iterable[str], *, status: bool = False) -> str:
    """Return contacts, with the status that add and update put after them."""
    lines = ["<result>", *contacts]
    if status:
        lines.append("  <status>Success</status>")
    return "\n".join([*lines, "</result>"])


def short_contact_xml(contact: ShownContact) -> str:
    """Return id and time of a contact, for return_id=2; the shape is made up."""
    return f"  <contact id='{contact.row.id}' dlm='{contact.row.modified}'/>"


def contact_ids_body(ids: Iterable[int]) -> str:
    """Return the ids that a search with getIds found; the shape is made up."""
    lines = [f"  <contact_id>{one}</contact_id>" for one in ids]
    return "\n".join(["<result>", *lines, "</result>"])


def count_body(count: int) -> str:
    """Return the number that a search with count found, as one client reads it."""
    return f"<result><count>{count}</count></result>"


def no_hits_body(switches: Switches) -> str:
    """Return the answer to a search without a match: the manual's 0, in a made-up body."""
    return "<result>0</result>" if switches.no_hits is NoHits.ZERO else EMPTY_RESULT


def pulled_tags_body(tags: tuple[TagRow, ...], switches: Switches) -> str:
    """Return the tags with their ids."""
    if not tags:
        return _no_tags(switches, EMPTY_RESULT)
    lines = [f"  <tag id='{tag.id}'>{escape_text(tag.name)}</tag>" for tag in tags]
    return "\n".join(["<result>", *lines, "</result>"])


def fetched_tags_body(tags: tuple[TagRow, ...], switches: Switches) -> str:
    """Return the tags' names in one text, the shape that three clients read."""
    if not tags:
        return _no_tags(switches, "<result><tags></tags></result>")
    names = LIST_SEPARATOR.join(tag.name for tag in tags)
    joined = escape_text(f"{LIST_SEPARATOR}{names}{LIST_SEPARATOR}")
    return f"<result><tags>{joined}</tags></result>"


def changed_tags_body(tags: tuple[TagRow, ...], switches: Switches) -> str:
    """Return the tags that were put on or taken off; the shape is made up."""
    items: list[str] = []
    match switches.tag_answer:
        case TagAnswer.TAGS:
            items = [f"<tag id='{tag.id}'>{escape_text(tag.name)}</tag>" for tag in tags]
        case TagAnswer.SUCCESS:
            return success_body(switches)
        case TagAnswer.STATUS:
            items = [f"<tag status='Success'>{escape_text(tag.name)}</tag>" for tag in tags]
    return f"<result>{''.join(items)}</result>" if items else EMPTY_RESULT


def sequences_body(sequences: tuple[SequenceRow, ...], *, full: bool) -> str:
    """Return the sequences; the shape with public name and description is made up."""
    lines = [
        f'  <sequence id="{one.id}">{_full(one) if full else escape_text(one.name)}</sequence>'
        for one in sequences
    ]
    return "\n".join(["<result>", *lines, "</result>"]) if lines else EMPTY_RESULT


def notes_body(notes: Iterable[tuple[int, tuple[NoteRow, ...]]]) -> str:
    """Return the notes of contacts, by contact id; the shape is made up."""
    lines = ["<result>"]
    for contact_id, rows in notes:
        lines.append(f"  <contact id='{contact_id}'>")
        lines.extend(
            f"    <note id='{row.id}' time='{row.time}'>{escape_text(row.text)}</note>"
            for row in rows
        )
        lines.append("  </contact>")
    return "\n".join([*lines, "</result>"])


class _SectionWriter:
    """Writes the sections of `key`, each once until it changes."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._tags = tuple((tag.id, tag.name) for tag in account.labels.tags())
        self._as_list = switches.list_options is ListOptions.LIST

    def text(self, content: SectionContent) -> str:
        """Return a section with its fields and options."""
        tags = self._tags if any(map(is_tags_field, content.fields)) else ()
        return content.text(("key", self._as_list, tags), self._write)

    def _write(self, content: SectionContent) -> str:
        row = content.row
        head = f"    <Group_Tag name={attribute(row.name)}{_editable(row.editable)}>"
        fields = (self._field_lines(field, content) for field in content.fields)
        return "\n".join([head, *fields, "    </Group_Tag>"])

    def _field_lines(self, field: FieldRow, content: SectionContent) -> str:
        shown_type = legacy_word(field.type)
        head = (
            f"      <field name={attribute(field.name)} type={attribute(shown_type)}"
            f"{_editable(field.custom)}"
        )
        choices = self._choices(field, content)
        if not choices:
            return f"{head}/>"
        return "\n".join([f"{head}>", *(f"        {one}" for one in choices), "      </field>"])

    def _choices(self, field: FieldRow, content: SectionContent) -> list[str]:
        if is_tags_field(field):
            return [_list_item(*tag) for tag in self._tags]
        options = content.options.get(field.id, ())
        if field.type == LIST and self._as_list:
            return [_list_item(*option) for option in options]
        return [f"<option>{escape_text(text)}</option>" for _, text in options]


def _list_item(item_id: int, text: str) -> str:
    return f'<list id="{item_id}">{escape_text(text)}</list>'


def _editable(editable: bool) -> str:  # noqa: FBT001 - the only thing it is about
    return ' editable="1"' if editable else ""


def _field_value(name: str, text: str) -> str:
    head = f"      <field name={attribute(name)}"
    return f"{head}>{escape_text(text)}</field>" if text else f"{head}/>"


def _no_tags(switches: Switches, empty: str) -> str:
    return "" if switches.no_tags is NoTags.EMPTY_BODY else empty


def _full(sequence: SequenceRow) -> str:
    return (
        f"<name>{escape_text(sequence.name)}</name>"
        f"<public_name>{escape_text(sequence.public_name)}</public_name>"
        f"<description>{escape_text(sequence.description)}</description>"
    )
