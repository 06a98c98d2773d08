"""One commune's page: its level and decision, its criteria, what fails and by how much, its origins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from communes.models import Ancestry, Level, Membership, Role, Succession, Unit, User
from programs.models import Observation, Period, Report, ReportForm, Result
from programs.queries.first_assessment import FirstAssessment, first_assessments
from programs.queries.keeping import Keeping, keeping
from programs.queries.structure import Row, Structure, structure_of
from programs.queries.thresholds import threshold_words
from programs.queries.wording import figure_words, shortfall_words
from programs.rules.verdicts import Figure, Verdict
from sonla.dashboards.queries.question import Question, place_words
from sonla.dashboards.queries.standing import (
    EMPTY,
    NO_DECISIONS,
    Cell,
    Decision,
    Decisions,
    Score,
    decisions_on,
    scores,
)

NOTHING = Figure(None)


@dataclass(frozen=True)
class Requirement:
    """A requirement with the commune's figure beside what is asked of it."""

    number: str
    name: str
    figure: str
    needed: str
    short: str
    verdict: Verdict
    provisional: bool


@dataclass(frozen=True)
class FailingCriterion:
    """A criterion that is not met: the requirements that keep it from being met, and since which period."""

    number: int
    name: str
    provisional: bool
    requirements: list[Requirement]
    since: Period | None


@dataclass(frozen=True)
class Point:
    """The criteria met at the end of one period; `met` None where nothing was reported."""

    period: Period
    met: int | None
    applicable: int | None


@dataclass(frozen=True)
class Predecessor:
    """A unit that this one was made of, and what it was when it ended."""

    unit: Unit
    whole: bool
    share: int | None
    is_readable: bool
    applies: bool
    decision: Decision | None
    last: Point | None


@dataclass(frozen=True)
class CommunePage:
    """The page of a commune, ward or township."""

    question: Question
    structure: Structure
    district: Unit | None
    above: tuple[Unit, ...]
    line: tuple[Unit, ...]
    merged: bool
    history: dict[int, dict[int, Score]]
    decisions: Decisions
    figures: dict[int, Figure]
    predecessors: list[Predecessor]
    successors: list[tuple[Unit, bool]]
    reports: list[Report]
    people: list[tuple[User, str]]
    keeping: Keeping | None = None
    first: FirstAssessment | None = None

    @property
    def unit(self) -> Unit:
        return self.question.unit

    @property
    def applies(self) -> bool:
        """Whether units of this kind owe the report at all; wards do not."""
        return self.unit.kind_id in self.question.programme.kinds

    @property
    def has_ended(self) -> bool:
        return not self.unit.lives_on(self.question.day)

    @cached_property
    def score(self) -> Score:
        return self._score_in(self.question.period) or EMPTY

    def _score_in(self, period: Period) -> Score | None:
        by_unit = self.history.get(period.pk, {})
        return next((by_unit[unit.pk] for unit in self.line if unit.pk in by_unit), None)

    @property
    def cells(self) -> list[Cell]:
        return self.score.cells(self.question.programme)

    @property
    def met(self) -> int:
        return self.score.met

    @property
    def applicable(self) -> int:
        return self.score.applicable(self.question.programme.count)

    @property
    def indicators_applicable(self) -> int:
        """Requirements that apply; of a criterion without a verdict in this state, all that it has."""
        total = 0
        for section in self.structure.sections:
            mark = self.score.marks.get(section.criterion.number) if section.criterion else None
            total += mark.applicable if mark else len(section.rows)
        return total

    @property
    def place_above(self) -> str:
        """The (former) district in words."""
        return place_words(self.district, self.question.day) if self.district else ""

    @property
    def decision(self) -> Decision | None:
        return self.decisions.highest(self.question.day)

    @property
    def level(self) -> str:
        if self.decision is not None:
            return str(self.decision.level)
        if self.merged and not self.decisions.any_by(self.question.day):
            return "reassess"
        if not self.score.is_known:
            return "unknown"
        if self.score.numbers(Result.NOT_MET):
            return "not_met"
        return "eligible" if self.met == self.applicable > 0 else "insufficient"

    @property
    def is_provisional(self) -> bool:
        """The level is what figures say, and they rest on a provisional threshold."""
        return self.level in ("not_met", "eligible") and self.score.provisional

    @property
    def report(self) -> Report | None:
        """The report of the question's period."""
        own = (self.question.period.pk, self.question.programme.form)
        return next((one for one in self.reports if (one.period_id, one.form_id) == own), None)

    @property
    def line_begins(self) -> date:
        """The first day of the unit under this code, name and kind."""
        return self.line[-1].valid_from

    @property
    def lacking(self) -> list[Cell]:
        """Criteria without enough figures, once something was reported."""
        if not self.score.is_known:
            return []
        return [cell for cell in self.cells if cell.verdict in (None, Result.UNKNOWN)]

    @cached_property
    def failing(self) -> list[FailingCriterion]:
        """The criteria that are not met, with the figures that decide it."""
        found = []
        for section in self.structure.sections:
            criterion = section.criterion
            mark = self.score.marks.get(criterion.number) if criterion else None
            if criterion is None or mark is None or mark.result != Result.NOT_MET:
                continue
            short = [row for row in section.rows if row.judge(self.figures) is Verdict.NOT_MET]
            found.append(
                FailingCriterion(
                    criterion.number,
                    criterion.title,
                    mark.provisional,
                    [requirement_of(row, self.figures) for row in short],
                    self._since(criterion.number),
                )
            )
        return found

    def _since(self, number: int) -> Period | None:
        """The first period of the unbroken run in which the criterion was not met."""
        since = None
        for period in self._periods_back():
            score = self._score_in(period)
            mark = score.marks.get(number) if score else None
            if mark is None or mark.result == Result.UNKNOWN:
                continue
            if mark.result != Result.NOT_MET:
                break
            since = period
        return since

    def _periods_back(self) -> Sequence[Period]:
        periods = self.question.calendar.periods
        return periods[periods.index(self.question.period) :]

    @cached_property
    def trend(self) -> list[Point]:
        """Criteria met by period from the unit's first one on, the earliest first."""
        born = self.line_begins
        points = []
        for period in reversed(self._periods_back()):
            if period.ends_on < born or not self.unit_lived(period.ends_on):
                continue
            points.append(_point(period, self._score_in(period), self.question))
        return points

    def unit_lived(self, day: date) -> bool:
        return any(unit.lives_on(day) for unit in self.line)


def commune_page(question: Question) -> CommunePage:
    """The page of one commune; the number of queries grows with nothing but reorganisations."""
    unit, reader = question.unit, question.reader
    line = _same_unit(question)
    origins = _origins(line[-1])
    former = [origin.predecessor for origin in origins]
    readable = set(reader.scope.filter(pk__in=[one.pk for one in former]).values_list("pk", flat=True))
    units = [one.pk for one in line] + sorted(readable)
    history = scores(units, question.calendar.periods, question.calendar.sets, question.state)
    decisions = decisions_on(units)
    form = ReportForm.objects.get(pk=question.programme.form)
    reports = Report.objects.readable_by(reader.user, reader.today).filter(unit__in=[one.pk for one in line])
    above = _above(question)
    held = Decisions(tuple(row for one in line for row in decisions.get(one.pk, NO_DECISIONS).rows))
    return CommunePage(
        question=question,
        structure=structure_of(form, question.period),
        district=next((one for one, _readable in above if one.level == Level.DISTRICT), None),
        above=tuple(one for one, readable in above if readable),
        line=tuple(line),
        merged=bool(origins),
        history=history,
        decisions=held,
        figures=figures_of([one.pk for one in line], question),
        predecessors=[_predecessor(one, readable, history, decisions, question) for one in origins],
        successors=_successors(unit, reader.scope),
        reports=list(reports.select_related("form", "period").order_by("-period__ends_on", "form__code")),
        people=_people(unit, reader.today),
        keeping=_keeping(question) if held.highest(question.day) else None,
        first=_first(question, line[-1]) if origins and not held.any_by(question.day) else None,
    )


def _first(question: Question, made: Unit) -> FirstAssessment | None:
    """Of a unit that waits to be assessed again: what its predecessors' last figures say, restated."""
    if made.kind_id not in question.programme.kinds:
        return None
    found = first_assessments(
        [made], made, made.valid_from, question.today, question.state, scope=question.reader.scope
    )
    first = found.get(made.pk)
    return first if first and first.is_known else None


def _keeping(question: Question) -> Keeping | None:
    """Whether the recognised unit still meets its set, as the province's list has it."""
    own = question.reader.scope.filter(pk=question.unit.pk)
    return next(iter(keeping(own, question.day, question.today, question.state)), None)


def figures_of(units: Sequence[int], question: Question) -> dict[int, Figure]:
    """The figures of the period at or above the question's state, by indicator."""
    rows = Observation.objects.at_least(question.state).filter(unit__in=units, period=question.period)
    return {one.indicator_id: one.figure for one in rows}


def requirement_of(row: Row, figures: dict[int, Figure]) -> Requirement:
    """A requirement with the figures that decide it, and by how much they fall short."""
    requirement = row.requirement
    return Requirement(
        number=row.number,
        name=row.title,
        figure=row_words(row, figures),
        needed=threshold_words(row),
        short="; ".join(shortfall_words(row, row.figures(figures))),
        verdict=row.judge(figures),
        provisional=requirement is not None and requirement.is_provisional,
    )


def row_words(row: Row, figures: Mapping[int, Figure]) -> str:
    """'28,40%', or of several parts 'Nữ 54,00% · Nam 68,00%'."""
    own = figures.get(row.indicator.pk, NOTHING)
    if own.not_applicable or not row.is_derived:
        return figure_words(own, row.indicator, row).main
    words = [
        f"{part.title} {figure_words(figures.get(part.pk, NOTHING), part, row, name).main}"
        for name, part in row.parts.items()
    ]
    return " · ".join(words)


def _point(period: Period, score: Score | None, question: Question) -> Point:
    if score is None or not score.is_known:
        return Point(period, None, None)
    return Point(period, score.met, score.applicable(question.calendar.programmes[period.pk].count))


def _same_unit(question: Question) -> list[Unit]:
    """The unit and, before it, the same unit under an earlier placement (equal code, name and kind)."""
    line = [question.unit]
    while True:
        origins = list(Succession.objects.filter(successor=line[-1]).select_related("predecessor"))
        if len(origins) != 1 or not origins[0].whole or not _is_same(origins[0].predecessor, line[-1]):
            return line
        line.append(origins[0].predecessor)


def _is_same(one: Unit, other: Unit) -> bool:
    return (one.code, one.name, one.kind_id) == (other.code, other.name, other.kind_id)


def _origins(unit: Unit) -> list[Succession]:
    rows = Succession.objects.filter(successor=unit).select_related("predecessor", "act")
    return list(rows.order_by("predecessor__code"))


def _predecessor(
    origin: Succession,
    readable: set[int],
    history: dict[int, dict[int, Score]],
    decisions: dict[int, Decisions],
    question: Question,
) -> Predecessor:
    unit = origin.predecessor
    held = decisions.get(unit.pk, NO_DECISIONS)
    last = None
    for period in question.calendar.periods:
        score = history[period.pk].get(unit.pk)
        if score is not None and score.is_known:
            last = _point(period, score, question)
            break
    return Predecessor(
        unit=unit,
        whole=origin.whole,
        share=origin.share_millionths,
        is_readable=unit.pk in readable,
        applies=unit.kind_id in question.programme.kinds,
        decision=held.highest(unit.last_day) if unit.last_day else None,
        last=last,
    )


def _successors(unit: Unit, scope: QuerySet[Unit]) -> list[tuple[Unit, bool]]:
    """The units that this one went into, and whether the reader may open them."""
    if unit.valid_to is None:
        return []
    rows = Succession.objects.filter(predecessor=unit).select_related("successor").order_by("successor__code")
    found = [row.successor for row in rows]
    readable = set(scope.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    return [(one, one.pk in readable) for one in found]


def _above(question: Question) -> list[tuple[Unit, bool]]:
    """The units above on the question's day, the highest first, and whether each is within the scope."""
    last = question.unit.last_day
    day = last if last is not None and last < question.day else question.day
    ties = Ancestry.objects.on(day).filter(unit=question.unit, depth__gt=0).select_related("ancestor")
    found = {tie.ancestor_id: tie.ancestor for tie in ties.order_by("-tie", "-depth")}
    readable = set(question.reader.scope.filter(pk__in=found).values_list("pk", flat=True))
    units = sorted(found.values(), key=lambda unit: (unit.level != Level.PROVINCE, unit.code))
    return [(unit, unit.pk in readable) for unit in units]


def _people(unit: Unit, today: date) -> list[tuple[User, str]]:
    """Who enters and approves the unit's figures today, by name."""
    rows = Membership.objects.filter(
        unit=unit, role__in=(Role.CADRE, Role.LEADER), user__is_active=True, valid_from__lte=today
    )
    rows = rows.exclude(valid_to__lte=today).select_related("user").order_by("role", "user__username")
    return [(row.user, row.get_role_display()) for row in rows]
