"""The floor of reading: builds the C loader's node tree of YAML files, and nothing more.

No program that reads these files with PyYAML and needs to know where a value is does
less: no rule is checked, nothing is compared, nothing is said.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml


def main() -> None:
    """Read the files that the command line names."""
    for name in sys.argv[1:]:
        yaml.compose(Path(name).read_bytes(), Loader=yaml.CLoader)


if __name__ == "__main__":
    main()
