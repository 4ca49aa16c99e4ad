"""Back up the values of fields, or who has tags, before they are destroyed.

All records of the object are read in the order of their ids. The number of records must be the
one that the account names, the files are read again, and a few records are read again from the
account and compared. Right before each destroying call the backup is brought up to date
(`renewal`), and the guard of the call compares the number of holders with it once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.values.places import change_of, find_place, part_of_field
from schemactl.apply.values.renewal import (
    OpenBackup,
    OvertakenError,
    ReadingTime,
    UncopiedError,
)
from schemactl.apply.values.sample import Sample
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.backup import ZERO_IS_VALUE, Backup, BackupPart, SavedValue
from schemactl.model.call_word import DESTROYING_CALLS, ValueCallWord
from schemactl.model.count import Counted, CountKey, CountSubject, Question
from schemactl.model.field_types import FieldType
from schemactl.model.held_values import FieldPlace
from schemactl.model.plan import Call
from schemactl.model.schema import Field
from schemactl.model.value_call import BackUpValues, back_up_of, fills
from schemactl.planner.value_calls import Renewals, is_held_by_nobody
from schemactl.project.settings import BackendName
from schemactl.safety import find_questions, more_held_text
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import RunEncryption
from schemactl.store.vault.folders import (
    backups_of_run,
    folder_of_run,
    move_backup,
    prepare_folder,
)
from schemactl.store.vault.manifest import VaultError
from schemactl.store.vault.writing import BackupWriter, Changed
from schemactl.text import counted
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest

MAX_AGE_S: Final = 3600
"""How long ago an interrupted backup may have been started to be taken up again."""
MAX_WALKS: Final = 3
"""How often new records are looked for until the number of records is the account's."""


class BackupRunner:
    """Makes the backups of one run.

    Attributes:
        held: How many records are backed up, by what the plan counted.
    """

    def __init__(
        self, request: ApplyRequest, run_id: str, *, backend: Backend, host: Host
    ) -> None:
        self.held: dict[CountKey, int] = {}
        self._open: list[OpenBackup] = []
        self._renewals = Renewals(request.plan)
        self._request = request
        self._run_id = run_id
        self._backend = backend
        self._host = host

    def back_up(self, call: Call, live: LiveState) -> None:
        """Back up what a call is about.

        Raises:
            AccountError: It could not be read completely.
            VaultError: It could not be written, or is not readable again.
        """
        folder = self._request.vault
        if folder is None:
            msg = "there is no place for backups"
            raise VaultError(msg)
        wanted = self._left_of(call)
        found = self._places(call, wanted, live)
        places = [place for place, _ in found]
        tags = (
            BackupPart(change=f"remove-tag/{tag}", tag=tag, labels={}) for tag in wanted.tags
        )
        new = self._new(call, wanted, [*(part for _, part in found), *tags])
        run_folder = folder_of_run(folder, self._run_id)
        if not new.parts:
            return
        prepare_folder(run_folder, environ=self._host.environ)
        if is_held_by_nobody(self._request.plan, call):
            writer = self._new_writer(run_folder, new)
            writer.finish(total=None, at=self._now())
            self._note(writer)
        elif wanted.tags:
            self._read_tags(run_folder, new, live)
        else:
            self._read_fields(run_folder, new, places, live)

    def renew(self, call: Call, live: LiveState) -> None:
        """Bring the backups of what a call destroys up to date, right before it is sent.

        Raises:
            AccountError: The account could not be read.
            OvertakenError: More is held than was reviewed.
            UncopiedError: What was to be copied first has changed since.
            VaultError: What changed could not be written.
        """
        for one in self._open if self._renewals.is_needed(call) else ():
            parts = one.parts_of(call.serves)
            if parts:
                changed = one.renew(parts, backend=self._backend, host=self._host, live=live)
                self._refuse_uncopied(call, changed)
                if changed.values:
                    self._note(one.writer)

    def _refuse_uncopied(self, call: Call, changed: Changed) -> None:
        """Refuse to destroy what changed after it was copied to another field or option.

        Who got another option is among those that changed, and holds the old one no more.
        """
        calls = self._request.plan.calls
        copies = [calls[number - 1] for number in call.needs]
        for copy in copies:
            if copy.request == ValueCallWord.COPY_VALUES:
                number = changed.values if fills(copy) else changed.held
                if number:
                    changes = counted(number, "value")
                    msg = f"{changes} changed after call {copy.number} copied the others"
                    raise UncopiedError(msg, copy)

    def _left_of(self, call: Call) -> BackUpValues:
        """Return what a call is about, without what an earlier run has destroyed already."""
        wanted, plan, done = back_up_of(call), self._request.plan, self._request.done
        destroyed = {
            change
            for one in plan.calls
            if one.number in done and one.request in DESTROYING_CALLS
            for change in one.serves
        }
        served = [change for change in plan.changes if change.id in call.serves]
        return replace(
            wanted,
            fields=tuple(
                field for field in wanted.fields if change_of(served, field) not in destroyed
            ),
            tags=tuple(tag for tag in wanted.tags if f"remove-tag/{tag}" not in destroyed),
        )

    def _new(self, call: Call, wanted: BackUpValues, parts: Sequence[BackupPart]) -> Backup:
        request = self._request
        return Backup(
            run=self._run_id,
            call=call.number,
            account=request.plan.account,
            identity=AccountIdentity(address=request.address, app_id=request.app_id),
            backend=self._backend.dialect.name,
            started_at=self._now(),
            custom_object=wanted.custom_object,
            parts=tuple(parts),
        )

    def _places(
        self, call: Call, wanted: BackUpValues, live: LiveState
    ) -> list[tuple[FieldPlace, BackupPart]]:
        """Return where each field is now, and the part of the backup for it."""
        served = [change for change in self._request.plan.changes if change.id in call.serves]
        schema = live.schema.of(wanted.custom_object)
        found = []
        for field in wanted.fields:
            place = find_place(field, wanted.custom_object, schema)
            if place is not None:
                labels = self._backend.records.option_labels(place, live)
                change = change_of(served, field)
                part = part_of_field(change, field, place, schema=schema, labels=labels)
                found.append((place, part))
        return found

    def _read_tags(self, run_folder: StateFolder, new: Backup, live: LiveState) -> None:
        writer = self._new_writer(run_folder, new)
        for place, part in enumerate(new.parts):
            for page in self._backend.records.read_tagged(part.tag, live):
                writer.add_holders(place, page)
        writer.finish(total=None, at=self._now())
        self._keep_open(writer, (), None)
        self._note(writer)

    def _read_fields(
        self,
        run_folder: StateFolder,
        new: Backup,
        places: Sequence[FieldPlace],
        live: LiveState,
    ) -> None:
        writer = self._taken_up(run_folder, new) or self._new_writer(run_folder, new)
        time = ReadingTime(self._host, writer.backup.started_at)
        total = self._walk(writer, places, live, time)
        writer.finish(total=total, at=self._now())
        read_from_s = time.began_s()
        self._compare_sample(writer, places, live)
        self._keep_open(writer, places, read_from_s)
        self._note(writer)

    def _new_writer(self, run_folder: StateFolder, new: Backup) -> BackupWriter:
        return BackupWriter(run_folder, new, self._encryption)

    @cached_property
    def _encryption(self) -> RunEncryption | None:
        recipients = self._request.values.encrypt_to
        return RunEncryption(recipients) if recipients else None

    def _keep_open(
        self, writer: BackupWriter, places: Sequence[FieldPlace], read_from_s: int | None
    ) -> None:
        looked_at = writer.backup.started_at
        self._open.append(
            OpenBackup(
                writer=writer, places=places, looked_at=looked_at, read_from_s=read_from_s
            )
        )

    def _walk(
        self,
        writer: BackupWriter,
        places: Sequence[FieldPlace],
        live: LiveState,
        time: ReadingTime,
    ) -> int:
        """Read all records; return how many the account says that it has.

        Raises:
            AccountError: It does not say so, or has more than it returns.
        """
        records = self._backend.records
        total = 0
        for _ in range(MAX_WALKS):
            for page in records.read_values(places, live, after=writer.cursor):
                writer.add(page)
                time.note(page)
            found = records.count_records(places[0], live)
            if found is None:
                msg = "the account does not say how many records it has, so nothing shows that "
                msg += "all values were read"
                raise AccountError(msg)
            total = found
            if writer.records >= total:
                return total
        msg = f"the account returned {writer.records:,} records, and says that it has {total:,}"
        raise AccountError(msg)

    def _compare_sample(
        self, writer: BackupWriter, places: Sequence[FieldPlace], live: LiveState
    ) -> None:
        """Read a few records again, and compare them with the files.

        Raises:
            AccountError: The account has other values now.
        """
        sample = Sample.of(writer)
        if not sample.ids:
            return
        found = self._backend.records.read_records(sample.ids, places, live)
        wrong = sample.find_difference(writer.backup, found)
        if wrong:
            msg = f"{wrong} has another value than a moment ago; apply again"
            raise AccountError(msg)

    def _note(self, writer: BackupWriter) -> None:
        """Remember how many records are backed up, by what a plan counts.

        Raises:
            OvertakenError: More is held than was reviewed, and no later count would show it.
        """
        for place, part in enumerate(writer.backup.parts):
            if part.field is None:
                self.held[CountKey(part.change, CountSubject.TAG)] = part.held
            elif not part.lost:
                if not self._counts_empty(part.field):
                    self.held[CountKey(part.change, CountSubject.FIELD)] = part.held
            else:
                for option in part.lost:
                    key = CountKey(part.change, CountSubject.OPTION, option)
                    self.held[key] = _holders_of(option, part, writer.saved(place))
            self._refuse_growth(part)

    def _counts_empty(self, field: Field) -> bool:
        """Whether a count of holders has some of no value, so that it says nothing here.

        A search of the Contacts API finds a box that holds 0, which a backup has not.
        """
        is_box = field.type == FieldType.CHECK
        return is_box and self._backend.dialect.name == BackendName.LEGACY

    def _refuse_growth(self, part: BackupPart) -> None:
        """Compare a part with numbers that are not counted again before the call."""
        if part.field is not None and part.field.type in ZERO_IS_VALUE:
            return  # A number of 0 is in a backup, and may not be in a count.
        for question, reviewed in self._counted_by_reading.items():
            held = self.held.get(question.key, 0)
            if question.key.change == part.change and held > reviewed.held:
                raise OvertakenError(more_held_text(question, reviewed, held))

    @cached_property
    def _counted_by_reading(self) -> Mapping[Question, Counted]:
        plan = self._request.plan
        counts = {one.key: one.count for one in plan.counts}
        return {
            question: count
            for question in find_questions(plan)
            if isinstance(count := counts.get(question.key), Counted) and count.by_reading
        }

    def _taken_up(self, run_folder: StateFolder, new: Backup) -> BackupWriter | None:
        """Go on with the backup of the run that this one resumes, if it is of the same."""
        folder, resumed = self._request.vault, self._request.earlier.resumes
        if folder is None or resumed is None or not self._backend.dialect.finds_changed_records:
            return None
        if self._encryption is not None:
            return None  # Nothing here can read what another process encrypted.
        # What cannot be read, or is not as it was written, is begun again.
        with suppress(VaultError):
            for one in backups_of_run(folder, resumed):
                if _is_same(one, new) and self._is_recent(one):
                    source = folder_of_run(folder, resumed)
                    moved = move_backup(source, run_folder, one, call=new.call)
                    return BackupWriter(run_folder, moved)
        return None

    def _is_recent(self, backup: Backup) -> bool:
        age = self._host.now() - datetime.fromisoformat(backup.started_at)
        return 0 <= age.total_seconds() < MAX_AGE_S

    def _now(self) -> str:
        return self._host.now_in_utc()


def _is_same(one: Backup, new: Backup) -> bool:
    """Whether an interrupted backup is of the same fields of the same account."""
    return (
        not one.is_complete
        and not one.encrypted_to
        and new.identity.owns(one.identity)
        and one.backend == new.backend
        and one.custom_object == new.custom_object
        and [_bare(part) for part in one.parts] == [_bare(part) for part in new.parts]
    )


def _bare(part: BackupPart) -> BackupPart:
    return replace(part, held=0, files=())


def _holders_of(option: str, part: BackupPart, saved: Iterable[SavedValue]) -> int:
    return sum(option in part.labels_in(one.value or "") for one in saved)
