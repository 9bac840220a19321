"""What two logs say together: consent, lifecycle, commitments, the fold."""

from keruen.register.joint_list import duplicates, editions, wording
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
    "editions",
    "find_offer",
    "kind_of",
    "listed_in",
    "new_records",
    "text_in_force",
    "waiting",
    "wording",
]
