"""The report form: reading it, saving what is typed value by value, sending it."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from communes.models import today
from programs.actions import present_report
from programs.actions.figures import why_frozen
from programs.actions.signing import submit_with_paper
from programs.forms import Outcome, Saved, read_typed, save_typed, typed_in_form
from programs.models import PeriodState, ReasonKind, Report, ReportState
from programs.queries.approval import may_approve
from programs.queries.entry import (
    EntryPage,
    anchor_of,
    entry_page,
    may_write,
    readers_report,
    refill,
    report_title,
)
from programs.queries.entry_fields import Refused
from programs.queries.home import SHORT_OF_TIME
from programs.queries.own_part import for_reader
from programs.queries.structure import structure_of
from programs.views.answers import answer
from programs.views.approval import GivenPaper, read_paper
from programs.views.review import bad_question, unknown_words

FILTERS = ("mine", "all", "missing", "returned", "not_met")
# A whole form with its parts and notes is some 60 kB of JSON.
LARGEST_BODY = 500_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one report; POST is 'Lưu' of a page without scripts."""
    found = _readers_report(request, pk)
    if unknown := _not_understood(request):
        return bad_question(request, unknown)
    if request.method == "POST":
        return _save_page(request, found)
    return _show(request, _page(request, found))


@require_POST
def report_values(request: HttpRequest, pk: int) -> JsonResponse:
    """Figures as they were typed, in JSON; each is answered for itself (200, whatever became of it)."""
    try:
        data = json.loads(request.body[: LARGEST_BODY + 1])
        typed = read_typed(data)
    except (ValueError, RecursionError, ValidationError):
        return _refusal(request, pk, _("Không đọc được dữ liệu gửi lên."), 400)
    if data.get("user") != request.user.pk:
        # Somebody else has signed in on this machine: what was typed is not theirs to save.
        return _refusal(request, pk, _("Đăng nhập lại để gửi."), 401)
    try:
        saved = save_typed(report=pk, typed=typed, by=request.user, today=today())
    except PermissionDenied as error:
        return _refusal(request, pk, str(error), 403)
    return JsonResponse(answer(saved))


def _refusal(request: HttpRequest, pk: int, detail: str, status: int) -> JsonResponse:
    """Why nothing was saved, for who may read the report; for everybody else there is none."""
    _readers_report(request, pk)
    return JsonResponse({"detail": detail}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_send(request: HttpRequest, pk: int) -> HttpResponse:
    """'Gửi báo cáo', or 'Trình lãnh đạo xã': what is missing and what is not met, then the act itself."""
    found = _readers_report(request, pk)
    if not may_write(found, request.user, today()):
        raise PermissionDenied(_("Bạn không gửi được báo cáo của đơn vị này."))
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    given, reason = GivenPaper(), request.POST.get("reason", "").strip()
    if request.method == "POST":
        given = read_paper(request)
        if _send(request, found, given, reason[:500]):
            return redirect("home")
    page = entry_page(found, why_frozen=_why_frozen(request, found))
    context = {"page": page, "report": found, "given": given, "reason": reason, "today": today()}
    return render(request, "programs/send.html", context, status=400 if given.errors else 200)


def _send(request: HttpRequest, found: Report, given: GivenPaper, reason: str) -> bool:
    """Send, or present where the leader decides; what is refused is put at its field."""
    about = {"report": found, "by": request.user, "today": today(), "reason": reason}
    words = _("Đã gửi “{title}”.")
    if given.errors:
        return False
    try:
        if found.form.leader_step:
            present_report(**about)
            words = _("Đã trình lãnh đạo xã “{title}”.")
        else:
            submit_with_paper(paper=given.paper, **about)
    except ValidationError as refused:
        given.refuse(refused)
        return False
    messages.success(request, words.format(title=report_title(found)))
    return True


def _not_understood(request: HttpRequest) -> list[str]:
    """What the form's address asks that it does not know; a misspelt filter must not pass for none."""
    shown = request.GET.get("show", "all")
    return unknown_words(request, ("show",)) or ([] if shown in FILTERS else [f"show={shown}"])


def _readers_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    return found


def _why_frozen(request: HttpRequest, found: Report) -> str:
    """Why this person cannot write in this report now; '' when they can."""
    if not may_write(found, request.user, today()):
        return _("Bạn xem được báo cáo này nhưng không nhập số liệu.")
    return "" if found.accepts_writing(today()) else why_frozen(found, today())


def _page(request: HttpRequest, found: Report) -> EntryPage:
    page = entry_page(found, why_frozen=_why_frozen(request, found))
    return for_reader(page, request.user, today())


def _awaits_me(request: HttpRequest, found: Report) -> bool:
    """It is before the leader, and this is the leader."""
    return found.state == ReportState.WAITING and may_approve(found, request.user, today())


def _may_need_time(page: EntryPage) -> bool:
    """Asking for more time is offered as the home page does: when it is short."""
    report = page.report
    entering = page.writable and report.state == ReportState.ENTERING
    in_time = report.period.state == PeriodState.OPEN
    return entering and in_time and (report.due_on - today()).days <= SHORT_OF_TIME


def _show(request: HttpRequest, page: EntryPage, status: int = 200) -> HttpResponse:
    # Who fills a part of it begins with that part; after a mistake everything is there.
    first = "mine" if page.is_part and page.writable and status == 200 else "all"
    shown = request.GET.get("show", first)
    context = {
        "page": page,
        "report": page.report,
        "may_approve": _awaits_me(request, page.report),
        "show": shown,
        "reason_kinds": ReasonKind.choices,
        "may_need_time": _may_need_time(page),
        "config": _config(request, page),
    }
    return render(request, "programs/report.html", context, status=status)


def _config(request: HttpRequest, page: EntryPage) -> dict[str, Any]:
    """What the page's script needs to know; words it says come from here."""
    return {
        "user": request.user.pk,
        "report": page.report.pk,
        "url": reverse("report_values", args=[page.report.pk]),
        "login": f"{reverse('login')}?next={request.path}",
        "cookie": settings.CSRF_COOKIE_NAME,
        "judged": page.judged,
        "entered": page.entered,
        "count": page.count,
        "notMet": page.not_met,
        "progressWords": page.progress_words,
        "rows": {row.anchor: row.spec for row in page.own_rows},
        "words": {
            "signIn": _("Đăng nhập lại để gửi."),
            "frozen": _("Số vừa nhập còn trên máy này, chưa gửi được."),
            "unsent": _("Còn {count} chỉ tiêu chưa gửi lên máy chủ. Giữ trang mở đến khi có mạng."),
            "refused": _("Còn {count} chỉ tiêu chưa lưu được. Sửa lại trước khi gửi báo cáo."),
            "noStore": _("Trình duyệt không cho giữ số liệu trên máy này."),
            "errors": _("{count} lỗi"),
            "notMet": _("{count} chưa đạt"),
            "kept": _("Giữ nguyên từ kỳ {period}"),
        },
    }


def _save_page(request: HttpRequest, found: Report) -> HttpResponse:
    """Each row as its own item: good ones are saved, bad ones come back with their text."""
    if not may_write(found, request.user, today()):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    structure = structure_of(found.form, found.period)
    kept = next((row for row in structure if row.indicator.code == request.POST.get("keep")), None)
    keep = {one.code for one in kept.typed} if kept else set()
    typed = typed_in_form(request.POST, structure, keep)
    saved = save_typed(report=found.pk, typed=typed, by=request.user, today=today()) if typed else Saved([])
    _tell(request, saved)
    for outcome in saved.outcomes:
        for text in outcome.warnings:
            row = structure.row_of[structure.by_code[outcome.typed.indicator].pk]
            messages.warning(request, f"{row.number} {text}".strip())
    here = reverse("report", args=[found.pk])
    if not saved.refused:
        return redirect(f"{here}#{anchor_of(kept)}" if kept else here)
    fresh = _readers_report(request, found.pk)
    page = _page(request, fresh)
    again = {outcome.typed.indicator: _refused(outcome) for outcome in saved.refused}
    return _show(request, refill(page, again), status=409 if _only_conflicts(saved.refused) else 400)


def _refused(outcome: Outcome) -> Refused:
    typed = outcome.typed
    return Refused(
        value=typed.value,
        denominator=typed.denominator,
        not_applicable=typed.not_applicable,
        note=typed.note,
        reason=typed.reason,
        reason_kind=typed.reason_kind,
        errors=tuple(outcome.errors),
        theirs=outcome.theirs,
    )


def _only_conflicts(refused: list[Outcome]) -> bool:
    return all(outcome.status == "conflict" for outcome in refused)


def _tell(request: HttpRequest, saved: Saved) -> None:
    done, failed = saved.count("saved"), len(saved.refused)
    if saved.frozen:
        messages.error(request, saved.frozen)
    elif failed:
        text = _("Đã lưu {done} chỉ tiêu, {failed} chưa lưu được.").format(done=done, failed=failed)
        messages.warning(request, text)
    elif done:
        words = ngettext("Đã lưu {done} chỉ tiêu.", "Đã lưu {done} chỉ tiêu.", done)
        messages.success(request, words.format(done=done))
    else:
        messages.info(request, _("Không có gì thay đổi."))
