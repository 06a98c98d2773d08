"""Totals on another day's map: what a territory's units last reported, brought through their successions.

A unit's own figure comes first; one without it takes the sum of its predecessors', every step back, if all of
them have one (RULES 15). Shares are exact fractions and nothing is rounded between steps.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Origin:
    """`predecessor` went into `successor`, whole or by a part whose `share` may be unknown (None)."""

    predecessor: int
    successor: int
    whole: bool
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Restated:
    """A territory's total, and how well it is known.

    `value` and `denominator` are in the indicator's smallest step, None without a figure (and the
    denominator also where a counted figure has none). `estimate`: some figure was divided by a share.
    `reported`: the territory's units that are covered. `missing`: its other units, each with its direct
    predecessors that have no figure, () where it has none or only shares are missing. `undivided`: of
    those, which were kept out because the share of a divided unit is unknown, with that unit.
    """

    value: Fraction | None
    denominator: Fraction | None
    estimate: bool
    reported: frozenset[int]
    missing: dict[int, tuple[int, ...]]
    undivided: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Lineage:
    """The successions of a register, made once for many totals.

    Raises ValueError when a unit would descend from itself.
    """

    def __init__(self, origins: Iterable[Origin]) -> None:
        self.backs: dict[int, dict[int, Origin]] = defaultdict(dict)
        self.forths: dict[int, dict[int, Origin]] = defaultdict(dict)
        for origin in origins:
            self.backs[origin.successor][origin.predecessor] = origin
            self.forths[origin.predecessor][origin.successor] = origin
        sorter = TopologicalSorter({unit: set(after) for unit, after in self.forths.items()})
        try:
            self.rank = {unit: place for place, unit in enumerate(sorter.static_order())}
        except CycleError as error:
            raise ValueError(f"units descend from themselves: {error.args[1]}") from error

    def predecessors(self, unit: int) -> Collection[int]:
        """The units one step back."""
        return self.backs.get(unit, {}).keys()

    def successions(self, unit: int) -> Mapping[int, Origin]:
        """What became of `unit`, by successor."""
        return self.forths.get(unit, {})

    def accounted(self, unit: int) -> bool:
        """Whether its recorded successors hold all of it, so that all of them together are the whole unit."""
        ways = self.forths.get(unit, {}).values()
        if any(way.whole for way in ways):
            return True
        given = [way.share for way in ways if way.share is not None]
        return sum(given) >= 1 or (len(given) < len(ways) and len(ways) > 1)


def restate(
    group: Collection[int],
    own: Mapping[int, tuple[int, int | None]],
    origins: Iterable[Origin] | Lineage,
) -> Restated:
    """The total of the units of `group`, which are of one day, from `own` figures (value, denominator).

    Nothing of a unit counts that lacks a predecessor's figure or an unknown share. A divided unit counts once
    and whole where the group holds all its parts, whatever the shares; else by share. Raises ValueError when
    a unit would descend from itself.
    """
    lineage = origins if isinstance(origins, Lineage) else Lineage(origins)
    units = set(group)
    known: dict[int, bool] = {}
    covered = {unit for unit in units if _resolves(unit, own, lineage, known)}
    undivided: dict[int, set[int]] = defaultdict(set)
    while True:
        weights, stuck = _weights(covered, own, lineage)
        if not stuck:
            break
        # One unit less may leave another's sister part alone, so that it too goes by share or is missing.
        for unit, divided in stuck.items():
            undivided[unit] |= divided
        covered -= stuck.keys()
    counted = {unit: weight for unit, weight in weights.items() if unit in own and weight}
    return Restated(
        value=_total(counted, {unit: own[unit][0] for unit in counted}),
        denominator=_total(counted, {unit: own[unit][1] for unit in counted}),
        estimate=any(weight != WHOLE for weight in counted.values()),
        reported=frozenset(covered),
        missing={
            unit: tuple(sorted(p for p in lineage.predecessors(unit) if not known.get(p, False)))
            for unit in sorted(units - covered)
        },
        undivided={unit: tuple(sorted(divided)) for unit, divided in sorted(undivided.items())},
    )


def _resolves(
    unit: int, own: Mapping[int, tuple[int, int | None]], lineage: Lineage, known: dict[int, bool]
) -> bool:
    """Whether a unit has a figure of its own or all its predecessors resolve; `known` keeps the answers."""
    if unit not in known:
        before = lineage.predecessors(unit)
        if unit in own:
            known[unit] = True
        else:
            # Every predecessor is asked, so that each one that lacks a figure can be named.
            answers = [_resolves(predecessor, own, lineage, known) for predecessor in before]
            known[unit] = bool(answers) and all(answers)
    return known[unit]


def _weights(
    covered: Collection[int], own: Mapping[int, tuple[int, int | None]], lineage: Lineage
) -> tuple[dict[int, Fraction], dict[int, set[int]]]:
    """How much of each unit is drawn on by the covered ones, and which of them are stuck on what.

    Stuck is a covered unit that needs a part of unknown share. Units are visited after all that became of
    them, so that each one's weight is complete before it is passed on.
    """
    weights = dict.fromkeys(covered, WHOLE)
    roots = {unit: {unit} for unit in covered}
    stuck: dict[int, set[int]] = defaultdict(set)
    drawn = _drawn_on(covered, own, lineage)
    for unit in sorted(drawn - set(covered), key=lineage.rank.__getitem__):
        ways = lineage.successions(unit)
        takers = {successor for successor in ways if successor in drawn and successor not in own}
        roots[unit] = set().union(*(roots[taker] for taker in takers))
        if takers == ways.keys() and lineage.accounted(unit) and all(weights[t] == WHOLE for t in takers):
            weights[unit] = WHOLE
            continue
        weight = Fraction(0)
        for taker in takers:
            share = WHOLE if ways[taker].whole else ways[taker].share
            if share is None:
                for root in roots[taker]:
                    stuck[root].add(unit)
            else:
                weight += share * weights[taker]
        weights[unit] = min(weight, WHOLE)
    return weights, stuck


def _drawn_on(
    covered: Collection[int], own: Mapping[int, tuple[int, int | None]], lineage: Lineage
) -> set[int]:
    """The covered units and all units whose figures they may need: back to the first own figure each way."""
    drawn = set(covered)
    waiting = [unit for unit in covered if unit not in own]
    while waiting:
        for predecessor in lineage.predecessors(waiting.pop()):
            if predecessor not in drawn:
                drawn.add(predecessor)
                if predecessor not in own:
                    waiting.append(predecessor)
    return drawn


def _total(weights: Mapping[int, Fraction], figures: Mapping[int, int | None]) -> Fraction | None:
    """The weighted sum; None without a figure, or where one of them is missing."""
    total = Fraction(0)
    for unit, weight in weights.items():
        figure = figures[unit]
        if figure is None:
            return None
        total += weight * figure
    return total if weights else None
