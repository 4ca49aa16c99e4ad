"""What tests of the contract share: accounts that were made once."""

from __future__ import annotations

import pytest

from tests.contract.starts import Starts, all_starts


@pytest.fixture(scope="session")
def starts() -> Starts:
    return all_starts()
