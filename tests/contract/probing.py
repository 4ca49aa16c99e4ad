"""A probe of an emulated account, and what each switch of the emulator lets it find."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import Switches, list_settings, parse_switch, set_switches
from schemactl.model.facts import Finding, OmittedFields, Point, UnknownSection
from schemactl.model.probe import Probed, ProbeOffer
from schemactl.pipeline import probe_account
from tests.contract.live import Bench

FOUND: dict[str, tuple[str, dict[str, Finding]]] = {
    "unknown-section": (
        "legacy",
        {
            "refuse": UnknownSection.REFUSED,
            "create": UnknownSection.CREATED,
            "ignore": UnknownSection.IGNORED,
        },
    ),
    "rest-put-omitted": (
        "rest",
        {"keep": OmittedFields.KEPT, "delete": OmittedFields.DELETED},
    ),
}
"""Each switch that a probe finds out: its API, and the finding for each of its values."""
UNCLEAR: dict[str, tuple[Point, ...]] = {
    "rest-put=error": (Point.OMITTED_FIELDS,),
    "extra-decode=off": (Point.UNKNOWN_SECTION,),
}
"""What cannot be found out under some settings, because nothing can be tried."""


@dataclass
class Agreeing:
    """A reviewer who agrees, and keeps what was offered."""

    offers: list[ProbeOffer] = field(default_factory=list)
    answer: bool = True

    def agrees(self, offer: ProbeOffer) -> bool:
        self.offers.append(offer)
        return self.answer


def probe(bench: Bench, reviewer: Agreeing | None = None) -> Probed:
    probed = probe_account(bench.target, reviewer or Agreeing(), 0.0)
    assert probed is not None
    return probed


def expected_findings(setting: str, backend: str) -> dict[Point, Finding]:
    """Return what a probe must find under one setting, all other switches at their default."""
    switches = list_settings(set_switches(Switches(), (parse_switch(setting),)))
    found = (
        by_value[switches[name]] for name, (api, by_value) in FOUND.items() if backend in api
    )
    unclear = UNCLEAR.get(setting, ())
    return {finding.point: finding for finding in found if finding.point not in unclear}


def contents(server: EmulatorServer) -> list[object]:
    """Return all that the account holds, also what no API shows."""
    with server.runtime.account() as account:
        layout = account.layout
        return [
            *layout.sections(),
            *layout.editor_fields(),
            *sorted(layout.options().items()),
            *sorted(layout.descriptions().items()),
            *sorted(account.contacts.values_of(1).items()),
            *account.labels.all_tags(),
        ]
