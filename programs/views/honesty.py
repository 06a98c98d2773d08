"""What inspectors come for: figures changed after confirmation or lock, a commune's whole record, and who
took what away."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communes.models import today
from programs.actions.exports import log_export
from programs.queries.exports import ExportList, export_list, own_ground
from programs.queries.honesty import LateQuestion, late_changes, late_list
from programs.queries.record import record_of
from programs.queries.report_list import QuestionError
from programs.sheets.late_changes import late_changes_csv
from programs.sheets.record import record_zip
from programs.views.review import bad_question, unknown_words


@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """'Sửa sau khi xác nhận hoặc khóa', within the person's scope."""
    if unknown := unknown_words(request, LateQuestion.WORDS):
        return bad_question(request, unknown)
    try:
        listed = late_list(request.user, today(), request.GET.dict())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
    return render(request, "programs/honesty_changes.html", {"listed": listed})


@never_cache
@require_safe
def changes_table(request: HttpRequest) -> Any:
    """The same list as a file, whole."""
    if unknown := unknown_words(request, [word for word in LateQuestion.WORDS if word != "page"]):
        return bad_question(request, unknown)
    try:
        count, rows = late_changes(request.user, today(), request.GET.dict())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
    log_export(
        kind="late-changes",
        unit=own_ground(request.user, today()),
        rows=count,
        by=request.user,
        at=timezone.now(),
        note=", ".join(f"{word}={value}" for word, value in request.GET.items() if value),
    )
    answer = StreamingHttpResponse(late_changes_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sonla-sua-sau-xac-nhan.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@require_safe
def record(request: HttpRequest, code: str) -> Any:
    """A commune's whole record as one archive, its predecessors' included."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    found = record_of(code, reader=request.user, today=today())
    if found is None:
        raise Http404
    now = timezone.now()
    log_export(kind="record", unit=found.unit, rows=found.figures, files=found.files, by=request.user, at=now)
    pieces = record_zip(found, by=str(request.user), at=now, demo=settings.SONLA_DEMO)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"sonla-{found.unit.code}-{today():%Y%m%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Who took what away: for inspectors and administrators theirs, for everybody what they took."""
    if unknown := unknown_words(request, ExportList.WORDS):
        return bad_question(request, unknown)
    try:
        listed = export_list(request.user, today(), request.GET.dict())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
    return render(request, "programs/honesty_exports.html", {"listed": listed})
