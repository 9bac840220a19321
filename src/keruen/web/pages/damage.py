"""What the register lacks of what it had, where its list still can be read.

A log that was cut down reads as a shorter list, with every signature good: only the seal, and what
the other side has seen, tell that there was more. So the pages that show the list say it first.
"""

from __future__ import annotations

from typing import Final

from keruen.domain.joint_state import JointState
from keruen.i18n import text
from keruen.web.asked import PageRequest

_OF_FORM: Final = "content_"
"""What breaks the rules of form is said beside its own text."""


def damage(state: JointState, asked: PageRequest) -> tuple[str, ...]:
    """What a reader must know before believing the list, then what is lost; empty when nothing."""
    lost = [
        text(key, asked.language, **parameters)
        for key, parameters in state.checks
        if key.startswith("problem.") and not key.partition(".")[2].startswith(_OF_FORM)
    ]
    return (asked.say("web.damaged"), *lost) if lost else ()
