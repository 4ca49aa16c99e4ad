"""Limit the calls per minute on an account: on this machine, or on all that share a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.account.http.rate import Limiter, NoLimit, Patience, SharedLimit
from schemactl.host import Host
from schemactl.store.state.interface import StateFile, StateStore

if TYPE_CHECKING:
    from schemactl.store.state.allotment import Allotment

OpenState: TypeAlias = Callable[[], StateStore]
"""Returns the state store that machines share, or raises a `SchemactlError`."""

ALLOTMENTS: Final = "rate"


@contextmanager
def open_limiter(
    calls: int | None,
    count_file: Path,
    *,
    open_state: OpenState | None,
    name: str,
    host: Host,
) -> Iterator[Limiter]:
    """Limit calls together with all other runs on the account, if a rate is set.

    Args:
        calls: How many in a minute; None for no limit.
        count_file: Where this machine counts them.
        open_state: Opens the state store, if other machines share it.
        name: Names the account there.
        host: The outside world.
    """
    if calls is None:
        yield NoLimit()
        return
    with closing(_local_limit(count_file, calls, host)) as local:
        if open_state is None:
            yield local
            return
        from schemactl.store.state.allotment import SLICES, Allotment

        allotment = Allotment(
            lambda: StateFile.at(open_state(), (ALLOTMENTS, f"{name}.json")),
            owner="-".join(host.token() for _ in range(4)),
            calls=calls,
            host=host,
        )
        reduced = _local_limit(count_file, max(1, calls // SLICES), host)
        with closing(reduced), closing(allotment):
            yield _allotted(local, reduced, allotment, calls, host)


def _allotted(
    local: SharedLimit, reduced: SharedLimit, allotment: Allotment, calls: int, host: Host
) -> Limiter:
    from schemactl.account.http.allotted import AllottedLimit

    return AllottedLimit(
        local=local,
        reduced=reduced,
        allotment=allotment,
        calls=calls,
        patience=Patience(sleep=host.sleep, is_interrupted=host.is_interrupted),
        uptime=host.uptime,
        listener=host.listener,
    )


def _local_limit(count_file: Path, calls: int, host: Host) -> SharedLimit:
    return SharedLimit(
        count_file, calls=calls, sleep=host.sleep, is_interrupted=host.is_interrupted
    )
