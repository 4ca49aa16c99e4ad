"""`CustomObjects`: the custom objects with their names.

No answer of the vendor is public; the members are those that two clients read.
"""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OnOff, RestObjectList
from schemactl.emulator.objects import ObjectRow
from schemactl.emulator.rest.json_values import Json
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.rows import Row, chosen, page
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.switches import Switches

KEY = "id"


def read_objects(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Return a page of the custom objects, unless a switch closes the list."""
    rows: list[Row] = []
    match switches.rest_object_list:
        case RestObjectList.FORBIDDEN:
            raise RestError(403, RestText.FORBIDDEN)
        case RestObjectList.MISSING:
            raise RestError(404, RestText.NOT_FOUND)
        case RestObjectList.EMPTY:
            pass
        case RestObjectList.ROWS:
            rows = [_row(row, switches) for row in account.objects.rows()]
    return page(chosen(rows, request, switches, key=KEY), request, switches, key=KEY)


def _row(row: ObjectRow, switches: Switches) -> Row:
    is_shown = switches.rest_object_labels is OnOff.ON
    return {
        KEY: str(row.id),
        "name": row.name,
        "singular": row.singular if is_shown else "",
        "plural": row.plural if is_shown else "",
        "possessive": f"{row.singular}'s" if is_shown else "",
        "plural_possessive": f"{row.plural}'" if is_shown else "",
        "table": f"custom_object_{row.id}",
        "deletable": "1",
    }
