"""Commands that a reader copies: each with the cases and the changes of what he reads.

Knows how a command names a scenario, its cases and single changes; knows no figure.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Final

_DAYS: Final = "calendar.days="


def command_line(
    verb: str,
    scenario: str,
    cases: Iterable[str],
    changes: Iterable[str],
    options: Sequence[str],
) -> str:
    """One line for the shell.

    Parameters
    ----------
    verb, scenario : the command, and the folder or packaged scenario.
    cases : of the runs; the base is no case.
    changes : `Scenario.overrides`: without them the same command would ask of another world.
    options : what follows, ready; days given by an option are not given as a change as well.
    """
    words = ["keruen", verb, scenario]
    for case in cases:
        if case not in ("", "base"):
            words += ["--case", case]
    for change in changes:
        if "--days" not in options or not change.startswith(_DAYS):
            words += ["--set", change]
    return shlex.join([*words, *options])
