"""What every total is made with: its question, the figures that count, what is added up, and its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from communes.models import Unit
from programs.models import FigureState, Indicator, OverUnits, Period
from programs.queries.expected import Territory
from programs.queries.formulas import parts_of, put_together
from programs.queries.latest import Latest, figures_in, latest_figures, periods_counted
from programs.queries.verdicts import determined_verdicts, recognised_units
from programs.rules.numbers import format_plain, percent_text, round_half_up
from programs.rules.redraw import Lack, Method


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
    methods: tuple[Method, ...] = ()
    lacking: Mapping[int, Lack] = field(default_factory=dict)
    predecessors: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with the territory and the units expected to answer read once."""

    indicator: Indicator
    territory: Territory
    expected: set[int]
    period: Period | None
    day: date
    today: date
    state: int

    def figures(self, indicator: Indicator, units: set[int]) -> dict[int, Latest]:
        """The figures of these units that count for the question; of a formula where all its parts are."""
        if indicator.formula is not None:
            parts = {code: self.figures(one, units) for code, one in parts_of(indicator).items()}
            return put_together(indicator, parts, units)
        if self.period is not None:
            return figures_in(indicator, units, self.period, self.state)
        return latest_figures(indicator, units, periods_counted(self.day, self.today), self.state)


def derived(question: Question) -> dict[int, bool | None]:
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


def pair_of(indicator: Indicator, figure: Latest, weight: int | None) -> tuple[int, int | None] | None:
    """What is added up of one unit's figure: amount, or numerator and denominator."""
    if figure.not_applicable:
        return (0, 0) if indicator.is_ratio else (0, None)
    if figure.value is None:
        return None
    if indicator.over_units == OverUnits.WEIGHTED:
        return (figure.value * weight, weight) if weight else None
    return (figure.value, figure.denominator)


def weights_of(question: Question, units: set[int]) -> dict[int, int]:
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


def texts_of(
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
