"""From the shared options to a run over many accounts, its progress and its report."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from schemactl.account.target import Target
from schemactl.cli.choice import Chosen, choose
from schemactl.cli.crash import keep_bug
from schemactl.cli.fleet_progress import FleetProgress
from schemactl.cli.options import DASK, EngineOptions, Settings, render_options
from schemactl.cli.process import this_host
from schemactl.cli.target import open_project, report_warnings
from schemactl.errors import ExitCode, OutputError, UsageError
from schemactl.model.log_commands import disarm_json
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from schemactl.cli.output import Output
    from schemactl.fleet.cluster_run import Cluster, ClusterRun
    from schemactl.fleet.commands import FileText
    from schemactl.fleet.runner import FleetRun
    from schemactl.fleet.state_proof import StateProof
    from schemactl.fleet.work import Engine
    from schemactl.model.fleet import FleetCommand, FleetResult, WholeRun
    from schemactl.model.plan import Permission
    from schemactl.model.rollout import Wave
    from schemactl.project import Account, Project
    from schemactl.report.permit_command import PermitCommand

_NOT_IN_RESULTS: Final = frozenset(
    {
        "settings",
        "output",
        "out",
        "jobs",
        "engine",
        "scheduler",
        "yes",
        "wait_s",
        "identity",
    }
)
"""Parameters of commands that decide on no result."""


def refuse_for_fleet(settings: Settings, **options: object) -> None:
    """Refuse options that a command has only for one account.

    Args:
        settings: The options that choose accounts.
        options: Options by their names; those that are None, empty or False were not given.

    Raises:
        UsageError: One was given.
    """
    for name, value in options.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            msg = f"{option} is for one account, and {_chosen(settings)} can mean several"
            raise UsageError(msg, hint="name one account with -a NAME")


def _chosen(settings: Settings) -> str:
    return " ".join(settings.choice.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCall:
    """One call of a command on many accounts.

    Attributes:
        run: How to work through them.
        targets: The accounts, in the project's order.
        project: Their project.
        progress: Shows how far the run is.
        whole: The run that these are a shard of; None if they are all.
    """

    run: FleetRun
    targets: tuple[Target, ...]
    project: Project
    progress: FleetProgress
    whole: WholeRun | None = None

    @property
    def waves_of_shard(self) -> tuple[Wave, ...]:
        """The waves of a shard, also a single one: others may have more; else nothing."""
        from schemactl.model.rollout import assign_waves

        rules = self.project.rollout
        if self.whole is None or rules is None:
            return ()
        accounts = [(one.account.name, one.account.labels) for one in self.targets]
        return assign_waves(rules.waves, accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFiles:
    """What a command writes that has a file for each account.

    Attributes:
        command: The command.
        suffix: The end of the name of each file.
        text_for: Returns the content for an account, written to a path.
        overwrite: Whether existing files may be replaced.
        schema_files: Whether schema files must not be replaced.
    """

    command: FleetCommand
    suffix: str
    text_for: Callable[[Target, Path], FileText]
    overwrite: bool = True
    schema_files: bool = True


def open_fleet(
    settings: Settings, output: Output, *, jobs: int, prune: bool = False, counts: bool = True
) -> FleetCall:
    """Return the accounts that the options choose, and how to work through them.

    Raises:
        InvalidFilesError: There is no project file, or it breaks a rule.
        UsageError: It is unclear which accounts are meant.
    """
    from schemactl.desired.lint.shared import SharedFiles
    from schemactl.desired.parsed_files import ParsedFiles
    from schemactl.fleet.runner import FleetRun

    project = open_project(settings)
    halt, parsed_files, shared_files = Event(), ParsedFiles(), SharedFiles()
    chosen = choose(project, settings)
    progress = FleetProgress(settings, output, halt, number=len(chosen.accounts))
    this = this_host(is_interrupted=halt.is_set)

    def target(account: Account) -> Target:
        listener = progress.listener(account.name)
        host = replace(this, listener=listener)
        one = Target(
            project=project,
            account=account,
            host=host,
            parsed_files=parsed_files,
            shared_files=shared_files,
        )
        one = one.with_prune(prune=True) if prune else one
        return one if counts else one.without_counts()

    targets = _with_shared_states(tuple(map(target, chosen.accounts)))
    run = FleetRun(jobs=jobs, halt=halt, on_result=progress.note, keep_bug=keep_bug)
    whole = _whole_run(project, chosen, settings)
    return FleetCall(run=run, targets=targets, project=project, progress=progress, whole=whole)


def _whole_run(project: Project, chosen: Chosen, settings: Settings) -> WholeRun | None:
    """Return what a shard records for the merge; None without --shard."""
    shard = settings.choice.shard
    if shard is None:
        return None
    from schemactl.fleet.merging import whole_run

    given = {
        **click.get_current_context().params,
        "verbose": settings.verbose,
        "changed_since": settings.choice.changed_since,
    }
    options = (
        f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in sorted(given.items())
        if value and name not in _NOT_IN_RESULTS
    )
    return whole_run(project, chosen.all_shards, shard, tuple(options))


@contextmanager
def engine_of(
    call: FleetCall,
    asked: EngineOptions,
    *,
    prune: bool = False,
    counts: bool = True,
    writes: bool = False,
) -> Iterator[Engine]:
    """Yield what works through the accounts: the threads of this process, or a cluster.

    Args:
        call: The accounts.
        asked: What the command line names.
        prune: Whether orphans are removed.
        counts: Whether plans count who holds what they would destroy.
        writes: Whether accounts are changed, so that workers must have the same state.

    Raises:
        UsageError: Only one of engine and scheduler is of a cluster.
        ClusterError: The cluster cannot be used.
        AccountError: The state cannot be written.
    """
    scheduler = scheduler_of(asked)
    if scheduler is None:
        yield call.run
        return
    from schemactl.cli.worker import hold, perform, refusal
    from schemactl.fleet.dask_cluster import WorkerFunctions, dask_cluster
    from schemactl.fleet.state_proof import prove_state

    functions = WorkerFunctions(perform=perform, refusal=refusal, hold=hold)
    needed = call.targets if writes else ()
    with dask_cluster(scheduler, functions) as cluster, prove_state(needed) as proof:
        yield _cluster_run(call, cluster, proof, prune=prune, counts=counts)


def scheduler_of(asked: EngineOptions) -> str | None:
    """Return the address of the cluster; None to work in this process.

    Raises:
        UsageError: Only one of engine and scheduler is of a cluster.
    """
    scheduler = asked["scheduler"]
    if (asked["engine"] == DASK) != (scheduler is not None):
        msg = "--engine dask and --scheduler ADDRESS belong together"
        raise UsageError(msg, hint="give both, or none to work in this process")
    return scheduler


def _cluster_run(
    call: FleetCall, cluster: Cluster, proof: StateProof, *, prune: bool, counts: bool
) -> ClusterRun:
    import schemactl
    from schemactl.fleet.cluster_run import ClusterRun, Order
    from schemactl.fleet.project_digest import project_digest
    from schemactl.fleet.state_proof import min_wait_s

    order = Order(
        version=schemactl.__version__,
        project=project_digest(call.project),
        run=os.urandom(8).hex(),
        proof=proof,
        prune=prune,
        counts=counts,
    )
    return ClusterRun(
        cluster=cluster,
        order=order,
        halt=call.run.halt,
        on_result=call.run.on_result,
        on_loss=call.progress.note_loss,
        min_wait_s=min_wait_s(call.targets) if proof.token else 0.0,
    )


def _with_shared_states(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return the targets; what state and twins the project has is found once for all."""
    if not targets:
        return ()
    first = targets[0]
    states, twins = first.states, cache(lambda: first.twins)
    return tuple(replace(one, shared_states=states, shared_twins=twins) for one in targets)


def write_each(
    settings: Settings,
    out: Path | None,
    fleet_files: FleetFiles,
    *,
    jobs: int,
) -> ExitCode:
    """Write a file for each account into a folder, and report which.

    Raises:
        UsageError: No folder is named.
        OutputError: The folder cannot be written, or holds what a result would replace.
    """
    from schemactl.cli.output import Output
    from schemactl.fleet.commands import write_for_fleet
    from schemactl.report.json.fleet import fleet_json
    from schemactl.store.files import write_file

    if out is None:
        msg = f"{_chosen(settings)} can mean several accounts, each with a file of its own"
        raise UsageError(msg, hint="name a folder for the files with --out, or one account")
    call = open_fleet(settings, Output(), jobs=jobs)
    names = [target.account.name for target in call.targets]
    paths = [out / f"{name}{fleet_files.suffix}" for name in names]
    listing = out / _listing_name(settings)
    check_folder(settings, out, [*paths, listing], schema_files=fleet_files.schema_files)
    fleet = write_for_fleet(
        call.run,
        tuple(zip(call.targets, paths, strict=True)),
        fleet_files.command,
        fleet_files.text_for,
        overwrite=fleet_files.overwrite,
    )
    write_file(listing, disarm_json(fleet_json(fleet)), make_folders=True)
    settings.terminal.note(f"Wrote to the folder {out}; {listing.name} lists the files.")
    return report_fleet(fleet, settings, Output())


def _listing_name(settings: Settings) -> str:
    """Return the name of the list of files; each shard has its own, in one folder or many."""
    shard = settings.choice.shard
    part = "" if shard is None else f"-{shard.number}-of-{shard.count}"
    return f"_accounts{part}.json"


def permissions_for_fleet(
    allow: Sequence[str], call: FleetCall, settings: Settings, *, must_name: bool
) -> dict[str, frozenset[Permission]]:
    """Return what --allow permits for each account.

    Raises:
        UsageError: A permission does not say for which accounts, or covers none of them.
    """
    from schemactl.project.permissions import permissions_by_account
    from schemactl.project.selection import choose_accounts

    if not allow:
        return {}
    # Also what a shard or --changed-since leaves out: it is no mistake to name it.
    chosen = choose_accounts(call.project, settings.choice)
    return permissions_by_account(allow, chosen, must_name=must_name)


def check_folder(
    settings: Settings, out: Path, files: Sequence[Path], *, schema_files: bool = True
) -> None:
    """Check that files can be written into a folder and replace nothing that is read.

    Args:
        settings: The options that name the project.
        out: The folder, which need not exist.
        files: The files in it.
        schema_files: Whether schema files must not be replaced.

    Raises:
        OutputError: They cannot, or do.
    """
    from schemactl.cli.inputs import project_inputs, refuse_inputs
    from schemactl.cli.output import check_writable

    if out.exists() and not out.is_dir():
        msg = f"{out} cannot be written: results of several accounts need a folder"
        raise OutputError(msg, hint="choose another name for the folder")
    if out.is_dir():
        check_writable(files)
    inputs = project_inputs(settings.folder, files, schema_files=schema_files)
    refuse_inputs(files, [*inputs], settings.folder)


def report_fleet(
    fleet: FleetResult,
    settings: Settings,
    output: Output,
    *,
    whole: WholeRun | None = None,
    permit: PermitCommand | None = None,
) -> ExitCode:
    """Write the results, warnings once each, and return the exit status of the run.

    Args:
        fleet: The results.
        settings: The shared options.
        output: Where to write.
        whole: The run that they are a shard of; None if they are all.
        permit: The command that applies a plan with permissions, without an account.
    """
    from schemactl.report.formats import write_fleet

    fleet = replace(fleet, whole=whole)
    warnings = dict.fromkeys(one for result in fleet.results for one in result.warnings)
    report_warnings(tuple(warnings), settings)
    look = render_options(settings, strict=fleet.strict, permit=permit)
    output.write(settings.terminal, look, lambda form, given: write_fleet(fleet, form, given))
    return fleet.exit_code
