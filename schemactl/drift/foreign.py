"""What a base of another account still means: nothing but its protection. Pure.

An account name can lead to another account some day: another `url`, or other credentials. Ids,
renames and orphans of the former account mean nothing there. But neither change may end the
protection that a file asks for, so protection holds by section and name, in every account
of the name, until the files declare the field without `protect: true`.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.base import Base, ProtectedField
from schemactl.model.difference import EndedProtection, Notice, NoticeCode
from schemactl.values import replace


def protection_to_carry(
    own: Base | None, foreign: Base | None, ended: Iterable[EndedProtection]
) -> tuple[ProtectedField, ...]:
    """Return the protection of other accounts that the next base is to hold, sorted.

    Args:
        own: The base of this very account.
        foreign: The base in the folder where it is of another account.
        ended: Fields whose protection the reviewed plan ends.
    """
    reviewed = {(one.custom_object, one.section, one.name) for one in ended}
    fields = protected_elsewhere(own, foreign)
    return tuple(
        sorted(
            one for one in fields if (one.custom_object, one.section, one.name) not in reviewed
        )
    )


def protected_elsewhere(own: Base | None, foreign: Base | None) -> frozenset[ProtectedField]:
    """Return what other accounts of the name protect, without their ids.

    Args:
        own: The base of this very account.
        foreign: The base in the folder if it is of another account.
    """
    fields = (
        *(() if own is None else own.protected_elsewhere),
        *(() if foreign is None else (*foreign.protected, *foreign.protected_elsewhere)),
    )
    return frozenset(replace(one, id="") for one in fields)


def notice_foreign_base(
    account: str, foreign: Base | None, identity: AccountIdentity
) -> tuple[Notice, ...]:
    """Report that the base in the folder is of another account, and what that means.

    Args:
        account: Its name in the project file.
        foreign: That base; None where it fits, or where there is none.
        identity: Which account it is now.
    """
    if foreign is None:
        return ()
    held = (
        " The fields that it protects stay protected."
        if protected_elsewhere(None, foreign)
        else ""
    )
    message = (
        f"the base in .schemactl/base is of another account: {foreign.identity}. This account "
        f"is {identity}. So the base is not used: it is unknown which side changed and what an "
        f"apply created, and a renamed field looks like a new one.{held} The next apply writes "
        f"a base of this account. {_remedy(account, foreign.identity, identity)}"
    )
    return (Notice(code=NoticeCode.FOREIGN_BASE, about=account, message=message),)


def _remedy(account: str, recorded: AccountIdentity, identity: AccountIdentity) -> str:
    if identity.is_embedded and recorded.is_embedded:
        return "A clone of a project has an embedded account of its own"
    if identity.differs_by_app_id(recorded):
        return (
            "If both app ids open the same account, write "
            f"{identity.setting_for(recorded)} below {account}: in schemactl.yaml"
        )
    return "If that is not intended, correct url: in schemactl.yaml"
