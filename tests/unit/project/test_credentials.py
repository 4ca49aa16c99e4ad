"""project/credentials.py: app id and key from the environment and from the keyring."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from schemactl.errors import AccountError, Location
from schemactl.model.credentials import Credentials
from schemactl.project import (
    Account,
    BackendName,
    FromEnvironment,
    FromFile,
    FromKeyring,
    vendor_url,
)
from schemactl.project.credentials import read_credentials

ENVIRONMENT = FromEnvironment(prefix="ACME")
KEYRING = FromKeyring(service="acme")


def read(
    source: FromEnvironment | FromFile | FromKeyring,
    environ: Mapping[str, str] | None = None,
    *,
    folder: Path = Path("/nowhere"),
    url: str = vendor_url(BackendName.LEGACY),
) -> Credentials:
    account = Account(
        name="production",
        backend=BackendName.LEGACY,
        url=url,
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
        """Return an entry, or fail as set up."""
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
def test_a_key_that_was_pasted_wrong_is_reported_and_not_shown(key: str) -> None:
    with pytest.raises(AccountError, match=r"^ACME_API_KEY holds") as raised:
        read(ENVIRONMENT, {"ACME_APP_ID": "2_id", "ACME_API_KEY": key})
    assert "hu" not in str(raised.value)


def test_credentials_come_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("acme", "app_id"): "2_id", ("acme", "key"): "hush"}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    credentials = read(KEYRING)
    assert (credentials.app_id, credentials.key) == ("2_id", "hush")


def test_a_keyring_that_is_not_installed_is_reported_with_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(AccountError, match=r"system's keyring") as raised:
        read(KEYRING)
    assert "pip install keyring" in str(raised.value.hint)


@pytest.mark.parametrize("found", [None, ""])
def test_an_entry_that_is_not_in_the_keyring_is_reported_with_the_command_that_makes_it(
    found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {("acme", "app_id"): "2_id"} | ({} if found is None else {("acme", "key"): found})
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match="are not set") as raised:
        read(KEYRING)
    assert raised.value.hint == "keep it in the keyring: keyring set acme key"


def test_an_entry_that_was_pasted_wrong_is_reported_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = {("acme", "app_id"): "2_id", ("acme", "key"): "hush\n"}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match=r'^"key" of "acme" in the keyring holds') as raised:
        read(KEYRING)
    assert "hush" not in str(raised.value)


def test_an_error_of_a_keyring_is_reported_by_kind_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = {("acme", "app_id"): RuntimeError("hush")}
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    with pytest.raises(AccountError, match=r"for \"acme\" \(RuntimeError\)") as raised:
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


CREDENTIALS = {"ACME_APP_ID": "2_id", "ACME_API_KEY": "hush"}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.ontraport.com/1/",
        "https://API.Ontraport.COM/cdata.php",
        "https://api.ontraport.com./1/",
        "https://api.ontraport.com:443/1/",
    ],
)
def test_without_a_host_the_key_goes_to_the_vendors_own(url: str) -> None:
    assert read(ENVIRONMENT, CREDENTIALS, url=url).key == "hush"
    assert read(ENVIRONMENT, {**CREDENTIALS, "ACME_HOST": ""}, url=url).key == "hush"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/1/",
        "https://api.ontraport.com.evil.example/",
        "https://evil.example/api.ontraport.com/",
        "https://api.ontraport.com@evil.example/",
        "https://api.ontraport.com:443@evil.example/",
        "https://api.ontraport.com\\@evil.example/",
        "https://evil.example\\.api.ontraport.com/",
        "https://api.ontraport.com%2eevil.example/",
        "https://api.ontraport.com%40evil.example/",
        "https://evil.example%23.api.ontraport.com/",
        "https://api.ontraport.com:8443/",
        "https://xapi.ontraport.com/",
        "https://ontraport.com/",
        "https://api-ontraport.com/",
        "https://api.ontraport.com\uff0eevil.example/",
        "https://\u0430pi.ontraport.com/",
        "https://ap\u0131.ontraport.com/",
        "https://api.ontraport.com\u3002/",
        "https://api.ontraport.com../",
        "http://api.ontraport.com/",
        "http://127.0.0.1:8080/",
        "//api.ontraport.com",
        "api.ontraport.com",
        "https://[api.ontraport.com]/",
        "https://[::1",
    ],
)
def test_a_url_that_leads_elsewhere_gets_no_key(url: str) -> None:
    for named in ({}, {"ACME_HOST": "api.ontraport.com"}):
        with pytest.raises(AccountError, match=r"are for api\.ontraport\.com") as raised:
            read(ENVIRONMENT, {**CREDENTIALS, **named}, url=url)
        assert "hush" not in str(raised.value)
        assert "correct the url" in (raised.value.hint or "")


@pytest.mark.parametrize(
    ("host", "url", "is_allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080/", True),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/", True),
        ("127.0.0.1:8081", "http://127.0.0.1:8080/", False),
        ("127.0.0.1", "http://127.0.0.2:8080/", False),
        ("127.0.0.1:80", "http://127.0.0.1/", True),
        ("[0:0::1]:80", "http://[::1]/", True),
        ("::1", "http://[::1]/", False),
        ("localhost", "http://127.0.0.1/", True),
        ("api.moon-ray.com", "https://api.moon-ray.com/cdata.php", True),
        ("api.moon-ray.com", "https://api.ontraport.com/cdata.php", False),
        ("proxy.example", "https://proxy.example:8443/", False),
        ("proxy.example:8443", "https://proxy.example:8443/", True),
        ("https://proxy.example", "https://proxy.example/", False),
        ("*.example", "https://proxy.example/", False),
        (" proxy.example", "https://proxy.example/", False),
        ("a@proxy.example", "https://proxy.example/", False),
    ],
)
def test_a_named_host_is_the_only_one_that_gets_the_key(
    host: str, url: str, *, is_allowed: bool
) -> None:
    environ = {**CREDENTIALS, "ACME_HOST": host}
    if is_allowed:
        assert read(ENVIRONMENT, environ, url=url).key == "hush"
        return
    with pytest.raises(AccountError):
        read(ENVIRONMENT, environ, url=url)


def test_a_key_in_place_of_the_host_is_not_shown() -> None:
    with pytest.raises(AccountError, match=r"^ACME_HOST is not a host$") as raised:
        read(ENVIRONMENT, {**CREDENTIALS, "ACME_HOST": "hush+/="})
    assert "hush" not in f"{raised.value} {raised.value.hint}"


def test_each_place_says_how_to_name_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:8080/cdata.php"
    entries: dict[tuple[str, str], str | Exception] = {
        ("acme", "app_id"): "2_id",
        ("acme", "key"): "hush",
    }
    monkeypatch.setitem(sys.modules, "keyring", FakeKeyring(entries))
    file = tmp_path / "acme.yaml"
    file.touch(mode=0o600)
    file.write_text("app_id: 2_id\nkey: hush\n")
    ways: dict[FromEnvironment | FromFile | FromKeyring, str] = {
        ENVIRONMENT: "set ACME_HOST=127.0.0.1:8080 in the environment",
        FromFile(path="acme.yaml"): "write \"host: '127.0.0.1:8080'\" into acme.yaml",
        KEYRING: "name it in the keyring: keyring set acme host, then 127.0.0.1:8080",
    }
    for source, way in ways.items():
        with pytest.raises(AccountError) as raised:
            read(source, CREDENTIALS, folder=tmp_path, url=url)
        assert raised.value.hint == f"correct the url, or if it is right, {way}"
    file.write_text("app_id: 2_id\nkey: hush\nhost: 127.0.0.1:8080\n")
    entries["acme", "host"] = "127.0.0.1:8080"
    environ = {**CREDENTIALS, "ACME_HOST": "127.0.0.1:8080"}
    for source in ways:
        assert read(source, environ, folder=tmp_path, url=url).key == "hush"


def test_missing_variables_include_the_host_where_the_vendors_is_not_meant() -> None:
    with pytest.raises(AccountError) as raised:
        read(ENVIRONMENT, {}, url="http://127.0.0.1:8080/")
    assert raised.value.hint == (
        "set ACME_APP_ID, ACME_API_KEY and ACME_HOST=127.0.0.1:8080 in the environment"
    )
