"""What an act of reorganisation says, and what it makes of a register: plain values, no database.

`communes.rules.reorganise` turns the lines of a draft into a plan and names what is wrong with them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

WHOLE = 1_000_000
LEVELS = ("province", "district", "commune", "village")

# A unit of the register by its key, or one that the act makes by its name in the plan.
Ref = int | str


class Weight(StrEnum):
    """How much a finding matters: an error forbids confirming, a warning is looked at, a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the act: its code, the line it stands at (0: the act as a whole), its particulars."""

    code: str
    weight: Weight
    place: int = 0
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit of the register as the act finds it: its days, and on the eve whom it stands under and which
    former district it counts in. `placed_until` is the day its placement ends where another act said so."""

    key: int
    code: str
    name: str
    kind: str
    level: str
    start: date
    end: date | None = None
    parent: int | None = None
    district: int | None = None
    placed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a draft: what becomes of a predecessor, in whole or in part.

    Without a predecessor the successor is founded; without a successor the predecessor just ends. `share` is
    in millionths of the predecessor, None when unknown, `base` what it was measured by; `villages` are the
    codes of those that go this way. `create_closed`: a predecessor that the register lacks is to be added.
    """

    place: int
    predecessor: str = ""
    predecessor_name: str = ""
    create_closed: bool = False
    successor: str = ""
    name: str = ""
    kind: str = ""
    parent: str = ""
    whole: bool = True
    share: int | None = None
    base: str = ""
    villages: tuple[str, ...] = ()
    note: str = ""

    @property
    def ends(self) -> bool:
        return not self.successor and not self.name


@dataclass(frozen=True, slots=True)
class Opened:
    """A unit that begins with the act. `code` is empty for a village, which then gets a number; `district` is
    the former district it counts in, `mixed` the others that parts of it came from."""

    ref: str
    code: str
    name: str
    kind: str
    level: str
    parent: Ref
    district: Ref | None = None
    mixed: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Created:
    """A predecessor that the register lacked: it is added, and ends with the act."""

    ref: str
    code: str
    name: str
    kind: str
    level: str
    start: date
    parent: Ref


@dataclass(frozen=True, slots=True)
class Move:
    """A unit that goes on under another parent, perhaps counted in a former district from now on."""

    unit: int
    parent: Ref
    district: Ref | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Predecessor → successor, whole or by a part whose share may be unknown. `by_villages`: the villages
    that went say exactly what the part is."""

    predecessor: Ref
    successor: Ref
    whole: bool = True
    share: int | None = None
    base: str = ""
    by_villages: bool = False
    note: str = ""


@dataclass(slots=True)
class Plan:
    """What confirming the act would write, and everything that was found about its lines."""

    day: date
    ended: list[int] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    created: list[Created] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.weight == Weight.ERROR]


class Register:
    """The units that an act of one day may be about, found by key, by code and by parent."""

    def __init__(self, units: Iterable[Standing], day: date) -> None:
        self.day = day
        self.by_key = {unit.key: unit for unit in units}
        self.living: dict[str, Standing] = {}
        self.later: dict[str, list[Standing]] = defaultdict(list)
        self.past: dict[str, Standing] = {}
        self.children: dict[int, list[Standing]] = defaultdict(list)
        for unit in sorted(self.by_key.values(), key=lambda one: one.start):
            if unit.start >= day:
                self.later[unit.code].append(unit)
            elif unit.end is not None and unit.end <= day:
                self.past[unit.code] = unit
            else:
                self.living[unit.code] = unit
                if unit.parent is not None:
                    self.children[unit.parent].append(unit)

    def at(self, key: Ref | None) -> Standing | None:
        return self.by_key.get(key) if isinstance(key, int) else None

    def above(self, unit: Standing, level: str) -> Standing | None:
        """The unit of a level that this one stands under on the eve, itself included."""
        node: Standing | None = unit
        for _step in LEVELS:
            if node is None or node.level == level:
                return node
            node = self.at(node.parent)
        return None
