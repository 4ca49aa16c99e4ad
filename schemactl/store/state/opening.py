"""Open the state store of a project; an object store by the optional library `obstore`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from schemactl.errors import UsageError
from schemactl.store.state.address import Cloud, StateAddress
from schemactl.store.state.objects import ObjectState
from schemactl.store.state.standing import read_standing, refuse_moved

if TYPE_CHECKING:
    from obstore.store import (
        ClientConfig,
        ObjectStore,
        RetryConfig,
        S3CredentialProvider,
    )

_TIMEOUT_S: Final = 15
_CONNECT_S: Final = 5
_RETRIES: Final = 3
_RETRY_S: Final = 20
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_ENDPOINT: Final = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?"
)
"""Scheme, host, port and path: neither a user, a password, a query nor a space."""
_FOUND_BY_LIBRARY: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""Where one of these variables is set, the library finds the credentials by itself."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def open_objects(address: StateAddress, environ: Mapping[str, str]) -> ObjectState:
    """Open a state store in a cloud; the first time, its standing is read.

    Raises:
        UsageError: The library is not installed, or the environment cannot be used.
        RefusedError: The state was moved elsewhere.
        AccountError: The store does not answer.
    """
    return _opened(address, *_settings(address, environ))


def connect_objects(address: StateAddress, environ: Mapping[str, str]) -> ObjectState:
    """Return a store in a cloud, whatever its standing; sends nothing.

    Raises:
        UsageError: The library is not installed, or the environment cannot be used.
    """
    return _connected(address, *_settings(address, environ))


def _settings(address: StateAddress, environ: Mapping[str, str]) -> tuple[str, bool]:
    """Return the address of the service, if it is not the cloud's, and whose credentials."""
    if address.cloud is not Cloud.S3:
        return "", False
    endpoint = ""
    for name in _ENDPOINTS:
        if endpoint := environ.get(name, ""):
            _refuse_unusable(name, endpoint)
            break
    return endpoint, not any(environ.get(name) for name in _FOUND_BY_LIBRARY)


def _refuse_unusable(variable: str, endpoint: str) -> None:
    """Refuse an address that the library stops at, or that holds what nobody may see.

    It is in messages, and in the store itself.

    Raises:
        UsageError: It is none; the message does not quote it.
    """
    if _ENDPOINT.fullmatch(endpoint) is None:
        msg = f"{variable} is not the address of a service that keeps state"
        hint = (
            "write http:// or https://, host and port, without user, password, query and "
            "spaces; keys are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        raise UsageError(msg, hint=hint)


@cache
def _opened(address: StateAddress, endpoint: str, uses_profile: bool, /) -> ObjectState:  # noqa: FBT001
    """Return a store that is in use; all accounts of a process share its connections."""
    state = _connected(address, endpoint, uses_profile)
    refuse_moved(state, read_standing(state))
    return state


def _connected(address: StateAddress, endpoint: str, uses_profile: bool, /) -> ObjectState:  # noqa: FBT001
    try:
        client = _client(address, endpoint, uses_profile=uses_profile)
    except ImportError as error:
        msg = f"the state store {address} needs the Python library obstore"
        hint = (
            "install it in the environment of schemactl: "
            "pip install 'ontraport-schemactl[cloud]'"
        )
        raise UsageError(msg, hint=hint) from error
    except Exception as error:  # noqa: BLE001 - the library raises errors of many kinds
        # Without its text: it may quote a variable of the environment.
        msg = f"the state store {address} cannot be opened ({type(error).__name__})"
        hint = "check the cloud's variables in the environment, such as AWS_ENDPOINT_URL"
        raise UsageError(msg, hint=hint) from None
    return ObjectState(address, client, endpoint=endpoint)


def _client(address: StateAddress, endpoint: str, *, uses_profile: bool) -> ObjectStore:
    from obstore.store import AzureStore, GCSStore, S3Store

    prefix = address.prefix or None
    match address.cloud:
        case Cloud.S3:
            return S3Store(
                address.bucket,
                prefix=prefix,
                client_options=_options(endpoint),
                retry_config=_retries(),
                credential_provider=_profile() if uses_profile else None,
                config={"endpoint": endpoint} if endpoint else {},
            )
        case Cloud.GOOGLE:
            return GCSStore(
                address.bucket,
                prefix=prefix,
                client_options=_options(""),
                retry_config=_retries(),
            )
        case Cloud.AZURE:
            return AzureStore(
                address.bucket,
                prefix=prefix,
                client_options=_options(""),
                retry_config=_retries(),
            )


def _options(endpoint: str) -> ClientConfig:
    parts = urlsplit(endpoint)
    is_near = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return {
        "allow_http": is_near,
        "connect_timeout": timedelta(seconds=_CONNECT_S),
        "timeout": timedelta(seconds=_TIMEOUT_S),
        "user_agent": "schemactl",
    }


def _retries() -> RetryConfig:
    return {
        "max_retries": _RETRIES,
        "retry_timeout": timedelta(seconds=_RETRY_S),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=2),
            "base": 2,
        },
    }


def _profile() -> S3CredentialProvider | None:
    """Return what finds the credentials of a profile or login of AWS; None without boto3.

    Without it, the library asks the machine that it runs on.
    """
    try:
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ImportError:
        return None
    try:
        return Boto3CredentialProvider()
    except ValueError:
        return None
