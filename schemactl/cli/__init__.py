"""The command line: options in, one call of `pipeline`, a result out.

The only place that prints, asks, and ends the process. Each command has a file in
`commands`, which is imported when the command is called, not before.
"""

from __future__ import annotations

from schemactl.cli.boundary import main

__all__ = ["main"]
