"""A first assessment for units that an act made: the last figures before it, restated onto them and judged.

It is computed, marked 'quy đổi', and stored nowhere: no state is inherited. A yes/no is taken only where all
units that it is made of agree; what cannot be divided or added stays unknown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communes.models import Unit
from programs.models import Assignment, Indicator, Observation, OverUnits, Period, RecognitionLevel
from programs.models.observations import figure_of
from programs.queries.adding import pair_of
from programs.queries.boundaries import Ground, ground_of
from programs.queries.latest import Latest
from programs.queries.restated import Laid, lay
from programs.queries.structure import Structure, structure_of
from programs.rules.numbers import round_half_up
from programs.rules.redraw import Lack, Pair
from programs.rules.verdicts import CriterionResult, Figure, SetResult, Verdict, judge_set


@dataclass(frozen=True)
class FirstAssessment:
    """What the restated figures of `period` say of a unit; `estimate`: a divided unit went in by a share."""

    period: Period
    structure: Structure
    figures: Mapping[int, Figure]
    result: SetResult
    criteria: Mapping[int, CriterionResult]
    estimate: bool

    @property
    def is_known(self) -> bool:
        return any(one.verdict != Verdict.UNKNOWN for one in self.criteria.values())

    @property
    def applicable(self) -> int:
        return self.result.met + self.result.not_met + self.result.unknown

    def numbers(self, verdict: Verdict) -> list[int]:
        return [number for number, one in self.criteria.items() if one.verdict is verdict]

    @property
    def short(self) -> list[tuple[int, str]]:
        """The criteria that are not met, with their names."""
        return [(number, self.name_of(number)) for number in self.numbers(Verdict.NOT_MET)]

    @property
    def lacking(self) -> list[int]:
        """The criteria that the restated figures do not decide."""
        return self.numbers(Verdict.UNKNOWN)

    def name_of(self, number: int) -> str:
        sections = (one.criterion for one in self.structure.sections)
        return next((one.title for one in sections if one is not None and one.number == number), "")


def period_before(day: date, today: date) -> tuple[Period, Assignment] | None:
    """The last period that ended before the day and was owed against a commune set: two queries or three."""
    ended = Period.objects.started(today).filter(ends_on__lt=day).order_by("-ends_on", "starts_on")
    for period in ended:
        rows = Assignment.objects.for_period(period).filter(criteria_set__level=RecognitionLevel.MET)
        found = rows.select_related("form").order_by("-valid_from").first()
        if found is not None:
            return period, found
    return None


def first_assessments(
    units: Sequence[Unit],
    territory: Unit,
    day: date,
    today: date,
    state: int,
    *,
    scope: QuerySet[Unit] | None = None,
) -> dict[int, FirstAssessment]:
    """The first assessment of each of these units that an act made on that day; {} without a period before.

    The number of queries does not grow with the units.
    """
    found = period_before(day, today)
    if found is None or not units:
        return {}
    period, assignment = found
    structure = structure_of(assignment.form, period)
    ground = ground_of(territory, day, scope=scope)
    places = ground.sources(period.ends_on)
    kinds = {kind.pk for kind in assignment.unit_kinds.all()}
    owing = {one for one in places if ground.briefs[one].kind in kinds}
    indicators = structure.row_of
    measures = {one.pk: one for row in structure for one in row.indicators}
    own = _figures(measures, period, set(places) | ground.villages.every, state)
    weights = _weights(measures.values(), places, period)
    laid = {
        pk: _laid(measures[pk], ground, places, period, own.get(pk, {}), weights, owing) for pk in indicators
    }
    return {
        unit.pk: _judged(unit, period, structure, laid, {pk: own.get(pk, {}) for pk in indicators})
        for unit in units
    }


def _figures(
    indicators: Collection[int], period: Period, units: Collection[int], state: int
) -> dict[int, dict[int, Figure]]:
    rows = Observation.objects.at_least(state).filter(period=period, indicator__in=indicators, unit__in=units)
    columns = ("indicator_id", "unit_id", "value", "denominator", "not_applicable", "percentage")
    found: dict[int, dict[int, Figure]] = {}
    for indicator, unit, *stored in rows.order_by().values_list(*columns):
        found.setdefault(indicator, {})[unit] = figure_of(*stored)
    return found


def _weights(
    indicators: Collection[Indicator], units: Collection[int], period: Period
) -> dict[str, dict[int, int]]:
    """The last bases by the period's end, by the code of the base: one query."""
    codes = {
        one.weight_code for one in indicators if one.over_units == OverUnits.WEIGHTED and one.weight_code
    }
    if not codes:
        return {}
    rows = Observation.objects.holding().filter(
        indicator__code__in=codes, unit__in=units, period__ends_on__lte=period.ends_on
    )
    columns = ("indicator__code", "unit_id", "value")
    found: dict[str, dict[int, int]] = {}
    for code, unit, value in rows.order_by("period__ends_on", "-period__starts_on").values_list(*columns):
        found.setdefault(code, {})[unit] = value or 0
    return found


def _laid(
    indicator: Indicator,
    ground: Ground,
    places: Mapping[int, frozenset[int]],
    period: Period,
    figures: Mapping[int, Figure],
    weights: Mapping[str, Mapping[int, int]],
    owing: Collection[int],
) -> Laid:
    pairs: dict[int, Pair] = {}
    lacks: dict[int, Lack] = {}
    bases = weights.get(indicator.weight_code, {})
    for one, figure in figures.items():
        latest = Latest(figure.value, figure.denominator, figure.not_applicable, period.pk)
        pair = pair_of(indicator, latest, bases.get(one))
        if pair is not None:
            pairs[one] = pair
        elif figure.percentage is not None:
            lacks[one] = Lack.PERCENTAGE_ONLY
        elif figure.value is not None:
            lacks[one] = Lack.NO_BASE
    is_weighted = indicator.over_units == OverUnits.WEIGHTED
    return lay(
        ground,
        places,
        pairs,
        owing=owing,
        apart={one for one, figure in figures.items() if figure.not_applicable},
        lacks=lacks,
        day_of=lambda one: period.ends_on,
        villages=lambda one: {} if is_weighted else pairs,
    )


def _judged(
    unit: Unit,
    period: Period,
    structure: Structure,
    laid: Mapping[int, Laid],
    own: Mapping[int, Mapping[int, Figure]],
) -> FirstAssessment:
    figures: dict[int, Figure] = {}
    estimate = False
    group = frozenset({unit.pk})
    by_pk = {one.pk: one for row in structure for one in row.indicators}
    for pk, one in laid.items():
        figure, is_estimate = _restated(by_pk[pk], unit, group, one, own[pk])
        if figure is not None:
            figures[pk] = figure
            estimate = estimate or is_estimate
    results = [(section, section.judge(figures)) for section in structure.sections]
    criteria = {section.criterion.number: result for section, result in results if section.criterion}
    return FirstAssessment(
        period, structure, figures, judge_set([result for _section, result in results]), criteria, estimate
    )


def _restated(
    indicator: Indicator, unit: Unit, group: frozenset[int], laid: Laid, own: Mapping[int, Figure]
) -> tuple[Figure | None, bool]:
    """The unit's figure, None where it is not known, and whether it is an estimate."""
    here = [one for one, where in laid.places.items() if not group.isdisjoint(where)]
    owing = [one for one in here if one in laid.owing]
    if owing and all(one in laid.apart for one in owing):
        return Figure(None, not_applicable=True), False
    if indicator.is_boolean:
        said = {own[one].value if one in own else None for one in owing if one not in laid.apart}
        return (Figure(said.pop()), False) if len(said) == 1 and None not in said else (None, False)
    row = laid.row(indicator, unit, group)
    if row.value is None or not owing:
        return None, False
    if indicator.over_units == OverUnits.WEIGHTED:
        return (Figure(round_half_up(row.value / row.base)), row.is_estimate) if row.base else (None, False)
    if row.base is None:
        return Figure(round_half_up(row.value)), row.is_estimate
    return Figure(round_half_up(row.value), round_half_up(row.base)), row.is_estimate
