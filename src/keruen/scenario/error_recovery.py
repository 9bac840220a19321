"""What is left of a broken document, so that the rules between tables are checked all the same.

A person who mends a file wants every problem in one reading. When a table does not fit its model,
the smallest entry that contains the fault is cut out (a flow, a service, a block …), or, for tables
of which there is only one, replaced by a stand-in; the rules then run on the rest, and are silent
on what was cut out.
"""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from keruen.scenario import documents
from keruen.scenario.models import Scenario
from keruen.scenario.provenance import take_figures
from keruen.scenario.reading import Document, ScenarioReading, TomlValue

_TOP: Final = ("commodities", "flows", "services", "claims", "standing", "levers")
_NETWORK: Final = (
    *("stations", "railways", "sections", "borders"),
    *("episodes", "disruptions", "fleet", "origins"),
)
COLLECTIONS: Final[tuple[tuple[str, ...], ...]] = (
    *((table,) for table in _TOP),
    *(("terminal", table) for table in ("tracks", "machines", "blocks")),
    *(("network", table) for table in _NETWORK),
    *(("network", "week", table) for table in ("trains", "routes")),
)
"""Tables of entries by name: one entry can be wrong while the others are sound."""

_MOST_ROUNDS: Final = 5


def sound_remains(reading: ScenarioReading, document: Document) -> Scenario | None:
    """A scenario of the parts that are sound; None when nothing can be made of the document.

    What was cut out is added to ``reading.left_out``; `document` is changed.
    """
    stand_in = _stand_in()
    for _ in range(_MOST_ROUNDS):
        try:
            return Scenario.model_validate(document, by_alias=True, by_name=False)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False, include_input=False):
                location = tuple(str(part) for part in error["loc"])
                # A key too many is taken out alone: the table around it is sound.
                if error["type"] != "extra_forbidden" or not _dropped(document, location):
                    reading.left_out.append(_cut(document, stand_in, location))
    return None


def _stand_in() -> Document:
    """The smallest packaged scenario without its entries: any valid one would do."""
    folder = documents.packaged_folder() / "toy"
    document = take_figures(documents.load(folder, (), ()))[0]
    for collection in COLLECTIONS:
        if _at(document, collection[:-1]) is not None:
            _put(document, collection, {})
    return document


def _cut(document: Document, stand_in: Document, location: tuple[str, ...]) -> str:
    """Cut out or replace the smallest entry around a fault; returns its path."""
    for collection in COLLECTIONS:
        size = len(collection)
        table = _at(document, collection)
        if location[:size] == collection and isinstance(table, dict) and len(location) > size:
            table.pop(location[size], None)
            return ".".join(location[: size + 1])
        if location == collection:
            _put(document, collection, {})
            return ".".join(collection)
    size = 2 if location[0] == "terminal" and isinstance(document.get("terminal"), dict) else 1
    place = location[:size]
    _put(document, place, _at(stand_in, place))
    return ".".join(place)


def _dropped(document: Document, location: tuple[str, ...]) -> bool:
    """Take out one key; False when it is not there."""
    table = _at(document, location[:-1])
    return isinstance(table, dict) and table.pop(location[-1], None) is not None


def _at(document: Document, place: tuple[str, ...]) -> TomlValue:
    node: TomlValue = document
    for key in place:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _put(document: Document, place: tuple[str, ...], value: TomlValue) -> None:
    """Set a value, or take the key away when there is none; the tables above it exist."""
    *parents, last = place
    table = document
    for key in parents:
        table = table[key]
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value
