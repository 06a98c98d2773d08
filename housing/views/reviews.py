"""Reviews: the rounds of a commune or of the province, one review and its steps, villages, ledgers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communes.models import Level, Unit, today
from housing.actions.reviews import (
    approve_reviews,
    ask_opinion,
    give_opinion,
    list_household,
    list_managed,
    open_regular_round,
    recognise,
    reopen,
    set_source,
    start_review,
    unlist_household,
)
from housing.actions.village_steps import add_complaint, add_meeting, answer_complaint, post_list
from housing.forms.reviews import Typed, read_day, read_ids, read_paper
from housing.models import CommuneReview, Household, PovertyReview, ReviewRound, Source
from housing.queries.register import search_register
from housing.queries.review_pages import (
    SHOWN,
    VillagePage,
    begins_with_register,
    ledger_page,
    province_page,
    reader_of,
    readers_review,
    review_page,
    rounds_page,
    village_page,
)
from housing.queries.reviews import GONE, review_rows
from housing.sheets.lists import (
    communes_counted,
    ledger_by_name,
    ledger_counted,
    sheets_by_name,
    villages_counted,
)
from housing.views.downloads import list_answer, wrong_format
from programs.views.review import bad_question, unknown_words

MOST_AT_ONCE = 500
# What a person may type into a review's forms, kept when one of them is refused.
STEPS = ("ask", "opinion", "recognise", "reopen", "source")


# -- the rounds ------------------------------------------------------------------------------------------


@never_cache
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The rounds of one's own commune, or over the province one round with every commune's state."""
    if unknown := unknown_words(request, ("round", "format")) or wrong_format(request):
        return bad_question(request, unknown)
    own = rounds_page(request.user, today())
    if own.rows or own.older or own.regular:
        return render(request, "housing/reviews/rounds.html", {"page": own, "today": today()})
    code = request.GET.get("round", "")
    page = province_page(request.user, code, today())
    if page is None and code:
        return bad_question(request, [f"round={code}"])
    if page is not None and request.GET.get("format"):
        return list_answer(request, f"sonla-ra-soat-{page.round.code}", communes_counted(page))
    return render(request, "housing/reviews/province.html", _of_province(page))


def _of_province(page: Any, typed: Typed | None = None) -> dict[str, Any]:
    return {"page": page, "typed": typed or Typed(), "today": today()}


@never_cache
@require_POST
def review_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start one's commune's part of a round; a month's regular round is made by its first commune."""
    commune = Unit.objects.readable_by(request.user, today()).filter(pk=pk, level=Level.COMMUNE).first()
    if commune is None:
        raise Http404
    source = request.POST.get("source", Source.REGISTER)
    try:
        if day := read_day(request.POST.get("regular", "")):
            of = open_regular_round(day=day, by=request.user, today=today())
        else:
            found = ReviewRound.objects.filter(code=request.POST.get("round", "")).first()
            if found is None:
                raise Http404
            of = found
        review = start_review(
            round=of,
            commune=commune,
            by=request.user,
            today=today(),
            source=source if source in Source.values else Source.REGISTER,
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("reviews")
    count = review.sheets.count()
    words = ngettext(
        "Đã bắt đầu “{round}”: {count} hộ trong danh sách.",
        "Đã bắt đầu “{round}”: {count} hộ trong danh sách.",
        count,
    )
    messages.success(request, words.format(round=of.title, count=count))
    return redirect("review", review.pk)


@never_cache
@require_POST
def reviews_approve(request: HttpRequest) -> HttpResponse:
    """The province approves the aggregate of the communes ticked, by one decision."""
    typed, paper = read_paper(request.POST, request.FILES)
    chosen = read_ids(request.POST.getlist("review")[:MOST_AT_ONCE])
    found = list(CommuneReview.objects.readable_by(request.user, today()).filter(pk__in=chosen))
    page = province_page(request.user, request.POST.get("round", ""), today())
    if page is None or len(found) != len(chosen):
        raise Http404
    if not page.answers:
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    if not typed.errors:
        try:
            approve_reviews(reviews=found, paper=paper, by=request.user, today=today())
        except ValidationError as refused:
            typed.refuse(refused)
        else:
            words = ngettext("Đã phê duyệt {count} xã.", "Đã phê duyệt {count} xã.", len(found))
            messages.success(request, words.format(count=len(found)))
            return redirect(f"{request.path.removesuffix('approve/')}?round={page.round.code}")
    context = {**_of_province(page, typed), "chosen": chosen}
    return render(request, "housing/reviews/province.html", context, status=400)


# -- one review ------------------------------------------------------------------------------------------


@never_cache
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A commune's review: how far, what is missing, the next step; counts for who reads the unit."""
    if unknown := unknown_words(request, ("format",)) or wrong_format(request):
        return bad_question(request, unknown)
    found = _readers(request, pk)
    if request.GET.get("format"):
        return _list_of(request, found)
    return _show(request, found)


def _list_of(request: HttpRequest, review: CommuneReview) -> HttpResponse:
    """The list of the review as a file: by name for the commune's people, for everybody else by village."""
    page = review_page(review, request.user, today())
    name = f"sonla-{review.commune.code}-ra-soat-{review.round.code}"
    if not page.reader.knows:
        return list_answer(request, name, villages_counted(page))
    lines = sheets_by_name(review_rows(review).exclude(GONE))
    return list_answer(request, name, lines, kind="review-list", unit=review.commune, note=review.round.code)


@never_cache
@require_POST
def review_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The cadre asks the province for its opinion."""
    typed, paper = read_paper(request.POST, request.FILES)
    return _step(
        request, pk, "ask", typed, _("Đã gửi xin ý kiến của tỉnh."),
        lambda one: ask_opinion(review=one, paper=paper, by=request.user, today=today()),
    )  # fmt: skip


@never_cache
@require_POST
def review_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """The province gives its opinion, or asks the commune to look again."""
    typed, paper = read_paper(request.POST, request.FILES, more=("opinion", "send_back"))
    back = typed.text("send_back") == "1"
    return _step(
        request, pk, "opinion", typed,
        _("Đã đề nghị xã rà soát lại.") if back else _("Đã ghi ý kiến của tỉnh."),
        lambda one: give_opinion(
            review=one, paper=paper, words=typed.text("opinion"), by=request.user, today=today(),
            send_back=back,
        ),
    )  # fmt: skip


@never_cache
@require_POST
def review_recognise(request: HttpRequest, pk: int) -> HttpResponse:
    """The commune's leader recognises by name."""
    typed, paper = read_paper(request.POST, request.FILES)
    return _step(
        request, pk, "recognise", typed, _("Đã công nhận kết quả rà soát."),
        lambda one: recognise(review=one, paper=paper, by=request.user, today=today()),
    )  # fmt: skip


@never_cache
@require_POST
def review_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The province opens a closed review again."""
    typed = Typed.of(request.POST, "reason")
    return _step(
        request, pk, "reopen", typed, _("Đã mở lại đợt rà soát."),
        lambda one: reopen(review=one, reason=typed.text("reason"), by=request.user, today=today()),
    )  # fmt: skip


@never_cache
@require_POST
def review_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The year's figures from the register, or from the approved aggregate."""
    typed, paper = read_paper(request.POST, request.FILES, more=("source", "comment"))
    return _step(
        request, pk, "source", typed, _("Đã đổi nguồn số liệu."),
        lambda one: set_source(
            review=one, source=typed.text("source"), by=request.user, today=today(),
            comment=typed.text("comment"), decision=paper,
        ),
    )  # fmt: skip


@never_cache
@require_POST
def review_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the list up to the register."""
    found = _readers(request, pk)
    try:
        made = list_managed(review=found, by=request.user, today=today())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = ngettext("Đã thêm {count} hộ vào danh sách.", "Đã thêm {count} hộ vào danh sách.", len(made))
        messages.success(request, words.format(count=len(made)))
    return redirect("review", pk)


def _step(
    request: HttpRequest,
    pk: int,
    name: str,
    typed: Typed,
    done: str,
    act: Callable[[CommuneReview], CommuneReview],
) -> HttpResponse:
    """Take a step, say so, and come back to the review; what was typed stays when it is refused."""
    found = _readers(request, pk)
    _check_may(request, found, name)
    if not typed.errors:
        try:
            act(found)
        except ValidationError as refused:
            typed.refuse(refused)
        else:
            messages.success(request, done)
            return redirect("review", pk)
    return _show(request, _readers(request, pk), step=name, typed=typed, status=400)


def _check_may(request: HttpRequest, found: CommuneReview, name: str) -> None:
    """Refuse before anything typed is looked at, as the action would."""
    reader = reader_of(found, request.user, today())
    allowed = {
        "ask": reader.writes,
        "source": reader.writes,
        "opinion": reader.answers,
        "reopen": reader.answers,
        "recognise": reader.leads,
    }
    if not allowed[name]:
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))


def _show(
    request: HttpRequest,
    found: CommuneReview,
    *,
    step: str = "",
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": review_page(found, request.user, today()),
        "review": found,
        "unit": found.commune,
        "step": step,
        "typed": typed or Typed(),
        "blank": Typed({"on": today().isoformat()}),
        "today": today(),
    }
    return render(request, "housing/reviews/review.html", context, status=status)


# -- the list --------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("found", "typed")
def review_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a household on the list: found by name or number in the register, with the day of its paper."""
    found = _local(request, pk)
    if not reader_of(found, request.user, today()).writes:
        raise PermissionDenied(_("Danh sách do cán bộ của xã lập."))
    typed = Typed.of(request.POST, "q", "household", "requested_on", "listed")
    context: dict[str, Any] = {
        "review": found,
        "typed": typed,
        "today": today(),
        "first": begins_with_register(found, today()),
    }
    status = 200
    if request.method == "POST" and typed.text("household"):
        day = typed.day("requested_on")
        if not typed.errors:
            try:
                sheet = list_household(
                    review=found,
                    household=_household(request, typed.text("household")),
                    by=request.user,
                    today=today(),
                    listed=typed.text("listed") or "requested",
                    requested_on=day,
                )
            except ValidationError as refused:
                typed.refuse(refused)
            else:
                messages.success(request, _("Đã đưa hộ vào danh sách."))
                return redirect("review_sheet", pk, sheet.pk)
        status = 400
    if typed.text("q"):
        context["found"] = search_register(request.user, found.commune, typed.text("q"), today())
        context["listed"] = set(found.sheets.values_list("household_id", flat=True))
    return render(request, "housing/reviews/add.html", context, status=status)


def _household(request: HttpRequest, text: str) -> Household:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
    found = Household.objects.readable_by(request.user, today()).filter(pk=number).first()
    if found is None:
        raise ValidationError({"household": [_("Hộ không thuộc sổ hộ của xã này.")]})
    return found


@never_cache
@require_POST
def sheet_unlist(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """Take a household off the list that was put there by mistake."""
    _local(request, pk)
    rows = PovertyReview.objects.readable_by(request.user, today())
    found = rows.filter(pk=sheet, review=pk).first()
    if found is None:
        raise Http404
    try:
        unlist_household(sheet=found, by=request.user, today=today(), reason=request.POST.get("reason", ""))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("review_sheet", pk, sheet)
    messages.success(request, _("Đã đưa hộ ra khỏi danh sách."))
    return redirect("review", pk)


# -- a village -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("page", "typed")
def review_village(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """A village's list by name; its meetings, posting and complaints are kept here."""
    if unknown := unknown_words(request, ("show", "page")):
        return bad_question(request, unknown)
    found = _local(request, pk)
    shown = request.GET.get("show", "")
    if shown and shown not in SHOWN:
        return bad_question(request, [f"show={shown}"])
    page = village_page(found, part, request.user, today(), shown, request.GET.get("page", "1"))
    if page is None:
        raise Http404
    if request.method != "POST":
        return _show_village(request, page)
    if not page.reader.writes:
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    do = request.POST.get("do", "")
    if do not in VILLAGE_STEPS:
        return bad_question(request, [f"do={do}"])
    names, act, done = VILLAGE_STEPS[do]
    typed = Typed.of(request.POST, *names)
    try:
        act(page, typed, request)
    except ValidationError as refused:
        typed.refuse(refused)
    if typed.errors:
        return _show_village(request, page, do, typed, 400)
    messages.success(request, str(done()))
    return redirect("review_village", pk, part)


def _keep_meeting(page: VillagePage, typed: Typed, request: HttpRequest) -> None:
    held_on, present, agreed = typed.day("held_on"), typed.count("present"), typed.count("agreed")
    if typed.errors:
        return
    add_meeting(
        part=page.part,
        held_on=held_on,
        present=present,
        agreed=agreed,
        by=request.user,
        today=today(),
        chair=typed.text("chair"),
        secretary=typed.text("secretary"),
        minutes=typed.text("minutes"),
    )


def _keep_posting(page: VillagePage, typed: Typed, request: HttpRequest) -> None:
    first, last = typed.day("posted_from"), typed.day("posted_to")
    if typed.errors:
        return
    post_list(
        part=page.part,
        posted_from=first,
        posted_to=last,
        place=typed.text("place"),
        by=request.user,
        today=today(),
    )


def _keep_complaint(page: VillagePage, typed: Typed, request: HttpRequest) -> None:
    received_on = typed.day("received_on")
    household = _household(request, typed.text("household")) if typed.text("household") else None
    if typed.errors:
        return
    add_complaint(
        part=page.part,
        received_on=received_on,
        text=typed.text("text"),
        by=request.user,
        today=today(),
        household=household,
    )


def _keep_answer(page: VillagePage, typed: Typed, request: HttpRequest) -> None:
    answered_on = typed.day("answered_on")
    waiting = {str(one.pk): one for one in page.complaints}
    complaint = waiting.get(typed.text("complaint"))
    if complaint is None:
        raise Http404
    if typed.errors:
        return
    upheld = {"yes": True, "no": False}.get(typed.text("upheld"))
    answer_complaint(
        complaint=complaint,
        answer=typed.text("answer"),
        answered_on=answered_on,
        upheld=upheld,
        by=request.user,
        today=today(),
    )


VILLAGE_STEPS: dict[str, tuple[tuple[str, ...], Callable[..., None], Callable[[], str]]] = {
    "meeting": (
        ("held_on", "present", "agreed", "chair", "secretary", "minutes"),
        _keep_meeting,
        lambda: _("Đã ghi cuộc họp."),
    ),
    "posting": (("posted_from", "posted_to", "place"), _keep_posting, lambda: _("Đã ghi niêm yết.")),
    "complaint": (("received_on", "text", "household"), _keep_complaint, lambda: _("Đã ghi ý kiến.")),
    "answer": (
        ("complaint", "answer", "answered_on", "upheld"),
        _keep_answer,
        lambda: _("Đã ghi kết quả phúc tra."),
    ),
}


def _show_village(
    request: HttpRequest, page: VillagePage, do: str = "", typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "review": page.review,
        "do": do,
        "typed": typed or Typed(),
        "blank": Typed({"held_on": today().isoformat()}),
        "today": today(),
        "far": today() + timedelta(days=60),
    }
    return render(request, "housing/reviews/village.html", context, status=status)


# -- the ledgers -----------------------------------------------------------------------------------------


@never_cache
@require_safe
def review_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Both ledgers; the households behind a number for the commune's own people only."""
    if unknown := unknown_words(request, ("show", "page", "format")) or wrong_format(request):
        return bad_question(request, unknown)
    found = _readers(request, pk)
    shown = request.GET.get("show", "")
    page = ledger_page(found, request.user, today(), shown, request.GET.get("page", "1"))
    if page is None:
        return bad_question(request, [f"show={shown}"])
    if shown and not page.knows:
        raise PermissionDenied(_("Tên và số định danh của các hộ chỉ người của xã xem được."))
    if request.GET.get("format"):
        name = f"sonla-{found.commune.code}-bien-dong-{found.round.code}"
        if not shown:
            return list_answer(request, name, ledger_counted(page))
        lines = ledger_by_name(page)
        return list_answer(request, name, lines, kind="ledger-list", unit=found.commune, note=shown)
    return render(
        request, "housing/reviews/ledger.html", {"page": page, "review": found, "unit": found.commune}
    )


def _readers(request: HttpRequest, pk: int) -> CommuneReview:
    found = readers_review(pk, request.user, today())
    if found is None:
        raise Http404
    return found


def _local(request: HttpRequest, pk: int) -> CommuneReview:
    """The review for who knows the commune's people by name; its other readers are refused."""
    found = _readers(request, pk)
    if not reader_of(found, request.user, today()).knows:
        raise PermissionDenied(_("Tên và số định danh của các hộ chỉ người của xã xem được."))
    return found
