"""Reads the project file and reports all its problems; reads no other file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import is_yaml_name, not_yaml_problem, project_root
from schemactl.document.files import read_bytes
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.problem_list import ProblemList
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import InvalidFilesError, Location, Problem, UsageError
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldLimit
from schemactl.model.lint import RuleSeverity
from schemactl.project.acknowledgements import check_acknowledged, read_acknowledged
from schemactl.project.address import checked_address
from schemactl.project.settings import (
    EMBEDDED,
    PROJECT_FILE,
    Account,
    BackendName,
    CredentialsSource,
    FromEnvironment,
    FromFile,
    FromKeyring,
    Project,
    SafetyRules,
    SectionUpdates,
    vendor_url,
)
from schemactl.text import and_list, nearest, quoted_short

_START: Final = Location(PROJECT_FILE, 1, 1)
VENDOR_CALLS_PER_MINUTE: Final = 180
"""The vendor's limit for all integrations of an account together (vendor's manual)."""
_PATHS: Final = {
    BackendName.LEGACY.value: ("/cdata.php", "/1"),
    BackendName.REST.value: ("/1/", "/cdata.php"),
}
"""The end of an address of each backend, and that of the other backend."""

_VOCABULARY: Final = Vocabulary(
    value_codes={"backend": ProblemCode.UNKNOWN_BACKEND},
    synonyms={
        "backend": {
            "api": "rest",
            "cdata": "legacy",
            "contacts": "legacy",
            "json": "rest",
            "xml": "legacy",
        },
        "field_limit": {
            "1,600": "1600-fields",
            "1600": "1600-fields",
            "39,611": "39611-bytes",
            "39611": "39611-bytes",
        },
        "section_updates": {"all": "whole", "full": "whole", "partial": "part"},
    },
    key_synonyms={
        "acknowledge": "acknowledged",
        "address": "url",
        "api_url": "url",
        "carrier": "tag_carrier",
        "default": "default_account",
        "endpoint": "url",
        "env_prefix": "env",
        "expires": "until",
        "field_budget": "field_limit",
        "field_limits": "field_limit",
        "files": "schema",
        "path": "file",
        "prefix": "env",
        "rate": "calls_per_minute",
        "rate_limit": "calls_per_minute",
        "schemas": "schema",
        "service": "keyring",
    },
    secret_keys=frozenset(
        {
            *("api-key", "api_appid", "api_key", "apikey", "app-id", "app_id", "appid"),
            *("key", "password", "secret", "token"),
        }
    ),
    private_keys=frozenset({"app_ids", "credentials", "env", "file", "keyring", "url"}),
)


def load_project(folder: Path) -> Project:
    """Read the project file of a folder.

    Raises:
        InvalidFilesError: There is none, or it breaks a rule; all problems are in it.
    """
    checker = Checker("project", _VOCABULARY)
    data = _read(folder)
    document = checker.read(data, file=PROJECT_FILE)
    problems = ProblemList()
    problems.extend(document.problems)
    if document.root is not None:
        problems.extend(checker.check(document.root, file=PROJECT_FILE))
        reported = {problem.location for problem in problems}
        sense = _check_sense(document.root)
        problems.extend(problem for problem in sense if problem.location not in reported)
    elif not problems:
        problems.append(_problem(ProblemCode.EMPTY_FILE, "the project file is empty"))
    if problems or not isinstance(document.root, Mapping):
        raise InvalidFilesError(problems)
    return _project(document.root, folder)


def _read(folder: Path) -> bytes:
    path = folder / PROJECT_FILE
    if not path.exists():
        message = f"there is no {PROJECT_FILE} in {quoted_short(str(folder.resolve()))}"
        hint = "run `schemactl init` to make a project, or name the folder of one with -C"
        if path.with_suffix(".yml").exists():
            hint = f"rename schemactl.yml to {PROJECT_FILE}"
        raise InvalidFilesError([_problem(ProblemCode.NO_PROJECT, message, hint)])
    if not is_yaml_name(path):
        raise InvalidFilesError([not_yaml_problem(quoted_short(PROJECT_FILE), location=_START)])
    data = read_bytes(path, file=PROJECT_FILE, within=project_root(folder))
    if isinstance(data, Problem):
        raise InvalidFilesError([data])
    return data


def _problem(code: ProblemCode, message: str, hint: str | None = None) -> Problem:
    return Problem(_START, code, message, hint)


def _check_sense(root: Value) -> Iterator[Problem]:
    """Yield problems that a JSON Schema cannot express; values of a wrong type are ignored."""
    accounts = root.get("accounts") if isinstance(root, Mapping) else None
    if isinstance(root, Mapping) and isinstance(accounts, Mapping):
        yield from _unknown_default(root, accounts)
        yield from _names_alike(accounts)
        yield from _unfit_addresses(accounts)
        yield from _addresses_of_the_other_api(accounts)
        yield from _keys_of_the_other_api(accounts)
        yield from _shared_variables(accounts)
        for account in accounts.values():
            if isinstance(account, Mapping):
                yield from check_acknowledged(account)


def _unknown_default(root: Mapping, accounts: Mapping) -> Iterator[Problem]:
    name = root.get("default_account")
    if isinstance(name, str) and name and accounts and name not in accounts:
        right = nearest(name, accounts)
        hint = f"write {right or and_list(accounts, link='or')}"
        location = root.value_location("default_account", file=PROJECT_FILE)
        message = f"there is no account {quoted_short(name)} to be the default"
        yield Problem(location, ProblemCode.UNKNOWN_ACCOUNT, message, hint)


def _names_alike(accounts: Mapping) -> Iterator[Problem]:
    """Yield names that differ only in case, which some file systems do not distinguish.

    Base, journals and embedded account are in files that are named after the account.
    """
    first: dict[str, str] = {}
    for name in accounts:
        other = first.setdefault(name.casefold(), name)
        if other != name:
            message = (
                f"{quoted_short(other)} and {quoted_short(name)} differ in case only, and "
                "would share files on some systems"
            )
            location = accounts.key_location(name, file=PROJECT_FILE)
            hint = "give one of them another name"
            yield Problem(location, ProblemCode.NEAR_DUPLICATE, message, hint)


def _unfit_addresses(accounts: Mapping) -> Iterator[Problem]:
    """Yield invalid addresses, such as one with port 99999."""
    for node in accounts.values():
        url = node.get("url") if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and isinstance(url, str) and url.startswith("http"):
            try:
                checked_address(url)
            except UsageError as error:
                location = node.value_location("url", file=PROJECT_FILE)
                # Not its message, which quotes the address and perhaps a password in it.
                message = '"url" is no address that a request can go to'
                yield Problem(location, ProblemCode.WRONG_VALUE, message, error.hint)


def _addresses_of_the_other_api(accounts: Mapping) -> Iterator[Problem]:
    """Yield addresses that belong to the other backend."""
    for node in accounts.values():
        url = _text(node, "url") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or url is None or url == EMBEDDED:
            continue
        right, wrong = _PATHS.get(_text(node, "backend") or "", ("", ""))
        if wrong and url.rstrip("/").endswith(wrong):
            location = node.value_location("url", file=PROJECT_FILE)
            message = f'"url" ends in "{wrong}", which is the address of the other backend'
            hint = f'let it end in "{right}", or delete it for the vendor\'s own address'
            yield Problem(location, ProblemCode.WRONG_VALUE, message, hint)


def _keys_of_the_other_api(accounts: Mapping) -> Iterator[Problem]:
    """Yield settings that the account's backend does not use."""
    for node in accounts.values():
        if (
            isinstance(node, Mapping)
            and "section_updates" in node
            and node.get("backend") == BackendName.LEGACY
        ):
            location = node.key_location("section_updates", file=PROJECT_FILE)
            message = '"section_updates" means nothing to the legacy backend'
            hint = "delete it, or write backend: rest"
            yield Problem(location, ProblemCode.KEY_NOT_ON_BACKEND, message, hint)


def _shared_variables(accounts: Mapping) -> Iterator[Problem]:
    """Yield accounts that would read the same environment variables."""
    first: dict[str, str] = {}
    for name, node in accounts.items():
        if (
            not isinstance(node, Mapping)
            or node.get("url") == EMBEDDED
            or "credentials" in node
        ):
            continue
        prefix = _default_prefix(name)
        other = first.setdefault(prefix, name)
        if other != name:
            both = f"{quoted_short(name)} and {quoted_short(other)}"
            message = f"{both} would both read {prefix}_API_KEY"
            hint = 'give each its own, such as "credentials: {env: …}"'
            location = accounts.key_location(name, file=PROJECT_FILE)
            yield Problem(location, ProblemCode.SHARED_CREDENTIALS, message, hint)


def _default_prefix(name: str) -> str:
    """The account's name as an environment variable can have it."""
    prefix = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return f"_{prefix}" if prefix[:1].isdigit() else prefix


def _project(root: Mapping, folder: Path) -> Project:
    accounts, safety = _mapping(root, "accounts"), _mapping(root, "safety")
    rules = SafetyRules()
    return Project(
        folder=folder,
        accounts=tuple(_account(name, accounts) for name in accounts),
        default_account=_text(root, "default_account"),
        safety=SafetyRules(
            max_removals=_number(safety, "max_removals", rules.max_removals),
            max_removed_percent=_number(safety, "max_removed_share", rules.max_removed_percent),
        ),
        rules={
            rule: RuleSeverity(str(word))
            for rule, word in _mapping(_mapping(root, "lint"), "rules").items()
        },
    )


def _account(name: str, accounts: Mapping) -> Account:
    node = _mapping(accounts, name)
    backend = BackendName(_text(node, "backend") or BackendName.LEGACY)
    url = _text(node, "url") or vendor_url(backend)
    limit = None if url == EMBEDDED else VENDOR_CALLS_PER_MINUTE
    patterns = node.get("schema")
    patterns = patterns if isinstance(patterns, Sequence) else Sequence()
    return Account(
        name=name,
        backend=backend,
        url=url,
        schema=tuple(str(pattern) for pattern in patterns),
        schema_locations=tuple(
            patterns.item_location(index, file=PROJECT_FILE) for index in range(len(patterns))
        ),
        credentials=_credentials(_mapping(node, "credentials"), name),
        calls_per_minute=_number(node, "calls_per_minute", limit),
        tag_carrier=_number(node, "tag_carrier", None),
        location=accounts.key_location(name, file=PROJECT_FILE),
        section_updates=_section_updates(node),
        acknowledged=read_acknowledged(node),
        field_limit=_field_limit(node),
        prune=node.get("prune") is True,
        app_ids=_texts(node, "app_ids"),
    )


def _texts(node: Mapping, key: str) -> tuple[str, ...]:
    items = node.get(key)
    return tuple(map(str, items)) if isinstance(items, Sequence) else ()


def _section_updates(node: Mapping) -> SectionUpdates | None:
    word = _text(node, "section_updates")
    return None if word is None else SectionUpdates(word)


def _field_limit(node: Mapping) -> AppliedLimit:
    word = _text(node, "field_limit")
    return ASSUMED_LIMIT if word is None else AppliedLimit(limit=FieldLimit(word), stated=True)


def _credentials(node: Mapping, name: str) -> CredentialsSource:
    path, service = _text(node, "file"), _text(node, "keyring")
    if path is not None:
        return FromFile(path=path)
    if service is not None:
        return FromKeyring(service=service)
    return FromEnvironment(prefix=_text(node, "env") or _default_prefix(name))


def _mapping(node: Mapping, key: str) -> Mapping:
    value = node.get(key)
    return value if isinstance(value, Mapping) else Mapping()


def _text(node: Mapping, key: str) -> str | None:
    value = node.get(key)
    return value if isinstance(value, str) else None


_Default = TypeVar("_Default", int, int | None)


def _number(node: Mapping, key: str, default: _Default) -> int | _Default:
    value = node.get(key)
    return value if isinstance(value, int) else default
