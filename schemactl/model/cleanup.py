"""Tags that an apply put on a contact to make them, and did not take off again.

The only thing that one run may leave for another to send. It names a contact and tags, so it
can hold no other request, whatever the file says that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PendingCleanup:
    """Tags to take off the carrier contact before anything else is done.

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
