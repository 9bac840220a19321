"""Transit times, distances, border hours and rates of the packaged network, beside published ones.

The network's own laws are drawn, section by section and at the border; nothing else is added:
no loading, no waiting for a train, no queue. Rows whose published figure is itself an input of the
network are marked: they show that it was read correctly, not that it is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.ways import Way, ways_from
from keruen.scenario import read
from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from verification.episodes import SCENARIO, Spread, spread

N_DRAWS: Final = 4000
_TEU_PER_FEU: Final = 2
_KM_PER_M: Final = 0.001

DISTANCES: Final = (
    ("hefei-north", "dostyk", "dostyk", 4152, "Hefei–Dostyk, 2020 (fixes the factor of China)"),
    ("hefei-north", "dostyk", "almaty", 4954, "Hefei–Almaty by Alashankou, 2014"),
    ("hefei-north", "altynkol", "shymkent", 5522, "Hefei–Tashkent by Khorgos, 2020"),
    ("xian", "altynkol", "shymkent", 4486, "Xi'an–Tashkent, 2023"),
    ("langfang", "altynkol", "shymkent", 6000, "Langfang–Tashkent, 2023"),
)
"""Start, border, end, published km, what. Tashkent is not in the network: Shymkent is the last
station before it."""

DAYS: Final = (
    ("xian", "altynkol", "almaty", 9.0, "Xi'an–Almaty by Khorgos, forwarder, 2023"),
    ("xian", "dostyk", "almaty", 8.0, "Xi'an–Almaty, about 8 days, forwarder, 2018"),
    ("xian", "altynkol", "shymkent", 5.0, "Xi'an–Tashkent, a record, 2023"),
    ("lianyungang", "altynkol", "shymkent", 7.0, "Lianyungang–Tashkent, about 7 days, 2018"),
    ("langfang", "altynkol", "shymkent", 15.0, "Langfang–Tashkent, about 15 days, 2023"),
    ("", "altynkol", "shymkent", 2.5, "Khorgos–Central Asia, 2 to 3 days, 2017"),
)
"""Start (blank: from the Kazakh side of the border), border, end, published days, what."""


def drawn_days(
    network: Network, start: str, border: str, end: str, *, n_draws: int = N_DRAWS
) -> NDArray[np.float64]:
    """Days from a Chinese station over a border to a Kazakh one, drawn from the network's laws.

    Parameters
    ----------
    start : key of the station; blank to begin on the Kazakh side of the border.
    """
    crossing = network.borders[border]
    tables = [
        (key, law_table(network.running_time(network.sections[key])))
        for key in _keys(network, start, border, end)
    ]
    if start:
        tables.append((border, law_table(crossing.dwell)))
    total = np.zeros(n_draws)
    for key, table in tables:
        entities = (draws.text_key(key) << 20) + np.arange(n_draws)
        total += draws.millis_array(table, draws.bits_array(1, draws.STREAM_RUNNING, entities))
    return total / MS_PER_DAY


def _keys(network: Network, start: str, border: str, end: str) -> tuple[str, ...]:
    in_china, beyond = ways(network, start, border, end)
    return in_china.sections + beyond.sections


def ways(network: Network, start: str, border: str, end: str) -> tuple[Way, Way]:
    """The way to the border on 1435 mm and the way from it on 1520 mm."""
    crossing = network.borders[border]
    in_china = ways_from(network, start, "1435 mm")[crossing.china_station] if start else Way()
    return in_china, ways_from(network, crossing.kazakh_station, "1520 mm")[end]


def _km(network: Network, start: str, border: str, end: str) -> float:
    one, other = ways(network, start, border, end)
    return one.length_km + other.length_km + network.borders[border].length_m * _KM_PER_M


def section() -> list[str]:
    """The lines of the page on distances, times and prices."""
    network = read(SCENARIO).network
    assert network is not None
    return [
        HEAD,
        *_distance_rows(network),
        DAYS_HEAD,
        *_day_rows(network),
        OTHERS_HEAD,
        *_border_rows(network),
        *_price_rows(network),
        TAIL,
    ]


def _distance_rows(network: Network) -> Iterator[str]:
    for start, border, end, published, what in DISTANCES:
        km = _km(network, start, border, end)
        place = "" if end != "shymkent" else ", to Shymkent"
        yield f"| {what} | {published:,} km | {km:,.0f} km{place} | {_error(km, published)} |"
    for border, published, what in (
        ("altynkol", 293 + 49, "Almaty–Altynkol, line of 293 km from Zhetigen (input) and 49 km"),
        ("dostyk", 700, "Almaty–Dostyk, 2016"),
    ):
        km = ways(network, "", border, "almaty")[1].length_km
        yield f"| {what} | {published:,} km | {km:,.0f} km | {_error(km, published)} |"
    by_dostyk, by_altynkol = (
        _km(network, "hefei-north", border, "shymkent") for border in ("dostyk", "altynkol")
    )
    shorter = by_dostyk - by_altynkol
    yield (
        "| Altynkol shorter than Dostyk for Central Asia, 2023 | 500 km | "
        f"{shorter:,.0f} km, Hefei–Shymkent | {_error(shorter, 500)} |"
    )


def _day_rows(network: Network) -> Iterator[str]:
    for start, border, end, published, what in DAYS:
        own = spread(drawn_days(network, start, border, end).tolist())
        place = "" if end != "shymkent" else ", to Shymkent"
        yield f"| {what} | {published:g} d | {_days(own)}{place} | {_error(own.mean, published)} |"
    for border in ("dostyk", "altynkol"):
        own = spread(drawn_days(network, "hefei-north", border, "tobol-dry-port").tolist())
        yield f"| Hefei–Kostanay by {border}; none is published | – | {_days(own)} | – |"


def _border_rows(network: Network) -> Iterator[str]:
    hours = {
        key: spread((law_table(network.borders[key].dwell) / MS_PER_HOUR).tolist())
        for key in ("dostyk", "altynkol")
    }
    rows = (
        ("dostyk", 30.5, "hours at Alashankou, CAREC 2022 (input)"),
        ("altynkol", 34.8, "hours at Khorgos, CAREC 2022 (input)"),
        ("dostyk", 40.6, "hours at a border by rail, CAREC mean of 2022; 20.6 to 51.9 since 2019"),
        ("dostyk", 39.9, "hours at a border by rail, Kazakhstan 2019; 48.6 in 2020"),
    )
    for key, published, what in rows:
        own = hours[key]
        ours = f"{own.mean:.1f} h ({own.p10:.0f}–{own.p90:.0f})"
        yield f"| {what} | {published:g} h | {ours} | {_error(own.mean, published)} |"
    gate = network.borders["dostyk"]
    fee = gate.gauge_change_usd2025_per_box + gate.fee_usd2025_per_box
    for published, what in (
        (215.0, "USD for a crossing by rail, CAREC mean of 2022"),
        (327.0, "USD for a crossing by rail, Kazakhstan 2019"),
    ):
        yield f"| {what} | {published:g} USD | {fee:.0f} USD | {_error(fee, published)} |"


def _price_rows(network: Network) -> Iterator[str]:
    n_feu = {"kazakhstan": network.borders["dostyk"].n_feu_1520, "china": 41}
    per_km = {
        key: network.railways[key].train_usd2025_per_train_km / n
        + _TEU_PER_FEU * network.railways[key].teu_usd2025_per_teu_km
        for key, n in n_feu.items()
    }
    steppe = per_km["kazakhstan"]
    yield (
        "| USD for a forty-foot box and km on 1520 mm, ERAI July 2024; 0.479 to 0.621 (input) | "
        f"0.606 | {steppe:.3f}, full train | {_error(steppe, 0.606)} |"
    )
    for t_net in (20.0, 14.6 * _TEU_PER_FEU):
        yield (
            f"| USD for a tonne-km by rail, CAREC 2022, a box of {t_net:.1f} t here | 0.080 | "
            f"{steppe / t_net:.3f} | {_error(steppe / t_net, 0.0804)} |"
        )
    railway = network.railways["kazakhstan"]
    km_per_d = railway.usual_speed_m_per_s * MS_PER_DAY / 1e6
    for published, what in (
        (743.0, "km a day on 1520 mm, ERAI 2024, stops included (input: slow)"),
        (1100.0, "km a day in Kazakhstan, more than, 2020"),
        (1135.0, "km a day in Kazakhstan, 2018 (input: fast)"),
        (12.4 * 24, "km a day with delays, CAREC 2022; up to 912 in 2021"),
        (53.9 * 24, "km a day without delays, CAREC 2022; from 998"),
    ):
        ours = f"{km_per_d:.0f} usual"
        yield f"| {what} | {published:,.0f} | {ours} | {_error(km_per_d, published)} |"


def _error(model: float, published: float) -> str:
    return f"{100 * (model / published - 1):+.0f} %"


def _days(own: Spread) -> str:
    return f"{own.mean:.1f} d ({own.p10:.1f}–{own.p90:.1f})"


HEAD: Final = """
## Distances, times and prices beside published ones

Figures of `kostanay-hefei` as they are: running times of the sections and dwell at the border, drawn 4 000 times, mean and tenth to
ninetieth per cent. No loading, no waiting for a train, no queue is in them. *Input*: the published figure is one of the network's own.

| published | value | ours | error |
|---|---|---|---|"""

DAYS_HEAD: Final = """
| published, days from station to station | value | ours | error |
|---|---|---|---|"""

OTHERS_HEAD: Final = """
| published, borders, prices and speeds | value | ours | error |
|---|---|---|---|"""

TAIL: Final = """
**Distances** agree within 2 % where the way is the same (to Shymkent, Tashkent being some 100 km further). Langfang–Tashkent was published
for a longer way. The 700 km of Almaty–Dostyk contradict the sections of this network, which are estimates between Zhetigen and Aktogay;
which is right is open. **Times**: a forwarder's 8 to 9 days for Xi'an–Almaty hold more than running and the border, such as loading and
queues (6 days of waiting at Alashankou and 14 to 20 at Khorgos were published for July 2023); ours hold nothing else. The record to
Tashkent is quicker than our tenth per cent: at our fastest speeds such a train has less than a day left for the border. **Borders**: the
mean of Kazakhstan's rail crossings is longer than the two taken here; a crossing costs more here than the means of CAREC, and 329 of the
379 USD are the change of gauge at Dostyk, itself a mean of CAREC. **Rates**: the price of a full train is the index's; CAREC's price of a
tonne-kilometre, from its sample of shipments, is two and a half to four times ours. **Speeds**: published ones lie on both sides. No
rate and no time was published for Hefei–Kostanay, and none was at hand for Chengdu or Lianyungang to Almaty.

Sources: [Hefei–Almaty](http://ltwysoft.com/newscenter/native/city/20200709/t20200709_525161323.shtml),
[Hefei–Dostyk](http://bangpiao.com.cn/news/show-14266.html),
[Xi'an–Almaty 2023](https://www.jikelogistics.com/industry-news/china-europe-freight-train-operation-updates-week-26/),
[2018, and Lianyungang](http://www.jetway-cargo.com/Cn_Ar_index_gci_57.html),
[Xi'an–Tashkent](https://kgnews.asia/news/amp/10696421-po_marshrutu_knr_rk_uzbekistan_organizov.html),
[Langfang–Tashkent](http://photo.china.com.cn/2023-04/29/content_85261681_3.shtml),
[Khorgos](https://en.cfts.org.ua/news/kazakhstans_khorgos_dry_port_aiming_to_handle_05_million_teu_per_year_by_2020),
[Almaty lines](https://docslib.org/doc/1596878/development-of-seamless-rail-based-intermodal-transport-services-in-northeast-and-central-asia),
[Altynkol shorter](https://qogam-media.kz/?p=24408),
CAREC [2022](https://cpmm.carecprogram.org/?p=133) and [2020](https://cpmm.carecprogram.org/?p=403), [ERAI](https://index1520.com/en/index/),
[1 100 km a day](https://rail-news.kz/ru/passenger-transportation/8194-konteynernye-perevozki-po-kazahstanu-vyrosli-na-36.html),
[1 135 km a day](http://infranews.ru/novosti/40396-tranzitnyj-potencial-pochtovyx-perevozok-iz-kitaya-cherez-kazaxstan-ocenen-v-300-tys-teu-v-god/)."""
