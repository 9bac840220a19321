"""What a forwarder asks for becomes a request for a quote; what cannot be understood is refused.

Knows how stations, goods and months are named and which of them go together; computes nothing.
"""

from __future__ import annotations

from keruen.corridor.quote.offered_ways import can_end
from keruen.corridor.quote.quote import QuoteRequest, sizes_of
from keruen.errors import UsageError
from keruen.i18n import listing
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import nearest_names, one_named, shown_station
from keruen.scenario.network import Network
from keruen.tabular import period_of
from keruen.tabular.dates import DateError

_YEARS_AROUND = 10
"""A scenario's prices and lines are taken to hold so long before and after its year."""


def understood(  # noqa: PLR0913 - five of a box, all keyword-only
    scenario: Scenario,
    network: Network,
    *,
    origin: str,
    destination: str,
    commodity: str,
    when: str,
    size_ft: int | None,
    language: str,
) -> QuoteRequest:
    """The request by keys.

    Parameters
    ----------
    network : that of the scenario.
    origin, destination, commodity : a key, or a name in any of the four languages.
    when : a month, or a day in it, as people write it in any of the four languages: ``2030-10``,
        ``10.2030``, ``October 2030``, ``октябрь 2030``, ``2030 жылғы қазан``, ``2030年10月``.
    size_ft : length of the box; None is the longest that the commodity goes in.
    language : of names in the sentences of refusals.

    Raises
    ------
    UsageError
        With the nearest name, when something is not known or does not go together.
    """
    year, month = _month(scenario, when)
    ends = []
    for option, said in (("--from", origin), ("--to", destination)):
        key = one_named(said, network.stations)
        if key is None:
            near = nearest_names(said, network.stations, language)
            raise UsageError("error.quote_station", option=option, found=said, nearest=near)
        _check_end(network, option, key, language)
        ends.append(key)
    first, second = (shown_station(network, key, language) for key in ends)
    if ends[0] == ends[1]:
        raise UsageError("error.quote_same_ends", station=first)
    if network.stations[ends[0]].gauge == network.stations[ends[1]].gauge:
        raise UsageError("error.quote_one_side", first=first, second=second)
    goods = one_named(commodity, scenario.commodities)
    if goods is None:
        near = nearest_names(commodity, scenario.commodities, language)
        raise UsageError("error.quote_commodity", found=commodity, nearest=near)
    return QuoteRequest(
        origin=ends[0],
        destination=ends[1],
        commodity=goods,
        size_ft=_size_ft(scenario, goods, size_ft, language),
        year=year,
        month=month,
        seed=scenario.scenario.seed,
    )


def no_way(network: Network, request: QuoteRequest, language: str) -> UsageError:
    """That no open border joins the two stations in that month, and which are not always open."""
    closed = [
        border.title.in_language(language)
        for _, border in sorted(network.borders.items())
        if not border.is_open or border.opens is not None
    ]
    return UsageError(
        "error.quote_no_way",
        month=f"{request.year:04d}-{request.month:02d}",
        first=shown_station(network, request.origin, language),
        second=shown_station(network, request.destination, language),
        closed=listing(closed, language) if closed else "–",
    )


def _month(scenario: Scenario, said: str) -> tuple[int, int]:
    try:
        period = period_of(said)
    except DateError:
        raise UsageError("error.quote_month", found=said) from None
    month = period.first.year, period.first.month
    # A quarter or a year is understood, and is more than the one month that can be quoted.
    if month != (period.last.year, period.last.month):
        raise UsageError("error.quote_month", found=said)
    described = scenario.calendar.first_day.year
    first, last = described - _YEARS_AROUND, described + _YEARS_AROUND
    if not first <= month[0] <= last:
        raise UsageError(
            "error.quote_month_far",
            year=described,
            first=f"{first}-01",
            last=f"{last}-12",
            found=said.strip(),
        )
    return month


def _check_end(network: Network, option: str, key: str, language: str) -> None:
    if can_end(network, key):
        return
    station = network.stations[key]
    ends = {name: place for name, place in network.stations.items() if can_end(network, name)}
    raise UsageError(
        "error.quote_no_end",
        option=option,
        station=shown_station(network, key, language),
        kind=f"cli.kind_{station.kind.replace('-', '_')}",
        nearest=nearest_names(station.title.in_language(language), ends, language),
    )


def _size_ft(scenario: Scenario, key: str, size_ft: int | None, language: str) -> int:
    commodity = scenario.commodities[key]
    is_empty = not (commodity.net_load_20_kg or commodity.net_load_40_kg)
    allowed = sizes_of(commodity, is_empty=is_empty)
    size = max(allowed) if size_ft is None else size_ft
    if size not in allowed:
        raise UsageError(
            "error.quote_size",
            commodity=commodity.title.in_language(language),
            allowed=listing([str(feet) for feet in allowed], language),
            found=size,
        )
    return size
