"""Recorded disruptions of the borders, replayed through `corridor.border` and held against records.

One rule for all, nothing fitted to an episode in the code: the border takes in, day by day, what its law says;
as many trains come as an undisturbed border takes in, by the same law with other luck; a loading
ban, and loading that follows the border after the episode's delay, are felt at the border after the
running time from the dry port to it. The backlog is what waits
more than without the episode, on the same days with the same luck: "more than the norm".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.borders import Intake, intake_of
from keruen.corridor.network.disruptions import Closure, closures
from keruen.corridor.network.lines import dry_port_of
from keruen.corridor.network.ways import ways_from
from keruen.scenario import Scenario, read
from keruen.scenario.network import Border, Episode, Network, Others, OthersShare
from keruen.units import MS_PER_DAY

N_SEEDS: Final = 100
N_YEARS: Final = 100
WAGONS_PER_TRAIN: Final = 7000 / 120
"""Of the backlog at Dostyk in September 2023, published in both units."""
CONTAINER_SHARE: Final = (288 + 335) / (1334 + 1409)
"""Container trains among all, Dostyk–Moiynty, October and November 2025, both tracks."""
SCENARIO: Final = "kostanay-hefei"
AS_RECORDED: Final = ("without-works", "without-growth-of-others")
"""Cases that give the borders as they were when the episodes were recorded, not as in 2030."""

_DAYS_BEFORE: Final = 10
_DAYS_AFTER: Final = 60
_STEP_MS: Final = MS_PER_DAY // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of a border in an episode, for one seed.

    Parameters
    ----------
    peak_trains : most that waited at once more than without the episode; fewer count as none.
    end_trains : the same when the last day of all has ended, and its ban is no longer felt.
    counted_trains : the same on the day on which the recorded backlog was published.
    cleared_d : days from the episode's first one until no train more waits than without it;
        NaN if that does not come within sixty days after it.
    """

    peak_trains: float
    end_trains: float
    counted_trains: float
    cleared_d: float


def together(episodes: dict[str, Episode]) -> tuple[tuple[str, ...], ...]:
    """Episodes of one border whose days touch, by first day."""
    found: list[list[str]] = []
    ordered = sorted(episodes, key=lambda k: (episodes[k].border, episodes[k].first_day, k))
    for key in ordered:
        one = episodes[key]
        last = episodes[found[-1][-1]] if found else None
        if (
            last
            and last.border == one.border
            and one.first_day <= last.first_day + timedelta(days=last.days)
        ):
            found[-1].append(key)
        else:
            found.append([key])
    return tuple(map(tuple, found))


def replay(
    border: Border,
    episodes: Sequence[Episode],
    seed: int,
    *,
    lag_ms: int = 0,
    banned_share: float = 1.0,
    counted_on: date | None = None,
) -> Replay:
    """Replay episodes of one border that touch.

    Parameters
    ----------
    border : where; trains of all goods are counted, so `others` play no part.
    episodes : the earliest first.
    seed : of the trains taken in and of those that come.
    lag_ms : from a loading ban to the first train that is missing at the border.
    banned_share : of the trains, those whose goods a ban means.
    counted_on : day of the published backlog; left out: the last one.
    """
    begins = episodes[0].first_day
    ends_d = max((e.first_day - begins).days + e.days for e in episodes)
    border = border.model_copy(update={"others": Others()})
    days = np.arange(-_DAYS_BEFORE, ends_d + _DAYS_AFTER + 2)
    until_ms = (ends_d + _DAYS_AFTER) * MS_PER_DAY
    jams = [_closure(e, begins, e.intake_share, 0) for e in episodes]
    follows = [
        _following(e, begins, lag_ms) for e in episodes if e.loading_follows_after_ms is not None
    ]
    bans = [_closure(e, begins, 1 - banned_share * (1 - e.loading_share), lag_ms) for e in episodes]
    counts = []
    times_ms = np.arange(0, until_ms + 1, _STEP_MS)
    for felt, at_source, n_before in (
        ((), (), 0),
        (jams, [*bans, *follows], _there_before(episodes)),
    ):
        source = intake_of(border, "arrivals", seed, to_china=True, days=days, closed=at_source)
        intake = intake_of(border, "intake", seed, to_china=True, days=days, closed=felt)
        coming = _arrivals(source, days, until_ms, n_before)
        counts.append(waiting(coming, _taken_in(intake, coming), times_ms))
    more = (counts[1] - counts[0]).astype(np.float64)
    end = (ends_d * MS_PER_DAY + lag_ms) // _STEP_MS
    counted = ((counted_on - begins).days * MS_PER_DAY) // _STEP_MS if counted_on else end
    after = np.flatnonzero((more <= 0) & (np.arange(len(more)) >= int(np.argmax(more))))
    return Replay(
        peak_trains=max(0.0, float(more.max())),
        end_trains=max(0.0, float(more[end])),
        counted_trains=max(0.0, float(more[counted])),
        cleared_d=float(times_ms[after[0]] / MS_PER_DAY) if len(after) else float("nan"),
    )


def waiting(
    coming_ms: Sequence[int], taken_ms: Sequence[int], times_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many have come and are not taken in, at each of the times."""
    came = np.searchsorted(np.sort(coming_ms), times_ms, side="right")
    went = np.searchsorted(np.sort(taken_ms), times_ms, side="right")
    waits: NDArray[np.int64] = came - went
    return waits


def _closure(episode: Episode, begins: date, share: float, lag_ms: int) -> Closure:
    first_ms = (episode.first_day - begins).days * MS_PER_DAY + lag_ms
    return Closure(
        border=episode.border,
        begins_ms=first_ms,
        ends_ms=first_ms + episode.days * MS_PER_DAY,
        intake_share=share,
        is_wind=episode.kind == "wind",
    )


def _following(episode: Episode, begins: date, lag_ms: int) -> Closure:
    """From its delay to the end of the episode no more is loaded than the border takes in."""
    whole = _closure(episode, begins, episode.intake_share, lag_ms)
    assert episode.loading_follows_after_ms is not None
    begins_ms = min(whole.begins_ms + episode.loading_follows_after_ms, whole.ends_ms)
    return replace(whole, begins_ms=begins_ms)


def _there_before(episodes: Sequence[Episode]) -> int:
    """Trains of a backlog that was there when the episode began."""
    for one in episodes:
        if one.backlog_at == "start" and one.n_backlog:
            return round(one.n_backlog / _per_train(one))
    return 0


def _per_train(episode: Episode) -> float:
    """How many of the recorded unit are one train."""
    return 1.0 if episode.backlog_unit == "trains" else WAGONS_PER_TRAIN


def _taken_in(intake: Intake, arrives_ms: Sequence[int]) -> list[int]:
    return intake.admit_all(np.array(arrives_ms, np.int64), 1.0).tolist()


def _arrivals(source: Intake, days: NDArray[np.int64], until_ms: int, n_before: int) -> list[int]:
    """Trains one by one as the source gives them, and those that stand there from day 0."""
    found: list[int] = []
    first_ms = int(days[0]) * MS_PER_DAY
    while not found or found[-1] <= until_ms:
        found += _taken_in(source, [first_ms] * 100)
    found = found[: bisect_right(found, until_ms) + 1]
    place = bisect_right(found, -1)
    return [*found[:place], *[0] * n_before, *found[place:]]


# --- the section ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean, and tenth and ninetieth per cent over the seeds."""

    mean: float
    p10: float
    p90: float

    def __str__(self) -> str:
        return f"{self.mean:,.0f} ({self.p10:,.0f}–{self.p90:,.0f})"


def spread(values: Sequence[float], scale: float = 1.0) -> Spread:
    """Of some numbers, scaled."""
    found = np.array(values) * scale
    return Spread(
        mean=float(found.mean()),
        p10=float(np.quantile(found, 0.1)),
        p90=float(np.quantile(found, 0.9)),
    )


def error_percent(model: Spread, recorded: float) -> str:
    """The model's error, with that of its tenth and ninetieth per cent."""
    parts = (100 * (value / recorded - 1) for value in (model.mean, model.p10, model.p90))
    mean, low, high = parts
    return f"{mean:+.0f} % ({low:+.0f} to {high:+.0f})"


def lag_of(network: Network, border: Border) -> int:
    """Running time from the dry port to the border, ms."""
    way = ways_from(network, dry_port_of(network), "1520 mm")[border.kazakh_station]
    return round(way.days * MS_PER_DAY)


def section() -> list[str]:
    """The lines of the page on recorded episodes."""
    scenario = read(SCENARIO, cases=AS_RECORDED)
    network = scenario.network
    assert network is not None
    lines = [HEAD]
    for group in together(dict(network.episodes)):
        lines += _rows(network, group)
    lines += [RANGES_HEAD, *_range_rows(scenario, network), CHANCE_HEAD, *_chance_rows(network)]
    return [*lines, TAIL]


def _rows(network: Network, group: Sequence[str]) -> Iterator[str]:
    episodes = [network.episodes[key] for key in group]
    border = network.borders[episodes[0].border]
    lag_ms = lag_of(network, border)
    recorded = next((e for e in episodes if e.n_backlog is not None), None)
    parts: list[tuple[str, list[Episode], float]] = []
    for key, one in zip(group, episodes, strict=True):
        if one.intake_share < 1:
            parts += [
                (f"{key} alone, loading {said}", [_answered(one, after_ms)], 1.0)
                for said, after_ms in _answers(one)
            ]
    has_ban = any(one.loading_share < 1 for one in episodes)
    named = " with ".join(group)
    if has_ban:
        parts.append((f"{named}, ban on all goods", episodes, 1.0))
        parts.append((f"{named}, ban on containers only", episodes, CONTAINER_SHARE))
    for name, own, banned_share in parts:
        runs = [
            replay(
                border,
                own,
                seed,
                lag_ms=lag_ms,
                banned_share=banned_share,
                counted_on=next((COUNTED_ON[key] for key in group if key in COUNTED_ON), None),
            )
            for seed in range(N_SEEDS)
        ]
        yield _row(name, recorded, runs)


def _answers(episode: Episode) -> Iterator[tuple[str, int | None]]:
    """Loading that never follows the border, that follows as the scenario says, and at once."""
    yield "never follows", None
    after_ms = episode.loading_follows_after_ms
    if after_ms is not None:
        yield f"follows the border after {after_ms / MS_PER_DAY:.0f} days", after_ms
    yield "follows the border at once", 0


def _answered(episode: Episode, after_ms: int | None) -> Episode:
    return episode.model_copy(update={"loading_follows_after_ms": after_ms})


def _row(name: str, recorded: Episode | None, runs: Sequence[Replay]) -> str:
    published, error, counted = "none", "–", "–"
    unit = recorded.backlog_unit if recorded and recorded.backlog_unit else "trains"
    scale = 1.0 if unit == "trains" else WAGONS_PER_TRAIN
    if recorded and recorded.n_backlog is not None:
        published = f"{recorded.n_backlog:,} {unit}"
        if recorded.backlog_at == "start":
            error = "given at the start"
        else:
            then = spread([run.counted_trains for run in runs], scale)
            counted, error = str(then), error_percent(then, recorded.n_backlog)
    peak = spread([run.peak_trains for run in runs], scale)
    end = spread([run.end_trains for run in runs], scale)
    cleared = [run.cleared_d for run in runs if not np.isnan(run.cleared_d)]
    days = f"{np.median(cleared):.0f}" if len(cleared) > len(runs) / 2 else "never"
    return f"| {name} | {unit} | {published} | {counted} | {error} | {peak} | {end} | {days} |"


def _range_rows(scenario: Scenario, network: Network) -> Iterator[str]:
    """Recorded backlogs that grew, at the ends of the stated ranges: of days and intake together,
    and of the days until loading follows."""
    figures = {figure.path: figure for figure in scenario.figures}
    for key, one in sorted(network.episodes.items()):
        if one.n_backlog is None or one.backlog_at == "start":
            continue
        sides = {}
        for field in ("days", "intake_share", "loading_follows_after"):
            path = f"network.episodes.{key}.{field}"
            sides[field] = [f"{path}={v}" for v in (figures[path].low, figures[path].high)]
        corners = product(sides["days"], sides["intake_share"])
        delays = product(sides["loading_follows_after"])
        for words in (*corners, *delays):
            changed = read(SCENARIO, words, AS_RECORDED).network
            assert changed is not None
            yield _range_row(changed, key)


def _range_row(network: Network, key: str) -> str:
    one = network.episodes[key]
    assert one.n_backlog is not None
    assert one.loading_follows_after_ms is not None
    border = network.borders[one.border]
    lag_ms = lag_of(network, border)
    runs = [replay(border, [one], seed, lag_ms=lag_ms).peak_trains for seed in range(N_SEEDS)]
    peak = spread(runs, _per_train(one))
    error = error_percent(peak, one.n_backlog)
    after_d = one.loading_follows_after_ms / MS_PER_DAY
    return f"| {key} | {one.days} | {one.intake_share:.0%} | {after_d:.0f} | {peak} | {error} |"


def _chance_rows(network: Network) -> Iterator[str]:
    """How often the disruptions by chance build a backlog of a recorded size."""
    for key, n_trains, what in CHANCE:
        for load in LOADS:
            peaks = [_peak_of_year(network, key, seed, load) for seed in range(N_YEARS)]
            share = float(np.mean([peak >= n_trains for peak in peaks]))
            wide = 1.96 * float(np.sqrt(share * (1 - share) / N_YEARS))
            found = f"{share:.2f} ± {wide:.2f} | {spread(peaks)}"
            yield f"| {key} | {n_trains:.0f} trains | {what} | {load:.0%} | {found} |"


def _peak_of_year(network: Network, key: str, seed: int, load: float) -> float:
    n_days, end_ms = 365, 365 * MS_PER_DAY
    border = network.borders[key].model_copy(update={"others": Others()})
    of_trains = OthersShare(share=1 - load, counts=border.to_china.counts)
    others = Others(to_china=of_trains)
    fewer = border.model_copy(update={"others": others})
    found = closures(network, seed, first_day=date(2025, 1, 1), from_ms=0, until_ms=end_ms)
    jams = [closure for closure in found if closure.border == key]
    days = np.arange(-_DAYS_BEFORE, n_days + 200)
    source = intake_of(fewer, "arrivals", seed, to_china=True, days=days, closed=())
    coming = _arrivals(source, days, end_ms, 0)
    times_ms = np.arange(0, end_ms, _STEP_MS)
    counts = []
    for felt in ((), jams):
        intake = intake_of(border, "intake", seed, to_china=True, days=days, closed=felt)
        counts.append(waiting(coming, _taken_in(intake, coming), times_ms))
    return float((counts[1] - counts[0]).max())


COUNTED_ON: Final = {"altynkol-2025-10": date(2025, 10, 28), "dostyk-2023-09": date(2023, 9, 2)}
"""Days of the publications that count a backlog."""

LOADS: Final = (1.0, 0.9)

CHANCE: Final = (
    ("dostyk", 120.0, "September 2023, perhaps January 2021: 0.2 to 0.4"),
    ("altynkol", 3000 / WAGONS_PER_TRAIN, "October 2025, perhaps autumn 2024: 0.2 to 0.4"),
)

HEAD: Final = f"""
## Recorded episodes at the border

Every episode of `kostanay-hefei`, replayed through `corridor.border.Intake` for {N_SEEDS} seeds by one rule, with nothing fitted but
the delay of October 2025: the border takes in trains of all goods by its daily law times the episode's share; as many come as an undisturbed border takes in, by the same law with
other luck; a ban, and loading that follows the border, are felt after the running time from the dry port. The backlog is what waits more than without the episode on the same
days ("more than the norm"), mean and tenth to ninetieth per cent over the seeds; the interval is that of daily luck only. A train has
7 000 / 120 = {WAGONS_PER_TRAIN:.1f} wagons (Dostyk, September 2023). Episodes of one border whose days touch are replayed together; *containers only*:
a ban meets {CONTAINER_SHARE:.1%} of the trains, the share of container trains on Dostyk–Moiynty (October and November 2025).

| episode | unit | recorded | ours on the day of the count | error | ours, peak | ours, when the last day is over | days until gone |
|---|---|---|---|---|---|---|---|"""

RANGES_HEAD: Final = """
**Altynkol, October 2025.** The 3 000 wagons and the cap on grain were announced together on
[28 October](https://rus.baq.kz/ktzh-ogranichil-otpravku-zerna-iz-za-zatorov-na-kitayskoy-granitse_300025685/). So the backlog grew without the
cap, and the rows *alone* are those to compare. They differ in one thing: when the railway begins to load no more than the border takes
in (KTZ said so in
[November 2025](https://www.zakon.kz/sobytiia/6498974-ktzh-vedet-peregovory-s-administratsiyami-knr-i-uzbekistana-po-uvelicheniyu-priema-poezdov.html)):
*never*, *at once*, or after the delay that the episode states (`loading_follows_after`). The record lies between the first and the last.
**How fast loading follows is not published**: the delay is an assumption of the scenario with a wide range, and its value was chosen when
the record and the other two rows were known. So the row in the middle shows that the record can be reached with a believable delay; it is no
test of the delay. The rows with the cap follow the scenario, delay included. At the ends of the ranges that the
scenario states for the episode alone (peak):

| episode | days | intake | loading follows after, days | ours, peak, wagons | error |
|---|---|---|---|---|---|"""

CHANCE_HEAD: Final = """
The delay moves the backlog as much as days and intake do.

**Dostyk, September 2023.** The 120 trains (7 000 wagons) are put there at the start, so their size is no test. What the ban of five days on
all goods works off (120 less what is left when it is over) can be held against the
[70 trains that stood abandoned](https://forbes.kz/news/2023/09/02/newsid_308250). That China took in what it usually does is an
assumption of the scenario: the publication blames slow intake during works at Alashankou and on the line to Moiynty.

**Dostyk, December 2023.** No backlog was published; what can be held against ours is the ban on grain, oil and containers
[to 25 December](https://vecher.kz/ru/article/kitai-priostanovil-priem-gruza-iz-kazahstana.html), which is day 13 or 14 of the row. Ours is
gone sooner, whether the ban meets all goods or containers only.

**What is left when an episode is over stays** ("never": not within sixty days): arrivals equal to the usual intake leave no room to
catch up. Only loading less works a backlog off here. The borders are those of the records: without the works and the growth of others
until 2030 (`without-works`, `without-growth-of-others`).

The disruptions *by chance* of the same scenario, a year of all goods, without any ban (share of years with its 95 % interval; arrivals as
a share of the usual intake):

| border | backlog of | recorded | arrivals | share of years | ours, peak of a year, trains |
|---|---|---|---|---|---|"""

TAIL: Final = """
One or two such backlogs in five years were recorded at each border. At the usual load, and at Altynkol at either, disruptions that nobody
answers by loading less pile up more often than was recorded. The longest waits published,
42 days in [January 2021](https://eri.kz/en/Novosti_mirovye/id=1844), are out of reach of a queue in the order of arrival: 120 trains at 15 a
day are 8 days."""
