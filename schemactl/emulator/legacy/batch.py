"""The parts of one call on several contacts, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from schemactl.emulator.errors import RefusalError
from schemactl.emulator.midway import pass_record
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import LegacyBatch

Result = TypeVar("Result")


class Batch(Generic[Result]):
    """Collects results; by a switch, a refusal undoes the call or only omits its part.

    Attributes:
        results: Of the parts that were done.
        refusal: Text of the last refusal; None if there was none.
    """

    def __init__(self, switches: Switches) -> None:
        self._continues = switches.legacy_batch_partial is LegacyBatch.GOOD_WRITTEN
        self.results: list[Result] = []
        self.refusal: str | None = None

    def run(self, act: Callable[[], Result]) -> None:
        """Do one part of the call.

        Raises:
            RefusalError: It is refused, and so is the whole call.
        """
        try:
            self.results.append(act())
            pass_record()
        except RefusalError as error:
            if not self._continues:
                raise
            self.refusal = str(error)
