"""Whatever became of a file, its reader reads it or says in a sentence why not.

`scripts/check --long` tries ten thousand damaged files of each kind. A seed that fails becomes a
test of its own.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import keruen
from damage import damaged, damaged_inside
from keruen import store
from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, Provenance, Replication
from keruen.errors import KeruenError
from keruen.formats import list_workbook, package, read_list, read_package, written_package
from keruen.formats.list_content import Content
from keruen.i18n import LANGUAGES, describe
from keruen.i18n import text as say
from keruen.register import Register
from keruen.register.record.form_text import read_form
from keruen.register.record.forms import record_of
from keruen.scenario.documents import packaged_folder
from keruen.scenario.reading import ScenarioReading
from keruen.scenario.week_file import week_from
from keruen.scenario.yard_file import read_standing
from keruen.store.runs.saved_state import SavedState, read_state, write_state
from keruen.study.run import probes_kept
from keruen.study.trials import kept_probes, kept_trials
from made_up_lists import joint_list
from made_up_pairs import AT, full

N_FILES = int(os.environ.get("KERUEN_FUZZ_FILES", "200"))

YARD = """container_number,size_type,gross_mass_kg,block,bay,row,half,tier,leaves_by,service,leaves
CSQU3054383,45G1,24000,a,1,1,,1,truck,,2030-01-07 10:00
MSKU1234565,42G1,20000,a,1,1,,2,train,shuttle,
TGHU1234567,22G1,20000,a,2,1,b,1,truck,,2030-01-07 09:00
"""
LIST = """Номер в перечне;Название: русский;Название: казахский;Вид проекта;Бюджет: число;Бюджет: единица
KH-0001;Мост через Тобол;Тобыл көпірі;инфраструктура;63,8;млрд
KH-0002;Склад;Қойма;торговля;1 200;t/yr
"""
BORDERS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name_ru": "Страна", "name_en": "Land"},
            "geometry": {"type": kind, "coordinates": places},
        }
        for kind, places in (
            ("Point", [63.6, 53.2]),
            ("LineString", [[63.6, 53.2], [64, 53]]),
            ("Polygon", [[[63, 53], [64, 53], [64, 54], [63, 53]]]),
        )
    ],
}
FOREIGN = {
    "version": "0.9",
    "projects": [
        {
            "id": "x-1",
            "title": "Дорога",
            "language": "ru",
            "sector": ["transport"],
            "period": {"startDate": "2026-01-01T00:00:00Z", "endDate": "2027-01-01"},
            "budget": {"amount": {"amount": 1.5, "currency": "KZT"}},
            "parties": [{"id": "1", "name": "Акимат", "roles": ["publicAuthority"]}],
            "publicAuthority": {"id": "1", "name": "Акимат"},
            "locations": [{"geometry": {"type": "Point", "coordinates": [63.6, 53.2]}}],
            "milestones": [{"id": "m", "title": "Пуск", "dueDate": "2027-01-01"}],
        }
    ],
}
FORM = """id = "KH-1"
kind = "trade"
sectors = ["economy"]
[title]
ru = "Мост"
[budget]
value = 63.8
unit = "KZT"
"""
WEEK = """[network.week]
is_fixed = true
[network.week.trains.x]
start = "a"
end = "b"
trains_per_week = 3
departures = ["0 ms", "3600000 ms"]
[network.week.routes.r]
flow = "f"
stations = ["a", "b"]
share = 1.0
"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: a sound one, where it lies in a folder, and what reads it there."""

    name: str
    sound: bytes
    read: Callable[[Path], object]


def _scenario_of(folder: Path) -> object:
    return keruen.read(folder / "toy")


def _form(content: bytes, *, is_json: bool) -> object:
    return record_of(read_form(content, "form", is_json=is_json), "project", "form")


def _yard(folder: Path) -> object:
    reading = ScenarioReading()
    found = read_standing(reading, folder / "yard.csv")
    for problem in reading.problems:
        say(problem.key, "en", **problem.parameters)
    return found


def _made_run(folder: Path) -> None:
    made_by = Provenance(
        version="1",
        commit="abc",
        scenario="toy",
        case="base",
        scenario_digest="d",
        seed=1,
        n_replications=1,
        days=1,
        platform="here",
    )
    run = store.open_run(folder / "run", made_by)
    trains = tables.empty("train_results", 3)
    jam = Jam(since_ms=5, cause=Resource.GANTRY, n_trains_held=2, n_trucks_waiting=3)
    run.write(
        Replication(
            index=0,
            seed=7,
            measures={"x": 2.0},
            tables={"train_results": trains},
            n_events=9,
            trace_digest="ff",
            jam=jam,
            demand_rows={"kits": 3},
        )
    )
    probe = {"resource": "GANTRY", "measure": "x", "before": 1.0, "after": 2.0}
    trial = {"trains": "t", "factor": 1.5, "measures": {"x": 1.0}, "broken": ["y"]}
    run.note("study", {"n_replications": 1, "outcome": "ok", "probes": [probe]})
    run.note("experiments", {"k": [probe]})
    run.note("trials-0000", {"trials": [trial]})


def _run(folder: Path) -> store.RunFolder:
    return store.RunFolder(folder / "run")


def _made(folder: Path) -> tuple[Kind, ...]:
    """Sound files of every kind in a folder, and their readers."""
    shutil.copytree(packaged_folder() / "toy", folder / "toy")
    shutil.copytree(packaged_folder() / "toy", folder / "mapped")
    _made_run(folder)
    state = np.zeros(1, [("a", "i8")])
    write_state(
        folder / "state",
        SavedState(version="0", kernel="k", scenario_digest="d", seed=1, at_ms=0, state=state),
    )
    pair = full(folder / "pair")
    bundle = pair.bundle("A", whole=True)
    own = package(
        joint_list(), profile="full", language="ru", uri="urn:x", published="2026-11-23T10:00:00Z"
    )
    found = joint_list()
    content = Content(projects=tuple(one.latest for one in found.projects.values()))
    book = list_workbook(content, language="ru", say=say)
    run = folder / "run"
    replication = run / "replication-0000"
    return (
        Kind(
            name="toy/scenario.toml",
            sound=(folder / "toy" / "scenario.toml").read_bytes(),
            read=_scenario_of,
        ),
        Kind(
            name="mapped/borders.geojson",
            sound=json.dumps(BORDERS).encode(),
            read=lambda folder: keruen.read(folder / "mapped"),
        ),
        Kind(name="yard.csv", sound=YARD.encode(), read=_yard),
        Kind(name="yard.csv", sound=YARD.encode("utf-16"), read=_yard),
        Kind(
            name="list.csv",
            sound=LIST.encode("kz1048"),
            read=lambda f: read_list(f / "list.csv", say),
        ),
        Kind(name="list.xlsx", sound=book, read=lambda f: read_list(f / "list.xlsx", say)),
        Kind(
            name="own.json",
            sound=written_package(own),
            read=lambda folder: read_package(folder / "own.json"),
        ),
        Kind(
            name="foreign.json",
            sound=json.dumps(FOREIGN, ensure_ascii=False).encode(),
            read=lambda folder: read_package(folder / "foreign.json"),
        ),
        Kind(
            name="bundle.jlb",
            sound=bundle.read_bytes(),
            read=lambda folder: pair.b.import_(folder / "bundle.jlb", at=AT),
        ),
        Kind(
            name="run/provenance.json",
            sound=(run / "provenance.json").read_bytes(),
            read=lambda folder: _run(folder).provenance(),
        ),
        Kind(
            name="run/study.json",
            sound=(run / "study.json").read_bytes(),
            read=lambda folder: probes_kept(_run(folder), 1),
        ),
        Kind(
            name="run/experiments.json",
            sound=(run / "experiments.json").read_bytes(),
            read=lambda folder: kept_probes(_run(folder), "k"),
        ),
        Kind(
            name="run/trials-0000.json",
            sound=(run / "trials-0000.json").read_bytes(),
            read=lambda folder: kept_trials(_run(folder), "t", 1),
        ),
        Kind(
            name="run/replication-0000/measures.json",
            sound=(replication / "measures.json").read_bytes(),
            read=lambda folder: _run(folder).read(0),
        ),
        Kind(
            name="run/replication-0000/train_results.parquet",
            sound=(replication / "train_results.parquet").read_bytes(),
            read=lambda folder: _run(folder).read(0),
        ),
        Kind(
            name="state",
            sound=(folder / "state").read_bytes(),
            read=lambda folder: read_state(folder / "state"),
        ),
        Kind(
            name="form.toml",
            sound=FORM.encode(),
            read=lambda folder: _form((folder / "form.toml").read_bytes(), is_json=False),
        ),
        Kind(
            name="form.json",
            sound=json.dumps({"id": "KH-1", "kind": "trade", "title": {"ru": "Мост"}}).encode(),
            read=lambda folder: _form((folder / "form.json").read_bytes(), is_json=True),
        ),
        *(
            Kind(
                name=f"pair/a/{name}",
                sound=(folder / "pair" / "a" / name).read_bytes(),
                read=lambda folder: Register.open(folder / "pair" / "a").state("2026-11-23"),
            )
            for name in ("register.toml", "log/A.jsonl", "seal.json")
        ),
        Kind(
            name="week.toml",
            sound=WEEK.encode(),
            read=lambda folder: week_from((folder / "week.toml").read_text("utf-8", "replace")),
        ),
    )


N_KINDS = 22


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Kind, ...]]:
    """A folder with a sound file of every kind."""
    folder = tmp_path_factory.mktemp("damaged")
    return folder, _made(folder)


@pytest.mark.parametrize("number", range(N_KINDS))
def test_only_sentences_come_out(made: tuple[Path, tuple[Kind, ...]], number: int) -> None:
    """A sound file is read; of a damaged one nothing but a `KeruenError` in four languages comes."""
    folder, kinds = made
    assert len(kinds) == N_KINDS
    kind = kinds[number]
    path = folder / kind.name
    path.write_bytes(kind.sound)
    kind.read(folder)
    try:
        for seed in range(N_FILES):
            luck = random.Random(f"{kind.name} {seed}")
            is_zip = kind.sound.startswith(b"PK") and luck.random() < 0.7
            path.write_bytes((damaged_inside if is_zip else damaged)(kind.sound, luck))
            try:
                kind.read(folder)
            except KeruenError as told:
                for language in LANGUAGES:
                    describe(told, language).encode()
            except Exception as traceback:
                raise AssertionError(f"{kind.name}, seed {seed}") from traceback
    finally:
        path.write_bytes(kind.sound)
