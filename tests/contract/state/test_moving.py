"""store/state/moving.py: the state goes from store to store whole, and never has two owners."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from inspect import signature
from pathlib import Path

import pytest

from schemactl.account import state_paths
from schemactl.account.shared_state import holders_of, move_state
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import (
    AccountError,
    LockedError,
    OutputError,
    RefusedError,
    SchemactlError,
    UsageError,
)
from schemactl.model.event import CallStarted, Event
from schemactl.model.run import RunStatus
from schemactl.pipeline import read_journals
from schemactl.project import load_project
from schemactl.store.state.address import StateAddress
from schemactl.store.state.interface import Name, StateStore
from schemactl.store.state.local import LocalState
from schemactl.store.state.moving import KINDS, Moved
from schemactl.store.state.objects import ObjectState
from schemactl.store.state.opening import _opened
from schemactl.store.state.standing import (
    Standing,
    StoreStanding,
    read_standing,
    write_standing,
)
from tests.contract.live import Bench, a_bench
from tests.contract.state.test_applies import ACCOUNT, FILES, lease_of
from tests.shared_state import Fault, S3Server, Sent

pytestmark = pytest.mark.group("s3")
"""One server for all of them: it takes a second to start."""
PLACE = r"[a-z]\w*_(file|folder)"
"""How the functions are named that return where something is kept."""


@pytest.fixture
def bench(s3: S3Server, objects: ObjectState, tmp_path: Path) -> Iterator[Bench]:
    """A project with state in its folder, after one apply that destroyed a value."""
    del objects  # It sets the environment.
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        host = replace(bench.target.host, environ={**bench.target.host.environ, **s3.environ})
        bench.target = replace(bench.target, host=host)
        bench.server.edit(f"{ACCOUNT}\nadd-contact Gone=gold")
        bench.write(FILES)
        assert bench.run().status is RunStatus.COMPLETED
        yield bench


def kept_in(bench: Bench, place: StateAddress | None) -> Bench:
    """Return the project with another place for its state in its file."""
    _opened.cache_clear()
    file = bench.folder / "schemactl.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[1] = f"state: {place or '.schemactl'}"
    file.write_text("\n".join((*lines, "")), encoding="utf-8")
    return replace(bench, target=replace(bench.target, project=load_project(bench.folder)))


def move(bench: Bench, to: StateAddress | None) -> Moved:
    return move_state(bench.target.project, to, host=bench.target.host)


def content_of(store: StateStore) -> dict[Name, bytes]:
    """Return every document of the state."""

    def below(folder: Name, depth: int) -> Iterator[Name]:
        for name in store.names(folder):
            if name != ".gitignore" and depth:
                yield from below((*folder, name), depth - 1)
            elif name != ".gitignore":
                yield (*folder, name)

    found = {}
    for name in (name for kind, depth in KINDS.items() for name in below((kind,), depth)):
        stored = store.find(name, max_bytes=10_000_000)
        if stored is not None:
            found[name] = stored.data
    return found


def local(bench: Bench) -> LocalState:
    return LocalState(folder=bench.folder, inside=(".schemactl",))


def test_every_folder_in_which_something_is_kept_is_moved(tmp_path: Path) -> None:
    store = LocalState(folder=tmp_path, inside=(".schemactl",))
    named = [vars(state_paths)[name] for name in vars(state_paths) if re.fullmatch(PLACE, name)]
    places = [
        place(store, *("demo",) * (len(signature(place).parameters) - 1)) for place in named
    ]
    assert {one.parts[0] for one in places} == set(KINDS)


def test_what_is_moved_there_and_back_is_the_same_and_works_in_either_place(
    bench: Bench, objects: ObjectState, address: StateAddress
) -> None:
    before = content_of(local(bench))
    assert {name[0] for name in before} == {"base", "journal", "plans", "vault"}
    runs = read_journals([bench.target])
    assert move(bench, address).documents == len(before)
    assert (content_of(objects), content_of(local(bench))) == (before, {})
    with pytest.raises(RefusedError, match=f"was moved to {address}"):
        bench.plan()

    there = kept_in(bench, address)
    assert there.run().status is RunStatus.NOTHING_TO_DO
    assert read_journals([there.target]) == runs
    with pytest.raises(UsageError, match="already"):
        move(there, address)

    assert move(there, None).documents == len(before)
    assert (content_of(objects), content_of(local(bench))) == ({}, before)
    _opened.cache_clear()
    with pytest.raises(RefusedError, match=r"was moved to \.schemactl"):
        there.plan()
    back = kept_in(bench, None)
    assert back.run().status is RunStatus.NOTHING_TO_DO
    folder = bench.folder / ".schemactl/vault/live"
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))
    assert move(back, address).documents == len(before)


def test_a_move_that_fails_at_any_request_is_finished_and_never_has_two_owners(
    bench: Bench, s3: S3Server, objects: ObjectState, address: StateAddress
) -> None:
    before, owners = content_of(local(bench)), []
    for allowed in range(200):
        left = [allowed]

        def fault(sent: Sent, left: list[int] = left) -> Fault | None:
            del sent
            left[0] -= 1
            return Fault(status=HTTPStatus.FORBIDDEN) if left[0] < 0 else None

        with s3.failing(fault):
            try:
                move(bench, address)
            except (AccountError, OutputError):
                is_done = False
            else:
                is_done = True
        places = ((None, local(bench)), (address, objects))
        usable = [one for one in places if is_usable(kept_in(bench, one[0]))]
        owners = [place for place, store in usable if content_of(store)]
        assert len(owners) <= 1
        kept_in(bench, None)
        if is_done:
            break
    assert owners == [address]
    assert content_of(objects) == before


def is_usable(bench: Bench) -> bool:
    try:
        bench.plan()
    except RefusedError:
        return False
    return True


def test_nothing_is_moved_while_an_apply_works_on_it(
    bench: Bench, objects: ObjectState, address: StateAddress
) -> None:
    refused: list[str] = []

    def try_to_move(to: StateAddress | None) -> Callable[[Event], None]:
        def listen(event: Event) -> None:
            if isinstance(event, CallStarted):
                with pytest.raises(LockedError) as refusal:
                    move(bench, to)
                refused.append(str(refusal.value))

        return listen

    bench.server.edit("add-field S Gone text")
    host = replace(bench.target.host, listener=try_to_move(address))
    applying = replace(bench, target=replace(bench.target, host=host))
    assert applying.run().status is RunStatus.COMPLETED
    assert refused
    assert move(bench, address).left == 0

    refused.clear()
    bench = kept_in(bench, address)
    bench.server.edit("add-field S Gone text")
    host = replace(bench.target.host, listener=try_to_move(None))
    applying = replace(bench, target=replace(bench.target, host=host))
    assert applying.run().status is RunStatus.COMPLETED
    assert refused
    assert lease_of(objects).exists()


def test_whoever_holds_an_account_is_shown(bench: Bench, address: StateAddress) -> None:
    assert holders_of(bench.target.project, host=bench.target.host) == ()
    move(bench, address)
    bench = kept_in(bench, address)
    shown: list[int] = []

    def look(event: Event) -> None:
        if isinstance(event, CallStarted):
            shown.append(len(holders_of(bench.target.project, host=bench.target.host)))
            with pytest.raises(LockedError, match="an apply works on this account"):
                bench.target.refuse_applied()
            # In an hour it would have died.
            now = bench.target.host.now() + timedelta(hours=1)
            later = replace(bench.target.host, now=lambda: now)
            replace(bench.target, host=later).refuse_applied()

    bench.server.edit("add-field S Gone text")
    host = replace(bench.target.host, listener=look)
    replace(bench, target=replace(bench.target, host=host)).run()
    assert set(shown) == {1}
    bench.target.refuse_applied()


def test_other_state_in_the_target_is_never_written_over(
    bench: Bench, objects: ObjectState, address: StateAddress
) -> None:
    name = next(name for name in content_of(local(bench)) if name[0] == "base")
    for other in (name, ("base", "other.json")):
        objects.write(other, b"{}")
        with pytest.raises(RefusedError, match="holds other state"):
            move(bench, address)
        assert is_usable(bench)
        objects.delete(other)
    assert move(bench, address).left == 0


def test_a_store_of_another_move_is_refused(
    bench: Bench, objects: ObjectState, address: StateAddress
) -> None:
    standing = StoreStanding(
        address=objects.locate(()), standing=Standing.MOVING_IN, other="s3://another/one"
    )
    write_standing(objects, standing, over=read_standing(objects))
    with pytest.raises(RefusedError, match="takes part in another move"):
        move(bench, address)
    closed = replace(standing, standing=Standing.MOVING_OUT)
    write_standing(objects, closed, over=read_standing(objects))
    with pytest.raises(RefusedError, match="takes part in another move"):
        move(bench, address)
    with pytest.raises(RefusedError, match="did not end"):
        kept_in(bench, address).plan()


def test_a_store_from_which_the_state_moved_on_is_not_opened_again(
    bench: Bench, objects: ObjectState, address: StateAddress
) -> None:
    move(bench, address)
    moved_on = StoreStanding(
        address=objects.locate(()), standing=Standing.MOVED, other="s3://another/one"
    )
    write_standing(objects, moved_on, over=read_standing(objects))
    with pytest.raises(RefusedError, match="was moved to s3://another/one"):
        move(bench, address)


def test_what_came_with_a_commit_is_not_moved(bench: Bench, address: StateAddress) -> None:
    for words in (["init", "-q"], ["add", "-f", ".schemactl/base"]):
        subprocess.run(["git", *words], cwd=bench.folder, check=True)
    subprocess.run(["git", "add", "-f", ".schemactl/journal"], cwd=bench.folder, check=True)
    environ = {**bench.target.host.environ, "PATH": "/usr/bin:/bin", "HOME": str(bench.folder)}
    host = replace(bench.target.host, environ=environ)
    with pytest.raises(RefusedError, match="git tracks"):
        move_state(bench.target.project, address, host=host)
    subprocess.run(
        ["git", "rm", "-rq", "--cached", ".schemactl/journal"], cwd=bench.folder, check=True
    )
    assert move_state(bench.target.project, address, host=host).left == 0


def test_what_is_named_as_nothing_of_schemactl_is_not_moved(
    bench: Bench, address: StateAddress
) -> None:
    (bench.folder / ".schemactl/journal/live/-x.jsonl").write_text("")
    with pytest.raises(SchemactlError, match="named as nothing of schemactl"):
        move(bench, address)
