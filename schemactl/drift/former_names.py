"""The state of an account under other names: renaming an account in the files forgets nothing.

Base and journals are in files that are named after the account. Whoever renames the account, or
writes a second entry for it, would otherwise end protection, lose orphans and the rest of an
interrupted apply, all without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import TYPE_CHECKING

from schemactl.errors import RefusedError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.base import Base
from schemactl.model.difference import Notice, NoticeCode
from schemactl.text import and_list, quoted_short
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.store.state.interface import StateFile, StateFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerBases:
    """Bases of this account under names that are not its own.

    Attributes:
        names: The names.
        bases: What is under each.
        settled: Files that the next base of the account replaces.
    """

    names: tuple[str, ...] = ()
    bases: tuple[Base, ...] = ()
    settled: tuple[StateFile, ...] = ()

    def joined(self, own: Base | None) -> Base | None:
        """Return one base: the newest, with all that any of them protects and owns.

        Args:
            own: The base under the name of today; it comes first where there is one.
        """
        newest_first = sorted(self.bases, key=lambda one: one.applied.at, reverse=True)
        bases: list[Base] = [*(() if own is None else (own,)), *newest_first]
        if not self.bases:
            return own
        created = {one.place: one for base in reversed(bases) for one in base.created}
        return replace(
            bases[0],
            protected=tuple(sorted({one for base in bases for one in base.protected})),
            protected_elsewhere=tuple(
                sorted({one for base in bases for one in base.protected_elsewhere})
            ),
            created=tuple(created[place] for place in sorted(created)),
        )

    def forget(self) -> None:
        """Delete the files that a base under the name of today replaced."""
        for file in self.settled:
            # One that stays counts again the next time.
            with suppress(OSError):
                file.delete()


def find_former_bases(
    target: Target, identity: AccountIdentity, own: Base | None
) -> FormerBases:
    """Find the bases of an account under other names.

    Args:
        target: The account.
        identity: Which account it is.
        own: The base under the name of today.

    Raises:
        BaseError: One of them cannot be read, or breaks a rule.
        RefusedError: One of the names is another entry of the project: the project has two
            entries for one account.
    """
    from schemactl.account.state_paths import base_file
    from schemactl.store.base_file import read_base

    names, bases, settled = [], [], []
    for name in target.states.names_of(identity):
        if name == target.account.name:
            continue
        file = base_file(target.state, name)
        base = read_base(file)
        if base is None or not _is_same(identity, base.identity):
            continue
        # Where case makes no difference to a file system, this is the same file.
        if base == own and name.casefold() == target.account.name.casefold():
            continue
        if name not in _project_names(target):
            settled.append(file)
        elif not _is_another_account(target, name, identity):
            raise _same_account(target.account.name, name, identity)
        names.append(name)
        bases.append(base)
    return FormerBases(names=tuple(names), bases=tuple(bases), settled=tuple(settled))


def former_journals(target: Target) -> Iterator[StateFolder]:
    """Yield the folders of journals of names that the project has no longer."""
    from schemactl.account.state_paths import journal_folder

    known = _project_names(target)
    for name in target.states.journals:
        if name not in known:
            yield journal_folder(target.state, name)


def find_base_at_commit(target: Target, identity: AccountIdentity, commit: str) -> Base | None:
    """Return the base of an account as of a commit, whatever the account was called then.

    Raises:
        GitUnavailableError: Git does not answer, or has no such commit.
        BaseError: The file of that commit holds no base.
    """
    from schemactl.store.base_file import base_at_commit, bases_at_commit

    folder, file, environ = target.folder, target.base_file, target.host.environ
    found = base_at_commit(folder, file, commit, environ=environ)
    if found is not None and identity.owns(found.identity):
        return found
    mark = identity.address if identity.is_embedded else identity.app_id
    if mark:
        for base in bases_at_commit(folder, file.folder, mark, commit, environ=environ):
            if _is_same(identity, base.identity):
                return base
    return found


def notice_former(account: str, former: FormerBases) -> tuple[Notice, ...]:
    """Report that what is known of an account is under another name."""
    if not former.names:
        return ()
    names = and_list(tuple(map(quoted_short, former.names)))
    files = and_list(tuple(f".schemactl/base/{name}.json" for name in former.names))
    message = (
        f"this account was called {names}: what applies under that name protected and created "
        f"still counts, and so does an apply that was interrupted. The next apply writes "
        f".schemactl/base/{account}.json and deletes {files}"
    )
    return (Notice(code=NoticeCode.RENAMED_ACCOUNT, about=account, message=message),)


def _is_same(identity: AccountIdentity, recorded: AccountIdentity) -> bool:
    """Whether a base is of this very account; many share an address, which proves nothing."""
    is_marked = bool(recorded.app_id and identity.app_id) or identity.is_embedded
    return is_marked and identity.owns(recorded)


def _project_names(target: Target) -> AbstractSet[str]:
    return {account.name for account in target.project.accounts}


def _is_another_account(target: Target, name: str, identity: AccountIdentity) -> bool:
    """Whether an entry is known to lead to another account than its base is of."""
    from schemactl.account.connect import identity_at_hand

    other = identity_at_hand(target.project.account(name), target.folder, target.host)
    is_known = bool(other.app_id) or other.is_embedded or other.address != identity.address
    return is_known and not identity.owns(other)


def _same_account(name: str, other: str, identity: AccountIdentity) -> RefusedError:
    msg = (
        f"same-account: {quoted_short(name)} and {quoted_short(other)} are one Ontraport "
        f"account, {identity}: .schemactl/base/{other}.json is of it. With two entries, what "
        "one of them protects and created would be unknown to the other"
    )
    hint = (
        f"keep one of the two entries. If {quoted_short(other)} leads to another account now, "
        "make its credentials available here, so that this can be seen"
    )
    return RefusedError(msg, hint=hint)
