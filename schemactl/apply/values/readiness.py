"""Whether what a plan writes down can be encrypted, and what it restores be decrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.apply.values.restoring import find_backup
from schemactl.errors import RefusedError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.call_word import ValueCallWord
from schemactl.model.value_call import FillValues, restore_of
from schemactl.store.state.interface import StateFolder
from schemactl.store.vault.encryption import RunEncryption
from schemactl.store.vault.folders import folder_of_run
from schemactl.store.vault.manifest import VaultError
from schemactl.store.vault.reading import check_key

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


def refuse_unreadable_backups(request: ApplyRequest) -> None:
    """Refuse a plan whose values could be neither written nor restored, before any call.

    Raises:
        RefusedError: What it restores is encrypted, and no identity that fits is named.
        VaultError: What it backs up is to be encrypted, and the library is not installed.
    """
    left = [one for one in request.plan.calls if one.number not in request.done]
    words = {call.request for call in left}
    recipients = request.values.encrypt_to
    if recipients and ValueCallWord.BACK_UP_VALUES in words:
        RunEncryption(recipients)
    fills = [restore_of(one) for one in left if one.request == ValueCallWord.FILL_VALUES]
    if request.vault is not None:
        for fill in fills:
            _refuse_unreadable(fill, request.vault, request)


def _refuse_unreadable(fill: FillValues, vault: StateFolder, request: ApplyRequest) -> None:
    identity = AccountIdentity(address=request.address, app_id=request.app_id)
    try:
        backup, _ = find_backup(fill, vault, identity, request.plan.backend)
    except VaultError:
        return  # The call itself fails, and names the reason.
    try:
        check_key(folder_of_run(vault, backup.run), backup, request.key)
    except VaultError as error:
        msg = f"{error}; nothing was changed"
        raise RefusedError(msg, hint=error.hint) from error
