"""What two logs say together: consent, lifecycle, commitments, the fold."""

from keruen.register.joint_list import duplicates
from keruen.register.joint_list.editions import find_edition, in_force, present_edition
from keruen.register.joint_list.fold import waiting
from keruen.register.joint_list.lookup import (
    find_offer,
    kind_of,
    listed_in,
    new_records,
    text_in_force,
)

__all__ = [
    "duplicates",
    "find_edition",
    "find_offer",
    "in_force",
    "kind_of",
    "listed_in",
    "new_records",
    "present_edition",
    "text_in_force",
    "waiting",
]
