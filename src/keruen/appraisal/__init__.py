"""Appraisal: what a project is worth, to whom, and which to do first.

Pure functions on frozen data, without a twin: `cash_flows` and `indicators` (money by side and
year), `box_costs` and `emissions` (what carrying boxes another way changes), `uncertainty` and
`optimism` (draws and what others needed), `interdependence` (coalitions), `portfolios` and
`answers` (which first). `study` brings the runs.
"""

from keruen.appraisal.answers import answer_of
from keruen.appraisal.box_costs import fixed_demand_benefit
from keruen.appraisal.cash_flows import accounts_of
from keruen.appraisal.indicators import common_values, enpv_curve, internal_rates
from keruen.appraisal.interdependence import interdependence
from keruen.appraisal.portfolios import undominated_portfolios
from keruen.appraisal.uncertainty import common_draws, risk_of

__all__ = [
    "accounts_of",
    "answer_of",
    "common_draws",
    "common_values",
    "enpv_curve",
    "fixed_demand_benefit",
    "interdependence",
    "internal_rates",
    "risk_of",
    "undominated_portfolios",
]
