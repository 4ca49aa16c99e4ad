"""Make the calls of a plan about values of records, each journaled before and after.

    backup     writes down all values of fields, and who has tags, before they are destroyed
    restoring  fills values in again from a backup
    readiness  whether backups can be encrypted and decrypted, before the first call
    written_options  whether the options that records got are still those
    moving     gives the holders of an option another one
    filling    gives records a value by what they hold in other fields
    passes     the loop over all records that moving and filling share
    written_values  which value a run wrote into each record
    tagging    puts a tag on contacts again

A call is one line of the plan and many requests. It never touches the schema, and can be made
again: what was interrupted is started again, or taken up, by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.sender import CallResult, CallStatus
from schemactl.apply.values.backup import BackupRunner
from schemactl.apply.values.filling import FieldFilling
from schemactl.apply.values.moving import move_options
from schemactl.apply.values.passes import MAX_PASSES
from schemactl.apply.values.renewal import OvertakenError, UncopiedError
from schemactl.apply.values.restoring import restore_values
from schemactl.apply.values.written_options import WrittenOptions
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    InterruptedWaitError,
    SchemactlError,
)
from schemactl.host import Host
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.call_word import ValueCallWord
from schemactl.model.count import CountKey
from schemactl.model.event import CallFinished, CallStarted, Step
from schemactl.model.keep import KeepValues
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus, Verdict, VerdictStatus
from schemactl.model.value_call import fills, restore_of
from schemactl.planner.moves import fill_of, is_moved_by_nobody
from schemactl.store.journal.writing import Journal
from schemactl.store.vault.manifest import VaultError
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


class ValueCallRunner:
    """Makes the calls on values of one plan.

    Attributes:
        made: Numbers of the calls that were started.
        unsaved: Why there is no complete backup of what a change destroys, where the project
            allows that.
    """

    def __init__(
        self,
        request: ApplyRequest,
        run_id: str,
        *,
        backend: Backend,
        journal: Journal,
        host: Host,
    ) -> None:
        self.made: set[int] = set()
        self._request = request
        self.unsaved: dict[str, str] = {}
        self._fillings: dict[int, FieldFilling] = {}
        self._written: dict[int, WrittenOptions] = {}
        self._plan = request.plan
        self._backend = backend
        self._journal = journal
        self._host = host
        self._is_lenient = request.values.keep is KeepValues.WHEN_POSSIBLE
        self._backups = BackupRunner(request, run_id, backend=backend, host=host)

    @property
    def backed_up(self) -> dict[CountKey, int]:
        """How many records this run has backed up, by what the plan counted."""
        return self._backups.held

    def make(
        self, call: Call, live: LiveState, *, step: Step, remaining_s: float
    ) -> CallResult:
        """Make one call, and return how it ended.

        Args:
            call: One of the plan's calls on values.
            live: The account as it was read last.
            step: For the listener.
            remaining_s: For the listener.

        Raises:
            JournalError: A line could not be written.
            InterruptedWaitError: The user asked to stop.
        """
        self._journal.call_started(call)
        self._host.listener(CallStarted(call=call, step=step, remaining_s=remaining_s))
        self.made.add(call.number)
        outcome, status = self._outcome(call, live)
        self._journal.call_finished(call, outcome)
        self._host.listener(CallFinished(call=call, outcome=outcome))
        is_backup = call.request == ValueCallWord.BACK_UP_VALUES
        if status is CallStatus.REFUSED and is_backup and self._is_lenient:
            # The project says so, and the plan showed it.
            self.unsaved.update(dict.fromkeys(call.serves, outcome.detail))
            return CallResult(status=CallStatus.DONE)
        words = "" if status is CallStatus.DONE else f"failed: {outcome.detail}"
        return CallResult(status=status, words=words)

    def with_unsaved(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """Say of what was destroyed without a backup, why there is none."""
        return tuple(
            replace(one, detail=f"destroyed without a complete backup: {why}")
            if one.status is VerdictStatus.APPLIED and (why := self.unsaved.get(one.change))
            else one
            for one in verdicts
        )

    def renew(self, call: Call, live: LiveState) -> CallResult | None:
        """Bring the backup of what a call destroys up to date; return why that failed.

        Raises:
            InterruptedWaitError: The user asked to stop.
        """
        try:
            self._renew_and_copy(call, live)
        except InterruptedWaitError:
            raise
        except OvertakenError as error:
            words = f"was not made: {error}"
            return CallResult(status=CallStatus.OVERTAKEN, words=words)
        except (AccountError, VaultError) as error:
            if self._is_lenient:
                self.unsaved.update(dict.fromkeys(call.serves, _words_of(error)))
                return None
            words = f"was not made: its backup is not up to date: {_words_of(error)}"
            return CallResult(status=CallStatus.UNSENT, words=words)
        return None

    def _renew_and_copy(self, call: Call, live: LiveState) -> None:
        """Bring backups up to date; what changed after it was copied is copied again."""
        for _ in range(MAX_PASSES):
            try:
                self._backups.renew(call, live)
            except UncopiedError as error:
                self._copy(error.copy, live)
            else:
                return
        self._backups.renew(call, live)

    def _outcome(self, call: Call, live: LiveState) -> tuple[Outcome, CallStatus]:
        """Do the work of a call, and return what came of it.

        Raises:
            InterruptedWaitError: The user asked to stop.
        """
        try:
            detail = self._do(call, live)
        except InterruptedWaitError:
            raise
        except AccountUnreachableError as error:
            outcome = Outcome(status=OutcomeStatus.REFUSED, detail=str(error), sent=False)
            return outcome, CallStatus.UNSENT
        except (AccountError, VaultError) as error:
            detail = _words_of(error)
            return Outcome(status=OutcomeStatus.REFUSED, detail=detail), CallStatus.REFUSED
        return Outcome(status=OutcomeStatus.DONE, detail=detail), CallStatus.DONE

    def _do(self, call: Call, live: LiveState) -> str:
        """Do the work of a call; return what is worth to know of it.

        Raises:
            AccountError: It could not be done, or not completely.
            VaultError: The values could not be written down, or read again.
        """
        match ValueCallWord(call.request):
            case ValueCallWord.BACK_UP_VALUES:
                self._backups.back_up(call, live)
            case ValueCallWord.COPY_VALUES:
                if fills(call) or not is_moved_by_nobody(self._plan, call):
                    self._copy(call, live)
            case ValueCallWord.FILL_VALUES:
                return self._restore(call, live)
        return ""

    def find_remade_options(self, call: Call, live: LiveState) -> str:
        """Return in words which option a copy before a call gave to records and is gone.

        A server may keep the number of an option in a record when another one of the name is
        made: the record then holds nothing that anybody can see.
        """
        for number in call.needs:
            written = self._written.get(number)
            gone = "" if written is None else written.find_gone(self._backend.records, live)
            if gone:
                return (
                    f'the option "{gone}" was deleted or made again since records got it; what '
                    "they held is in the backup of this run"
                )
        return ""

    def _copy(self, call: Call, live: LiveState) -> None:
        """Copy values to another field or option; what was copied before is looked at again."""
        records, host = self._backend.records, self._host
        self._written[call.number] = WrittenOptions.of(call, records, live)
        if not fills(call):
            move_options(call, records, live, is_interrupted=host.is_interrupted)
            return
        if call.number not in self._fillings:
            fill = fill_of(self._plan, call)
            self._fillings[call.number] = FieldFilling(fill, records, live, host)
        self._fillings[call.number].run()

    def _restore(self, call: Call, live: LiveState) -> str:
        """Fill values in from a backup; return in words what came of it."""
        request = self._request
        if request.vault is None:
            msg = "there is no place for backups"
            raise VaultError(msg)
        return restore_values(
            restore_of(call),
            vault=request.vault,
            identity=AccountIdentity(address=request.address, app_id=request.app_id),
            backend=self._backend.dialect.name,
            records=self._backend.records,
            live=live,
            host=self._host,
            key=request.key,
        )


def _words_of(error: SchemactlError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)
