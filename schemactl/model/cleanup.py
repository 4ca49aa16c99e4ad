"""What one run may leave for another run to put right, and nothing else.

Tags that an apply put on a contact to create them: a contact and tags, so a file that it was
read from cannot smuggle in any other request. And the scratch objects of a probe: the id of
its run, from which all their names follow.
"""

from __future__ import annotations

from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PendingCleanup:
    """Tags to take off the carrier contact before anything else.

    Attributes:
        run: Id of the run that put the tags on.
        contact: Id of the contact.
        tags: The tags, in the order in which the run put them on; at least one.
    """

    run: str
    contact: str
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.contact and self.tags):
            msg = "a cleanup names a contact and at least one tag"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PendingProbe:
    """What a probe made that was interrupted, to remove before anything else.

    Every name of it follows from the id of the run, and nothing in use by others is removed.

    Attributes:
        run: Id of the run.
    """

    run: str
