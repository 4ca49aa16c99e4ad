"""Loaded by workers of a cluster under test: a lease of a lost worker expires in seconds.

dask worker … --preload tests.contract.quick_leases
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemactl.cli import process, worker
from schemactl.host import Host, never
from schemactl.model.lease_times import LeaseTimes
from schemactl.values import replace

TIMES: Final = LeaseTimes(renew_s=0.5, trust_s=2.0, expiry_s=4.0, poll_s=0.05)


def this_host(*, is_interrupted: Callable[[], bool] = never) -> Host:
    """Return the host of the worker, with leases that are short."""
    return replace(process.this_host(is_interrupted=is_interrupted), lease_times=TIMES)


vars(worker)["this_host"] = this_host
