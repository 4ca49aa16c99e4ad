"""What is valid but risky: rules that a project can make stricter, relax or waive.

rules        what each rule looks for, in the files alone or together with the account
severities   severities of the project, and waivers written next to what they are about
loading      schema files read, checked and reported on
shared       what several accounts of one run have loaded
"""

from __future__ import annotations

from schemactl.desired.lint.loading import SchemaSource, load_linted
from schemactl.desired.lint.rules import DEFAULTS, LIVE_RULES, file_findings, live_findings
from schemactl.desired.lint.severities import apply_severities

__all__ = [
    "DEFAULTS",
    "LIVE_RULES",
    "SchemaSource",
    "apply_severities",
    "file_findings",
    "live_findings",
    "load_linted",
]
