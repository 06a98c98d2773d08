"""Totals on the map of a boundary day, from the figures of units of another day."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from communes.models import Level, Unit
from programs.models import Indicator, OverUnits
from programs.queries.boundaries import Ground
from programs.rules.redraw import Lack, Map, Method, Pair, Part, Piece, Village, gather, lay_out

Places = Mapping[int, frozenset[int]]
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class RestatedRow:
    """A unit of the boundary day: the amount (or numerator) and denominator it has, exact, and how.

    `reported` of `expected` units of the figures' day are in it; `lacking` names the others and says why.
    Of a commune the amount is there only where nothing is lacking, of a wider territory what is known.
    """

    unit: Unit
    value: Fraction | None
    base: Fraction | None
    reported: int
    expected: int
    methods: frozenset[Method] = frozenset()
    lacking: Mapping[int, Lack] = field(default_factory=dict)

    @property
    def is_estimate(self) -> bool:
        return bool(self.methods - {Method.VILLAGES})


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A unit of the boundary day: of the units it is made of `met` are true, of `known` that are determined.

    `is_itself`: it is one unit, the same on both days, so that the answer is its own.
    """

    unit: Unit
    met: int
    known: int
    expected: int
    is_itself: bool


@dataclass(frozen=True)
class Laid:
    """Figures laid out on the map of the boundary day.

    `places`: the units of the figures' day with where they lie. `owing` of them are expected to have the
    figure, `apart` have none because it does not apply to them. `pieces`: each figure; `holding` which of the
    units it speaks for, where it is not the unit itself. `lacks`: units without a figure, and why.
    """

    ground: Ground
    places: Places
    owing: frozenset[int]
    apart: frozenset[int]
    pieces: Mapping[int, tuple[Piece, ...]]
    lacks: Mapping[int, Lack] = field(default_factory=dict)
    holding: Mapping[int, frozenset[int]] = field(default_factory=dict)
    naming: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def row(self, indicator: Indicator, unit: Unit, group: frozenset[int]) -> RestatedRow:
        """What one unit of the boundary day has of it."""
        here = [one for one in self._here(group) if one not in self.apart]
        owing = [one for one in here if one in self.owing]
        is_one = unit.level == Level.COMMUNE
        # A commune made of one that reports and one that does not is not known (RULES 15).
        wanted = here if is_one and owing else owing
        found = gather(group, {one: self.pieces[one] for one in self._speakers(wanted)})
        stuck = frozenset().union(*(self.holding.get(one, frozenset({one})) for one in found.undivided))
        lacking = {one: Lack.UNDIVIDED for one in found.undivided}
        for one in wanted:
            if one in self.lacks:
                lacking |= dict.fromkeys(self.naming.get(one) or (one,), self.lacks[one])
        reported = sum(one not in self.lacks and one not in stuck for one in wanted)
        if (is_one and lacking) or (indicator.over_units == OverUnits.NONE and len(here) != 1):
            return RestatedRow(unit, None, None, reported, len(wanted), lacking=lacking)
        return RestatedRow(unit, found.value, found.base, reported, len(wanted), found.methods, lacking)

    def _here(self, group: frozenset[int]) -> list[int]:
        """The units that lie in the group: looked up for one of many rows, looked through for a wide one."""
        if len(group) == 1:
            return among(self._lying, group)
        return [one for one, places in self.places.items() if not group.isdisjoint(places)]

    @cached_property
    def _lying(self) -> dict[int, list[int]]:
        return by_place(self.places)

    @cached_property
    def _speaking(self) -> dict[int, list[int]]:
        """The figures that speak for each unit: its own, and those of units it came from."""
        return by_place({one: self.holding.get(one, frozenset({one})) for one in self.pieces})

    def _speakers(self, wanted: Collection[int]) -> list[int]:
        if not self.holding:
            return [one for one in wanted if one in self.pieces]
        return among(self._speaking, wanted)

    def rows(self, indicator: Indicator, by: str) -> list[RestatedRow]:
        return [self.row(indicator, unit, group) for unit, group in self.ground.groups(by)]


def lay(
    ground: Ground,
    places: Places,
    pairs: Mapping[int, Pair],
    *,
    owing: Collection[int],
    apart: Collection[int] = (),
    lacks: Mapping[int, Lack] | None = None,
    day_of: Callable[[int], date],
    villages: Callable[[int], Mapping[int, Pair]] = lambda unit: {},
    households: Mapping[int, int] | None = None,
) -> Laid:
    """The figures of units, each its own, on the boundary day's map.

    `day_of`: the day whose villages a unit's figure covers; `villages`: what is recorded for these.
    """
    pieces = {}
    for one in places:
        if one not in pairs or one in apart:
            continue
        standing: list[Village] = []
        if one in ground.villages.stood:
            standing = ground.villages_of(one, day_of(one), villages(one), households)
        pieces[one] = lay_out(pairs[one], ground.parts(one), standing)
    silent = {
        one: (lacks or {}).get(one, Lack.NO_FIGURE) for one in places if one not in pairs and one not in apart
    }
    return Laid(ground, places, frozenset(owing), frozenset(apart), pieces, silent)


def count(
    ground: Ground, places: Places, by: str, verdicts: Mapping[int, bool | None], owing: Collection[int]
) -> list[CountedRow]:
    """'x of y predecessors met': yes/no, recognition and verdicts are counted, never averaged or divided.

    A divided unit counts in each row that holds a part of it, and once in the row that holds all of it.
    """
    rows = []
    for unit, here in made_of(ground, places, by):
        owed = [one for one in here if one in owing]
        asked = [one for one in owed if verdicts.get(one, False) is not None]
        known = [one for one in asked if one in verdicts]
        met = sum(bool(verdicts[one]) for one in known)
        itself = all(ground.map.lives_there(one) for one in owed)
        rows.append(CountedRow(unit, met, len(known), len(asked), itself))
    return rows


def made_of(ground: Ground, places: Places, by: str) -> list[tuple[Unit, list[int]]]:
    """Each unit of the boundary day with the units of the figures' day that it is made of.

    A village more or less does not make another unit: of two that lived on, each is itself.
    """
    lying = by_place({one: ground.map.touched(one) for one in places})
    return [(unit, among(lying, group)) for unit, group in ground.groups(by)]


def by_place(places: Places) -> dict[int, list[int]]:
    """What lies in each unit, wholly or in part."""
    found: dict[int, list[int]] = {}
    for one, where in places.items():
        for unit in where:
            found.setdefault(unit, []).append(one)
    return found


def among(lying: Mapping[int, list[int]], group: Collection[int]) -> list[int]:
    """What lies in any unit of the group, each once."""
    return list(dict.fromkeys(one for unit in sorted(group) for one in lying.get(unit, ())))


# Figures at a date: own ones, and those of the units before where a unit has none yet


def fall_back(laid: Laid, day: date, before: Mapping[int, Pair]) -> Laid:
    """The same with the predecessors' figures for units of the day that have none, if all of them have one.

    `before`: the figures of units that ended before the day. What a unit's sister has a figure of its own for
    is not taken from their predecessor again.
    """
    ground = laid.ground
    then = Map(day, ground.map.lives, ground.map.lineage)
    filled: dict[int, set[int]] = {}
    naming: dict[int, tuple[int, ...]] = {}
    for one in laid.places:
        if laid.lacks.get(one) != Lack.NO_FIGURE:
            continue
        needed, lacking = _first_known(one, before, ground.map)
        if needed and not lacking:
            filled[one] = needed
        elif lacking:
            naming[one] = tuple(sorted(lacking))
    stuck: dict[int, tuple[int, ...]] = {}
    while found := _stuck(filled, then):
        # One unit less may leave another's sister part alone, so that it too goes by share or is missing.
        stuck |= found
        filled = {one: needed for one, needed in filled.items() if one not in found}
    pieces, holding = dict(laid.pieces), dict(laid.holding)
    for predecessor, takers in _drawn(filled).items():
        parts = then.parts(predecessor)
        pieces[predecessor] = _drawn_pieces(before[predecessor], parts, filled, predecessor, ground.map)
        holding[predecessor] = frozenset(takers)
    lacks = {one: why for one, why in laid.lacks.items() if one not in filled}
    lacks |= dict.fromkeys(stuck, Lack.UNDIVIDED)
    return Laid(ground, laid.places, laid.owing, laid.apart, pieces, lacks, holding, naming | stuck)


def _drawn(filled: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Each predecessor that is drawn on, with the units that draw on it."""
    drawn: dict[int, set[int]] = {}
    for one, needed in filled.items():
        for predecessor in needed:
            drawn.setdefault(predecessor, set()).add(one)
    return drawn


def _stuck(filled: Mapping[int, set[int]], then: Map) -> dict[int, tuple[int, ...]]:
    """Units that need a part of unknown size, of which a sister has the rest; with that predecessor."""
    found: dict[int, tuple[int, ...]] = {}
    for predecessor, takers in _drawn(filled).items():
        for part in then.parts(predecessor):
            if part.units & filled.keys() and not part.units <= filled.keys():
                found |= dict.fromkeys(takers, (predecessor,))
    return found


def _drawn_pieces(
    pair: Pair, parts: Sequence[Part], filled: Mapping[int, set[int]], predecessor: int, the_map: Map
) -> tuple[Piece, ...]:
    """The parts of a predecessor's figure that units without their own take, on the boundary day's map."""
    kept = [part for part in parts if part.units <= filled.keys()]
    if len(kept) == len(parts):
        return lay_out(pair, the_map.parts(predecessor))
    # What a sister has a figure of its own for lies nowhere: what is left is a part of the figure.
    taken = Piece(frozenset({NOWHERE}), Fraction(0), None if pair[1] is None else Fraction(0))
    return (*lay_out(pair, list(_composed(kept, the_map))), taken)


def _first_known(unit: int, before: Mapping[int, Pair], the_map: Map) -> tuple[set[int], set[int]]:
    """The units before this one, first with a figure each way back; and those that have none."""
    needed: set[int] = set()
    lacking: set[int] = set()
    ways = the_map.lineage.predecessors(unit)
    for predecessor in ways:
        if predecessor in before:
            needed.add(predecessor)
            continue
        found, missing = _first_known(predecessor, before, the_map)
        needed |= found
        lacking |= missing if found and not missing else {predecessor}
    return needed, lacking


def _composed(kept: Iterable[Part], the_map: Map) -> Iterable[Part]:
    """Parts on one day's map, followed on to another's."""
    for part in kept:
        if len(part.units) == 1:
            (unit,) = part.units
            for on in the_map.parts(unit):
                yield Part(on.units, part.mass * on.mass, on.method or part.method)
        else:
            together = frozenset().union(*(the_map.touched(unit) for unit in part.units))
            yield Part(together, part.mass, part.method)
