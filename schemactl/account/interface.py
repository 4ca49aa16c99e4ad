"""The interface between the backends and everything that is built on them.

`Dialect` is pure and makes no call, so a plan can be made from a snapshot, and the plan shows
exactly what is sent. `Backend` is one account that can be read and written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol, TypeAlias

from schemactl.model.capabilities import Capabilities
from schemactl.model.facts import Facts
from schemactl.model.identity import LiveIds
from schemactl.model.schema import CONTACTS, Schema
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.model.change import Change
    from schemactl.model.count import Answers, Question, SurveyForecast
    from schemactl.model.held_values import FieldPlace, HeldRecord, Tagged
    from schemactl.model.plan import Call, CallDraft, ManualStep, Permission
    from schemactl.model.record_update import RecordUpdate, Value, WriteOutcome
    from schemactl.model.run import Outcome


Wanted: TypeAlias = Collection[str] | None
"""Labels of the custom objects to read, since each costs calls; None for all of them."""


@dataclass(frozen=True, slots=True)
class FieldsPart:
    """Sections and fields of contacts, or of one custom object, as a part to read."""

    custom_object: str = CONTACTS


@dataclass(frozen=True, slots=True)
class TagsPart:
    """All tags, as a part to read."""


Part: TypeAlias = FieldsPart | TagsPart
"""A part of an account that is read by itself. A call changes one part and no other."""


class BackendState(Protocol):
    """What only the backend needs that read it, such as numbers and columns."""

    @property
    def ids(self) -> LiveIds:
        """Where the account has each id."""
        ...

    def of(self, label: str) -> BackendState:
        """Return one object's part."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """An account as it was just read.

    Attributes:
        schema: Its schema.
        calls: How many calls the read took; 0 from a snapshot.
        backend_state: Opaque to all but the backend that read it. None where the API has no
            ids, and from a snapshot, which keeps none.
    """

    schema: Schema
    calls: int = 0
    backend_state: BackendState | None = None

    def of(self, label: str) -> LiveState:
        """Return one object's part: names are unique, and looked up, within an object."""
        if not self.schema.objects:
            return self if label == CONTACTS else LiveState(schema=Schema())
        part = None if self.backend_state is None else self.backend_state.of(label)
        return replace(self, schema=self.schema.of(label), backend_state=part)

    @property
    def ids(self) -> LiveIds:
        """Where the account has each id, as far as its API has ids."""
        return LiveIds() if self.backend_state is None else self.backend_state.ids


class Dialect(Protocol):
    """What one API can do; every method is pure."""

    @property
    def name(self) -> str:
        """The word for it in `schemactl.yaml`."""
        ...

    @property
    def facts(self) -> Facts:
        """What a probe found out about the account's server; calls and steps follow it."""
        ...

    def knowing(self, facts: Facts) -> Dialect:
        """Return the same dialect with other facts."""
        ...

    @property
    def declarable_types(self) -> frozenset[str]:
        """Field types that a call of this API can create."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Which parts of a schema this API reads and sets."""
        ...

    @property
    def proves_each_call(self) -> bool:
        """Whether the account is read after every call, not only after one that removes."""
        ...

    def part_of(self, call: Call) -> Part:
        """Return the part of the account that a call can change."""
        ...

    def reads_part_before(self, call: Call) -> bool:
        """Whether a backend reads the whole part right before it sends a call."""
        ...

    def count_reads(self, part: Part, *, tags: int, calls: Sequence[Call] = ()) -> int:
        """Return how many requests reading a part takes.

        Args:
            part: What is read.
            tags: How many tags the account has.
            calls: What was sent to the part since it was read.
        """
        ...

    def count_reads_before(self, call: Call) -> int:
        """Return how many requests the check right before a call takes."""
        ...

    def manual_steps(
        self,
        changes: Sequence[Change],
        live: LiveState,
        permissions: frozenset[Permission],
    ) -> tuple[ManualStep, ...]:
        """Return what a person must do, for each change that no call makes.

        It takes all changes at once, because they can make each other's names ambiguous.
        """
        ...

    def calls_for(self, changes: Sequence[Change], live: LiveState) -> tuple[CallDraft, ...]:
        """Return the fewest calls that make `changes`, in an order that works.

        It takes all changes at once, because one call can serve several. None of them may
        need a manual step. Additions come first and removals last, so that an interrupted
        run has only added.
        """
        ...

    def shows(self, call: Call, live: LiveState) -> bool:
        """Whether the account looks as it does once `call` has been executed.

        This settles a call whose answer never came, and proves a removal. It is False for
        an effect that the schema cannot show.
        """
        ...

    def by_name(self, call: Call) -> Call:
        """Return the same call without ids, which only the account knows."""
        ...

    @property
    def page_records(self) -> int:
        """How many records a request for values returns."""
        ...

    def requests_for_fields(self, fields: int) -> int:
        """Return how many requests return one page of values of some fields."""
        ...

    @property
    def finds_changed_records(self) -> bool:
        """Whether records can be asked for by the time of their change."""
        ...

    def losses(self, call: Call, before: LiveState, after: LiveState) -> tuple[str, ...]:
        """Return what the account had before `call`, lost with it, and should still have.

        Each is one object in words; empty for an API whose calls affect only what they name.
        """
        ...


class Guard(Protocol):
    """Decides, on a read made right before it, whether a call may be sent."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a backend counts right before the send, together with the read."""
        ...

    def objection(self, live: LiveState) -> str:
        """Return why a call must not be sent to this account; empty where it may be sent.

        A backend passes what it has read right before the send. Parts that the call cannot
        affect are as they were read last.
        """
        ...

    def objection_to_holders(self, held: Sequence[int | None]) -> str:
        """Return why a call must not be sent, by how many records hold what it destroys.

        Args:
            held: How many records hold what each question is about; None where the account
                did not answer it.
        """
        ...


class NoObjection:
    """Allows a call: for calls that remove nothing."""

    questions: tuple[Question, ...] = ()

    def objection_to_holders(self, held: Sequence[int | None]) -> str:
        """Return nothing."""
        del held
        return ""

    def objection(self, live: LiveState) -> str:
        """Return nothing."""
        del live
        return ""


class Records(Protocol):
    """The values that an account's records hold. Nothing here reads or changes the schema.

    Every method raises `AccountError` where the account has no such field or several of that
    name, where it does not answer, or where its answer contradicts the request. Whether all
    records came is for the caller to compare with a count: a key may see only a part of them.
    """

    def read_values(
        self, fields: Sequence[FieldPlace], live: LiveState, *, after: str = ""
    ) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of all records of an object in the order of their ids.

        Args:
            fields: Whose values; all of one object, at least one.
            live: The account as it was read last: it has what an API calls the fields.
            after: Only records with a higher id, to resume; empty for all.
        """
        ...

    def read_records(
        self, ids: Sequence[str], fields: Sequence[FieldPlace], live: LiveState
    ) -> Sequence[HeldRecord]:
        """Read some records again; those that do not exist any more are missing."""
        ...

    def read_value(self, place: FieldPlace, text: str | None, live: LiveState) -> Value:
        """Return what the text of a field means, in the form that both APIs share."""
        ...

    def write_values(
        self, fields: Sequence[FieldPlace], updates: Sequence[RecordUpdate], live: LiveState
    ) -> Iterator[Sequence[WriteOutcome]]:
        """Set values of some records, in batches, and yield the outcomes of each batch.

        Right before a batch is sent its records are read: one that does not hold what was
        seen, in any of the fields, is not written. A refused record does not hold up the
        others. What was lost on the way is settled by reading.

        Args:
            fields: The fields; all of one object, at least one.
            updates: Their values are in the order of the fields.
            live: The account as it was read last.
        """
        ...

    def read_changed(
        self, fields: Sequence[FieldPlace], live: LiveState, *, since_s: int
    ) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of the records that changed since a time, in Unix seconds.

        Only where the dialect says that this can be asked (`finds_changed_records`).
        """
        ...

    def count_records(self, field: FieldPlace, live: LiveState) -> int | None:
        """Return how many records the object of a field has; None where nothing says so."""
        ...

    def option_labels(self, field: FieldPlace, live: LiveState) -> Mapping[str, str]:
        """Return the text of each option by what a record holds of it; empty if it is equal."""
        ...

    def read_tagged(self, tag: str, live: LiveState) -> Iterator[Sequence[HeldRecord]]:
        """Yield pages of the contacts that have a tag, without values."""
        ...

    def find_tagged(self, tag: str, ids: Sequence[str], live: LiveState) -> Tagged:
        """Return which of some contacts exist, and which of these have a tag."""
        ...

    def put_tag(self, tag: str, ids: Sequence[str], live: LiveState) -> None:
        """Put a tag that the account has on some contacts that exist, in one request.

        Whether that was done is for the caller to read: the answer proves nothing, and a
        server may do it later.
        """
        ...


class Backend(Protocol):
    """One account, reached over one API."""

    @property
    def records(self) -> Records:
        """The values of its records."""
        ...

    @property
    def dialect(self) -> Dialect:
        """What this account's API can do."""
        ...

    def read(self) -> LiveState:
        """Read the whole schema; makes at least one call and changes nothing.

        Raises:
            AccountError: The account could not be read, or its answer is invalid.
        """
        ...

    def read_parts(self, parts: AbstractSet[Part], before: LiveState) -> LiveState:
        """Read some parts of the account again; the others are as in `before`.

        Raises:
            AccountError: As for `read`.
        """
        ...

    def count(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count who holds what, by reading requests; what cannot be counted says why.

        Raises:
            AccountError: The account did not answer at all.
        """
        ...

    def forecast_survey(
        self, batches: Sequence[Sequence[Question]], live: LiveState
    ) -> SurveyForecast:
        """Return how `survey` would count each batch, by a few reading requests.

        Raises:
            AccountError: The account did not answer at all.
        """
        ...

    def survey(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count the same for a whole account; it reads all records if that takes less.

        Raises:
            AccountError: The account did not answer at all.
        """
        ...

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains app id or key of the account."""
        ...

    def perform(self, call: Call, guard: Guard) -> Outcome:
        """Send one call, once; a call that may have been executed is never sent again.

        Before a call that destroys or replaces something, the account is read and `guard`
        decides. Nothing waits between that read and the send. Where the guard or the backend
        objects, the outcome is `blocked_locally`.
        """
        ...
