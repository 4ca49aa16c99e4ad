"""Fill values in again from a backup, and leave what records hold by now.

Every record is read right before it is written. One that holds another value by now keeps it,
unless the plan says otherwise; one that is gone is skipped. So it can be made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from schemactl.account.connect import saved_value
from schemactl.account.interface import LiveState, Records
from schemactl.account.value_forms import is_same_value, number_of
from schemactl.apply.values.tagging import tag_again
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.host import Host
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.backup import ZERO_IS_VALUE, Backup, BackupPart, SavedValue
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, OPTION_TYPES
from schemactl.model.held_values import HeldRecord
from schemactl.model.record_update import RecordUpdate, Value, WriteStatus
from schemactl.model.schema import in_object
from schemactl.model.value_call import FillValues
from schemactl.planner.value_calls import FILLED_AT_ONCE
from schemactl.project.settings import BackendName
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import Decryptor
from schemactl.store.vault.folders import backups_of_run, folder_of_run
from schemactl.store.vault.manifest import VaultError
from schemactl.store.vault.reading import read_values
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Restorer:
    """Fills one field.

    Attributes:
        fill: What to do.
        backup: Where the values are.
        part: Which part of it.
        records: The records of the account.
        live: The account, with the field.
    """

    fill: FillValues
    backup: Backup
    part: BackupPart
    records: Records
    live: LiveState

    def run(
        self, saved: Iterator[SavedValue], *, is_interrupted: Callable[[], bool]
    ) -> Counter[str]:
        """Fill in all values, and return how many records had each outcome.

        Raises:
            AccountError: Records could not be read.
            InterruptedWaitError: The user asked to stop.
        """
        tally: Counter[str] = Counter()
        while chunk := list(islice(saved, FILLED_AT_ONCE)):
            self._fill(chunk, tally)
            if is_interrupted():
                msg = "interrupted while values were filled in"
                raise InterruptedWaitError(msg)
        return tally

    def _fill(self, chunk: list[SavedValue], tally: Counter[str]) -> None:
        place = self.fill.place
        ids = [one.id for one in chunk]
        found = {one.id: one for one in self.records.read_records(ids, (place,), self.live)}
        values = {
            number: self.records.read_value(place, record.values[0], self.live)
            for number, record in found.items()
        }
        is_zero_none = self.fill.type in ZERO_IS_VALUE and "" not in values.values()
        updates = []
        for one in chunk:
            record, now = found.get(one.id), values.get(one.id, "")
            if is_zero_none and _is_zero(now):
                # Where no record is empty, the account shows 0 for no value.
                now = ""
            update = "gone" if record is None else self._update(one, record, now)
            if isinstance(update, str):
                tally[update] += 1
            else:
                updates.append(update)
        for outcomes in self.records.write_values((place,), updates, self.live):
            for outcome in outcomes:
                is_written = outcome.status is WriteStatus.WRITTEN
                tally["held" if is_written else str(outcome.why or outcome.status)] += 1

    def _update(self, saved: SavedValue, record: HeldRecord, now: Value) -> RecordUpdate | str:
        """Return what a record gets, or in a word why it gets nothing."""
        try:
            wanted = self._wanted(saved, record)
        except AccountError as error:
            # What the other API returned can be unclear; the message has no value.
            return str(error)
        if self._is_equal(wanted, now):
            return "held"
        if now and not self.fill.overwrites and not self._adds(wanted, now):
            return "newer"
        return RecordUpdate(seen=record, values=(wanted,))

    def _wanted(self, saved: SavedValue, record: HeldRecord) -> Value:
        """Return what a record held; of removed options, beside what it holds now."""
        text, place = saved.value or "", self.fill.place
        if self.fill.type not in OPTION_TYPES:
            return self._read(text)
        labels = self._labels(text)
        if self.part.lost and self.fill.type in MULTIPLE_CHOICE_TYPES:
            now = self.records.read_value(place, record.values[0], self.live)
            held = now if isinstance(now, tuple) else ()
            lost = (one for one in labels if one in self.part.lost)
            return tuple(dict.fromkeys((*held, *lost)))
        return labels

    def _is_equal(self, wanted: Value, now: Value) -> bool:
        if isinstance(wanted, tuple) and isinstance(now, tuple):
            return set(wanted) == set(now)
        if self.fill.over and wanted and now:
            return is_same_value(self.fill.type, wanted, now)
        return wanted == now

    def _read(self, text: str) -> Value:
        """Return what a text means in the API over which it was backed up."""
        if not self.fill.over:
            return self.records.read_value(self.fill.place, text, self.live)
        return saved_value(BackendName(self.fill.over), self.fill.type, text, ())

    def _labels(self, text: str) -> tuple[str, ...]:
        if self.fill.over != BackendName.LEGACY or self.part.field is None:
            return self.part.labels_in(text)
        options = self.part.field.options or ()
        value = saved_value(BackendName.LEGACY, self.fill.type, text, options)
        return value if isinstance(value, tuple) else (value,)

    def _adds(self, wanted: Value, now: Value) -> bool:
        """Whether a list keeps all that it holds, so that nothing newer is lost."""
        return self.fill.type in MULTIPLE_CHOICE_TYPES and set(now) <= set(wanted)


def restore_values(
    fill: FillValues,
    *,
    vault: StateFolder,
    identity: AccountIdentity,
    backend: str,
    records: Records,
    live: LiveState,
    host: Host,
    key: Decryptor | None = None,
) -> str:
    """Fill values in, and return in words how many records got them.

    Raises:
        AccountError: Some records did not get their value, or could not be read.
        VaultError: The backup cannot be used.
        InterruptedWaitError: The user asked to stop.
    """
    backup, part = find_backup(fill, vault, identity, backend)
    saved = read_values(folder_of_run(vault, backup.run), backup, part, key=key)
    if fill.tag:
        ids = tuple(one.id for one in saved)
        return tag_again(fill.tag, ids, records=records, live=live, host=host)
    _refuse_missing(fill, live)
    restorer = Restorer(fill=fill, backup=backup, part=part, records=records, live=live)
    tally = restorer.run(saved, is_interrupted=host.is_interrupted)
    held, gone, newer = tally.pop("held", 0), tally.pop("gone", 0), tally.pop("newer", 0)
    words = f"{held:,} of {fill.held:,} values are there again"
    words += f"; {newer:,} records hold a newer one, which stays" if newer else ""
    words += f"; {gone:,} records do not exist any more" if gone else ""
    if tally:
        why = "; ".join(f"{number:,}: {reason}" for reason, number in tally.most_common())
        msg = f"{words}; {why}"
        raise AccountError(msg)
    return words


def find_backup(
    fill: FillValues, vault: StateFolder, identity: AccountIdentity, backend: str
) -> tuple[Backup, BackupPart]:
    """Return the backup that a call names, if it is of this account and field.

    Raises:
        VaultError: It is not, or does not exist.
    """
    for backup in backups_of_run(vault, fill.run):
        if backup.call != fill.backup or len(backup.parts) < fill.part:
            continue
        part = backup.parts[fill.part - 1]
        other = "" if backup.backend == backend else backup.backend
        if identity.owns(backup.identity) and _is_of(part, fill, other):
            return backup, part
        msg = f"the backup of the run {fill.run} is of another account, API or field"
        raise VaultError(msg)
    msg = f"there is no backup of the run {fill.run} any more"
    raise VaultError(msg)


def _is_of(part: BackupPart, fill: FillValues, other: str) -> bool:
    """Whether a part has what a call restores.

    Args:
        part: Of a backup.
        fill: What is restored.
        other: The API of the backup, if it is another one than that of the account.
    """
    if part.field is None:
        return bool(fill.tag) and part.tag == fill.tag
    is_of_field = not fill.tag and part.field.type == fill.type
    return is_of_field and fill.over == other


def _refuse_missing(fill: FillValues, live: LiveState) -> None:
    """Check that the field is there, with its type.

    Raises:
        AccountError: It is not.
    """
    types = [
        field.type
        for section, field in live.schema.of(fill.custom_object).all_fields()
        if (section, field.name) == (fill.section, fill.name)
    ]
    if types != [fill.type]:
        title = in_object(fill.custom_object, f"{fill.section} / {fill.name}")
        msg = f'the account does not show the field "{title}" with the type {fill.type}'
        raise AccountError(msg)


def _is_zero(value: Value) -> bool:
    return isinstance(value, str) and number_of(value) == 0
