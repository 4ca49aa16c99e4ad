"""model/account_identity.py: the account that a record belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.model.account_identity import (
    AccountIdentity,
    fingerprint_of_app_id,
    normal_address,
    normal_host,
)

ONE, TWO, THREE = map(fingerprint_of_app_id, ("2_1", "2_2", "2_3"))


@pytest.mark.parametrize(
    "spelling",
    [
        "https://api.ontraport.com",
        "https://api.ontraport.com/",
        "https://api.ontraport.com/cdata.php",
        "https://api.ontraport.com/1/",
        "https://api.ontraport.com/1",
        "https://API.Ontraport.com./1/",
        "https://api.ontraport.com:443//1//",
        "https://api.ontraport.com/x/../%31/",
    ],
)
def test_every_spelling_for_both_apis_is_one_address(spelling: str) -> None:
    assert normal_address(spelling) == "https://api.ontraport.com"


def test_all_names_of_this_machine_are_one_host() -> None:
    names = ["localhost", "LOCALHOST.", "127.0.0.1", "::1", "[0:0::1]", "::ffff:127.0.0.1"]

    assert set(map(normal_host, names)) == {"localhost"}
    assert normal_host("127.0.0.2") == "127.0.0.2"


@pytest.mark.parametrize(
    "other",
    [
        "http://api.ontraport.com/1/",
        "https://api.ontraport.com:8443/1/",
        "https://api.ontraport.org/1/",
        "https://api.ontraport.com/other/1/",
        "https://api.ontraport.com/1/?account=2",
        "emulator:0a1b",
    ],
)
def test_another_address_is_another_account(other: str) -> None:
    here = AccountIdentity(address="https://api.ontraport.com")

    assert not here.owns(AccountIdentity(address=other))
    assert not AccountIdentity(address=other).owns(here)


@given(
    st.sampled_from(["https", "http", "ftp", ""]),
    st.sampled_from(["a.example", "A.example.:443", "[::1]:80", "h:99999", "u@h", "", "[x"]),
    st.lists(st.sampled_from(["1", "cdata.php", "a b", "%2F", "%31", "..", ".", "", "é", "%"])),
)
def test_a_normal_address_is_unchanged(scheme: str, place: str, names: list[str]) -> None:
    once = normal_address(f"{scheme}://{place}/{'/'.join(names)}")

    assert normal_address(once) == once


@given(st.text())
def test_any_text_in_a_file_can_be_compared(text: str) -> None:
    assert normal_address(normal_address(text)) == normal_address(text)


def test_accounts_differ_by_app_id_unless_the_project_states_otherwise() -> None:
    here = AccountIdentity(address="https://a.example", app_id=ONE)
    other = AccountIdentity(address="https://a.example/1/", app_id=TWO)

    assert not here.owns(other)
    assert here.differs_by_app_id(other)
    stated = AccountIdentity(
        address="https://a.example", app_id=ONE, same_app_ids=frozenset({ONE, TWO})
    )
    assert stated.owns(other)
    assert not stated.owns(AccountIdentity(address="https://a.example", app_id=THREE))
    assert not stated.owns(AccountIdentity(address="https://b.example", app_id=TWO))


def test_state_without_a_fingerprint_belongs_to_its_address() -> None:
    here = AccountIdentity(address="https://a.example", app_id=ONE)

    assert here.owns(AccountIdentity(address="https://a.example/cdata.php"))
    assert AccountIdentity(address="https://a.example").owns(here)


def test_a_fingerprint_does_not_contain_the_app_id() -> None:
    assert fingerprint_of_app_id("2_1") != fingerprint_of_app_id("2_2")
    assert len(ONE) == 12
    assert "2_1" not in ONE


def test_the_line_to_write_names_every_app_id_and_quotes_it() -> None:
    here = AccountIdentity(address="a", app_id=ONE, same_app_ids=frozenset({ONE, THREE}))

    line = here.setting_for(AccountIdentity(address="a", app_id=TWO))

    assert line.startswith("app_ids: [")
    assert all(f'"{one}"' in line for one in (ONE, TWO, THREE))
