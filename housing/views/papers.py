"""The papers of a review: to print, or as PDF; by name, so only for the commune's own people."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communes.models import Unit, today
from housing.models import CommuneReview
from housing.queries.papers import KINDS, ReviewPaper, knows_people, review_paper, villages_of_review
from housing.queries.review_pages import readers_review
from programs.actions.exports import log_export
from programs.views.files import file_answer
from programs.views.printing import pdf_answer
from programs.views.review import bad_question, unknown_words

MOST_ON_PAPER = 2000


@never_cache
@require_safe
def review_papers(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A paper as a page to print; ?village= narrows it to one village."""
    if unknown := unknown_words(request, ("village",)):
        return bad_question(request, unknown)
    paper = _paper(request, pk, kind)
    context = {
        "paper": paper,
        "review": paper.review,
        "kinds": KINDS.values(),
        "villages": villages_of_review(paper.review),
        "village": request.GET.get("village", ""),
        "too_many": paper.kind.one_each and paper.households > MOST_ON_PAPER,
    }
    return render(request, "housing/papers/print.html", context)


@never_cache
@require_safe
def review_paper_pdf(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The same as PDF; who took how many names is written down."""
    if unknown := unknown_words(request, ("village",)):
        return bad_question(request, unknown)
    paper = _paper(request, pk, kind)
    if paper.kind.one_each and paper.households > MOST_ON_PAPER:
        return bad_question(request, ["village"])
    log_export(
        kind="review-paper",
        unit=paper.review.commune,
        rows=paper.households,
        by=request.user,
        at=timezone.now(),
        files=1,
        note=paper.kind.code,
    )
    query = request.META.get("QUERY_STRING", "")
    instead = reverse("review_papers", args=[pk, kind]) + (f"?{query}" if query else "")
    context = {"paper": paper, "document_title": paper.title}
    return pdf_answer(
        request, "housing/papers/sheet.html", context, paper.file_name, instead, ["css/paper.css"]
    )


@require_safe
def review_scan(request: HttpRequest, pk: int) -> FileResponse:
    """The signed decision, which bears names: for the commune's people, by no other address."""
    review = readers_review(pk, request.user, today())
    if review is None:
        raise Http404
    if not knows_people(review, request.user, today()):
        raise PermissionDenied(_("Giấy tờ có tên hộ chỉ người của xã xem được."))
    if review.scan is None:
        raise Http404
    return file_answer(review.scan)


def _paper(request: HttpRequest, pk: int, kind: str) -> ReviewPaper:
    review = readers_review(pk, request.user, today())
    if review is None or kind not in KINDS:
        raise Http404
    if not knows_people(review, request.user, today()):
        raise PermissionDenied(_("Giấy tờ có tên hộ chỉ người của xã xem được."))
    return review_paper(KINDS[kind], review, _village(request, review))


def _village(request: HttpRequest, review: CommuneReview) -> Unit | None:
    asked = request.GET.get("village", "")
    if not asked:
        return None
    found = next((one for one in villages_of_review(review) if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found
