"""The figures that count on a day: each unit's last one, and those it takes from its predecessors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from communes.models import Lineage, Succession
from programs.models import Indicator, Observation, Period, PeriodState
from programs.rules.restate import Lineage as Descent
from programs.rules.restate import Origin

MILLION = 1_000_000
Rows = TypeVar("Rows", bound="QuerySet[Any]")


@dataclass(frozen=True, slots=True)
class Latest:
    """A unit's figure and the period it is of."""

    value: int | None
    denominator: int | None
    not_applicable: bool
    period: int


def periods_counted(at: date, today: date) -> QuerySet[Period]:
    """The periods that a question at a date may use.

    A past date never takes a period that ended after it; today takes the open periods too, so that what
    was saved is what is seen.
    """
    ended = Q(ends_on__lte=at)
    if at >= today:
        ended |= Q(opens_on__lte=today, state=PeriodState.OPEN) | Q(opens_on__lte=today, ends_on__lte=today)
    return Period.objects.filter(ended)


def latest(rows: Rows, *, partition: Iterable[str]) -> Rows:
    """Of each partition the row of the last period; of two that end on one day the longer wins."""
    rank = Window(
        RowNumber(),
        partition_by=[F(name) for name in partition],
        order_by=[F("period__ends_on").desc(), F("period__starts_on").asc()],
    )
    return rows.annotate(recency=rank).filter(recency=1)


def latest_figures(
    indicator: Indicator, units: Collection[int], periods: QuerySet[Period], state: int
) -> dict[int, Latest]:
    """Each unit's last figure at or above `state`, 'không áp dụng' included.

    A percentage alone is one too, without value and denominator.
    """
    rows = (
        Observation.objects.at_least(state)
        .answered()
        .filter(indicator=indicator, unit__in=units, period__in=periods)
    )
    found = latest(rows, partition=["unit_id"])
    return {
        unit: Latest(value, denominator, not_applicable, period)
        for unit, value, denominator, not_applicable, period in found.values_list(
            "unit_id", "value", "denominator", "not_applicable", "period_id"
        )
    }


def figures_in(indicator: Indicator, units: Collection[int], period: Period, state: int) -> dict[int, Latest]:
    """Each unit's figure of that very period, a percentage alone included."""
    rows = Observation.objects.at_least(state).answered()
    rows = rows.filter(indicator=indicator, unit__in=units, period=period)
    return {
        unit: Latest(value, denominator, not_applicable, period.pk)
        for unit, value, denominator, not_applicable in rows.values_list(
            "unit_id", "value", "denominator", "not_applicable"
        )
    }


def origins_of(units: Collection[int]) -> Descent:
    """The successions behind these units, every step back, with all parts of every divided unit."""
    origins: dict[tuple[int, int], Origin] = {}
    seen: set[int] = set()
    frontier = set(units)
    while frontier:
        steps = Succession.objects.filter(successor__in=frontier).values_list("predecessor", flat=True)
        before = set(steps) - seen
        rows = Succession.objects.filter(predecessor__in=before) if before else ()
        for row in rows:
            share = None if row.share_millionths is None else Fraction(row.share_millionths, MILLION)
            key = (row.predecessor_id, row.successor_id)
            origins[key] = Origin(row.predecessor_id, row.successor_id, row.whole, share)
        seen |= before
        frontier = before
    return Descent(origins.values())


def flows_until(
    indicator: Indicator, units: Collection[int], periods: QuerySet[Period], state: int
) -> dict[int, int]:
    """The sum of each unit's flows over these periods; of periods that overlap the longest counts."""
    rows = (
        Observation.objects.at_least(state)
        .holding()
        .filter(indicator=indicator, unit__in=units, period__in=periods)
        .values_list("unit_id", "period__starts_on", "period__ends_on", "value")
    )
    sums: dict[int, int] = {}
    taken: dict[int, list[tuple[date, date]]] = {}
    for unit, start, end, value in sorted(rows, key=lambda row: row[1] - row[2]):
        spans = taken.setdefault(unit, [])
        if all(end < first or last < start for first, last in spans):
            spans.append((start, end))
            sums[unit] = sums.get(unit, 0) + (value or 0)
    return sums


def ancestry_of(units: Collection[int]) -> dict[int, set[int]]:
    """The whole predecessors of each unit, every step back, from the derived table."""
    found: dict[int, set[int]] = {unit: set() for unit in units}
    for unit, predecessor in Lineage.objects.filter(unit__in=units).values_list("unit", "predecessor"):
        found[unit].add(predecessor)
    return found
