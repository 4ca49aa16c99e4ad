"""`schemactl plan`: show the changes that apply would make."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from schemactl.cli.ineffective import Excludes
from schemactl.cli.options import (
    EngineOptions,
    ProjectCommand,
    Settings,
    allow_option,
    engine_options,
    fleet_options,
    no_count_option,
    prune_option,
    refuse_cluster,
    render_options,
)
from schemactl.cli.output import REPORTS, Output, out_option, output_options
from schemactl.errors import ExitCode
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.model.plan import Permission, Plan
    from schemactl.planner import PlanResult
    from schemactl.report.permit_command import PermitCommand


class _Asked(EngineOptions):
    """Options of a plan, as the command line has them."""

    out: Path | None
    against: Path | None
    base_from: str | None
    detailed_exitcode: bool
    prune: bool
    no_count: bool
    allow: tuple[str, ...]


@click.command(
    cls=ProjectCommand,
    name="plan",
    rules=(
        Excludes(
            options=("prune", "base_from"),
            beside="against",
            why="a snapshot does not show what an apply created",
        ),
        Excludes(
            options=("no_count",),
            beside="against",
            why="a snapshot does not show who holds what",
        ),
    ),
    epilog="""\b
Examples:
  schemactl plan
  schemactl plan -a production --format markdown
  schemactl plan --output html=plan.html --output sarif=plan.sarif
  schemactl plan --out plan.json && schemactl apply plan.json
  schemactl plan --prune --allow removes-field
  schemactl plan --all --except sandbox --format markdown
  schemactl plan --all --out plans && schemactl apply plans
  schemactl snapshot --out live.json && schemactl plan --against live.json
""",
)
@out_option(
    "Also save the plan to a file for show and apply; for several accounts, to a folder.",
    in_place_of="--format json",
)
@click.option(
    "--against",
    metavar="SNAPSHOT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with a snapshot, without contacting the account.",
)
@click.option(
    "--base-from",
    metavar="COMMIT",
    help="Report what the base recorded at a commit and no longer records.",
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit with 2 if there is something to do.",
)
@prune_option
@no_count_option
@allow_option
@engine_options
@output_options(*REPORTS)
@fleet_options
def command(*, settings: Settings, output: Output, **asked: Unpack[_Asked]) -> ExitCode:
    """Show the changes that apply would make.

    Shows the differences between the files and the account, how many API calls would resolve
    them, how long they take and what they risk; -v lists the calls. Only reads the account.
    """
    if settings.choice.is_fleet:
        return _plan_many(settings, output, asked)
    refuse_cluster(asked)
    return _plan_one(settings, output, asked)


def _plan_many(settings: Settings, output: Output, asked: _Asked) -> ExitCode:
    """Plan each chosen account, and report all of them.

    Raises:
        UsageError: An option is for one account.
    """
    from schemactl.cli.fleet import (
        engine_of,
        open_fleet,
        permissions_for_fleet,
        refuse_for_fleet,
        report_fleet,
    )
    from schemactl.cli.plan_folder import save_plans
    from schemactl.fleet.commands import plan_fleet
    from schemactl.fleet.work import PlanOptions
    from schemactl.model.account_choice import AccountChoice

    refuse_for_fleet(settings, against=asked["against"])
    out = asked["out"]
    if out is not None:
        _check_folder(out, settings)
    no_count = asked["no_count"]
    prune, jobs = asked["prune"], asked["jobs"]
    call = open_fleet(settings, output, jobs=jobs, prune=prune, counts=not no_count)
    options = PlanOptions(
        permissions=permissions_for_fleet(
            asked["allow"], call, settings, must_name=out is not None
        ),
        base_from=asked["base_from"],
        is_detailed=asked["detailed_exitcode"],
    )
    with engine_of(call, asked, prune=prune, counts=not no_count) as run:
        fleet = plan_fleet(run, call.targets, options)
    one = replace(settings, choice=AccountChoice())
    permit = _permit(one, None, None, None, no_count=no_count)
    if out is not None:
        save_plans(fleet, out, settings)
    return report_fleet(fleet, settings, output, whole=call.whole, permit=permit)


def _check_folder(out: Path, settings: Settings) -> None:
    """Check that plans can be saved into a folder.

    Raises:
        OutputError: They cannot.
    """
    from schemactl.cli.fleet import check_folder
    from schemactl.store.fleet_plan import LISTING

    check_folder(settings, out, [out / LISTING])


def _plan_one(settings: Settings, output: Output, asked: _Asked) -> ExitCode:
    from schemactl.cli.target import permissions_of, report_warnings
    from schemactl.report.formats import write_plan

    out, against, base_from = asked["out"], asked["against"], asked["base_from"]
    no_count, permissions = asked["no_count"], permissions_of(asked["allow"], settings)
    planned = _plan(
        settings, against, permissions, base_from, prune=asked["prune"], no_count=no_count
    )
    report_warnings(planned.warnings, settings)
    permit = _permit(settings, against, out, base_from, no_count=no_count)
    look = render_options(settings, schema=planned.live, permit=permit)
    output.write(
        settings.terminal, look, lambda form, given: write_plan(planned.plan, form, given)
    )
    if out is not None:
        from schemactl.store.files import write_file
        from schemactl.store.plan import plan_text

        write_file(out, plan_text(planned.plan))
        for words in _next_step(planned.plan, out, settings, permit):
            settings.terminal.note(words)
    elif settings.terminal.err.isatty() and against is None:
        _suggest_apply(planned.plan, permit, settings)
    different = asked["detailed_exitcode"] and not planned.plan.leaves_nothing
    return ExitCode.DIFFERENT if different else ExitCode.OK


def _plan(
    settings: Settings,
    against: Path | None,
    permissions: frozenset[Permission],
    base_from: str | None,
    *,
    prune: bool,
    no_count: bool,
) -> PlanResult:
    """Plan against a snapshot or the account."""
    from schemactl.cli.target import open_target, remind_of_interrupted_run
    from schemactl.pipeline import plan_account, plan_against

    target = open_target(settings, prune=prune, counts=not no_count)
    if against is not None:
        return plan_against(target, against, permissions=permissions)
    planned = plan_account(target, permissions=permissions, base_from=base_from)
    remind_of_interrupted_run(target, settings)
    return planned


def _permit(
    settings: Settings,
    against: Path | None,
    out: Path | None,
    base_from: str | None,
    *,
    no_count: bool,
) -> PermitCommand:
    """Return the command that makes the plan again, or applies it, with permissions."""
    from schemactl.report.permit_command import PermitCommand

    options = {"--against": against, "--out": out}
    words = [word for name, path in options.items() if path for word in (name, str(path))]
    name = "plan" if words else "apply"
    if words and base_from is not None:
        words += ["--base-from", base_from]
    if no_count:
        words.append("--no-count")
    return PermitCommand(
        before=("schemactl", name, *settings.project_words), after=tuple(words)
    )


def _suggest_apply(plan: Plan, permit: PermitCommand, settings: Settings) -> None:
    """Print the command that makes the changes, unless the plan names it or there are none."""
    if (plan.calls or plan.first or plan.ends_protection) and not plan.refusals:
        command = permit.with_permissions(plan.permissions, prune=plan.prune)
        settings.terminal.note(f"To make these changes: {command}")


def _next_step(
    plan: Plan, out: Path, settings: Settings, permit: PermitCommand
) -> Iterator[str]:
    """Yield where the plan is saved, and the command to run next."""
    yield f"Saved the plan to {out}."
    apply = shlex.join(["schemactl", "apply", *settings.project_words, str(out)])
    show = shlex.join(["schemactl", "show", str(out)])
    if not plan.address:
        yield "It was made against a snapshot: it can be shown, but not applied."
        yield f"To see it again: {show}"
    elif plan.refusals:
        again = permit.with_permissions(plan.needed_permissions, prune=plan.prune)
        yield f"It needs permission. To permit all of it: {again}"
    elif plan.calls or plan.first:
        yield f"To make exactly its calls: {apply}"
    elif plan.ends_protection:
        yield f"To end the protection as it shows: {apply}"
    else:
        yield f"It has no calls to apply. To see it again: {show}"
