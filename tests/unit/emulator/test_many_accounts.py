"""emulator/fleet.py: many accounts behind one server, each on its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from schemactl.emulator import (
    EmulatorError,
    EmulatorServer,
    parse_edits,
    parse_fault,
    parse_key,
    serve,
)
from schemactl.emulator.access import KeyGrant

SECONDS = 10


def serving(
    accounts: int = 3, *, keys: tuple[KeyGrant, ...] = (), rate_limit: int | None = None
) -> EmulatorServer:
    return serve(accounts=accounts, keys=keys, rate_limit=rate_limit)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """Three accounts."""
    with serving() as running:
        yield running


def tags_over_rest(server: EmulatorServer, app_id: str, key: str = "any") -> requests.Response:
    headers = {"Api-Appid": app_id, "Api-Key": key}
    return requests.get(f"{server.rest_url}Tags", headers=headers, timeout=SECONDS)


def names(response: requests.Response) -> set[str]:
    assert response.status_code == 200, response.text
    return {row["tag_name"] for row in response.json()["data"]}


def tags_over_legacy(server: EmulatorServer, app_id: str) -> str:
    data = {"reqType": "pull_tag", "appid": app_id, "key": "any"}
    return requests.post(server.url, data=data, timeout=SECONDS).text


def test_the_app_id_chooses_the_account_over_both_apis(server: EmulatorServer) -> None:
    server.account(2).edit(parse_edits("add-tag Second"))
    assert "Second" in names(tags_over_rest(server, "2_test_2"))
    assert "Second" in tags_over_legacy(server, "2_test_2")
    for other in ("2_test_1", "2_test_3"):
        assert "Second" not in names(tags_over_rest(server, other))
        assert "Second" not in tags_over_legacy(server, other)


@pytest.mark.parametrize(
    "app_id", ["2_test_0", "2_test_4", "2_test_", "2_test_01", "2_7_x", "", "2_test_99999999"]
)
def test_an_app_id_of_no_account_gets_what_a_wrong_key_gets(
    server: EmulatorServer, app_id: str
) -> None:
    with serve(keys=[parse_key("2_1:right")]) as single:
        wrong_rest = tags_over_rest(single, "2_1", "wrong")
        wrong_legacy = tags_over_legacy(single, "2_2")
    found = tags_over_rest(server, app_id)
    assert (found.status_code, found.text) == (wrong_rest.status_code, wrong_rest.text)
    assert tags_over_legacy(server, app_id) == wrong_legacy


def test_a_key_closes_only_the_account_of_its_app_id() -> None:
    with serving(keys=(parse_key("2_test_2:right"),)) as server:
        assert tags_over_rest(server, "2_test_2", "wrong").status_code == 401
        assert tags_over_rest(server, "2_test_2", "right").status_code == 200
        assert tags_over_rest(server, "2_test_1", "wrong").status_code == 200


def test_each_account_has_its_own_rate() -> None:
    with serving(rate_limit=1) as server:
        assert tags_over_rest(server, "2_test_1").status_code == 200
        assert tags_over_rest(server, "2_test_1").status_code == 429
        assert tags_over_rest(server, "2_test_2").status_code == 200


def test_each_account_has_its_own_faults_and_log(server: EmulatorServer) -> None:
    server.account(1).faults.add((parse_fault("any:status-500"),))
    assert tags_over_rest(server, "2_test_1").status_code == 500
    assert tags_over_rest(server, "2_test_2").status_code == 200
    assert [len(server.account(number).calls()) for number in (1, 2, 3)] == [1, 1, 0]


def test_control_pages_name_their_account(server: EmulatorServer) -> None:
    control = f"{server.base_url}/control"
    edited = requests.post(f"{control}/edit?account=3", data="add-tag Third", timeout=SECONDS)
    assert edited.json() == {"done": 1}
    assert "Third" in names(tags_over_rest(server, "2_test_3"))
    for query, words in (("", "none is named"), ("?account=4", "no account 4")):
        refused = requests.get(f"{control}/state{query}", timeout=SECONDS)
        assert refused.status_code == 400
        assert words in json.loads(refused.text)["error"]
    front = requests.get(f"{server.base_url}/?account=3", timeout=SECONDS)
    assert front.status_code == 200
    assert requests.get(f"{server.base_url}/", timeout=SECONDS).status_code == 400


def test_accounts_start_equal_with_an_identity_each(server: EmulatorServer) -> None:
    states = [
        server.account(number).state(lambda account, _: {"rows": len(account.layout.fields())})
        for number in (1, 2)
    ]
    assert states[0] == states[1] != {"rows": 0}
    identities = set()
    for number in (1, 2, 3):
        with server.account(number)._storage.transaction() as connection:  # noqa: SLF001
            identities.add(connection.execute("SELECT id FROM identity").fetchone()[0])
    assert len(identities) == 3


def test_many_accounts_have_no_file() -> None:
    with pytest.raises(EmulatorError, match="in memory"):
        serve(db=Path("x.sqlite"), accounts=2)
    with pytest.raises(EmulatorError, match="1 to 100,000"), serve(accounts=0):
        pass
