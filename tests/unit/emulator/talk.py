"""Talks to an emulator over HTTP as a client would, not through schemactl."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote_plus, urlencode
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from schemactl.emulator import EmulatorServer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REST = {"Api-Appid": "2_11111_abc", "Api-Key": "secret-word"}
PLAIN_SUCCESS = "<result>Success</result>"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON says
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever JSON says
        """The `data` in the envelope of an answer that shows success."""
        assert self.status == 200, self.body
        envelope = self.json
        assert envelope["code"] == 0
        return envelope["data"]

    @property
    def tree(self) -> Element:
        """The body as XML."""
        return fromstring(self.body)

    @property
    def error(self) -> str | None:
        """The text of a failure; None where the body is none."""
        return self.tree.findtext("error")


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A client of one emulator."""

    server: EmulatorServer

    def call(self, request_type: str, data: str = "", /, **parameters: str) -> Answer:
        """Make a call with the data encoded twice, as most clients do."""
        form = {"appid": "2_11111_abc", "key": "secret-word", "reqType": request_type}
        return self.post(urlencode({**form, "data": quote_plus(data), **parameters}).encode())

    def rest(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: str | int,
    ) -> Answer:
        """Make a call of the REST API; a body is sent as JSON."""
        where = f"/1/{path}?{urlencode(query)}" if query else f"/1/{path}"
        sent = b"" if body is None else json.dumps(body).encode()
        own = {**REST, "Content-Type": "application/json"} if headers is None else headers
        return self.post(sent, path=where, method=method, headers=own)

    def fieldeditor(self, method: str, body: object = None, **query: str | int) -> Answer:
        """Make a call to the editor of the fields of contacts."""
        if isinstance(body, dict):
            return self.rest(method, "objects/fieldeditor", {"objectID": 0, **body})
        return self.rest(method, "objects/fieldeditor", headers=None, objectID=0, **query)

    def shown(self, alias: str) -> dict[str, Any]:
        """Return the first field of that alias, from the editor of fields."""
        for section in self.fieldeditor("GET").data.values():
            for column in section["fields"]:
                for one in column:
                    if one["alias"] == alias:
                        found: dict[str, Any] = one
                        return found
        raise AssertionError(alias)

    def aliases(self, section: str) -> list[list[str]]:
        """Return the aliases of a section's fields, column by column."""
        columns = self.fieldeditor("GET", section=section).data["fields"]
        return [[one["alias"] for one in column] for column in columns]

    def all_aliases(self, section: str) -> list[str]:
        """Return the aliases of a section's fields."""
        return [alias for column in self.aliases(section) for alias in column]

    def fields_of(self, section: str) -> list[list[dict[str, Any]]]:
        """Return a section's columns as a client sends them back."""
        kept = ("field", "alias", "type", "required", "unique")
        columns = self.fieldeditor("GET", section=section).data["fields"]
        return [[{key: one[key] for key in kept} for one in column] for column in columns]

    def labels(self, alias: str) -> dict[str, str]:
        """Return the options of a field by their numbers, from `objects/meta`."""
        meta = self.rest("GET", "objects/meta", objectID=0, format="byId").data
        found: dict[str, str] = meta["0"]["fields"][self.shown(alias)["field"]]["options"]
        return found

    def rest_tags(self) -> dict[str, str]:
        """Return the tags' names by their ids, from the REST API."""
        rows = self.rest("GET", "Tags").data
        return {row["tag_id"]: row["tag_name"] for row in rows}

    def post(
        self,
        body: bytes,
        *,
        path: str = "/cdata.php",
        method: str = "POST",
        headers: Mapping[str, str] = FORM,
    ) -> Answer:
        """Send a request as it is given."""
        address = self.server.base_url.removeprefix("http://")
        connection = HTTPConnection(address, timeout=10)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            text = response.read().decode("utf-8")
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, body=text, headers=names)
        finally:
            connection.close()

    def control(self, method: str, page: str, text: str = "") -> object:
        """Use a control page that must answer 200, and give its JSON."""
        answer = self.post(text.encode(), path=f"/control/{page}", method=method, headers={})
        assert answer.status == 200, answer.body
        content: object = json.loads(answer.body)
        return content

    def sections(self) -> dict[str, list[str]]:
        """Return the names of the fields of each section, from `key`."""
        return {
            section.get("name", ""): [one.get("name", "") for one in section]
            for section in self.call("key").tree.iter("Group_Tag")
        }

    def field(self, section: str, name: str) -> Element:
        """Return the first field of that name in the first section of that name, from `key`."""
        for one in self.call("key").tree.iter("Group_Tag"):
            if one.get("name") == section:
                return next(found for found in one if found.get("name") == name)
        raise AssertionError(section)

    def options(self, section: str, name: str) -> list[str | None]:
        """Return the options of a field, from `key`."""
        return [one.text for one in self.field(section, name)]

    def tags(self) -> list[str | None]:
        """Return the names of the account's tags, from `pull_tag`."""
        return [one.text for one in self.call("pull_tag").tree]

    def values(self, contact_id: int = 1) -> dict[str, str | None]:
        """Return the values of a contact by field name, from `fetch`."""
        tree = self.call("fetch", f"<contact_id>{contact_id}</contact_id>").tree
        return {one.get("name", ""): one.text for one in tree.iter("field")}

    def done(self, request_type: str, data: str = "", /, **parameters: str) -> None:
        """Make a call that must succeed."""
        assert self.call(request_type, data, **parameters).body == PLAIN_SUCCESS


def section_data(section: str, *fields: tuple[str, str]) -> str:
    """Write the data of a call that adds fields; no name may need escaping."""
    inner = "".join(f'<field name="{name}" type="{type_}"/>' for name, type_ in fields)
    return f'<data><Group_Tag name="{section}">{inner}</Group_Tag></data>'


def a_section(
    name: str, *columns: Sequence[Mapping[str, object]], **more: object
) -> dict[str, object]:
    """Write the body of a call to the editor of fields."""
    return {"name": name, "fields": list(columns), **more}


def options_data(name: str, *options: str) -> str:
    """Write the data of a dropdown call."""
    inner = "".join(f"<option>{one}</option>" for one in options)
    return f'<data><field name="{name}">{inner}</field></data>'


def contact_data(contact_id: int | None, **values: str) -> str:
    """Write a contact whose values are in no section; `_` in a name means a space."""
    id_ = "" if contact_id is None else f' id="{contact_id}"'
    inner = "".join(
        f'<field name="{name.replace("_", " ")}">{text}</field>'
        for name, text in values.items()
    )
    return f"<contact{id_}>{inner}</contact>"
