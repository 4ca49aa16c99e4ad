"""The default account of an emulator, and a newer one: system sections as accounts have them.

Section names, field names and types of the default are those of a recorded account of 2011,
with the space at the end of one name. The newer one has the names that clients of 2014 saw; its
types and order are guesses. All options are invented.
"""

from __future__ import annotations

from schemactl.emulator.layout import NewField
from schemactl.emulator.seed import Seed, SeedSection

_LEAD_SOURCES = ("Web Search", "Referral", "Trade Show", "Newspaper Ad", "Partner")
_CAMPAIGNS = ("Spring Offer", "Free Consultation")
_ADS = ("Ad A", "Ad B")
_MEDIA = ("Search", "Social", "Print")


def default_seed() -> Seed:
    """Return the sections of an account without custom fields."""
    return Seed(
        sections=(
            _section("Contact Information", _CONTACT_INFORMATION),
            _section("Lead Information", _LEAD_INFORMATION),
            _section("Sequences and Tags", _SEQUENCES_AND_TAGS),
            _section("Affiliate Data", _AFFILIATE_DATA, editable=True),
            _section("Credit Card", _CREDIT_CARD, editable=True),
        )
    )


def newer_seed() -> Seed:
    """Return the sections of an account whose field is called Email, and not E-Mail."""
    return Seed(
        sections=(
            _section("Contact Information", _NEWER_CONTACT_INFORMATION),
            _section("Lead Information", _LEAD_INFORMATION),
            _section("Sequences and Tags", _SEQUENCES_AND_TAGS),
            _section("System Information", _SYSTEM_INFORMATION),
            _section("Partner Data", _PARTNER_DATA),
        )
    )


def _section(name: str, fields: tuple[NewField, ...], *, editable: bool = False) -> SeedSection:
    return SeedSection(name=name, custom=False, editable=editable, fields=fields)


def _fields(*names_and_types: tuple[str, str]) -> tuple[NewField, ...]:
    return tuple(
        NewField(name=name, type=type_, custom=False) for name, type_ in names_and_types
    )


def _dropdown(name: str, *options: str) -> NewField:
    return NewField(name=name, type="tdrop", custom=False, options=options)


_CONTACT_INFORMATION = _fields(
    ("First Name", "text"),
    ("Last Name", "text"),
    ("E-Mail", "text"),
    ("Home Phone", "phone"),
    ("Title", "text"),
    ("Office Phone", "text"),
    ("Cell Phone", "phone"),
    ("Fax", "text"),
    ("Address", "text"),
    ("Company", "text"),
    ("Address 2", "text"),
    ("City", "text"),
    ("State", "state"),
    ("Zip Code", "text"),
    ("Website ", "text"),
    ("Country", "country"),
    ("Birthday", "fulldate"),
)
_NEWER_CONTACT_INFORMATION = (
    *_fields(
        ("First Name", "text"),
        ("Last Name", "text"),
        ("Email", "email"),
        ("SMS Number", "sms"),
        ("Skype", "text"),
    ),
    *(field for field in _CONTACT_INFORMATION[3:] if field.name != "Website "),
    *_fields(("Website", "text")),
)
_SYSTEM_INFORMATION = _fields(
    ("Date Added", "fulldate"),
    ("Last Activity", "fulldate"),
    ("Date Modified", "fulldate"),
    ("Contact ID", "numeric"),
    ("Spent", "price"),
)
_PARTNER_DATA = _fields(
    ("Paypal Address", "text"), ("Number of Sales", "numeric"), ("Partner Program", "text")
)
_LEAD_INFORMATION = (
    *_fields(("Contact Owner", ""), ("First Referrer", ""), ("Last Referrer", "")),
    _dropdown("Lead Source", *_LEAD_SOURCES),
    _dropdown("Campaign", *_CAMPAIGNS),
    _dropdown("Ad", *_ADS),
    _dropdown("Media", *_MEDIA),
)
_SEQUENCES_AND_TAGS = _fields(("Sequences", "sequence"), ("Contact Tags", "list"))
_AFFILIATE_DATA = _fields(
    ("Affiliate Program", "aff_program"),
    ("Number of Sales", "numeric"),
    ("$ Sales", "price"),
    ("Affiliate Paypal", "text"),
)
_CREDIT_CARD = _fields(
    ("Card Type", "ndrop"),
    ("Card Expiration Month", "tdrop"),
    ("Charge Result", "tdrop"),
    ("Card Expiration Year", "numeric"),
    ("Card Number (Last 4)", "numeric"),
    ("Payment Center Link", "Payment Center Link"),
)
