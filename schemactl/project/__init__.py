"""The project file, `schemactl.yaml`: which accounts there are and how each is reached.

    entries            what the file says, as values
    project_file       the file, read and checked
    search             the project that a folder is in
    credentials        app id and key, from wherever the file says that they are
    allowed_host       the host that a key is for; no other gets it
    credentials_file   a file of app id and key, which only its owner may read
    committed          which files git tracks, and whether it would take one along
    pasted             whether a value can be an app id or key

The project file says where credentials are found, never what they are. Contacts nobody.
"""

from __future__ import annotations

from schemactl.project.credentials import read_credentials
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
    "load_project",
    "read_credentials",
    "vendor_url",
]
