"""The report form as a page: every row with what stands, what stood last time and what is required."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from communes.models import User
from programs.models import (
    WRITABLE_STATES,
    CriterionReview,
    Indicator,
    IndicatorKind,
    Observation,
    Report,
    ReportEvent,
    ReportState,
    ReviewVerdict,
)
from programs.queries.absent import with_absent
from programs.queries.deadlines import window_words
from programs.queries.entry_fields import Field, Refused, lowered
from programs.queries.previous import Previous, previous_figures
from programs.queries.sharing import DeskProgress
from programs.queries.structure import Row, Section, Structure, structure_of
from programs.queries.thresholds import threshold_words
from programs.rules.verdicts import Figure, Verdict


@dataclass(frozen=True)
class RowView:
    """One line of the form."""

    row: Row
    fields: tuple[Field, ...]
    own: Field
    verdict: Verdict
    entered: bool
    returned: bool = False

    @property
    def anchor(self) -> str:
        return anchor_of(self.row)

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def title(self) -> str:
        return self.row.title

    @property
    def judged(self) -> bool:
        """A form without a criteria set asks for figures and judges nothing."""
        return self.row.requirement is not None

    @property
    def needed(self) -> str:
        return threshold_words(self.row)

    @property
    def before(self) -> str:
        """Last time's figure; a composed row (3.2) says it at its parts."""
        return self.own.before

    @property
    def provisional(self) -> bool:
        return self.row.requirement is not None and self.row.requirement.is_provisional

    @property
    def not_applicable(self) -> bool:
        return self.own.refused.not_applicable if self.own.refused else self.own.figure.not_applicable

    @property
    def reason(self) -> str:
        """Why it does not apply."""
        if self.own.refused and self.own.refused.not_applicable:
            return self.own.refused.note or ""
        return self.own.note if self.own.figure.not_applicable else ""

    @property
    def noted(self) -> Field:
        """The figure that carries the row's note: the first that is typed, not counted from records."""
        return next((one for one in self.fields if not one.from_records), self.fields[0])

    @property
    def note(self) -> str:
        refused = self.noted.refused
        if refused is not None and refused.note is not None:
            return refused.note
        return "" if self.noted.figure.not_applicable else self.noted.note

    @property
    def reason_given(self) -> tuple[str, str]:
        """The kind and the words of the reason that came with what was refused."""
        refused = next((one.refused for one in self.refusable if one.refused), None)
        return (refused.reason_kind, refused.reason) if refused else ("", "")

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(error for one in self.refusable for error in one.errors)

    @property
    def refusable(self) -> tuple[Field, ...]:
        """The fields that may have been refused: those that are typed, and the row's own."""
        return self.fields if self.own in self.fields else (*self.fields, self.own)

    @property
    def conflicts(self) -> tuple[Field, ...]:
        return tuple(one for one in self.refusable if one.theirs is not None)

    @property
    def result(self) -> str:
        """What a row that nobody types amounts to: the sum of men and women."""
        return self.own.result if self.row.is_derived else ""

    @property
    def can_keep(self) -> bool:
        return not self.not_applicable and any(one.can_keep for one in self.fields)

    @property
    def not_met(self) -> bool:
        return self.verdict is Verdict.NOT_MET

    @property
    def spec(self) -> dict[str, Any]:
        """The rule and the figures of the row, for the script that judges as one types."""
        rule = self.row.requirement.rule if self.row.requirement else None
        return {"rule": rule, "fields": [one.spec for one in self.refusable]}

    @property
    def is_late(self) -> bool:
        """Some figure of it was confirmed or closed before: a change is asked for its reason."""
        return any(one.is_late for one in self.refusable)

    @property
    def from_records(self) -> bool:
        """Nothing of the row is typed: all is counted from the unit's records."""
        return bool(self.fields) and all(one.from_records for one in self.fields)

    @property
    def kept_from(self) -> str:
        return next((one.kept_from for one in self.fields if one.kept_from), "")

    @property
    def is_saved(self) -> bool:
        return self.not_applicable or any(one.is_saved for one in self.fields)


@dataclass(frozen=True)
class SectionView:
    """The rows of one criterion, with how many are met and what a reviewer said."""

    section: Section
    rows: tuple[RowView, ...]
    met: int
    applicable: int
    verdict: Verdict
    review: CriterionReview | None = None
    is_own: bool = True
    owners: str = ""

    @property
    def anchor(self) -> str:
        return f"tc-{self.section.criterion.number}" if self.section.criterion else "tc"

    @property
    def name(self) -> str:
        return self.section.criterion.title if self.section.criterion else _("Số liệu")

    @property
    def number(self) -> str:
        return str(self.section.criterion.number) if self.section.criterion else ""

    @property
    def count_words(self) -> str:
        """'đạt 3/5'; of a form without criteria how many are entered."""
        if self.section.criterion is None:
            done = sum(row.entered for row in self.rows)
            return _("đã nhập {done}/{all}").format(done=done, all=len(self.rows))
        if self.verdict is Verdict.NOT_APPLICABLE:
            return _("không áp dụng")
        return _("đạt {met}/{all}").format(met=self.met, all=self.applicable)


@dataclass(frozen=True)
class EntryPage:
    """One report for one reader: what it holds, and whether they may write in it."""

    report: Report
    structure: Structure
    sections: tuple[SectionView, ...]
    why_frozen: str
    returned_with: ReportEvent | None = None
    desks: tuple[DeskProgress, ...] = ()
    is_stranded: bool = False
    """The reader's part is of other criteria sets only: in this form there is nothing of theirs."""

    @property
    def returned_words(self) -> str:
        """What was said of the whole report; what was said of a criterion stands at its head."""
        if self.returned_with is None:
            return ""
        said = {one.review.comment for one in self.sections if one.review}
        lines = self.returned_with.comment.splitlines()
        return "\n".join(line for line in lines if line.partition(": ")[2] not in said)

    @property
    def writable(self) -> bool:
        return not self.why_frozen

    @property
    def title(self) -> str:
        return report_title(self.report)

    @property
    def window_words(self) -> str:
        return window_words(self.report.period.data_from, self.report.period.data_to)

    @cached_property
    def rows(self) -> tuple[RowView, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @cached_property
    def own_rows(self) -> tuple[RowView, ...]:
        """The rows that are this person's part."""
        return tuple(row for section in self.sections if section.is_own for row in section.rows)

    @property
    def is_part(self) -> bool:
        """Other desks fill some of it."""
        return any(not section.is_own for section in self.sections)

    @property
    def count(self) -> int:
        return len(self.rows)

    @cached_property
    def entered(self) -> int:
        return sum(row.entered for row in self.rows)

    @property
    def missing(self) -> int:
        return self.count - self.entered

    @cached_property
    def not_met(self) -> int:
        return sum(row.not_met for row in self.rows)

    @property
    def criteria_not_met(self) -> list[SectionView]:
        return [one for one in self.sections if one.verdict is Verdict.NOT_MET]

    @cached_property
    def returned(self) -> int:
        return sum(row.returned for row in self.rows)

    @cached_property
    def absent(self) -> int:
        """Rows that do not apply: they leave the count of what is entered."""
        return sum(row.own.figure.not_applicable for row in self.rows)

    @property
    def applicable(self) -> int:
        return self.count - self.absent

    @property
    def entered_applicable(self) -> int:
        return self.entered - self.absent

    @property
    def progress_words(self) -> str:
        return progress_words(self.entered, self.count, self.absent)

    @property
    def judged(self) -> bool:
        return self.structure.criteria_set is not None

    @property
    def set_has_ended(self) -> bool:
        return self.structure.set_has_ended


def progress_words(entered: int, count: int, absent: int) -> str:
    """'Đã nhập 44/56, 1 không áp dụng', of rows entered (absent ones included) and of all rows."""
    words = _("Đã nhập {done}/{all}").format(done=entered - absent, all=count - absent)
    return with_absent(words, absent)


def anchor_of(row: Row) -> str:
    """Where a row stands on its page: '#ct-17.1'."""
    return f"ct-{row.number or row.indicator.code}"


def report_title(report: Report) -> str:
    """'Báo cáo nông thôn mới năm 2026'."""
    return f"{report.form.title} {lowered(report.period.title)}"


def entry_page(report: Report, *, why_frozen: str) -> EntryPage:
    """The page of one report; at most ten queries, whatever the number of rows."""
    structure = structure_of(report.form, report.period)
    held = held_figures(report)
    reviews = _reviews(report)
    before = previous_figures(report.unit_id, _indicators(structure), report.period.ends_on)
    bases = _bases(report, structure, before)
    reopened = not why_frozen and report.reopening_reason is not None
    sections = tuple(
        _section_view(section, held, before, bases, reviews, reopened) for section in structure.sections
    )
    return EntryPage(report, structure, sections, why_frozen, _returned_with(report))


def section_views(structure: Structure, held: Mapping[int, Observation]) -> tuple[SectionView, ...]:
    """The whole form by its present figures only. No query."""
    return tuple(_section_view(section, held, {}, {}, {}) for section in structure.sections)


def touched_sections(
    structure: Structure, held: Mapping[int, Observation], codes: Collection[str]
) -> list[SectionView]:
    """The criteria of these indicators by their present figures: what an answer to a save needs. No query."""
    asked = {structure.by_code[code].pk for code in codes if code in structure.by_code}
    return [
        _section_view(section, held, {}, {}, {})
        for section in structure.sections
        if any(one.pk in asked for row in section.rows for one in row.indicators)
    ]


def held_figures(report: Report) -> dict[int, Observation]:
    rows = Observation.objects.filter(report=report).select_related("copied_from", "updated_by")
    return {one.indicator_id: one for one in rows}


def refill(page: EntryPage, refused: Mapping[str, Refused]) -> EntryPage:
    """The same page with what was typed and refused in its boxes, by code of the indicator."""

    def refilled(one: Field) -> Field:
        return replace(one, refused=refused[one.code]) if one.code in refused else one

    def refilled_row(row: RowView) -> RowView:
        return replace(row, fields=tuple(map(refilled, row.fields)), own=refilled(row.own))

    sections = (replace(one, rows=tuple(map(refilled_row, one.rows))) for one in page.sections)
    return replace(page, sections=tuple(sections))


def readers_report(pk: int, user: User, today: date) -> Report | None:
    """A report that the person may read; None where there is none for them."""
    rows = Report.objects.readable_by(user, today).select_related("form", "unit", "unit__kind", "period")
    return rows.filter(pk=pk).first()


def may_write(report: Report, user: User, today: date) -> bool:
    return Report.objects.writable_by(user, today).filter(pk=report.pk).exists()


def _indicators(structure: Structure) -> Sequence[Indicator]:
    return [indicator for row in structure for indicator in row.indicators]


def _reviews(report: Report) -> dict[int, CriterionReview]:
    """What was returned, by criterion; once sent again the comments are answered."""
    if report.state != ReportState.RETURNED:
        return {}
    rows = report.reviews.filter(verdict=ReviewVerdict.RETURNED).select_related("by")
    return {one.criterion_id: one for one in rows}


def _returned_with(report: Report) -> ReportEvent | None:
    """Who gave it back with which words: the reviewer, or before it was sent the commune's leader."""
    if report.state not in WRITABLE_STATES:
        return None
    steps = report.events.filter(to_state=report.state).select_related("by")
    if report.state == ReportState.ENTERING:
        steps = steps.filter(from_state=ReportState.WAITING)
    return steps.first()


def _bases(report: Report, structure: Structure, before: Mapping[int, Previous]) -> dict[int, int]:
    """The denominator to put beforehand, by indicator: last time's, else the base's figure of this year."""
    ratios = [one for one in _indicators(structure) if one.kind == IndicatorKind.PERCENT]
    wanted = {one.base_code for one in ratios if one.base_code and not _own_base(before.get(one.pk))}
    year: dict[str, int] = {}
    if wanted:
        rows = Observation.objects.holding().filter(
            unit=report.unit_id,
            indicator__code__in=wanted,
            period__ends_on__lte=report.period.ends_on,
            period__ends_on__year=report.period.ends_on.year,
        )
        for code, value in rows.order_by("period__ends_on").values_list("indicator__code", "value"):
            if value is not None:
                year[code] = value
    found: dict[int, int] = {}
    for one in ratios:
        last = before.get(one.pk)
        base = _own_base(last) or year.get(one.base_code) or (last.figure.denominator if last else None)
        if base:
            found[one.pk] = base
    return found


def _own_base(previous: Previous | None) -> int | None:
    return previous.figure.denominator if previous is not None and previous.is_own else None


def _section_view(
    section: Section,
    held: Mapping[int, Observation],
    before: Mapping[int, Previous],
    bases: Mapping[int, int],
    reviews: Mapping[int, CriterionReview],
    reopened: bool = False,
) -> SectionView:
    figures = {pk: one.figure for pk, one in held.items()}
    review = reviews.get(section.criterion.pk) if section.criterion else None
    result = section.judge(figures)
    by_row = (held, figures, before, bases, review is not None, reopened)
    rows = tuple(_row_view(row, *by_row) for row in section.rows)
    return SectionView(section, rows, result.met, result.applicable, result.verdict, review)


def _row_view(
    row: Row,
    held: Mapping[int, Observation],
    figures: Mapping[int, Figure],
    before: Mapping[int, Previous],
    bases: Mapping[int, int],
    returned: bool,
    reopened: bool,
) -> RowView:
    names = {row.indicator.pk: "", **{one.pk: name for name, one in row.parts.items()}}
    by_indicator = {
        one.pk: Field(
            row,
            names[one.pk],
            one,
            held.get(one.pk),
            before.get(one.pk),
            bases.get(one.pk),
            reopened=reopened,
        )
        for one in row.indicators
    }
    fields = tuple(by_indicator[one.pk] for one in row.typed)
    own = by_indicator[row.indicator.pk]
    return RowView(row, fields, own, row.judge(figures), row.is_entered(figures), returned)
