"""Evidence: the page on which a report's files are put and found, and the address a file is fetched at."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import today
from programs.actions.figures import why_frozen
from programs.actions.files import FILES_A_REPORT, add_evidence, remove_evidence, tick_evidence
from programs.models import Report, StoredFile
from programs.queries.entry import may_write, readers_report, report_title
from programs.queries.files import EvidencePage, Paper, evidence_page, readers_file
from programs.queries.structure import structure_of
from programs.views.review import bad_question, unknown_words

FILES_AT_ONCE = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """A report's files by criterion; POST puts files, ticks their indicators or takes one away."""
    if unknown := unknown_words(request, ("for", "edit")):
        return bad_question(request, unknown)
    report = readers_report(pk, request.user, today())
    if report is None:
        raise Http404
    if request.method == "POST":
        return _act(request, report)
    return _show(request, report, preset=frozenset(request.GET.getlist("for")))


def _show(
    request: HttpRequest,
    report: Report,
    *,
    preset: frozenset[str] = frozenset(),
    title: str = "",
    errors: list[str] | None = None,
) -> HttpResponse:
    may = may_write(report, request.user, today())
    frozen = "" if may and report.accepts_writing(today()) else why_frozen(report, today())
    if not may:
        frozen = _("Bạn xem và tải được minh chứng, không thêm bớt.")
    page = evidence_page(report, reader=request.user, today=today(), why_frozen=frozen)
    context = {
        "page": page,
        "editing": _editing(request.GET.get("edit", ""), page),
        "report": report,
        "report_title": report_title(report),
        "preset": preset,
        "title": title,
        "errors": errors or [],
        "most": FILES_A_REPORT,
    }
    return render(request, "programs/evidence.html", context, status=400 if errors else 200)


def _editing(number: str, page: EvidencePage) -> Paper | None:
    """The file that is being changed; None for none, and where nothing can be changed."""
    found = [paper for paper in page.evidence.papers if str(paper.evidence.pk) == number]
    return found[0] if found and page.writable else None


def _act(request: HttpRequest, report: Report) -> HttpResponse:
    if not may_write(report, request.user, today()):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    if request.POST.get("do") in ("tick", "remove"):
        return _change(request, report)
    return _upload(request, report)


def _indicators(request: HttpRequest, report: Report) -> list[int]:
    """Ids of the codes that were ticked; a code of another form is refused by the action as unknown."""
    codes = {row.indicator.code: row.indicator.pk for row in structure_of(report.form, report.period)}
    return [codes.get(code, 0) for code in request.POST.getlist("indicator")]


def _upload(request: HttpRequest, report: Report) -> HttpResponse:
    """Each file for itself: the good ones are kept, of the others it is said what is wrong."""
    files = request.FILES.getlist("file")
    errors = [] if files else [_("Chọn tệp rồi bấm Tải lên.")]
    if len(files) > FILES_AT_ONCE:
        errors.append(_("Mỗi lần tải lên nhiều nhất {count} tệp.").format(count=FILES_AT_ONCE))
        files = []
    done = 0
    for file in files:
        try:
            add_evidence(
                report=report,
                upload=file,
                by=request.user,
                today=today(),
                indicators=_indicators(request, report),
                title=request.POST.get("title", ""),
            )
            done += 1
        except ValidationError as error:
            errors.append(f"{(file.name or '')[:120]}: {' '.join(error.messages)}")
    if done:
        messages.success(request, _("Đã tải lên {count} tệp.").format(count=done))
    if errors:
        preset = frozenset(request.POST.getlist("indicator"))
        return _show(request, report, preset=preset, title=request.POST.get("title", "")[:300], errors=errors)
    return redirect("report_evidence", report.pk)


def _change(request: HttpRequest, report: Report) -> HttpResponse:
    number = request.POST.get("evidence", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    one = get_object_or_404(report.evidence.select_related("file", "report"), pk=number)
    try:
        if request.POST["do"] == "remove":
            remove_evidence(evidence=one, by=request.user, today=today())
            messages.success(request, _("Đã xóa “{name}”.").format(name=one.file.name))
        else:
            tick_evidence(
                evidence=one,
                by=request.user,
                today=today(),
                indicators=_indicators(request, report),
                title=request.POST.get("title"),
            )
            messages.success(request, _("Đã lưu “{name}”.").format(name=one.file.name))
    except ValidationError as error:
        return _show(request, report, errors=error.messages)
    return redirect("report_evidence", report.pk)


@require_safe
def stored_file(request: HttpRequest, pk: int, key: str) -> FileResponse:
    """A file for who may read its unit: to be saved, never to be shown or run as a page of this site."""
    found = readers_file(pk, key, reader=request.user, today=today())
    if found is None:
        raise Http404
    return file_answer(found)


def file_answer(file: StoredFile) -> FileResponse:
    """A file that its reader was found to be allowed: an attachment that nobody keeps on the way.

    Raises Http404 where the row is there and its content is not.
    """
    try:
        content = file.content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
        status=HTTPStatus.OK,
    )
    answer["Content-Length"] = str(file.size)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
