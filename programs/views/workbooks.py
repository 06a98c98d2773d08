"""Workbooks of figures: a report's and a whole territory's, down and up."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import today
from programs.actions.exports import log_export
from programs.actions.figures import why_frozen
from programs.models import ReasonKind, Report
from programs.queries.entry import may_write, readers_report, report_title
from programs.queries.entry_fields import lowered
from programs.queries.imports import Table, may_fill, readers_table, table_periods
from programs.sheets import report_book, table_book
from programs.views.imports import upload_page, workbook_answer
from programs.views.review import bad_question, unknown_words


@never_cache
@require_safe
def report_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a workbook to fill in."""
    report = _report(request, pk)
    unit, period = report.unit.code, report.period.code
    return workbook_answer(report_book.report_workbook(report), f"sonla-{unit}-{period}-{report.form.code}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the filled workbook of a report."""
    report = _report(request, pk)
    if not may_write(report, request.user, today()):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    frozen = "" if report.accepts_writing(today()) else why_frozen(report, today())
    context = {
        "title": report_title(report),
        "back": reverse("report", args=[report.pk]),
        "back_name": report_title(report),
        "download": reverse("report_workbook", args=[report.pk]),
        "download_name": _("Tải tệp Excel của báo cáo này"),
        "frozen": frozen,
    }
    options = {"report": report.pk}
    return upload_page(request, kind=report_book.KIND, unit=report.unit, options=options, context=context)


def _report(request: HttpRequest, pk: int) -> Report:
    report = readers_report(pk, request.user, today())
    if report is None:
        raise Http404
    return report


@never_cache
@require_safe
def unit_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The table of a territory in one period as a workbook."""
    if unknown := unknown_words(request, ("period", "form")):
        return bad_question(request, unknown)
    table = _table(request, code)
    log_export(
        kind="table",
        unit=table.unit,
        rows=len(table.reports),
        by=request.user,
        at=timezone.now(),
        note=f"{table.form.code} {table.period.code}",
    )
    name = f"sonla-{table.unit.code}-{table.period.code}-{table.form.code}-bang"
    return workbook_answer(table_book.table_workbook(table), name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unit_import(request: HttpRequest, code: str) -> HttpResponse:
    """Download the table of a territory by period; who enters its figures sends it back filled."""
    if unknown := unknown_words(request, ("period", "form")):
        return bad_question(request, unknown)
    table = _table(request, code, with_figures=False)
    frozen = ""
    if not may_fill(table.unit, request.user, today()):
        frozen = _("Bạn xem và tải được bảng này, không nạp số liệu.")
        if request.method == "POST":
            raise PermissionDenied(frozen)
    kind = request.POST.get("reason_kind", "")
    options = {
        "form": table.form.code,
        "period": table.period.code,
        "reason": request.POST.get("reason", "").replace("\0", "").strip()[:500],
        "reason_kind": kind if kind in ReasonKind.values else "",
    }
    place = f"?period={table.period.code}&form={table.form.code}"
    context = {
        "title": f"{table.title} · {table.unit.name}",
        "back": reverse("dashboards:unit", args=[table.unit.code]) + f"?period={table.period.code}",
        "back_name": table.unit.name,
        "download": reverse("unit_workbook", args=[table.unit.code]) + place,
        "download_name": _("Tải bảng {period}").format(period=lowered(table.period.title)),
        "frozen": frozen,
        "reasons": ReasonKind.choices,
        "periods": [(one, one.pk == table.period.pk) for one in table_periods(table.form, today())],
    }
    return upload_page(request, kind=table_book.KIND, unit=table.unit, options=options, context=context)


def _table(request: HttpRequest, code: str, *, with_figures: bool = True) -> Table:
    """The table asked for by unit, period and form; 404 when there is none for this person."""
    table = readers_table(
        code,
        request.GET.get("period", ""),
        request.GET.get("form", ""),
        reader=request.user,
        today=today(),
        with_figures=with_figures,
    )
    if table is None:
        raise Http404
    return table
