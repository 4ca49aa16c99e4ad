"""Write an account of any size as schemactl's files, and as many records as octoDNS's.

    FOLDER/schemactl/   schemactl.yaml, crm/*.yaml, and the account as snapshot.json
    FOLDER/octodns/     config.yaml, desired/*.yaml, and the live zones as live/*.yaml

The same count gives the same bytes, everywhere. A fifth of the fields are dropdowns, and a
fifth of the records hold several values. The live state differs in one field, or record, of a
hundred: of ten of these four are missing, five have other options, or values, and one is
of another type. A thousand of them share a file, or a zone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIELDS_PER_SECTION = 50
FIELDS_PER_FILE = 1000
FIELDS_PER_SUBJECT = 25

SUBJECTS = (
    *("Roof", "Kitchen", "Bathroom", "Garden", "Garage", "Cellar", "Facade", "Window"),
    *("Heating", "Solar", "Floor", "Door", "Fence", "Pool", "Terrace", "Attic"),
    *("Mortgage", "Policy", "Claim", "Lease", "Loan", "Pension", "Savings", "Audit"),
    *("Webinar", "Seminar", "Course", "Coaching", "Workshop", "Retreat", "Exam", "Licence"),
    *("Website", "Campaign", "Podcast", "Catalogue", "Order", "Delivery", "Return", "Repair"),
)

ASPECTS = (
    ("Notes", "longtext", ()),
    ("Budget", "price", ()),
    ("Contact Name", "text", ()),
    ("Visit Date", "fulldate", ()),
    ("Status", "tdrop", ("New", "Contacted", "Qualified", "Won", "Lost")),
    ("Street", "text", ()),
    ("Phone", "phone", ()),
    ("State", "state", ()),
    ("Approved", "check", ()),
    ("Priority", "tdrop", ("Low", "Normal", "High", "Urgent")),
    ("Quantity", "numeric", ()),
    ("Deposit", "price", ()),
    ("Start Date", "fulldate", ()),
    ("End Date", "fulldate", ()),
    ("Newsletter", "tdrop", ("Yes", "No")),
    ("Reference", "text", ()),
    ("Remarks", "longtext", ()),
    ("Rating", "numeric", ()),
    ("Followed Up", "check", ()),
    ("Region", "tdrop", ("North", "East", "South", "West", "Overseas")),
    ("Owner", "text", ()),
    ("Supplier", "text", ()),
    ("Invoice Total", "price", ()),
    ("Paid On", "fulldate", ()),
    ("Outcome", "tdrop", ("Sold", "Declined", "Postponed", "No Answer")),
)

SYSTEM_FIELDS = ("First Name", "Last Name", "E-Mail", "Home Phone", "Company", "Website ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as the files say it."""

    name: str
    type: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A DNS record as the files say it."""

    name: str
    type: str
    values: tuple[str, ...]


def field_at(index: int) -> Field:
    """Return the field of a number; no two have one name."""
    subject, aspect = divmod(index, FIELDS_PER_SUBJECT)
    cycle, subject = divmod(subject, len(SUBJECTS))
    word, kind, options = ASPECTS[aspect]
    number = f" {cycle + 1}" if cycle else ""
    return Field(name=f"{SUBJECTS[subject]} {word}{number}", type=kind, options=options)


def live_field_at(index: int) -> Field | None:
    """Return what the account has in its place; None where it does not have the field."""
    field = field_at(index)
    match difference_at(index):
        case "missing":
            return None
        case "value-missing":
            return Field(name=field.name, type=field.type, options=field.options[:-1])
        case "value-extra":
            return Field(
                name=field.name, type=field.type, options=(*field.options, "Do not use")
            )
        case "other-type":
            return Field(name=field.name, type="text", options=())
        case _:
            return field


def difference_at(index: int) -> str:
    """Return how the live state differs there; the empty text for nearly all."""
    hundred, place = divmod(index, 100)
    kind = ("missing",) * 4 + ("value-missing",) * 3 + ("value-extra",) * 2 + ("other-type",)
    wanted = kind[hundred % len(kind)]
    # The first place is a dropdown (and a record of several values), the second is not.
    return wanted if place == (34 if wanted.startswith("value") else 37) else ""


def section_name(first: int) -> str:
    """Name the section that begins with the field of this number."""
    one, cycle = first // FIELDS_PER_SUBJECT % len(SUBJECTS), first // FIELDS_PER_FILE
    number = f" {cycle + 1}" if cycle else ""
    return f"{SUBJECTS[one]} and {SUBJECTS[one + 1]}{number}"


def schema_file_lines(first: int, end: int) -> Iterator[str]:
    """Write fields in the style that people write by hand."""
    yield from ("version: 1", "sections:")
    for start in range(first, end, FIELDS_PER_SECTION):
        yield f"  - name: {section_name(start)}"
        yield "    fields:"
        for index in range(start, min(start + FIELDS_PER_SECTION, end)):
            field = field_at(index)
            yield f"      - name: {field.name}"
            yield f"        type: {field.type}"
            if field.options:
                yield f"        options: [{', '.join(field.options)}]"


def snapshot(count: int) -> dict[str, object]:
    """Return the account as `schemactl snapshot` would write it, system fields included."""
    system = [
        {"name": name, "type": "text", "custom": False, "options": None}
        for name in SYSTEM_FIELDS
    ]
    sections = [{"name": "Contact Information", "custom": False, "fields": system}]
    for start in range(0, count, FIELDS_PER_SECTION):
        live = map(live_field_at, range(start, min(start + FIELDS_PER_SECTION, count)))
        fields = [
            {
                "name": field.name,
                "type": field.type,
                "custom": True,
                "options": list(field.options) if field.type == "tdrop" else None,
            }
            for field in live
            if field is not None
        ]
        sections.append({"name": section_name(start), "custom": True, "fields": fields})
    return {
        "account": "bench",
        "backend": "legacy",
        "format_version": 1,
        "kind": "snapshot",
        "sections": sections,
        "tags": ["Customer", "VIP"],
    }


def record_at(index: int) -> Record:
    """Return the record of a number; names are in the order that octoDNS requires."""
    place = index % FIELDS_PER_FILE
    name = f"host-{place:04}"
    address = f"192.0.{place // 250}.{place % 250 + 1}"
    match index % 5:
        case 4:
            values = tuple(f"198.51.{place // 250}.{place % 250 + more}" for more in range(4))
            return Record(name=name, type="A", values=values)
        case 1:
            return Record(name=name, type="CNAME", values=(f"target-{place:04}.example.net.",))
        case 3:
            return Record(name=name, type="TXT", values=(f"checked by number {place}",))
        case _:
            return Record(name=name, type="A", values=(address,))


def live_record_at(index: int) -> Record | None:
    """Return what the zone has in its place; None where it does not have the record."""
    record = record_at(index)
    match difference_at(index):
        case "missing":
            return None
        case "value-missing":
            return Record(name=record.name, type=record.type, values=record.values[:-1])
        case "value-extra":
            return Record(
                name=record.name, type=record.type, values=(*record.values, "203.0.113.9")
            )
        case "other-type":
            return Record(name=record.name, type="AAAA", values=("2001:db8::1",))
        case _:
            return record


def record_lines(record: Record) -> Iterator[str]:
    """Write a record as octoDNS's own documents do."""
    yield f"{record.name}:"
    yield f"  type: {record.type}"
    if len(record.values) == 1:
        yield f"  value: {record.values[0]}"
    else:
        yield f"  values: [{', '.join(record.values)}]"


def write_schemactl(folder: Path, count: int) -> None:
    """Write the project and the account."""
    project = (
        "version: 1\naccounts:\n  bench:\n    backend: legacy\n"
        "    url: emulator\n    schema: [crm/*.yaml]\n"
    )
    write(folder / "schemactl.yaml", project)
    for first in range(0, count, FIELDS_PER_FILE):
        end = min(first + FIELDS_PER_FILE, count)
        name = f"fields-{first // FIELDS_PER_FILE + 1:02}.yaml"
        write(folder / "crm" / name, "\n".join((*schema_file_lines(first, end), "")))
    write(folder / "snapshot.json", json.dumps(snapshot(count), indent=2, sort_keys=True))


def write_octodns(folder: Path, count: int) -> None:
    """Write the zones as they should be, as they are, and octoDNS's own file."""
    config = ["providers:"]
    for name in ("desired", "live"):
        config += [
            f"  {name}:",
            "    class: octodns.provider.yaml.YamlProvider",
            f"    directory: ./{name}",
            "    supports_root_ns: false",
        ]
    config.append("zones:")
    for first in range(0, count, FIELDS_PER_FILE):
        zone = f"bench-{first // FIELDS_PER_FILE + 1:02}.example."
        numbers = range(first, min(first + FIELDS_PER_FILE, count))
        write_zone(folder / "desired" / f"{zone}yaml", map(record_at, numbers))
        write_zone(folder / "live" / f"{zone}yaml", map(live_record_at, numbers))
        config += [f"  {zone}:", "    sources: [desired]", "    targets: [live]"]
    write(folder / "config.yaml", "\n".join((*config, "")))


def write_zone(path: Path, records: Iterator[Record | None]) -> None:
    """Write the records that there are."""
    lines = [line for record in records if record for line in record_lines(record)]
    write(path, "\n".join(("---", *lines, "")))


def write(path: Path, text: str) -> None:
    """Write a file, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Write what the command line asks for: a folder and how many fields and records."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    write_schemactl(folder / "schemactl", count)
    write_octodns(folder / "octodns", count)


if __name__ == "__main__":
    main()
