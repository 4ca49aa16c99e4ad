"""A probe of an emulated account, and what each switch of the emulator lets it find."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import list_settings
from schemactl.model.facts import (
    AbsentRemoval,
    EmptySections,
    ExistingField,
    ExistingSection,
    FieldElsewhere,
    FieldNumbers,
    FieldOrder,
    Finding,
    ForeignField,
    FullSection,
    NameMatching,
    NameStoring,
    OmittedFields,
    OptionMatching,
    OptionsInSection,
    OptionsOfLists,
    Point,
    ReplacedOptions,
    UnknownSection,
)
from schemactl.model.probe import Probed, ProbeOffer
from schemactl.pipeline import probe_account
from tests.contract.live import Bench
from tests.contract.switch_settings import switches_with

FOUND: dict[str, tuple[str, dict[str, Finding]]] = {
    "unknown-section": (
        "legacy",
        {
            "refuse": UnknownSection.REFUSED,
            "create": UnknownSection.CREATED,
            "ignore": UnknownSection.IGNORED,
        },
    ),
    "existing-section": (
        "legacy",
        {
            "merge": ExistingSection.MERGED,
            "refuse": ExistingSection.REFUSED,
            "ignore": ExistingSection.IGNORED,
        },
    ),
    "full-section-removal": (
        "legacy",
        {"remove": FullSection.REMOVED, "refuse": FullSection.REFUSED},
    ),
    "empty-sections": (
        "legacy",
        {"list": EmptySections.LISTED, "hide": EmptySections.HIDDEN},
    ),
    "existing-field": (
        "legacy",
        {"ignore": ExistingField.IGNORED, "refuse": ExistingField.REFUSED},
    ),
    "field-elsewhere": (
        "legacy",
        {
            "add": FieldElsewhere.ADDED,
            "refuse": FieldElsewhere.REFUSED,
            "ignore": FieldElsewhere.IGNORED,
        },
    ),
    "absent-removal": (
        "legacy",
        {"success": AbsentRemoval.ACCEPTED, "failure": AbsentRemoval.REFUSED},
    ),
    "options-in-section": (
        "legacy",
        {"honour": OptionsInSection.HONOURED, "ignore": OptionsInSection.IGNORED},
    ),
    "dropdown-on-list": (
        "legacy",
        {"accept": OptionsOfLists.ACCEPTED, "refuse": OptionsOfLists.REFUSED},
    ),
    "option-matching": (
        "legacy, rest",
        {"exact": OptionMatching.EXACT, "ignore-case": OptionMatching.IGNORES_CASE},
    ),
    "name-storing": (
        "legacy, rest",
        {"exact": NameStoring.KEPT, "trim": NameStoring.TRIMMED},
    ),
    "name-matching": (
        "legacy, rest",
        {"exact": NameMatching.EXACT, "ignore-case": NameMatching.IGNORES_CASE},
    ),
    "rest-alias-elsewhere": (
        "rest",
        {
            "duplicate": FieldElsewhere.ADDED,
            "refuse": FieldElsewhere.REFUSED,
            "update": FieldElsewhere.UPDATED,
        },
    ),
    "rest-put-foreign": (
        "rest",
        {
            "move": ForeignField.MOVED,
            "refuse": ForeignField.REFUSED,
            "update": ForeignField.IGNORED,
            "copy": ForeignField.COPIED,
        },
    ),
    "rest-put-order": (
        "rest",
        {"apply": FieldOrder.APPLIED, "ignore": FieldOrder.IGNORED},
    ),
    "rest-numbers": (
        "rest",
        {"never": FieldNumbers.NEW, "reuse": FieldNumbers.REUSED},
    ),
    "rest-replace": (
        "rest",
        {"keep-ids": ReplacedOptions.IDS_KEPT, "new-ids": ReplacedOptions.NEW_IDS},
    ),
    "rest-put-omitted": (
        "rest",
        {"keep": OmittedFields.KEPT, "delete": OmittedFields.DELETED},
    ),
}
"""Each switch that a probe finds out: its APIs, and the finding for each of its values."""
UNCLEAR: dict[str, tuple[Point, ...]] = {
    "rest-put=error": (
        *(Point.OMITTED_FIELDS, Point.FOREIGN_FIELD, Point.FIELD_ORDER),
        *(Point.OPTION_MATCHING, Point.REPLACED_OPTIONS),
    ),
    "extra-decode=off": tuple(Point),
}
"""What cannot be found out under some settings, because nothing can be tried."""


ANSWERS = (
    *("success-body", "failure-form", "list-options", "rest-partial", "rest-absent"),
    *("rest-empty", "rest-null-fields", "rest-options", "rest-full-section"),
    *("rest-put-description", "rest-put-readonly", "rest-settings", "rest-existing-alias"),
)
"""Switches that a probe does not find out, and that could mislead it."""


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
    switches = list_settings(switches_with(setting))
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
