"""Sensitivity: on which figures a case depends, and where they turn its verdict.

Knows the ranges of figures and what moves together; asks the plan's relaxation and the twin.
"""

from keruen.study.sensitivity.examine import Effort, examine
from keruen.study.sensitivity.factors import factors_of
from keruen.study.sensitivity.futures import regret_of
from keruen.study.sensitivity.points import Subject, plan_points, twin_points
from keruen.study.sensitivity.results import Sensitivity

__all__ = [
    "Effort",
    "Sensitivity",
    "Subject",
    "examine",
    "factors_of",
    "plan_points",
    "regret_of",
    "twin_points",
]
