"""What tests of the contract share: accounts that were made once."""

from __future__ import annotations

import pytest

from tests.contract.starts import Starts


@pytest.fixture(scope="session")
def starts(tmp_path_factory: pytest.TempPathFactory) -> Starts:
    return Starts(tmp_path_factory.mktemp("starts"))
