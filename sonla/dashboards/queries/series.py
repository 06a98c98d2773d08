"""What changed over the periods: communes that meet the set, criteria a commune, one indicator.

Every period is counted on its own communes, as they stood on its last day; where communes were reorganised or
another set counts, the series has a break, and nothing is compared across it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from communes.models import Ancestry, Level, Succession
from programs.models import Assessment, CriterionAssessment, Indicator, Period, Result
from programs.queries.boundaries import Ground as Boundaries
from programs.rules.numbers import format_number, round_half_up
from sonla.dashboards.queries.question import Question
from sonla.dashboards.queries.restated import Map, map_of

MISSING = "—"
HUNDRED = 100
_UNKNOWN = Q(result=Result.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Member:
    """A commune of the territory while it was there."""

    pk: int
    code: str
    name: str
    search_name: str
    kind: str
    valid_from: date
    valid_to: date | None

    def was_there(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Break:
    """Between two periods the ground changed: who reports, or by which set.

    `is_bridged`: the figures on both sides are of the same units, so that they can be compared.
    """

    before: int
    words: str
    label: str
    is_bridged: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One period in a chart: how high (of 1), what stands above it; hatched where nothing is known."""

    period: Period
    words: str
    share: Fraction | None


class Amount(Protocol):
    """A total as a chart needs it: its words without the unit, and itself, of a percentage out of 100."""

    @property
    def label(self) -> str: ...

    @property
    def amount(self) -> Fraction | None: ...


def columns_of(indicator: Indicator, points: Sequence[tuple[Period, Amount]]) -> list[Column]:
    """One indicator's columns: of a percentage the height is out of 100, of an amount out of the largest."""
    amounts = [total.amount for _period, total in points if total.amount is not None]
    share = indicator.is_ratio or indicator.is_boolean
    most = Fraction(HUNDRED) if share else max(amounts, default=Fraction(0))
    return [
        Column(
            period,
            total.label or MISSING,
            None if total.amount is None or most <= 0 else max(total.amount, Fraction(0)) / most,
        )
        for period, total in points
    ]


def is_series(columns: Iterable[Column]) -> bool:
    """Whether there is something to draw: one known period is no series."""
    return sum(column.share is not None for column in columns) > 1


@dataclass(frozen=True)
class Ground:
    """The periods of a series, the earliest first, who owed a report in each, and the breaks between."""

    periods: tuple[Period, ...]
    members: dict[int, Member]
    owing: dict[int, list[int]]
    breaks: tuple[Break, ...]

    @property
    def units(self) -> list[int]:
        """Everybody who owed a report in some period."""
        return list(dict.fromkeys(one for units in self.owing.values() for one in units))

    def breaks_at(self, place: int) -> list[Break]:
        return [one for one in self.breaks if one.before == place]


def ground_of(question: Question) -> Ground:
    """Who was there and owed the report in each period up to the question's: two queries."""
    calendar = question.calendar
    every = calendar.periods[calendar.periods.index(question.period) :]
    # A period inside another (2024-H1 in 2024) stands before it; of two that end together the shorter one.
    periods = tuple(sorted(every, key=lambda one: (one.ends_on, -one.starts_on.toordinal())))
    rows = Ancestry.objects.filter(
        ancestor=question.unit, unit__level=Level.COMMUNE, unit__in=question.reader.scope
    )
    columns = ("unit_id", "unit__code", "unit__name", "unit__search_name", "unit__kind_id")
    ties = [Member(*row) for row in rows.values_list(*columns, "valid_from", "valid_to")]
    ties.sort(key=lambda one: (one.code, one.valid_from))
    owing = {
        period.pk: list(
            dict.fromkeys(
                one.pk
                for one in ties
                if one.kind in calendar.programmes[period.pk].kinds and one.was_there(period.ends_on)
            )
        )
        for period in periods
    }
    shown = tuple(period for period in periods if owing[period.pk])
    members = {one.pk: one for one in ties}
    return Ground(shown, members, owing, tuple(_breaks(question, shown, members)))


def _breaks(question: Question, periods: Sequence[Period], members: Iterable[int]) -> Iterable[Break]:
    changed = (
        Succession.objects.filter(successor__in=list(members))
        .exclude(
            whole=True,
            predecessor__code=F("successor__code"),
            predecessor__name=F("successor__name"),
            predecessor__kind=F("successor__kind"),
        )
        .order_by("successor__valid_from")
    )
    days = list(changed.values_list("successor__valid_from", flat=True).distinct())
    return _breaks_on(question, periods, days)


def _breaks_on(
    question: Question, periods: Sequence[Period], days: Sequence[date], is_bridged: bool = False
) -> Iterable[Break]:
    programmes = question.calendar.programmes
    for place, (earlier, later) in enumerate(pairwise(periods), 1):
        for day in days:
            if earlier.ends_on < day <= later.ends_on:
                label = f"{day.day}/{day.month}/{day.year}"
                words = _("Sắp xếp đơn vị hành chính {day}").format(day=label)
                yield Break(place, words, label, is_bridged)
        if programmes[earlier.pk].criteria_set != programmes[later.pk].criteria_set:
            yield Break(place, _("Đánh giá theo bộ tiêu chí khác"), _("bộ khác"))


def restated_ground(the_map: Map, is_bridged: bool = True) -> Ground:
    """The same by the units of another day: of each period those that lie in the territory of that day."""
    question, ground = the_map.question, the_map.ground
    every = question.calendar.periods[question.calendar.periods.index(question.period) :]
    periods = tuple(sorted(every, key=lambda one: (one.ends_on, -one.starts_on.toordinal())))
    places = {period.pk: the_map.places_on(period.ends_on) for period in periods}
    owing = {period.pk: sorted(the_map.owing(period, places[period.pk])) for period in periods}
    shown = tuple(period for period in periods if owing[period.pk])
    days = {
        ground.briefs[one].life.start
        for one in set(ground.territory.communes).union(*places.values())
        if _is_made(ground, one)
    }
    breaks = tuple(_breaks_on(question, shown, sorted(days), is_bridged))
    return Ground(shown, {}, owing, breaks)


def _is_made(ground: Boundaries, unit: int) -> bool:
    """Made of several, of a part or of another kind: not one whole unit that goes on under a new name."""
    lineage = ground.map.lineage
    before = list(lineage.predecessors(unit))
    if len(before) == 1 and lineage.successions(before[0])[unit].whole:
        return ground.briefs[before[0]].kind != ground.briefs[unit].kind
    return bool(before)


@dataclass(frozen=True, slots=True)
class Point:
    """The communes of one period: who meets the set on its last day, and their criteria in the period."""

    period: Period
    met: int
    determined: int
    expected: int
    known: int
    criteria: int
    count: int
    moved: int | None
    breaks: list[Break]

    @property
    def mean(self) -> Fraction | None:
        """Criteria met a commune, of those with a result in the period."""
        return Fraction(self.criteria, self.known) if self.known else None

    @property
    def mean_words(self) -> str:
        mean = self.mean
        return MISSING if mean is None else format_number(round_half_up(mean, 2), 2)


@dataclass(frozen=True)
class SeriesPage:
    """The page 'Qua các kỳ' of a province or a (former) district."""

    question: Question
    ground: Ground
    points: list[Point]

    @cached_property
    def met_columns(self) -> list[Column]:
        """The communes that meet the set, as a share of those that reported for."""
        return [
            Column(
                one.period,
                f"{one.met}/{one.expected}" if one.determined else MISSING,
                Fraction(one.met, one.expected) if one.determined else None,
            )
            for one in self.points
        ]

    @cached_property
    def mean_columns(self) -> list[Column]:
        return [
            Column(one.period, one.mean_words, None if one.mean is None else one.mean / one.count)
            for one in self.points
        ]


def series_page(question: Question) -> SeriesPage:
    """The series of a territory; the number of queries grows with nothing: four for it all.

    By the units of another day each period's own units are counted, those that lie in the territory.
    """
    ground = ground_of(question) if question.boundary is None else restated_ground(map_of(question), False)
    verdicts = _verdicts(question, ground)
    scores = _scores(question, ground)
    points: list[Point] = []
    for place, period in enumerate(ground.periods):
        owing = ground.owing[period.pk]
        known = [scores[period.pk, pk] for pk in owing if (period.pk, pk) in scores]
        decided = [pk for pk in owing if pk in verdicts[period.pk]]
        met = sum(verdicts[period.pk][pk] for pk in decided)
        breaks = ground.breaks_at(place)
        before = points[-1] if points and not breaks and points[-1].determined else None
        points.append(
            Point(
                period,
                met=met,
                determined=len(decided),
                expected=len(owing),
                known=len(known),
                criteria=sum(known),
                count=question.calendar.programmes[period.pk].count,
                moved=met - before.met if before and decided else None,
                breaks=breaks,
            )
        )
    return SeriesPage(question, ground, points)


def _verdicts(question: Question, ground: Ground) -> dict[int, dict[int, bool]]:
    """Of each period, who meets the set by its last day: the last determined verdict of each. One query."""
    rows = (
        Assessment.objects.at_least(question.state)
        .determined()
        .filter(
            unit__in=ground.units,
            criteria_set__in=question.calendar.sets,
            period__in=[period.pk for period in question.calendar.periods],
        )
        .exclude(result=Result.NOT_APPLICABLE)
    )
    known = sorted(
        rows.values_list("unit_id", "result", "period__ends_on", "period__starts_on"),
        key=lambda row: (row[2], -row[3].toordinal()),
    )
    found: dict[int, dict[int, bool]] = {}
    last: dict[int, bool] = {}
    place = 0
    for period in ground.periods:
        while place < len(known) and known[place][2] <= period.ends_on:
            unit, result, _ends, _starts = known[place]
            last[unit] = result == Result.MET
            place += 1
        found[period.pk] = dict(last)
    return found


def _scores(question: Question, ground: Ground) -> Mapping[tuple[int, int], int]:
    """Criteria met by (period, commune), of those with at least one decided criterion. One query."""
    rows = (
        CriterionAssessment.objects.at_least(question.state)
        .filter(
            unit__in=ground.units,
            period__in=[period.pk for period in ground.periods],
            criterion__criteria_set__in=question.calendar.sets,
        )
        .order_by()
        .values_list("period_id", "unit_id")
        .annotate(met=Count("pk", filter=Q(result=Result.MET)), known=Count("pk", filter=~_UNKNOWN))
    )
    return {(period, unit): met for period, unit, met, known in rows if known}
