"""Every type of the client's table, over both APIs of the emulator, which has its own table."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.emulator.choices import AcceptOrRefuse
from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import Switches
from schemactl.model.field_types import LEGACY_TYPES, OPTION_TYPES, REST_TYPES
from tests.contract.live import a_bench

SWITCHES = Switches(unknown_type=AcceptOrRefuse.REFUSE)


@pytest.mark.parametrize(("backend", "types"), [("legacy", LEGACY_TYPES), ("rest", REST_TYPES)])
def test_a_field_of_every_type_is_made_and_read_back(
    tmp_path: Path, backend: str, types: frozenset[str]
) -> None:
    fields = "".join(
        f"      - {{name: A {kind}, type: {kind}{', options: [X]' * (kind in OPTION_TYPES)}}}\n"
        for kind in sorted(types)
    )
    with a_bench(tmp_path, EmulatorServer(switches=SWITCHES), backend=backend) as bench:
        bench.write(f"version: 1\nsections:\n  - name: All\n    fields:\n{fields}")
        bench.run()

        (section,) = (one for one in bench.snapshot().sections if one.name == "All")
        assert {(field.name, field.type) for field in section.fields} == {
            (f"A {kind}", kind) for kind in types
        }
        assert bench.plan().changes == ()
