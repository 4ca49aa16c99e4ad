"""The one file in which a project keeps what a probe found out about an account.

It changes which calls a plan makes, so it is input like any other: closed values, bound to the
account and the API that were probed, and never read from a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NotRequired, TypedDict

import schemactl
from schemactl.errors import SchemactlError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.facts import FINDINGS, NO_FACTS, Facts, Point
from schemactl.model.plan import JsonObject
from schemactl.store.git import GitUnavailableError
from schemactl.store.own_file import OwnFile
from schemactl.store.state.interface import StateFile

MAX_BYTES: Final = 64 * 1024


class FactsError(SchemactlError):
    """A file that should hold what a probe found does not; no account was contacted."""


class _FindingDocument(TypedDict):
    point: str
    finding: str


class _FactsDocument(TypedDict):
    """All that is read of the document."""

    address: str
    app_id_fingerprint: NotRequired[str]
    backend: str
    found_at: str
    findings: list[_FindingDocument]


FACTS_FILE: Final[OwnFile[_FactsDocument]] = OwnFile(
    kind="probe",
    version=1,
    max_bytes=MAX_BYTES,
    error=FactsError,
    remedy="delete it, and run `schemactl probe` again",
)
_REPORT_FILE: Final[OwnFile[object]] = OwnFile(
    kind="probe-report",
    version=1,
    max_bytes=MAX_BYTES,
    error=FactsError,
    remedy="write it again with `schemactl probe --report FILE`",
)


def read_facts(
    file: StateFile, *, identity: AccountIdentity, backend: str, environ: Mapping[str, str]
) -> Facts:
    """Read what a probe found out about this account over this API; nothing of any other.

    Args:
        file: Where the project keeps it.
        identity: The account.
        backend: The API.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        FactsError: The file holds something else, cannot be read, or is in git.
    """
    data = FACTS_FILE.find(file, hint="`schemactl probe` writes an ordinary file")
    if data is None:
        return NO_FACTS
    _refuse_tracked(file, environ)
    facts = _facts(FACTS_FILE.read_bytes(data, file=str(file)))
    is_own = facts.backend == backend and identity.owns(facts.identity)
    return facts if is_own and identity.address else NO_FACTS


def write_facts(file: StateFile, facts: Facts) -> None:
    """Keep what a probe found out, instead of what an earlier one did.

    Raises:
        OutputError: The file cannot be written; the old one is unchanged.
    """
    file.write(facts_text(facts))


def facts_text(facts: Facts) -> str:
    """Write facts as canonical JSON."""
    app_id = facts.identity.app_id
    return FACTS_FILE.text(
        {
            "address": facts.identity.address,
            **({"app_id_fingerprint": app_id} if app_id else {}),
            "backend": facts.backend,
            "found_at": facts.found_at,
            "findings": tuple(
                {"point": str(point), "finding": str(finding)}
                for point, finding in facts.findings.items()
            ),
        }
    )


def report_text(facts: Facts, unclear: Iterable[Point]) -> str:
    """Write what was found so that it names no account, for an issue.

    Args:
        facts: What was found.
        unclear: Points that could not be found out.
    """
    found: tuple[JsonObject, ...] = tuple(
        {"point": str(point), "finding": str(finding)}
        for point, finding in facts.findings.items()
    )
    missing: tuple[JsonObject, ...] = tuple(
        {"point": str(point), "finding": None} for point in unclear
    )
    return _REPORT_FILE.text(
        {
            "schemactl": schemactl.__version__,
            "backend": facts.backend,
            # The day is enough, and says less about the account than the second.
            "found_on": facts.found_at[:10],
            "findings": (*found, *missing),
        }
    )


def _facts(document: _FactsDocument) -> Facts:
    return Facts.of(
        (FINDINGS[Point(each["point"])](each["finding"]) for each in document["findings"]),
        backend=document["backend"],
        identity=AccountIdentity(
            address=document["address"], app_id=document.get("app_id_fingerprint", "")
        ),
        found_at=document["found_at"],
    )


def _refuse_tracked(file: StateFile, environ: Mapping[str, str]) -> None:
    """Stop where git tracks the file: it decides which calls are made."""
    try:
        is_tracked = file.name in file.folder.tracked(environ=environ)
    except GitUnavailableError as error:
        msg = f"{file} is not read: it may have come with a commit, and {error}"
        raise FactsError(msg, hint=error.hint) from error
    if is_tracked:
        msg = f"git tracks {file}: what a probe found is not read from a commit"
        hint = f"git rm --cached {file}, and probe the account on this machine"
        raise FactsError(msg, hint=hint)
