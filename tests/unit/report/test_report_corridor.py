"""The chapter on the corridor: what is measured, drawn and said."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pypdf import PdfReader

from keruen import report
from keruen.domain import tables
from keruen.i18n import LANGUAGES, day, number, text
from keruen.report.chapters.corridor import (
    corridor_sections,
    map_of,
    others_sentences,
    route_pictures,
    traffic_data,
    traffic_pictures,
)
from keruen.report.chapters.corridor.busiest_line import worst_week
from keruen.report.chapters.corridor.others_words import fullest_side
from keruen.report.compose import compose
from keruen.report.document import Chapter, Folded, Illustration, Paragraph, TableBlock
from keruen.report.fonts import text_width
from keruen.report.label_placement import Box
from keruen.report.pictures.colours import ALERT, share_colour
from keruen.report.pictures.space_time import WAITING
from keruen.report.pictures.svg import Picture, escape
from keruen.scenario.models import Figure
from keruen.scenario.week import Week
from keruen.scenario.world import PlannedWorld
from keruen.study.results import Study
from made_up_corridor import LOW_DAYS, made_up_week, packaged_network, path, with_corridor
from made_up_studies import DAY, HOUR, scenario, study
from pdf_structure import faults

DAYS = 14


@pytest.fixture(scope="module")
def late() -> Study:
    """The same with longer waits."""
    described = scenario(days=DAYS, case_title="late")
    return with_corridor(study(described), packaged_network(), made_up_week(), wait_h=30)


def shapes(picture: Picture, kind: str) -> list[dict[str, str]]:
    """Attributes of all shapes of a kind."""
    root = ElementTree.fromstring(picture.svg)
    return [dict(element.attrib) for element in root.iter() if element.tag.endswith("}" + kind)]


def written(picture: Picture) -> list[tuple[str, Box]]:
    """Texts of a picture with the boxes that they fill; a line of letters is 9 of 10.5 high."""
    found = []
    for element in ElementTree.fromstring(picture.svg).iter():
        if not element.tag.endswith("}text"):
            continue
        words, size = element.text or "", float(element.attrib["font-size"])
        width = text_width(words, size, is_bold="font-weight" in element.attrib)
        anchor = element.attrib.get("text-anchor", "start")
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
        found.append((words, Box(left, y - 0.72 * size, left + width, y + 0.14 * size)))
    return found


def pictures(sections: list[Chapter]) -> list[Picture]:
    """All pictures of the sections."""
    return [one.picture for one in illustrated(sections)]


def illustrated(sections: list[Chapter]) -> list[Illustration]:
    """All figures of the sections, those that are folded away too."""
    blocks = [block for section in sections for block in section.blocks]
    folded = [one for block in blocks if isinstance(block, Folded) for one in block.blocks]
    return [one for one in (*blocks, *folded) if isinstance(one, Illustration)]


# --- without a railway --------------------------------------------------------------------------


def test_a_study_without_a_railway_has_no_chapter_on_it(light: Study) -> None:
    """Where no train of a week ran, the report is silent on the corridor."""
    assert corridor_sections([light], "en") == []
    names = [section.name for section in compose([light], "en").sections]
    assert not [name for name in names if name.startswith("corridor")]


def test_a_railway_without_boxes_and_trains_is_no_crash(railway: Study) -> None:
    """Empty tables give the map and a sentence that nothing travelled, but no diagram of trains."""
    names = ("corridor_trains", "train_passings", "border_days", "route_boxes", "flow_journeys")
    empty = {name: tables.empty(name, 0) for name in names}
    still = replace(
        railway,
        replications=tuple(replace(r, tables={**r.tables, **empty}) for r in railway.replications),
    )
    sections = corridor_sections([still], "en")
    assert [section.name for section in sections] == ["corridor"]
    first = sections[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert "no box" in first.text
    assert pictures(sections) == []
    assert len(map_of(still, [still], "en")) == 1


def test_a_case_without_a_railway_is_left_out(light: Study, railway: Study) -> None:
    """Of several cases those with a railway have the chapter."""
    both, one = (corridor_sections(s, "en") for s in ([light, railway], [railway]))
    assert both == one


# --- what is said first --------------------------------------------------------------------------


def with_figure(railway: Study, **figure: str) -> Study:
    """The study, whose scenario says where the share of others at Dostyk comes from."""
    path = "network.borders.dostyk.others.to_china.share"
    given = {"path": path, "text": "87 %", "source": "assumption", "note": "by hand", **figure}
    update = {"figures": (*railway.scenario.figures, Figure.model_validate(given))}
    described = railway.scenario.model_copy(update=update)
    return replace(railway, world=PlannedWorld.of(described))


def test_the_fullest_border_is_that_of_the_week() -> None:
    """Nine trains a week through Dostyk take more of their share than three through Altynkol."""
    network = packaged_network()
    assert fullest_side(network, made_up_week()) == ("dostyk", True)
    own = [network.borders[key].own_trains_per_d(to_china=True) for key in ("dostyk", "altynkol")]
    assert 9 / own[0] > 3 / own[1]
    assert fullest_side(network, Week(trains={}, routes={})) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_others_at_the_border_stand_on_the_first_page(railway: Study, language: str) -> None:
    """Which border, what share, in what range, and whose figure; once for cases that share it."""
    study = with_figure(railway, low="70 %", high="97 %")
    said = others_sentences([study, study], language)
    assert len(said) == 1
    of_others = packaged_network().borders["dostyk"].others.to_china.share
    for share in (of_others, 0.70, 0.97):
        assert f"{100 * share:.0f}" in said[0]
    assert packaged_network().borders["dostyk"].title.in_language(language) in said[0]
    assert text("chapter.others_assumed", language) in said[0]
    first = compose([study], language).sections[0]
    assert Paragraph(text=said[0]) in first.blocks


def test_whose_figure_it_is(railway: Study) -> None:
    """A published share names the site; a share without a range has none; nothing known, no word."""
    site = with_figure(railway, source="https://example.org/trains", as_of="2025")
    (said,) = others_sentences([site], "en")
    assert "published by example.org" in said
    assert "range" not in said
    assert others_sentences([railway], "en") == []


# --- what is measured ----------------------------------------------------------------------------


def test_use_of_a_section_is_counted_by_hand(railway: Study) -> None:
    """Trains a day are passings by days; the share is of what other traffic leaves, one way."""
    network = packaged_network()
    key = "altynkol-zhetigen"
    rows = railway.replications[0].tables["train_passings"]
    number_of = sorted(network.sections).index(key)
    start = railway.scenario.calendar.warm_up_ms
    days = [
        (int(row["is_forward"]), int(row["entered_ms"]))
        for row in rows
        if row["section"] == number_of and start <= row["entered_ms"] < start + DAYS * DAY
    ]
    forward = sum(is_forward for is_forward, _ in days)
    section = network.sections[key]
    free = section.capacity_trains_per_d - section.other_traffic.mean_trains_per_d
    use = traffic_data.section_use(railway)[key]
    assert use.trains_per_d == pytest.approx(len(days) / DAYS)
    assert use.share == pytest.approx(max(forward, len(days) - forward) / DAYS / free)
    assert 0 < use.share < 1
    assert traffic_data.section_use(railway)["bakhty-ayagoz"].trains_per_d == 0


def test_days_with_next_to_no_intake_are_marked(railway: Study) -> None:
    """Days are marked on which the intake is below half its median: days 3 to 7 here."""
    days = traffic_data.border_days(railway)
    assert set(days) == {(b, w) for b in ("altynkol", "dostyk") for w in (True, False)}
    for found in days.values():
        assert np.flatnonzero(found.is_low).tolist() == list(range(3, 3 + LOW_DAYS))
        assert found.n_waiting_most.max() >= found.n_waiting.max() == max(found.n_waiting)


def test_the_longest_queue_has_its_day(railway: Study) -> None:
    """The queue grows by two trains on each of five closed days: ten, and one more to China."""
    worst = traffic_data.worst_queue(railway)
    assert worst is not None
    assert (worst.n_trains, worst.day, worst.is_to_china) == (
        2 * LOW_DAYS + 1,
        3 + LOW_DAYS - 1,
        True,
    )
    said = corridor_sections([railway], "en")[0].blocks[0]
    assert isinstance(said, Paragraph)
    when = railway.scenario.calendar.first_day + timedelta(days=worst.day)
    assert day(when, "en") in said.text
    assert when == date(2030, 1, 8)


def test_journeys_are_weighted_by_boxes(railway: Study) -> None:
    """The mean of all flows counts each box that travels once."""
    journeys = traffic_data.journeys(railway)
    whole = traffic_data.overall(journeys)
    assert whole is not None
    weights = [j.boxes_per_year * (1 - j.left_share) for j in journeys]
    expected = sum(j.co2e_kg * w for j, w in zip(journeys, weights, strict=True)) / sum(weights)
    assert whole.co2e_kg == pytest.approx(expected)
    assert whole.boxes_per_year == pytest.approx(sum(j.boxes_per_year for j in journeys))
    left = railway.replications[0].tables["flow_journeys"]
    assert whole.left_share == pytest.approx(left["n_left"].sum() / left["n_boxes"].sum())


def test_refused_boxes_are_told(railway: Study) -> None:
    """Two of four ways refuse one box in 14 days: 52 a year; none refused, nothing said."""
    assert traffic_data.refused_per_year(railway) == pytest.approx(2 * 365 / DAYS)
    told = text("chapter.case_refused", "en", boxes=2 * 365 / DAYS)
    first = corridor_sections([railway], "en")[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert told in first.text
    rows = railway.replications[0].tables["route_boxes"].copy()
    rows["n_refused"] = 0
    kind = [replace(r, tables={**r.tables, "route_boxes": rows}) for r in railway.replications]
    first = corridor_sections([replace(railway, replications=tuple(kind))], "en")[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert "refused" not in first.text


def test_a_flow_that_never_arrives_does_not_spoil_the_mean(railway: Study) -> None:
    """A flow of which no box arrived has no times, and the others keep theirs."""
    rows = railway.replications[0].tables["flow_journeys"].copy()
    rows["n_arrived"][0] = 0
    changed = [replace(r, tables={**r.tables, "flow_journeys": rows}) for r in railway.replications]
    lame = replace(railway, replications=tuple(changed))
    whole = traffic_data.overall(traffic_data.journeys(lame))
    assert whole is not None
    assert whole.p50_ms > 0
    table = next(b for b in corridor_sections([lame], "en")[0].blocks if isinstance(b, TableBlock))
    assert any(cell.text == "–" for row in table.rows for cell in row)


# --- ways of the boxes ---------------------------------------------------------------------------


def test_no_box_is_lost_in_the_diagram_of_ways(railway: Study) -> None:
    """Bands together carry the boxes of the table, in sum and over each border."""
    bands = route_pictures.ways(railway, "en")
    rows = railway.replications[0].tables["route_boxes"]
    per_year = 365 / DAYS
    assert sum(b.boxes for b in bands) == pytest.approx(rows["n_boxes"].sum() * per_year)
    routes = sorted(made_up_week().routes.items())
    over_khorgos = sum(
        int(rows["n_boxes"][n]) for n, (_, r) in enumerate(routes) if "khorgos" in r.stations
    )
    drawn = sum(b.boxes for b in bands if b.stops[2] == "Khorgos–Altynkol")
    assert drawn == pytest.approx(over_khorgos * per_year)


def test_the_diagram_is_as_high_as_its_boxes(railway: Study) -> None:
    """All boxes pass the dry port: its bar is as high as the borders' bars together."""
    picture = route_pictures.ways_picture(railway, "en")
    assert picture is not None
    bars: dict[str, float] = {}
    for rect in shapes(picture, "rect"):
        if float(rect["width"]) == 9:
            bars[rect["x"]] = bars.get(rect["x"], 0.0) + float(rect["height"])
    columns = [height for _, height in sorted(bars.items(), key=lambda one: float(one[0]))]
    assert len(columns) == 5
    assert columns[2] == pytest.approx(columns[3], abs=0.1)
    assert columns[4] == pytest.approx(columns[3], abs=0.1)


def test_many_small_stations_are_one() -> None:
    """Beyond nine Chinese stations the rest is gathered, and its boxes are kept."""
    network, week = packaged_network(), made_up_week()
    dispatch = [k for k, s in sorted(network.stations.items()) if s.kind == "dispatch"][:20]
    route = week.routes["kits-2"]
    many = {
        f"r{n:02d}": route.model_copy(update={"stations": (key, *route.stations[1:])})
        for n, key in enumerate(dispatch)
    }
    crowded = with_corridor(
        study(scenario(days=DAYS)), network, week.model_copy(update={"routes": many})
    )
    bands = route_pictures.ways(crowded, "en")
    assert len({b.stops[0] for b in bands}) == 10
    assert text("chapter.other_stations", "en", n=11) in {b.stops[0] for b in bands}
    rows = crowded.replications[0].tables["route_boxes"]
    assert sum(b.boxes for b in bands) == pytest.approx(rows["n_boxes"].sum() * 365 / DAYS)


# --- trains on the line --------------------------------------------------------------------------


def test_waits_stand_where_the_table_says(railway: Study) -> None:
    """Each wait of the week is drawn at its station, from its begin until the train goes on."""
    week = worst_week(railway)
    assert week is not None
    network = packaged_network()
    km = dict(week.stations)
    assert week.stations[0] == ("tobol-dry-port", 0.0)
    assert week.stations[-1][0] == "dostyk"
    length = sum(
        network.sections[key].length_m for key, _ in path(network, "dostyk", "tobol-dry-port")
    )
    assert week.stations[-1][1] == pytest.approx(length / 1000)
    begins = railway.scenario.calendar.warm_up_ms + week.first_day * DAY
    expected = set()
    for row in railway.replications[0].tables["train_passings"]:
        section = network.sections[sorted(network.sections)[row["section"]]]
        start = section.start if row["is_forward"] else section.end
        is_on = section.start in km and section.end in km
        since, until = int(row["entered_ms"] - row["waited_ms"]), int(row["entered_ms"])
        if is_on and row["waited_ms"] and until > begins and since < begins + week.days * DAY:
            expected.add((since, until, km[start]))
    drawn = {wait for run in week.runs for wait in run.waits}
    assert expected
    assert {w for w in drawn if w[1] > begins} == expected
    assert {until - since for since, until, _ in expected} == {6 * HOUR}


def test_a_train_never_jumps(railway: Study) -> None:
    """Along a run neither time nor way goes back, a wait is horizontal, no place is skipped."""
    week = worst_week(railway)
    assert week is not None
    order = [km for _, km in week.stations]
    for run in week.runs:
        for (t0, km0), (t1, km1) in itertools.pairwise(run.points):
            assert t1 >= t0
            assert abs(order.index(km1) - order.index(km0)) <= 1
            assert km1 >= km0 if run.is_away else km1 <= km0
        for since, until, km in run.waits:
            assert {(since, km), (until, km)} <= set(run.points)


def test_the_week_is_the_one_with_most_waiting(railway: Study) -> None:
    """No other seven days of the measured time have more waiting on the line."""
    passings = railway.replications[0].tables["train_passings"].copy()
    start = railway.scenario.calendar.warm_up_ms
    passings["waited_ms"] = 0
    network = packaged_network()
    section = sorted(network.sections).index("astana-esil")
    on_day_9 = (passings["section"] == section) & (passings["entered_ms"] >= start + 9 * DAY)
    passings["waited_ms"][np.flatnonzero(on_day_9)[0]] = HOUR
    first, *others = railway.replications
    changed = replace(first, tables={**first.tables, "train_passings": passings})
    week = worst_week(replace(railway, replications=(changed, *others)))
    assert week is not None
    assert week.waited_ms == HOUR
    assert week.first_day <= 9 < week.first_day + week.days


def test_waits_are_drawn_in_the_colour_of_warning(railway: Study, late: Study) -> None:
    """Horizontal strokes in the colour of waiting: as many as waits, longer for longer waits."""

    def lengths(one: Study) -> list[float]:
        picture = next(p for p in pictures(corridor_sections([one], "en")) if "week" in p.title)
        found = []
        for stroke in shapes(picture, "path"):
            if stroke.get("stroke") == WAITING:
                x0, y0, x1, y1 = map(float, re.findall(r"[\d.]+", stroke["d"]))
                assert y0 == y1
                found.append(x1 - x0)
        return found[1:]  # the first is in the key

    week = worst_week(railway)
    assert week is not None
    assert len(lengths(railway)) == sum(len(run.waits) for run in week.runs) > 0
    assert max(lengths(late)) == pytest.approx(5 * max(lengths(railway)), rel=0.02)


# --- the map -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_of_the_map_lies_on_another(railway: Study, language: str) -> None:
    """Names of stations, borders and countries keep apart and stay on the sheet."""
    picture = route_pictures.route_picture(railway, (10.0, 1.0), language)
    texts = written(picture)
    assert len(texts) > 40
    for n, (one, box) in enumerate(texts):
        assert box.left >= -0.5, one
        assert box.right <= 720.5, one
        for other, second in texts[:n]:
            assert not box.meets(second), (one, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_names_what_matters(railway: Study, language: str) -> None:
    """The dry port, borders in use and stations with full trains always have their names."""
    words = "".join(
        said for said, _ in written(route_pictures.route_picture(railway, (10.0, 1.0), language))
    )
    plain = re.sub(r"\s", "", words)
    network = packaged_network()
    for station in ("tobol-dry-port", "hefei-north", "xian"):
        title = network.stations[station].title.in_language(language)
        assert re.sub(r"\s", "", title) in plain, title
    for border in ("dostyk", "altynkol"):
        title = network.borders[border].title.in_language(language)
        assert re.sub(r"\s", "", title) in plain, title


def test_a_line_is_as_wide_as_it_has_trains(railway: Study) -> None:
    """Sections with trains are drawn in full, the others as thin broken lines."""
    picture = route_pictures.route_picture(railway, route_pictures.tops_of([railway]), "en")
    network = packaged_network()
    broken = [p for p in shapes(picture, "path") if p.get("stroke-dasharray") == "4 3"]
    use = traffic_data.section_use(railway)
    n_idle = sum(use[key].trains_per_d == 0 for key in network.sections)
    assert len(broken) == n_idle + 1  # and one in the key
    widest = max(float(p.get("stroke-width", 1)) for p in shapes(picture, "path"))
    assert widest == pytest.approx(9 + 1.6)


def test_a_busier_line_is_darker(railway: Study) -> None:
    """The line whose free paths are used most has the darkest colour of all lines with trains."""
    tops = route_pictures.tops_of([railway])
    drawn = [
        shape.get("stroke")
        for shape in shapes(route_pictures.route_picture(railway, tops, "en"), "path")
    ]
    shares = [u.share for u in traffic_data.section_use(railway).values() if u.trains_per_d > 0]
    for share in shares:
        assert share_colour(share / tops[1]) in drawn


def test_cases_share_the_scales_of_the_map(railway: Study, late: Study) -> None:
    """The widest line and the darkest colour are those of all cases together."""
    most, share = route_pictures.tops_of([railway, late])
    used = [u for s in (railway, late) for u in traffic_data.section_use(s).values()]
    assert most == max(u.trains_per_d for u in used)
    assert share >= min(1.0, max(u.share for u in used))


def test_a_layer_of_the_scenario_takes_the_place_of_ours(railway: Study) -> None:
    """With its own outlines a scenario's map shows these and not the packaged ones."""
    own = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name_en":"Steppe"},'
        '"geometry":{"type":"Point","coordinates":[90,33]}}]}'
    )
    described = railway.scenario.model_copy(update={"documents": {"borders.geojson": own}})
    words = [said for said, _ in written(route_pictures.route_picture(railway, (10.0, 1.0), "en"))]
    changed = route_pictures.route_picture(
        replace(railway, world=PlannedWorld.of(described)), (10.0, 1.0), "en"
    )
    own_words = [said for said, _ in written(changed)]
    assert "Mongolia" in words
    assert "Mongolia" not in own_words
    assert "Steppe" in own_words
    assert len(shapes(changed, "path")) < len(
        shapes(route_pictures.route_picture(railway, (10.0, 1.0), "en"), "path")
    )


def test_closed_days_are_marked_in_the_picture(railway: Study, late: Study) -> None:
    """Each panel of a border has one mark: five days in a row."""
    drawn = traffic_pictures.border_pictures([railway, late], "en")
    assert len(drawn) == 2
    for picture in drawn:
        marks = [r for r in shapes(picture, "rect") if r["fill"] == ALERT]
        assert len(marks) == 4


# --- the chapter ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_its_words(railway: Study, late: Study, language: str) -> None:
    """Titles are unique, descriptions say figures, and a note says how a picture was made."""
    sections = corridor_sections([railway, late], language)
    assert [section.name for section in sections] == [
        "corridor",
        "corridor_line",
        "corridor_borders",
        "corridor_journeys",
    ]
    drawn = illustrated(sections)
    titles = [figure.picture.title for figure in drawn]
    # The leading case's map stands on page two.
    assert len(titles) == len(set(titles)) == 11
    assert all(re.search(r"\d", figure.picture.description) for figure in drawn)
    assert all(figure.note for figure in drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_chapter_leaves_the_sheet_or_is_cut(
    railway: Study, late: Study, language: str
) -> None:
    """Every text of every picture lies within its sheet, whole, on no other, not too small."""
    for picture in pictures(corridor_sections([railway, late], language)):
        for said, box in written(picture):
            assert box.left >= -1, (picture.title, said)
            assert box.right <= 721, (picture.title, said)
            assert not said.endswith("…"), (picture.title, said)
        for (one, box), (other, second) in itertools.combinations(written(picture), 2):
            assert not box.meets(second), (picture.title, one, other)
        sizes = [float(shape["font-size"]) for shape in shapes(picture, "text")]
        assert min(sizes) >= 9.5


def test_the_table_compares_the_cases_flow_by_flow(railway: Study, late: Study) -> None:
    """Each flow has a row for each case; the name stands once; one case needs no column for it."""
    blocks = corridor_sections([railway], "en")[0].blocks
    one = next(b for b in blocks if isinstance(b, TableBlock))
    blocks = corridor_sections([railway, late], "en")[0].blocks
    two = next(b for b in blocks if isinstance(b, Folded)).blocks[0]
    assert isinstance(two, TableBlock)
    n_flows = len(traffic_data.journeys(railway))
    assert len(one.rows) == n_flows
    assert len(two.rows) == 2 * n_flows
    assert len(two.header) == len(one.header) + 1 == len(two.widths)
    assert [bool(row[0].text) for row in two.rows] == [True, False] * n_flows
    first = traffic_data.journeys(railway)[0]
    assert one.rows[0][1].text == number(first.boxes_per_year, "en")
    assert one.rows[0][3].text == number(first.p50_ms / DAY, "en", 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_the_chapter(
    tmp_path: Path, railway: Study, late: Study, language: str
) -> None:
    """The page has the four parts and the notes, and stays below three megabytes."""
    page = report.write([railway, late], tmp_path, format="html", language=language)
    html = page.read_text("utf-8")
    assert page.stat().st_size < 3_000_000
    for name in ("corridor", "corridor_line", "corridor_borders", "corridor_journeys"):
        assert f'id="{name}"' in html
    is_bare = language == "zh"
    for kind in ("map_bare" if is_bare else "map", "ways", "line", "borders", "times", "costs"):
        assert escape(text(f"chapter.note_{kind}", language)) in html


def test_the_pdf_holds_the_chapter(tmp_path: Path, railway: Study) -> None:
    """The PDF has the four parts and a note below its picture."""
    pdf = report.write([railway], tmp_path, format="pdf", language="kk")
    assert faults(pdf) == []
    said = re.sub(r"\s", "", " ".join(p.extract_text() for p in PdfReader(pdf).pages))
    for name in ("corridor", "corridor_line", "corridor_borders", "corridor_journeys"):
        assert re.sub(r"\s", "", text(f"chapter.section_{name}", "kk")) in said
    assert re.sub(r"\s", "", text("chapter.note_ways", "kk")) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_trains_every_other_week_are_told(railway: Study, language: str) -> None:
    """The chapter names the train and its weeks, and says nothing where all run every week."""
    planned = railway.world.railway
    assert planned is not None
    key = min(planned.week.trains)
    trains = dict(planned.week.trains)
    trains[key] = trains[key].model_copy(
        update={"trains_per_week": 1, "departures_ms": (), "every_other_week": "odd"}
    )
    week = planned.week.model_copy(update={"trains": trains})
    world = replace(railway.world, railway=replace(planned, week=week))
    changed = replace(railway, world=world)
    said = text("plan.trains_odd", language, n=number(0.5, language, 1))
    for one, is_told in ((changed, True), (railway, False)):
        paragraph = corridor_sections([one], language)[0].blocks[0]
        assert isinstance(paragraph, Paragraph)
        assert (said in paragraph.text) == is_told
