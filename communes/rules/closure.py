"""Closures over dated ties: who is under whom on which days, and who came from whom.

Both are small graph walks over a whole register (a few hundred to a few thousand units). They are
done once when the register changes, so that no page ever walks a tree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

FOREVER = date.max


@dataclass(frozen=True, slots=True)
class Tie:
    """`child` stands under `parent` from `start` to before `end` (FOREVER: no end known)."""

    child: int
    parent: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Descent:
    """`unit` stands `depth` steps under `ancestor` from `start` to before `end`."""

    unit: int
    ancestor: int
    depth: int
    start: date
    end: date


class LoopError(ValueError):
    """A unit would stand under itself, or descend from itself."""


def ancestry(
    ties: Iterable[Tie], lives: Mapping[int, tuple[date, date]], units: Collection[int] | None = None
) -> list[Descent]:
    """Every (unit, ancestor) pair with the days on which it holds; each unit is its own at depth 0.

    `lives` gives each unit's own days; with `units` only their ancestors are asked for. Raises LoopError
    when ties of one day form a loop.
    """
    ups: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        ups[tie.child].append(tie)
    found: list[Descent] = []

    def climb(origin: int, node: int, depth: int, start: date, end: date) -> None:
        if depth > len(lives):
            raise LoopError(f"unit {origin} stands under itself")
        found.append(Descent(origin, node, depth, start, end))
        for tie in ups[node]:
            first, last = max(start, tie.start), min(end, tie.end)
            if first < last:
                climb(origin, tie.parent, depth + 1, first, last)

    for unit in lives if units is None else units:
        start, end = lives[unit]
        climb(unit, unit, 0, start, end)
    return _joined(found)


def _joined(pieces: list[Descent]) -> list[Descent]:
    """Neighbouring days of one pair become one row: a parent may change while the grandparent stays."""
    result: list[Descent] = []
    for piece in sorted(pieces, key=lambda p: (p.unit, p.ancestor, p.depth, p.start)):
        last = result[-1] if result else None
        if (
            last
            and (last.unit, last.ancestor, last.depth) == (piece.unit, piece.ancestor, piece.depth)
            and last.end == piece.start
        ):
            result[-1] = Descent(piece.unit, piece.ancestor, piece.depth, last.start, piece.end)
        else:
            result.append(piece)
    return result


def lineage(whole_steps: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(unit, whole predecessor, depth) for every step back; input is (predecessor, successor) pairs.

    Raises LoopError when a unit would descend from itself.
    """
    backs: dict[int, list[int]] = defaultdict(list)
    for predecessor, successor in whole_steps:
        backs[successor].append(predecessor)
    rows: dict[tuple[int, int], int] = {}

    def walk(origin: int, node: int, depth: int, path: frozenset[int]) -> None:
        for predecessor in backs.get(node, ()):
            if predecessor in path:
                raise LoopError(f"unit {origin} descends from itself")
            rows.setdefault((origin, predecessor), depth)
            walk(origin, predecessor, depth + 1, path | {predecessor})

    for unit in list(backs):
        walk(unit, unit, 1, frozenset({unit}))
    return [(unit, predecessor, depth) for (unit, predecessor), depth in rows.items()]
