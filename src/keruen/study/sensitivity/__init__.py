"""Sensitivity: on which figures a case depends, and where they turn its verdict.

Knows the ranges of figures and what moves together; asks the plan's relaxation and the twin.
"""

from keruen.study.sensitivity.deciding import (
    SensitivityStudy,
    deciding_figures,
    study_sensitivity,
)
from keruen.study.sensitivity.examine import Effort, examine
from keruen.study.sensitivity.factors import factors_of
from keruen.study.sensitivity.futures import regret_of
from keruen.study.sensitivity.points import Subject
from keruen.study.sensitivity.results import Sensitivity

__all__ = [
    "Effort",
    "Sensitivity",
    "SensitivityStudy",
    "Subject",
    "deciding_figures",
    "examine",
    "factors_of",
    "regret_of",
    "study_sensitivity",
]
