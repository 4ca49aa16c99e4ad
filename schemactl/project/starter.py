"""The sample project of `init`: an agency's sales pipeline on the embedded account.

Comments in its files explain the format. If one of the files exists, none is written.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemactl.document.resources import schema_text
from schemactl.errors import OutputError
from schemactl.store.files import write_new_files
from schemactl.values import dataclass

PROJECT_SCHEMA: Final = ".schemas/project.schema.json"
SCHEMA_FILE_SCHEMA: Final = ".schemas/schema-file.schema.json"
"""Where a project keeps the JSON Schemas for editors: in git, so that they need no network."""
IGNORED: Final = (".schemactl/*", "!.schemactl/base/")
"""What git should ignore: the embedded account and the journals, but not the bases, which show
everybody how the last apply left an account."""

_IGNORE_FILE: Final = ".gitignore"


def schema_comment(path: str) -> str:
    """Return the first line of a file, by which editors find its JSON Schema."""
    return f"# yaml-language-server: $schema={path}\n"


_PROJECT: Final = """\
# The project: which accounts there are, and which files describe them.
version: 1
accounts:
  demo:
    backend: legacy          # the older Contacts API (cdata.php)
    url: emulator            # the embedded account, kept under .schemactl/: no network, no key
    schema: [crm/*.yaml]     # all of these together describe the account
    # Id of a contact, such as your own. It has new tags for a moment: this API creates a tag
    # only by tagging somebody.
    tag_carrier: 1

  # A real account differs in its entry only. App id and key are never here: with
  # `env: ACME` they come from the variables ACME_APP_ID and ACME_API_KEY, and are
  # sent only to api.ontraport.com or the host that ACME_HOST names.
  #
  # production:
  #   backend: rest          # or `legacy`, if the key works with cdata.php only
  #   schema: [production/*.yaml]   # files of its own: `import` writes the first
  #   credentials: {env: ACME}
  #   calls_per_minute: 150  # of the 180 that the account allows; the rest is for others
"""

_SALES: Final = """\
# How this agency sells. Names are those that people see in a contact record; names and
# options are text exactly as written here, also Yes, No and 2026.
version: 1
sections:
  - name: Sales Pipeline
    # merge: fields not listed here are reported and left unchanged; mirror: they are removed
    manage: merge
    fields:
      - {name: Lead Status, type: tdrop, options: [New, Contacted, Qualified, Won, Lost]}
      - {name: Deal Value, type: price}
      - {name: Next Call, type: fulldate}
      - {name: Newsletter, type: tdrop, options: ['Yes', 'No']}
      - {name: Services, type: list, options: [Website, Branding, Search Ads, Social Media]}
      - name: Briefing
        type: longtext
        protect: true  # may never be removed or replaced, whatever is permitted

  - name: Onboarding
    fields:
      - {name: Kick-off Date, type: fulldate}
      - {name: Contract Signed, type: check}
      - {name: Monthly Retainer, type: price}

# To rename a field, give it the new name and keep the old one beside it:
#   - {name: Deal Size, type: price, was: [Deal Value]}
#
# To remove one, take it from the list and say so. Its values in all contacts go with it,
# so `apply` refuses until it is permitted with --allow removes-field:
#   removed:
#     fields: [{section: Sales Pipeline, name: Newsletter}]
"""

_TAGS: Final = """\
# Tags that must exist; other tags are left alone.
version: 1
tags: [Customer, VIP, Referral Partner, Former Client]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.

    Attributes:
        files: From the folder, in order.
        lines_to_ignore: Lines that the user's own `.gitignore` does not have.
        made: The paths of files and folders that did not exist before.
    """

    files: tuple[str, ...]
    made: tuple[Path, ...]
    lines_to_ignore: tuple[str, ...] = ()


def starter_files() -> MappingProxyType[str, str]:
    """Return name and text of every file of the project except `.gitignore`."""
    return MappingProxyType(
        {
            "schemactl.yaml": schema_comment(PROJECT_SCHEMA) + _PROJECT,
            "crm/sales.yaml": schema_comment(f"../{SCHEMA_FILE_SCHEMA}") + _SALES,
            "crm/tags.yaml": schema_comment(f"../{SCHEMA_FILE_SCHEMA}") + _TAGS,
            PROJECT_SCHEMA: schema_text("project"),
            SCHEMA_FILE_SCHEMA: schema_text("schema-file"),
        }
    )


def write_starter(folder: Path) -> Written:
    """Write the project into a folder, which is made where it does not exist.

    Raises:
        OutputError: One of the files exists, or cannot be written. Nothing is left of the
            others.
    """
    files = dict(starter_files())
    present = [name for name in files if _exists(folder / name)]
    if present:
        msg = f"these files exist already, so nothing was written: {', '.join(present)}"
        raise OutputError(msg, hint="name another folder, or move them away")
    lines_to_ignore: tuple[str, ...] = ()
    if _exists(folder / _IGNORE_FILE):
        lines_to_ignore = () if _is_ignored(folder) else IGNORED
    else:
        files[_IGNORE_FILE] = "".join(f"{line}\n" for line in IGNORED)
    made = write_new_files({folder / name: text for name, text in files.items()})
    return Written(files=tuple(files), lines_to_ignore=lines_to_ignore, made=made)


def _exists(path: Path) -> bool:
    """Whether a path exists, also as a dangling link."""
    return path.exists() or path.is_symlink()


def _is_ignored(folder: Path) -> bool:
    text = (folder / _IGNORE_FILE).read_text(encoding="utf-8", errors="replace")
    return any(line.strip().strip("/*") == ".schemactl" for line in text.splitlines())
