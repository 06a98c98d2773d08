"""The answer to one question about totals, on the map of a boundary day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from communes.models import Unit
from programs.models import Assignment, Indicator, OverTime, OverUnits, Period
from programs.queries.adding import Question, Total, derived, pair_of, texts_of, weights_of
from programs.queries.boundaries import Ground, ground_of, village_figures, village_households
from programs.queries.expected import assignments_of
from programs.queries.latest import Latest, flows_until, periods_counted
from programs.queries.restated import CountedRow, Laid, RestatedRow, count, fall_back, lay
from programs.rules.redraw import Lack, Map, Pair


@dataclass(frozen=True)
class Restating:
    """A question, and the ground of the boundary day on which it is answered."""

    indicator: Indicator
    ground: Ground
    by: str
    period: Period | None
    day: date
    today: date
    state: int

    def rows(self) -> list[Total]:
        indicator = self.indicator
        if self._is_state:
            return [_count_total(row) for row in self._counted()]
        laid = self._flows() if self._is_flow else self._laid()
        return [_sum_total(indicator, row) for row in laid.rows(indicator, self.by)]

    @property
    def _is_state(self) -> bool:
        """A yes/no, or what is read from assessments and decisions; a formula is a figure like others."""
        read = self.indicator.derivation and self.indicator.formula is None
        return bool(read) or self.indicator.is_boolean

    @property
    def _is_flow(self) -> bool:
        return self.period is None and self.indicator.over_time == OverTime.SUM

    @cached_property
    def owing(self) -> frozenset[int]:
        assignments = assignments_of(self.indicator, self.day, self.period)
        return owing_among(self.ground, self.candidates, assignments)

    @cached_property
    def candidates(self) -> set[int]:
        """The day's units that lie in the territory, or did while their villages were others."""
        ground = self.ground
        standing = {one for one in ground.villages.stood if ground.briefs[one].life.holds(self.day)}
        return ground.sources(self.day).keys() | (standing - ground.hidden)

    def _question(self, expected: Collection[int]) -> Question:
        territory = self.ground.territory
        return Question(
            self.indicator, territory, set(expected), self.period, self.day, self.today, self.state
        )

    def _counted(self) -> list[CountedRow]:
        question = self._question(self.owing)
        if self.indicator.derivation and self.indicator.formula is None:
            verdicts = derived(question)
        else:
            figures = question.figures(self.indicator, question.expected)
            verdicts = {one: None if f.not_applicable else f.value == 1 for one, f in figures.items()}
        return count(self.ground, self.ground.sources(self.day), self.by, verdicts, self.owing)

    def _laid(self) -> Laid:
        """Each unit's figure, at a date also its predecessors', laid out on the boundary day's map."""
        ground, stood = self.ground, self.ground.villages.stood
        candidates = self.candidates
        question = self._question(candidates)
        figures = question.figures(self.indicator, question.expected)
        before: dict[int, Latest] = {}
        if self.period is None:
            earlier = _behind(candidates - figures.keys(), ground.map) - candidates
            before = question.figures(self.indicator, earlier) if earlier else {}
        weights = weights_of(question, figures.keys() | before.keys())
        days = self._days(figures) if stood else {}
        recorded = self._recorded(figures) if stood else {}
        places = ground.sources(self.day, days)
        laid = lay(
            ground,
            places,
            self._pairs(figures, weights),
            owing=self.owing & places.keys(),
            apart={one for one, figure in figures.items() if figure.not_applicable},
            lacks=self._lacks(figures, weights),
            day_of=lambda one: days.get(one, self.day),
            villages=lambda one: recorded.get(figures[one].period, {}),
            households=village_households(ground.villages.every, self.day),
        )
        return fall_back(laid, self.day, self._pairs(before, weights)) if before else laid

    def _pairs(self, figures: Mapping[int, Latest], weights: Mapping[int, int]) -> dict[int, Pair]:
        found = {}
        for one, figure in figures.items():
            pair = pair_of(self.indicator, figure, weights.get(one))
            if pair is not None:
                found[one] = pair
        return found

    def _lacks(self, figures: Mapping[int, Latest], weights: Mapping[int, int]) -> dict[int, Lack]:
        """Why a figure that is there cannot be added up."""
        alone = {one: Lack.PERCENTAGE_ONLY for one, figure in figures.items() if figure.value is None}
        if self.indicator.over_units == OverUnits.WEIGHTED:
            alone |= {one: Lack.NO_BASE for one in figures if not weights.get(one)}
        return alone

    def _days(self, figures: Mapping[int, Latest]) -> dict[int, date]:
        """The last day of each figure's period: its villages are those of that day."""
        if self.period is not None:
            return {}
        periods = {figure.period for figure in figures.values()}
        ends = dict(Period.objects.filter(pk__in=periods).values_list("pk", "ends_on"))
        return {one: min(ends[figure.period], self.day) for one, figure in figures.items()}

    def _recorded(self, figures: Mapping[int, Latest]) -> dict[int, dict[int, Pair]]:
        if self.indicator.over_units == OverUnits.WEIGHTED:
            return {}
        periods = {figure.period for figure in figures.values()}
        return village_figures(self.indicator, periods, self.ground.villages.every, self.state)

    def _flows(self) -> Laid:
        """The sum of each unit's flows, ended units included, laid out on the boundary day's map."""
        ground, inside = self.ground, self.ground.members()
        begun = {
            one
            for one, brief in ground.briefs.items()
            if brief.life.start <= self.day and one not in ground.hidden and ground.map.touched(one) & inside
        }
        periods = periods_counted(self.day, self.today)
        flows = flows_until(self.indicator, begun, periods, self.state)
        then = Map(self.day, ground.map.lives, ground.map.lineage)
        places = ground.sources(self.day)
        laid = lay(
            ground,
            {one: ground.map.touched(one) for one in begun},
            {one: (value, None) for one, value in flows.items()},
            owing=(),
            day_of=lambda one: self.day,
            households=village_households(ground.villages.every, self.day),
        )
        holding = {one: then.touched(one) & places.keys() for one in flows}
        spoken = frozenset().union(*holding.values())
        lacks = {one: Lack.NO_FIGURE for one in places if one not in spoken}
        return Laid(ground, places, self.owing, frozenset(), laid.pieces, lacks, holding)


def restated_rows(
    *,
    indicator: Indicator,
    unit: Unit,
    boundary: date,
    by: str,
    period: Period | None,
    day: date,
    today: date,
    state: int,
    scope: QuerySet[Unit] | None,
) -> list[Total]:
    """The rows of a total on the boundary day's map, from the figures of a period or of a day."""
    ground = ground_of(unit, boundary, scope=scope, with_districts=by == "district")
    return Restating(indicator, ground, by, period, day, today, state).rows()


def owing_among(ground: Ground, units: Iterable[int], assignments: Iterable[Assignment]) -> frozenset[int]:
    """Which of these units owe what the assignments ask for: named one by one, or by their kind."""
    units = set(units)
    owing: set[int] = set()
    for assignment in assignments:
        named = {unit.pk for unit in assignment.units.all()}
        kinds = {kind.pk for kind in assignment.unit_kinds.all()}
        owing |= {one for one in units if (one in named if named else ground.briefs[one].kind in kinds)}
    return frozenset(owing)


def _behind(units: Collection[int], the_map: Map) -> set[int]:
    """All units that these came from, every step back."""
    found: set[int] = set()
    waiting = list(units)
    while waiting:
        for one in the_map.lineage.predecessors(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _sum_total(indicator: Indicator, row: RestatedRow) -> Total:
    value, numerator, denominator = texts_of(indicator, row.value, row.base)
    return Total(
        row.unit,
        value,
        numerator,
        denominator,
        row.reported,
        row.expected,
        estimate=row.is_estimate,
        missing=tuple(sorted(row.lacking)),
        methods=tuple(sorted(row.methods)),
        lacking=row.lacking,
    )


def _count_total(row: CountedRow) -> Total:
    """A unit's own state is a value; of a unit made of others it is only known what they were."""
    if not row.known:
        return Total(row.unit, None, None, None, 0, row.expected)
    value = str(row.met) if row.is_itself else None
    return Total(
        row.unit,
        value,
        str(row.met),
        str(row.known),
        row.known,
        row.expected,
        predecessors=None if row.is_itself else (row.met, row.known),
    )
