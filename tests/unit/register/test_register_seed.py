"""The first list holds all that was reported, with its source, and presents nothing as agreed."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keruen.domain.joint import Claim, Commitment, Effect
from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.register.joint_list.scenario_effects import effect_problems
from keruen.register.record.canonical import fingerprint
from keruen.register.record.texts import behind, mtexts
from keruen.register.seed import LANGUAGES_OF, SCENARIO, SIGNED_LANGUAGES, document, seed
from keruen.scenario import read_projects

SHARED = Path(__file__).parents[4] / "shared"
ARTICLE = SHARED / "seed" / "kostanay-hefei-2025-08-13.ru.txt"
FACTS = SHARED / "facts" / "facts.csv"
SECTORS = SHARED / "bench/oc4ids-0.9.5/schema/project-level/codelists/projectSector.csv"
STATIONS = SHARED / "bench" / "geo" / "stations-kazakhstan.osm.json"
ARTICLE_ADDRESS = "https://www.ng.kz/modules/news/article.php?storyid=56893"

# Every statement of the report with a figure, a date, a promise, a visit or a topic → where it is.
STATEMENTS = {
    "Меморандум о взаимопонимании и углублении сотрудничества подписали 12 августа": (
        "memorandum-signed",
        "KH-C01",
    ),
    "В тот же день гость встретился с акимом области": ("region-met",),
    "в прошлом году уже принимал делегацию под руководством заместителя мэра Хэфэя": (
        "deputy-mayor-received",
        "deputy-mayor-visit-2024",
        "KH-C09",
    ),
    "а весной сам посетил этот город": ("hefei-visited-in-spring",),
    "гостям показали автозавод Allur": ("plant-shown", "KH-C11"),
    "выпускают технику пяти брендов, включая китайский JAC": ("allur-five-brands",),
    "штаб-квартира как раз находится в Хэфэе": ("jac-seat-hefei",),
    "Среди гостей был и заместитель генерального директора предприятия": ("company-in-party",),
    "благодарим вас за теплый прием в апреле": ("hefei-visited-in-april", "KH-C10"),
    "В этом году Костанаю исполняется 146 лет": ("kostanay-age",),
    "производящий более половины всех автомобилей Казахстана": ("car-share-city",),
    "успешно работают предприятия лёгкой и пищевой промышленности": ("light-and-food-industry",),
    "Индустриальная зона, созданная в 2017 году": ("industrial-zone-founded",),
    "реализуется семь крупных проектов": ("industrial-zone-seven", "KH-0011"),
    "близость к границе с Россией": ("location",),
    "благоустройство дворов, парков и набережных": ("improvement-of-the-city",),
    "мы видели местную набережную": ("embankment-liked", "KH-0012"),
    "внедрен искусственный интеллект": ("clean-streets-and-ai",),
    "Некоторые идеи мы уже приняли на вооружение": ("ideas-adopted",),
    "у нас чуть более 270 тысяч жителей": ("kostanay-population",),
    "у вас 10 миллионов": ("hefei-population",),
    "перенимать их успешный опыт": ("learning-from-large-cities",),
    "с почти 4-тысячелетней письменной историей": ("hefei-history",),
    "самых высоких темпов экономического роста": ("hefei-growth",),
    "взаимодействие между нашими городами будет эффективным": ("hope-for-cooperation",),
    "В Костанае успешно развивается компания JAC": ("jac-in-kostanay",),
    "Наш город лидирует": ("hefei-leads",),
    "Мы готовы предложить новые технологии": ("new-energy-offered", "KH-C06", "KH-0006"),
    "После подписания меморандума обменялись подарками": ("gifts-exchanged",),
    "регион производит более 60% автомобилей Казахстана": ("car-share-region",),
    "добывает железную руду, асбест и бокситы": ("ores",),
    "лидером по экспорту сельхозпродукции": ("farm-exports",),
    "область рассчитывает получить новейшие технологии": ("technology-expected",),
    "для применения в образовании, медицине, промышленности и логистике": (
        "ai-education-expected",
        "ai-medicine-expected",
        "ai-industry-expected",
        "ai-logistics-expected",
        "KH-0007",
        "KH-0008",
        "KH-0009",
        "KH-0010",
    ),
    "мощностью 400 тыс. контейнеров в год": ("port-capacity", "KH-C03"),
    "около 11 млн тонн": ("port-tonnes", "KH-C03"),
    "запуск которого запланирован на конец 2027 года": ("port-launch", "KH-C03"),
    "Мы хотим обмениваться технологиями": ("new-energy-exchange", "KH-C07"),
    "готов закупать чистую сельхозпродукцию": ("clean-farm-goods-wanted", "KH-C04", "KH-C05"),
    "о пшенице сильных сортов, масличных культурах, мясе и молоке": (
        "wheat-and-oilseeds-wanted",
        "meat-and-milk-wanted",
        "KH-C04",
        "KH-C05",
        "KH-0005",
    ),
    "готовы развивать долгосрочное партнерство": ("partnership-seen", "KH-C08"),
    "хорошее транспортное сообщение между странами": ("transport-links",),
    "42 станции отправляют товары в Казахстан": ("dispatch-stations",),
    "решили создать список совместных проектов": ("list-decided", "KH-C02"),
}

EVENTS = {
    "2013 JAC-Allur partnership": "jac-allur-partnership",
    "2014-06-26 first Anhui train": "first-anhui-train",
    "2019-04-11 KZ journalists in Hefei land port": "journalists-in-hefei",
    "2019-05 acquisition of Allur": "allur-bought",
    "2023-01-21 Kia CKD line": "kia-kits-line",
    "2023-08-07 dry port proposed": "dry-port-proposed",
    "2023-11-11 Kia plant start": "kia-works-started",
    "2024 Hefei vice-mayor in Kostanay": "deputy-mayor-received",
    "2024-02-27 Hefei land port phase 2": "hefei-land-port-stage-2",
    "2024-06-20 dry port for car parts": "dry-port-for-car-parts",
    "2024-11 govt 6.56 bn KZT": "roads-and-tracks-funded",
    "2025-04 Kostanay akim in Hefei": "hefei-visited-in-april",
    "2025-06-19 Hefei 5000th train": "hefei-train-5000",
    "2025-08-12 MoU Kostanay-Hefei": "memorandum-signed",
    "2025-08-18 President receives akim": "president-received-akim",
    "2025-09-30 Dostyk-Moiynty 2nd track": "second-track",
    "2025-10-22 Kia plant opened": "kia-plant-opened",
    "2025-12-24 akim year-end briefing": "year-end-briefing",
    "joint topics: technology": "technology-expected",
    "joint topics: agri purchase": "clean-farm-goods-wanted",
}


@pytest.fixture(scope="module")
def article() -> str:
    if not ARTICLE.is_file():
        pytest.skip("the shared report is not here")
    return ARTICLE.read_text(encoding="utf-8")


def all_claims() -> tuple[Claim, ...]:
    return tuple(claim for side in ("A", "B") for claim in seed().claims[side])


def sourced() -> dict[str, Any]:
    """Everything of the list that rests on a source, by id."""
    rows: tuple[Any, ...] = (*all_claims(), *seed().commitments, *seed().projects)
    return {row.id: row for row in rows}


def everything() -> Iterator[Any]:
    yield seed().charter
    yield from sourced().values()


def test_ids_are_used_once() -> None:
    """No two claims, promises or projects have one id."""
    assert len(sourced()) == len(all_claims()) + len(seed().commitments) + len(seed().projects)


@pytest.mark.parametrize("fragment", STATEMENTS)
def test_every_statement_of_the_report_is_there(fragment: str, article: str) -> None:
    """A figure, date, promise, visit or topic of the report stands in the list, quoted from it."""
    assert fragment in article
    for name in STATEMENTS[fragment]:
        source = sourced()[name].source
        assert source.address == ARTICLE_ADDRESS, name
        assert source.quote
        assert source.quote in article, name


def test_nothing_of_the_report_stands_outside_the_statements() -> None:
    """Whatever cites the report is in the table of statements above, so the table is complete."""
    cited = {name for name, row in sourced().items() if row.source.address == ARTICLE_ADDRESS}
    named = {name for names in STATEMENTS.values() for name in names}
    computed = {"port-tonnes-per-container"}
    assert cited - named - computed <= {"KH-0001", "KH-0004"}


def test_every_sentence_with_a_digit_is_quoted(article: str) -> None:
    """A sentence of the report with a figure or a year shares words with a statement above."""
    body = article.split(" ", 3)[3]
    for sentence in re.split(r"(?<=[.!?»])\s+(?=[-А-Я])|\n", body):
        if re.search(r"\d", sentence) and len(sentence) > 12:
            assert any(fragment in sentence for fragment in STATEMENTS), sentence


def test_every_quote_is_literal_and_short(article: str) -> None:
    """A quote of the report is in it letter for letter, with 25 words at most, and names nobody."""
    names = {word.lower()[:6] for word in re.findall(r"\b[А-ЯЁ]{5,}\b", article)}
    assert len(names) > 2
    for name, row in sourced().items():
        quote = row.source.quote
        assert quote in article, name
        assert len(quote.split()) <= 25, name
        assert not [found for found in names if found in quote.lower()], name


def test_nobody_is_named(article: str) -> None:
    """The list names offices only: no person of the report stands in any text."""
    names = {word.lower()[:6] for word in re.findall(r"\b[А-ЯЁ]{5,}\b", article)}
    text = msgspec.json.encode(list(everything())).decode().lower()
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("row", list(everything()), ids=lambda row: row.id)
def test_every_text_has_four_languages(row: Any) -> None:
    """Every text is in Kazakh, Russian, Chinese and English, and none of them is behind."""
    found = list(mtexts(row))
    assert found
    for path, text in found:
        written = {language: getattr(text, language) for language in LANGUAGES}
        assert all(words is not None and words.text.strip() for words in written.values()), path
        assert text.authentic in {SIGNED_LANGUAGES, *LANGUAGES_OF.values()}
        assert not behind(text), path
        assert not re.search(r"[А-яЁёӘ-ӿ]", written["zh"].text), path
        assert not re.search(r"[А-яЁёӘ-ӿ一-鿿]", written["en"].text), path
        assert re.search(r"[А-яЁёӘ-ӿ]", written["ru"].text), path
        assert re.search(r"[А-яЁёӘ-ӿ]", written["kk"].text), path


def test_kazakh_is_not_the_russian_text() -> None:
    """Kazakh and Russian words differ wherever there are more than names."""
    for row in everything():
        for path, text in mtexts(row):
            same = text.kk is not None and text.ru is not None and text.kk.text == text.ru.text
            assert not same, (row.id, path)


def test_every_figure_has_a_source_and_a_known_unit() -> None:
    """A figure never stands bare: address, unit, and a name of the unit in every language."""
    used = set()
    for row in (*all_claims(), *seed().commitments):
        assert row.source is not None
        assert row.source.document
        assert row.source.address.startswith("http"), row.id
        if row.quantity is not None:
            used.add(row.quantity.unit)
    assert {"KZT", "container/yr", "t/yr", "job"} <= used
    for language in LANGUAGES:
        for unit in used - {"KZT", "%"}:
            key = unit.replace("/", "_per_")
            known = catalogue(language)
            assert f"joint.unit_{key}" in known or f"unit.{key}" in known, (language, unit)


def test_every_field_has_a_name() -> None:
    """What a claim is about has its name in every language."""
    for language in LANGUAGES:
        missing = {claim.field for claim in all_claims()} - {
            key.removeprefix("joint.field_")
            for key in catalogue(language)
            if key.startswith("joint.field_")
        }
        assert not missing, language


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("jobs", {"500", "50"}),
        ("cost", {"37000000000", "63800000000", "64000000000"}),
        ("area", {"157", "133"}),
        ("launch", {"2027-10-01", "2026-10-01"}),
        ("capacity", {"400000"}),
        ("load_per_container", {"27.5", "26.5"}),
        ("share_of_national_cars", {"50", "60", "54.2"}),
        ("industrial_zone_projects", {"7", "5"}),
    ],
)
def test_contradicting_figures_stand_side_by_side(field: str, values: set[str]) -> None:
    """Figures that contradict each other are all there, of one project, with one unit."""
    claims = [claim for claim in all_claims() if claim.field == field]
    found = set()
    for claim in claims:
        if claim.interval is not None:
            found.add(claim.interval.first)
        if claim.quantity is not None:
            found.add(claim.quantity.value or claim.quantity.low or "")
            found.add(claim.quantity.high or "")
    assert values <= found
    assert len({claim.project for claim in claims}) == 1
    assert len({claim.quantity.unit for claim in claims if claim.quantity}) <= 1


def test_every_event_of_the_facts_is_there() -> None:
    """Every row of the sourced events is a claim with the address of that row."""
    if not FACTS.is_file():
        pytest.skip("the shared facts are not here")
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] == "6_events"]
    assert {row["key"] for row in rows} == set(EVENTS)
    for row in rows:
        assert sourced()[EVENTS[row["key"]]].source.address == row["source_url"], row["key"]


def test_every_address_is_one_of_the_facts() -> None:
    """No address is invented: each stands in the sourced facts."""
    if not FACTS.is_file():
        pytest.skip("the shared facts are not here")
    known = FACTS.read_text(encoding="utf-8")
    for name, source in document("sources.toml")["sources"].items():
        assert source["address"] in known, name


def test_a_side_says_only_what_its_own_people_said() -> None:
    """What the mayor of Hefei said is claimed by side B; side A claims the rest."""
    offices = document("offices.toml")["offices"]
    mayor = offices["mayor"]["zh"]
    by_mayor = {
        side: [claim.id for claim in claims if claim.said_by.zh.text == mayor]
        for side, claims in seed().claims.items()
    }
    assert not by_mayor["A"]
    others = {claim.id for claim in seed().claims["B"]} - set(by_mayor["B"])
    assert others == {
        "deputy-mayor-visit-2024",
        "wheat-and-oilseeds-wanted",
        "meat-and-milk-wanted",
    }


def promise(name: str) -> Commitment:
    return next(row for row in seed().commitments if row.id == name)


def test_gaps_of_the_promises_are_visible() -> None:
    """What the report leaves unsaid of a promise is an open question, never a made-up value."""
    for row in seed().commitments:
        if row.due is None:
            assert "when" in row.open_questions, row.id
        if row.debtor is None:
            assert "who" in row.open_questions, row.id
        if row.strength == "statement" and row.quantity is None:
            assert "how_much" in row.open_questions, row.id
        assert row.strength in {"memorandum", "statement", "press"}
    port = promise("KH-C03")
    assert port.due is not None
    assert (port.due.first, port.due.last) == ("2027-10-01", "2027-12-31")
    assert port.quantity is not None
    assert port.quantity.value == "400000"
    assert (port.debtor, port.creditor) == ("A", None)
    assert (promise("KH-C04").debtor, promise("KH-C04").creditor) == ("B", "A")


def test_no_artificial_intelligence_is_promised() -> None:
    """The report says that the region counts on it; nobody promised it, so no promise says so."""
    projects = {"KH-0007", "KH-0008", "KH-0009", "KH-0010"}
    assert not [row.id for row in seed().commitments if row.project in projects]


def test_projects_are_offers_with_known_neighbours() -> None:
    """Twelve projects; each dependency names one of them, and each has open questions."""
    projects = {project.id: project for project in seed().projects}
    assert list(projects) == [f"KH-{n:04d}" for n in range(1, 13)]
    for project in projects.values():
        assert "who" in project.open_questions
        assert project.lead_a is not None
        assert project.budget is None, "no source gives a budget of a single project"
        assert project.id not in {found.project for found in project.dependencies}
        assert {found.project for found in project.dependencies} <= projects.keys()
    for needy in ("KH-0002", "KH-0003"):
        needs = {(found.kind, found.project) for found in projects[needy].dependencies}
        assert ("requires", "KH-0001") in needs
    assert {row.project for row in (*all_claims(), *seed().commitments)} <= {*projects, ""}


def test_sectors_are_codes_of_the_standard() -> None:
    """Every sector is a code of OC4IDS."""
    if not SECTORS.is_file():
        pytest.skip("the shared codelists are not here")
    with SECTORS.open(encoding="utf-8", newline="") as file:
        codes = {row["Code"] for row in csv.DictReader(file)}
    for project in seed().projects:
        assert project.sectors
        assert set(project.sectors) <= codes, project.id


def test_points_are_those_of_the_sources() -> None:
    """The point of Kostanay is that of its railway station, longitude first."""
    if not STATIONS.is_file():
        pytest.skip("the shared stations are not here")
    stations = {
        (row["lon"], row["lat"]): row["name"] for row in msgspec.json.decode(STATIONS.read_bytes())
    }
    places = document("places.toml")["places"]
    point = tuple(float(part) for part in places["kostanay"]["geometry"]["coordinates"])
    assert stations[point] == "Костанай"


def test_the_list_can_be_signed() -> None:
    """Nothing in the list is a number that two machines could write differently."""
    for row in everything():
        assert len(fingerprint(msgspec.to_builtins(row))) == 64


def test_effects_fit_the_scenario() -> None:
    """Every effect of the list names a case that is there, and its file by fingerprint."""
    with_files = set()
    for project in seed().projects:
        content = None
        if project.effect is not None and project.effect.file:
            content = seed().effects[project.effect.file]
            assert project.effect.sha256 == hashlib.sha256(content).hexdigest()
            with_files.add(project.id)
        assert effect_problems(project, case_file=content) == (), project.id
    assert len(with_files) == len(seed().effects)
    assert {"KH-0002", "KH-0004", "KH-0005"} <= with_files


def test_effects_are_those_of_the_scenarios_projects() -> None:
    """One place says what a project changes; the number in the register links the two."""
    listed = read_projects(SCENARIO).projects.values()
    told = {one.register_id: one.effect for one in listed if one.register_id and one.effect}
    own = {one.id: one.effect.case for one in seed().projects if one.effect and one.effect.file}
    assert own == told
    numbers = {project.id for project in seed().projects}
    assert {one.register_id for one in listed if one.register_id} <= numbers


def wrong_effect(content: bytes | None = None, **effect: str) -> list[tuple[str, str, str]]:
    project = msgspec.structs.replace(seed().projects[0], effect=Effect(**effect))
    return [
        (problem.key, str(problem.parameters["place"]), str(problem.parameters.get("nearest", "")))
        for problem in effect_problems(project, case_file=content)
        if str(problem)
    ]


def test_an_unknown_scenario_or_case_is_named_with_its_nearest() -> None:
    """A wrong scenario, a wrong case and no case at all are problems with their place."""
    assert wrong_effect(scenario="kostanay-hefe", case="growth") == [
        ("problem.effect_scenario_unknown", "KH-0001: effect.scenario", "kostanay-hefei")
    ]
    assert wrong_effect(scenario="kostanay-hefei", case="stage2") == [
        ("problem.effect_case_unknown", "KH-0001: effect.case", "stage-2")
    ]
    assert wrong_effect(scenario="kostanay-hefei") == [
        ("problem.effect_empty", "KH-0001: effect", "")
    ]


@pytest.mark.parametrize(
    ("content", "key", "place"),
    [
        (b"[flows]\nwheat.boxs = '5 boxes/yr'", "problem.unknown_key", "flows.wheat.boxs"),
        (b"[flows]\nwheat.boxes = '5 ha'", "problem.quantity_unit", "flows.wheat.boxes"),
        (b"[flow", "problem.effect_file_unreadable", "wheat.toml"),
        (b"\xff", "problem.effect_file_unreadable", "wheat.toml"),
        (b"remove = ['flows.wheat']", "problem.effect_file_removes", "wheat.toml"),
        (b"a." * 20_000 + b"a = 1", "problem.effect_file_unreadable", "wheat.toml"),
    ],
)
def test_a_wrong_case_file_is_named_with_its_place(content: bytes, key: str, place: str) -> None:
    """A wrong key, unit or grammar of a case file is a problem that names file and key."""
    found = wrong_effect(content, scenario="kostanay-hefei", file="wheat.toml")
    assert key in {problem[0] for problem in found}
    assert any(problem[1].endswith(place) for problem in found)
    assert all(problem[1].startswith("KH-0001: effect.file: wheat.toml") for problem in found)


def test_another_file_than_the_named_one_is_seen() -> None:
    """A case file whose fingerprint is not the signed one is not taken for it."""
    found = wrong_effect(b"", scenario="kostanay-hefei", file="wheat.toml", sha256="0" * 64)
    assert [problem[0] for problem in found] == ["problem.effect_file_differs"]
