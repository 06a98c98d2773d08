"""The reviewer's pages: the list of reports, one report, confirming it and sending it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communes.models import today
from programs.actions.checks import Findings, check_against_others
from programs.actions.review import accept_seen_report, return_seen_report
from programs.models import Report, ReportState
from programs.queries.entry import readers_report, report_title
from programs.queries.report_list import QuestionError, ReportQuestion, report_list
from programs.queries.review import FILTERS, ReviewPage, review_page
from programs.queries.review_rows import ReviewRow, ReviewSection

LONGEST_COMMENT = 2000
ORDERS = ("criteria", "unusual")
REVIEW_WORDS = {
    "show": ("all", *FILTERS),
    "order": ORDERS,
}


@dataclass
class ReviewInput:
    """What a reviewer ticked and wrote, as it was sent, so that nothing is lost when something is wrong."""

    chosen: set[int] = field(default_factory=set)
    ticked: set[int] = field(default_factory=set)
    comments: dict[int, str] = field(default_factory=dict)
    comment: str = ""
    notes: dict[int, str] = field(default_factory=dict)
    nearly: set[int] = field(default_factory=set)
    seen: datetime | None = None
    errors: list[str] = field(default_factory=list)
    at_criterion: dict[int, str] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.at_criterion)


@dataclass(frozen=True)
class SectionShown:
    """One criterion on the page: the rows to show, those kept behind one tap, and what was typed."""

    section: ReviewSection
    rows: list[ReviewRow]
    quiet: list[ReviewRow]
    chosen: bool = False
    ticked: bool = False
    comment: str = ""
    note: str = ""
    nearly: bool = False
    error: str = ""


def clock() -> time:
    """What time it is in Việt Nam: some deadlines have an hour."""
    return timezone.localtime().time()


@never_cache
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports of a person's scope, with filters."""
    if unknown := unknown_words(request, ReportQuestion.WORDS):
        return bad_question(request, unknown)
    try:
        listed = report_list(request.user, today(), request.GET.dict(), clock())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
    return render(request, "programs/review_list.html", {"listed": listed})


@never_cache
@require_safe
def report_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One report beside its last figures; whoever may read the unit reads it, a reviewer acts on it."""
    if unknown := unknown_words(request, REVIEW_WORDS):
        return bad_question(request, unknown)
    for name, allowed in REVIEW_WORDS.items():
        if request.GET.get(name, allowed[0]) not in allowed:
            return bad_question(request, [f"{name}={request.GET[name]}"])
    return _show(request, _readers_report(request, pk))


@require_POST
def report_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """'Xác nhận cả báo cáo', or only the criteria that are ticked."""
    report = _readers_report(request, pk)
    given = read_input(request.POST)
    only_chosen = request.POST.get("only") == "chosen"
    if only_chosen and not given.chosen:
        given.errors.append(_("Chưa chọn tiêu chí nào để xác nhận."))
    written = [number for number in given.comments if not only_chosen or number in given.chosen]
    if written or (given.comment and not only_chosen):
        given.errors.append(
            _("Bạn đang ghi ý kiến trả lại. Bấm 'Trả lại để chỉnh sửa', hoặc xóa ý kiến rồi xác nhận.")
        )
        given.at_criterion = {number: _("Ý kiến này chưa gửi cho xã.") for number in written}
    if only_chosen and (loose := (given.notes.keys() | given.nearly) - given.chosen):
        words = _("Đã ghi ý kiến kèm xác nhận nhưng chưa chọn tiêu chí: {numbers}.")
        given.errors.append(words.format(numbers=", ".join(map(str, sorted(loose)))))
    if given.wrong:
        return _show(request, report, given)
    try:
        done = accept_seen_report(
            report=report,
            by=request.user,
            today=today(),
            seen=given.seen,
            criteria=given.chosen if only_chosen else None,
            comments=given.notes,
            nearly=given.nearly,
        )
    except ValidationError as error:
        given.errors += error.messages
        return _show(request, _readers_report(request, pk), given)
    _tell_accepted(request, _readers_report(request, pk), given.chosen if only_chosen else None, done)
    return redirect("report_review", pk)


@require_POST
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """'Trả lại để chỉnh sửa': with a comment for each criterion that needs work, or for the whole."""
    report = _readers_report(request, pk)
    given = read_input(request.POST)
    if silent := given.ticked - given.comments.keys():
        words = _("Ghi ý kiến để xã biết cần chỉnh sửa gì.")
        given.at_criterion.update(dict.fromkeys(silent, words))
        text = ngettext(
            "Còn {count} tiêu chí trả lại chưa có ý kiến.",
            "Còn {count} tiêu chí trả lại chưa có ý kiến.",
            len(silent),
        )
        given.errors.append(text.format(count=len(silent)))
    if given.notes or given.nearly:
        given.errors.append(
            _("Bạn đang ghi ý kiến kèm xác nhận. Xóa ý kiến đó rồi trả lại, hoặc bấm xác nhận.")
        )
    if given.wrong:
        return _show(request, report, given)
    try:
        done = return_seen_report(
            report=report,
            by=request.user,
            today=today(),
            seen=given.seen,
            comments=given.comments,
            comment=given.comment,
        )
    except ValidationError as error:
        given.errors += error.messages
        return _show(request, _readers_report(request, pk), given)
    if done:
        text = _("Đã trả lại báo cáo của {unit} để chỉnh sửa.")
    else:
        text = _("Báo cáo của {unit} đã được trả lại từ trước, không có gì thay đổi.")
    messages.success(request, text.format(unit=report.unit.name))
    return redirect("report_review", pk)


# -- what was asked and what was sent --------------------------------------------------------------


def unknown_words(request: HttpRequest, known: Collection[str]) -> list[str]:
    """Query parameters that the page does not know; a misspelt one must not pass for no filter."""
    return [name for name in request.GET if name not in known]


def bad_question(request: HttpRequest, names: list[str]) -> HttpResponse:
    """400, naming what was not understood."""
    return render(request, "programs/review_question.html", {"names": names}, status=400)


def read_input(data: Any) -> ReviewInput:
    """The ticks and comments of the page's form; what is no criterion's number is left out."""
    given = ReviewInput(
        chosen=set(map(int, filter(_is_number, data.getlist("chosen")))),
        ticked=set(map(int, filter(_is_number, data.getlist("return")))),
        comment=_clean(data.get("comment", "")),
        notes=_numbered(data, "note-"),
        comments=_numbered(data, "comment-"),
        nearly=set(map(int, filter(_is_number, data.getlist("nearly")))),
    )
    try:
        given.seen = parse_datetime(data.get("seen", ""))
    except ValueError:
        given.seen = None
    typed = [*given.comments.items(), *given.notes.items()]
    too_long = [number for number, text in typed if len(text) > LONGEST_COMMENT]
    words = _("Ý kiến dài nhất {limit} ký tự.").format(limit=LONGEST_COMMENT)
    given.at_criterion.update(dict.fromkeys(too_long, words))
    if len(given.comment) > LONGEST_COMMENT:
        given.errors.append(words)
    return given


def _numbered(data: Any, prefix: str) -> dict[int, str]:
    """What was written beside each criterion: 'note-17' → 17."""
    found = {}
    for name, text in data.items():
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and _is_number(number) and _clean(text):
            found[int(number)] = _clean(text)
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5


def _clean(text: str) -> str:
    """No database keeps NUL in a text."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


# -- the page --------------------------------------------------------------------------------------


def _readers_report(request: HttpRequest, pk: int) -> Report:
    found = readers_report(pk, request.user, today())
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, report: Report, given: ReviewInput | None = None) -> HttpResponse:
    page = review_page(report, reader=request.user, today=today(), clock=clock())
    findings = Findings()
    check_against_others(page.structure, list(page.structure.by_code), page.figures, findings)
    page.warn(findings.warnings)
    page.warn(findings.errors)
    # After a mistake every criterion is on the page, so that what was typed is too.
    show = request.GET.get("show", "all") if given is None else "all"
    order = request.GET.get("order", "criteria") if given is None else "criteria"
    context = {
        "page": page,
        "report": report,
        "title": report_title(report),
        "show": show,
        "order": order,
        "sections": _sections(page, show, order, given or ReviewInput()),
        "pills": _pills(page, order),
        "given": given,
    }
    return render(request, "programs/review.html", context, status=400 if given else 200)


def _sections(page: ReviewPage, show: str, order: str, given: ReviewInput) -> list[SectionShown]:
    """The criteria to show; with the odd ones first, the rest of each waits behind one tap."""
    sections = list(page.sections)
    if order == "unusual":
        sections.sort(key=lambda section: -section.weight)
    shown = []
    for section in sections:
        rows = [row for row in section.all_rows if show == "all" or FILTERS[show](row)]
        quiet = []
        if order == "unusual":
            quiet = [row for row in rows if not row.weight]
            rows = sorted((row for row in rows if row.weight), key=lambda row: -row.weight)
        if rows or quiet:
            number = section.number or 0
            shown.append(
                SectionShown(
                    section,
                    rows,
                    quiet,
                    number in given.chosen,
                    number in given.ticked,
                    given.comments.get(number, ""),
                    given.notes.get(number, ""),
                    number in given.nearly,
                    given.at_criterion.get(number, ""),
                )
            )
    return shown


def _pills(page: ReviewPage, order: str) -> list[dict[str, Any]]:
    words: Mapping[str, str] = {
        "all": _("Tất cả"),
        "changed": _("Thay đổi nhiều"),
        "not_met": _("Chưa đạt"),
        "missing": _("Chưa nhập"),
    }
    shown = [name for name in words if page.judged or name != "not_met"]
    return [
        {
            "name": name,
            "word": words[name],
            "count": page.counts[name],
            "query": _query(show=name if name != "all" else "", order=order if order != "criteria" else ""),
        }
        for name in shown
    ]


def _query(**words: str) -> str:
    return "&".join(f"{name}={value}" for name, value in words.items() if value) or "show=all"


def _tell_accepted(
    request: HttpRequest, report: Report, criteria: Collection[int] | None, done: bool
) -> None:
    unit = report.unit.name
    if not done:
        text = _("Phần này của {unit} đã được xác nhận từ trước, không có gì thay đổi.").format(unit=unit)
    elif criteria is not None:
        numbers = ", ".join(map(str, sorted(criteria)))
        text = _("Đã xác nhận tiêu chí {numbers} của {unit}.").format(numbers=numbers, unit=unit)
        if report.state == ReportState.ACCEPTED:
            text = _("Đã xác nhận các tiêu chí còn lại: báo cáo của {unit} đã xác nhận xong.").format(
                unit=unit
            )
    elif report.state != ReportState.ACCEPTED:
        text = _("Đã xác nhận phần của bạn trong báo cáo của {unit}.").format(unit=unit)
    else:
        text = _("Đã xác nhận báo cáo của {unit}.").format(unit=unit)
    messages.success(request, text)
