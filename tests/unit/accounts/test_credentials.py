"""accounts/credentials.py: app id and key from the environment and from the keyring."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from schemactl.accounts import (
    EMBEDDED,
    Account,
    BackendName,
    FromEnvironment,
    FromFile,
    FromKeyring,
    read_credentials,
)
from schemactl.errors import AccountError, Location
from schemactl.wire.credentials import Credentials

ENVIRONMENT = FromEnvironment(prefix="ACME")
KEYRING = FromKeyring(service="acme")


def read(
    source: FromEnvironment | FromFile | FromKeyring,
    environ: Mapping[str, str] | None = None,
    *,
    folder: Path = Path("/nowhere"),
) -> Credentials:
    account = Account(
        name="production",
        backend=BackendName.LEGACY,
        url=EMBEDDED,
        schema=("*.yaml",),
        schema_locations=(),
        credentials=source,
        calls_per_minute=None,
        tag_carrier=None,
        location=Location("schemactl.yaml", 3, 3),
    )
    return read_credentials(account, environ=environ or {}, home=folder, folder=folder)


class FakeKeyring(ModuleType):
    """Stands for the library `keyring`, which is an extra."""

    def __init__(self, entries: Mapping[tuple[str, str], str | Exception]) -> None:
        super().__init__("keyring")
        self.entries = entries

    def get_password(self, service_name: str, username: str) -> str | None:
        """Give an entry, or fail as told."""
        found = self.entries.get((service_name, username))
        if isinstance(found, Exception):
            raise found
        return found


def test_credentials_come_from_the_environment() -> None:
    credentials = read(ENVIRONMENT, {"ACME_APP_ID": "2_id", "ACME_API_KEY": "key+/="})
    assert (credentials.app_id, credentials.key) == ("2_id", "key+/=")
    assert "key+/=" not in repr(credentials)


@pytest.mark.parametrize(
    ("environ", "hint"),
    [
        ({}, "set ACME_APP_ID and ACME_API_KEY in the environment"),
        ({"ACME_APP_ID": "2_id"}, "set ACME_API_KEY in the environment"),
        ({"ACME_APP_ID": "", "ACME_API_KEY": "k"}, "set ACME_APP_ID in the environment"),
    ],
)
def test_missing_variables_are_named_exactly(environ: dict[str, str], hint: str) -> None:
    with pytest.raises(AccountError) as raised:
        read(ENVIRONMENT, environ)
    assert str(raised.value) == 'the credentials of account "production" are not set'
    assert raised.value.hint == hint


@pytest.mark.parametrize("key", [" hush", "hush\n", "hu sh", "hu\x00sh", "hush\u00a0", "\t"])
def test_a_key_that_was_pasted_wrong_is_told_and_not_shown(key: str) -> None:
    with pytest.raises(AccountError, match=r"^ACME_API_KEY holds") as raised:
        read(ENVIRONMENT, {"ACME_APP_ID": "2_id", "ACME_API_KEY": key})
    assert "hu" not in str(raised.value)


def test_credentials_come_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("acme", "app_id"): "2_id", ("acme", "key"): "hush"}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    credentials = read(KEYRING)
    assert (credentials.app_id, credentials.key) == ("2_id", "hush")


def test_a_keyring_that_is_not_installed_is_told_with_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(AccountError, match=r"system's keyring") as raised:
        read(KEYRING)
    assert raised.value.hint == "pip install 'ontraport-schemactl[keyring]'"


@pytest.mark.parametrize("found", [None, ""])
def test_an_entry_that_is_not_in_the_keyring_is_told_with_the_command_that_makes_it(
    found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {("acme", "app_id"): "2_id"} | ({} if found is None else {("acme", "key"): found})
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match="are not set") as raised:
        read(KEYRING)
    assert raised.value.hint == "keep it in the keyring: keyring set acme key"


def test_an_entry_that_was_pasted_wrong_is_told_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = {("acme", "app_id"): "2_id", ("acme", "key"): "hush\n"}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match=r'^"key" of "acme" in the keyring holds') as raised:
        read(KEYRING)
    assert "hush" not in str(raised.value)


def test_what_a_keyring_complains_of_is_told_by_kind_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = {("acme", "app_id"): RuntimeError("hush")}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match=r"gives no \"acme\" \(RuntimeError\)") as raised:
        read(KEYRING)
    assert "hush" not in str(raised.value)
    assert raised.value.hint is not None
    assert raised.value.__suppress_context__


def test_a_keyring_is_not_loaded_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert read(ENVIRONMENT, {"ACME_APP_ID": "2_id", "ACME_API_KEY": "k"}).key == "k"


def test_a_file_is_read_as_the_project_names_it(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("app_id: 2_id\nkey: hush\n")
    (tmp_path / "acme.yaml").chmod(0o600)
    for path in ("acme.yaml", "~/acme.yaml", str(tmp_path / "acme.yaml")):
        assert read(FromFile(path=path), folder=tmp_path).key == "hush"
