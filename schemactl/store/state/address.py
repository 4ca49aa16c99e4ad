"""The address of a state store, as the key `state` of a project file has it."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import Final

from schemactl.values import dataclass

LOCAL: Final = ".schemactl"
"""What the key has for the folder of the project."""


_PATTERN: Final = (
    r"^(\.schemactl|(s3|gs|az)://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]"
    r"(/[A-Za-z0-9][A-Za-z0-9._=-]*)*/?)$"
)
"""As the JSON Schema of the project file has it."""


def is_state_address(text: str) -> bool:
    """Whether a text is the address of a state store."""
    return re.fullmatch(_PATTERN, text) is not None


@unique
class Cloud(StrEnum):
    """Whose object store it is."""

    S3 = "s3"
    GOOGLE = "gs"
    AZURE = "az"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateAddress:
    """Where a shared state store is.

    Attributes:
        cloud: Whose it is.
        bucket: The bucket, or the container of Azure.
        prefix: What the names of all its objects start with; empty for nothing.
    """

    cloud: Cloud
    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, text: str) -> StateAddress | None:
        """Return the address that a text has by the JSON Schema; None for the folder."""
        if text == LOCAL:
            return None
        scheme, _, rest = text.partition("://")
        bucket, _, prefix = rest.partition("/")
        return cls(cloud=Cloud(scheme), bucket=bucket, prefix=prefix.strip("/"))

    def __str__(self) -> str:
        return "/".join((f"{self.cloud}://{self.bucket}", *filter(None, (self.prefix,))))
