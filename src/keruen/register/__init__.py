"""The register: a joint list that neither side can alter alone.

Two installations, each with its own log; what both signed is agreed, everything else is what one
side says.
"""

from keruen.register import asking, backup, waiting
from keruen.register.audit import Finding
from keruen.register.demo import Demo, demo
from keruen.register.exchange.intake import Imported
from keruen.register.installation import Register
from keruen.register.record import texts
from keruen.register.start import GuidedStart

__all__ = [
    "Demo",
    "Finding",
    "GuidedStart",
    "Imported",
    "Register",
    "asking",
    "backup",
    "demo",
    "texts",
    "waiting",
]
