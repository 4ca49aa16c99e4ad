"""Read the app id and key of an account from where the project file says that they are.

They are returned only if the address of the account is on the host that they are for. Messages
never contain them, only their source. They are read when an account is opened, and not kept
longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from schemactl.errors import AccountError
from schemactl.model.credentials import Credentials
from schemactl.project.allowed_host import check_host, host_of_url, is_on_vendor_host
from schemactl.project.pasted import COPY_AGAIN, fault_in
from schemactl.project.settings import Account, FromEnvironment, FromFile, FromKeyring
from schemactl.text import and_list


def read_credentials(
    account: Account, *, environ: Mapping[str, str], home: Path, folder: Path
) -> Credentials:
    """Return the app id and key of an account.

    Args:
        account: The account.
        environ: Environment variables.
        home: The user's home folder, which `~` means in the path of a file.
        folder: The project's folder, from which such a path begins otherwise.

    Raises:
        AccountError: They are not there, what is there cannot be right, or they are for
            another host than that of the account's address.
        InvalidFilesError: The file that holds them is open to others, or breaks a rule.
    """
    match account.credentials:
        case FromEnvironment() as source:
            return _from_environment(source, environ, account=account)
        case FromFile() as source:
            from schemactl.project.credentials_file import read_credentials_file

            found = read_credentials_file(
                source.path, environ=environ, home=home, folder=folder
            )
            place = f'"host" in {source.path}'
            remedy = f"write \"host: '{{host}}'\" into {_braced(source.path)}"
            check_host(account, found.host, place=place, remedy=remedy)
            return found.credentials
        case FromKeyring() as source:
            return _from_keyring(source, account=account)


def _from_environment(
    source: FromEnvironment, environ: Mapping[str, str], *, account: Account
) -> Credentials:
    variables = (source.app_id_variable, source.key_variable)
    missing = [variable for variable in variables if not environ.get(variable)]
    named = environ.get(source.host_variable)
    if missing:
        if not named and not is_on_vendor_host(account):
            missing.append(f"{source.host_variable}={host_of_url(account.url)}")
        raise _unset(account.name, f"set {and_list(missing)} in the environment")
    for variable in variables:
        _check(environ[variable], place=variable)
    place = source.host_variable
    check_host(account, named, place=place, remedy=f"set {place}={{host}} in the environment")
    return Credentials(app_id=environ[variables[0]], key=environ[variables[1]])


def _from_keyring(source: FromKeyring, *, account: Account) -> Credentials:
    service = source.service
    app_id, key = (
        _needed_entry(service, name, account_name=account.name) for name in ("app_id", "key")
    )
    check_host(
        account,
        _keyring_entry(service, "host", account_name=account.name),
        place=f'"host" of "{service}" in the keyring',
        remedy=f"name it in the keyring: keyring set {_braced(service)} host, then {{host}}",
    )
    return Credentials(app_id=app_id, key=key)


def _braced(text: str) -> str:
    """Return `text` so that `str.format` leaves it as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def _needed_entry(service: str, name: str, *, account_name: str) -> str:
    found = _keyring_entry(service, name, account_name=account_name)
    if not found:
        raise _unset(account_name, f"keep it in the keyring: keyring set {service} {name}")
    _check(found, place=f'"{name}" of "{service}" in the keyring')
    return found


def _keyring_entry(service: str, name: str, *, account_name: str) -> str | None:
    try:
        keyring = import_module("keyring")
    except ImportError as error:
        msg = (
            f'account "{account_name}" has its credentials in the system\'s keyring, '
            "and the library that reads it is not installed"
        )
        hint = (
            "install it in the environment of schemactl: pip install keyring; or use "
            "credentials: {env: NAME}"
        )
        raise AccountError(msg, hint=hint) from error
    try:
        found: object = keyring.get_password(service, name)
    except Exception as error:  # noqa: BLE001 - each keyring is foreign code, with errors of its own
        # Without the foreign error and its message, which could contain anything.
        msg = f'the system\'s keyring cannot be read for "{service}" ({type(error).__name__})'
        hint = "unlock it, or see with `keyring --list-backends` whether there is one"
        raise AccountError(msg, hint=hint) from None
    return found if isinstance(found, str) else None


def _unset(account_name: str, hint: str) -> AccountError:
    return AccountError(f'the credentials of account "{account_name}" are not set', hint=hint)


def _check(value: str, *, place: str) -> None:
    fault = fault_in(value)
    if fault is not None:
        msg = f"{place} {fault}"
        raise AccountError(msg, hint=COPY_AGAIN)
