"""What each kind of workbook means: how its rows are read into verdicts, and how they are applied.

Rooms above add theirs by `register_importer` when they start.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from programs.actions.import_figures import apply_figures, figure_lines
from programs.actions.import_villages import apply_villages, village_lines
from programs.actions.imports import Line, apply_lines, read_lines, read_whole, release_job
from programs.models import ImportJob, ImportRow, ImportState, Period, ReportForm
from programs.queries.entry import readers_report
from programs.queries.imports import job_to_work_on, table_of
from programs.queries.structure import structure_of
from programs.sheets import report_book, table_book, village_book

Read = Callable[[ImportJob, date], Iterable[Line]]
Apply = Callable[[Iterable[ImportRow], ImportJob, date], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import was begun: the page it belongs to, its name, and where a file is sent again.

    Both are names of routes; they take the same arguments, and the same question (`?period=2026`) after them.
    """

    page: str
    name: str
    again: str
    args: tuple[str | int, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of workbook: its reading, its applying, the sheet whose cells are marked, where it began."""

    read: Read
    apply: Apply
    sheet: str
    origin: Callable[[ImportJob], Origin]


def _report_lines(job: ImportJob, today: date) -> Iterator[Line]:
    report = readers_report(job.options["report"], job.by, today)
    if report is None:
        raise ValidationError(_("Báo cáo này không còn trong phạm vi của bạn."))
    proposals = report_book.read_report(read_whole(job.file), report, today)
    indicators = structure_of(report.form, report.period).by_code
    return figure_lines(reports=[report], indicators=indicators, proposals=proposals, by=job.by, today=today)


def _table_lines(job: ImportJob, today: date) -> Iterator[Line]:
    form = ReportForm.objects.get(code=job.options["form"])
    period = Period.objects.get(code=job.options["period"])
    table = table_of(job.unit, form, period, reader=job.by, today=today, with_figures=False)
    proposals = table_book.read_table(
        read_whole(job.file),
        table,
        today,
        reason=job.options.get("reason", ""),
        reason_kind=job.options.get("reason_kind", ""),
    )
    return figure_lines(
        reports=table.reports,
        indicators=table.structure.by_code,
        proposals=proposals,
        by=job.by,
        today=today,
    )


def _village_lines(job: ImportJob, today: date) -> Iterator[Line]:
    rows = village_book.read_villages(read_whole(job.file))
    return village_lines(rows=rows, unit=job.unit, by=job.by, today=today)


def _from_report(job: ImportJob) -> Origin:
    return Origin("report", _("Báo cáo"), "report_import", (job.options.get("report", 0),))


def _from_table(job: ImportJob) -> Origin:
    query = f"?period={job.options.get('period', '')}"
    return Origin("dashboards:unit", job.unit.name, "unit_import", (job.unit.code,), query)


def _from_villages(job: ImportJob) -> Origin:
    return Origin("villages", _("Thôn, bản"), "villages_import", (job.unit.code,))


def _apply_figures(rows: Iterable[ImportRow], job: ImportJob, today: date) -> None:
    apply_figures(rows=rows, by=job.by, today=today)


def _apply_villages(rows: Iterable[ImportRow], job: ImportJob, today: date) -> None:
    apply_villages(rows=rows, by=job.by, today=today)


IMPORTERS: dict[str, Importer] = {
    report_book.KIND: Importer(_report_lines, _apply_figures, report_book.SHEET, _from_report),
    table_book.KIND: Importer(_table_lines, _apply_figures, table_book.SHEET, _from_table),
    village_book.KIND: Importer(_village_lines, _apply_villages, village_book.SHEET, _from_villages),
}


def register_importer(kind: str, importer: Importer) -> None:
    """Make a higher room's kind of workbook known; the same kind again replaces it."""
    IMPORTERS[kind] = importer


def read_import(pk: int, today: date) -> None:
    """Read a job's file into verdicts; for the background."""
    job = job_to_work_on(pk)
    with translation.override(job.options.get("language", "vi")):
        read_lines(job=job, read=lambda found: IMPORTERS[job.kind].read(found, today))


def apply_import(pk: int, today: date) -> None:
    """Apply a job that was claimed; when what stands has moved on, read it again. For the background."""
    job = job_to_work_on(pk)
    if job.state != ImportState.APPLYING:
        return
    with translation.override(job.options.get("language", "vi")):
        applied = apply_lines(
            job=job, apply=lambda found, rows: IMPORTERS[job.kind].apply(rows, found, today)
        )
        if not applied:
            problem = job.problem
            read_import(pk, today)
            fresh = job_to_work_on(pk)
            if fresh.state == ImportState.READY:
                release_job(job=fresh, problem=problem)
