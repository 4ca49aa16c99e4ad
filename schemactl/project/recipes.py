"""CI recipes: the files that `init --ci` writes to a user's repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum, unique
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemactl import __version__
from schemactl.document.resources import recipe_text, runtime_requirements
from schemactl.errors import OutputError
from schemactl.project.install_source import CommitSource, InstallSource, WheelSource
from schemactl.store.files import write_new_files
from schemactl.text import named
from schemactl.values import dataclass


@unique
class Service(StrEnum):
    """A CI service that `init` has a recipe for; one of two recipes is for many accounts."""

    GITHUB = "github"
    GITHUB_FLEET = "github-fleet"
    GITLAB = "gitlab"
    GITLAB_FLEET = "gitlab-fleet"

    @property
    def folder(self) -> str:
        """The folder of its recipe among those that are shipped."""
        return self.split("-", maxsplit=1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeAccount:
    """An account that gets jobs of its own.

    Attributes:
        name: Its name in the project.
        prefix: What the environment variables of its credentials begin with.
    """

    name: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipePlan:
    """What a recipe is written for.

    Attributes:
        service: The CI service.
        accounts: Those that get jobs; at least one.
        checked: Names of all accounts of the project, whose files are checked.
        source: What schemactl is installed from.
    """

    service: Service
    accounts: tuple[RecipeAccount, ...]
    checked: tuple[str, ...]
    source: InstallSource


_MAX_LISTED: Final = 5
"""Accounts whose secrets are listed where one secret holds those of all."""
_PLACES: Final[Mapping[Service, Mapping[str, str]]] = MappingProxyType(
    {
        Service.GITHUB: {
            ".github/workflows/schemactl.yml": "workflow.yml",
            ".github/actions/schemactl/action.yml": "action.yml",
        },
        Service.GITHUB_FLEET: {
            ".github/workflows/schemactl.yml": "fleet-workflow.yml",
            ".github/actions/schemactl/action.yml": "fleet-action.yml",
        },
        Service.GITLAB: {".gitlab/schemactl.yml": "schemactl.yml"},
        Service.GITLAB_FLEET: {".gitlab/schemactl.yml": "fleet-schemactl.yml"},
    }
)
"""Where each file of a recipe goes, from the repository's top."""
_REQUIREMENTS: Final[Mapping[Service, str]] = MappingProxyType(
    {
        Service.GITHUB: ".github/schemactl-requirements.txt",
        Service.GITHUB_FLEET: ".github/schemactl-requirements.txt",
        Service.GITLAB: ".gitlab/schemactl-requirements.txt",
        Service.GITLAB_FLEET: ".gitlab/schemactl-requirements.txt",
    }
)
"""Where pip's requirements of a recipe go, from the repository's top."""
_ROWS: Final = MappingProxyType(
    {
        Service.GITHUB: '          - {account: "production", prefix: "ONTRAPORT"}\n',
        Service.GITHUB_FLEET: "",
        Service.GITLAB: (
            '      - {SCHEMACTL_ACCOUNT: "production", SCHEMACTL_PREFIX: "ONTRAPORT"}\n'
        ),
        Service.GITLAB_FLEET: "",
    }
)
"""The line of a recipe that is written once for each account; empty if it has none."""
_FOLDERS: Final = MappingProxyType(
    {
        Service.GITHUB: 'folder: "."',
        Service.GITHUB_FLEET: 'folder: "."',
        Service.GITLAB: 'SCHEMACTL_FOLDER: "."',
        Service.GITLAB_FLEET: 'SCHEMACTL_FOLDER: "."',
    }
)
"""The text of a recipe that says that the project is at the top of the repository."""


def write_recipe(plan: RecipePlan, project: Path) -> tuple[Path, ...]:
    """Write a recipe into the repository that a project is in; return what was written.

    Raises:
        OutputError: One of the files exists, or cannot be written. Nothing is left of the
            others.
    """
    top = repository_of(project)
    files = {top / place: text for place, text in recipe_files(plan, project, top).items()}
    present = [os.path.relpath(path) for path in sorted(files) if os.path.lexists(path)]
    if present:
        msg = f"these files exist already, so no recipe was written: {', '.join(present)}"
        raise OutputError(msg, hint="move them away, or change them by hand")
    write_new_files(files)
    return tuple(sorted(files))


def secrets_of(plan: RecipePlan) -> Iterator[str]:
    """Yield what to set in the CI service before a recipe works, as lines for people."""
    match plan.service:
        case Service.GITHUB | Service.GITHUB_FLEET:
            yield "Set before its first run, under Settings > Secrets and variables:"
        case Service.GITLAB | Service.GITLAB_FLEET:
            (place,) = _PLACES[plan.service]
            yield "Add this to .gitlab-ci.yml:"
            yield "  include:"
            yield f"    - local: /{place}"
            yield "Set before its first run, under Settings > CI/CD > Variables:"
    yield from _secrets(plan)
    yield "The first lines of the recipe and docs/ci.md say more, such as about other hosts."


def _secrets(plan: RecipePlan) -> Iterator[str]:
    match plan.service:
        case Service.GITHUB:
            for account in plan.accounts:
                yield f"  for {named(account.name)}"
                yield f"    in the repository: {_pair(account, 'READ_')} (can only read)"
                environment = f"ontraport-{account.name}"
                yield f"    in the environment {named(environment)}: {_pair(account)}"
        case Service.GITLAB:
            for account in plan.accounts:
                yield f"  for {named(account.name)}, masked"
                yield f"    {_pair(account, 'READ_')} (can only read)"
                environment = f"ontraport/{account.name}"
                yield f"    {_pair(account)}, protected, only for {named(environment)}"
        case Service.GITHUB_FLEET:
            yield "  in the repository: SCHEMACTL_READ_KEYS (keys that can only read)"
            yield "  in the environments ontraport-canary and ontraport-rest: SCHEMACTL_KEYS"
            yield from _lines_of_all(plan)
        case Service.GITLAB_FLEET:
            yield "  of the type File: SCHEMACTL_READ_KEYS (keys that can only read)"
            yield "  and SCHEMACTL_KEYS, protected, for ontraport/canary and ontraport/rest"
            yield from _lines_of_all(plan)


def _lines_of_all(plan: RecipePlan) -> Iterator[str]:
    """Yield what is in a secret that holds the keys of all accounts."""
    yield "  Each has these lines, and ACME_HOST=… for another host than the vendor's:"
    for account in plan.accounts[:_MAX_LISTED]:
        yield f"    {account.prefix}_APP_ID=…"
        yield f"    {account.prefix}_API_KEY=…"
    if (more := len(plan.accounts) - _MAX_LISTED) > 0:
        yield f"    and so on for {more:,} more"
    yield "Label the accounts of the first wave: `labels: [canary]` in the project."


def _pair(account: RecipeAccount, kind: str = "") -> str:
    return f"{account.prefix}_{kind}APP_ID, {account.prefix}_{kind}API_KEY"


def recipe_files(plan: RecipePlan, project: Path, top: Path) -> Mapping[str, str]:
    """Return the text of each file of a recipe, by its place in the repository.

    Args:
        plan: What the recipe is for.
        project: The project's folder.
        top: That of the repository.
    """
    folder = project.resolve().relative_to(top.resolve()).as_posix()
    texts = {
        place: _filled(recipe_text(plan.service.folder, name), plan, folder)
        for place, name in _PLACES[plan.service].items()
    }
    return {**texts, _REQUIREMENTS[plan.service]: _requirements(plan.source)}


def _filled(text: str, plan: RecipePlan, folder: str) -> str:
    """Return a recipe's text for these accounts, this folder and this version."""
    at_top, row = _FOLDERS[plan.service], _ROWS[plan.service]
    # A JSON string is a YAML string too, whatever the folder's name is.
    named = at_top.replace('"."', json.dumps(folder))
    rows = (
        row.replace("production", each.name).replace("ONTRAPORT", each.prefix)
        for each in plan.accounts
    )
    return (
        (text.replace(row, "".join(rows)) if row else text)
        .replace("VERSION-OF-SCHEMACTL", __version__)
        .replace("SOURCE-OF-SCHEMACTL", _source_word(plan.source))
        .replace("ACCOUNTS-OF-THE-PROJECT", " ".join(plan.checked))
        .replace(at_top, named)
    )


def _source_word(source: InstallSource) -> str:
    """Return the commit to install, or a word for a wheel, which is among the requirements."""
    match source:
        case CommitSource():
            return source.url
        case WheelSource():
            return "wheel"


def _requirements(source: InstallSource) -> str:
    match source:
        case CommitSource():
            return runtime_requirements()
        case WheelSource():
            return runtime_requirements() + source.requirement


def repository_of(project: Path) -> Path:
    """Return the top of the repository that a folder is in, or the folder itself."""
    start = project.resolve()
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return start
