"""Put a tag on the contacts that had it, by a backup, and read that they have it.

Neither API says when it is done: the server does it later. So contacts without the tag are read
again after pauses, and only those that still do not have it get it once more, by the next run.
"""

from __future__ import annotations

from typing import Final

from schemactl.account.batch_sizes import TAGGED_AT_ONCE
from schemactl.account.interface import LiveState, Records
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.host import Host
from schemactl.text import counted

PAUSES_S: Final = (0.0, 1.0, 3.0, 10.0)
"""Before each read of who has the tag by then."""


def tag_again(
    tag: str, ids: tuple[str, ...], *, records: Records, live: LiveState, host: Host
) -> str:
    """Put a tag on contacts, and return in words how many have it.

    Raises:
        AccountError: Some do not have it, or could not be read.
        InterruptedWaitError: The user asked to stop.
    """
    found = records.find_tagged(tag, ids, live)
    missing = sorted(found.existing - found.tagged, key=int)
    for first in range(0, len(missing), TAGGED_AT_ONCE):
        records.put_tag(tag, missing[first : first + TAGGED_AT_ONCE], live)
        if host.is_interrupted():
            msg = "interrupted while contacts got a tag again"
            raise InterruptedWaitError(msg)
    for pause_s in PAUSES_S:
        if not missing:
            break
        host.sleep(pause_s)
        now = records.find_tagged(tag, missing, live)
        missing = sorted(now.existing - now.tagged, key=int)
    if missing:
        msg = f'{counted(len(missing), "contact")} do not show the tag "{tag}" yet: undo again'
        raise AccountError(msg)
    gone = len(ids) - len(found.existing)
    words = f"{len(found.existing):,} of {len(ids):,} contacts have the tag again"
    return words + (f"; {gone:,} do not exist any more" if gone else "")
