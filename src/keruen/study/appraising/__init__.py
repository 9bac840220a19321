"""Appraising: a scenario with its list of projects becomes one typed result.

Drives `keruen.appraisal`: the relaxation of the week values all coalitions, the twin a few.
"""

from keruen.study.appraising.appraise import AppraisalEffort, appraisal_work, appraise
from keruen.study.appraising.results import (
    AppraisalProgress,
    AppraisalWork,
    ListAppraisal,
    WorkCost,
)
from keruen.study.sensitivity.points import Subject

__all__ = [
    "AppraisalEffort",
    "AppraisalProgress",
    "AppraisalWork",
    "ListAppraisal",
    "Subject",
    "WorkCost",
    "appraisal_work",
    "appraise",
]
