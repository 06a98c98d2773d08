"""Reading figures that formulas give: the parts' own figures, put together unit by unit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet

from programs.models import Indicator, Observation, Period
from programs.queries.latest import Latest
from programs.rules.numbers import format_plain, round_half_up

if TYPE_CHECKING:
    from programs.queries.adding import Total


def parts_of(indicator: Indicator) -> dict[str, Indicator]:
    """The indicators that a formula names, by code, in the shape they have while it holds."""
    formula = indicator.formula
    if formula is None:
        return {}
    rows = Indicator.objects.filter(code__in=formula.codes)
    if indicator.valid_to is not None:
        rows = rows.filter(valid_from__lt=indicator.valid_to)
    return {one.code: one for one in rows.order_by("valid_from")}


def put_together(
    indicator: Indicator, parts: Mapping[str, Mapping[int, Latest]], units: Collection[int]
) -> dict[int, Latest]:
    """The formula's figure of each unit that has all of its parts."""
    formula = indicator.formula
    assert formula is not None
    found = {}
    for unit in units:
        own = {code: figures[unit] for code, figures in parts.items() if unit in figures}
        values = {code: one.value for code, one in own.items() if one.value is not None}
        pair = formula.evaluate(values)
        if pair is not None:
            found[unit] = Latest(pair[0], pair[1], False, own[formula.plus[0]].period)
    return found


def last_day_with_figures(indicator: Indicator, periods: QuerySet[Period]) -> date | None:
    """The end of the last of these periods for which anybody has a figure of the indicator's parts."""
    parts = parts_of(indicator) or {indicator.code: indicator}
    rows = Observation.objects.holding().filter(indicator__in=parts.values(), period__in=periods)
    found: date | None = rows.aggregate(last=Max("period__ends_on"))["last"]
    return found


def falls(now: "Iterable[Total]", before: "Iterable[Total]", years: int) -> "list[Total]":
    """How much a rate fell a year between two days: percentage points, of the rates as they are shown."""
    earlier = {row.unit.code: row.value for row in before}
    rows = []
    for row in now:
        first, value = earlier.get(row.unit.code), None
        if row.value is not None and first is not None and years > 0:
            fall = (Fraction(first) - Fraction(row.value)) / years
            value = format_plain(round_half_up(fall * 100), 2)
        rows.append(replace(row, value=value, numerator=None, denominator=None))
    return rows
