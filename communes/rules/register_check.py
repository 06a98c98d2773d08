"""What must hold of a register of units over time, each breach named; plain values, no database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from communes.rules.acts import LEVELS, WHOLE, Finding, Weight
from communes.rules.closure import FOREVER, LoopError, Tie, ancestry, lineage


@dataclass(frozen=True, slots=True)
class Life:
    """A unit and its days, half-open; `end` is FOREVER while it lives."""

    key: int
    code: str
    level: str
    start: date
    end: date = FOREVER


@dataclass(frozen=True, slots=True)
class Step:
    """Predecessor → successor."""

    predecessor: int
    successor: int
    whole: bool = True
    share: int | None = None


@dataclass(slots=True)
class _Checked:
    found: list[Finding] = field(default_factory=list)

    def add(self, code: str, unit: int = 0, /, weight: Weight = Weight.ERROR, **facts: object) -> None:
        self.found.append(Finding(code, weight, unit, facts))


def check_register(
    units: Iterable[Life], trees: Sequence[Tie], former: Sequence[Tie], steps: Sequence[Step]
) -> list[Finding]:
    """Everything that is wrong, each at the unit's key (`place`); [] for a register that holds.

    No code twice on one day; no unit under two parents, under none, or under one that does not live; every
    unit reachable from a province on each day; a successor begins when its predecessor ends; shares complete;
    no loop; the former districts hold each commune at most once a day.
    """
    lives = {unit.key: unit for unit in units}
    out = _Checked()
    _check_codes(lives, out)
    for ties, is_tree in ((trees, True), (former, False)):
        _check_placements(lives, ties, is_tree, out)
    _check_reach(lives, trees, out)
    _check_steps(lives, steps, out)
    return out.found


def _check_codes(lives: Mapping[int, Life], out: _Checked) -> None:
    bearers: dict[str, list[Life]] = defaultdict(list)
    for unit in lives.values():
        bearers[unit.code].append(unit)
    for code, group in bearers.items():
        for one, after in pairwise(sorted(group, key=lambda unit: unit.start)):
            if one.end > after.start:
                out.add("code_twice", after.key, code=code, other=one.key, day=after.start)


def _check_placements(lives: Mapping[int, Life], ties: Sequence[Tie], is_tree: bool, out: _Checked) -> None:
    """Each unit's placements follow one another within its life, under parents that live."""
    own: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        own[tie.child].append(tie)
    for key, group in own.items():
        unit = lives[key]
        group.sort(key=lambda tie: tie.start)
        for one, after in pairwise(group):
            if one.end > after.start:
                out.add("two_parents", key, day=after.start, one=one.parent, other=after.parent)
        for tie in group:
            parent = lives[tie.parent]
            if tie.start < unit.start or tie.end > unit.end:
                out.add("placed_beyond_life", key, day=tie.start, parent=tie.parent)
            if is_tree and (tie.start < parent.start or tie.end > parent.end):
                out.add("parent_not_living", key, day=max(tie.start, parent.end), parent=tie.parent)
            if is_tree and LEVELS.index(parent.level) >= LEVELS.index(unit.level):
                out.add("parent_level", key, parent=tie.parent)


def _check_reach(lives: Mapping[int, Life], trees: Sequence[Tie], out: _Checked) -> None:
    """On each day of its life a unit stands under exactly one province, a province under nothing."""
    try:
        climbed = ancestry(trees, {key: (unit.start, unit.end) for key, unit in lives.items()})
    except LoopError:
        out.add("tree_loop")
        return
    reached: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for descent in climbed:
        if lives[descent.ancestor].level == "province":
            reached[descent.unit].append((descent.start, descent.end))
    for key, unit in lives.items():
        day = unit.start
        for start, end in sorted(reached.get(key, ())):
            if start > day:
                break
            day = max(day, end)
        if day < unit.end:
            out.add("unreachable", key, day=day)


def _check_steps(lives: Mapping[int, Life], steps: Sequence[Step], out: _Checked) -> None:
    ways: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        ways[step.predecessor].append(step)
        end, start = lives[step.predecessor].end, lives[step.successor].start
        if start < end:
            out.add("starts_before_end", step.successor, predecessor=step.predecessor, day=start)
        elif start > end:
            out.add("gap", step.successor, predecessor=step.predecessor, day=end)
        if lives[step.predecessor].level != lives[step.successor].level:
            out.add("levels_differ", step.successor, predecessor=step.predecessor)
    for key, group in ways.items():
        _check_shares(key, group, out)
    for key, unit in lives.items():
        if unit.level in ("commune", "province") and unit.end != FOREVER and key not in ways:
            out.add("no_successor", key, day=unit.end)
    try:
        lineage((step.predecessor, step.successor) for step in steps)
    except LoopError:
        out.add("succession_loop")


def _check_shares(key: int, group: Sequence[Step], out: _Checked) -> None:
    if len(group) > 1 and any(step.whole for step in group):
        out.add("whole_and_part", key)
        return
    if group[0].whole:
        return
    given = [step.share for step in group if step.share is not None]
    if len(group) == 1:
        out.add("part_alone", key)
    elif len(given) == len(group) and abs(sum(given) - WHOLE) > len(group):
        out.add("shares_sum", key, total=sum(given))
    elif len(given) < len(group):
        out.add("share_unknown", key, weight=Weight.NOTE, parts=len(group))
