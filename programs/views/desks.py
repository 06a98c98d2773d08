"""Sharing the criteria of a commune out, and where each department of the province stands."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import Unit, today
from programs.actions.desks import carry_shares, share_out
from programs.models import CriteriaSet, Period
from programs.queries.departments import departments_page
from programs.queries.sharing import ShareGrid, carried_over, desk_names_of, sets_shared, share_grid
from programs.views.people import managed_unit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desks(request: HttpRequest, code: str) -> HttpResponse:
    """The grid of criteria and people; POST shares them out."""
    day = today()
    unit = managed_unit(request, code, day)
    sets = sets_shared(unit, day)
    chosen = _chosen_set(request, sets)
    if chosen is None:
        return render(request, "programs/desks.html", {"unit": unit, "grid": None})
    if request.method == "POST" and request.POST.get("do") == "carry":
        return _carry(request, unit, chosen)
    if request.method == "POST":
        return _share(request, unit, chosen, sets)
    return _show(request, unit, share_grid(unit, chosen, request.user, day), sets)


def _chosen_set(request: HttpRequest, sets: list[CriteriaSet]) -> CriteriaSet | None:
    wanted = request.POST.get("set") or request.GET.get("set")
    return next((one for one in sets if one.code == wanted), sets[0] if sets else None)


def _share(request: HttpRequest, unit: Unit, chosen: CriteriaSet, sets: list[CriteriaSet]) -> HttpResponse:
    shares, names = _read(request.POST)
    try:
        changed = share_out(
            unit=unit, criteria_set=chosen, shares=shares, desks=names, by=request.user, today=today()
        )
    except ValidationError as error:
        grid = share_grid(unit, chosen, request.user, today())
        return _show(request, unit, grid, sets, error=" ".join(error.messages))
    words = ngettext("Đã chia lại phần của {count} người.", "Đã chia lại phần của {count} người.", changed)
    messages.success(request, words.format(count=changed) if changed else _("Không có gì thay đổi."))
    return redirect("desks", unit.code)


def _carry(request: HttpRequest, unit: Unit, chosen: CriteriaSet) -> HttpResponse:
    """The shares of an old set, carried over to this one by the numbers of the criteria."""
    changed = carry_shares(unit=unit, criteria_set=chosen, by=request.user, today=today())
    words = ngettext(
        "Đã chuyển phần của {count} người sang bộ này.",
        "Đã chuyển phần của {count} người sang bộ này.",
        changed,
    )
    messages.success(request, words.format(count=changed) if changed else _("Không có gì thay đổi."))
    return redirect(f"{reverse('desks', args=[unit.code])}?set={chosen.code}")


def _read(data: Any) -> tuple[dict[int, set[int]], dict[int, str]]:
    """The ticks by role, and the names of desks; what is no number is left out."""
    rows = [int(text) for text in data.getlist("row") if _is_number(text)]
    shares = {row: {int(text) for text in data.getlist(f"m-{row}") if _is_number(text)} for row in rows}
    names = {row: data.get(f"desk-{row}", "").replace("\0", "") for row in rows}
    return shares, names


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _show(
    request: HttpRequest, unit: Unit, grid: ShareGrid, sets: list[CriteriaSet], error: str = ""
) -> HttpResponse:
    carried = carried_over(grid)
    context = {
        "unit": unit,
        "grid": grid,
        "sets": sets,
        "error": error,
        "desk_names": desk_names_of(unit),
        "carried": carried,
        "can_carry": any(one.criteria and not one.row.is_own for one in carried),
    }
    return render(request, "programs/desks.html", context, status=400 if error else 200)


@never_cache
@require_safe
def departments(request: HttpRequest, code: str) -> HttpResponse:
    """Each department with the reports under a unit that it confirmed, that wait for it, that it returned."""
    wrong = [name for name in request.GET if name not in ("period", "form", "agency")]
    if wrong:
        return render(request, "programs/review_question.html", {"names": wrong}, status=400)
    asked = request.GET.get("period", "")
    period = Period.objects.filter(code=asked).first() if asked else None
    at = period.ends_on if period else today()
    unit = Unit.objects.readable_by(request.user, today()).bearer_by(code, at)
    if unit is None:
        raise Http404
    form = request.GET.get("form", "")
    page = departments_page(unit, request.user, today(), period=asked, form=form)
    if page is None:
        names = [f"{name}={request.GET[name]}" for name in ("period", "form") if name in request.GET]
        return render(request, "programs/review_question.html", {"names": names}, status=400)
    shown = next((row for row in page.rows if row.agency.code == request.GET.get("agency")), None)
    context = {"page": page, "question": page.question, "unit": unit, "shown": shown}
    return render(request, "programs/departments.html", context)
