"""Rules for the accounts of a project that a JSON Schema cannot express.

Values of a wrong type are ignored: the JSON Schema reports them.
"""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterator
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence
from schemactl.errors import Problem, UsageError
from schemactl.model.account_identity import normal_address
from schemactl.model.age_recipient import RECIPIENT, has_checksum
from schemactl.project.acknowledgements import check_acknowledged
from schemactl.project.address import checked_address
from schemactl.project.entries import Entry, missing_keys
from schemactl.project.rollout import unknown_labels
from schemactl.project.settings import EMBEDDED, PROJECT_FILE, BackendName, vendor_url
from schemactl.text import and_list, nearest, quoted_short

_PATHS: Final = {
    BackendName.LEGACY.value: ("/cdata.php", "/1"),
    BackendName.REST.value: ("/1/", "/cdata.php"),
}
"""The end of an address of each backend, and that of the other backend."""


def check_accounts(root: Mapping, entries: abc.Sequence[Entry]) -> Iterator[Problem]:
    """Yield what is wrong with the accounts of a project, each alone and together."""
    yield from _unknown_default(root, [entry.name for entry in entries])
    yield from _same_names(entries)
    yield from _shared_variables(entries)
    yield from _same_accounts(entries)
    yield from _mistyped_recipients(root, file=PROJECT_FILE)
    yield from unknown_labels(root, [word for one in entries for word in one.texts("labels")])
    for entry in entries:
        yield from missing_keys(entry)
        yield from _unfit_address(entry)
        yield from _address_of_the_other_api(entry)
        yield from _key_of_the_other_api(entry)
        yield from check_acknowledged(entry.own, file=entry.file)
        yield from _mistyped_recipients(entry.own, file=entry.file)


def _mistyped_recipients(node: Mapping, *, file: str) -> Iterator[Problem]:
    """Yield public keys of age that a typing error changed: they have a checksum."""
    values = node.get("values")
    recipients = values.get("encrypt_to") if isinstance(values, Mapping) else None
    if not isinstance(recipients, Sequence):
        return
    for index, one in enumerate(recipients):
        if isinstance(one, str) and re.fullmatch(RECIPIENT, one) and not has_checksum(one):
            place = recipients.item_location(index, file=file)
            message = "this is not a public key of age: its checksum is wrong"
            hint = "copy it again, as age-keygen printed it"
            yield Problem(place, ProblemCode.WRONG_VALUE, message, hint)


def _unknown_default(root: Mapping, names: abc.Sequence[str]) -> Iterator[Problem]:
    name = root.get("default_account")
    if isinstance(name, str) and name and names and name not in names:
        right = nearest(name, names)
        hint = f"write {right or and_list(names, link='or')}"
        location = root.value_location("default_account", file=PROJECT_FILE)
        message = f"there is no account {quoted_short(name)} to be the default"
        yield Problem(location, ProblemCode.UNKNOWN_ACCOUNT, message, hint)


def _same_names(entries: abc.Sequence[Entry]) -> Iterator[Problem]:
    """Yield names that are used twice, or differ only in case.

    Base, journals and embedded account are in files that are named after the account, and
    some file systems do not distinguish case.
    """
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.name.casefold(), entry)
        if other is entry:
            continue
        if other.name == entry.name:
            message = f"{quoted_short(entry.name)} is also the account of {other.location}"
            code, hint = ProblemCode.DUPLICATE_ACCOUNT, "give one of them another name"
        else:
            message = (
                f"{quoted_short(other.name)} and {quoted_short(entry.name)} differ in case "
                "only, and would share files on some systems"
            )
            code, hint = ProblemCode.NEAR_DUPLICATE, "give one of them another name"
        yield Problem(entry.location, code, message, hint)


def _unfit_address(entry: Entry) -> Iterator[Problem]:
    """Yield an invalid address, such as one with port 99999."""
    url = entry.text("url")
    if url is not None and url.startswith("http"):
        try:
            checked_address(url)
        except UsageError as error:
            # Not its message, which quotes the address and perhaps a password in it.
            message = '"url" is not an address that a request can go to'
            place = entry.value_location("url")
            yield Problem(place, ProblemCode.WRONG_VALUE, message, error.hint)


def _address_of_the_other_api(entry: Entry) -> Iterator[Problem]:
    """Yield an address that belongs to the other backend."""
    url = entry.text("url")
    if url is None or url == EMBEDDED:
        return
    right, wrong = _PATHS.get(entry.text("backend") or "", ("", ""))
    if wrong and url.rstrip("/").endswith(wrong):
        message = f'"url" ends in "{wrong}", which is the address of the other backend'
        hint = f'let it end in "{right}", or delete it for Ontraport\'s own address'
        yield Problem(entry.value_location("url"), ProblemCode.WRONG_VALUE, message, hint)


def _key_of_the_other_api(entry: Entry) -> Iterator[Problem]:
    """Yield a setting of the account that its backend does not use; a default may be one."""
    if "section_updates" in entry.own and entry.text("backend") == BackendName.LEGACY:
        location = entry.own.key_location("section_updates", file=entry.file)
        message = '"section_updates" means nothing to the legacy backend'
        hint = "delete it, or write backend: rest"
        yield Problem(location, ProblemCode.KEY_NOT_ON_BACKEND, message, hint)


def _shared_variables(entries: abc.Sequence[Entry]) -> Iterator[Problem]:
    """Yield accounts that would read the same environment variables."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.get("url") == EMBEDDED or "credentials" in entry.own:
            continue
        prefix = default_prefix(entry.name)
        other = first.setdefault(prefix, entry)
        if other.name != entry.name:
            both = f"{quoted_short(entry.name)} and {quoted_short(other.name)}"
            message = f"{both} would both read {prefix}_API_KEY"
            hint = 'give each its own, such as "credentials: {env: …}"'
            yield Problem(entry.location, ProblemCode.SHARED_CREDENTIALS, message, hint)


def _same_accounts(entries: abc.Sequence[Entry]) -> Iterator[Problem]:
    """Yield accounts with the address and the credentials of another one.

    What one entry protects and created would be unknown to the other one. Others are found as
    soon as their app ids are known.
    """
    first: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        found = _opened_by(entry)
        if found is None:
            continue
        other = first.setdefault(found, entry)
        is_default = "credentials" not in entry.own and "credentials" not in other.own
        if other.name != entry.name and not is_default:
            message = (
                f"{quoted_short(other.name)} and {quoted_short(entry.name)} are one account: "
                "they have the same address and the same credentials"
            )
            hint = f"keep one of the two entries; the other is at {other.location}"
            yield Problem(entry.location, ProblemCode.SAME_ACCOUNT, message, hint)


def _opened_by(entry: Entry) -> tuple[str, ...] | None:
    """Return the address of an account and where its credentials are; None if embedded."""
    backend, url = entry.text("backend") or "", entry.text("url")
    if url == EMBEDDED:
        return None
    if url is None:
        known = backend in frozenset(BackendName)
        url = vendor_url(BackendName(backend) if known else BackendName.LEGACY)
    source = entry.mapping("credentials")
    for key in ("file", "keyring"):
        if isinstance(found := source.get(key), str):
            return normal_address(url), key, found
    prefix = source.get("env")
    name = prefix if isinstance(prefix, str) else default_prefix(entry.name)
    return normal_address(url), "env", name


def default_prefix(name: str) -> str:
    """Return an account's name as an environment variable can have it."""
    prefix = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return f"_{prefix}" if prefix[:1].isdigit() else prefix
