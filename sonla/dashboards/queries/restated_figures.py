"""Figures by the units of another day: one indicator over the periods, one criterion over the communes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import cast

from django.utils.translation import gettext as _

from communes.models import Unit
from programs.models import FigureState, Indicator, Observation, OverUnits, Period, PeriodKind, ReportForm
from programs.models.observations import figure_of
from programs.queries.adding import pair_of
from programs.queries.boundaries import HOUSEHOLDS
from programs.queries.boundary_words import lack_words, method_words
from programs.queries.latest import Latest
from programs.queries.restated import Laid, RestatedRow, lay, made_of
from programs.queries.structure import Row, Section, structure_of
from programs.queries.thresholds import threshold_words, unit_words
from programs.queries.wording import amount_words
from programs.rules.numbers import format_percent, round_half_up
from programs.rules.redraw import Lack, Method, Pair
from programs.rules.verdicts import Figure, Verdict
from sonla.dashboards.queries.indicator import weights_in
from sonla.dashboards.queries.question import STATE_WORDS, Question
from sonla.dashboards.queries.restated import Map, Tally, map_of, restated_page
from sonla.dashboards.queries.series import (
    HUNDRED,
    MISSING,
    Break,
    Column,
    Ground,
    columns_of,
    is_series,
    restated_ground,
)

ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True)
class Figures:
    """The figures of some indicators in some periods, of all units that lie in the territory."""

    map: Map
    own: Mapping[tuple[int, int], Mapping[int, Figure]]
    states: Mapping[tuple[int, int], Mapping[int, int]]
    weights: Mapping[int, Mapping[int, Mapping[int, int]]]
    households: Sequence[tuple[date, int, int]]

    def laid(self, indicator: Indicator, period: Period) -> Laid:
        """The figures of one indicator in one period, on the boundary day's map."""
        places = self.map.places_on(period.ends_on)
        found = self.own.get((period.pk, indicator.pk), {})
        weights = self.weights.get(indicator.pk, {}).get(period.pk, {})
        pairs: dict[int, Pair] = {}
        lacks: dict[int, Lack] = {}
        for one, figure in found.items():
            latest = Latest(figure.value, figure.denominator, figure.not_applicable, period.pk)
            pair = pair_of(indicator, latest, weights.get(one))
            if pair is not None:
                pairs[one] = pair
            elif figure.percentage is not None:
                lacks[one] = Lack.PERCENTAGE_ONLY
            elif figure.value is not None:
                lacks[one] = Lack.NO_BASE
        is_weighted = indicator.over_units == OverUnits.WEIGHTED
        return lay(
            self.map.ground,
            places,
            pairs,
            owing=self.map.owing(period, places),
            apart={one for one, figure in found.items() if figure.not_applicable},
            lacks=lacks,
            day_of=lambda one: period.ends_on,
            villages=lambda one: {} if is_weighted else pairs,
            households=self._households_by(period.ends_on),
        )

    def _households_by(self, day: date) -> dict[int, int]:
        return {village: count for end, village, count in self.households if end <= day}

    def state_of(self, indicator: Indicator, period: Period, units: Iterable[int]) -> int | None:
        """How far the least of these figures has come."""
        found = self.states.get((period.pk, indicator.pk), {})
        return min((found[one] for one in units if one in found), default=None)


def figures_of(the_map: Map, indicators: Sequence[Indicator], periods: Sequence[Period]) -> Figures:
    """Read all at once: the figures of units and villages, and the bases that weigh them where they do."""
    ground, question = the_map.ground, the_map.question
    units = set().union(*(the_map.places_on(period.ends_on).keys() for period in periods))
    villages = ground.villages.every
    rows = Observation.objects.at_least(question.state).filter(
        indicator__in=[one.pk for one in indicators],
        unit__in=units | villages,
        period__in=[period.pk for period in periods],
    )
    own: dict[tuple[int, int], dict[int, Figure]] = {}
    states: dict[tuple[int, int], dict[int, int]] = {}
    columns = ("period_id", "indicator_id", "unit_id", "state", "value", "denominator", "not_applicable")
    for period, indicator, unit, state, *stored in rows.order_by().values_list(*columns, "percentage"):
        own.setdefault((period, indicator), {})[unit] = figure_of(*stored)
        if stored[0] is not None:
            states.setdefault((period, indicator), {})[unit] = state
    weights = {
        one.pk: weights_in(one, units, periods) for one in indicators if one.over_units == OverUnits.WEIGHTED
    }
    return Figures(the_map, own, states, weights, _village_households(villages))


def _village_households(villages: set[int]) -> list[tuple[date, int, int]]:
    """The villages' households by year, the earliest first: one query, none without villages."""
    if not villages:
        return []
    rows = Observation.objects.holding().filter(
        indicator__code=HOUSEHOLDS, unit__in=villages, period__kind=PeriodKind.YEAR
    )
    found = rows.order_by("period__ends_on").values_list("period__ends_on", "unit_id", "value")
    return [(end, unit, value) for end, unit, value in found if value is not None]


# In words


@dataclass(frozen=True, slots=True)
class Shown:
    """A restated figure to read: '4,26%', behind it '179 trên 4.200 hộ', how it was divided, its lacks."""

    words: str
    label: str
    detail: str
    methods: frozenset[Method]
    reason: str
    amount: Fraction | None

    @property
    def is_estimate(self) -> bool:
        return bool(self.methods - {Method.VILLAGES})

    @property
    def method(self) -> str:
        return method_words(self.methods)


def shown(indicator: Indicator, row: RestatedRow, names: Mapping[int, str]) -> Shown:
    """A row in words; figures are rounded only here."""
    # A unit that is alone with its silence needs no reason: the dash says it.
    lacking = {one: why for one, why in row.lacking.items() if row.expected > 1 or why != Lack.NO_FIGURE}
    reason = lack_words(lacking, names, row.reported, row.expected)
    unit = unit_words(indicator)
    if row.value is None:
        return Shown(MISSING, "", "", frozenset(), reason, None)
    if indicator.is_ratio:
        if not row.base:
            return Shown(MISSING, "", "", frozenset(), reason, None)
        label = format_percent(row.value, row.base)
        detail = _("{above} trên {below} {unit}").format(
            above=amount_words(round_half_up(row.value), indicator),
            below=amount_words(round_half_up(row.base), indicator),
            unit=unit,
        )
        return Shown(label, label, detail.strip(), row.methods, reason, HUNDRED * row.value / row.base)
    amount = row.value
    if indicator.over_units == OverUnits.WEIGHTED:
        if not row.base:
            return Shown(MISSING, "", "", frozenset(), reason, None)
        amount = row.value / row.base
    label = amount_words(round_half_up(amount), indicator)
    return Shown(f"{label} {unit}".strip(), label, "", row.methods, reason, amount)


def counted(tally: Tally) -> Shown:
    """A yes/no: of the units that a unit is made of, how many say yes."""
    if not tally.known:
        return Shown(MISSING, "", "", frozenset(), "", None)
    words = _("{label} xã").format(label=tally.words)
    return Shown(words, tally.words, "", frozenset(), "", Fraction(HUNDRED * tally.met, tally.known))


def _exact(row: RestatedRow, indicator: Indicator) -> Figure:
    """A restated figure as one to be judged: exact, so it may be a fraction."""
    if row.value is None:
        return Figure(None)
    if indicator.over_units == OverUnits.WEIGHTED:
        return Figure(cast(int, row.value / row.base) if row.base else None)
    return Figure(cast(int, row.value), cast("int | None", row.base))


# One indicator over the periods


@dataclass(frozen=True, slots=True)
class RestatedPoint:
    """One period of the series, by the units of the boundary day."""

    period: Period
    total: Shown
    reported: int
    expected: int
    apart: int
    state_words: str
    breaks: list[Break]

    @property
    def words(self) -> str:
        return self.total.words


@dataclass(frozen=True, slots=True)
class RestatedCommune:
    """A unit of the boundary day: its figure, the one before, and how those that it is made of stood."""

    member: Unit
    total: Shown
    before: str
    verdict: Verdict
    predecessors: Tally | None

    @property
    def figure(self) -> str:
        return self.total.label or MISSING

    @property
    def detail(self) -> str:
        return self.total.detail

    @property
    def is_reported(self) -> bool:
        return self.total.amount is not None


@dataclass(frozen=True)
class RestatedIndicator:
    """The page of one indicator of the period's form, by the units of the boundary day."""

    question: Question
    map: Map
    ground: Ground
    row: Row
    indicator: Indicator
    versions: Sequence[Indicator]
    figures: Figures

    @property
    def title(self) -> str:
        if self.indicator.pk == self.row.indicator.pk:
            return self.row.title
        return f"{self.row.title} · {self.indicator.title}"

    @property
    def needed(self) -> str:
        return threshold_words(self.row) if self.row.requirement else ""

    @property
    def is_judged(self) -> bool:
        return self.row.requirement is not None and self.indicator.pk == self.row.indicator.pk

    @property
    def criterion(self) -> int | None:
        return self.row.requirement.criterion.number if self.row.requirement else None

    @property
    def unit_words(self) -> str:
        return "" if self.indicator.is_ratio or self.indicator.is_boolean else unit_words(self.indicator)

    @cached_property
    def names(self) -> dict[int, str]:
        return {pk: one.name for pk, one in self.map.names.items()}

    @cached_property
    def points(self) -> list[RestatedPoint]:
        return [self._point(place, period) for place, period in enumerate(self.ground.periods)]

    @property
    def now(self) -> RestatedPoint | None:
        return next((one for one in self.points if one.period.pk == self.question.period.pk), None)

    def _version(self, period: Period) -> Indicator | None:
        day = period.ends_on
        lasting = (one for one in self.versions if one.valid_from <= day)
        return next((one for one in lasting if one.valid_to is None or day < one.valid_to), None)

    def _point(self, place: int, period: Period) -> RestatedPoint:
        version = self._version(period)
        owing = self.ground.owing[period.pk]
        if version is None:
            nothing = Shown(MISSING, "", "", frozenset(), "", None)
            return RestatedPoint(period, nothing, 0, len(owing), 0, MISSING, self.ground.breaks_at(place))
        own = self.figures.own.get((period.pk, version.pk), {})
        apart = sum(own[one].not_applicable for one in owing if one in own)
        state = self.figures.state_of(version, period, owing)
        if version.is_boolean:
            tally = _tally(own, owing)
            total, reported, expected = counted(tally), tally.known, tally.owed
        else:
            unit, group = self.map.ground.groups("unit")[0]
            row = self.figures.laid(version, period).row(version, unit, group)
            total, reported, expected = shown(version, row, self.names), row.reported, row.expected
        return RestatedPoint(
            period,
            total,
            reported,
            expected,
            apart,
            str(STATE_WORDS[FigureState(state)]) if state else MISSING,
            self.ground.breaks_at(place),
        )

    @cached_property
    def columns(self) -> list[Column]:
        return columns_of(self.indicator, [(one.period, one.total) for one in self.points])

    @property
    def has_series(self) -> bool:
        return is_series(self.columns)

    @cached_property
    def communes(self) -> list[RestatedCommune]:
        rows = restated_communes(self.map, self.figures, self.row, self.indicator, self._before())
        if not self.is_judged:
            return sorted(rows, key=lambda one: one.member.search_name)
        return sorted(rows, key=lambda one: (ORDER.index(one.verdict), one.member.search_name))

    def _before(self) -> dict[int, str]:
        """Each unit's figure of the period before: on one map they can be compared."""
        earlier = [one for one in self.ground.periods if one != self.question.period]
        if not earlier or len(earlier) == len(self.ground.periods):
            return {}
        period = earlier[-1]
        version = self._version(period)
        if version is None or version.kind != self.indicator.kind or version.is_boolean:
            return {}
        rows = self.figures.laid(version, period).rows(version, "commune")
        return {row.unit.pk: shown(version, row, {}).label for row in rows}

    @property
    def methods(self) -> list[str]:
        """How figures of this page were divided, each once."""
        used = [one.total.methods for one in self.points]
        used += [one.total.methods for one in self.communes]
        return [method_words([one]) for one in sorted(frozenset().union(*used))]


def restated_communes(
    the_map: Map, figures: Figures, row: Row, indicator: Indicator, before: Mapping[int, str]
) -> list[RestatedCommune]:
    """The communes of the boundary day with their figures, and the verdict that the figures give."""
    period = the_map.question.period
    owing = the_map.owing(period, the_map.places)
    made = made_of(the_map.ground, the_map.places, "commune")
    names = {pk: one.name for pk, one in the_map.names.items()}
    laid = {
        one.pk: {found.unit.pk: found for found in figures.laid(one, period).rows(one, "commune")}
        for one in row.indicators
        if not one.is_boolean
    }
    found = []
    for unit, here in made:
        owed = [one for one in here if one in owing]
        if not owed:
            continue
        is_itself = here == [unit.pk]
        held = {
            one.pk: _own(figures, one, period, unit)
            if is_itself and one.is_boolean
            else _exact(laid[one.pk][unit.pk], one)
            for one in row.indicators
            if one.pk in laid or is_itself
        }
        own = figures.own.get((period.pk, indicator.pk), {})
        if indicator.is_boolean:
            total = counted(_tally(own, owed))
        else:
            total = shown(indicator, laid[indicator.pk][unit.pk], names)
        verdict = row.judge(held) if total.amount is not None and row.requirement else Verdict.UNKNOWN
        was = None if is_itself else _judged(figures, row, period, owed)
        found.append(RestatedCommune(unit, total, before.get(unit.pk) or MISSING, verdict, was))
    return found


def _own(figures: Figures, indicator: Indicator, period: Period, unit: Unit) -> Figure:
    return figures.own.get((period.pk, indicator.pk), {}).get(unit.pk, Figure(None))


def _judged(figures: Figures, row: Row, period: Period, units: Iterable[int]) -> Tally:
    """How many of these units met the requirement by their own figures."""
    verdicts = [
        row.judge({one.pk: f for one in row.indicators if (f := _figure(figures, one, period, unit))})
        for unit in units
    ]
    met, missed = verdicts.count(Verdict.MET), verdicts.count(Verdict.NOT_MET)
    applies = len(verdicts) - verdicts.count(Verdict.NOT_APPLICABLE)
    return Tally(met, met + missed, applies)


def _figure(figures: Figures, indicator: Indicator, period: Period, unit: int) -> Figure | None:
    return figures.own.get((period.pk, indicator.pk), {}).get(unit)


def _tally(own: Mapping[int, Figure], units: Iterable[int]) -> Tally:
    answers = [own.get(unit, Figure(None)) for unit in units]
    asked = [one for one in answers if not one.not_applicable]
    known = [one for one in asked if one.value is not None]
    return Tally(sum(bool(one.value) for one in known), len(known), len(asked))


def restated_indicator(question: Question, code: str) -> RestatedIndicator | None:
    """The page of an indicator by the units of the boundary day; None where the period's form has none.

    The number of queries grows with nothing.
    """
    form = ReportForm.objects.get(pk=question.programme.form)
    structure = structure_of(form, question.period)
    indicator = structure.by_code.get(code)
    if indicator is None:
        return None
    row = structure.row_of[indicator.pk]
    the_map = map_of(question)
    ground = restated_ground(the_map)
    versions = list(Indicator.objects.filter(code=code))
    read = {one.pk: one for one in (*versions, *row.indicators)}
    periods = ground.periods
    return RestatedIndicator(
        question=question,
        map=the_map,
        ground=ground,
        row=row,
        indicator=indicator,
        versions=versions,
        figures=figures_of(the_map, list(read.values()), periods or (question.period,)),
    )


# One criterion over the communes


@dataclass(frozen=True, slots=True)
class RestatedTotal:
    """An indicator of the criterion over the whole territory."""

    row: Row
    total: Shown
    reported: int
    expected: int
    apart: int

    @property
    def needed(self) -> str:
        return threshold_words(self.row)


@dataclass(frozen=True, slots=True)
class RestatedLine:
    """A unit of the boundary day: the criterion in those it is made of, and each indicator's figure."""

    unit: Unit
    tally: Tally
    figures: list[RestatedCommune]


@dataclass(frozen=True)
class RestatedCriterion:
    """The page of one criterion by the units of the boundary day."""

    question: Question
    map: Map
    section: Section
    number: int
    name: str
    tally: Tally
    figures: Figures
    standing: Mapping[int, Tally]

    @cached_property
    def totals(self) -> list[RestatedTotal]:
        unit, group = self.map.ground.groups("unit")[0]
        period, names = self.question.period, {pk: one.name for pk, one in self.map.names.items()}
        owing = self.map.owing(period, self.map.places)
        found = []
        for row in self.section.rows:
            own = self.figures.own.get((period.pk, row.indicator.pk), {})
            apart = sum(own[one].not_applicable for one in owing if one in own)
            if row.indicator.is_boolean:
                tally = _tally(own, owing)
                found.append(RestatedTotal(row, counted(tally), tally.known, tally.owed, apart))
                continue
            laid = self.figures.laid(row.indicator, period).row(row.indicator, unit, group)
            total = shown(row.indicator, laid, names)
            found.append(RestatedTotal(row, total, laid.reported, laid.expected, apart))
        return found

    @cached_property
    def lines(self) -> list[RestatedLine]:
        columns = [
            {one.member.pk: one for one in restated_communes(self.map, self.figures, row, row.indicator, {})}
            for row in self.section.rows
        ]
        units = {one.member.pk: one.member for column in columns for one in column.values()}
        return [
            RestatedLine(unit, self.standing[pk], [column[pk] for column in columns])
            for pk, unit in sorted(units.items(), key=lambda one: one[1].search_name)
        ]

    @property
    def methods(self) -> list[str]:
        used = [one.total.methods for one in self.totals]
        used += [one.total.methods for line in self.lines for one in line.figures]
        return [method_words([one]) for one in sorted(frozenset().union(*used))]


def restated_criterion(question: Question, number: int) -> RestatedCriterion | None:
    """The page of a criterion by the units of the boundary day; None where they are those of the period."""
    page = restated_page(question)
    name = question.programme.name_of(number)
    form = ReportForm.objects.get(pk=question.programme.form)
    sections = structure_of(form, question.period).sections
    section = next((one for one in sections if one.criterion and one.criterion.number == number), None)
    if page is None or name is None or section is None:
        return None
    place = [one.number for one in question.programme.criteria].index(number)
    indicators = [one for row in section.rows for one in row.indicators]
    return RestatedCriterion(
        question=question,
        map=page.map,
        section=section,
        number=number,
        name=name,
        tally=page.whole.criteria[place],
        figures=figures_of(page.map, indicators, [question.period]),
        standing={row.unit.pk: row.criteria[place] for row in page.rows},
    )
