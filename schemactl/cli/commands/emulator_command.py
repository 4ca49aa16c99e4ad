"""`schemactl emulator`: serve an emulated account, or edit it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from schemactl.cli.ineffective import Excludes
from schemactl.cli.numbers import WholeNumber
from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.errors import AccountError, ExitCode, UsageError

if TYPE_CHECKING:
    from schemactl.emulator import EmulatorServer


NEWER: Final = "newer"
_OBJECTS_BEFORE_COLLECTION: Final = 100_000
"""Fewer than for other commands, which end soon: a server runs for days."""


class SeedFile(click.Path):
    """A file with a seed, or the word for the seed of a newer account."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path of the file; the word stays as it is."""
        return Path(NEWER) if value == NEWER else super().convert(value, param, ctx)


class ServerOptions(TypedDict):
    """Options of the server, as the command line has them."""

    port: int
    seed: Path | None
    switches: tuple[str, ...]
    faults: tuple[str, ...]
    keys: tuple[str, ...]
    rate_limit: int | None
    latency: str
    crowd: str
    accounts: int | None


_LISTS: Final = ("list_switches", "list_faults", "list_edits")
_OF_SERVER: Final = ("port", "switches", "faults", "keys", "rate_limit", "latency")
_NOT_LISTS: Final = (*_OF_SERVER, "db", "seed", "crowd", "accounts", "edits", "account")


@click.command(
    cls=ProjectCommand,
    name="emulator",
    rules=(
        *(Excludes(options=_NOT_LISTS, beside=each) for each in _LISTS),
        Excludes(options=_OF_SERVER, beside="edits", why="the account is edited, not served"),
    ),
    epilog="""\b
Examples:
  schemactl emulator --port 8080 --db account.sqlite
  schemactl emulator --seed live.json --switch no-permission=failure
  schemactl emulator --fault edit_section:cut-after-acting --key 2_7:secret
  schemactl emulator --fault fieldeditor_put:lying-success
  schemactl emulator --latency 200:50
  schemactl emulator --contacts 100000:7 --db large.sqlite
  schemactl emulator -a demo --edit 'remove-tag VIP'
  schemactl emulator --accounts 1000 --seed live.json --port 8080
""",
)
@click.option(
    "--port",
    type=WholeNumber(0, 65535),
    default=0,
    metavar="N",
    help="Port to listen on. Default: any free port.",
)
@click.option(
    "--db",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that stores the account. Without it and -a, the account is lost on exit.",
)
@click.option(
    "--seed",
    metavar="FILE",
    type=SeedFile(exists=True, dir_okay=False, path_type=Path),
    help="Start with the contents of a snapshot or of a recorded response to `key`. The word "
    "newer starts with the fields of a newer account.",
)
@click.option(
    "--switch",
    "switches",
    metavar="NAME=VALUE",
    multiple=True,
    help="Choose a behaviour where that of the real server is unknown. Can be repeated.",
)
@click.option(
    "--fault",
    "faults",
    metavar="TYPES:KIND[:NAME=VALUE...]",
    multiple=True,
    help="Let calls fail, such as add_section:slow:seconds=2. Can be repeated.",
)
@click.option(
    "--key",
    "keys",
    metavar="APPID:KEY[:VERBS]",
    multiple=True,
    help="Accept only this key, for these requests. Can be repeated.",
)
@click.option(
    "--rate-limit",
    metavar="N",
    type=WholeNumber(min=1),
    help="Refuse more than N calls a minute.",
)
@click.option(
    "--latency",
    metavar="MS[:SPREAD[:SEED]]",
    default="0",
    help="Delay each request like a network, such as 200:50 for 150 to 250 ms.",
)
@click.option(
    "--contacts",
    "crowd",
    metavar="N[:SEED]",
    default="0",
    help="Start with N more invented contacts, the same in every run with the same SEED.",
)
@click.option(
    "--accounts",
    metavar="N",
    type=WholeNumber(min=1, max=100_000),
    help="Serve N accounts, all in memory: the app id of number 7 is 2_test_7.",
)
@click.option(
    "--edit",
    "edits",
    metavar="LINE",
    multiple=True,
    help="Change the account as somebody would by hand, and exit. Can be repeated.",
)
@click.option("--list-switches", is_flag=True, help="List all switches and their values.")
@click.option("--list-faults", is_flag=True, help="List all kinds of faults.")
@click.option("--list-edits", is_flag=True, help="List all edits and how to write them.")
@project_options
def command(
    *,
    settings: Settings,
    db: Path | None,
    edits: tuple[str, ...],
    list_switches: bool,
    list_faults: bool,
    list_edits: bool,
    **asked: Unpack[ServerOptions],
) -> ExitCode:
    """Serve an emulated account on this machine.

    Serves the Contacts API (cdata.php) and the REST API on one account until Ctrl-C, and
    prints both addresses. Use it to try things out, or to test other programs that use
    Ontraport. With --edit, changes an account as somebody would in the browser, and exits.
    That account is the one of --db or -a, or else the only or default account of the
    project. Without --edit, -a has no default.
    """
    if list_switches or list_faults or list_edits:
        text = _lists(switches=list_switches, faults=list_faults, edits=list_edits)
        settings.terminal.write_text(text)
        return ExitCode.OK
    _refuse_kept_fleet(settings, db, edits, asked["accounts"])
    file = _account_file(settings, db, edits=bool(edits))
    with _misuse():
        server = _server(file, asked)
    if edits and file is not None:
        _edit(server, edits, file, settings)
    else:
        has_keys = bool(asked["keys"])
        _serve(server, settings, accounts=asked["accounts"], has_keys=has_keys)
    return ExitCode.OK


def _refuse_kept_fleet(
    settings: Settings, db: Path | None, edits: tuple[str, ...], accounts: int | None
) -> None:
    """Refuse options about the file of one account beside many accounts.

    Raises:
        UsageError: There are some.
    """
    if accounts is not None and (db is not None or edits or settings.choice.is_made):
        msg = "--accounts serves accounts in memory, and --db, -a and --edit mean one in a file"
        raise UsageError(msg, hint="edit one while it is served: POST /control/edit?account=7")


def _lists(*, switches: bool, faults: bool, edits: bool) -> str:
    from schemactl.cli import emulator_words

    return "\n".join(
        text
        for wanted, text in (
            (switches, emulator_words.switches_text()),
            (faults, emulator_words.faults_text()),
            (edits, emulator_words.edits_text()),
        )
        if wanted
    )


def _account_file(settings: Settings, db: Path | None, *, edits: bool) -> Path | None:
    """Return the file that stores the account; None for an account in memory.

    An account to edit is that of the project, if it has one or a default one.
    """
    if not settings.choice.is_made and (db is not None or not edits):
        return db
    if db is not None:
        msg = "--db and --account both say which account is meant"
        raise UsageError(msg, hint="omit one of them")
    from schemactl.account.embedded import embedded_account_path
    from schemactl.cli.target import open_project
    from schemactl.project import PROJECT_FILE
    from schemactl.project.selection import choose_one

    if not settings.choice.is_made and not (settings.folder / PROJECT_FILE).exists():
        msg = "--edit changes an account that is kept in a file, and there is no project here"
        raise UsageError(msg, hint="name the file with --db, or the project with -C")
    account = choose_one(open_project(settings), settings.choice, command="emulator")
    if not account.is_embedded:
        msg = f'account "{account.name}" is not an embedded one'
        raise UsageError(msg, hint="only an account with `url: emulator` has a file here")
    path = embedded_account_path(settings.folder, account.name)
    with _failure():
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _server(file: Path | None, asked: ServerOptions) -> EmulatorServer:
    from schemactl.emulator import (
        Switches,
        parse_crowd,
        parse_fault,
        parse_key,
        parse_latency,
        parse_switch,
        serve,
        set_switches,
    )

    return serve(
        file,
        port=asked["port"],
        seed=asked["seed"],
        switches=set_switches(Switches(), tuple(map(parse_switch, asked["switches"]))),
        faults=tuple(map(parse_fault, asked["faults"])),
        keys=tuple(map(parse_key, asked["keys"])),
        rate_limit=asked["rate_limit"],
        latency=parse_latency(asked["latency"]),
        crowd=parse_crowd(asked["crowd"]),
        accounts=asked["accounts"],
    )


def _edit(
    server: EmulatorServer, edits: tuple[str, ...], file: Path, settings: Settings
) -> None:
    from schemactl.emulator import parse_edits
    from schemactl.text import counted

    text = "\n".join(edits)
    with _misuse():
        parse_edits(text)
    with _failure(), server:
        server.edit(text)
    settings.terminal.note(f"Made {counted(len(edits), 'edit')} in {file}.")


def _serve(
    server: EmulatorServer, settings: Settings, *, accounts: int | None, has_keys: bool
) -> None:
    from threading import Event

    from schemactl.cli.interruption import Interruption

    terminal = settings.terminal
    with Interruption(terminal.err), suppress(KeyboardInterrupt), ExitStack() as stack:
        with _failure():
            stack.enter_context(server)
        gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
        terminal.write_text(f"{server.url}\n{server.rest_url}\n")
        usage = (
            _how_to_use_many(server, accounts)
            if accounts
            else _how_to_use(server, has_keys=has_keys)
        )
        for words in usage:
            terminal.note(words)
        Event().wait()


_REST_OF_ENTRY: Final = "credentials: {env: LOCAL}, schema: ['crm/*.yaml']"


def _how_to_use(server: EmulatorServer, *, has_keys: bool) -> tuple[str, ...]:
    app_id, key = ("APPID", "KEY") if has_keys else ("any", "any")
    accepted = (
        "Only the app ids and keys of --key are" if has_keys else "Any app id and key are"
    )
    host = server.base_url.removeprefix("http://")
    return (
        "Use the first as cdata.php of Ontraport, the second as its REST API.",
        f"{accepted} accepted. For schemactl, write under accounts: one of",
        f"  local: {{backend: rest, url: '{server.rest_url}', {_REST_OF_ENTRY}}}",
        f"  local: {{backend: legacy, url: '{server.url}', {_REST_OF_ENTRY}, tag_carrier: 1}}",
        "and set what it needs, the host included:",
        f"  export LOCAL_APP_ID={app_id} LOCAL_API_KEY={key} LOCAL_HOST={host}",
        f"{server.base_url}/ shows its state and settings. Ctrl-C stops it.",
    )


def _how_to_use_many(server: EmulatorServer, last: int) -> tuple[str, ...]:
    host = server.base_url.removeprefix("http://")
    return (
        f"Account n, from 1 to {last}, answers to the app id 2_test_n, with any key unless",
        "--key names one for that app id. For schemactl, write an account of a project like",
        f"  client-{last}: {{backend: rest, url: '{server.rest_url}', {_REST_OF_ENTRY}}}",
        "and set what it needs, the host included:",
        f"  export LOCAL_APP_ID=2_test_{last} LOCAL_API_KEY=any LOCAL_HOST={host}",
        f"{server.base_url}/?account={last} shows the state of one. Ctrl-C stops all.",
    )


@contextmanager
def _misuse() -> Iterator[None]:
    """Raise a word that the emulator does not know as wrong use of the command."""
    from schemactl.emulator import EmulatorError

    try:
        yield
    except EmulatorError as error:
        raise UsageError(str(error), hint=error.hint) from error


@contextmanager
def _failure() -> Iterator[None]:
    """Raise a failure of the account or the port as an error of the account."""
    from schemactl.emulator import EmulatorError

    try:
        yield
    except EmulatorError as error:
        raise AccountError(str(error), hint=error.hint) from error
    except OSError as error:
        msg = f"the account's file cannot be used: {error}"
        raise AccountError(msg) from error
