"""What a plan does with values, besides what follows from its changes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemactl.model.keep import KeepValues
from schemactl.model.value_call import FillValues
from schemactl.values import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueWork:
    """What is backed up, and what is filled in again.

    Attributes:
        keep: Whether values are backed up before they are destroyed; None where nobody says.
        fills: What is filled in from backups, by the id of the change that makes the field.
        undoes: The run that the plan undoes; empty for a plan from the files.
    """

    keep: KeepValues | None = None
    fills: Mapping[str, FillValues] = field(default_factory=lambda: MappingProxyType({}))
    undoes: str = ""

    @property
    def backs_up(self) -> bool:
        """Whether values are backed up before they are destroyed."""
        return self.keep not in {None, KeepValues.NEVER}


NO_VALUE_WORK: Final = ValueWork()
