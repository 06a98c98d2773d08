"""One report as its reviewer reads it: what it amounts to, what is odd in it, what can be done with it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from django.utils.translation import gettext as _

from communes.models import Role, User
from programs.models import Agency, FigureState, Observation, Period, Report, ReportState
from programs.queries.absent import with_absent
from programs.queries.confirming import (
    Confirmations,
    Due,
    agencies_by_criterion,
    confirmations,
    confirming_day,
    due_of,
)
from programs.queries.deadlines import late_words
from programs.queries.desks import agency_of, part_of
from programs.queries.previous import previous_figures
from programs.queries.review_rows import (
    ReviewRow,
    ReviewSection,
    earlier_requirements,
    review_row,
    words_on,
)
from programs.queries.structure import Section, Structure, structure_of
from programs.queries.timeline import Step, timeline_of
from programs.rules.verdicts import CriterionResult, Figure, SetResult, Verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion in the strip."""

    number: int
    name: str
    verdict: Verdict
    url: str


REVIEWERS = (Role.REVIEWER, Role.ADMINISTRATOR)
Chosen = Callable[[ReviewRow], bool]

FILTERS: Mapping[str, Chosen] = {
    "changed": lambda row: row.jumps,
    "not_met": lambda row: row.not_met,
    "missing": lambda row: row.missing,
}


@dataclass
class ReviewPage:
    """A report for its reviewer; `may_review` says whether this reader confirms and returns."""

    report: Report
    structure: Structure
    sections: tuple[ReviewSection, ...]
    result: SetResult
    steps: list[Step]
    may_review: bool
    late: str
    following: Report | None = None
    agency: Agency | None = None
    is_part: bool = False
    due: tuple[Due, ...] = ()

    @cached_property
    def rows(self) -> list[ReviewRow]:
        return [row for section in self.sections for row in section.all_rows]

    @property
    def figures(self) -> dict[int, Figure]:
        return {line.indicator.pk: line.figure for row in self.rows for line in row.lines}

    def warn(self, warnings: Mapping[str, Iterable[str]]) -> None:
        """Set what a check found beside the rows it is about, by indicator code."""
        for row in self.rows:
            for line in row.lines:
                row.warnings += [
                    one for one in warnings.get(line.indicator.code, ()) if one not in row.warnings
                ]

    # -- the head ---------------------------------------------------------------------------------

    @property
    def cells(self) -> list[Cell]:
        """The criteria as one strip, each leading to its rows."""
        return [
            Cell(one.number, one.name, one.result.verdict, f"#tc-{one.number}")
            for one in self.sections
            if one.number is not None
        ]

    @cached_property
    def last_period(self) -> Period | None:
        """The period that most last figures are of: named once, in the head."""
        periods = [line.last_period for row in self.rows for line in row.lines if line.last_period]
        return Counter(periods).most_common(1)[0][0] if periods else None

    @property
    def was_returned(self) -> bool:
        return any(step.state == ReportState.RETURNED for step in self.steps)

    @property
    def judged(self) -> bool:
        return self.structure.criteria_set is not None

    @property
    def not_applicable(self) -> int:
        return sum(row.not_applicable for row in self.rows)

    @property
    def applicable(self) -> int:
        """Rows that apply: 'không áp dụng' leaves the count."""
        return len(self.rows) - self.not_applicable

    @property
    def entered(self) -> int:
        return sum(row.entered and not row.not_applicable for row in self.rows)

    @property
    def entered_words(self) -> str:
        return entered_words(self.entered, self.applicable, self.not_applicable)

    @property
    def criteria_applicable(self) -> int:
        return self.result.met + self.result.not_met + self.result.unknown

    # -- what can be done -------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """It was sent, and its period is not locked: there is something to confirm or return."""
        return (
            self.report.state in (ReportState.SENT, ReportState.ACCEPTED) and not self.report.period.is_locked
        )

    @property
    def can_return(self) -> bool:
        return self.may_review and self.is_open and (not self.is_part or bool(self.own_sections))

    @property
    def can_accept(self) -> bool:
        return self.can_return and self.report.state == ReportState.SENT

    @property
    def why_closed(self) -> str:
        """Why there are no buttons, in words; '' where there are, or the reader only reads."""
        if self.may_review and self.is_open and not self.can_return:
            return _("Báo cáo này không có phần nào do cơ quan của bạn xác nhận.")
        if not self.may_review or self.is_open:
            return ""
        if self.report.period.is_locked:
            return _("{period} đã khóa, không xác nhận hay trả lại được.").format(
                period=self.report.period.title
            )
        if self.report.state == ReportState.RETURNED:
            return _("Đã trả lại để chỉnh sửa; xã gửi lại thì xác nhận được.")
        return _("Xã chưa gửi báo cáo này: số liệu dưới đây còn đang nhập.")

    # -- a department's part ----------------------------------------------------------------------

    @property
    def own_sections(self) -> list[ReviewSection]:
        return [one for one in self.sections if one.is_own and one.number is not None]

    @property
    def own_open(self) -> list[ReviewSection]:
        """The criteria of one's part that wait for one's word."""
        return [one for one in self.own_sections if one.waits_for_me]

    @property
    def part_name(self) -> str:
        return self.agency.short if self.agency else _("phần của tôi")

    @property
    def part_words(self) -> str:
        """'đã xác nhận 1/4 tiêu chí của Sở NN&MT'."""
        own = len(self.own_sections)
        return _("đã xác nhận {done}/{all} tiêu chí của {name}").format(
            done=own - len(self.own_open), all=own, name=self.part_name
        )

    # -- narrowing --------------------------------------------------------------------------------

    @property
    def counts(self) -> dict[str, int]:
        found = {name: sum(map(chosen, self.rows)) for name, chosen in FILTERS.items()}
        return {"all": len(self.rows), **found}

    @property
    def odd(self) -> int:
        return sum(bool(row.weight) for row in self.rows)


def entered_words(entered: int, applicable: int, not_applicable: int) -> str:
    """'55/57 chỉ tiêu', 'đủ 56/56 chỉ tiêu, 1 không áp dụng'."""
    return with_absent(_("{done}/{all} chỉ tiêu").format(done=entered, all=applicable), not_applicable)


def review_page(report: Report, *, reader: User, today: date, clock: time | None = None) -> ReviewPage:
    """The page of one report for one reader: some twenty queries, whatever it holds.

    `clock`: what time it is, for a deadline with an hour.
    """
    structure = structure_of(report.form, report.period)
    rows = Observation.objects.filter(report=report).select_related("copied_from")
    held = {one.indicator_id: one for one in rows}
    indicators = [one for row in structure for one in row.indicators]
    before = previous_figures(report.unit_id, indicators, report.period.ends_on)
    reviews = list(report.reviews.select_related("by", "criterion", "agency").order_by("at", "pk"))
    earlier = earlier_requirements(structure, before)
    figures = {pk: one.figure for pk, one in held.items()}
    may_review = Report.objects.reviewable_by(reader, today).filter(pk=report.pk).exists()
    part = part_of(reader, report.unit, structure.criteria_set, today, REVIEWERS) if may_review else None
    agencies = agencies_by_criterion(
        report.unit, structure.criteria_set, confirming_day(report.period, today)
    )
    unconfirmed = (pk for pk, one in held.items() if one.state != FigureState.ACCEPTED)
    said = confirmations(report, reviews, agencies, unconfirmed)
    voice = agency_of(reader, report.unit, today, REVIEWERS) if part is not None else None
    sections = tuple(
        _section(
            section,
            tuple(review_row(row, held, before, earlier) for row in section.rows),
            section.judge(figures),
            said,
            voice,
            part,
        )
        for section in structure.sections
    )
    return ReviewPage(
        report=report,
        structure=structure,
        sections=sections,
        result=structure.judge(figures),
        steps=timeline_of(report, reviews),
        may_review=may_review,
        late=late_words(report, today, clock),
        following=following_report(report, reader=reader, today=today) if may_review else None,
        agency=voice,
        is_part=part is not None,
        due=_due(report, structure, said) if may_review and part is None else (),
    )


def _section(
    section: Section,
    rows: tuple[ReviewRow, ...],
    result: CriterionResult,
    said: Confirmations,
    voice: Agency | None,
    part: set[int] | None,
) -> ReviewSection:
    if section.criterion is None:
        return ReviewSection(section, rows, result, is_own=part is None)
    pk = section.criterion.pk
    return ReviewSection(
        section,
        rows,
        result,
        words=words_on(said.words(pk), said.spoken_for(pk)),
        missing=said.missing(pk),
        is_confirmed=said.is_confirmed(section),
        waits_for_me=said.waits_for(section, voice),
        is_own=part is None or pk in part,
    )


def _due(report: Report, structure: Structure, said: Confirmations) -> tuple[Due, ...]:
    """Whom a sent report still waits for, for the office that assembles."""
    if report.state != ReportState.SENT or not said.agencies:
        return ()
    return tuple(due_of(structure.sections, said))


def following_report(report: Report, *, reader: User, today: date) -> Report | None:
    """The next sent report of the same form and period in the reviewer's scope, by unit code, in a round."""
    waiting = (
        Report.objects.reviewable_by(reader, today)
        .filter(form=report.form_id, period=report.period_id, state=ReportState.SENT)
        .exclude(pk=report.pk)
        .select_related("unit")
        .order_by("unit__code", "pk")
    )
    here = (report.unit.code, report.pk)
    rows = list(waiting)
    return next((one for one in rows if (one.unit.code, one.pk) > here), rows[0] if rows else None)
