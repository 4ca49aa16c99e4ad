"""What is valid and yet unwise: rules that a project may sharpen, soften or waive.

rules       what each rule looks for, in the files alone or beside the account
settling    severities of the project, and waivers that stand beside what they are about

That files are valid at all is `desired`'s affair; its warnings are settled here too.
"""

from __future__ import annotations

from schemactl.desired.lint.rules import DEFAULTS, LIVE_RULES, file_findings, live_findings
from schemactl.desired.lint.severities import apply_severities

__all__ = ["DEFAULTS", "LIVE_RULES", "apply_severities", "file_findings", "live_findings"]
