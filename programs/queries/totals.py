"""Totals: a query over the communes' own figures, never a second copy that could drift.

`rollup` answers for a period (its own figures, its tree) or at a date (each unit's last figure, and its
predecessors' where it has none yet). Percentages are ratios of sums; a missing figure is missing, never
zero, and every total says how many of the expected units it rests on.
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
from programs.queries.expected import Territory, assignments_of, expected_of, territory_of
from programs.queries.latest import (
    Latest,
    ancestry_of,
    figures_in,
    flows_until,
    latest_figures,
    origins_of,
    periods_counted,
)
from programs.queries.verdicts import determined_verdicts, recognised_units
from programs.rules.numbers import format_plain, percent_text, round_half_up
from programs.rules.restate import restate


class QuestionError(ValueError):
    """A question that has no answer: `code` says which ('both', 'before_register', 'indicator')."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Total:
    """One row: a territory's total and what it rests on. Texts are plain decimals, None when missing."""

    unit: Unit
    value: str | None
    numerator: str | None
    denominator: str | None
    reported_units: int
    expected_units: int
    estimate: bool = False
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollup:
    """The answer: `basis` is stock, flow, state or formula; `boundaries` those of the day asked for."""

    indicator: Indicator
    basis: str
    period: Period | None
    at: date | None
    state: int
    rows: list[Total] = field(default_factory=list)
    boundaries: str = "as-was"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, with the territory and the units expected to answer read once."""

    indicator: Indicator
    territory: Territory
    expected: set[int]
    period: Period | None
    day: date
    today: date
    state: int

    def figures(self, indicator: Indicator, units: set[int]) -> dict[int, Latest]:
        """The figures of these units that count for the question."""
        if self.period is not None:
            return figures_in(indicator, units, self.period, self.state)
        return latest_figures(indicator, units, periods_counted(self.day, self.today), self.state)


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
) -> Rollup:
    """The total of `indicator` over the territory of `unit`: one row, or one by commune or district.

    With a `scope` (what somebody may read) over those of its units only. With `period` its own figures
    only; with `at` what stood on that day; with neither, today with the open periods. Raises QuestionError
    when both are given, the day is before the register begins, or no such indicator was measured by then.
    """
    if period is not None and at is not None:
        raise QuestionError("both")
    day = period.ends_on if period else (at or today)
    if day < first_day:
        raise QuestionError("before_register")
    found = Indicator.objects.coded(indicator, day) if isinstance(indicator, str) else indicator
    if found is None:
        raise QuestionError("indicator", str(indicator))
    if found.derives("recognition") == RecognitionLevel.DISTRICT:
        territory = _districts_under(unit, day, scope)
        expected = set(territory.communes)
    else:
        territory = territory_of(unit, day, scope=scope, with_districts=by == "district")
        expected = expected_of(territory, assignments_of(found, day, period))
    question = _Question(found, territory, expected, period, day, today, state)
    add = _adder(question)
    rows = [add(one, members) for one, members in territory.groups(by)]
    return Rollup(found, found.basis, period, None if period else day, state, rows)


def _districts_under(unit: Unit, day: date, scope: QuerySet[Unit] | None) -> Territory:
    districts = Unit.objects.territory_of(unit, day).filter(level=Level.DISTRICT)
    if scope is not None:
        districts = districts.filter(pk__in=scope.values("pk"))
    own = {one.pk: one for one in districts.select_related("kind")}
    return Territory(unit, day, own, own)


def _adder(question: _Question) -> Adder:
    """The function that adds up one group of units, with all it needs read once."""
    indicator = question.indicator
    if indicator.derivation:
        return _counting(question, _derived(question))
    if indicator.is_boolean:
        figures = question.figures(indicator, question.expected)
        return _counting(
            question, {u: None if f.not_applicable else f.value == 1 for u, f in figures.items()}
        )
    if question.period is None and indicator.over_time == OverTime.SUM:
        return _summing_flows(question)
    return _summing(question)


def _derived(question: _Question) -> dict[int, bool | None]:
    """The yes/no of an indicator that is read from assessments or decisions."""
    if level := question.indicator.derives("recognition"):
        recognised = recognised_units(question.expected, str(level), question.day)
        return {unit: unit in recognised for unit in question.expected}
    periods = None if question.period else periods_counted(question.day, question.today)
    return determined_verdicts(
        question.expected,
        criterion=question.indicator.derives("number"),
        period=question.period,
        periods=periods,
        state=question.state,
    )


def _counting(question: _Question, verdicts: Mapping[int, bool | None]) -> Adder:
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


def _summing(question: _Question) -> Adder:
    """Add up amounts, ratios and weighted means; at a date also from predecessors, where all have one."""
    indicator = question.indicator
    figures = question.figures(indicator, question.expected)
    apart = {unit for unit, figure in figures.items() if figure.not_applicable}
    lineage = origins_of(set())
    if question.period is None:
        without = question.expected - figures.keys()
        lineage = origins_of(without)
        figures |= question.figures(indicator, set(lineage.rank) - question.expected)
    weights = _weights(question, set(figures))
    own = {
        unit: pair
        for unit, figure in figures.items()
        if (pair := _pair(indicator, figure, weights.get(unit)))
    }

    def add(unit: Unit, members: list[int]) -> Total:
        expected = [one for one in members if one in question.expected and one not in apart]
        if indicator.over_units == OverUnits.NONE and len(members) != 1:
            return Total(unit, None, None, None, sum(one in own for one in expected), len(expected))
        found = restate(expected, own, lineage)
        value, numerator, denominator = _texts(indicator, found.value, found.denominator)
        missing = tuple(sorted({lacking for units in found.missing.values() for lacking in units}))
        return Total(
            unit, value, numerator, denominator, len(found.reported), len(expected), found.estimate, missing
        )

    return add


def _pair(indicator: Indicator, figure: Latest, weight: int | None) -> tuple[int, int | None] | None:
    """What is added up of one unit's figure: amount, or numerator and denominator."""
    if figure.not_applicable:
        return (0, 0) if indicator.is_ratio else (0, None)
    if figure.value is None:
        return None
    if indicator.over_units == OverUnits.WEIGHTED:
        return (figure.value * weight, weight) if weight else None
    return (figure.value, figure.denominator)


def _weights(question: _Question, units: set[int]) -> dict[int, int]:
    """The base by which a mean is weighted: each unit's last one by the question's day."""
    code = question.indicator.weight_code
    if question.indicator.over_units != OverUnits.WEIGHTED or not code:
        return {}
    base = Indicator.objects.coded(code, question.day)
    if base is None:
        return {}
    periods = periods_counted(question.day, question.today)
    found = latest_figures(base, units, periods, FigureState.ENTERED)
    return {unit: figure.value for unit, figure in found.items() if figure.value}


def _summing_flows(question: _Question) -> Adder:
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
        value, numerator, denominator = _texts(question.indicator, total, None)
        return Total(unit, value, numerator, denominator, len(reported), len(expected))

    return add


def _texts(
    indicator: Indicator, amount: Fraction | None, base: Fraction | None
) -> tuple[str | None, str | None, str | None]:
    """Value, numerator and denominator as plain decimals, rounded half up only here."""
    if amount is None:
        return None, None, None
    if indicator.over_units == OverUnits.WEIGHTED:
        mean = amount / base if base else None
        return (None if mean is None else format_plain(round_half_up(mean), indicator.decimals)), None, None
    amount_text = format_plain(round_half_up(amount), indicator.decimals)
    if not indicator.is_ratio:
        return amount_text, None, None
    if not base:
        return None, amount_text, None
    return percent_text(amount, base), amount_text, format_plain(round_half_up(base), indicator.decimals)
