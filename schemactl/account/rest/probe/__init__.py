"""The open points of the REST API that a probe tries, one class each.

making         how a point makes the fields that it tries something with
updates        updates of fields that exist
"""

from __future__ import annotations

from typing import Final

from schemactl.account.probing import ProbePoints
from schemactl.account.rest.probe.updates import OmittedFieldsPoint

POINTS: Final = ProbePoints(
    points=(OmittedFieldsPoint(),),
    # A read of an object takes two requests: one by the guard, and two to look afterwards.
    requests_per_call=7,
    requests_per_removal=3,
)
"""In the order in which they are tried; each makes what it needs."""
