"""Totals: a query over the communes' own figures, never a second copy that could drift.

`rollup` answers for a period (its own figures, its tree) or at a date (each unit's last figure, and its
predecessors' where it has none yet), on the map of that day or of any other. Percentages are ratios of sums;
a missing figure is missing, never zero, and every total says how many of the expected units it rests on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from communes.models import Level, Unit, first_day
from programs.models import (
    FigureState,
    Indicator,
    OverTime,
    OverUnits,
    Period,
    RecognitionLevel,
)
from programs.queries.adding import Question, Total, derived, pair_of, texts_of, weights_of
from programs.queries.expected import Territory, assignments_of, expected_of, territory_of
from programs.queries.formulas import falls, last_day_with_figures, parts_of
from programs.queries.latest import ancestry_of, flows_until, origins_of, periods_counted
from programs.queries.restated_totals import restated_rows
from programs.rules.redraw import Method
from programs.rules.restate import restate

# On whose map the rows of a total are: that of the figures' own day, or today's; else that of a day.
AS_WAS, TODAY = "as-was", "today"


class QuestionError(ValueError):
    """A question that has no answer.

    `code` says which: 'both', 'before_register', 'before_boundaries', 'indicator'.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Rollup:
    """The answer: `basis` is stock, flow, state or formula.

    `boundary` is the day on whose map the rows are, None for the map of the period or day asked for.
    """

    indicator: Indicator
    basis: str
    period: Period | None
    at: date | None
    state: int
    rows: list[Total] = field(default_factory=list)
    boundary: date | None = None

    @property
    def boundaries(self) -> str:
        return AS_WAS if self.boundary is None else self.boundary.isoformat()


def boundary_of(boundaries: str | date, today: date) -> date | None:
    """The day on whose map figures are asked for; None for the map of their own day.

    Raises QuestionError for a day before the register begins.
    """
    if boundaries == AS_WAS:
        return None
    day = today if isinstance(boundaries, str) else boundaries
    if day < first_day:
        raise QuestionError("before_boundaries")
    return day


Adder = Callable[[Unit, list[int]], Total]


def rollup(
    *,
    indicator: Indicator | str,
    unit: Unit,
    today: date,
    by: str = "unit",
    period: Period | None = None,
    at: date | None = None,
    state: int = FigureState.ENTERED,
    scope: QuerySet[Unit] | None = None,
    boundaries: str | date = AS_WAS,
) -> Rollup:
    """The total of `indicator` over the territory of `unit`: one row, or one by commune or district.

    With a `scope` (what somebody may read) over those of its units only. With `period` its own figures
    only; with `at` what stood on that day; with neither, today with the open periods. `boundaries`: AS_WAS,
    TODAY or a day on whose map the rows are. Raises QuestionError when both are given, a day is before the
    register begins, or no such indicator was measured by then.
    """
    if period is not None and at is not None:
        raise QuestionError("both")
    day = period.ends_on if period else (at or today)
    if day < first_day:
        raise QuestionError("before_register")
    found = Indicator.objects.coded(indicator, day) if isinstance(indicator, str) else indicator
    if found is None:
        raise QuestionError("indicator", str(indicator))
    boundary = boundary_of(boundaries, today)
    if fall := found.derives("fall"):
        asked = _Asked(unit, by, period, day, today, state, scope, boundaries)
        return Rollup(
            found, found.basis, period, None if period else day, state, _falls(fall, asked), boundary
        )
    # A district that ended has no successor: what districts were recognised for is not on another map.
    if boundary is not None and found.derives("recognition") != RecognitionLevel.DISTRICT:
        rows = restated_rows(
            indicator=found,
            unit=unit,
            boundary=boundary,
            by=by,
            period=period,
            day=day,
            today=today,
            state=state,
            scope=scope,
        )
        return Rollup(found, found.basis, period, None if period else day, state, rows, boundary)
    if found.derives("recognition") == RecognitionLevel.DISTRICT:
        territory = _districts_under(unit, day, scope)
        expected = set(territory.communes)
    else:
        territory = territory_of(unit, day, scope=scope, with_districts=by == "district")
        expected = expected_of(territory, assignments_of(found, day, period))
    question = Question(found, territory, expected, period, day, today, state)
    add = _adder(question)
    rows = [add(one, members) for one, members in territory.groups(by)]
    return Rollup(found, found.basis, period, None if period else day, state, rows)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question about one rate, to be asked of two days."""

    unit: Unit
    by: str
    period: Period | None
    day: date
    today: date
    state: int
    scope: QuerySet[Unit] | None
    boundaries: str | date

    def rows(self, code: str, at: date | None, boundaries: str | date) -> list[Total]:
        return rollup(
            indicator=code,
            unit=self.unit,
            today=self.today,
            by=self.by,
            period=None if at else self.period,
            at=at or (None if self.period else self.day),
            state=self.state,
            scope=self.scope,
            boundaries=boundaries,
        ).rows


def _falls(fall: Mapping[str, str], asked: _Asked) -> list[Total]:
    """The average fall a year of a rate since a day; nothing across a change of what the rate is of."""
    code, since = fall["of"], date.fromisoformat(fall["since"])
    now = asked.rows(code, None, asked.boundaries)
    rate, first = Indicator.objects.coded(code, asked.day), Indicator.objects.coded(code, since)
    if rate is None or first is None or not _is_one_standard(rate, first):
        return falls(now, (), 0)
    periods = periods_counted(asked.day, asked.today)
    last = asked.period.ends_on if asked.period else last_day_with_figures(rate, periods)
    # The rows of today's communes are compared with themselves: the earlier rates on the same map.
    same_map = asked.boundaries if asked.by == "unit" or asked.boundaries != AS_WAS else asked.day
    return falls(now, asked.rows(code, since, same_map), last.year - since.year if last else 0)


def _is_one_standard(rate: Indicator, first: Indicator) -> bool:
    """Whether both rates are taken of the same indicators: a new standard makes new ones."""
    now, then = parts_of(rate), parts_of(first)
    return rate.pk == first.pk and {one.pk for one in now.values()} == {one.pk for one in then.values()}


def _districts_under(unit: Unit, day: date, scope: QuerySet[Unit] | None) -> Territory:
    districts = Unit.objects.territory_of(unit, day).filter(level=Level.DISTRICT)
    if scope is not None:
        districts = districts.filter(pk__in=scope.values("pk"))
    own = {one.pk: one for one in districts.select_related("kind")}
    return Territory(unit, day, own, own)


def _adder(question: Question) -> Adder:
    """The function that adds up one group of units, with all it needs read once."""
    indicator = question.indicator
    if indicator.derivation and indicator.formula is None:
        return _counting(question, derived(question))
    if indicator.is_boolean:
        figures = question.figures(indicator, question.expected)
        return _counting(
            question, {u: None if f.not_applicable else f.value == 1 for u, f in figures.items()}
        )
    if question.period is None and indicator.over_time == OverTime.SUM:
        return _summing_flows(question)
    return _summing(question)


def _counting(question: Question, verdicts: Mapping[int, bool | None]) -> Adder:
    """Count the units that are true; None is 'không áp dụng' and leaves every count."""

    def add(unit: Unit, members: list[int]) -> Total:
        expected = [
            one for one in members if one in question.expected and verdicts.get(one, False) is not None
        ]
        known = [one for one in expected if one in verdicts]
        true = sum(1 for one in known if verdicts[one])
        if not known:
            return Total(unit, None, None, None, 0, len(expected))
        return Total(unit, str(true), str(true), str(len(known)), len(known), len(expected))

    return add


def _summing(question: Question) -> Adder:
    """Add up amounts, ratios and weighted means; at a date also from predecessors, where all have one."""
    indicator = question.indicator
    figures = question.figures(indicator, question.expected)
    apart = {unit for unit, figure in figures.items() if figure.not_applicable}
    # A percentage alone is in no sum, and its unit's predecessors do not speak for it (RULES 9).
    alone = {unit for unit, figure in figures.items() if figure.value is None} - apart
    lineage = origins_of(set())
    if question.period is None:
        without = question.expected - figures.keys()
        lineage = origins_of(without)
        figures |= question.figures(indicator, set(lineage.rank) - question.expected)
    weights = weights_of(question, set(figures))
    own = {
        unit: pair
        for unit, figure in figures.items()
        if (pair := pair_of(indicator, figure, weights.get(unit)))
    }

    def add(unit: Unit, members: list[int]) -> Total:
        expected = [one for one in members if one in question.expected and one not in apart]
        if indicator.over_units == OverUnits.NONE and len(members) != 1:
            return Total(unit, None, None, None, sum(one in own for one in expected), len(expected))
        found = restate([one for one in expected if one not in alone], own, lineage)
        value, numerator, denominator = texts_of(indicator, found.value, found.denominator)
        missing = tuple(sorted({lacking for units in found.missing.values() for lacking in units}))
        return Total(
            unit,
            value,
            numerator,
            denominator,
            len(found.reported),
            len(expected),
            found.estimate,
            missing,
            (Method.SHARE,) if found.estimate else (),
        )

    return add


def _summing_flows(question: Question) -> Adder:
    """Add up all periods since the register began, over the units and those they came from."""
    before = ancestry_of(question.expected)
    units = question.expected.union(*before.values())
    flows = flows_until(
        question.indicator, units, periods_counted(question.day, question.today), question.state
    )

    def add(unit: Unit, members: list[int]) -> Total:
        expected = [one for one in members if one in question.expected]
        sources = {one: {one} | before[one] for one in expected}
        reported = [one for one in expected if sources[one] & flows.keys()]
        counted = set().union(*(sources[one] for one in expected)) & flows.keys()
        total = Fraction(sum(flows[one] for one in counted)) if counted else None
        value, numerator, denominator = texts_of(question.indicator, total, None)
        return Total(unit, value, numerator, denominator, len(reported), len(expected))

    return add
