"""The open points of the Contacts API that a probe tries, one class each.

sections       calls on sections
"""

from __future__ import annotations

from typing import Final

from schemactl.account.legacy.probe.sections import UnknownSectionPoint
from schemactl.account.probing import ProbePoints

POINTS: Final = ProbePoints(
    points=(UnknownSectionPoint(),),
    # The guard's read, the call, and two looks at what came of it.
    requests_per_call=4,
    requests_per_removal=2,
)
"""In the order in which they are tried; each makes what it needs."""
