"""The communes of a territory in one period: the rows that every page of the dashboards is made of."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext

from programs.models import RecognitionLevel, Result
from sonla.dashboards.queries.coverage import Coverage, coverage_of
from sonla.dashboards.queries.question import Question
from sonla.dashboards.queries.standing import (
    EMPTY,
    NO_DECISIONS,
    Cell,
    Decision,
    Decisions,
    Filed,
    Score,
    Verdicts,
    decisions_on,
    households_of,
    reports_of,
    scores,
    verdicts_at,
)
from sonla.dashboards.queries.territory import Commune, Place, Territory, territory_of


@dataclass(frozen=True)
class CommuneRow:
    """One commune that owes the report, as it stands in the question's period and state."""

    commune: Commune
    question: Question
    score: Score
    previous: Score | None
    decisions: Decisions
    report: Filed | None
    meets: bool | None

    @property
    def unit(self) -> Place:
        return self.commune.unit

    @property
    def district(self) -> Place | None:
        return self.commune.district

    @cached_property
    def is_reported(self) -> bool:
        """Its report is in the totals of this state."""
        return self.report is not None and self.report.counts_at(self.question.state)

    @cached_property
    def is_known(self) -> bool:
        return self.score.is_known

    @cached_property
    def met(self) -> int:
        return self.score.met

    @cached_property
    def applicable(self) -> int:
        return self.score.applicable(self.question.programme.count)

    @cached_property
    def failing(self) -> list[int]:
        return self.score.numbers(Result.NOT_MET)

    @cached_property
    def lacking(self) -> list[int]:
        """Criteria without enough figures, once something was reported."""
        if not self.is_known:
            return []
        every = {one.number for one in self.question.programme.criteria}
        return sorted(set(self.score.numbers(Result.UNKNOWN)) | (every - self.score.marks.keys()))

    @property
    def tells_something(self) -> bool:
        """Its report is in the totals, or was returned for some criteria only and counts with the rest."""
        return self.is_reported or self.is_known

    @property
    def silent_word(self) -> str:
        """What an empty cell means: no report in this state, or a report without enough figures."""
        return gettext("chưa đủ số liệu") if self.tells_something else gettext("chưa báo cáo")

    @property
    def is_overdue(self) -> bool:
        """Never sent, and the deadline is over."""
        never = self.report is None or self.report.first_sent_at is None
        due = self.report.due_on if self.report else self.question.period.due_on
        return never and due < self.question.today

    @property
    def is_full(self) -> bool:
        """All criteria that apply are met in this period."""
        return self.is_known and self.met == self.applicable > 0

    @property
    def results(self) -> tuple[int | None, ...]:
        return self.score.results(self.question.programme)

    @cached_property
    def cells(self) -> list[Cell]:
        return self.score.cells(self.question.programme)

    @cached_property
    def decision(self) -> Decision | None:
        """The highest decision in force on the headline's day."""
        return self.decisions.highest(self.question.day)

    def is_recognised(self, level: RecognitionLevel = RecognitionLevel.MET) -> bool:
        return self.decisions.holds(level, self.question.day)

    @property
    def waits_for_decision(self) -> bool:
        """A merger made it and nobody has decided since ('chờ đánh giá lại sau sắp xếp')."""
        return self.commune.merged and not self.decisions.any_by(self.question.day)

    @cached_property
    def level(self) -> str:
        """Its level on the headline's day: the decision, else waiting after a merger, else what figures say.

        What figures say is the last verdict that was determined by that day, as in the headline beside it.
        """
        if self.decision is not None:
            return str(self.decision.level)
        if self.waits_for_decision:
            return "reassess"
        if self.meets is not None:
            return "eligible" if self.meets else "not_met"
        return "insufficient" if self.is_known else "unknown"

    @property
    def is_provisional(self) -> bool:
        """The level is what figures say, and they rest on a provisional threshold; a decision is not."""
        return self.level in ("not_met", "eligible") and self.score.provisional

    @cached_property
    def gained(self) -> list[int]:
        """Criteria that are met now and were not met in the last period."""
        return self._moved(Result.NOT_MET, Result.MET)

    @cached_property
    def lost(self) -> list[int]:
        return self._moved(Result.MET, Result.NOT_MET)

    def _moved(self, before: int, now: int) -> list[int]:
        if self.previous is None:
            return []
        return sorted(set(self.previous.numbers(before)) & set(self.score.numbers(now)))


@dataclass(frozen=True)
class Province:
    """Everything that was read about a territory for one question: eight queries in all."""

    question: Question
    territory: Territory
    scores: dict[int, Score]
    previous_scores: dict[int, Score]
    verdicts: Verdicts
    decisions: dict[int, Decisions]
    reports: dict[int, Filed]
    households: dict[int, int]

    @cached_property
    def owing(self) -> list[int]:
        """Communes that owe the period's report."""
        return self.territory.owing(self.question.period.ends_on, self.question.programme.kinds)

    @cached_property
    def rows(self) -> list[CommuneRow]:
        return [
            CommuneRow(
                commune=self.territory.communes[pk],
                question=self.question,
                score=self.scores.get(pk, EMPTY),
                previous=self.previous_scores.get(pk),
                decisions=self.decisions.get(pk, NO_DECISIONS),
                report=self.reports.get(pk),
                meets=self.verdicts.now.get(pk),
            )
            for pk in self.owing
        ]

    @cached_property
    def others(self) -> list[Commune]:
        """Wards and townships: the set does not apply to them."""
        owing = set(self.owing)
        present = self.territory.on(self.question.period.ends_on)
        return [self.territory.communes[pk] for pk in present if pk not in owing]

    @cached_property
    def coverage(self) -> Coverage:
        reported = [row.unit.pk for row in self.rows if row.is_reported]
        return coverage_of(reported, self.owing, self.households)

    @property
    def on_time(self) -> int:
        return sum(row.report is not None and row.report.is_on_time for row in self.rows)

    @property
    def updated_at(self) -> datetime | None:
        """When a figure or a report of the territory last changed in this period."""
        return max((report.updated_at for report in self.reports.values()), default=None)


def province_of(question: Question) -> Province:
    """Read everything about the territory; the number of queries grows with nothing."""
    territory = territory_of(question)
    period, previous, sets = question.period, question.previous, question.calendar.sets
    ever = list(territory.communes)
    periods = [period, previous] if previous else [period]
    found = scores(ever, periods, sets, question.state)
    before = previous.ends_on if previous else None
    return Province(
        question=question,
        territory=territory,
        scores=found[period.pk],
        previous_scores=found[previous.pk] if previous else {},
        verdicts=verdicts_at(ever, sets, question.day, before, question.today, question.state),
        decisions=decisions_on(ever),
        reports=reports_of(ever, period, question.programme.form),
        households=households_of(ever, period),
    )
