"""What inspectors come for: figures changed after confirmation or lock, and a commune's whole record."""

import logging
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communes.models import today
from programs.queries.honesty import LateQuestion, late_changes, late_list
from programs.queries.record import record_of
from programs.queries.report_list import QuestionError
from programs.sheets.late_changes import late_changes_csv
from programs.sheets.record import record_zip
from programs.views.review import bad_question, unknown_words

# Who took what away, in the log of the site: kept and rotated with it.
log = logging.getLogger("sonla.export")


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
        rows = late_changes(request.user, today(), request.GET.dict())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
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
    pieces = record_zip(found, by=str(request.user), at=timezone.now(), demo=settings.SONLA_DEMO)
    log.info(
        "export record unit=%s from=%s user=%s figures=%d files=%d",
        found.unit.code,
        found.unit.valid_from,
        request.user.pk,
        found.figures,
        found.files,
    )
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"sonla-{found.unit.code}-{today():%Y%m%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
