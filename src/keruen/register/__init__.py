"""The register: a joint list that neither side can alter alone.

Two installations, each with its own log; what both signed is agreed, everything else is what one
side says.
"""

from keruen.register import asking
from keruen.register.audit import Finding
from keruen.register.demo import Demo, demo
from keruen.register.exchange.intake import Imported
from keruen.register.installation import Register
from keruen.register.record import texts
from keruen.register.waiting import Office, admitted, waiting_entry

__all__ = [
    "Demo",
    "Finding",
    "Imported",
    "Office",
    "Register",
    "admitted",
    "asking",
    "demo",
    "texts",
    "waiting_entry",
]
