"""desired/parsed_files.py: a file is parsed once by its name and bytes, within a bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schemactl.desired.entries import Entries
from schemactl.desired.load import load_desired
from schemactl.desired.parsed_files import NOTHING_PARSED, ParsedFile, ParsedFiles
from schemactl.model.field_types import DECLARABLE_TYPES


class Parser:
    """Counts how often each text is parsed."""

    def __init__(self) -> None:
        self.parsed: list[bytes] = []

    def of(self, data: bytes) -> Callable[[], ParsedFile]:
        def parse() -> ParsedFile:
            self.parsed.append(data)
            return ParsedFile(entries=Entries(), problems=(), waivers=())

        return parse


def test_a_file_is_parsed_again_only_if_its_name_or_a_byte_differs() -> None:
    files, parser = ParsedFiles(), Parser()
    for file, data in (("a", b"1"), ("a", b"1"), ("b", b"1"), ("a", b"2"), ("a", b"1")):
        files.get(file, data, parser.of(data))
    assert parser.parsed == [b"1", b"1", b"2"]


def test_what_was_used_last_is_kept_within_the_bound() -> None:
    files, parser = ParsedFiles(max_bytes=2), Parser()
    for data in (b"1", b"2", b"1", b"3", b"1", b"2", b"too long", b"too long"):
        files.get("a", data, parser.of(data))
    assert parser.parsed == [b"1", b"2", b"3", b"2", b"too long", b"too long"]


def test_a_single_account_keeps_nothing() -> None:
    parser = Parser()
    for _ in range(2):
        NOTHING_PARSED.get("a", b"1", parser.of(b"1"))
    assert parser.parsed == [b"1", b"1"]


def test_accounts_that_share_files_load_the_same(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "version: 1\nsections:\n  - name: S\n    fields: [{name: A, type: text}]\n"
    )
    (tmp_path / "more.yaml").write_text(
        "version: 1\nsections:\n  - name: S\n    extend: true\n"
        "    fields: [{name: A, override: true, type: price}]\n"
    )
    shared = ParsedFiles()
    for patterns in (["base.yaml"], ["base.yaml", "more.yaml"], ["base.yaml"]):
        alone, together = (
            load_desired(
                tmp_path,
                patterns,
                allowed_types=DECLARABLE_TYPES,
                backend="rest",
                parsed_files=parsed,
            )
            for parsed in (None, shared)
        )
        assert together == alone
