"""One criterion over the communes of a territory: who meets it, and the figures behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models import FigureState, Indicator, Observation, OverUnits, ReportForm
from programs.models.observations import figure_of
from programs.queries.latest import latest_figures, periods_counted
from programs.queries.structure import Row, Section, structure_of
from programs.queries.thresholds import threshold_words
from programs.rules.verdicts import Figure, Verdict
from sonla.dashboards.queries.commune import row_words
from sonla.dashboards.queries.communes import CommuneRow, Province, province_of
from sonla.dashboards.queries.coverage import Coverage, coverage_of
from sonla.dashboards.queries.overview import CriterionCount, count_criterion, standing_in
from sonla.dashboards.queries.question import Question
from sonla.dashboards.queries.sums import Sum, sum_of

# Whom an indicator that may not apply speaks of: '4/5 xã có làng nghề'.
_COMMUNES = pgettext_lazy("loại đơn vị", "xã")
WHERE_IT_APPLIES = {
    "ntm.xa.7.1": _("xã có chợ trong quy hoạch"),
    "ntm.xa.13.4": _("xã có làng nghề"),
    "ntm.xa.17.2": _("xã có cơ sở thuộc diện áp dụng"),
    "ntm.xa.17.9": _("xã có cơ sở chăn nuôi"),
}
STANDING_ORDER = ("not_met", "insufficient", "unknown", "met", "not_applicable")


@dataclass(frozen=True, slots=True)
class IndicatorTotal:
    """An indicator over all communes: a ratio of sums, an amount, or how many communes say yes.

    `met` of `judged` communes reach the requirement; `apart` are those to which it does not apply.
    """

    row: Row
    value: str
    detail: str
    coverage: Coverage
    met: int
    judged: int
    apart: int

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def name(self) -> str:
        return self.row.title

    @property
    def needed(self) -> str:
        return threshold_words(self.row)

    @property
    def is_provisional(self) -> bool:
        return self.row.requirement is not None and self.row.requirement.is_provisional


@dataclass(frozen=True)
class CommuneFigures:
    """One commune in the criterion: its standing and a figure under each indicator."""

    row: CommuneRow
    standing: str
    provisional: bool
    figures: list[tuple[str, Verdict]]


@dataclass(frozen=True)
class CriterionPage:
    """The page of one criterion over the communes of a unit."""

    question: Question
    province: Province
    section: Section
    count: CriterionCount
    figures: Mapping[int, Mapping[int, Figure]]

    @property
    def number(self) -> int:
        return self.count.number

    @property
    def name(self) -> str:
        return self.count.name

    @property
    def target_base(self) -> int:
        """What the programme's target is measured against: every commune the criterion applies to."""
        return self.count.total - self.count.not_applicable

    @cached_property
    def communes(self) -> list[CommuneFigures]:
        """Who does not meet it first."""
        rows = [self._commune(row) for row in self.province.rows]
        return sorted(rows, key=lambda one: (STANDING_ORDER.index(one.standing), one.row.unit.search_name))

    def _commune(self, row: CommuneRow) -> CommuneFigures:
        held = self.figures.get(row.unit.pk, {})
        mark = row.score.marks.get(self.number)
        figures = [(row_words(one, held), one.judge(held)) for one in self.section.rows]
        return CommuneFigures(row, standing_in(row, self.number), bool(mark and mark.provisional), figures)

    @cached_property
    def totals(self) -> list[IndicatorTotal]:
        return [self._total(row) for row in self.section.rows]

    def _total(self, row: Row) -> IndicatorTotal:
        owing, indicator = self.province.owing, row.indicator
        held = {pk: self.figures.get(pk, {}) for pk in owing}
        own = {pk: one[indicator.pk] for pk, one in held.items() if indicator.pk in one}
        apart = {pk for pk, figure in own.items() if figure.not_applicable}
        given = {pk: figure for pk, figure in own.items() if figure.value is not None}
        applicable = [pk for pk in owing if pk not in apart]
        verdicts = [row.judge(held[pk]) for pk in applicable]
        met, judged = verdicts.count(Verdict.MET), verdicts.count(Verdict.NOT_MET)
        judged += met
        summed = self._sum(indicator, given)
        if indicator.is_boolean and judged:
            whom = WHERE_IT_APPLIES.get(indicator.code, _("xã áp dụng")) if apart else _COMMUNES
            summed = Sum(f"{met}/{judged} {whom}", "", set(given))
        return IndicatorTotal(
            row=row,
            value=summed.value,
            detail=summed.detail,
            coverage=coverage_of(summed.units, applicable, self.province.households),
            met=met,
            judged=judged,
            apart=len(apart),
        )

    def _sum(self, indicator: Indicator, given: Mapping[int, Figure]) -> Sum:
        """The figures of all communes as one; a mean is weighted by each commune's last base by then."""
        weights: dict[int, int] = {}
        if indicator.over_units == OverUnits.WEIGHTED and given:
            day = self.question.period.ends_on
            base = Indicator.objects.coded(indicator.weight_code, day)
            if base is not None:
                periods = periods_counted(day, self.question.today)
                found = latest_figures(base, given, periods, FigureState.ENTERED)
                weights = {pk: one.value for pk, one in found.items() if one.value}
        return sum_of(indicator, given, weights)


def criterion_page(question: Question, number: int) -> CriterionPage | None:
    """The page of the criterion of that number; None where the period's set has none."""
    name = question.programme.name_of(number)
    form = ReportForm.objects.get(pk=question.programme.form)
    structure = structure_of(form, question.period)
    section = next(
        (one for one in structure.sections if one.criterion and one.criterion.number == number), None
    )
    if name is None or section is None:
        return None
    province = province_of(question)
    return CriterionPage(
        question=question,
        province=province,
        section=section,
        count=count_criterion(number, name, province.rows),
        figures=_figures(section, province.owing, question),
    )


def _figures(section: Section, units: list[int], question: Question) -> dict[int, dict[int, Figure]]:
    """The communes' figures under the criterion's indicators, parts included: one query."""
    indicators = [one.pk for row in section.rows for one in row.indicators]
    rows = Observation.objects.at_least(question.state).filter(
        period=question.period, indicator__in=indicators, unit__in=units
    )
    found: dict[int, dict[int, Figure]] = {}
    columns = ("unit_id", "indicator_id", "value", "denominator", "not_applicable", "percentage")
    for unit, indicator, *stored in rows.values_list(*columns):
        found.setdefault(unit, {})[indicator] = figure_of(*stored)
    return found
