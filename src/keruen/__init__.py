"""Keruen: will the dry port carry what was promised, and what should be done first?

The flat public door. Its names are loaded when they are first used, so importing `keruen` is fast.

Examples
--------
>>> import keruen
>>> keruen.read("toy").name
'toy'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from keruen.domain.results import Estimate, Verdict
    from keruen.errors import KeruenError
    from keruen.report.write import write
    from keruen.scenario import Scenario, cases, names, read
    from keruen.study import compare, processes, replay
    from keruen.study.capacity import capacity
    from keruen.study.results import Study
    from keruen.study.run import load, run

__all__ = [
    "Estimate",
    "KeruenError",
    "Scenario",
    "Study",
    "Verdict",
    "capacity",
    "cases",
    "compare",
    "load",
    "names",
    "processes",
    "read",
    "replay",
    "run",
    "write",
]

_HOMES: Final = {
    "Estimate": "keruen.domain.results",
    "KeruenError": "keruen.errors",
    "Scenario": "keruen.scenario",
    "Study": "keruen.study.results",
    "Verdict": "keruen.domain.results",
    "capacity": "keruen.study",
    "cases": "keruen.scenario",
    "compare": "keruen.study",
    "load": "keruen.study",
    "names": "keruen.scenario",
    "processes": "keruen.study",
    "read": "keruen.scenario",
    "replay": "keruen.study",
    "run": "keruen.study",
    "write": "keruen.report",
}


def __getattr__(name: str) -> Any:  # Any: a name has its own type
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        return import_module("keruen.store").code_version()
    missing = f"module 'keruen' has no attribute {name!r}"
    raise AttributeError(missing)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
