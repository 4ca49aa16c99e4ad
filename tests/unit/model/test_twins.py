"""model/twins.py: two entries of a project that open one account."""

from __future__ import annotations

from schemactl.model.account_identity import AccountIdentity, fingerprint_of_app_id
from schemactl.model.twins import find_twins

ADDRESS = "https://api.example.com/1"
ONE, TWO, THREE = map(fingerprint_of_app_id, ("2_1", "2_2", "2_3"))


def test_app_ids_that_one_entry_joins_are_one_account_of_every_entry() -> None:
    joined = AccountIdentity(address=ADDRESS, app_id=ONE, same_app_ids=frozenset({ONE, TWO}))
    other = AccountIdentity(address="HTTPS://API.example.com:443/", app_id=TWO)
    more = (
        ("third", AccountIdentity(address=ADDRESS, app_id=THREE)),
        ("unknown", AccountIdentity(address=ADDRESS)),
        ("elsewhere", AccountIdentity(address="https://b.example.com/", app_id=TWO)),
    )
    found = find_twins([("joined", joined), ("other", other), *more])
    assert found == {"joined": "other", "other": "joined"}
