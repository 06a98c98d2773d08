"""What a person may see and do, worked out a second time: memberships and placements, walked one by one.

Nothing here asks `readable_by` and its like, `Ancestry` or `Lineage`: it is the answer they are held
against. Everything is read once and kept as plain rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from communes.models import Level, Membership, Placement, Role, Succession, Tie, Unit, User


def holds(row: Membership | Placement | Unit, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


@dataclass
class Register:
    """The whole register as rows."""

    units: dict[int, Unit] = field(default_factory=lambda: {one.pk: one for one in Unit.objects.all()})
    placements: dict[int, list[Placement]] = field(default_factory=dict)
    successions: list[Succession] = field(default_factory=lambda: list(Succession.objects.all()))
    former: list[Placement] = field(default_factory=list)
    reached: dict[date, dict[int, set[int]]] = field(default_factory=dict)
    walked: dict[tuple[int, date], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in Placement.objects.all():
            if one.tie == Tie.FORMER:
                self.former.append(one)
            else:
                self.placements.setdefault(one.unit_id, []).append(one)

    def above(self, unit: int, day: date) -> frozenset[int]:
        """The unit and everything it stands under on that day, step by step."""
        if (unit, day) not in self.walked:
            self.walked[unit, day] = frozenset(self._climb(unit, day))
        return self.walked[unit, day]

    def _climb(self, unit: int, day: date) -> set[int]:
        found: set[int] = set()
        step = {unit}
        while step:
            found |= step
            step = {
                placement.parent_id
                for one in step
                for placement in self.placements.get(one, ())
                if holds(placement, day) and holds(self.units[placement.parent_id], day)
            } - found
        return found

    def under(self, tops: Iterable[int], today: date) -> set[int]:
        """Units that stand under one of these today, or stood so on their last day."""
        wanted = set(tops)
        if today not in self.reached:
            self.reached[today] = {pk: self._tops(unit, today) for pk, unit in self.units.items()}
        return {pk for pk, above in self.reached[today].items() if wanted & above}

    def _tops(self, unit: Unit, today: date) -> set[int]:
        days = [today] if holds(unit, today) else []
        days += [unit.valid_to - timedelta(days=1)] if unit.valid_to else []
        return set().union(*(self.above(unit.pk, day) for day in days))

    def whole_predecessors(self, units: set[int]) -> set[int]:
        """Every whole predecessor, every step back."""
        found: set[int] = set()
        step = set(units)
        while step:
            step = {one.predecessor_id for one in self.successions if one.whole and one.successor_id in step}
            step -= found
            found |= step
        return found

    def predecessors(self, units: set[int]) -> set[int]:
        """Those one step back, whole or in part."""
        return {one.predecessor_id for one in self.successions if one.successor_id in units}


@dataclass(frozen=True)
class Scope:
    """The units (by id) that one person reads, enters figures for, approves as leader, and reviews; and those
    whose people the person knows by name: a role on the commune or the village itself, none above."""

    reads: frozenset[int]
    writes: frozenset[int]
    leads: frozenset[int]
    reviews: frozenset[int]
    knows: frozenset[int]


def scope_of(person: User, today: date, register: Register) -> Scope:
    held: dict[str, set[int]] = {}
    close: set[int] = set()
    if person.is_active:
        for one in Membership.objects.filter(user=person):
            if holds(one, today):
                held.setdefault(one.role, set()).add(one.unit_id)
                if register.units[one.unit_id].level in (Level.COMMUNE, Level.VILLAGE):
                    close.add(one.unit_id)
    own = register.under(set().union(*held.values()), today)
    known = register.under(close, today)
    entered = register.under(held.get(Role.CADRE, set()), today)
    led = register.under(held.get(Role.LEADER, set()), today)
    reviewed = held.get(Role.REVIEWER, set()) | held.get(Role.ADMINISTRATOR, set())
    writes, leads = entered | register.predecessors(entered), led | register.predecessors(led)
    return Scope(
        reads=frozenset(own | register.whole_predecessors(own) | writes | leads),
        writes=frozenset(writes),
        leads=frozenset(leads),
        reviews=frozenset(register.under(reviewed, today)),
        knows=frozenset(known | register.whole_predecessors(known)),
    )
