"""Paper about the joint list: a fiche for each project and a sheet for the meeting.

Knows the folded state of the register and the four languages; computes nothing of its own.
"""

from __future__ import annotations

from keruen.report.joint.fiche import fiche, write_fiche
from keruen.report.joint.meeting import meeting_sheet, write_meeting_sheet

__all__ = ["fiche", "meeting_sheet", "write_fiche", "write_meeting_sheet"]
