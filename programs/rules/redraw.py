"""The figures of one day's units on the map of another day.

A figure is laid out as pieces. A piece lies in certain units of the boundary day, all of it in them together;
how it is divided among several of them nobody knows. So a total takes a piece whole or not at all, no figure
can count twice, and a territory that holds every piece of a figure has it exactly, whatever the shares.
Shares are exact fractions and nothing is rounded between steps.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from programs.rules.restate import WHOLE, Lineage

Pair = tuple[int, int | None]
# Whole where nothing was divided: adding whole numbers is a tenth of the work.
Amount = int | Fraction


class Method(StrEnum):
    """How a figure was divided between units."""

    VILLAGES = "villages"  # by what is recorded for each village: exact
    HOUSEHOLDS = "households"  # by the households of the villages: an estimate
    SHARE = "share"  # by the share of people that the act records: an estimate


class Lack(StrEnum):
    """Why a unit's figure is not in a total."""

    NO_FIGURE = "no_figure"
    UNDIVIDED = "undivided"  # one part of it lies elsewhere, and the share is not known
    NO_BASE = "no_base"  # the base (population, households) that weighs it is not known
    PERCENTAGE_ONLY = "percentage_only"  # a percentage without numerator and denominator


@dataclass(frozen=True, slots=True)
class Life:
    """The days of a unit, from `start` to before `end`."""

    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Part:
    """`mass` of a unit (1 is all of it) lies in these units together."""

    units: frozenset[int]
    mass: Fraction
    method: Method | None = None


@dataclass(frozen=True, slots=True)
class Village:
    """A village of a unit on the figure's day: where it lies on the boundary day, what is recorded for it."""

    units: frozenset[int]
    pair: Pair | None = None
    households: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one figure in these units together: numerator (or amount) and denominator, exact."""

    units: frozenset[int]
    value: Amount
    base: Amount | None
    method: Method | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a group of units has of the figures laid out.

    `methods`: how the figures were divided that are in it by a part only. `counted`, `undivided`: units of
    the figures' day that are in it, and those that are not because a part of unknown size lies elsewhere.
    """

    value: Fraction | None
    base: Fraction | None
    methods: frozenset[Method]
    counted: frozenset[int]
    undivided: tuple[int, ...]

    @property
    def is_estimate(self) -> bool:
        return bool(self.methods - {Method.VILLAGES})


def rest_of(unit: int) -> int:
    """The place of what is lost sight of: a part of `unit` that went where no succession says."""
    return -unit


class Map:
    """Where the units of any day lie on the map of one day."""

    def __init__(self, day: date, lives: Mapping[int, Life], lineage: Lineage) -> None:
        self.day = day
        self.lives = lives
        self.lineage = lineage
        self._parts: dict[int, tuple[Part, ...]] = {}
        self._origins: dict[int, frozenset[int]] = {}

    def lives_there(self, unit: int) -> bool:
        return unit in self.lives and self.lives[unit].holds(self.day)

    def parts(self, unit: int) -> tuple[Part, ...]:
        """The parts of `unit` on the map; their masses add up to 1.

        A unit of an earlier day is followed through its successions. One of a later day lies in those it came
        from, together: which part of it was whose is not recorded, unless it came from one alone.
        """
        if unit not in self._parts:
            self._parts[unit] = self._find(unit)
        return self._parts[unit]

    def touched(self, unit: int) -> frozenset[int]:
        """All units of the map in which something of `unit` lies."""
        parts = self.parts(unit)
        return parts[0].units if len(parts) == 1 else frozenset().union(*(part.units for part in parts))

    def _find(self, unit: int) -> tuple[Part, ...]:
        if self.lives_there(unit):
            return (Part(frozenset({unit}), WHOLE),)
        life = self.lives.get(unit)
        if life is not None and life.start > self.day:
            return (Part(self._from(unit), WHOLE),)
        masses: dict[frozenset[int], Fraction] = {}
        for units, mass in self._into(unit):
            masses[units] = masses.get(units, Fraction(0)) + mass
        method = Method.SHARE if len(masses) > 1 else None
        return tuple(Part(units, mass, method) for units, mass in masses.items())

    def _into(self, unit: int) -> Iterable[tuple[frozenset[int], Fraction]]:
        """The parts that an ended unit's successors took, as they lie on the map."""
        ways = list(self.lineage.successions(unit).values())
        lost = frozenset({rest_of(unit)})
        if len(ways) == 1 and ways[0].whole:
            yield from ((part.units, part.mass) for part in self.parts(ways[0].successor))
            return
        given = [way for way in ways if way.share is not None]
        unknown = [way for way in ways if way.share is None]
        total = sum((way.share or Fraction(0) for way in given), Fraction(0))
        for way in given:
            # Shares that say more than the whole would count something twice.
            mass = (way.share or Fraction(0)) / max(total, WHOLE)
            yield from ((part.units, part.mass * mass) for part in self.parts(way.successor))
        if total >= 1:
            return
        if not unknown:
            yield lost, 1 - total
            return
        together = frozenset().union(*(self.touched(way.successor) for way in unknown))
        # One part alone, of unknown size: the other went where nobody wrote down.
        yield (together if len(ways) > 1 else together | lost), 1 - total

    def _from(self, unit: int) -> frozenset[int]:
        """The units of the map from which a later unit came."""
        if self.lives_there(unit):
            return frozenset({unit})
        if unit not in self._origins:
            before = self.lineage.predecessors(unit)
            later = unit in self.lives and self.lives[unit].start > self.day
            found = frozenset().union(*(self._from(one) for one in before)) if later else frozenset()
            self._origins[unit] = found or frozenset({rest_of(unit)})
        return self._origins[unit]


def lay_out(pair: Pair, parts: Sequence[Part], villages: Collection[Village] = ()) -> tuple[Piece, ...]:
    """One unit's figure in pieces. `parts`: what successions say; `villages`: all of the unit's, if known.

    What is recorded for every village, and adds up to the figure, moves with the villages and is exact. Else
    the figure is shared by their households; without those by the recorded shares; and without a share for
    every part it stays together.
    """
    placed = _by_villages(pair, parts, villages) if villages else None
    if placed is not None:
        return placed
    value, base = pair
    if len(parts) == 1 and parts[0].mass == 1:
        return (Piece(parts[0].units, value, base, parts[0].method),)
    return tuple(
        Piece(part.units, part.mass * value, None if base is None else part.mass * base, part.method)
        for part in parts
    )


def located(parts: Sequence[Part], villages: Collection[Village] = ()) -> frozenset[int]:
    """The units in which something of a unit lies, its figure known or not."""
    found = frozenset().union(*(part.units for part in parts))
    return found.union(*(village.units for village in villages)) if _trusted(found, villages) else found


def gather(group: Collection[int], figures: Mapping[int, Sequence[Piece]]) -> Gathered:
    """What `group` has of the figures, each laid out in pieces by the unit that it is of."""
    units = frozenset(group)
    value: Amount = 0
    base: Amount = 0
    with_base = True
    methods: set[Method] = set()
    counted: set[int] = set()
    undivided: list[int] = []
    for source, pieces in figures.items():
        inside = [piece for piece in pieces if piece.units <= units]
        if len(inside) < len(pieces) and any(
            piece.units & units and not piece.units <= units for piece in pieces
        ):
            undivided.append(source)
            continue
        if not inside:
            continue
        counted.add(source)
        if len(inside) < len(pieces):
            methods.update(piece.method for piece in inside if piece.method is not None)
        for piece in inside:
            value += piece.value
            if piece.base is None:
                with_base = False
            else:
                base += piece.base
    if not counted:
        return Gathered(None, None, frozenset(), frozenset(), tuple(sorted(undivided)))
    found = Fraction(base) if with_base else None
    return Gathered(Fraction(value), found, frozenset(methods), frozenset(counted), tuple(sorted(undivided)))


def _trusted(found: frozenset[int], villages: Collection[Village]) -> bool:
    """A list of villages tells how a unit was divided if it reaches every part that the successions name.

    A list of a few villages, all in one part, would give that part everything.
    """
    reached = _reached(villages)
    named = {unit for unit in found if unit > 0}
    return bool(villages) and named <= reached and (len(reached) > 1 or reached != found)


def _reached(villages: Iterable[Village]) -> frozenset[int]:
    return frozenset().union(*(village.units for village in villages))


def _by_villages(
    pair: Pair, parts: Sequence[Part], villages: Collection[Village]
) -> tuple[Piece, ...] | None:
    """The figure by its villages; None where they say nothing about how it is divided."""
    found = frozenset().union(*(part.units for part in parts))
    if not _trusted(found, villages):
        return None
    recorded = [village.pair for village in villages if village.pair is not None]
    if len(recorded) == len(villages) and _adds_up(pair, recorded):
        return tuple(_recorded(villages))
    reached = _reached(villages)
    if reached <= found and all(len(part.units) == 1 for part in parts):
        return None
    households = [village.households for village in villages if village.households is not None]
    total = sum(households, 0)
    if len(households) == len(villages) and total:
        return tuple(_shared(pair, villages, total))
    if reached <= found:
        return None
    value, base = pair
    return (Piece(reached | found, Fraction(value), None if base is None else Fraction(base)),)


def _adds_up(pair: Pair, recorded: Collection[Pair]) -> bool:
    value, base = pair
    if sum(one[0] for one in recorded) != value:
        return False
    return base is None or sum(one[1] or 0 for one in recorded) == base


def _recorded(villages: Iterable[Village]) -> Iterable[Piece]:
    sums: dict[frozenset[int], tuple[int, int | None]] = {}
    for village in villages:
        assert village.pair is not None
        value, base = village.pair
        before, below = sums.get(village.units, (0, 0))
        sums[village.units] = (before + value, None if base is None or below is None else below + base)
    for units, (value, base) in sums.items():
        yield Piece(units, Fraction(value), None if base is None else Fraction(base), Method.VILLAGES)


def _shared(pair: Pair, villages: Iterable[Village], total: int) -> Iterable[Piece]:
    masses: dict[frozenset[int], int] = {}
    for village in villages:
        masses[village.units] = masses.get(village.units, 0) + (village.households or 0)
    value, base = pair
    for units, households in masses.items():
        mass = Fraction(households, total)
        yield Piece(units, mass * value, None if base is None else mass * base, Method.HOUSEHOLDS)
