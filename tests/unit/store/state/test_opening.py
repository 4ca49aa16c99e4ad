"""store/state: addresses of stores, and how each cloud's store is opened."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from schemactl.account import state_paths
from schemactl.document.resources import schema_text
from schemactl.errors import UsageError
from schemactl.store.state import address as address_module
from schemactl.store.state import opening
from schemactl.store.state.address import Cloud, StateAddress, is_state_address
from schemactl.store.state.moving import KINDS
from schemactl.store.state.opening import connect_objects

S3 = StateAddress(cloud=Cloud.S3, bucket="a-bucket", prefix="x/y")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s3://a-bucket/x/y/", S3),
        ("gs://a-bucket", StateAddress(cloud=Cloud.GOOGLE, bucket="a-bucket")),
        ("az://container/x", StateAddress(cloud=Cloud.AZURE, bucket="container", prefix="x")),
        (".schemactl", None),
    ],
)
def test_an_address_names_cloud_bucket_and_prefix(
    text: str, found: StateAddress | None
) -> None:
    assert is_state_address(text)
    assert StateAddress.of(text) == found
    assert found is None or str(found) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    [
        *("", "s3://", "s3://A/x", "s3://key:secret@bucket", "s3://bucket/../x"),
        *("s3://bucket/a//b", "http://bucket/x", "s3://bucket/x?y=1", "/home/x"),
        *("s3://bucket/x\n", "file:///x"),
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_state_address(text)


def test_the_project_file_takes_the_same_addresses() -> None:
    rule = json.loads(schema_text("project"))["properties"]["state"]["pattern"]
    assert rule == address_module._PATTERN  # noqa: SLF001


def test_each_cloud_is_opened_without_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "set")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    monkeypatch.setenv("GOOGLE_SKIP_SIGNATURE", "true")
    environ = {"AWS_ACCESS_KEY_ID": "set", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    for cloud, ending in ((Cloud.S3, " at http://127.0.0.1:9"), (Cloud.AZURE, "")):
        address = StateAddress(cloud=cloud, bucket="a-bucket")
        store = connect_objects(address, environ)
        assert store.locate(("x",)) == f"{cloud}://a-bucket/x{ending}"
        assert store.is_shared


def test_profiles_are_asked_only_where_the_environment_has_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(opening, "_profile", lambda: asked.append(True))
    connect_objects(S3, {"AWS_ACCESS_KEY_ID": "set"})
    assert not asked
    connect_objects(S3, {})
    assert asked


def test_without_the_library_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(UsageError, match="needs the Python library obstore") as refusal:
        connect_objects(S3, {"AWS_ACCESS_KEY_ID": "set"})
    assert "ontraport-schemactl[cloud]" in (refusal.value.hint or "")


def test_without_boto3_or_a_profile_the_library_looks_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.auth.boto3", None)
    assert opening._profile() is None  # noqa: SLF001


def test_an_environment_that_cannot_be_used_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "no base64: SECRET")
    with pytest.raises(UsageError, match="cannot be opened") as refusal:
        connect_objects(StateAddress(cloud=Cloud.AZURE, bucket="container"), {})
    assert "SECRET" not in repr(refusal.value) + repr(refusal.value.__cause__)


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://ada:HIDDEN@127.0.0.1:9", "https://HIDDEN@store", "https://store/?key=HIDDEN"),
        *("https://store\nHIDDEN", "https://store ", "https://store/#HIDDEN", "ftp://HIDDEN"),
    ],
)
def test_an_address_with_a_key_or_a_space_is_refused_and_not_quoted(endpoint: str) -> None:
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL is not the address") as refusal:
        connect_objects(S3, {"AWS_ACCESS_KEY_ID": "set", "AWS_ENDPOINT_URL": endpoint})
    assert "HIDDEN" not in str(refusal.value) + str(refusal.value.hint)


def test_a_move_takes_every_folder_of_the_state(tmp_path: Path) -> None:
    local = state_paths.local_state(tmp_path)
    named = (
        place(local, "acme")
        for place in (
            *(state_paths.base_file, state_paths.journal_folder, state_paths.facts_file),
            *(state_paths.plans_folder, state_paths.usage_file, state_paths.vault_folder),
        )
    )
    parts = {one.parts[0] for one in (*named, state_paths.rollouts_folder(local))}
    assert parts == KINDS.keys()
