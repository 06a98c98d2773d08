"""What was sent: the list of versions, one as it was, what differs; and the paper that came later."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communes.models import today
from programs.actions.signing import add_signing
from programs.models import Report, ReportVersion
from programs.queries.entry import readers_report, report_title
from programs.queries.official import AlteredVersion, sent_content, version_sheet
from programs.queries.versions import (
    Comparison,
    Versions,
    compare,
    content_now,
    filed_with,
    may_add_paper,
    version_of,
    versions_of,
)
from programs.views.approval import GivenPaper, blank_paper, read_paper
from programs.views.printing import altered_answer
from programs.views.review import bad_question, unknown_words

NOW = "now"


@never_cache
@require_safe
def report_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with its number, day, sender, document, signatory and scan."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    report = _readers_report(request, pk)
    return _list(request, report, versions_of(report, reader=request.user, today=today()))


@never_cache
@require_POST
def report_signing(request: HttpRequest, pk: int) -> HttpResponse:
    """'Bổ sung bản ký': the signed paper of the last version, where it came after the figures."""
    report = _readers_report(request, pk)
    if not may_add_paper(report, request.user, today()):
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    given = read_paper(request)
    if not given.errors:
        try:
            version = add_signing(report=report, by=request.user, today=today(), paper=given.paper)
        except ValidationError as refused:
            given.refuse(refused)
        else:
            messages.success(
                request, _("Đã bổ sung bản ký cho lần gửi {number}.").format(number=version.number)
            )
            return redirect("report_versions", pk)
    return _list(request, report, versions_of(report, reader=request.user, today=today()), given)


@never_cache
@require_safe
def report_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was sent; ?compare=1 or now: what differs between it and that one."""
    if unknown := unknown_words(request, ("compare",)):
        return bad_question(request, unknown)
    report = _readers_report(request, pk)
    version = version_of(report, number)
    if version is None:
        raise Http404
    listed = versions_of(report, reader=request.user, today=today())
    asked = request.GET.get("compare", "")
    if asked and asked != NOW and asked not in {str(one.number) for one in listed.rows}:
        return bad_question(request, [f"compare={asked[:40]}"])
    context = {"report": report, "report_title": report_title(report), "version": version, "listed": listed}
    try:
        if asked:
            context |= _compared(report, version, asked)
            return render(request, "programs/version_compare.html", context)
        context["sheet"] = version_sheet(report, version)
        context["filed"] = filed_with(report, sent_content(version))
    except AlteredVersion:
        # Nothing of it is shown as if it were what was sent.
        return altered_answer(request, report)
    return render(request, "programs/version.html", context)


def _list(
    request: HttpRequest, report: Report, listed: Versions, given: GivenPaper | None = None
) -> HttpResponse:
    open_one = listed.open_one
    if given is None and open_one is not None:
        given = blank_paper(report, request.user, today())
    context = {
        "report": report,
        "report_title": report_title(report),
        "listed": listed,
        "open_one": open_one,
        "only_scan": bool(open_one and open_one.document),
        "given": given,
        "today": today(),
    }
    failed = given is not None and bool(given.errors)
    return render(request, "programs/versions.html", context, status=400 if failed else 200)


def _compared(report: Report, version: ReportVersion, asked: str) -> Mapping[str, object]:
    """The earlier of the two first, whichever page one stands on."""
    if asked == NOW:
        comparison: Comparison = compare(sent_content(version), content_now(report))
        return {"comparison": comparison, "older": version, "newer": None}
    other = version_of(report, int(asked))
    if other is None:
        raise Http404
    older, newer = sorted((version, other), key=lambda one: one.number)
    return {"comparison": compare(sent_content(older), sent_content(newer)), "older": older, "newer": newer}


def _readers_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    return found
