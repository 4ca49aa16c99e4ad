"""project/project_file.py: what a project file says, and what is wrong with it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from schemactl.document.resources import schema_text
from schemactl.errors import InvalidFilesError, Location, UsageError
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldLimit, LimitUnit
from schemactl.project import (
    EMBEDDED,
    Account,
    BackendName,
    FromEnvironment,
    FromFile,
    FromKeyring,
    Project,
    SafetyRules,
    SectionUpdates,
    load_project,
    vendor_url,
)

LEGACY_URL = "https://api.ontraport.com/cdata.php"
REST_URL = "https://api.ontraport.com/1/"
DATA = Path(__file__).parents[2] / "data" / "project"
INVALID = sorted((DATA / "invalid").glob("*.yaml"))
TWO = """\
version: 1
accounts:
  demo: {backend: legacy, url: emulator, schema: [crm/*.yaml]}
  production: {backend: legacy, schema: [crm/*.yaml]}
"""


def project_of(tmp_path: Path, text: str) -> Project:
    (tmp_path / "schemactl.yaml").write_text(text, encoding="utf-8")
    return load_project(tmp_path)


def refused(folder: Path) -> InvalidFilesError:
    with pytest.raises(InvalidFilesError) as raised:
        load_project(folder)
    return raised.value


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.stem)
def test_an_invalid_project_is_reported_as_written_beside_it(
    case: Path, tmp_path: Path
) -> None:
    shutil.copy(case, tmp_path / "schemactl.yaml")
    expected = case.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{refused(tmp_path)}\n" == expected


def test_secrets_in_a_project_file_are_never_shown() -> None:
    reported = "".join(
        path.read_text(encoding="utf-8") for path in (DATA / "invalid").glob("*.txt")
    )
    assert "hush" not in reported
    assert "secret@" not in reported
    assert "2_AppId" not in reported


@pytest.mark.parametrize(
    "entry", ["{api_key:hush}", "\n    api_key:hush", "{key:hush, url: x}"]
)
def test_a_secret_without_a_space_before_it_is_not_shown(tmp_path: Path, entry: str) -> None:
    with pytest.raises(InvalidFilesError) as raised:
        project_of(tmp_path, f"version: 1\naccounts:\n  demo: {entry}\n")
    assert "hush" not in str(raised.value)


def test_everything_a_project_says_is_there(tmp_path: Path) -> None:
    shutil.copy(DATA / "valid" / "everything.yaml", tmp_path / "schemactl.yaml")
    project = load_project(tmp_path)
    assert project.folder == tmp_path
    assert project.default_account == "demo"
    assert project.safety == SafetyRules(max_removals=3, max_removed_percent=10)
    assert project.accounts[1] == Account(
        name="production",
        backend=BackendName.LEGACY,
        url=LEGACY_URL,
        schema=("crm/*.yaml", "shared/**/*.yaml"),
        schema_locations=(
            Location("schemactl.yaml", 7, 14),
            Location("schemactl.yaml", 7, 26),
        ),
        credentials=FromEnvironment(prefix="ACME"),
        calls_per_minute=150,
        tag_carrier=1234,
        location=Location("schemactl.yaml", 5, 3),
        section_updates=None,
    )
    embedded = [account.name for account in project.accounts if account.is_embedded]
    assert embedded == ["demo", "embedded"]
    assert project.account("local").url == "http://127.0.0.1:8080/cdata.php"


def test_a_rest_account_has_the_address_and_settings_of_its_own(tmp_path: Path) -> None:
    shutil.copy(DATA / "valid" / "everything.yaml", tmp_path / "schemactl.yaml")
    project = load_project(tmp_path)
    moved, embedded = project.account("moved"), project.account("embedded")
    assert moved.backend is embedded.backend is BackendName.REST
    assert (moved.url, embedded.url) == (REST_URL, EMBEDDED)
    assert (moved.calls_per_minute, moved.tag_carrier) == (180, 1234)
    assert moved.section_updates is SectionUpdates.PART
    assert embedded.section_updates is None


def test_a_field_limit_is_stated_for_an_account_or_assumed(tmp_path: Path) -> None:
    shutil.copy(DATA / "valid" / "everything.yaml", tmp_path / "schemactl.yaml")
    project = load_project(tmp_path)
    stated = [(name, project.account(name).field_limit) for name in ("moved", "embedded")]
    assert stated == [
        ("moved", AppliedLimit(limit=FieldLimit.FIELDS_1600, stated=True)),
        ("embedded", AppliedLimit(limit=FieldLimit.BYTES_39611, stated=True)),
    ]
    assert project.account("production").field_limit == ASSUMED_LIMIT


def test_the_json_schema_offers_every_field_limit_and_no_other() -> None:
    account = json.loads(schema_text("project"))["$defs"]
    assert account["field_limit"]["enum"] == [str(limit) for limit in FieldLimit]
    budget = json.loads(schema_text("plan"))["properties"]["budget"]["properties"]
    assert budget["field_limit"]["properties"]["name"]["enum"] == list(FieldLimit)
    assert budget["field_limit"]["properties"]["unit"]["enum"] == list(LimitUnit)


def test_one_word_moves_an_account_to_the_other_backend(tmp_path: Path) -> None:
    text = TWO.replace("emulator,", "emulator, tag_carrier: 1,")
    before = project_of(tmp_path, text).accounts
    after = project_of(tmp_path, text.replace("legacy", "rest")).accounts
    assert [account.backend for account in after] == [BackendName.REST] * 2
    assert [account.url for account in before] == [EMBEDDED, LEGACY_URL]
    assert [account.url for account in after] == [EMBEDDED, REST_URL]
    assert after[0].tag_carrier == 1


def test_what_a_project_leaves_out_has_careful_defaults(tmp_path: Path) -> None:
    shutil.copy(DATA / "valid" / "smallest.yaml", tmp_path / "schemactl.yaml")
    project = load_project(tmp_path)
    (account,) = project.accounts
    assert project.default_account is None
    assert project.safety == SafetyRules(max_removals=10, max_removed_percent=30)
    assert account.url == LEGACY_URL
    assert account.calls_per_minute == 180
    assert account.tag_carrier is None
    assert account.credentials == FromEnvironment(prefix="MY_CLIENT_2024")


def test_the_defaults_are_those_that_the_json_schema_shows_to_editors(tmp_path: Path) -> None:
    schema = json.loads(schema_text("project"))
    safety = schema["properties"]["safety"]["properties"]
    rules = project_of(tmp_path, TWO).safety
    assert safety["max_removals"]["default"] == rules.max_removals
    assert safety["max_removed_share"]["default"] == rules.max_removed_percent
    account = schema["$defs"]
    for backend in BackendName:
        assert f"{vendor_url(backend)} for {backend}" in account["url"]["description"]


def test_only_the_embedded_account_has_no_limit_unless_it_is_set(tmp_path: Path) -> None:
    demo, production = project_of(tmp_path, TWO).accounts
    assert demo.url == EMBEDDED
    assert demo.calls_per_minute is None
    assert production.calls_per_minute == 180
    limited = project_of(tmp_path, TWO.replace("emulator,", "emulator, calls_per_minute: 9,"))
    assert limited.accounts[0].calls_per_minute == 9


def test_a_name_that_begins_with_a_digit_still_makes_a_variable(tmp_path: Path) -> None:
    project = project_of(tmp_path, TWO.replace("production", "2024-acme"))
    assert project.accounts[1].credentials == FromEnvironment(prefix="_2024_ACME")


def test_credentials_come_from_a_file_or_the_keyring_where_the_project_says_so(
    tmp_path: Path,
) -> None:
    text = TWO.replace("url: emulator", "credentials: {file: ~/acme.yaml}").replace(
        "production: {", "production: {credentials: {keyring: acme}, "
    )
    demo, production = project_of(tmp_path, text).accounts
    assert demo.credentials == FromFile(path="~/acme.yaml")
    assert production.credentials == FromKeyring(service="acme")


def test_without_a_project_the_hint_says_what_to_do(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path).problems
    assert problem.code == "no-project"
    assert problem.hint is not None
    assert "schemactl init" in problem.hint
    (tmp_path / "schemactl.yml").touch()
    (problem,) = refused(tmp_path).problems
    assert problem.hint == "rename schemactl.yml to schemactl.yaml"


def test_a_project_file_that_is_a_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "schemactl.yaml").mkdir()
    assert [problem.code for problem in refused(tmp_path).problems] == ["file-unreadable"]


def test_an_account_is_found_by_name_or_as_the_only_or_default_one(
    tmp_path: Path,
) -> None:
    two = project_of(tmp_path, TWO)
    assert two.account("production").name == "production"
    default = project_of(tmp_path, TWO + "default_account: production\n")
    assert default.account(None).name == "production"
    assert default.account("demo").name == "demo"
    only = project_of(tmp_path, "\n".join(TWO.splitlines()[:3]))
    assert only.account(None).name == "demo"


NONE_CHOSEN = (
    "name one with -a (demo, production), or write the usual one at the top level of "
    "schemactl.yaml: default_account: demo"
)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        (
            None,
            "this project has 2 accounts, and none of them is chosen",
            NONE_CHOSEN,
        ),
        ("produciton", 'has no account "produciton"', "did you mean production?"),
        ("DEMO", 'has no account "DEMO"', "did you mean demo?"),
        ("xyzzy", 'has no account "xyzzy"', "known: demo, production"),
        ("", 'has no account ""', "known: demo, production"),
    ],
)
def test_an_account_that_is_not_there_is_reported_with_those_that_are(
    tmp_path: Path, name: str | None, message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as raised:
        project_of(tmp_path, TWO).account(name)
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    "url",
    [
        "https://api.ontraport.com/cdata.php",
        "https://example.com",
        "https://example.com:8443/api",
        "http://localhost/cdata.php",
        "http://127.0.0.1:8080/cdata.php",
        "http://[::1]:8080/cdata.php",
    ],
)
def test_an_address_is_https_or_this_machine(tmp_path: Path, url: str) -> None:
    project = project_of(tmp_path, TWO.replace("url: emulator", f"url: '{url}'"))
    assert project.accounts[0].url == url


def test_app_ids_of_one_account_are_read(tmp_path: Path) -> None:
    text = TWO.replace(
        "url: emulator", 'url: emulator, app_ids: ["0a1b2c3d4e5f", "123456789012"]'
    )
    assert project_of(tmp_path, text).accounts[0].app_ids == ("0a1b2c3d4e5f", "123456789012")


@pytest.mark.parametrize("pasted", ["2_4711_secretAppId", '"0A1B2C3D4E5F"'])
def test_what_is_pasted_among_app_ids_and_is_no_fingerprint_is_not_shown(
    tmp_path: Path, pasted: str
) -> None:
    with pytest.raises(InvalidFilesError) as raised:
        project_of(
            tmp_path,
            TWO.replace("url: emulator", f'url: emulator, app_ids: [{pasted}, "0a1b2c3d4e5f"]'),
        )
    (problem,) = raised.value.problems
    assert pasted.strip('"') not in f"{problem.message} {problem.hint}"
