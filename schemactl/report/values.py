"""Backups of values as text and JSON, and their values as CSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from schemactl.model.backup import Backup, BackupPart, SavedValue
from schemactl.model.field_types import OPTION_TYPES
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import JsonObject
from schemactl.model.schema import CONTACTS
from schemactl.report.csv.cells import cell
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line, line
from schemactl.text import counted, date_and_time, named, visible

CSV_COLUMNS = ("object", "section", "field", "tag", "id", "value", "options")
_INDENT = 4


def backups_text(
    backups: Sequence[Backup], *, width: int, is_detailed: bool = False
) -> tuple[Line, ...]:
    """Return backups, newest first, each with what it has; no value is shown."""
    if not backups:
        return (line("Nothing is backed up here."),)
    lines: list[Line] = []
    for backup in reversed(backups):
        state = "" if backup.is_complete else ", not complete"
        state += ", encrypted" if backup.encrypted_to else ""
        head = f"{backup.run}  call {backup.call}, {date_and_time(backup.started_at)}{state}"
        lines.append(line(visible(head)))
        for recipient in backup.encrypted_to if is_detailed else ():
            words = f"encrypted to {recipient}"
            lines += note("", words, indent=_INDENT, width=width, style=Style.DIM)
        for part in backup.parts:
            words = f"{named(backup.title_of(part))}: {_held(backup, part)}"
            lines += note("", words, indent=_INDENT, width=width, style=Style.PLAIN)
            if is_detailed:
                for detail in _details(part):
                    lines += note("", detail, indent=2 * _INDENT, width=width, style=Style.DIM)
    return tuple(lines)


def _held(backup: Backup, part: BackupPart) -> str:
    noun = "contact" if backup.custom_object == CONTACTS else "record"
    return counted(part.held, noun) if part.held else f"no {noun} held anything"


def _details(part: BackupPart) -> Iterator[str]:
    if part.field is not None:
        yield f"type {part.field.type}"
    if part.field is not None and part.field.options is not None:
        yield f"options: {', '.join(map(named, part.field.options)) or 'none'}"
    if part.lost:
        yield f"removed options: {', '.join(map(named, part.lost))}"
    if part.files:
        first, last = part.files[0].name, part.files[-1].name
        names = first if first == last else f"{first} to {last}"
        size = sum(file.size_bytes for file in part.files)
        yield f"{counted(len(part.files), 'file')}, {size:,} bytes: {names}"


def backups_json(backups: Sequence[Backup]) -> str:
    """Return the same as JSON; no value is in it."""
    return canonical_json({"kind": "values", "backups": tuple(map(_backup_json, backups))})


def _backup_json(backup: Backup) -> JsonObject:
    return {
        "run": backup.run,
        "call": backup.call,
        "account": backup.account,
        "address": backup.identity.address,
        "backend": backup.backend,
        "object": backup.custom_object,
        "complete": backup.is_complete,
        "started_at": backup.started_at,
        "finished_at": backup.finished_at or None,
        "records": backup.records,
        "encrypted_to": backup.encrypted_to,
        "parts": tuple(
            {
                "change": part.change,
                "title": part.title,
                "type": None if part.field is None else part.field.type,
                "held": part.held,
                "files": tuple(
                    {"name": one.name, "size_bytes": one.size_bytes, "sha256": one.sha256}
                    for one in part.files
                ),
            }
            for part in backup.parts
        ),
    }


def values_csv(found: Iterable[tuple[Backup, BackupPart, SavedValue]]) -> Iterator[str]:
    """Yield the lines of a table that a spreadsheet opens safely."""
    yield _csv_line(CSV_COLUMNS)
    for backup, part, saved in found:
        field = part.field
        yield _csv_line(
            (
                cell(backup.custom_object),
                cell(part.section),
                cell("" if field is None else field.name),
                cell(part.tag),
                cell(saved.id),
                cell(saved.value or ""),
                cell(" | ".join(_labels(part, saved))),
            )
        )


def _csv_line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def values_lines(found: Iterable[tuple[Backup, BackupPart, SavedValue]]) -> Iterator[str]:
    """Yield a JSON object in a line for each value, exactly as the API returned it."""
    for backup, part, saved in found:
        about: dict[str, object] = {"object": backup.custom_object, "id": saved.id}
        if part.field is None:
            about["tag"] = part.tag
        else:
            about |= {
                "section": part.section,
                "field": part.field.name,
                "value": saved.value,
                "options": list(_labels(part, saved)),
            }
        yield json.dumps(about, ensure_ascii=True, separators=(",", ":")) + "\n"


def _labels(part: BackupPart, saved: SavedValue) -> tuple[str, ...]:
    if part.field is None or part.field.type not in OPTION_TYPES or not saved.value:
        return ()
    return part.labels_in(saved.value)
