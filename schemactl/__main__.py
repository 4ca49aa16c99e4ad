"""Make `python -m schemactl` the same as the command `schemactl`."""

from __future__ import annotations

from schemactl.cli import main

if __name__ == "__main__":
    main()
