"""Plans, drifts and runs rich enough to show every line that a report can have."""

from __future__ import annotations

from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.difference import NoticeCode, UnmanagedKind
from schemactl.model.field_limits import FieldLimit
from schemactl.model.filling import FillSource
from schemactl.model.object_state import (
    ContentsState,
    NamesState,
    PreconditionKind,
    TypedName,
    state_of_fields,
)
from schemactl.model.plan import (
    Hazard,
    ManualCode,
    ManualStep,
    Permission,
    Plan,
    Precondition,
    Summary,
)
from schemactl.model.schema import FieldKey
from tests.builders import (
    a_budget,
    a_call,
    a_field,
    a_hazard,
    a_location,
    a_manual_step,
    a_notice,
    a_plan,
    an_unmanaged,
)

INDUSTRIES = tuple(
    f"{name} {size}"
    for name in ("Retail", "Health care", "Law, tax and advice", "Building", "Education")
    for size in ("small", "medium", "large", "group")
)

NEW_SECTION = AddSection(section="Sales Pipeline", location=a_location(4))
NEW_DROPDOWN = AddField(
    section="Sales Pipeline",
    after=a_field("Lead Status", "tdrop", ["New", "Contacted", "Won", "Lost"]),
    location=a_location(6),
)
NEW_PRICE = AddField(
    section="Sales Pipeline", after=a_field("Deal Value", "price"), location=a_location(7)
)
NEW_OPTIONS = ChangeOptions(
    section="Lead Information",
    before=a_field("Lead Source", "tdrop", ["Newspaper Ad"], custom=False),
    after=a_field("Lead Source", "tdrop", ["Podcast"]),
    added=("Podcast",),
    removed=("Newspaper Ad",),
    location=a_location(25),
)
RENAMED = RenameField(
    section="Sales Archive",
    before=a_field("Follow-up Date", "fulldate"),
    after=a_field("Next Call", "fulldate"),
    location=a_location(12),
)
NEW_TAG = AddTag(tag="VIP", location=a_location(31))


def small_plan() -> Plan:
    """Return the plan that a first reader should see: some of each, and one refusal."""
    changes = (NEW_SECTION, NEW_DROPDOWN, NEW_PRICE, NEW_OPTIONS, RENAMED, NEW_TAG)
    return a_plan(
        *changes,
        calls=(
            a_call(
                1,
                "add_section",
                {
                    "section": "Sales Pipeline",
                    "fields": (
                        {"name": "Lead Status", "type": "tdrop"},
                        {"name": "Deal Value", "type": "price"},
                    ),
                },
                serves=(NEW_SECTION.id, NEW_DROPDOWN.id, NEW_PRICE.id),
            ),
            a_call(
                2,
                "add_dropdown",
                {"field": "Lead Status", "options": ("New", "Contacted", "Won", "Lost")},
                serves=(NEW_DROPDOWN.id,),
                needs=(1,),
            ),
            a_call(
                3,
                "add_dropdown",
                {"field": "Lead Source", "options": ("Podcast",)},
                serves=(NEW_OPTIONS.id,),
            ),
            a_call(
                4,
                "remove_dropdown",
                {"field": "Lead Source", "options": ("Newspaper Ad",)},
                serves=(NEW_OPTIONS.id,),
                needs=(3,),
            ),
        ),
        manual_steps=(
            a_manual_step(
                RENAMED,
                instruction="in the field editor of the web interface, rename the field "
                '"Follow-up Date" to "Next Call"',
            ),
            a_manual_step(
                NEW_TAG,
                ManualCode.TAG_BY_HAND,
                'in Contacts > Settings > Manage Tags, make the tag "VIP"',
                alternative="set tag_carrier in schemactl.yaml to a contact's id, and apply "
                "makes missing tags",
            ),
        ),
        hazards=(
            a_hazard(
                NEW_OPTIONS,
                code=Permission.REMOVES_OPTION,
                message='contacts that hold the option "Newspaper Ad" of "Leads / Lead Source" '
                "lose it",
            ),
        ),
        unmanaged=(
            an_unmanaged("Fax 2"),
            an_unmanaged("Trade Show", section="Trade Show", kind=UnmanagedKind.SECTION),
            an_unmanaged("newleads", section=None, kind=UnmanagedKind.TAG),
        ),
        summary=Summary(add=3, change=1, remove=0, by_hand=2),
        budget=a_budget(calls=4, requests=9, seconds=2.0, before=9044, after=9128),
    )


def every_plan() -> Plan:
    """Return a plan with every kind of change, hazard, manual step and notice."""
    changes = _every_change()
    return a_plan(
        *changes,
        calls=(
            a_call(1, "add_section", {"section": "Sales Pipeline", "fields": ()}),
            a_call(2, "remove_field", {"section": "Leads", "field": "Website "}, needs=(1,)),
            a_call(3, "add_tag", {"contact": 1234, "tags": ("VIP",)}),
            a_call(12, "unheard_of", {"flag": True, "ratio": 0.5, "nothing": None}),
        ),
        pending_cleanups=(
            PendingCleanup(
                run="20260101T120000Z-1a2b3c",
                contact="1234",
                tags=("VIP", "\x1b[2J"),
            ),
        ),
        manual_steps=_every_step(changes),
        hazards=_every_hazard(changes),
        permissions=(Permission.REPLACES_FIELD,),
        unmanaged=(
            *(an_unmanaged(f"Old {number}") for number in range(1, 25)),
            an_unmanaged("", section="Affiliate Data", field_type="Payment Center Link"),
            an_unmanaged("Trade Show", section="Trade Show", kind=UnmanagedKind.SECTION),
            an_unmanaged("newleads", section=None, kind=UnmanagedKind.TAG),
            an_unmanaged("legacy, Leads", section=None, kind=UnmanagedKind.TAG),
        ),
        notices=(
            a_notice(location=a_location(9)),
            a_notice(
                NoticeCode.DUPLICATE_NAME,
                "Affiliate Data / Make Payment To",
                "2 fields of the section have this name: no call can select one of them",
            ),
            *(
                a_notice(NoticeCode.WAS_LEFT_OVER, f"Leads / Old {number}", "is still there")
                for number in range(1, 12)
            ),
        ),
        seen=(
            Precondition(
                kind=PreconditionKind.FIELD,
                path=("Leads", "Website "),
                live=state_of_fields(
                    [a_field("Website "), a_field("website", "tdrop", ["b", "a"])],
                    [FieldKey("Contact Information", "Website")],
                ),
                desired=None,
                serves=("remove-field/Leads/Website ",),
            ),
            Precondition(
                kind=PreconditionKind.SECTION,
                path=("Sales Pipeline",),
                live=None,
                desired=NamesState(("Sales Pipeline",)),
                serves=(NEW_SECTION.id,),
            ),
            Precondition(
                kind=PreconditionKind.SECTION_CONTENTS,
                path=("Trade Show 2014",),
                live=ContentsState((TypedName("Booth", "text"),)),
                desired=None,
                serves=("remove-section/Trade Show 2014",),
            ),
            Precondition(
                kind=PreconditionKind.TAG,
                path=("VIP",),
                live=NamesState(("vip",)),
                desired=NamesState(("VIP",)),
                serves=(NEW_TAG.id,),
            ),
        ),
        summary=Summary(add=5, change=2, remove=3, by_hand=7),
        budget=a_budget(
            calls=1204,
            requests=1_950,
            seconds=480.4,
            before=39_000,
            peak=41_304,
            after=40_536,
            unknown=2,
            limit=FieldLimit.BYTES_39611,
        ),
    )


def _every_change() -> tuple[Change, ...]:
    leads = "Leads"
    wide = a_field("Industry and size of the company that the contact works for", "tdrop")
    return (
        NEW_SECTION,
        NEW_DROPDOWN,
        NEW_PRICE,
        AddField(
            section="Sales Pipeline",
            after=a_field("Industry", "tdrop", INDUSTRIES),
            location=a_location(8),
        ),
        RenameSection(section=leads, was="Lead Information", location=a_location(20)),
        NEW_OPTIONS,
        ChangeOptions(
            section=leads,
            before=wide,
            after=wide,
            added=INDUSTRIES[:9],
            removed=INDUSTRIES[9:],
            location=a_location(1026, file="crm/customers/by-region/europe/sales.yaml"),
        ),
        AddField(
            section=leads, after=a_field("Büro ☎ 電話番号", "phone"), location=a_location(22)
        ),
        RemoveField(
            section=leads,
            before=a_field("Website "),
            explicit=False,
            location=a_location(20),
        ),
        RemoveField(
            section=leads, before=a_field("\x1b[2J\u202egnp"), explicit=True, location=None
        ),
        ChangeType(
            section=leads,
            before=a_field("Budget", "text"),
            after=a_field("Budget", "price"),
            location=a_location(27),
        ),
        ChangeType(
            section=leads,
            before=a_field("Owner", ""),
            after=a_field("Owner", "text"),
            protected=True,
            location=a_location(28),
        ),
        ChangeDescription(
            section="Sales Archive",
            before="",
            after="Deals that are over, won or lost.",
            location=a_location(11),
        ),
        RENAMED,
        ChangeSettings(
            section="Sales Archive",
            before=a_field("Contract", required=False, unique=True),
            after=a_field("Contract", required=True, unique=False),
            location=a_location(14),
        ),
        FillField(
            section="Sales Archive",
            after=a_field("Industry", "tdrop", ["Retail", "Other"]),
            sources=(
                FillSource(
                    section="Trade Show 2014",
                    name="Branch",
                    map=(("retail", "Retail"),),
                    others="Other",
                ),
            ),
            types=("text",),
            records=1_150,
            kept=4,
            total=1_204,
            location=a_location(16),
        ),
        MoveField(
            section="Sales Archive",
            source="Contact Information",
            before=a_field("Birthday", "fulldate"),
            after=a_field("Date of Birth", "fulldate"),
            location=a_location(13),
        ),
        ResolveDuplicate(
            section="Affiliate Data",
            after=a_field("Make Payment To"),
            found=(a_field("Make Payment To"), a_field("Make Payment To", "list")),
            location=a_location(15),
        ),
        RemoveSection(section="Trade Show 2014", location=a_location(40)),
        NEW_TAG,
        RenameTag(tag="Partner", was="partner 2014", location=a_location(43)),
        RemoveTag(tag="old_leads", location=a_location(44)),
        AddObject(custom_object="Projects", location=a_location(50)),
        AddSection(section="Details", location=a_location(62), custom_object="Pets"),
        AddField(
            section="Details",
            after=a_field("Breed", "drop", ["Cat", "Dog"]),
            location=a_location(64),
            custom_object="Pets",
        ),
    )


def _every_step(changes: tuple[Change, ...]) -> tuple[ManualStep, ...]:
    by_name = {change.id: change for change in changes}
    rename = by_name["rename-section/Leads"]
    editor = "in the field editor of the web interface"
    return (
        a_manual_step(
            rename, instruction=f'{editor}, rename the section "Lead Information" to "Leads"'
        ),
        ManualStep(
            code=ManualCode.BLOCKED,
            change="add-field/Leads/Büro ☎ 電話番号",
            instruction="nothing to click: plan again once that is done",
            waits_for=(rename.id,),
        ),
        a_manual_step(
            by_name["change-type/Leads/Owner"],
            ManualCode.TYPE_BY_HAND,
            f"{editor}, make a field of type text and move the values over",
        ),
        a_manual_step(
            RENAMED,
            instruction=f'{editor}, rename the field "Follow-up Date" to "Next Call"',
        ),
        a_manual_step(
            by_name["move-field/Sales Archive/Date of Birth"],
            ManualCode.MOVE_BY_HAND,
            f'{editor}, drag "Birthday" from section "Contact Information" to "Sales Archive" '
            'and rename it to "Date of Birth"',
            alternative="if a second field is meant, declare the one in "
            '"Contact Information" too',
        ),
        a_manual_step(
            by_name["resolve-duplicate/Affiliate Data/Make Payment To"],
            ManualCode.AMBIGUOUS_NAME,
            f'{editor}, section "Affiliate Data", rename or remove all but one of the 2 fields '
            'named "Make Payment To" that are not wanted',
        ),
        a_manual_step(
            by_name["remove-tag/old_leads"],
            ManualCode.TAG_BY_HAND,
            'in Contacts > Settings > Manage Tags, delete the tag "old_leads"',
        ),
        a_manual_step(
            by_name["add-object/Projects"],
            ManualCode.OBJECT_BY_HAND,
            'in the web interface, make the custom object "Projects"',
        ),
    )


def _every_hazard(changes: tuple[Change, ...]) -> tuple[Hazard, ...]:
    by_name = {change.id: change for change in changes}
    website = by_name["remove-field/Leads/Website "]
    budget = by_name["change-type/Leads/Budget"]
    section = by_name["remove-section/Trade Show 2014"]
    return (
        a_hazard(
            NEW_OPTIONS,
            code=Permission.REMOVES_OPTION,
            message='contacts that hold the option "Newspaper Ad" of "Leads / Lead Source" '
            "lose it",
        ),
        a_hazard(
            website,
            message='the values of "Leads / Website " in every contact are destroyed '
            "permanently",
        ),
        a_hazard(
            budget,
            code=Permission.REPLACES_FIELD,
            message='"Leads / Budget" is removed and created again: its values in every '
            "contact are destroyed permanently",
        ),
        a_hazard(
            section,
            code=Permission.REMOVES_SECTION,
            message='section "Trade Show 2014" disappears from every contact record',
        ),
        a_hazard(
            website,
            NEW_PRICE,
            code=Permission.UNEXPLAINED_PAIR,
            message='"Leads / Website " would be removed and "Leads / Deal Value" added: if it '
            "is one field, its values would be lost",
            hint='write `was: ["Website "]` beside "Deal Value", or list "Website " under '
            "removed:",
        ),
        a_hazard(
            website,
            section,
            budget,
            code=Permission.MANY_REMOVALS,
            message="3 of 9 managed objects would be removed (33 %): more than 10, or more "
            "than 30 %",
            hint="if that is not meant, look for a file that is missing or moved",
        ),
        a_hazard(
            NEW_PRICE,
            code=Permission.EXCEEDS_FIELD_BUDGET,
            message="the fields of contacts would take 41,304 of the 39,611 bytes that the "
            "project file states: the account may refuse new fields",
            hint="remove fields that nobody needs",
        ),
    )
