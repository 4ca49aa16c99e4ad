"""The open points of the Contacts API that a probe tries, one class each.

trying         the calls that points send, as requests of this API
sections       calls on sections
fields         new fields, and the removal of an absent one
options        options of dropdowns and lists
names          how names are stored and found
"""

from __future__ import annotations

from typing import Final

from schemactl.account.legacy.probe.fields import (
    AbsentRemovalPoint,
    ExistingFieldPoint,
    FieldElsewherePoint,
)
from schemactl.account.legacy.probe.names import NameMatchingPoint, NameStoringPoint
from schemactl.account.legacy.probe.options import (
    OptionMatchingPoint,
    OptionsInSectionPoint,
    OptionsOfListsPoint,
)
from schemactl.account.legacy.probe.sections import (
    EmptySectionsPoint,
    ExistingSectionPoint,
    FullSectionPoint,
    UnknownSectionPoint,
)
from schemactl.account.probing import ProbePoints

POINTS: Final = ProbePoints(
    points=(
        UnknownSectionPoint(),
        ExistingSectionPoint(),
        FullSectionPoint(),
        EmptySectionsPoint(),
        ExistingFieldPoint(),
        FieldElsewherePoint(),
        AbsentRemovalPoint(),
        OptionsInSectionPoint(),
        OptionsOfListsPoint(),
        OptionMatchingPoint(),
        NameStoringPoint(),
        # Last: it may make a section whose name differs from another one only in case.
        NameMatchingPoint(),
    ),
    # The guard's read, the call, and two looks at what came of it.
    requests_per_call=4,
    requests_per_removal=2,
)
"""In the order in which they are tried; each makes what it needs."""
