"""Accounts in files of their own, defaults, and which accounts a choice means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.document.resources import schema_text
from schemactl.errors import InvalidFilesError, UsageError
from schemactl.model.account_choice import AccountChoice
from schemactl.model.keep import KeepValues
from schemactl.project import EMBEDDED, BackendName, Project, ValueRules, load_project
from schemactl.project.selection import choose_accounts, choose_one
from tests.docs.account_file_schema import account_file_schema

PROJECT = """\
version: 1
defaults: {backend: rest, calls_per_minute: 90, schema: [base/*.yaml]}
account_files: [clients/*/account.yaml]
accounts:
  agency: {backend: legacy, url: emulator, labels: [own]}
"""
CLIENTS = {
    "acme": "version: 1\nname: acme\nlabels: [dental, canary]\n",
    "bob": "version: 1\nname: bob\nschema: [a.yaml, clients/bob/*.yaml]\nlabels: [dental]\n",
    "zoe": "version: 1\nname: zoe\nbackend: legacy\nurl: emulator\n",
}


def write(folder: Path, project: str = PROJECT, **clients: str) -> Path:
    (folder / "schemactl.yaml").write_text(project, encoding="utf-8")
    for name, text in (clients or CLIENTS).items():
        place = folder / "clients" / name
        place.mkdir(parents=True)
        (place / "account.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidFilesError) as raised:
        load_project(folder)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load_project(write(tmp_path))


def test_files_and_defaults_make_accounts(project: Project) -> None:
    assert [account.name for account in project.accounts] == ["agency", "acme", "bob", "zoe"]
    agency, acme, bob, zoe = project.accounts
    assert [each.backend for each in (agency, acme, zoe)] == [
        BackendName.LEGACY,
        BackendName.REST,
        BackendName.LEGACY,
    ]
    assert (acme.schema, acme.calls_per_minute) == (("base/*.yaml",), 90)
    assert bob.schema == ("a.yaml", "clients/bob/*.yaml")
    assert (zoe.url, acme.labels) == (EMBEDDED, ("dental", "canary"))


def test_positions_name_the_file_that_decides(project: Project) -> None:
    _, acme, bob, _ = project.accounts
    assert str(acme.location) == "clients/acme/account.yaml:2:7"
    assert [str(place) for place in acme.schema_locations] == ["schemactl.yaml:2:58"]
    assert [str(place) for place in bob.schema_locations] == [
        "clients/bob/account.yaml:3:10",
        "clients/bob/account.yaml:3:18",
    ]


def test_no_pattern_means_the_file_of_an_account(project: Project) -> None:
    assert project.accounts[2].not_schema == {
        f"clients/{name}/account.yaml" for name in ("acme", "bob", "zoe")
    }


def test_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        one="version: 1\nname: one\nbackendd: rest\n",
        two="version: 1\nschema: [a.yaml]\n",
        three="version: 1\nname: agency\n",
        four="",
    )
    assert problems(tmp_path) == [
        "clients/four/account.yaml:1:1: error: this file describes no account [empty-file]",
        (
            'clients/one/account.yaml:3:1: error: unknown key "backendd" (write backend) '
            "[unknown-key]"
        ),
        (
            'clients/three/account.yaml:2:7: error: "agency" is also the account of '
            "schemactl.yaml:5:3 (give one of them another name) [duplicate-account]"
        ),
        (
            'clients/two/account.yaml:1:1: error: this account file has no key "name" (write '
            '"name: …") [missing-key]'
        ),
    ]


def test_what_no_default_has_is_missing_from_the_account(tmp_path: Path) -> None:
    text = "version: 1\ndefaults: {backend: rest}\naccounts:\n  one: {}\n"
    write(tmp_path, text, acme=CLIENTS["acme"])
    assert problems(tmp_path) == [
        (
            'schemactl.yaml:4:8: error: this account has no key "schema" (write "schema: …") '
            "[missing-key]"
        )
    ]


def test_a_pattern_without_a_file_is_a_problem_at_the_pattern(tmp_path: Path) -> None:
    (tmp_path / "schemactl.yaml").write_text("version: 1\naccount_files: [x/*.yaml]\n")
    assert problems(tmp_path) == [
        (
            'schemactl.yaml:2:17: error: no file matches "x/*.yaml" (patterns start from the '
            "folder of schemactl.yaml) [no-files]"
        )
    ]


def test_an_address_that_is_a_default_is_checked_once(tmp_path: Path) -> None:
    text = PROJECT.replace("backend: rest,", "backend: rest, url: 'https://x:99999/1/',")
    write(tmp_path, text)
    assert [line for line in problems(tmp_path) if "not an address" in line] == [
        (
            'schemactl.yaml:2:32: error: "url" is not an address that a request can go to '
            "(write it like https://api.ontraport.com/cdata.php) [wrong-value]"
        )
    ]


def test_a_key_in_the_file_of_an_account_is_refused_and_not_shown(tmp_path: Path) -> None:
    write(tmp_path, acme="version: 1\nname: acme\napi_key: hush\n")
    (found,) = problems(tmp_path)
    assert "[key-in-file]" in found
    assert "hush" not in found


def test_the_json_schema_of_account_files_follows_that_of_projects() -> None:
    assert json.loads(schema_text("account-file")) == json.loads(account_file_schema())


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (AccountChoice(words=("zoe", "acme")), "acme zoe"),
        (AccountChoice(words=("*o*",)), "bob zoe"),
        (AccountChoice(words=("@dental",)), "acme bob"),
        (AccountChoice(words=("@dental", "@own", "acme")), "agency acme bob"),
        (AccountChoice(words=("@d*",), excluded=("@canary",)), "bob"),
        (AccountChoice(everything=True), "agency acme bob zoe"),
        (AccountChoice(everything=True, excluded=("bob", "a*")), "zoe"),
    ],
)
def test_a_choice_means_accounts_in_the_order_of_the_project(
    project: Project, choice: AccountChoice, names: str
) -> None:
    assert " ".join(account.name for account in choose_accounts(project, choice)) == names


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (AccountChoice(), "this project has 4 accounts, and none of them is chosen"),
        (AccountChoice(words=("acmee",)), 'has no account "acmee"'),
        (AccountChoice(words=("@dentl",)), 'has the label "@dentl"'),
        (AccountChoice(words=("acme", "x*")), 'matches "x*"'),
        (AccountChoice(everything=True, words=("acme",)), "-a has nothing to add"),
        (AccountChoice(excluded=("acme",)), "none are chosen"),
        (AccountChoice(words=("acme",), excluded=("a*",)), "no account is left"),
        (AccountChoice(everything=True, excluded=("acmee",)), 'has no account "acmee"'),
    ],
)
def test_a_choice_that_means_nothing_is_refused(
    project: Project, choice: AccountChoice, message: str
) -> None:
    with pytest.raises(UsageError) as raised:
        choose_accounts(project, choice)
    assert message in str(raised.value)


def test_several_accounts_are_never_narrowed_to_one(project: Project) -> None:
    with pytest.raises(UsageError, match="import works on one account, and 2 accounts are"):
        choose_one(project, AccountChoice(words=("@dental",)), command="import")
    choice = AccountChoice(words=("@canary",))
    assert choose_one(project, choice, command="import").name == "acme"


@pytest.mark.parametrize(
    ("choice", "is_fleet"),
    [
        (AccountChoice(), False),
        (AccountChoice(words=("acme",)), False),
        (AccountChoice(words=("@canary",)), True),
        (AccountChoice(words=("acm?",)), True),
        (AccountChoice(words=("acme", "acme")), True),
        (AccountChoice(everything=True), True),
    ],
)
def test_a_choice_is_a_fleet_by_its_words_not_by_what_they_mean_today(
    choice: AccountChoice, *, is_fleet: bool
) -> None:
    assert choice.is_fleet == is_fleet


def test_variables_of_the_account_and_the_defaults_are_joined_by_name(tmp_path: Path) -> None:
    variables = "vars: {currency: EUR, region: 1.10}, backend: rest,"
    text = PROJECT.replace("backend: rest,", variables)
    acme = "version: 1\nname: acme\nvars: {currency: USD}\n"
    found = load_project(write(tmp_path, text, acme=acme)).accounts[1].variables
    assert {name: one.value for name, one in found.items()} == {
        "currency": "USD",
        "region": "1.10",
    }
    assert str(found["currency"].location) == "clients/acme/account.yaml:3:18"
    assert found["region"].location.file == "schemactl.yaml"


ONE = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
OTHER = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"


def test_rules_for_values_are_of_the_account_and_else_of_the_project(tmp_path: Path) -> None:
    rules = f"values: {{keep: never, retain_days: 9, encrypt_to: [{ONE}]}}\n"
    own = f"values: {{keep: required, encrypt_to: [{OTHER}]}}\n"
    read = load_project(write(tmp_path, PROJECT + rules, zoe=CLIENTS["zoe"] + own))

    values = {each.name: each.values for each in read.accounts}
    assert values["agency"] == ValueRules(
        keep=KeepValues.NEVER, retain_days=9, encrypt_to=(ONE,)
    )
    assert values["zoe"] == ValueRules(retain_days=9, encrypt_to=(OTHER,))


@pytest.mark.parametrize(
    ("recipient", "words"),
    [
        ("age1short", "is not of the right form"),
        ("AGE-SECRET-KEY-1QQQQQQQQ", "is not of the right form"),
        ("ssh-ed25519 AAAAC3Nz", "is not of the right form"),
        (f"{ONE[:-1]}q", "its checksum is wrong"),
    ],
)
def test_what_is_no_recipient_is_a_problem_with_its_place_and_not_shown(
    tmp_path: Path, recipient: str, words: str
) -> None:
    text = CLIENTS["zoe"] + f"values:\n  encrypt_to:\n    - {ONE}\n    - {recipient}\n"
    (problem,) = problems(write(tmp_path, zoe=text))

    assert problem.startswith("clients/zoe/account.yaml:8:7: error:")
    assert words in problem
    assert recipient not in problem
