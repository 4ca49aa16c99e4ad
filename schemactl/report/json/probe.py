"""What came of a probe, for programs, after the JSON Schema `probe-result`."""

from __future__ import annotations

from schemactl.model.json_text import FORMAT_VERSION, canonical_json
from schemactl.model.plan import JsonObject
from schemactl.model.probe import Probed


def probe_json(probed: Probed, *, account: str, backend: str) -> str:
    """Write what a probe found and what it left as canonical JSON."""
    found: tuple[JsonObject, ...] = tuple(
        {"point": str(each.point), "finding": str(each), "why": ""} for each in probed.findings
    )
    missing: tuple[JsonObject, ...] = tuple(
        {"point": str(point), "finding": None, "why": why}
        for point, why in probed.unclear.items()
    )
    return canonical_json(
        {
            "format_version": FORMAT_VERSION,
            "kind": "probe-result",
            "account": account,
            "backend": backend,
            "id": probed.run,
            "status": probed.status,
            "findings": (*found, *missing),
            "left": probed.left,
        }
    )
