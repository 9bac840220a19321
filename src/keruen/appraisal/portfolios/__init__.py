"""Which sets of projects no other set beats: Robust Portfolio Modelling.

Knows candidates with scores, costs by side, what requires and excludes what; knows no twin and no
money of its own. After Liesiö, Mild and Salo (2007, 2008): a feasible portfolio is dropped only
when another one is at least as good in every admitted state of the world, and better in one. The
states are common draws × corners of the weights: a figure has the same draw for all projects, so
its luck cancels where two portfolios share it.

`choice` holds what is given and found, `grid` makes it whole numbers and components, `bounds`,
`open_region` and `dominance` say what can be cut, `search` goes through it; `refusal` tells what
leaves nothing to choose.
"""

from keruen.appraisal.portfolios.choice import (
    Candidate,
    Choice,
    Portfolios,
    Synergy,
    TooManyPortfolios,
)
from keruen.appraisal.portfolios.refusal import problems_of
from keruen.appraisal.portfolios.search import all_portfolios, undominated_portfolios

__all__ = [
    "Candidate",
    "Choice",
    "Portfolios",
    "Synergy",
    "TooManyPortfolios",
    "all_portfolios",
    "problems_of",
    "undominated_portfolios",
]
