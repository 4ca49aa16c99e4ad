"""The target of a command: one account of one project, and what follows from it.

What connects to an account is imported when it is used: most commands start without it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemactl.account.connect import ApplySession
    from schemactl.account.interface import Backend, Dialect, LiveState, Records, Wanted
    from schemactl.account.probing import ProbePoints
    from schemactl.desired.lint import SchemaSource
    from schemactl.desired.lint.shared import SharedFiles
    from schemactl.desired.load import Loaded
    from schemactl.desired.parsed_files import ParsedFiles
    from schemactl.host import Host
    from schemactl.model.account_identity import AccountIdentity
    from schemactl.model.count import Counter
    from schemactl.model.event import Event
    from schemactl.model.facts import Facts
    from schemactl.model.pace import Pace
    from schemactl.model.schema import Schema
    from schemactl.model.traffic import Traffic
    from schemactl.model.usage import KnownUsage
    from schemactl.model.value_call import CopiedSince
    from schemactl.project import Account, Project
    from schemactl.store.state.interface import StateFile, StateFolder, StateStore
    from schemactl.store.state_index import StateIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What can be asked of the records of an account; None for nothing.

    Attributes:
        count: Counts who holds something.
        records: Reads what they hold.
    """

    count: Counter | None = None
    records: Records | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One account of one project, as seen from this process.

    Attributes:
        traffic: The requests that the command has sent; None where nobody counts them.
        counts: Whether a plan counts who holds what it would destroy.
        parsed_files: Schema files that were parsed for other accounts; None for none.
        shared_files: What other accounts of the same run have loaded; None for a single one.
        shared_states: Under which names the project has state, as a run over many accounts
            listed it; None for a single one.
        shared_twins: Returns `twins`, as a run over many accounts found them; None for a
            single one.
        held_state: The state store while the account is locked; None before.
    """

    project: Project
    account: Account
    host: Host
    traffic: Traffic | None = None
    counts: bool = True
    parsed_files: ParsedFiles | None = None
    shared_files: SharedFiles | None = None
    shared_states: StateIndex | None = None
    shared_twins: Callable[[], Mapping[str, str]] | None = None
    held_state: StateStore | None = None

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.project.folder

    @property
    def identity_at_hand(self) -> AccountIdentity:
        """What `identify` returns, as far as it is known without the account or credentials."""
        from schemactl.account.connect import identity_at_hand

        return identity_at_hand(self.account, self.folder, self.host)

    @property
    def twins(self) -> Mapping[str, str]:
        """The accounts of the project that are also there under another name, with that name.

        Only those whose credentials this machine has.
        """
        if self.shared_twins is not None:
            return self.shared_twins()
        from schemactl.account.connect import identity_at_hand
        from schemactl.model.twins import find_twins

        return find_twins(
            (one.name, identity_at_hand(one, self.folder, self.host))
            for one in self.project.accounts
            if not one.is_embedded
        )

    @property
    def dialect(self) -> Dialect:
        """What the account's API can do."""
        from schemactl.account.dialects import dialect_of

        return dialect_of(self.account)

    @property
    def pace(self) -> Pace:
        """How fast requests to the account can be made, as far as it was measured."""
        from schemactl.account.dialects import pace_of

        pace = pace_of(self.account)
        # An embedded account answers at once: its estimates are the same in every run.
        if self.traffic is None or self.account.is_embedded:
            return pace
        return self.traffic.measured(pace)

    @property
    def state(self) -> StateStore:
        """Where the project keeps base, journals and all else that it knows of the account."""
        if self.held_state is not None:
            return self.held_state
        from schemactl.account.shared_state import open_state

        return open_state(
            self.project.state, self.account, folder=self.folder, environ=self.host.environ
        )

    @property
    def base_file(self) -> StateFile:
        """Where the state is in which the last apply left the account."""
        from schemactl.account.state_paths import base_file

        return base_file(self.state, self.account.name)

    @property
    def states(self) -> StateIndex:
        """The names under which the project has the state of any account."""
        from schemactl.account.state_paths import state_index

        return self.shared_states or state_index(self.state, self.project)

    @property
    def journal_folder(self) -> StateFolder:
        """Where the journals of the account's applies are."""
        from schemactl.account.state_paths import journal_folder

        return journal_folder(self.state, self.account.name)

    @property
    def facts_file(self) -> StateFile:
        """Where what a probe found out about the account is."""
        from schemactl.account.state_paths import facts_file

        return facts_file(self.state, self.account.name)

    @property
    def usage_file(self) -> StateFile:
        """Where it is kept how many contacts hold what in the account."""
        from schemactl.account.state_paths import usage_file

        return usage_file(self.state, self.account.name)

    @property
    def vault_folder(self) -> StateFolder:
        """Where the values are that applies of the account backed up."""
        from schemactl.account.state_paths import vault_folder

        return vault_folder(self.state, self.account.name)

    @property
    def plans_folder(self) -> StateFolder:
        """Where the plans are that applies of the account executed."""
        from schemactl.account.state_paths import plans_folder

        return plans_folder(self.state, self.account.name)

    @property
    def probe_points(self) -> ProbePoints:
        """The open points of the account's API, which a probe tries."""
        from schemactl.account.connect import probe_points

        return probe_points(self.account)

    @property
    def schema_source(self) -> SchemaSource:
        """The account's schema files, and the rules for reading them."""
        from schemactl.desired.lint import SchemaSource

        return SchemaSource(
            folder=self.folder,
            patterns=self.account.schema,
            pattern_locations=self.account.schema_locations,
            allowed_types=self.account.declarable_types,
            backend=self.account.backend,
            rules=self.project.rules,
            field_limit=self.account.field_limit,
            skipped=self.account.not_schema,
            parsed_files=self.parsed_files,
            packages=self.account.packages,
            variables={name: one.value for name, one in self.account.variables.items()},
        )

    @property
    def schema_file_names(self) -> tuple[str, ...]:
        """The names of the account's schema files, from the project's folder."""
        from schemactl.document.find import find_files

        account = self.account
        return find_files(self.folder, account.schema, (), [], skipped=account.not_schema)

    def load_files(self) -> Loaded:
        """Read and check the schema files.

        Raises:
            InvalidFilesError: The files break a rule; every problem is in it, warnings too.
        """
        if self.shared_files is not None:
            return self.shared_files.load(self.schema_source)
        from schemactl.desired.lint import load_linted

        return load_linted(self.schema_source)

    def load_checked(
        self,
        *,
        live: Schema | None = None,
        usage: KnownUsage | None = None,
        copied: CopiedSince | None = None,
    ) -> Loaded:
        """Read and check the schema files, and what the project acknowledges of drift.

        Args:
            live: What the account has, for rules that need it; None if it was not read.
            usage: Who holds what, by an earlier count.
            copied: Since when what others replace was copied.

        Raises:
            InvalidFilesError: The files break a rule; every problem is in it, warnings too.
        """
        from schemactl.desired.lint import load_linted

        loaded = load_linted(self.schema_source, live=live, usage=usage, copied=copied)
        if self.account.variables:
            from schemactl.desired.variables import unused_variables

            unused = unused_variables(self.account.variables, loaded.used_variables)
            loaded = replace(loaded, warnings=(*loaded.warnings, *unused))
        if not self.account.acknowledged:
            return loaded
        from schemactl.desired.acknowledgement_rules import acknowledgement_problems

        today = self.host.now().date()
        found = acknowledgement_problems(self.account.acknowledged, loaded.desired, today)
        return replace(loaded, warnings=(*loaded.warnings, *found))

    def identify(self) -> AccountIdentity:
        """Return what distinguishes the account from every other one; state is bound to it.

        Raises:
            AccountError: Credentials are missing, or an embedded account cannot be created.
        """
        from schemactl.account.connect import identity_of

        return identity_of(self.account, self.folder, self.host)

    def with_traffic(self) -> Target:
        """Return the same target; it counts and times the requests from now on."""
        from schemactl.model.traffic import Traffic

        traffic, listener = Traffic(self.host.clock), self.host.listener

        def listen(event: Event) -> None:
            traffic.note(event)
            listener(event)

        return replace(self, host=replace(self.host, listener=listen), traffic=traffic)

    def with_prune(self, *, prune: bool) -> Target:
        """Return the same target with orphans pruned or not, whatever the project file says."""
        return replace(self, account=replace(self.account, prune=prune))

    def with_state(self, state: StateStore) -> Target:
        """Return the same target with the state store of an account that is locked."""
        return replace(self, held_state=state)

    @property
    def offline(self) -> Target:
        """The same target with what this machine knows of the account, and nothing else."""
        from schemactl.account.state_paths import local_state

        return self.with_state(local_state(self.folder))

    def without_counts(self) -> Target:
        """Return the same target for a plan that counts nothing."""
        return replace(self, counts=False)

    def contents(self, account: Backend, live: LiveState) -> Contents:
        """Return the reader of what records hold, for an account that was just read."""
        return Contents(count=self.counter(account, live), records=account.records)

    def counter(self, account: Backend, live: LiveState) -> Counter:
        """Return what counts the holders of values in an account that was just read."""
        from schemactl.model.count import NotCountedReason, counts_nothing

        if not self.counts:
            return counts_nothing(NotCountedReason.DISABLED)
        return partial(account.count, live=live)

    def refuse_applied(self) -> None:
        """Refuse to change the account's backups while an apply relies on them.

        Raises:
            LockedError: An apply works on the account.
        """
        from schemactl.account.shared_state import refuse_applied

        refuse_applied(self.state, self.account, folder=self.folder, host=self.host)

    def with_facts(self, facts: Facts) -> Target:
        """Return the same target, with what a probe found out about its server."""
        return replace(self, account=replace(self.account, probed=facts))

    def open_for_reading(self, objects: Wanted) -> AbstractContextManager[Backend]:
        """Open the account for reading only.

        Args:
            objects: Labels of the custom objects to read; None for every one.
        """
        from schemactl.account.connect import open_account

        is_shared = self.project.state is not None and not self.account.is_embedded
        return open_account(
            self.account,
            folder=self.folder,
            open_state=(lambda: self.state) if is_shared else None,
            host=self.host,
            objects=objects,
        )

    def hold(self, *, wait_s: float) -> AbstractContextManager[ApplySession]:
        """Lock the account against other applies, and yield how to open it for writing.

        Args:
            wait_s: How long to wait for another apply to end.
        """
        from schemactl.account.connect import hold_for_apply

        return hold_for_apply(
            self.account,
            folder=self.folder,
            state=self.state,
            host=self.host,
            wait_s=wait_s,
        )
