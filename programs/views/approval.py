"""The leader's step: what is about to go out, approving it with the signed paper, giving it back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from communes.models import User, today
from communes.rules.text import normalise
from programs.actions import send_back
from programs.actions.signing import Paper, approve_with_paper
from programs.models import Report
from programs.queries.approval import approval_page, last_signatory, may_approve
from programs.queries.entry import readers_report, report_title

LONGEST_COMMENT = 2000


@dataclass
class GivenPaper:
    """The paper's fields as they were typed, with what is wrong at each; a file cannot be kept in a form."""

    document: str = ""
    signed_on: str = ""
    signatory: str = ""
    paper: Paper = field(default_factory=Paper)
    errors: dict[str, str] = field(default_factory=dict)
    had_file: bool = False

    def refuse(self, refused: ValidationError) -> None:
        """Put what an action refused at its field, or above all of them."""
        if hasattr(refused, "error_dict"):
            self.errors |= {name: " ".join(texts) for name, texts in refused.message_dict.items()}
        else:
            self.errors["all"] = " ".join(refused.messages)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """'Duyệt và gửi': the leader signs with number, day, signatory and the scan."""
    report = _leaders_report(request, pk)
    if request.method != "POST":
        return _show(request, report, blank_paper(report, request.user, today()))
    given = read_paper(request)
    if not given.errors:
        try:
            approve_with_paper(
                report=report, by=request.user, today=today(), paper=given.paper, seen=_seen(request)
            )
        except ValidationError as refused:
            given.refuse(refused)
        else:
            messages.success(request, _("Đã duyệt và gửi “{title}”.").format(title=report_title(report)))
            return redirect("report_versions", pk)
    return _show(request, _leaders_report(request, pk), given)


@never_cache
@require_POST
def report_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """'Trả lại bộ phận lập': with a word on what to mend."""
    report = _leaders_report(request, pk)
    comment = normalise(request.POST.get("comment", "")).replace("\0", "").strip()
    given = read_paper(request)
    given.errors.clear()
    if len(comment) > LONGEST_COMMENT:
        given.errors["comment"] = _("Ý kiến dài nhất {limit} ký tự.").format(limit=LONGEST_COMMENT)
    else:
        try:
            send_back(report=report, by=request.user, today=today(), comment=comment)
        except ValidationError as refused:
            given.errors["comment" if refused.code == "comment" else "all"] = " ".join(refused.messages)
        else:
            messages.success(
                request, _("Đã trả lại “{title}” cho bộ phận lập.").format(title=report_title(report))
            )
            return redirect("home")
    return _show(request, _leaders_report(request, pk), given, comment)


# -- the paper's fields ------------------------------------------------------------------------------


def blank_paper(report: Report, user: User, at: date) -> GivenPaper:
    """Put beforehand what is most likely: today, and who signed last, else the leader who looks."""
    signatory = last_signatory(report) or (str(user) if may_approve(report, user, at) else "")
    return GivenPaper(signed_on=at.isoformat(), signatory=signatory)


def read_paper(request: HttpRequest) -> GivenPaper:
    """The fields of a form; a day that is none is refused here, everything else by the action."""
    document, day, signatory = (
        normalise(request.POST.get(name, "")).replace("\0", "").strip()
        for name in ("document", "signed_on", "signatory")
    )
    scan = request.FILES.get("scan")
    given = GivenPaper(document, day, signatory, had_file=scan is not None)
    signed_on = _day(day)
    if day and signed_on is None:
        given.errors["signed_on"] = _("Ghi ngày theo dạng 24/11/2026.")
    given.paper = Paper(document, signed_on, signatory, scan)
    return given


def _day(text: str) -> date | None:
    """A day as the browser sends it (2026-11-24) or as people write it (24/11/2026)."""
    parts = text.split("/")
    if len(parts) == 3 and all(part.strip().isascii() and part.strip().isdecimal() for part in parts):
        day, month, year = (part.strip() for part in parts)
        text = f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"
    try:
        return parse_date(text)
    except ValueError:
        return None


def _seen(request: HttpRequest) -> int | None:
    """The report's version that the leader read; without it whatever stands is approved."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _leaders_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    if not may_approve(found, request.user, today()):
        raise PermissionDenied(_("Chỉ lãnh đạo xã duyệt báo cáo này."))
    return found


def _show(request: HttpRequest, report: Report, given: GivenPaper, comment: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "page": approval_page(report),
        "report": report,
        "given": given,
        "comment": comment,
        "today": today(),
    }
    return render(request, "programs/approval.html", context, status=400 if given.errors else 200)
