"""The program as a whole: its options, its errors and their exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import schemactl
from schemactl.cli.group import COMMANDS
from schemactl.cli.names import _COMMAND_SYNONYMS
from schemactl.errors import AccountError, ExitCode, RefusedError, SchemactlError
from tests.cli.program import PROGRAM, REPOSITORY, process_environ, run, run_process
from tests.cli.projects import SALES, calls_made, edit_account, write_project

SLOW_TO_IMPORT = ("rich", "requests", "lxml", "yaml", "werkzeug", "jsonschema", "jsonschema_rs")


def failing_with(error: Exception) -> click.Command:
    @click.command()
    def fail() -> None:
        raise error

    return fail


def test_version_prints_the_version() -> None:
    ended = run("--version")
    assert ended.status == ExitCode.OK
    assert ended.out == f"schemactl, version {schemactl.__version__}\n"


def test_help_lists_every_command() -> None:
    ended = run("--help")
    assert ended.status == ExitCode.OK
    assert [name for name in COMMANDS if f"  {name} " not in ended.out] == []


@pytest.mark.parametrize("command", ["plan", "apply", "drift"])
def test_who_asked_for_json_gets_the_problems_of_invalid_files_as_json(
    tmp_path: Path, command: str
) -> None:
    folder = write_project(tmp_path / "project", wrong="version: 1\nsectoins: []\n")
    validated = run("-C", folder, "validate", "--format", "json")
    ended = run("-C", folder, command, "--format", "json")
    assert ended.status == ExitCode.INVALID_FILES
    assert ended.out == validated.out
    assert json.loads(ended.out)["kind"] == "problems"
    assert "crm/wrong.yaml:2:1" in ended.err


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "import"])
def test_people_see_invalid_files_on_stderr_only(tmp_path: Path, command: str) -> None:
    folder = write_project(tmp_path / "project")
    (folder / "schemactl.yaml").write_text("version: 1\n")
    ended = run("-C", folder, command)
    assert (ended.status, ended.out) == (ExitCode.INVALID_FILES, "")
    assert "schemactl.yaml:1:1" in ended.err


def test_without_a_command_the_help_is_printed_as_wrong_use() -> None:
    ended = run()
    assert ended.status == ExitCode.USAGE
    assert ended.out == ""
    assert ended.err == run("--help").out


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("plan", "--help")])
def test_no_slow_library_is_imported_for_help(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    code = (
        "import sys; from schemactl.cli.boundary import run; status = run(sys.argv[1:]);"
        f"print(sorted(set({SLOW_TO_IMPORT!r}) & set(sys.modules)), status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        env=process_environ(tmp_path),
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_an_unknown_command_names_the_nearest() -> None:
    ended = run("aply")
    assert ended.status == ExitCode.USAGE
    assert ended.err == (
        "error: there is no command 'aply'; did you mean 'apply'?\nhint: see schemactl --help\n"
    )


@pytest.mark.parametrize(
    ("word", "command"),
    [
        *[("export", "import"), ("pull", "import"), ("diff", "plan"), ("push", "apply")],
        *[("fix", "fmt"), ("format", "fmt"), ("Plan", "plan"), ("jornal", "journal")],
    ],
)
def test_a_word_of_similar_programs_suggests_a_command(word: str, command: str) -> None:
    ended = run(word)
    assert ended.status == ExitCode.USAGE
    assert f"there is no command '{word}'; did you mean '{command}'?" in ended.err


@pytest.mark.parametrize(
    ("word", "advice"),
    [("login", "`credentials` in schemactl.yaml"), ("destroy", "`removed:` in a schema file")],
)
def test_a_word_without_a_command_says_what_to_do_instead(word: str, advice: str) -> None:
    assert advice in run(word).err


def test_every_word_of_similar_programs_leads_to_a_command_that_exists() -> None:
    assert set(_COMMAND_SYNONYMS.values()) <= set(COMMANDS)
    assert set(_COMMAND_SYNONYMS).isdisjoint(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("plan", "--format", "jsn"), "json"),
        (("docs", "--format", "md"), "markdown"),
        (("plan", "--output", "htm=plan.html"), "html"),
    ],
)
def test_an_unknown_format_suggests_the_nearest(arguments: tuple[str, ...], near: str) -> None:
    ended = run(*arguments)
    assert ended.status == ExitCode.USAGE
    assert f"Did you mean '{near}'?" in ended.err


def test_a_format_that_only_other_commands_have_is_not_suggested() -> None:
    assert "Did you mean" not in run("journal", "--format", "md").err


@pytest.mark.parametrize("words", [(), ("plan",), ("help",)])
def test_help_shows_what_the_option_shows(words: tuple[str, ...]) -> None:
    ended = run("help", *words)
    assert (ended.status, ended.out) == (ExitCode.OK, run(*words, "--help").out)


def test_help_of_an_unknown_command_suggests_the_nearest() -> None:
    ended = run("help", "aply")
    assert ended.status == ExitCode.USAGE
    assert "did you mean 'apply'?" in ended.err


def test_version_is_a_command_too() -> None:
    assert run("version").out == run("--version").out


def test_an_unknown_option_is_wrong_use() -> None:
    ended = run("plan", "--aginst", "live.json")
    assert ended.status == ExitCode.USAGE
    assert "--aginst" in ended.err
    assert "--against" in ended.err
    assert "hint: see schemactl plan --help" in ended.err


def test_a_folder_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    assert run("-C", tmp_path / "nowhere", "validate").status == ExitCode.USAGE


def test_an_option_before_a_command_that_does_not_take_it_is_wrong_use() -> None:
    ended = run("--account", "demo", "schema")
    assert ended.status == ExitCode.USAGE
    assert ended.err.startswith("error: 'schema' takes no --account.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "xml", "validate"),
        ("validate", "--format", "xml"),
    ],
)
def test_a_format_that_a_command_does_not_have_is_wrong_use_at_any_place(
    arguments: tuple[str, ...],
) -> None:
    ended = run(*arguments)
    assert ended.status == ExitCode.USAGE
    assert (
        "'xml' is not one of 'text', 'json', 'sarif', 'junit', 'github', 'gitlab'" in ended.err
    )


def test_quiet_and_verbose_exclude_each_other() -> None:
    ended = run("-q", "schema", "-v")
    assert ended.status == ExitCode.USAGE
    assert "--quiet and --verbose exclude each other" in ended.err


def test_a_foreseen_error_is_reported_with_its_hint_and_status() -> None:
    ended = run(program=failing_with(RefusedError("too dangerous", hint="add --allow x")))
    assert ended.status == ExitCode.REFUSED
    assert (ended.out, ended.err) == ("", "error: too dangerous\nhint: add --allow x\n")


@pytest.mark.parametrize("error", [AccountError("no answer"), SchemactlError("odd")])
def test_a_plain_failure_is_status_1_without_a_hint(error: SchemactlError) -> None:
    ended = run(program=failing_with(error))
    assert ended.status == ExitCode.FAILED
    assert ended.err == f"error: {error}\n"


def test_ctrl_c_is_status_130() -> None:
    @click.command()
    def wait() -> None:
        raise KeyboardInterrupt

    ended = run(program=wait)
    assert ended.status == ExitCode.INTERRUPTED
    assert ended.err.endswith("error: interrupted\n")


def test_a_bug_is_status_70_and_its_traceback_is_kept_in_a_file(tmp_path: Path) -> None:
    ended = run(
        program=failing_with(ZeroDivisionError("three apples")),
        environ={"XDG_STATE_HOME": str(tmp_path)},
    )
    (log,) = (tmp_path / "schemactl").glob("error-*.log")
    text = log.read_text(encoding="utf-8")
    assert ended.status == ExitCode.BUG
    assert f"internal error (ZeroDivisionError); details in {log}\n" in ended.err
    assert "please report it" in ended.err
    assert "Traceback" not in ended.err
    assert "Traceback" in text
    assert "ZeroDivisionError: three apples" in text
    assert schemactl.__version__ in text


def test_the_file_on_a_bug_holds_no_key_of_the_environment(tmp_path: Path) -> None:
    error = ZeroDivisionError("posted 2_77_secretapp with k3y%2Fvalue")
    run(
        program=failing_with(error),
        environ={
            "XDG_STATE_HOME": str(tmp_path),
            "ACME_APP_ID": "2_77_secretapp",
            "ACME_API_KEY": "k3y/value",
        },
    )
    (log,) = (tmp_path / "schemactl").glob("error-*.log")
    text = log.read_text(encoding="utf-8")
    assert "posted *** with ***" in text
    assert "secretapp" not in text


def test_the_file_on_a_bug_is_the_users_own(tmp_path: Path) -> None:
    run(program=failing_with(ZeroDivisionError("x")), environ={"XDG_STATE_HOME": str(tmp_path)})
    (log,) = (tmp_path / "schemactl").glob("error-*.log")
    assert log.stat().st_mode & 0o077 == 0


def test_where_the_state_folder_cannot_be_made_the_temporary_one_takes_the_file(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    ended = run(
        program=failing_with(ZeroDivisionError("x")), environ={"XDG_STATE_HOME": str(blocked)}
    )
    assert ended.status == ExitCode.BUG
    log = Path(ended.err.splitlines()[0].partition("details in ")[2])
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    log.unlink()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*PROGRAM, "explain"],
            stdout=write,
            stderr=subprocess.PIPE,
            env=process_environ(tmp_path),
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")


@pytest.mark.parametrize("arguments", [("explain",), ("schema", "plan"), ("--help",)])
def test_a_full_disk_under_stdout_is_reported_as_such(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=process_environ(tmp_path),
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == ExitCode.FAILED
    assert done.stderr == (
        "error: standard output cannot be written: No space left on device\n"
    )


def test_a_full_disk_under_stderr_leaves_result_and_status_alone(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "aply"],
            stdout=subprocess.PIPE,
            stderr=full,
            env=process_environ(tmp_path),
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_drops_what_it_gets(
    closed: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *PROGRAM, "explain", "no-files"],
        capture_output=True,
        env=process_environ(tmp_path),
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (ExitCode.OK, b"")
    assert done.stdout.startswith(b"" if ">&-" in closed.split() else b"# no-files")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_json_is_utf8_whatever_the_locale_has(encoding: str, tmp_path: Path) -> None:
    name = "Café 😀 Straße"
    write_project(tmp_path / "project", sales=f"version: 1\ntags: [{name}, {name}]\n")
    done = subprocess.run(
        [*PROGRAM, "-C", "project", "validate", "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        env=process_environ(tmp_path, PYTHONIOENCODING=encoding),
        check=False,
        timeout=60,
    )
    document = json.loads(done.stdout.decode("utf-8"))
    assert name in document["problems"][0]["message"]


def test_a_terminal_without_the_characters_is_no_bug(tmp_path: Path) -> None:
    ended = run_process("emulator", "--list-edits", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert ended.status == ExitCode.OK
    assert "OPTION\\u2026" in ended.out


def test_the_checkout_is_what_the_tests_run() -> None:
    assert Path(schemactl.__file__).parents[1] == REPOSITORY


REMOVING = SALES + "removed:\n  fields: [{section: Sales, name: Old}]\n"
DESTROY = ("apply", "--yes", "--allow", "removes-field,many-removals")


@pytest.fixture
def destroying(tmp_path: Path) -> Path:
    """A project whose account differs by nothing but a field that is to go."""
    folder = write_project(tmp_path / "project")
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK
    (folder / "crm/sales.yaml").write_text(REMOVING)
    edit_account(folder, "add-field Sales Old text")
    return folder


def shell(folder: Path, rest: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'"$@" {rest}', "sh", *PROGRAM, *arguments],
        cwd=folder,
        env=process_environ(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("form", "rest"),
    [("text", ">&-"), ("text", "| true"), ("json", "2>&-"), ("json", "2>/dev/full")],
)
def test_nothing_is_destroyed_by_a_plan_that_nobody_can_have_seen(
    destroying: Path, form: str, rest: str
) -> None:
    done = shell(destroying, rest, *DESTROY, "--format", form)
    assert "remove_field" not in calls_made(destroying)
    if "2>" not in rest:
        assert (
            "the plan destroys and could not be shown: standard output is closed" in done.stderr
        )
    assert done.returncode == (ExitCode.OK if "|" in rest else ExitCode.FAILED)


def test_a_plan_that_the_user_throws_away_is_applied(destroying: Path) -> None:
    assert shell(destroying, ">/dev/null 2>&1", *DESTROY).returncode == ExitCode.OK
    assert "remove_field" in calls_made(destroying)


def test_a_report_that_cannot_be_written_after_calls_says_that_they_were_made(
    destroying: Path,
) -> None:
    done = shell(destroying, ">/dev/full", *DESTROY, "--format", "json")
    assert done.returncode == ExitCode.STOPPED
    assert "calls were made, but not all of their report could be written" in done.stderr
    assert "schemactl journal 2" in done.stderr
    again = shell(destroying, ">/dev/full", *DESTROY, "--format", "json")
    assert again.returncode == ExitCode.FAILED, "nothing was left to do"


@pytest.mark.parametrize(
    ("target", "why"),
    [("nofolder/x.json", "there is no folder nofolder"), (".git/config", "git's own folder")],
)
def test_a_report_that_cannot_be_written_is_refused_before_any_call(
    destroying: Path, target: str, why: str
) -> None:
    subprocess.run(["git", "-C", str(destroying), "init", "-q"], check=True)
    before = calls_made(destroying)
    done = shell(destroying, "", *DESTROY, "--output", f"json={target}")
    assert done.returncode == ExitCode.FAILED
    assert why in done.stderr
    assert "link" not in done.stderr
    assert calls_made(destroying) == before


def test_json_spells_out_what_turns_the_direction_of_text(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    name = "crm/a\u202eb.yaml"
    (folder / name).write_text("version: 1\nsection: []\n")
    ended = run("-C", folder, "validate", "--format", "json")
    assert "\u202e" not in ended.out
    assert name in {one["location"]["file"] for one in json.loads(ended.out)["problems"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("drift", "--accept"), "see schemactl drift --help"),
        (("plan", "--allow"), "see schemactl plan --help"),
        (("emulator", "--edit"), "see schemactl emulator --help"),
        (("emulator", "--port", "abc"), "'abc' is not a valid whole number"),
        (("apply", "--wait", "x"), "'x' is not a valid number"),
        (
            ("emulator", "--db", "a.sqlite", "--edit", "remove-tagg VIP"),
            "error: there is no edit",
        ),
        (("validate", "crm/sales.yaml"), "validate always checks the whole project"),
        (("lint", "crm"), "lint always checks the whole project"),
        (("compare", "demo", "demo"), "are the same account"),
    ],
)
def test_wrong_use_names_the_command_and_what_is_right(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    folder = write_project(tmp_path / "project")
    ended = run(arguments[0], "-C", folder, *arguments[1:])
    assert ended.status == ExitCode.USAGE
    assert words in ended.err
    assert "line 1" not in ended.err


def test_a_list_of_permissions_may_end_with_a_comma(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project")
    assert run("-C", folder, "plan", "--allow", "removes-field,").status == ExitCode.OK


@pytest.mark.parametrize("command", ["plan", "validate", "lint"])
def test_a_folder_without_a_project_has_no_line_1(command: str, tmp_path: Path) -> None:
    ended = run("-C", tmp_path, command)
    assert ended.status == ExitCode.INVALID_FILES
    assert ended.err.startswith("error: there is no schemactl.yaml in")
    assert "1 error" not in ended.err
