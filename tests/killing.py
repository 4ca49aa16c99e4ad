"""The death of a process, in a test that goes on."""

from __future__ import annotations


class KilledError(BaseException):
    """Ends an apply as a killed process ends: nothing that handles errors catches it."""
