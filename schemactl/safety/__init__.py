"""Check plans separately: what they risk, and whether they may still be applied.

    hazards       risks, each with the permission that lifts it
    applied       plans that were applied before, if the account has changed since
    earlier_counts  who holds what is not counted now, by an earlier count
    foreign       plans that were made for another account, or for other files
    stale         objects of the account that changed since a plan was made
    moves         records that get other values
    tightening    fields that become required or unique
    questions     what to count for a plan, and before its calls
    holders       whether more is held than was reviewed
    secret_names  app id or key of the account, if a plan would write them into names
    wording       stale objects as text, with three states: seen, now, wanted

Only reads: it changes no plan and makes no call. A refusal comes before the first call.
"""

from __future__ import annotations

from schemactl.safety.count_words import more_held_text, not_backed_up_text
from schemactl.safety.earlier_counts import earlier_counts, recent_usage
from schemactl.safety.foreign import refuse_foreign
from schemactl.safety.hazards import refuse_altered_hazards, refuse_hazards, with_hazards
from schemactl.safety.holders import MoreHeldError, with_current_counts
from schemactl.safety.questions import ReviewedCounts, find_questions, with_counts
from schemactl.safety.secret_names import refuse_secret_names
from schemactl.safety.stale import StalePlanError, find_stale, refuse_stale
from schemactl.safety.stale_object import StaleObject

__all__ = [
    "MoreHeldError",
    "ReviewedCounts",
    "StaleObject",
    "StalePlanError",
    "earlier_counts",
    "find_questions",
    "find_stale",
    "more_held_text",
    "not_backed_up_text",
    "recent_usage",
    "refuse_altered_hazards",
    "refuse_foreign",
    "refuse_hazards",
    "refuse_secret_names",
    "refuse_stale",
    "with_counts",
    "with_current_counts",
    "with_hazards",
]
