"""Names for values whose type only the data decide: each says why it is ``Any``.

Knows why a checker cannot know more; knows no value. A line that can be typed is typed instead.
"""

from __future__ import annotations

from typing import Any

JsonValue = Any
"""What JSON may hold: of any type, for anybody may have written it."""

JsonTable = dict[str, JsonValue]
"""An object of JSON: its keys decide what their values are."""

JointRecord = Any
"""A project, commitment, claim or another record of the joint list: the name of its kind, which
goes beside it, decides which."""

KernelState = Any
"""The kernel's state: one structured record, whose fields have the sizes of a capacity class."""
