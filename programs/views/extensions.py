"""More time for one report: the commune asks on its page, the province answers on the same one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from communes.models import today
from programs.actions import answer_extension, ask_extension
from programs.models import Extension, ExtensionState, PeriodState, Report
from programs.queries.deadlines import deadline_for
from programs.queries.entry import readers_report, report_title
from programs.views.review import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked and answered; a cadre of the commune asks here with a day and a reason."""
    report = _readers_report(request, pk)
    if request.method != "POST":
        return _show(request, report)
    reason = request.POST.get("reason", "")[:1000].replace("\0", "")
    given = {"until": request.POST.get("until", "").strip(), "reason": reason}
    if not _may_write(request, report):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    until = _day(given["until"])
    if until is None:
        return _show(request, report, given=given, errors={"until": _("Chọn ngày xin gia hạn đến.")})
    try:
        ask_extension(report=report, by=request.user, today=today(), until=until, reason=reason)
    except ValidationError as error:
        return _show(request, report, given=given, errors=_by_field(error))
    messages.success(request, _("Đã gửi đề nghị gia hạn. Tỉnh trả lời thì hiện ở trang chủ."))
    return redirect("home")


@require_POST
def extension_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """'Đồng ý' or 'Không đồng ý' by a reviewer; the second says why."""
    report = _readers_report(request, pk)
    number = request.POST.get("extension", "")
    rows = Extension.objects.readable_by(request.user, today()).filter(report=report)
    extension = get_object_or_404(rows, pk=int(number) if number.isascii() and number.isdigit() else 0)
    answer = request.POST.get("answer", "")[:1000].replace("\0", "")
    grant = request.POST.get("grant") == "yes"
    try:
        answer_extension(extension=extension, by=request.user, today=today(), grant=grant, answer=answer)
    except ValidationError as error:
        return _show(request, report, given={"answer": answer}, errors={"answer": error.messages[0]})
    words = _("Đã đồng ý gia hạn cho {unit}.") if grant else _("Đã trả lời không gia hạn cho {unit}.")
    messages.success(request, words.format(unit=report.unit.name))
    return redirect("report_extension", pk)


def _readers_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    report: Report,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    day = today()
    asked = list(
        Extension.objects.readable_by(request.user, day)
        .filter(report=report)
        .select_related("asked_by", "answered_by")
    )
    waiting = next((one for one in asked if one.state == ExtensionState.ASKED), None)
    needs_time = not report.is_sent and report.period.state != PeriodState.LOCKED
    context: dict[str, Any] = {
        "report": report,
        "title": report_title(report),
        "deadline": deadline_for(report, day, clock=clock()),
        "asked": asked,
        "waiting": waiting,
        "may_ask": needs_time and waiting is None and _may_write(request, report),
        "may_answer": waiting is not None and _may_review(request, report),
        "given": given or {},
        "errors": errors or {},
        "first_day": max(report.due_on, day),
    }
    return render(request, "programs/extension.html", context, status=400 if errors else 200)


def _may_write(request: HttpRequest, report: Report) -> bool:
    return Report.objects.writable_by(request.user, today()).filter(pk=report.pk).exists()


def _may_review(request: HttpRequest, report: Report) -> bool:
    return Report.objects.reviewable_by(request.user, today()).filter(pk=report.pk).exists()


def _day(text: str) -> date | None:
    """The day of a date field, or of '20/12/2026' where a browser has none."""
    parts = text.split("/")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        text = f"{int(parts[2]):04}-{int(parts[1]):02}-{int(parts[0]):02}"
    try:
        return parse_date(text)
    except ValueError:
        return None


def _by_field(error: ValidationError) -> dict[str, str]:
    if hasattr(error, "error_dict"):
        return {name: texts[0] for name, texts in error.message_dict.items()}
    return {"all": error.messages[0]}
