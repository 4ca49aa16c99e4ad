"""A plan as a file: canonical JSON, and read back to exactly the plan that was reviewed.

    plan_file         what every plan file has in common, and its faults
    writing           a plan, and its digest
    reading           a plan of a file, stream or text, or the reason why it is none
    content           a plan of its document
    changes           a change, written and read; what a kind adds is in `section_changes`,
                      `field_changes` and `tag_changes`
    locations         a place in the user's files

The digest is over the rest of the file, so an edit by hand or a damage is found. It is no
signature: whoever can write the file can write another digest. `safety` decides whether a plan
may still be applied, and where. A plan holds no credential and no contact data.
"""

from __future__ import annotations

from schemactl.store.plan.reading import load_plan, plan_of_document, plan_of_stream, read_plan
from schemactl.store.plan.writing import digest_of, plan_digest, plan_document, plan_text

__all__ = [
    "digest_of",
    "load_plan",
    "plan_digest",
    "plan_document",
    "plan_of_document",
    "plan_of_stream",
    "plan_text",
    "read_plan",
]
