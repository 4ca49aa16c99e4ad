"""Finds the app id and key of an account where the project file says that they are.

What they hold is never in a message, only where it was found. Nothing is kept: they are
read when an account is opened, and live as long as that.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from schemactl.accounts.entries import Account, FromEnvironment, FromFile, FromKeyring
from schemactl.accounts.pasted import COPY_AGAIN, fault_in
from schemactl.document.wording import listed
from schemactl.errors import AccountError
from schemactl.wire.credentials import Credentials


def read_credentials(
    account: Account, *, environ: Mapping[str, str], home: Path, folder: Path
) -> Credentials:
    """Take the app id and key of an account from its place.

    Args:
        account: Whose.
        environ: Environment variables.
        home: The user's home folder, which `~` means in the path of a file.
        folder: The project's folder, from which such a path begins otherwise.

    Raises:
        AccountError: They are not there, or what is there cannot be right.
        InvalidFilesError: The file that holds them is open to others, or breaks a rule.
    """
    match account.credentials:
        case FromEnvironment() as source:
            return _from_environment(source, environ, account_name=account.name)
        case FromFile() as source:
            from schemactl.accounts.credentials_file import read_credentials_file

            return read_credentials_file(source.path, environ=environ, home=home, folder=folder)
        case FromKeyring() as source:
            return _from_keyring(source, account_name=account.name)


def _from_environment(
    source: FromEnvironment, environ: Mapping[str, str], *, account_name: str
) -> Credentials:
    variables = (source.app_id_variable, source.key_variable)
    missing = [variable for variable in variables if not environ.get(variable)]
    if missing:
        raise _unset(account_name, f"set {listed(missing)} in the environment")
    for variable in variables:
        _check(environ[variable], place=variable)
    return Credentials(app_id=environ[variables[0]], key=environ[variables[1]])


def _from_keyring(source: FromKeyring, *, account_name: str) -> Credentials:
    app_id, key = (
        _keyring_entry(source.service, name, account_name=account_name)
        for name in ("app_id", "key")
    )
    return Credentials(app_id=app_id, key=key)


def _keyring_entry(service: str, name: str, *, account_name: str) -> str:
    try:
        keyring = import_module("keyring")
    except ImportError as error:
        msg = (
            f'account "{account_name}" has its credentials in the system\'s keyring, '
            "and the library that reads it is not installed"
        )
        hint = "pip install 'ontraport-schemactl[keyring]'"
        raise AccountError(msg, hint=hint) from error
    try:
        found: object = keyring.get_password(service, name)
    except Exception as error:  # noqa: BLE001 - each keyring is foreign code, with errors of its own
        # Its words are left out, and so is the error: nobody knows what they hold.
        msg = f'the system\'s keyring gives no "{service}" ({type(error).__name__})'
        hint = "unlock it, or see with `keyring --list-backends` whether there is one"
        raise AccountError(msg, hint=hint) from None
    if not isinstance(found, str) or not found:
        raise _unset(account_name, f"keep it in the keyring: keyring set {service} {name}")
    _check(found, place=f'"{name}" of "{service}" in the keyring')
    return found


def _unset(account_name: str, hint: str) -> AccountError:
    return AccountError(f'the credentials of account "{account_name}" are not set', hint=hint)


def _check(value: str, *, place: str) -> None:
    fault = fault_in(value)
    if fault is not None:
        msg = f"{place} {fault}"
        raise AccountError(msg, hint=COPY_AGAIN)
