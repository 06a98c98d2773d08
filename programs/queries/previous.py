"""What stood here last time: a unit's own earlier figures, or those of the units it was made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from communes.models import Lineage, Succession, Unit
from programs.models import Indicator, Observation, OverUnits, Period
from programs.queries.latest import MILLION, latest
from programs.rules.numbers import round_half_up
from programs.rules.restate import Lineage as Descent
from programs.rules.restate import Origin, restate
from programs.rules.verdicts import Figure


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier figure: the unit's own, of `period`, or what its predecessors' add up to.

    Of predecessors a yes/no is a count: `figure.value` of `units` say yes. `missing` are those that lack a
    figure, and then there is no sum. `estimate`: a unit that was divided went in by its share.
    """

    figure: Figure
    period: Period | None = None
    note: str = ""
    units: int = 0
    missing: tuple[str, ...] = ()
    estimate: bool = False

    @property
    def is_own(self) -> bool:
        return self.period is not None


def own_previous(unit: int, indicators: Collection[int], before: date) -> dict[int, Observation]:
    """The unit's last figure of each indicator in a period that ended before that day: one query."""
    rows = _earlier({unit}, indicators, before)
    return {one.indicator_id: one for one in rows}


def previous_figures(unit: int, indicators: Iterable[Indicator], before: date) -> dict[int, Previous]:
    """What to show beside each indicator: the own figure of the last period, else the predecessors'.

    One query for a unit with figures of its own for everything, three more for one that was made of others.
    """
    asked = {one.pk: one for one in indicators}
    own = own_previous(unit, asked, before)
    found = {pk: Previous(one.figure, one.period, one.note) for pk, one in own.items()}
    lacking = [one for pk, one in asked.items() if pk not in found]
    if lacking:
        found |= _from_predecessors(unit, lacking, before)
    return found


def _earlier(units: Collection[int], indicators: Collection[int], before: date) -> Iterable[Observation]:
    rows = Observation.objects.answered().filter(
        unit__in=units, indicator__in=indicators, period__ends_on__lt=before
    )
    return latest(rows.select_related("period"), partition=["unit_id", "indicator_id"])


def _from_predecessors(unit: int, indicators: Collection[Indicator], before: date) -> dict[int, Previous]:
    descent = _descent(unit)
    direct = set(descent.predecessors(unit))
    if not direct:
        return {}
    units = set(descent.forths)
    figures: dict[int, dict[int, Observation]] = defaultdict(dict)
    for one in _earlier(units, [indicator.pk for indicator in indicators], before):
        figures[one.indicator_id][one.unit_id] = one
    names = dict(Unit.objects.filter(pk__in=direct).values_list("pk", "name"))
    return {
        indicator.pk: summed
        for indicator in indicators
        if (summed := _summed(indicator, unit, figures.get(indicator.pk, {}), descent, names))
    }


def _descent(unit: int) -> Descent:
    """The successions behind one unit, every step back, with all parts of a divided one: one query."""
    line = Lineage.objects.filter(unit=unit).values("predecessor")
    behind = Succession.objects.filter(Q(successor=unit) | Q(successor__in=line)).values("predecessor")
    return Descent(
        Origin(
            row.predecessor_id,
            row.successor_id,
            row.whole,
            None if row.share_millionths is None else Fraction(row.share_millionths, MILLION),
        )
        for row in Succession.objects.filter(predecessor__in=behind)
    )


def _summed(
    indicator: Indicator,
    unit: int,
    figures: Mapping[int, Observation],
    descent: Descent,
    names: Mapping[int, str],
) -> Previous | None:
    """The predecessors' figures as one: a sum, or of yes/no how many of those that answered say yes."""
    if not figures:
        return None
    if indicator.is_boolean:
        answered = {pk: one for pk, one in figures.items() if one.value is not None}
        last = [one for pk, one in answered.items() if not _succeeded_by_one_of(pk, answered, descent)]
        return Previous(Figure(sum(one.value or 0 for one in last)), units=len(last)) if last else None
    if indicator.over_units not in (OverUnits.SUM, OverUnits.RATIO):
        return None  # incomes and scores do not add up
    # 'Không áp dụng' adds nothing, and does not make the sum missing; a percentage alone does.
    nothing = 0 if indicator.is_ratio else None
    own = {
        pk: (one.value or 0, nothing if one.not_applicable else one.denominator)
        for pk, one in figures.items()
        if one.percentage is None
    }
    total = restate([unit], own, descent)
    if total.value is None:
        lacking = total.missing.get(unit, ()) or total.undivided.get(unit, ())
        return Previous(Figure(None), units=len(names), missing=tuple(names.get(pk, "") for pk in lacking))
    base = None if total.denominator is None else round_half_up(total.denominator)
    figure = Figure(None, not_applicable=True) if base == 0 else Figure(round_half_up(total.value), base)
    return Previous(figure, units=len(names), estimate=total.estimate)


def _succeeded_by_one_of(unit: int, given: Mapping[int, Observation], descent: Descent) -> bool:
    """A later unit made of this one has answered itself: it is not counted twice."""
    return any(
        after in given or _succeeded_by_one_of(after, given, descent) for after in descent.successions(unit)
    )
