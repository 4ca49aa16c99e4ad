"""A list of accounts: for people, and for the matrix of a CI service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.project import Account
from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line
from schemactl.text import counted

_MAX_NAME: Final = 30


def accounts_json(accounts: Sequence[Account], changes: Mapping[str, str]) -> str:
    """Write accounts as canonical JSON, after the JSON Schema `accounts`."""
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "accounts",
            "accounts": tuple(
                {
                    "account": account.name,
                    "labels": account.labels,
                    "backend": account.backend,
                    "changed": changes.get(account.name),
                }
                for account in accounts
            ),
        }
    )


def accounts_text(accounts: Sequence[Account], changes: Mapping[str, str]) -> tuple[Line, ...]:
    """Return a line for each account, with what changed of it."""
    names = (len(account.name) for account in accounts)
    column = min(max(names, default=0), _MAX_NAME) + 2
    lines = []
    for account in accounts:
        labels = " ".join(f"@{label}" for label in account.labels)
        words = [str(account.backend), labels, changes.get(account.name, "")]
        about = "  ".join(filter(None, words))
        lines.append(line(f"{account.name:<{column}}", Span(about, Style.DIM)))
    return (*lines, line(Span(f"{counted(len(accounts), 'account')}.", Style.BOLD)))
