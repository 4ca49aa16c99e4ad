"""Requests that add or take something away, by the words that plans have for them."""

from __future__ import annotations

from typing import Final

CREATING_REQUESTS: Final = frozenset(
    {"add_section", "edit_section", "add_tag", "create_fields", "create_tag"}
)
"""Requests that can add a section, a field or a tag."""
REMOVING_REQUESTS: Final = frozenset(
    {"remove_field", "remove_section", "delete_field", "delete_section", "delete_tag"}
)
"""Requests that take away a whole object; each is proved by a read of its own."""
DESTROYING_REQUESTS: Final = REMOVING_REQUESTS | {"remove_dropdown", "remove_options"}
"""Requests that lose what contacts hold: before the first of them, a read proves what was
added, and none is ever sent twice."""
