"""A border takes in so much a day, and so do its cranes: first come, first served, by a rate.

Knows rates; knows no train. Times are whole milliseconds; the amounts that were offered up to a
moment are sums of rates, and no sum depends on the steps of a run.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import rate_at, server_at


@compiled
def admit(r: Any, server: Any, arrives_ms: Any, amount: Any) -> Any:
    """When one that arrives no earlier than those before it is taken in.

    `amount` is what it takes of the server; the next one waits for it.
    """
    own = server_at(r.servers, server)
    place = _place_in_time(r, own, arrives_ms)
    rate = rate_at(r.rates, place)
    begins = max(rate.done + (arrives_ms - rate.edge_ms) * rate.rate_per_ms, own.free_from)
    own.free_from = begins + amount
    rate = rate_at(r.rates, _place_in_amount(r, own, begins))
    after_ms = 0
    if rate.rate_per_ms > 0:
        after_ms = int((begins - rate.done) / rate.rate_per_ms)
    return max(arrives_ms, rate.edge_ms + after_ms)


@compiled
def _place_in_time(r: Any, own: Any, time_ms: Any) -> Any:
    """The last rate whose edge is not after a moment; the first one when all are."""
    low, high = own.first_rate, own.first_rate + own.n_rates
    while low < high:
        middle = (low + high) // 2
        if time_ms < rate_at(r.rates, middle).edge_ms:
            high = middle
        else:
            low = middle + 1
    return max(low - 1, own.first_rate)


@compiled
def _place_in_amount(r: Any, own: Any, amount: Any) -> Any:
    """The last rate before which no more than an amount was offered; else the first one."""
    low, high = own.first_rate, own.first_rate + own.n_rates
    while low < high:
        middle = (low + high) // 2
        if amount < rate_at(r.rates, middle).done:
            high = middle
        else:
            low = middle + 1
    return max(low - 1, own.first_rate)
