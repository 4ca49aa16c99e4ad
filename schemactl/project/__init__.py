"""The project file, `schemactl.yaml`: its accounts, and where their credentials are.

    project_file       reads and checks the project file and the files of its accounts
    entries            the accounts as the files have them, with defaults
    account_rules      what a JSON Schema cannot say of them
    settings           what it says, as values
    selection          which accounts a command works on
    acknowledgements   drift that it acknowledges
    search             finds the project that a folder is in
    credentials        app id and key, from where the project file says that they are
    credentials_file   a file of app id and key, which only its owner can read
    pasted             whether a value can be an app id or key
    allowed_host       the host that a key is for; no other host gets it
    address            addresses that app id and key can be sent to
    starter            the sample project that `init` writes
    recipes            CI recipes that `init --ci` writes
    install_source     what a recipe installs schemactl from

The project file says where credentials are, and never contains them.
"""

from __future__ import annotations

from schemactl.project.project_file import load_project
from schemactl.project.settings import (
    EMBEDDED,
    PROJECT_FILE,
    Account,
    BackendName,
    FromEnvironment,
    FromFile,
    FromKeyring,
    Project,
    SafetyRules,
    SectionUpdates,
    ValueRules,
    vendor_url,
)

__all__ = [
    "EMBEDDED",
    "PROJECT_FILE",
    "Account",
    "BackendName",
    "FromEnvironment",
    "FromFile",
    "FromKeyring",
    "Project",
    "SafetyRules",
    "SectionUpdates",
    "ValueRules",
    "load_project",
    "vendor_url",
]
