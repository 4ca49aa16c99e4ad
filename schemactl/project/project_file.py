"""Read the project file and the files of its accounts, and report all their problems."""

from __future__ import annotations

from collections.abc import Sequence as Many
from pathlib import Path
from typing import Final, TypeVar

from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import is_yaml_name, not_yaml_problem, project_root
from schemactl.document.files import read_bytes
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.problem_list import ProblemList
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import InvalidFilesError, Location, Problem
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldLimit
from schemactl.model.keep import KeepValues
from schemactl.model.lint import RuleSeverity
from schemactl.model.package import Package
from schemactl.model.variables import Variable
from schemactl.project.account_rules import check_accounts, default_prefix
from schemactl.project.acknowledgements import read_acknowledged
from schemactl.project.entries import (
    Entry,
    account_file_names,
    entries_of,
    read_account_files,
)
from schemactl.project.packages import (
    check_packages,
    patterns_in_project,
    read_packages,
    used_packages,
)
from schemactl.project.rollout import read_rollout
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
    ValueRules,
    vendor_url,
)
from schemactl.store.state.address import LOCAL, StateAddress
from schemactl.text import quoted_short

_START: Final = Location(PROJECT_FILE, 1, 1)
VENDOR_CALLS_PER_MINUTE: Final = 180
"""The vendor's limit for all integrations of an account together (vendor's manual)."""
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
        "account_file": "account_files",
        "address": "url",
        "api_url": "url",
        "carrier": "tag_carrier",
        "default": "default_account",
        "encrypt": "encrypt_to",
        "endpoint": "url",
        "env_prefix": "env",
        "expires": "until",
        "field_budget": "field_limit",
        "field_limits": "field_limit",
        "files": "schema",
        "groups": "labels",
        "path": "file",
        "prefix": "env",
        "rate": "calls_per_minute",
        "rate_limit": "calls_per_minute",
        "recipients": "encrypt_to",
        "schemas": "schema",
        "service": "keyring",
        "tags": "labels",
    },
    secret_keys=frozenset(
        {
            *("api-key", "api_appid", "api_key", "apikey", "app-id", "app_id", "appid"),
            *("identity", "key", "password", "secret", "token"),
        }
    ),
    private_keys=frozenset(
        {"app_ids", "credentials", "encrypt_to", "env", "file", "keyring", "url"}
    ),
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
    elif not problems:
        problems.append(_problem(ProblemCode.EMPTY_FILE, "the project file is empty"))
    if not isinstance(document.root, Mapping):
        raise InvalidFilesError(problems)
    entries = _entries(document.root, folder, problems)
    if problems:
        raise InvalidFilesError(problems)
    return _project(document.root, folder, entries)


def _read(folder: Path) -> bytes:
    path = folder / PROJECT_FILE
    if not path.exists():
        message = f"there is no {PROJECT_FILE} in {quoted_short(str(folder.resolve()))}"
        hint = "run `schemactl init` to create a project, or name the folder of one with -C"
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


def _entries(root: Mapping, folder: Path, problems: ProblemList) -> tuple[Entry, ...]:
    """Return the accounts of the project file and of files of their own; check them."""
    if "accounts" not in root and "account_files" not in root:
        place = root.key_location("", file=PROJECT_FILE)
        message = 'this project file has no key "accounts"'
        hint = 'write "accounts: …"'
        problems.append(Problem(place, ProblemCode.MISSING_KEY, message, hint))
    unfound: list[Problem] = []
    names = account_file_names(root, folder, unfound)
    problems.extend(unfound)
    entries = (
        *entries_of(root),
        *read_account_files(names, root, folder, problems, _VOCABULARY),
    )
    reported = {problem.location for problem in problems}
    sense = (
        *check_accounts(root, entries),
        *check_packages(read_packages(root), entries, folder),
    )
    problems.extend(problem for problem in sense if problem.location not in reported)
    return entries


def _project(root: Mapping, folder: Path, entries: tuple[Entry, ...]) -> Project:
    safety = _mapping(root, "safety")
    rules = SafetyRules()
    files = tuple(entry.file for entry in entries if entry.file != PROJECT_FILE)
    not_schema, packages = frozenset(files), read_packages(root)
    return Project(
        folder=folder,
        accounts=tuple(
            _account(entry, not_schema, _mapping(root, "values"), packages) for entry in entries
        ),
        default_account=_text(root, "default_account"),
        safety=SafetyRules(
            max_removals=_number(safety.get("max_removals"), rules.max_removals),
            max_removed_percent=_number(
                safety.get("max_removed_share"), rules.max_removed_percent
            ),
        ),
        rules={
            rule: RuleSeverity(str(word))
            for rule, word in _mapping(_mapping(root, "lint"), "rules").items()
        },
        account_files=files,
        state=StateAddress.of(_text(root, "state") or LOCAL),
        rollout=read_rollout(root),
        packages=packages,
    )


def _values(own: Mapping, shared: Mapping) -> ValueRules:
    """Return the rules of an account; a key that it omits is as in the project."""

    def of(key: str) -> Mapping:
        return own if key in own else shared

    word, recipients = _text(of("keep"), "keep"), of("encrypt_to").get("encrypt_to")
    return ValueRules(
        keep=ValueRules().keep if word is None else KeepValues(word),
        retain_days=_number(of("retain_days").get("retain_days"), None),
        encrypt_to=tuple(map(str, recipients)) if isinstance(recipients, Sequence) else (),
    )


def _account(
    entry: Entry, not_schema: frozenset[str], values: Mapping, packages: Many[Package]
) -> Account:
    backend = BackendName(entry.text("backend") or BackendName.LEGACY)
    url = entry.text("url") or vendor_url(backend)
    limit = None if url == EMBEDDED else VENDOR_CALLS_PER_MINUTE
    return Account(
        name=entry.name,
        backend=backend,
        url=url,
        schema=patterns_in_project(entry.texts("schema")),
        schema_locations=entry.item_locations("schema"),
        packages=used_packages(entry.texts("schema"), entry.item_locations("schema"), packages),
        credentials=_credentials(entry.mapping("credentials"), entry.name),
        calls_per_minute=_number(entry.get("calls_per_minute"), limit),
        tag_carrier=_number(entry.get("tag_carrier"), None),
        location=entry.location,
        section_updates=_section_updates(entry),
        section_updates_location=_location_of(entry, "section_updates"),
        acknowledged=read_acknowledged(entry.own, file=entry.file),
        field_limit=_field_limit(entry),
        prune=entry.get("prune") is True,
        app_ids=entry.texts("app_ids"),
        labels=entry.texts("labels"),
        variables=_variables(entry),
        not_schema=not_schema,
        values=_values(entry.mapping("values"), values),
    )


def _variables(entry: Entry) -> dict[str, Variable]:
    """Return the variables of the account, and the default ones that it does not have."""
    found = {}
    for node, file in ((entry.defaults, PROJECT_FILE), (entry.own, entry.file)):
        named = _mapping(node, "vars")
        for name, value in named.items():
            place = named.value_location(name, file=file)
            found[name] = Variable(value=str(value), location=place)
    return found


def _location_of(entry: Entry, key: str) -> Location | None:
    return None if entry.get(key) is None else entry.value_location(key)


def _section_updates(entry: Entry) -> SectionUpdates | None:
    word = entry.text("section_updates")
    return None if word is None else SectionUpdates(word)


def _field_limit(entry: Entry) -> AppliedLimit:
    word = entry.text("field_limit")
    return ASSUMED_LIMIT if word is None else AppliedLimit(limit=FieldLimit(word), stated=True)


def _credentials(node: Mapping, name: str) -> CredentialsSource:
    path, service = _text(node, "file"), _text(node, "keyring")
    if path is not None:
        return FromFile(path=path)
    if service is not None:
        return FromKeyring(service=service)
    return FromEnvironment(prefix=_text(node, "env") or default_prefix(name))


def _mapping(node: Mapping, key: str) -> Mapping:
    value = node.get(key)
    return value if isinstance(value, Mapping) else Mapping()


def _text(node: Mapping, key: str) -> str | None:
    value = node.get(key)
    return value if isinstance(value, str) else None


_Default = TypeVar("_Default", int, int | None)


def _number(value: Value | None, default: _Default) -> int | _Default:
    return value if isinstance(value, int) else default
