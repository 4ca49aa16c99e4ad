"""The contents of a project file as values, none of them secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum, unique
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.errors import Location, UsageError
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit
from schemactl.model.field_types import LEGACY_TYPES, REST_TYPES
from schemactl.model.keep import KeepValues
from schemactl.model.lint import RuleSeverity
from schemactl.model.package import Package, UsedPackage
from schemactl.model.rollout import RolloutRules
from schemactl.model.variables import Variable
from schemactl.store.state.address import StateAddress
from schemactl.text import nearest, quoted_short
from schemactl.values import dataclass, field

if TYPE_CHECKING:
    from schemactl.model.facts import Facts

PROJECT_FILE: Final = "schemactl.yaml"
MAX_LISTED: Final = 20
"""Names of accounts in a message; a project can have a thousand."""
EMBEDDED: Final = "emulator"
"""The `url` of the embedded account."""


@unique
class BackendName(StrEnum):
    """The APIs that an account can be reached over."""

    LEGACY = "legacy"
    REST = "rest"


def vendor_url(backend: BackendName) -> str:
    """Return the vendor's own address of an API."""
    match backend:
        case BackendName.LEGACY:
            # The vendor's published samples of 2015.
            return "https://api.ontraport.com/cdata.php"
        case BackendName.REST:
            # What the vendor's SDKs put before every path.
            return "https://api.ontraport.com/1/"


@unique
class SectionUpdates(StrEnum):
    """How much of a section a REST request contains that changes something of it.

    How the server treats omitted fields is unknown: no public source says.
    """

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEnvironment:
    """App id, key and their host are in environment variables that begin with `prefix`."""

    prefix: str

    @property
    def app_id_variable(self) -> str:
        """Environment variable with the app id."""
        return f"{self.prefix}_APP_ID"

    @property
    def key_variable(self) -> str:
        """Environment variable with the key."""
        return f"{self.prefix}_API_KEY"

    @property
    def host_variable(self) -> str:
        """Environment variable with the host that the key is for."""
        return f"{self.prefix}_HOST"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromFile:
    """App id and key are in a file; `path` is as written, from the project's folder or `~/`."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FromKeyring:
    """App id and key are in the system's keyring, under the name `service`."""

    service: str


CredentialsSource: TypeAlias = FromEnvironment | FromFile | FromKeyring


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRules:
    """How much one apply can remove before it requires a permission.

    Attributes:
        max_removals: Number of removals.
        max_removed_percent: Share of everything that is managed.
    """

    max_removals: int = 10
    max_removed_percent: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRules:
    """What happens to values of records before an apply destroys them.

    Attributes:
        keep: Whether they are backed up.
        retain_days: For how many days backups are kept; None for no limit.
        encrypt_to: Public keys of age to which backups are encrypted; none for no encryption.
    """

    keep: KeepValues = KeepValues.REQUIRED
    retain_days: int | None = None
    encrypt_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of a project.

    Attributes:
        name: Its name in the project file.
        backend: The API to use.
        url: Its address; `EMBEDDED` for the account inside the project folder.
        schema: Patterns of its schema files, from the project folder.
        schema_locations: Where each pattern is written.
        credentials: Where its app id and key are found.
        calls_per_minute: Maximum number of calls per minute; None for no limit.
        tag_carrier: Id of the contact on which missing tags are made; None for none. The
            REST API, which makes tags by a call, needs none.
        location: Position of its name in the project file.
        section_updates: What is sent if a section changes, only for the REST API; None where
            a probe decides.
        section_updates_location: Where the files set it; None where they do not.
        acknowledged: Drift that is acknowledged until a day.
        field_limit: The limit of fields; assumed if the file has none.
        prune: Whether plans remove what an apply created and no file declares any more.
        app_ids: Fingerprints of app ids that all open this one account.
        labels: Words by which commands choose it together with others.
        variables: Texts for schema files that list them under `uses:`.
        packages: The packages that its patterns mean.
        not_schema: Names of the project's account files, which no pattern of `schema` means.
        values: What happens to values before they are destroyed.
        probed: What `schemactl probe` found out about it, never from the project file; None
            until that was looked up.
    """

    name: str
    backend: BackendName
    url: str
    schema: tuple[str, ...]
    schema_locations: tuple[Location, ...]
    credentials: CredentialsSource
    calls_per_minute: int | None
    tag_carrier: int | None
    location: Location
    section_updates: SectionUpdates | None = None
    acknowledged: tuple[Acknowledgement, ...] = ()
    field_limit: AppliedLimit = ASSUMED_LIMIT
    prune: bool = False
    app_ids: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=lambda: MappingProxyType({}))
    not_schema: frozenset[str] = frozenset()
    values: ValueRules = ValueRules()
    probed: Facts | None = None
    section_updates_location: Location | None = None
    packages: tuple[UsedPackage, ...] = ()

    @property
    def updates_in_part(self) -> Location | None:
        """Where the files set that updates send only what changes; None where they do not."""
        is_part = self.section_updates is SectionUpdates.PART
        return self.section_updates_location if is_part else None

    @property
    def facts(self) -> Facts:
        """What is known of how its server behaves."""
        from schemactl.model.facts import NO_FACTS  # Slow: many enumerations.

        return self.probed or NO_FACTS

    @property
    def declarable_types(self) -> frozenset[str]:
        """The field types that files for the account may declare."""
        match self.backend:
            case BackendName.LEGACY:
                return LEGACY_TYPES
            case BackendName.REST:
                return REST_TYPES

    @property
    def is_embedded(self) -> bool:
        """Whether it is the account inside the project folder, without network or key."""
        return self.url == EMBEDDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project file that broke no rule.

    Attributes:
        folder: Its folder, from which patterns start.
        accounts: In the order written, those of files after the others; at least one.
        default_account: The account to use if -a names none; None if the file names none.
        safety: Thresholds, the same for all accounts.
        rules: Severities of rules that differ from the default.
        packages: Schema files of other places, pinned.
        account_files: Names of the files that describe an account each.
        state: The shared state store; None for the project's own folder.
        rollout: In which waves a change reaches the accounts; None for all at once.
    """

    folder: Path
    accounts: tuple[Account, ...]
    default_account: str | None
    safety: SafetyRules
    rules: Mapping[str, RuleSeverity] = field(default_factory=lambda: MappingProxyType({}))
    account_files: tuple[str, ...] = ()
    state: StateAddress | None = None
    rollout: RolloutRules | None = None
    packages: tuple[Package, ...] = ()

    def account(self, name: str | None) -> Account:
        """Return an account by name; None means the default or only one.

        Raises:
            UsageError: The name is unknown, or it is unclear which account is meant.
        """
        wanted = name if name is not None else self.default_account
        if wanted is None and len(self.accounts) == 1:
            return self.accounts[0]
        if wanted is None:
            raise self._none_chosen()
        for account in self.accounts:
            if account.name == wanted:
                return account
        names = [account.name for account in self.accounts]
        near = nearest(wanted, names)
        hint = f"did you mean {near}?" if near else f"known: {listed(names)}"
        msg = f"{PROJECT_FILE} has no account {quoted_short(wanted)}"
        raise UsageError(msg, hint=hint)

    def _none_chosen(self) -> UsageError:
        names = [account.name for account in self.accounts]
        msg = f"this project has {len(names)} accounts, and none of them is chosen"
        hint = (
            f"name one with -a ({listed(names)}), or write the usual one at the top "
            f"level of {PROJECT_FILE}: default_account: {names[0]}"
        )
        return UsageError(msg, hint=hint)


def listed(names: Sequence[str]) -> str:
    """Return names with commas between; only the first ones of very many."""
    first, rest = ", ".join(names[:MAX_LISTED]), len(names) - MAX_LISTED
    return first if rest <= 0 else f"{first}, … ({rest} more)"
