"""The chapter on claims."""

from __future__ import annotations

from dataclasses import replace

from keruen.i18n import LANGUAGES
from keruen.report.chapters.claims import claims_section
from keruen.report.document import Bullets, TableBlock
from keruen.scenario.world import PlannedWorld
from keruen.study.results import Study


def test_what_cannot_be_true_is_said_with_its_figure(light: Study) -> None:
    """Eleven million tonnes in 400 000 boxes are 27.5 t in each, more than a box holds."""
    said = [
        sentence
        for language in LANGUAGES
        for block in claims_section(light, language).blocks
        if isinstance(block, Bullets)
        for sentence in block.items
    ]
    assert len(said) == len(LANGUAGES)
    assert all("27.5" in sentence or "27,5" in sentence for sentence in said)
    assert all("26.5" in sentence or "26,5" in sentence for sentence in said)


def test_every_statement_stands_with_who_said_it_and_when(light: Study) -> None:
    """Statements are kept side by side, each with its source; none is left out."""
    (table,) = (b for b in claims_section(light, "en").blocks if isinstance(b, TableBlock))
    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows == [
        ["Capacity", "400,000 boxes/yr", "The promoter", "2025", "published"],
        ["", "11 Mt/yr", "The ministry", "2025", "published"],
    ]
    assert table.rows[0][4].links == ("https://example.org/boxes?a=1&b=2",)


def test_a_scenario_without_claims_says_so(light: Study) -> None:
    """An empty chapter is a sentence, not a gap."""
    silent = replace(light, world=PlannedWorld.of(light.scenario.model_copy(update={"claims": {}})))
    (block,) = claims_section(silent, "en").blocks
    assert "no claims" in getattr(block, "text", "")
