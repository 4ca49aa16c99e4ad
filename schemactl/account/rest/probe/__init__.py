"""The open points of the REST API that a probe tries, one class each.

making         how a point makes the fields that it tries something with
fields         new fields
updates        updates of fields that exist
options        options of dropdowns
tags           new tags
"""

from __future__ import annotations

from typing import Final

from schemactl.account.probing import ProbePoints
from schemactl.account.rest.probe.fields import (
    FieldElsewherePoint,
    FieldNumbersPoint,
    NameStoringPoint,
)
from schemactl.account.rest.probe.options import OptionMatchingPoint, ReplacedOptionsPoint
from schemactl.account.rest.probe.tags import NameMatchingPoint
from schemactl.account.rest.probe.updates import (
    FieldOrderPoint,
    ForeignFieldPoint,
    OmittedFieldsPoint,
)

POINTS: Final = ProbePoints(
    points=(
        FieldElsewherePoint(),
        OptionMatchingPoint(),
        NameStoringPoint(),
        NameMatchingPoint(),
        OmittedFieldsPoint(),
        ForeignFieldPoint(),
        ReplacedOptionsPoint(),
        FieldNumbersPoint(),
        FieldOrderPoint(),
    ),
    # A read of an object takes two requests: one by the guard, and two to look afterwards.
    requests_per_call=7,
    requests_per_removal=3,
)
"""In the order in which they are tried; each makes what it needs."""
