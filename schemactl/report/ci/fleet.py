"""Findings of many accounts: those of each, and equal ones of several accounts as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from schemactl.errors import Location
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AccountResult,
    AppliedPlan,
    Checked,
    FleetResult,
    WrittenFile,
)
from schemactl.model.plan import Plan
from schemactl.model.usage import Usage
from schemactl.report.ci.findings import (
    Finding,
    Level,
    findings_of_drift,
    findings_of_plan,
    findings_of_problems,
    findings_of_run,
)
from schemactl.text import and_list, counted, named
from schemactl.values import replace

FAILED: Final = "account-failed"
"""The code of an account without a result."""
_MAX_NAMED: Final = 5
"""Accounts that a message names."""

_Same: TypeAlias = tuple[str, Level, str, str, str | None, Location | None]


def findings_of_account(result: AccountResult, fleet: FleetResult) -> tuple[Finding, ...]:
    """Return the findings of one account, as of the command for it alone."""
    match result.outcome:
        case AccountFailure():
            return _findings_of_failure(result.account, result.outcome)
        case Drift():
            return findings_of_drift(result.outcome, strict=fleet.strict)
        case Plan():
            return findings_of_plan(result.outcome)
        case AppliedPlan(plan=plan, run=run):
            return findings_of_run(plan, run)
        case Checked():
            return findings_of_problems(result.outcome.problems)
        case Usage() | WrittenFile():
            return ()


def suites_of(fleet: FleetResult) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield the findings of each account under a name for them."""
    for result in fleet.results:
        yield f"{fleet.command} of {result.account}", findings_of_account(result, fleet)


def merged_findings(fleet: FleetResult) -> tuple[Finding, ...]:
    """Return all findings in the order of the accounts, equal ones once.

    Each message begins with the accounts that it is about.
    """
    accounts: dict[_Same, list[str]] = {}
    first: dict[_Same, Finding] = {}
    for result in fleet.results:
        for finding in findings_of_account(result, fleet):
            key = _same(finding)
            first.setdefault(key, finding)
            accounts.setdefault(key, []).append(result.account)
    return tuple(
        replace(finding, message=f"{some_accounts(accounts[key])}: {finding.message}")
        for key, finding in first.items()
    )


def findings_by_account(fleet: FleetResult) -> tuple[Finding, ...]:
    """Return the findings of each account, whose message begins with its name."""
    return tuple(
        replace(finding, message=f"{named(result.account)}: {finding.message}")
        for result in fleet.results
        for finding in findings_of_account(result, fleet)
    )


def some_accounts(names: list[str]) -> str:
    """Return names of accounts as in a sentence; those of very many are counted."""
    if len(names) <= _MAX_NAMED:
        return and_list(dict.fromkeys(map(named, names)))
    rest = counted(len(names) - _MAX_NAMED, "other account")
    return f"{', '.join(map(named, names[:_MAX_NAMED]))} and {rest}"


def _same(finding: Finding) -> _Same:
    return (
        finding.code,
        finding.level,
        finding.about,
        finding.message,
        finding.hint,
        finding.location,
    )


def _findings_of_failure(account: str, failure: AccountFailure) -> tuple[Finding, ...]:
    if failure.problems:
        return findings_of_problems(failure.problems)
    return (
        Finding(
            code=FAILED,
            level=Level.ERROR,
            about=account,
            message=failure.message,
            hint=failure.hint,
        ),
    )
