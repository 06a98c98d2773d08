"""How each commune stands: criteria met and not, what was decided, whether it reported. One query each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import DenseRank
from django.utils import timezone

from programs.models import (
    Assessment,
    CriterionAssessment,
    FigureState,
    Observation,
    Period,
    PeriodKind,
    Recognition,
    RecognitionEnd,
    RecognitionLevel,
    Report,
    ReportState,
    Result,
)
from programs.queries.latest import periods_counted
from programs.queries.verdicts import IMPLIED
from programs.rules.lateness import lateness
from sonla.dashboards.queries.question import Programme

HOUSEHOLDS = "base.households"
LEVELS = (RecognitionLevel.MODEL, RecognitionLevel.ADVANCED, RecognitionLevel.MET)
COUNTED_STATES = {
    FigureState.SUBMITTED: {ReportState.SENT, ReportState.ACCEPTED, ReportState.LOCKED},
    FigureState.ACCEPTED: {ReportState.ACCEPTED, ReportState.LOCKED},
}


class Mark(NamedTuple):
    """The stored verdict of one commune on one criterion, and how many of its indicators are met.

    A tuple: a page of the province holds thousands.
    """

    result: int
    met: int
    applicable: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A criterion of a commune for a strip; `verdict` None where nothing of it was reported."""

    number: int
    name: str
    verdict: int | None
    provisional: bool = False
    url: str = ""


@dataclass(frozen=True)
class Score:
    """A commune's criteria in one period and state."""

    marks: dict[int, Mark] = field(default_factory=dict)

    @cached_property
    def by_result(self) -> dict[int, list[int]]:
        """The numbers of the criteria with each verdict."""
        found: dict[int, list[int]] = {}
        marks = self.marks
        for number in sorted(marks):
            found.setdefault(marks[number].result, []).append(number)
        return found

    @property
    def met(self) -> int:
        return len(self.numbers(Result.MET))

    def numbers(self, result: int) -> list[int]:
        return self.by_result.get(result, [])

    @cached_property
    def is_known(self) -> bool:
        """At least one criterion was decided."""
        return any(result != Result.UNKNOWN for result in self.by_result)

    @property
    def indicators_met(self) -> int:
        return sum(mark.met for mark in self.marks.values())

    @cached_property
    def provisional(self) -> bool:
        return any(mark.provisional for mark in self.marks.values())

    def applicable(self, total: int) -> int:
        """'Không áp dụng' leaves the set's count."""
        return total - len(self.numbers(Result.NOT_APPLICABLE))

    def results(self, programme: Programme) -> tuple[int | None, ...]:
        """The verdicts in the order of the criteria; None where nothing of one was reported."""
        marks = self.marks
        return tuple(marks[one.number].result if one.number in marks else None for one in programme.criteria)

    def cells(self, programme: Programme) -> list[Cell]:
        return [
            Cell(
                one.number,
                one.name,
                mark.result if (mark := self.marks.get(one.number)) else None,
                bool(mark and mark.provisional),
            )
            for one in programme.criteria
        ]


EMPTY = Score()


def scores(
    units: Collection[int], periods: Collection[Period], sets: Collection[int], state: int
) -> dict[int, dict[int, Score]]:
    """Of each period (by pk) the communes' scores, from verdicts whose every figure has come that far."""
    rows = CriterionAssessment.objects.filter(
        period__in=[period.pk for period in periods], unit__in=units, criterion__criteria_set__in=sets
    ).at_least(state)
    columns = ("period_id", "unit_id", "criterion__number", "result", "met", "applicable", "provisional")
    marks: dict[int, defaultdict[int, dict[int, Mark]]] = {period.pk: defaultdict(dict) for period in periods}
    # Thousands of cells say the same few things: each is made once.
    made: dict[tuple[Any, ...], Mark] = {}
    # In any order: sorted by nothing, the database reads three tables fewer.
    for row in rows.order_by().values_list(*columns):
        said = row[3:]
        mark = made.get(said)
        if mark is None:
            mark = made[said] = Mark._make(said)
        marks[row[0]][row[1]][row[2]] = mark
    return {period: {unit: Score(of) for unit, of in units.items()} for period, units in marks.items()}


@dataclass(frozen=True)
class Verdicts:
    """Who meets the set on the headline's day, and on the last day before it (by unit; unknown is absent)."""

    now: dict[int, bool]
    before: dict[int, bool]


def verdicts_at(
    units: Collection[int], sets: Collection[int], day: date, before: date | None, today: date, state: int
) -> Verdicts:
    """The last determined verdict on the set by `day`, and by `before`: one query for both.

    `before` is the last day of the period next to that of `day`, so the last two days with a verdict do.
    """
    rank = Window(DenseRank(), partition_by=[F("unit_id")], order_by=F("period__ends_on").desc())
    rows = (
        Assessment.objects.at_least(state)
        .determined()
        .filter(unit__in=units, criteria_set__in=sets, period__in=periods_counted(day, today))
        .annotate(recency=rank)
        .filter(recency__lte=2)
        .order_by()
    )
    ordered = sorted(
        rows.values_list("unit_id", "result", "period__ends_on", "period__starts_on"),
        key=lambda row: (row[2], -row[3].toordinal()),
    )
    found = Verdicts({}, {})
    for unit, result, ends_on, _starts_on in ordered:
        if result == Result.NOT_APPLICABLE:
            continue
        found.now[unit] = result == Result.MET
        if before is not None and ends_on <= before:
            found.before[unit] = result == Result.MET
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """A recognition: level, decision, from a day to before another."""

    level: str
    number: str
    decided_on: date
    valid_from: date
    valid_to: date | None
    end_reason: str = ""
    end_decision: str = ""

    @property
    def end_word(self) -> str:
        """Why it ended, in words."""
        return str(RecognitionEnd(self.end_reason).label) if self.end_reason else ""

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def last_day(self) -> date | None:
        return date.fromordinal(self.valid_to.toordinal() - 1) if self.valid_to else None


@dataclass(frozen=True)
class Decisions:
    """All decisions on one unit, the earliest first."""

    rows: tuple[Decision, ...] = ()

    def highest(self, day: date) -> Decision | None:
        """The decision of the highest level in force on that day."""
        held = [row for row in self.rows if row.in_force(day)]
        return min(held, key=lambda row: LEVELS.index(RecognitionLevel(row.level)), default=None)

    def holds(self, level: RecognitionLevel, day: date) -> bool:
        return any(row.in_force(day) and row.level in IMPLIED[level] for row in self.rows)

    def any_by(self, day: date) -> bool:
        """Somebody decided about this unit by then."""
        return any(row.valid_from <= day for row in self.rows)


NO_DECISIONS = Decisions()


def decisions_on(units: Collection[int]) -> dict[int, Decisions]:
    """The decisions on these communes, whenever they held: one query."""
    rows = Recognition.objects.filter(unit__in=units, level__in=LEVELS).order_by("valid_from")
    found: dict[int, list[Decision]] = {}
    columns = (
        "unit_id",
        "level",
        "decision",
        "decided_on",
        "valid_from",
        "valid_to",
        "end_reason",
        "end_decision",
    )
    for unit, *rest in rows.values_list(*columns):
        found.setdefault(unit, []).append(Decision(*rest))
    return {unit: Decisions(tuple(decisions)) for unit, decisions in found.items()}


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a commune's report of the period stands."""

    deadline: date
    hour: time | None
    pk: int
    state: str
    entered: int
    first_sent_at: datetime | None
    sent_at: datetime | None
    updated_at: datetime
    extended_until: date | None

    @property
    def due_on(self) -> date:
        """The day by whose end it is to be sent: the period's, or a later one that was granted."""
        return max(self.deadline, self.extended_until or self.deadline)

    def counts_at(self, state: int) -> bool:
        """Whether it is in a total of that state: at least one figure, sent, or confirmed."""
        if state == FigureState.ENTERED:
            return self.entered > 0
        return self.state in COUNTED_STATES[FigureState(state)]

    @property
    def is_reviewable(self) -> bool:
        """It lies with the reviewers: sent or confirmed, and not locked."""
        return self.state in (ReportState.SENT, ReportState.ACCEPTED)

    @property
    def is_on_time(self) -> bool:
        """Sent for the first time by the end of the day it was due, or by the hour where one is set."""
        return self.first_sent_at is not None and not self.late_by(self.due_on)

    def late_by(self, day: date, clock: time | None = None) -> timedelta:
        """As `Report.late_by`: how late it was first sent, or on that day still is not."""
        if self.first_sent_at is not None:
            sent = timezone.localtime(self.first_sent_at)
            day, clock = sent.date(), sent.time()
        # More time is granted by the day.
        hour = self.hour if self.due_on == self.deadline else None
        return lateness(self.due_on, hour, day, clock)

    @property
    def is_late(self) -> bool:
        return self.first_sent_at is not None and not self.is_on_time


def reports_of(units: Collection[int], period: Period, form: int) -> dict[int, Filed]:
    """The communes' reports of the period, by unit: one query."""
    rows = Report.objects.filter(unit__in=units, period=period, form=form).order_by()
    columns = ("unit_id", "pk", "state", "entered", "first_sent_at", "sent_at", "updated_at")
    return {
        unit: Filed(period.due_on, period.deadline_time, *rest)
        for unit, *rest in rows.values_list(*columns, "extended_until")
    }


def households_of(units: Collection[int], period: Period) -> dict[int, int]:
    """Each commune's households at the end of the period's year, else of the year before: one query."""
    year = period.ends_on.year
    rows = (
        Observation.objects.holding()
        .filter(
            indicator__code=HOUSEHOLDS,
            unit__in=units,
            period__kind=PeriodKind.YEAR,
            period__ends_on__year__in=(year - 1, year),
        )
        .order_by("period__ends_on")
    )
    return {unit: value for unit, value in rows.values_list("unit_id", "value") if value is not None}
