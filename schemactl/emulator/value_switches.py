"""Switches for contacts: how values are shown, found and written.

The evidence behind each is in the documentation; see `switches` for what a default means.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemactl.emulator import choices, value_choices


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSwitches:
    """One setting of every switch about contacts."""

    unset_text: value_choices.UnsetText = field(
        default=value_choices.UnsetText.NULL,
        metadata={"about": "a text that was never set, over REST; clients saw null"},
    )
    unset_drop: value_choices.UnsetOption = field(
        default=value_choices.UnsetOption.ZERO,
        metadata={"about": "an unset dropdown, checkbox or date over REST; clients saw 0"},
    )
    unset_number: value_choices.UnsetNumber = field(
        default=value_choices.UnsetNumber.NULL,
        metadata={"about": "an unset number or price over REST"},
    )
    unset_list: value_choices.UnsetList = field(
        default=value_choices.UnsetList.EMPTY,
        metadata={"about": "an unset list over REST; clients saw the first three"},
    )
    op_is_not_empty: value_choices.InCondition = field(
        default=value_choices.InCondition.SUPPORTED,
        metadata={"about": "`IS NOT EMPTY` in a condition; clients send it"},
    )
    op_is_not_null: value_choices.InCondition = field(
        default=value_choices.InCondition.SUPPORTED,
        metadata={"about": "`IS NOT` NULL in a condition"},
    )
    op_contains: value_choices.InCondition = field(
        default=value_choices.InCondition.SUPPORTED,
        metadata={"about": "`CONTAINS` and `DOES NOT CONTAIN` in a condition"},
    )
    op_like: value_choices.InCondition = field(
        default=value_choices.InCondition.SUPPORTED,
        metadata={"about": "`LIKE` in a condition; clients know the word, not its wildcards"},
    )
    count_param: value_choices.CountParameter = field(
        default=value_choices.CountParameter.ON,
        metadata={"about": "`count` of a collection; clients know it since 2025-08"},
    )
    condition_longtext: value_choices.InCondition = field(
        default=value_choices.InCondition.REFUSED,
        metadata={"about": "a long text in a condition; it is kept in another database"},
    )
    condition_sql_text: value_choices.InCondition = field(
        default=value_choices.InCondition.SUPPORTED,
        metadata={"about": "a condition written as SQL; clients still send it"},
    )
    condition_unknown_field: value_choices.InCondition = field(
        default=value_choices.InCondition.REFUSED,
        metadata={"about": "a field in a condition that the account does not have"},
    )
    default_externs: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={"about": "names such as `f1//firstname` in rows with a parent field"},
    )
    write_label_for_option: value_choices.LabelForOption = field(
        default=value_choices.LabelForOption.REFUSED,
        metadata={"about": "a REST write of an option's label in place of its number"},
    )
    write_unknown_option: value_choices.UnknownOption = field(
        default=value_choices.UnknownOption.REFUSED,
        metadata={"about": "a REST write of an option that the field does not have"},
    )
    write_unique_clash: value_choices.AcceptedOr422 = field(
        default=value_choices.AcceptedOr422.REFUSED,
        metadata={"about": "a REST write of another record's value to a unique field"},
    )
    write_required_blank: value_choices.AcceptedOr422 = field(
        default=value_choices.AcceptedOr422.REFUSED,
        metadata={"about": "a REST write that leaves a required field empty"},
    )
    write_null: value_choices.WriteNull = field(
        default=value_choices.WriteNull.CLEARS,
        metadata={"about": "null as a value in a REST write"},
    )
    write_same_value_moves_dlm: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={"about": "whether a REST write that changes nothing moves `dlm`"},
    )
    write_fires_automation: choices.OnOff = field(
        default=choices.OnOff.ON,
        metadata={"about": "whether a write over an API is in the log of started automations"},
    )
    text_overlong: value_choices.OverlongText = field(
        default=value_choices.OverlongText.CUT,
        metadata={"about": "a text above 768 bytes in a REST write to a field of that size"},
    )
    tag_delay: value_choices.ReadsBefore = field(
        default=value_choices.ReadsBefore.NONE,
        metadata={"about": "reads that do not show yet what `objects/tag` and its like wrote"},
    )
    background_delay: value_choices.ReadsBefore = field(
        default=value_choices.ReadsBefore.NONE,
        metadata={"about": "reads that do not show yet a write with `background_request`"},
    )
    owner_sees: value_choices.OwnerSees = field(
        default=value_choices.OwnerSees.ALL,
        metadata={"about": "contacts that a key sees over REST; `part` are those of odd ids"},
    )
    single_missing: value_choices.SingleMissing = field(
        default=value_choices.SingleMissing.STATUS_404,
        metadata={"about": "status of a read of one missing contact; clients saw both"},
    )
    legacy_batch_partial: value_choices.LegacyBatch = field(
        default=value_choices.LegacyBatch.NONE_WRITTEN,
        metadata={"about": "one wrong contact among several in a call of the Contacts API"},
    )
    legacy_search_shape: value_choices.LegacySearchShape = field(
        default=value_choices.LegacySearchShape.RECORDS,
        metadata={"about": "a search: clients saw whole contacts, the manual says ids"},
    )
    legacy_page_base: value_choices.LegacyPageBase = field(
        default=value_choices.LegacyPageBase.ONE,
        metadata={"about": "the first page of a search; the manual shows page 2 only"},
    )
    legacy_contact_id: value_choices.LegacyContactId = field(
        default=value_choices.LegacyContactId.SEARCHABLE,
        metadata={"about": "a search by `Contact ID` in an account that shows no such field"},
    )
    legacy_check_value: value_choices.LegacyCheckValue = field(
        default=value_choices.LegacyCheckValue.ONE,
        metadata={"about": "a checkbox that is on, over the Contacts API"},
    )
    legacy_list_value: value_choices.LegacyListValue = field(
        default=value_choices.LegacyListValue.LABELS,
        metadata={"about": "options of a list over the Contacts API"},
    )
    legacy_date_out: value_choices.LegacyDateOut = field(
        default=value_choices.LegacyDateOut.MONTH_DAY_YEAR,
        metadata={"about": "a date over the Contacts API; clients read m-d-Y"},
    )
