"""One indicator over the periods, and over the communes of the period that is asked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _

from programs.models import FigureState, Indicator, Observation, OverUnits, Period, ReportForm
from programs.models.observations import figure_of
from programs.queries.structure import Row, structure_of
from programs.queries.thresholds import threshold_words, unit_words
from programs.queries.wording import amount_words, figure_words
from programs.rules.verdicts import Figure, Verdict
from sonla.dashboards.queries.question import STATE_WORDS, Question
from sonla.dashboards.queries.series import (
    HUNDRED,
    MISSING,
    Break,
    Column,
    Ground,
    Member,
    columns_of,
    ground_of,
    is_series,
)
from sonla.dashboards.queries.sums import Sum, sum_of

# Who does not reach it first, then who is silent.
ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Point:
    """The communes' figures of one period as one, how many reported, and how far the figures have come."""

    period: Period
    total: Sum
    reported: int
    expected: int
    apart: int
    state_words: str
    breaks: list[Break]

    @property
    def words(self) -> str:
        return self.total.value or MISSING


@dataclass(frozen=True, slots=True)
class CommuneFigure:
    member: Member
    figure: str
    detail: str
    before: str
    verdict: Verdict
    is_reported: bool


@dataclass(frozen=True)
class IndicatorPage:
    """The page of one indicator of the period's form."""

    question: Question
    ground: Ground
    row: Row
    indicator: Indicator
    versions: list[Indicator]
    figures: dict[int, dict[int, Figure]]
    states: dict[int, int]
    weights: dict[int, dict[int, int]]
    held: dict[int, dict[int, Figure]]

    @property
    def title(self) -> str:
        """The requirement's words, and the part's where it is one: '12.1 … · nữ'."""
        if self.indicator.pk == self.row.indicator.pk:
            return self.row.title
        return f"{self.row.title} · {self.indicator.title}"

    @property
    def needed(self) -> str:
        return threshold_words(self.row) if self.row.requirement else ""

    @property
    def is_judged(self) -> bool:
        """A part alone has no verdict: the requirement is about the whole row."""
        return self.row.requirement is not None and self.indicator.pk == self.row.indicator.pk

    @property
    def criterion(self) -> int | None:
        return self.row.requirement.criterion.number if self.row.requirement else None

    @cached_property
    def points(self) -> list[Point]:
        return [self._point(place, period) for place, period in enumerate(self.ground.periods)]

    @property
    def now(self) -> Point | None:
        """The point of the question's own period."""
        return next((one for one in self.points if one.period.pk == self.question.period.pk), None)

    def _version(self, period: Period) -> Indicator | None:
        day = period.ends_on
        return next(
            (
                one
                for one in self.versions
                if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
            ),
            None,
        )

    def _point(self, place: int, period: Period) -> Point:
        owing = self.ground.owing[period.pk]
        found = self.figures.get(period.pk, {})
        own = {pk: found[pk] for pk in owing if pk in found}
        apart = sum(figure.not_applicable for figure in own.values())
        given = {pk: figure for pk, figure in own.items() if figure.value is not None}
        version = self._version(period)
        total = self._total(version, given, period) if version else Sum()
        state = self.states.get(period.pk)
        return Point(
            period,
            total,
            reported=len(total.units),
            expected=len(owing) - apart,
            apart=apart,
            state_words=str(STATE_WORDS[FigureState(state)]) if state and given else MISSING,
            breaks=self.ground.breaks_at(place),
        )

    def _total(self, indicator: Indicator, given: Mapping[int, Figure], period: Period) -> Sum:
        if indicator.is_boolean and given:
            true = sum(bool(figure.value) for figure in given.values())
            label = f"{true}/{len(given)}"
            words = _("{label} xã").format(label=label)
            return Sum(words, "", set(given), Fraction(HUNDRED * true, len(given)), label)
        return sum_of(indicator, given, self.weights.get(period.pk, {}))

    @cached_property
    def columns(self) -> list[Column]:
        return columns_of(self.indicator, [(one.period, one.total) for one in self.points])

    @property
    def has_series(self) -> bool:
        return is_series(self.columns)

    @cached_property
    def communes(self) -> list[CommuneFigure]:
        owing = self.ground.owing.get(self.question.period.pk, [])
        rows = [self._commune(self.ground.members[pk]) for pk in owing]
        return sorted(rows, key=lambda one: (ORDER.index(one.verdict), one.member.search_name))

    def _commune(self, member: Member) -> CommuneFigure:
        held = self.held.get(member.pk, {})
        part = next((name for name, one in self.row.parts.items() if one.pk == self.indicator.pk), "")
        own = held.get(self.indicator.pk, Figure(None))
        words = self._words(own, self.indicator, part)
        detail = figure_words(own, self.indicator, self.row, part).detail
        verdict = self.row.judge(held) if self.is_judged else Verdict.UNKNOWN
        return CommuneFigure(member, words, detail, self._before(member, part), verdict, bool(held))

    def _words(self, figure: Figure, indicator: Indicator, part: str) -> str:
        """The figure without its unit, which the table's head says once."""
        if figure.value is None or figure.not_applicable or indicator.is_boolean or indicator.is_ratio:
            return figure_words(figure, indicator, self.row, part).main
        return amount_words(figure.value, indicator)

    @property
    def unit_words(self) -> str:
        """'triệu đồng/người/năm'; of a percentage nothing, its figures say '%' themselves."""
        return "" if self.indicator.is_ratio or self.indicator.is_boolean else unit_words(self.indicator)

    def _before(self, member: Member, part: str) -> str:
        """The commune's own figure of the period before; nothing is compared across a break."""
        place = self.ground.periods.index(self.question.period)
        if place == 0 or self.ground.breaks_at(place):
            return MISSING
        period = self.ground.periods[place - 1]
        version = self._version(period)
        figure = self.figures.get(period.pk, {}).get(member.pk)
        if version is None or figure is None or version.kind != self.indicator.kind:
            return MISSING
        return self._words(figure, version, part)


def indicator_page(question: Question, code: str) -> IndicatorPage | None:
    """The page of an indicator of the period's form, parts included; None where the form has none.

    The number of queries grows with nothing: ground, rules, figures, those of the period, weights.
    """
    form = ReportForm.objects.get(pk=question.programme.form)
    structure = structure_of(form, question.period)
    indicator = structure.by_code.get(code)
    if indicator is None:
        return None
    row = structure.row_of[indicator.pk]
    ground = ground_of(question)
    versions = list(Indicator.objects.filter(code=code))
    figures, states = _figures(question, ground, versions)
    return IndicatorPage(
        question=question,
        ground=ground,
        row=row,
        indicator=indicator,
        versions=versions,
        figures=figures,
        states=states,
        weights=weights_in(indicator, ground.members, ground.periods),
        held=_held(question, ground, row),
    )


def _figures(
    question: Question, ground: Ground, versions: list[Indicator]
) -> tuple[dict[int, dict[int, Figure]], dict[int, int]]:
    """The communes' figures by period, and how far the least of them has come in each: one query."""
    rows = Observation.objects.at_least(question.state).filter(
        indicator__in=versions,
        unit__in=list(ground.members),
        period__in=[period.pk for period in ground.periods],
    )
    found: dict[int, dict[int, Figure]] = {}
    states: dict[int, int] = {}
    columns = ("period_id", "unit_id", "state", "value", "denominator", "not_applicable", "percentage")
    for period, unit, state, *stored in rows.values_list(*columns):
        if unit not in ground.owing[period]:
            continue
        figure = found.setdefault(period, {})[unit] = figure_of(*stored)
        if figure.value is not None:
            states[period] = min(state, states.get(period, state))
    return found, states


def _held(question: Question, ground: Ground, row: Row) -> dict[int, dict[int, Figure]]:
    """The figures of the whole row in the question's period, for the verdict: one query."""
    rows = Observation.objects.at_least(question.state).filter(
        indicator__in=[one.pk for one in row.indicators],
        unit__in=ground.owing.get(question.period.pk, []),
        period=question.period,
    )
    found: dict[int, dict[int, Figure]] = {}
    columns = ("unit_id", "indicator_id", "value", "denominator", "not_applicable", "percentage")
    for unit, indicator, *stored in rows.values_list(*columns):
        found.setdefault(unit, {})[indicator] = figure_of(*stored)
    return found


def weights_in(
    indicator: Indicator, units: Collection[int], periods: Iterable[Period]
) -> dict[int, dict[int, int]]:
    """Of each period every commune's last base by its end, for a weighted mean: one query, or none.

    The periods come the earliest first.
    """
    if indicator.over_units != OverUnits.WEIGHTED or not indicator.weight_code:
        return {}
    rows = Observation.objects.holding().filter(indicator__code=indicator.weight_code, unit__in=list(units))
    known = sorted(
        rows.values_list("unit_id", "value", "period__ends_on", "period__starts_on"),
        key=lambda one: (one[2], -one[3].toordinal()),
    )
    found: dict[int, dict[int, int]] = {}
    last: dict[int, int] = {}
    place = 0
    for period in periods:
        while place < len(known) and known[place][2] <= period.ends_on:
            last[known[place][0]] = known[place][1] or 0
            place += 1
        found[period.pk] = dict(last)
    return found
