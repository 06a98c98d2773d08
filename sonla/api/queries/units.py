"""Units as the API shows them: with the unit they stand under and their former district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communes.models import Placement, Succession, Tie, Unit, User
from communes.rules.text import fold


@dataclass(frozen=True, slots=True)
class PlacedUnit:
    """A unit with its parent, and after 2025-07-01 its former district, on the day it is shown for."""

    unit: Unit
    parent: Unit | None
    former_district: Unit | None


def place(units: Iterable[Unit], at: date) -> list[PlacedUnit]:
    """Each unit on that day; one that had ended on its last, one not yet begun on its first. One query."""
    units = list(units)
    ties: dict[int, list[Placement]] = {}
    for tie in Placement.objects.filter(unit__in=units).select_related("parent"):
        ties.setdefault(tie.unit_id, []).append(tie)

    def parent(unit: Unit, kind: str) -> Unit | None:
        day = shown_on(unit, at)
        found = (
            tie.parent
            for tie in ties.get(unit.pk, ())
            if tie.tie == kind and tie.valid_from <= day and (tie.valid_to is None or day < tie.valid_to)
        )
        return next(found, None)

    return [PlacedUnit(unit, parent(unit, Tie.TREE), parent(unit, Tie.FORMER)) for unit in units]


def shown_on(unit: Unit, at: date) -> date:
    """The day for which a unit's placement is told."""
    if unit.last_day is not None and unit.last_day < at:
        return unit.last_day
    return max(unit.valid_from, at)


def units_asked(
    user: User,
    today: date,
    at: date,
    *,
    ancestor: Unit | None = None,
    level: str = "",
    kind: str = "",
    q: str = "",
) -> QuerySet[Unit]:
    """The units the user may read that exist on that day."""
    rows = Unit.objects.readable_by(user, today)
    rows = rows.territory_of(ancestor, at).exclude(pk=ancestor.pk) if ancestor else rows.in_force(at)
    if level:
        rows = rows.filter(level=level)
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(search_name__contains=fold(q))
    return rows.order_by("code", "valid_from")


def readable_bearer(user: User, today: date, code: str, at: date | None = None) -> Unit | None:
    """The readable unit that bears `code` on that day; without a day the one in force, else the last."""
    return Unit.objects.readable_by(user, today).select_related("kind").bearer(code, at)


def readable_territory(user: User, today: date, code: str, day: date) -> Unit | None:
    """The readable unit whose territory on that day is asked for by `code`; an ended district too."""
    return Unit.objects.readable_by(user, today).bearer_by(code, day)


def readable_code(user: User, today: date, code: str) -> bool:
    """Whether the user may read a unit that bears, or bore, this code."""
    return Unit.objects.readable_by(user, today).filter(code=code).exists()


def predecessors_of(unit: Unit, user: User, today: date) -> QuerySet[Succession]:
    """One step back, as far as the user may read."""
    rows = Succession.objects.filter(successor=unit, predecessor__in=Unit.objects.readable_by(user, today))
    return rows.select_related("act", "predecessor").order_by("predecessor__code", "pk")


def successors_of(unit: Unit, user: User, today: date) -> QuerySet[Succession]:
    """One step forward, as far as the user may read."""
    rows = Succession.objects.filter(predecessor=unit, successor__in=Unit.objects.readable_by(user, today))
    return rows.select_related("act", "successor").order_by("successor__code", "pk")


def step(rows: Iterable[Succession], side: str, at: date) -> list[tuple[Succession, PlacedUnit]]:
    """Each succession with the unit on its other `side`, placed on that unit's own day nearest to `at`."""
    rows = list(rows)
    placed = place([getattr(row, side) for row in rows], at)
    return list(zip(rows, placed, strict=True))
