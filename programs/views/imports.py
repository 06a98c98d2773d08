"""Imports: a workbook is sent in, its verdicts are looked at, then it is applied whole or not at all."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import Unit, today
from programs.actions.background import run_in_background
from programs.actions.imports import claim_job, drop_job, read_whole, start_import
from programs.models import ImportJob, RowVerdict
from programs.queries.imports import ImportPage, bad_rows, import_page, owned_job
from programs.sheets.importers import IMPORTERS, apply_import, read_import
from programs.sheets.marked import marked_workbook
from programs.views.printing import XLSX, as_file
from programs.views.review import bad_question, unknown_words


def workbook_answer(content: bytes, name: str) -> HttpResponse:
    """A workbook to save; never a page of this site, and not kept by what stands between."""
    answer = as_file(content, f"{name}.xlsx", XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


def upload_page(
    request: HttpRequest, *, kind: str, unit: Unit, options: Mapping[str, Any], context: Mapping[str, Any]
) -> HttpResponse:
    """The page on which a workbook is chosen; POST keeps it and goes on to its verdicts."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("Chọn tệp rồi bấm Tải lên và xem trước.")
        else:
            try:
                job = start_import(kind=kind, unit=unit, upload=upload, by=request.user, options=options)
            except ValidationError as refused:
                error = " ".join(refused.messages)
            else:
                run_in_background(read_import, job.pk, today())
                return redirect("import_job", job.pk)
    page = {**context, "error": error, "unit": unit}
    return render(request, "programs/import_upload.html", page, status=400 if error else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts of one's own import; POST applies it, reads it again or forgets it."""
    job = owned_job(pk, request.user, today())
    if job is None:
        raise Http404
    if request.method == "POST":
        return _act(request, job)
    if unknown := unknown_words(request, ("verdict", "page")):
        return bad_question(request, unknown)
    verdict = request.GET.get("verdict", "")
    if verdict and verdict not in RowVerdict.values:
        return bad_question(request, ["verdict"])
    return _show(request, job, verdict)


def _show(request: HttpRequest, job: ImportJob, verdict: str = "", error: str = "") -> HttpResponse:
    page = import_page(job, verdict, request.GET.get("page", "1"), timezone.now())
    context = {"page": page, "job": job, "error": error, **origin_of(job)}
    return render(request, _template(page), context, status=409 if error else 200)


def _template(page: ImportPage) -> str:
    if page.is_working and not page.is_stalled:
        return "programs/import_working.html"
    return "programs/import_done.html" if page.is_applied else "programs/import.html"


def _act(request: HttpRequest, job: ImportJob) -> HttpResponse:
    done = {"apply": _apply, "again": _again, "drop": _drop}.get(request.POST.get("do", ""))
    if done is None:
        raise Http404
    try:
        return done(request, job)
    except ValidationError as error:
        fresh = owned_job(job.pk, request.user, today())
        return _show(request, fresh or job, error=" ".join(error.messages))


def _apply(request: HttpRequest, job: ImportJob) -> HttpResponse:
    seen = request.POST.get("reading", "")
    claimed = claim_job(job=job, reading=int(seen) if seen.isascii() and seen.isdigit() else 0)
    run_in_background(apply_import, claimed.pk, today())
    return redirect("import_job", job.pk)


def _again(request: HttpRequest, job: ImportJob) -> HttpResponse:
    page = import_page(job, "", "1", timezone.now())
    if page.is_applied or (page.is_working and not page.is_stalled):
        raise ValidationError(_("Lần nạp này đang đọc hoặc đã áp dụng."))
    run_in_background(read_import, job.pk, today())
    return redirect("import_job", job.pk)


def _drop(request: HttpRequest, job: ImportJob) -> HttpResponse:
    drop_job(job=job)
    messages.success(request, _("Đã bỏ lần nạp này, không có gì thay đổi."))
    return redirect(origin_of(job)["back"])


def origin_of(job: ImportJob) -> dict[str, str]:
    """Where an import came from, and where its results are seen."""
    origin = IMPORTERS[job.kind].origin(job)
    back, retry = (reverse(page, args=origin.args) + origin.query for page in (origin.page, origin.again))
    return {"back": back, "back_name": origin.name, "retry": retry}


@never_cache
@require_safe
def import_marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook that was sent, its bad cells marked and explained."""
    job = owned_job(pk, request.user, today())
    rows = bad_rows(job) if job else []
    if job is None or not rows:
        raise Http404
    content = marked_workbook(read_whole(job.file), IMPORTERS[job.kind].sheet, rows)
    return workbook_answer(content, f"sonla-loi-{job.pk}")
