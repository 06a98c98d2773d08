"""One household's sheets: the screen on which a cadre spends the autumn."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from communes.models import today
from housing.actions.sheets import frozen_words, record_sheet
from housing.actions.stale import StaleRecord
from housing.forms.reviews import field_errors, read_sheet, read_version
from housing.models import PovertyClass, PovertyReview, ReviewState
from housing.queries.review_pages import readers_review
from housing.queries.sheets import (
    SheetPage,
    answers_of,
    changed_by_others,
    outcomes_of,
    readers_sheet,
    sheet_page,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("answers", "values", "sheet", "page")
def sheet(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """Show a household's sheets, or store what was typed and go to the next household."""
    found = _readers(request, pk, sheet)
    page = sheet_page(found, request.user, today())
    if request.method != "POST":
        return _show(request, page, answers=answers_of(found, page.asked, today()))
    if not page.may_write and found.review.state == ReviewState.REVIEWING:
        raise PermissionDenied(_("Phiếu do cán bộ của xã nhập."))
    answers, values = read_sheet(request.POST, page.asked)
    reason = request.POST.get("reason_text", "")
    version = read_version(request.POST)
    errors: dict[str, str] = dict(answers.errors)
    if not errors:
        try:
            saved = record_sheet(
                sheet=found, version=version, values=values, by=request.user, today=today(), reason=reason
            )
        except StaleRecord as stale:
            return _conflict(request, page, stale, answers, reason)
        except ValidationError as refused:
            errors = dict(field_errors(refused))
        else:
            for words in saved.warnings:
                messages.warning(request, words)
            return _after(request, page, saved.sheet)
    answers = replace(answers, errors=errors)
    return _show(request, page, answers=answers, reason=reason, version=version, status=400)


def _after(request: HttpRequest, page: SheetPage, stored: PovertyReview) -> HttpResponse:
    """To the next household when asked, else back to this one with what was understood."""
    words = "; ".join(one.words for one in outcomes_of(stored, page.asked))
    messages.success(request, _("Đã lưu. {words}").format(words=words))
    following = page.next_open if request.POST.get("next") == "open" else None
    if request.POST.get("next") == "open" and following is None:
        return redirect("review", page.review.pk)
    return redirect("review_sheet", page.review.pk, following or stored.pk)


def _conflict(
    request: HttpRequest, page: SheetPage, stale: StaleRecord, answers: Any, reason: str
) -> HttpResponse:
    """Somebody stored this household meanwhile: both are shown, and saving again takes what is typed."""
    current = readers_sheet(stale.current.pk, page.review.pk, request.user, today())
    if current is None:
        raise Http404
    theirs = answers_of(current, page.asked, today())
    fresh = sheet_page(current, request.user, today())
    return _show(
        request,
        fresh,
        answers=answers,
        reason=reason,
        version=current.version,
        differences=changed_by_others(answers, theirs, page.asked),
        conflict=True,
        status=409,
    )


def _show(request: HttpRequest, page: SheetPage, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "page": page,
        "review": page.review,
        "sheet": page.sheet,
        "asked": page.asked,
        "today": today(),
        "version": page.sheet.version,
        "kinds": [("", ""), *PovertyClass.choices],
        "frozen": "" if page.review.state == ReviewState.REVIEWING else frozen_words(page.review),
        **more,
    }
    return render(request, "housing/reviews/sheet.html", context, status=status)


def _readers(request: HttpRequest, pk: int, sheet: int) -> PovertyReview:
    found = readers_sheet(sheet, pk, request.user, today())
    if found is not None:
        return found
    review = readers_review(pk, request.user, today())
    if review is None or not review.sheets.filter(pk=sheet).exists():
        raise Http404
    raise PermissionDenied(_("Tên và số định danh của các hộ chỉ người của xã xem được."))
