"""Waves: each account is in one, the same one on every machine."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemactl.model.rollout import assign_waves

Names = st.lists(
    st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), unique=True, max_size=30
)
Rules = st.lists(
    st.one_of(
        st.sampled_from(["rest", "@canary", "@dental"]),
        st.integers(1, 40).map(str),
        st.integers(1, 100).map(lambda share: f"{share}%"),
    ),
    max_size=5,
)


def accounts_of(names: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, ("canary",) if name < "c" else ("dental",)) for name in names]


@given(names=Names, rules=Rules)
def test_each_account_is_in_one_wave_in_the_projects_order(
    names: list[str], rules: list[str]
) -> None:
    waves = assign_waves(rules, accounts_of(names))
    assert sorted(name for wave in waves for name in wave.accounts) == sorted(names)
    assert all(wave.accounts for wave in waves)
    assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))
    for wave in waves:
        assert list(wave.accounts) == [name for name in names if name in wave.accounts]


@given(names=Names, rules=Rules)
def test_the_order_of_the_project_changes_no_wave(names: list[str], rules: list[str]) -> None:
    waves = assign_waves(rules, accounts_of(names))
    turned = assign_waves(rules, accounts_of(names[::-1]))
    assert [set(wave.accounts) for wave in waves] == [set(wave.accounts) for wave in turned]


def test_labels_numbers_shares_and_the_rest() -> None:
    names = ["ann", "bea", *(f"client-{number}" for number in range(23))]
    waves = assign_waves(["@canary", "10%", "5", "rest"], accounts_of(names))
    assert [(wave.name, len(wave.accounts)) for wave in waves] == [
        ("@canary", 2),
        ("10%", 3),
        ("5", 5),
        ("rest", 15),
    ]
    assert waves[0].accounts == ("ann", "bea")


def test_accounts_that_no_rule_takes_are_the_last_wave() -> None:
    waves = assign_waves(["@canary"], accounts_of(["ann", "dan"]))
    assert [(wave.name, wave.accounts) for wave in waves] == [
        ("@canary", ("ann",)),
        ("rest", ("dan",)),
    ]
