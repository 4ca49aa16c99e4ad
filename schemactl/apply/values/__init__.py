"""Makes the calls of a plan about values of records, each journaled before and after.

    backup   reads all values of fields that are about to be destroyed
    moving   gives the holders of an option another one

A call is one line of the plan and many requests. It never touches the schema, and can be made
again: what was interrupted is started again by the next run.
"""

from __future__ import annotations

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.sender import CallResult, CallStatus
from schemactl.apply.values.backup import back_up
from schemactl.apply.values.moving import move_options
from schemactl.errors import AccountError, AccountUnreachableError, InterruptedWaitError
from schemactl.host import Host
from schemactl.model.call_word import ValueCallWord
from schemactl.model.event import CallFinished, CallStarted, Step
from schemactl.model.plan import Call, Plan
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.planner.moves import is_moved_by_nobody
from schemactl.planner.value_calls import is_held_by_nobody
from schemactl.store.journal.writing import Journal


class ValueCallRunner:
    """Makes the calls on values of one plan.

    Attributes:
        made: Numbers of the calls that were started.
    """

    def __init__(self, plan: Plan, *, backend: Backend, journal: Journal, host: Host) -> None:
        self.made: set[int] = set()
        self._plan = plan
        self._backend = backend
        self._journal = journal
        self._host = host

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
        status = CallStatus.REFUSED
        try:
            self._do(call, live)
            outcome = Outcome(status=OutcomeStatus.DONE)
            status = CallStatus.DONE
        except InterruptedWaitError:
            raise
        except AccountUnreachableError as error:
            status = CallStatus.UNSENT
            outcome = Outcome(status=OutcomeStatus.REFUSED, detail=str(error), sent=False)
        except AccountError as error:
            outcome = Outcome(status=OutcomeStatus.REFUSED, detail=str(error))
        self._journal.call_finished(call, outcome)
        self._host.listener(CallFinished(call=call, outcome=outcome))
        words = "" if status is CallStatus.DONE else f"failed: {outcome.detail}"
        return CallResult(status=status, words=words)

    def _do(self, call: Call, live: LiveState) -> None:
        """Do the work of a call.

        Raises:
            AccountError: It could not be done, or not completely.
        """
        match ValueCallWord(call.request):
            case ValueCallWord.BACK_UP_VALUES:
                if not is_held_by_nobody(self._plan, call):
                    back_up(call, self._backend, live)
            case ValueCallWord.COPY_VALUES:
                if not is_moved_by_nobody(self._plan, call):
                    records, host = self._backend.records, self._host
                    move_options(call, records, live, is_interrupted=host.is_interrupted)
            case ValueCallWord.FILL_VALUES as word:
                msg = f"{word} is not part of any plan yet"
                raise AccountError(msg)
