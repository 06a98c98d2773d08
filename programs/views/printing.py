"""The official table of a report: as a page to print, as PDF of that same page, as a workbook."""

from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communes.models import today
from programs.models import Report
from programs.queries.entry import readers_report, report_title
from programs.queries.official import AlteredVersion, OfficialReport, live_sheet, version_sheet
from programs.queries.versions import version_of
from programs.sheets.official import report_workbook
from programs.sheets.pdf import PdfUnavailable, pdf_of
from programs.views.review import bad_question, unknown_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


class BadVersion(ValueError):
    """?version= is no number of a version."""


@never_cache
@require_safe
def report_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as it stands now, in the official layout."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    report = _readers_report(request, pk)
    context = {"report": report, "report_title": report_title(report), "sheet": live_sheet(report)}
    return render(request, "programs/print.html", context)


@never_cache
@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as PDF; ?version=2 as it was sent the second time."""
    report = _readers_report(request, pk)
    try:
        sheet = _sheet(request, report)
    except BadVersion as bad:
        return bad_question(request, [str(bad)])
    except AlteredVersion:
        return altered_answer(request, report)
    instead = reverse("report_print", args=[pk])
    if sheet.paper.number:
        instead = reverse("report_version", args=[pk, sheet.paper.number])
    context = {"sheet": sheet, "document_title": f"{sheet.title} · {sheet.unit_name} · {sheet.period}"}
    return pdf_answer(request, "programs/print_sheet.html", context, sheet.file_name, instead)


@never_cache
@require_safe
def report_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a workbook."""
    report = _readers_report(request, pk)
    try:
        sheet = _sheet(request, report)
    except BadVersion as bad:
        return bad_question(request, [str(bad)])
    except AlteredVersion:
        return altered_answer(request, report)
    return as_file(report_workbook(sheet, demo=settings.SONLA_DEMO), f"{sheet.file_name}.xlsx", XLSX)


def pdf_answer(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    name: str,
    instead: str,
    styles: Sequence[str] = (),
) -> HttpResponse:
    """A sheet as PDF; where none can be made, a page (503) that says why and leads to the one to print.

    `styles`: style sheets beside the official one.
    """
    html = render_to_string(
        "programs/print_document.html", {**context, "sheet_template": template}, request=request
    )
    sheets = ["css/official.css", *styles, *(["css/print-demo.css"] if settings.SONLA_DEMO else [])]
    try:
        return as_file(pdf_of(html, *sheets), f"{name}.pdf", PDF)
    except PdfUnavailable as missing:
        return render(request, "programs/print_no_pdf.html", {"why": missing, "instead": instead}, status=503)


def altered_answer(request: HttpRequest, report: Report) -> HttpResponse:
    """500: what is stored of a version is not what was sent, and nothing of it is shown."""
    context = {"report": report, "report_title": report_title(report)}
    return render(request, "programs/version_altered.html", context, status=500)


def as_file(content: bytes | str, name: str, kind: str) -> HttpResponse:
    """Something to be saved under this name, never to be shown as a page of the site."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _readers_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    return found


def _sheet(request: HttpRequest, report: Report) -> OfficialReport:
    """Live, or the version that ?version= names. Raises BadVersion, and Http404 for one that is not there."""
    if unknown := unknown_words(request, ("version",)):
        raise BadVersion(", ".join(unknown))
    asked = request.GET.get("version")
    if asked is None:
        return live_sheet(report)
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 5):
        raise BadVersion(f"version={asked[:40]}")
    version = version_of(report, int(asked))
    if version is None:
        raise Http404
    return version_sheet(report, version)
