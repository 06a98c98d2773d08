"""Imports as their owner sees them, and what a workbook must match to be taken for this report or table."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, When
from django.utils.translation import gettext as _

from communes.models import Unit, User
from programs.models import (
    Assignment,
    ImportJob,
    ImportRow,
    ImportState,
    Observation,
    Period,
    Report,
    ReportForm,
    RowVerdict,
)
from programs.queries.structure import Row, Structure, structure_of

ROWS_A_PAGE = 100
DEFAULT_FORM = "ntm.xa"
FIRST_SHOWN = (RowVerdict.ERROR, RowVerdict.CHANGED, RowVerdict.NEW, RowVerdict.UNCHANGED)
STALLED_AFTER = timedelta(minutes=5)
"""Reading takes seconds; a job that is older than this was left by a process that ended."""


@dataclass(frozen=True)
class ImportPage:
    """One import before it is applied, or after: what it would do, how often, and the rows of one verdict."""

    job: ImportJob
    verdict: str
    rows: "Page[ImportRow]"
    now: datetime

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(verdict, its word, how many rows) in the order of what a person must look at."""
        return [(one.value, str(one.label), self.job.counts.get(one.value, 0)) for one in FIRST_SHOWN]

    @property
    def changes(self) -> int:
        return self._count(RowVerdict.NEW) + self._count(RowVerdict.CHANGED)

    @property
    def errors(self) -> int:
        return self._count(RowVerdict.ERROR)

    def _count(self, verdict: str) -> int:
        found: int = self.job.counts.get(verdict, 0)
        return found

    @property
    def reading(self) -> int:
        found: int = self.job.options.get("reading", 0)
        return found

    @property
    def is_working(self) -> bool:
        return self.job.state in (ImportState.READING, ImportState.APPLYING)

    @property
    def is_stalled(self) -> bool:
        return self.is_working and self.job.at < self.now - STALLED_AFTER

    @property
    def is_ready(self) -> bool:
        return self.job.state == ImportState.READY

    @property
    def is_applied(self) -> bool:
        return self.job.state == ImportState.APPLIED

    @property
    def is_over(self) -> bool:
        return self.job.state in (ImportState.FAILED, ImportState.DROPPED)


def owned_job(pk: int, user: User, today: date) -> ImportJob | None:
    """An import of one's own about a unit that one still reads."""
    rows = ImportJob.objects.owned_by(user).filter(pk=pk, unit__in=Unit.objects.readable_by(user, today))
    return rows.select_related("unit", "file", "by").first()


def job_to_work_on(pk: int) -> ImportJob:
    """A job for who reads or applies it in its owner's name."""
    return ImportJob.objects.select_related("unit", "file", "by").get(pk=pk)


def import_page(job: ImportJob, verdict: str, number: str, now: datetime) -> ImportPage:
    """Four queries, whatever the number of rows; without a verdict asked for, first what is wrong."""
    rows = job.rows.order_by("order")
    if verdict:
        rows = rows.filter(verdict=verdict)
    else:
        ranks = [When(verdict=one, then=rank) for rank, one in enumerate(FIRST_SHOWN)]
        rows = job.rows.order_by(Case(*ranks, default=len(FIRST_SHOWN)), "order")
    return ImportPage(job, verdict, Paginator(rows, ROWS_A_PAGE).get_page(number), now)


def bad_rows(job: ImportJob) -> list[ImportRow]:
    return list(job.rows.filter(verdict=RowVerdict.ERROR).order_by("order"))


# -- What a table of many units holds ----------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A form in one period over a territory: its reports in the order of their units, and their figures."""

    unit: Unit
    form: ReportForm
    period: Period
    structure: Structure
    reports: tuple[Report, ...]
    held: dict[int, dict[int, Observation]]

    @property
    def rows(self) -> list[Row]:
        return list(self.structure)

    @property
    def title(self) -> str:
        return _("{form} · {period}").format(form=self.form.title, period=self.period.title)


def table_of(
    unit: Unit, form: ReportForm, period: Period, *, reader: User, today: date, with_figures: bool = True
) -> Table:
    """The reports of the territory as it stood on the period's last day, as far as the person reads them."""
    territory = Unit.objects.territory_of(unit, period.ends_on)
    reports = Report.objects.readable_by(reader, today).filter(form=form, period=period, unit__in=territory)
    found = tuple(reports.select_related("form", "period", "unit").order_by("unit__code"))
    held: dict[int, dict[int, Observation]] = {}
    if with_figures:
        for one in Observation.objects.filter(report__in=[report.pk for report in found]):
            held.setdefault(one.report_id, {})[one.indicator_id] = one
    return Table(unit, form, period, structure_of(form, period), found, held)


def readers_table(
    code: str, period_code: str, form_code: str, *, reader: User, today: date, with_figures: bool = True
) -> Table | None:
    """The table that the person asks for; None where there is none for them.

    Without a period the last one that has begun, without a form the new-rural one of communes.
    """
    form = ReportForm.objects.filter(code=form_code or DEFAULT_FORM).first()
    periods = table_periods(form, today) if form else []
    found = [one for one in periods if one.code == period_code] if period_code else periods[:1]
    if form is None or not found:
        return None
    period = found[0]
    unit = Unit.objects.readable_by(reader, today).bearer(code, period.ends_on)
    if unit is None:
        return None
    return table_of(unit, form, period, reader=reader, today=today, with_figures=with_figures)


def table_periods(form: ReportForm, today: date) -> list[Period]:
    """The periods that have begun and in which somebody owes the form, the latest first: two queries."""
    owed = list(form.assignments.all())
    periods = Period.objects.started(today).latest_first()
    return [one for one in periods if any(_asks_in(assignment, one) for assignment in owed)]


def _asks_in(assignment: Assignment, period: Period) -> bool:
    """As `Assignment.objects.for_period` says, of rows that are read already."""
    named = assignment.period_id in (None, period.pk) and assignment.period_kind == period.kind
    end = assignment.valid_to or date.max
    return named and assignment.valid_from <= period.ends_on < end


def may_fill(unit: Unit, user: User, today: date) -> bool:
    """Whether the person enters figures for the unit's whole territory."""
    return Unit.objects.writable_by(user, today).filter(pk=unit.pk).exists()


def shape_mark(structure: Structure) -> str:
    """Changes when a column, its kind or its scale does: a workbook of another shape is not read."""
    shape = [
        f"{one.code} {one.kind} {one.decimals} {one.entry_scale} {row.may_not_apply} {row.is_derived}"
        for row in structure
        for one in row.indicators
    ]
    return hashlib.sha256("\n".join(shape).encode()).hexdigest()[:16]
