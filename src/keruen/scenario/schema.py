"""The JSON Schema of scenario files, for editors that complete and check while one types.

The schema is that of the whole merged document. An editor that checks one file of a folder should
use the parts; what must hold between tables is in `checks` and not in the schema.
"""

from __future__ import annotations

from typing import Final

from keruen.domain.untyped import JsonTable
from keruen.scenario.models import Scenario
from keruen.scenario.quantities import EXAMPLES, units_of

_PROVENANCE: Final[JsonTable] = {
    "source": {"type": "string", "description": "Address or reference; `assumption` if none."},
    "as_of": {"type": ["string", "integer"], "description": "Date or year of the source."},
    "note": {"type": "string", "description": "Reason of an assumption, or what to know."},
    "published": {"type": "string", "description": "What the source counts, when not this."},
}
_WORKS: Final[JsonTable] = {
    "type": "object",
    "description": "What is built by the scenario's year without a decision of the joint list.",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "year": {"type": "integer", "description": "Done by the end of this year."},
            "title": {"$ref": "#/$defs/LocalText"},
            "changes": {
                "type": "object",
                "description": "Keys of the scenario with what they are once it is done.",
            },
            **_PROVENANCE,
        },
        "required": ["year", "title", "changes"],
        "additionalProperties": False,
    },
}
_PLAIN: Final = ("integer", "number")
_NUMBER: Final = r"^\s*[0-9][0-9. _\u00a0\u202f]*([eE][-+]?[0-9]+)?\s*(thousand|mln|bn)?"
_SIGNED: Final = _NUMBER.replace(r"^\s*", r"^\s*[-−]?", 1)
"""Of temperatures alone: no other quantity may be below nothing."""
_WITHOUT_FIGURES: Final = ("LocalText", "ClaimSubject", "Statement", "RatioCheck", "Header")


def json_schema() -> JsonTable:
    """The schema (Draft 2020-12) of a scenario's merged TOML document.

    Examples
    --------
    >>> json_schema()["properties"]["flows"]["type"]
    'object'
    """
    schema = Scenario.model_json_schema(by_alias=True, mode="validation")
    definitions = schema.pop("$defs")
    for of_read in ("Figure", "Problem"):
        definitions.pop(of_read, None)
    for name, field in Scenario.model_fields.items():
        if field.exclude:
            schema["properties"].pop(name)
    tables = {"": schema, **definitions}
    for name, table in tables.items():
        if "properties" in table and name not in _WITHOUT_FIGURES:
            properties = table["properties"]
            table["properties"] = {
                key: _with_figures(value) for key, value in properties.items()
            } | _PROVENANCE
    schema["properties"]["works"] = _WORKS
    definitions["DurationLaw"] = _law(definitions["DurationLaw"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def _with_figures(node: JsonTable) -> JsonTable:
    """A property whose numbers may be written plainly, with a unit, or as a table with a source."""
    if "anyOf" in node:
        return {**node, "anyOf": [_with_figures(choice) for choice in node["anyOf"]]}
    if node.get("type") == "array" and "dimension" in node.get("items", {}):
        plain = {**node, "items": _quantity(node["items"])}
        return {**_words(node), "anyOf": [_without_words(plain), _figure(_without_words(plain))]}
    if "dimension" in node or node.get("type") in _PLAIN or node.get("format") == "money":
        plain = _without_words(_quantity(node))
        return {**_words(node), "anyOf": [plain, _figure(plain)]}
    return _with_origins(node)


def _with_origins(node: JsonTable) -> JsonTable:
    """A table of entries may say where all its figures come from."""
    children = [key for key in ("additionalProperties", "patternProperties") if key in node]
    if not children or node.get("type") != "object":
        return node
    changed = {**node, "properties": _PROVENANCE}
    for key in children:
        inner = node[key]
        if key == "patternProperties":
            # "source" and "note" would otherwise have to be entries themselves.
            changed[key] = {
                name.replace("^", "^(?!source$|note$)", 1): _with_figures(value)
                for name, value in inner.items()
            }
            changed["additionalProperties"] = False
        elif isinstance(inner, dict):
            changed[key] = _with_figures(inner)
    return changed


def _quantity(node: JsonTable) -> JsonTable:
    if "dimension" not in node:
        return node
    dimension = node["dimension"]
    units = "|".join(sorted(units_of(dimension)))
    text = {
        "type": "string",
        "pattern": rf"{_SIGNED if dimension == 'temperature' else _NUMBER}\s*({units})\s*$",
        "examples": [EXAMPLES[dimension]],
    }
    number = {"type": "number", "minimum": 0, "maximum": 1 if dimension == "share" else 0}
    return {**_words(node), "anyOf": [text, number]}


def _figure(plain: JsonTable) -> JsonTable:
    limits = {"low": plain, "high": plain} if plain.get("type") != "array" else {}
    return {
        "type": "object",
        "properties": {"value": plain, **limits, **_PROVENANCE},
        "required": ["value"],
        "additionalProperties": False,
    }


def _law(law: JsonTable) -> JsonTable:
    """A law as a table, or a plain duration, or a figure with a duration as its value."""
    plain = _quantity({"dimension": "duration"})
    keys = {
        key: _quantity({"dimension": "duration"}) if key not in ("law", *_PROVENANCE) else value
        for key, value in law["properties"].items()
    }
    for key in ("low", "high"):
        keys[key] = plain
    table = {**law, "properties": keys}
    return {"title": law["title"], "description": law["description"], "anyOf": [plain, table]}


def _words(node: JsonTable) -> JsonTable:
    return {key: node[key] for key in ("title", "description", "default") if key in node}


def _without_words(node: JsonTable) -> JsonTable:
    return {key: value for key, value in node.items() if key not in ("title", "description")}
