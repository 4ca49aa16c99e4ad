"""Which accounts of a project a command works on: by name, pattern, label, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from schemactl.errors import UsageError
from schemactl.model.account_choice import LABEL, AccountChoice, is_wide
from schemactl.project.settings import PROJECT_FILE, Account, Project, listed
from schemactl.text import counted, nearest, quoted_short


def choose_accounts(project: Project, choice: AccountChoice) -> tuple[Account, ...]:
    """Return the chosen accounts, each once and in the project's order.

    What --changed-since and --shard leave of them is for the caller to find out.

    Raises:
        UsageError: A word means no account, nothing is left, or it is unclear what is meant.
    """
    if choice.everything and choice.words:
        msg = "--all means every account, so -a has nothing to add"
        raise UsageError(msg, hint="omit one of them; --except excludes accounts")
    if not choice.is_made:
        return (project.account(None),)
    if not choice.everything and not choice.words:
        msg = "--except excludes some of the chosen accounts, and none are chosen"
        if not choice.excluded:
            option = "--shard" if choice.shard is not None else "--changed-since"
            msg = f"{option} means a part of the chosen accounts, and none are chosen"
        raise UsageError(msg, hint="add --all, or choose some with -a")
    chosen = _names(project, choice.words)
    excluded = _names(project, choice.excluded)
    found = tuple(
        account
        for account in project.accounts
        if (choice.everything or account.name in chosen) and account.name not in excluded
    )
    if not found:
        msg = "no account is left: --except excludes all that are chosen"
        raise UsageError(msg, hint="choose more accounts, or exclude fewer")
    return found


def choose_one(project: Project, choice: AccountChoice, *, command: str) -> Account:
    """Return the chosen account, for a command that works on a single one.

    Raises:
        UsageError: It is unclear which is meant, or several are.
    """
    found = choose_accounts(project, choice)
    if len(found) > 1:
        names = [account.name for account in found]
        msg = f"{command} works on one account, and {counted(len(found), 'account')} are chosen"
        raise UsageError(msg, hint=f"name one of them with -a: {listed(names)}")
    return found[0]


def choose_among(accounts: Sequence[Account], word: str) -> tuple[Account, ...]:
    """Return those of some accounts that a name, a pattern or a label means."""
    is_label = word.startswith(LABEL)
    pattern = word.removeprefix(LABEL)
    return tuple(
        account
        for account in accounts
        if any(
            fnmatchcase(text, pattern)
            for text in (account.labels if is_label else [account.name])
        )
    )


def words_for(accounts: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Yield the words that choose accounts, given as names with labels: names, then labels."""
    yield from (name for name, _ in accounts)
    labels = dict.fromkeys(label for _, each in accounts for label in each)
    yield from (f"{LABEL}{label}" for label in labels)


def _names(project: Project, words: Sequence[str]) -> frozenset[str]:
    return frozenset(name for word in words for name in _meant(project, word))


def _meant(project: Project, word: str) -> tuple[str, ...]:
    """Return the names of the accounts that a word means.

    Raises:
        UsageError: It means none.
    """
    if not is_wide(word):
        return (project.account(word).name,)
    found = choose_among(project.accounts, word)
    if not found:
        raise _no_match(project, word)
    return tuple(account.name for account in found)


def _no_match(project: Project, word: str) -> UsageError:
    known = tuple(words_for([(each.name, each.labels) for each in project.accounts]))
    is_label = word.startswith(LABEL)
    kind = [each for each in known if each.startswith(LABEL) == is_label]
    near = nearest(word, kind)
    hint = f"did you mean {near}?" if near else f"known: {listed(kind)}"
    if not kind:
        hint = "labels are words under `labels:` of an account"
    what = "has the label" if is_label else "matches"
    return UsageError(f"no account of {PROJECT_FILE} {what} {quoted_short(word)}", hint=hint)
