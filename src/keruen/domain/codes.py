"""Categories that cross the kernel's border as small integers. Never renumber one."""

from __future__ import annotations

from enum import IntEnum


class Mode(IntEnum):
    """How a box comes or leaves."""

    TRAIN = 0
    TRUCK = 1
    PRESENT = 2
    """It stands in the yard when the run begins."""


class Storage(IntEnum):
    """Kind of yard block."""

    LADEN = 0
    EMPTY = 1
    REEFER = 2
    DANGEROUS = 3
    INSPECTION = 4


class Delivery(IntEnum):
    """How an import box leaves the yard."""

    TRUCK = 0
    SHUTTLE = 1
    WAREHOUSE = 2


class Outage(IntEnum):
    """Why a machine is out of work."""

    OFF_SHIFT = 0
    BREAK = 1
    HOLIDAY = 2
    WIND = 3
    MAINTENANCE = 4
    FAILURE = 5


class Channel(IntEnum):
    """Why a box is held at the dry port."""

    NONE = 0
    GREEN = 1
    YELLOW = 2
    RED = 3
    LABORATORY = 4


class Resource(IntEnum):
    """Everything that serves one thing at a time; machines are numbered in this order. The three
    before the last are of the railway outside; the last is the trucks that can fetch boxes."""

    RECEPTION_TRACK = 0
    HANDLING_TRACK = 1
    LOCOMOTIVE = 2
    GANTRY = 3
    REACH_STACKER = 4
    EMPTY_HANDLER = 5
    TRACTOR = 6
    LANE_IN = 7
    LANE_OUT = 8
    INSPECTION_SLOT = 9
    YARD_SLOT = 10
    SHUTTLE = 11
    WEIGHBRIDGE = 12
    SCANNER = 13
    DOOR = 14
    TEAM = 15
    TRAIN_PATH = 16
    BORDER = 17
    SECTION = 18
    WAGON_SET = 19
    EVACUATION = 20


class Waiter(IntEnum):
    """Who waits."""

    TRAIN = 0
    TRUCK = 1
    BOX = 2


class Mover(IntEnum):
    """What a row of the movements follows."""

    TRAIN = 0
    BOX = 1
    MACHINE = 2


class Event(IntEnum):
    """What a row of the trace says."""

    TRAIN_ARRIVED = 0
    """The train is at the station."""
    TRAIN_RECEIVED = 1
    """The train stands on a reception track (`destination`)."""
    TRAIN_INSPECTED = 2
    """Papers and technical inspection are done."""
    TRAIN_PLACED = 3
    """A locomotive (`machine`) has put the train on a handling track (`destination`)."""
    UNLOADED = 4
    """A gantry has put a box on a tractor; `destination` is the tractor."""
    STACKED = 5
    """A yard machine has put a box into a slot (`destination`), from tractor or truck; without a
    machine: the box stands there when the run begins."""
    RESHUFFLED = 6
    """A yard machine has moved a box out of the way, from slot to slot; `visit` is that box."""
    RETRIEVED = 7
    """A yard machine has put a box from its slot (`origin`) on a tractor or truck."""
    LOADED = 8
    """A gantry has put a box from a tractor on a wagon."""
    TRAIN_WORKED = 9
    """The last box of the train is on; it waits to be pulled."""
    TRAIN_PULLED = 10
    """A locomotive has put the train back on a reception track (`destination`)."""
    TRAIN_READY = 11
    """Brake test done."""
    TRAIN_DEPARTED = 12
    """The train has left."""
    TRUCK_ARRIVED = 13
    """A truck is before the gate; `visit` is the box it brings or fetches."""
    TRUCK_ENTERED = 14
    """A lane in (`machine`) is done with the truck."""
    TRUCK_LEFT = 15
    """A lane out (`machine`) is done with the truck."""
    HOLD_STARTED = 16
    """Customs or laboratory took the box; for red, an inspection slot (`machine`)."""
    HOLD_ENDED = 17
    """The box is released."""
    TRACTOR_DELIVERED = 18
    """A tractor (`machine`) is free again; `busy_ms` is its whole job, driving and waiting."""
    TRUCK_WEIGHED = 19
    """A weighbridge (`machine`) is done with the truck."""
    TRUCK_REUSED = 20
    """The truck that brought `visit` stays to fetch another box."""
    TRUCK_TURNED = 21
    """A truck that is already inside goes to fetch `visit`."""
    MACHINE_STOPPED = 22
    """A machine is out of work (shift, weather, failure): table `outages` says why."""
    MACHINE_RESUMED = 23
    """It works again."""
    AT_DOOR = 24
    """A tractor has put a box to a door (`machine`) of the warehouse."""
    UNPACKED = 25
    """A team (`machine`) has emptied the box; it has left."""
    CALLED_OFF = 26
    """The plant has taken the goods of `visit` from the floor."""
    SHUTTLE_BACK = 27
    """A shuttle (`machine`) is back from the plant; `busy_ms` is its whole round."""
    SCANNED = 28
    """A scanner (`machine`) is done with the box."""
    PORTION_WORKED = 29
    """The last box of a portion of the train is on; another portion follows."""
    REMOVED = 30
    """A truck of the dry port comes for a box that nobody fetches: it goes to another place."""
    YARD_FULL = 31
    """So little room is left for laden boxes that trains are to be stopped."""
    YARD_RELIEVED = 32
    """There is room for trains again."""


class PlaceKind(IntEnum):
    """First byte of a place code: ``kind << 24 | number``."""

    SLOT = 0
    """Number: block << 16 | position << 4 | tier, see `domain.tables.slot_place`."""
    RECEPTION_TRACK = 1
    """Number: through all groups of reception tracks, by the groups' keys."""
    HANDLING_TRACK = 2
    """Number: through all groups of handling tracks, by the groups' keys."""
    TRACTOR = 3
    """Number: that of the machine."""
    TRUCK = 4
    """Number: always 0; `visit` is the box that the truck brings or fetches."""
    WAGON = 5
    """Number: always 0; `train` is the train that it belongs to."""
    DOOR = 6
    """Number: that of the machine."""
