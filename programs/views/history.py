"""The page of one figure: who changed it, when, through what, from what to what; and its series."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communes.models import today
from programs.queries.entry import readers_report
from programs.queries.history import figure_history
from programs.views.review import bad_question, unknown_words


@never_cache
@require_safe
def history(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A figure's history, for those who may read its unit."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    report = readers_report(pk, request.user, today())
    found = report and figure_history(report, code, reader=request.user, today=today())
    if not found:
        raise Http404
    return render(request, "programs/history.html", {"history": found, "report": report})
