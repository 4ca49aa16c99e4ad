"""`schemactl values`: list, show, export and delete what applies backed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from schemactl.cli.file_format import choose_format
from schemactl.cli.ineffective import Excludes
from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, identity_option, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode, UsageError
from schemactl.text import nearest

if TYPE_CHECKING:
    from schemactl.errors import SchemactlError
    from schemactl.model.backup import Backup, BackupPart, SavedValue
    from schemactl.store.state.interface import StateFolder

_LIST: Final = "list"
_FORMATS: Final = {
    "list": ("text", "json"),
    "show": ("text", "json"),
    "export": ("csv", "jsonl"),
    "delete": ("text",),
    "erase": ("text",),
}


_NOT_EXPORT: Final = ("list", "show", "delete", "erase")
_NOT_ERASE: Final = ("list", "show", "export", "delete")


@click.command(
    cls=ProjectCommand,
    name="values",
    rules=(
        Excludes(options=("item", "out"), beside="action", values=_NOT_EXPORT),
        Excludes(options=("identity",), beside="action", values=("list", "show", "delete")),
        Excludes(options=("contact", "label"), beside="action", values=_NOT_ERASE),
        Excludes(options=("run",), beside="action", values=("erase",)),
        Excludes(options=("form",), beside="action", values=("delete", "erase")),
    ),
    epilog="""\b
Examples:
  schemactl values list
  schemactl values show last
  schemactl values export last --item 'Sales / Fax 2' --out fax.csv
  schemactl values delete 20260101T120000Z-1a2b3c
  schemactl values export last --identity ~/.config/age/key.txt
  schemactl values erase --contact 17
""",
)
@click.argument("action", type=click.Choice(list(_FORMATS)), default=_LIST)
@click.argument("run", required=False)
@click.option(
    "--item", metavar="NAME", help="With export: only this field or tag, such as 'Sales / Fax'."
)
@click.option("--contact", metavar="ID", help="With erase: the contact, by its number.")
@click.option(
    "--object", "label", metavar="LABEL", help="With erase: ID is of this custom object."
)
@identity_option
@format_option("text", "json", "csv", "jsonl")
@out_option("With export: file to write; its ending chooses the format.")
@project_options
def command(
    *,
    settings: Settings,
    action: str,
    run: str | None,
    item: str | None,
    contact: str | None,
    label: str | None,
    identity: Path | None,
    form: str,
    out: Path | None,
) -> ExitCode:
    """List, export and delete the values that applies backed up.

    RUN is the id of an apply, the start of its id, or 'last'. `list` and `show` print
    numbers and no value; `export` writes the values as CSV or JSON Lines. `delete` deletes
    all backups of one RUN. `erase` deletes everything of one contact from all backups of
    the account. `export` and `erase` need --identity for encrypted backups. Needs no
    network, unless the state is in an object store.
    """
    form = _format_for(action, form, out)
    if action == "erase":
        return _erase(settings, contact, label or "", identity)
    if action == "delete":
        return _delete(settings, run)
    if action == _LIST and run is None:
        return _list(settings, form)
    chosen = _of_run(settings, run)
    if action == "export":
        return _export(settings, _values(settings, chosen, item, identity), form, out)
    return _show(settings, chosen, form, is_detailed=True)


def _format_for(action: str, form: str, out: Path | None) -> str:
    """Return the format; without --format that of the file, or the action's first one.

    Raises:
        UsageError: The action does not have the format, or the file's name contradicts it.
    """
    known = _FORMATS[action]
    if form in known or form == "text":
        return choose_format(form, out, known)
    msg = f"values {action} has no format {form}"
    raise UsageError(msg, hint=f"known: {', '.join(known)}")


def _list(settings: Settings, form: str) -> ExitCode:
    """List all backups; fail if some cannot be read, after the others were listed."""
    from schemactl.cli.target import open_target
    from schemactl.store.vault.folders import find_backups

    found = find_backups(open_target(settings).vault_folder)
    backups = tuple(one for backups in found.backups.values() for one in backups)
    _show(settings, backups, form, is_detailed=False)
    return _report(settings, found.unreadable)


def _report(settings: Settings, failed: Mapping[str, SchemactlError]) -> ExitCode:
    """Report what went wrong with some runs; return the exit status."""
    for error in failed.values():
        settings.terminal.say_error(str(error), hint=error.hint)
    return ExitCode.FAILED if failed else ExitCode.OK


def _find_run(folder: StateFolder, word: str | None) -> str:
    """Return the one run with backups that a word means.

    Raises:
        UsageError: There is none, or more than one.
    """
    from schemactl.store.vault.folders import runs_in

    hint = "`schemactl values list` lists all backups"
    if word is None:
        msg = "name a run: its id, the start of its id, or last"
        raise UsageError(msg, hint=hint)
    runs = runs_in(folder)
    found = runs[-1:] if word == "last" else [run for run in runs if run.startswith(word)]
    if len(found) != 1:
        how_many = "no backup is" if not found else f"{len(found)} runs are"
        msg = f"{how_many} named '{word}'"
        raise UsageError(msg, hint=hint)
    return found[0]


def _of_run(settings: Settings, word: str | None) -> tuple[Backup, ...]:
    """Return the backups of the one run that a word means.

    Raises:
        UsageError: There is none, or more than one.
        VaultError: A manifest cannot be trusted.
    """
    from schemactl.cli.target import open_target
    from schemactl.store.vault.folders import backups_of_run

    folder = open_target(settings).vault_folder
    return tuple(backups_of_run(folder, _find_run(folder, word)))


def _show(
    settings: Settings, backups: tuple[Backup, ...], form: str, *, is_detailed: bool
) -> ExitCode:
    from schemactl.report.values import backups_json, backups_text

    terminal = settings.terminal
    if form == "json":
        from schemactl.model.log_commands import disarm_json

        terminal.write(disarm_json(backups_json(backups)))
    else:
        terminal.write_lines(
            backups_text(backups, width=terminal.width, is_detailed=is_detailed)
        )
    return ExitCode.OK


def _export(
    settings: Settings,
    found: Iterable[tuple[Backup, BackupPart, SavedValue]],
    form: str,
    out: Path | None,
) -> ExitCode:
    from schemactl.model.log_commands import disarm
    from schemactl.report.values import values_csv, values_lines
    from schemactl.store.files import write_file

    text = "".join(values_csv(found) if form == "csv" else values_lines(found))
    if out is None:
        settings.terminal.write(disarm(text) if form == "csv" else text)
    else:
        write_file(out, text)
        settings.terminal.note(f"Wrote the values to {out}: they are personal data.")
    return ExitCode.OK


def _values(
    settings: Settings, backups: tuple[Backup, ...], item: str | None, identity: Path | None
) -> Iterator[tuple[Backup, BackupPart, SavedValue]]:
    from schemactl.cli.target import open_target
    from schemactl.store.vault.encryption import find_identity
    from schemactl.store.vault.folders import folder_of_run
    from schemactl.store.vault.reading import read_values

    titles = [backup.title_of(part) for backup in backups for part in backup.parts]
    if item is not None and item not in titles:
        near = nearest(item, titles)
        hint = f"did you mean {near}?" if near else f"known: {', '.join(titles)}"
        msg = f"this run backed up no '{item}'"
        raise UsageError(msg, hint=hint)
    folder = open_target(settings).vault_folder
    key = find_identity(identity, environ=settings.terminal.environ)
    for backup in backups:
        place = folder_of_run(folder, backup.run)
        for part in backup.parts:
            if item in {None, backup.title_of(part)}:
                for saved in read_values(place, backup, part, key=key):
                    yield backup, part, saved


def _delete(settings: Settings, word: str | None) -> ExitCode:
    """Delete the backups of a run, whether its manifests can be read or not."""
    from schemactl.cli.target import open_target
    from schemactl.store.vault.folders import delete_run

    target = open_target(settings)
    folder = target.vault_folder
    run = _find_run(folder, word)
    target.refuse_applied()
    delete_run(folder, run)
    settings.terminal.note(f"Deleted the backups of {run}: its values cannot be restored.")
    return ExitCode.OK


def _erase(
    settings: Settings, contact: str | None, label: str, identity: Path | None
) -> ExitCode:
    """Erase a contact from all backups; fail if some could not be searched."""
    from schemactl.cli.target import open_target
    from schemactl.store.vault.encryption import find_identity
    from schemactl.store.vault.erasing import Eraser
    from schemactl.text import counted

    if contact is None or not (contact.isascii() and contact.isdigit()):
        msg = "name the contact by its number: --contact ID"
        raise UsageError(msg)
    target = open_target(settings)
    target.refuse_applied()
    erasure = Eraser(
        folder=target.vault_folder,
        record=contact.lstrip("0") or "0",
        custom_object=label,
        key=find_identity(identity, environ=settings.terminal.environ),
        recipients=target.account.values.encrypt_to,
    ).run()
    settings.terminal.note(
        f"Erased {counted(erasure.values, 'value')} of {contact} from the backups."
    )
    if erasure.failed:
        runs = counted(len(erasure.failed), "run")
        settings.terminal.note(f"The backups of {runs} could not be searched:")
    return _report(settings, erasure.failed)
