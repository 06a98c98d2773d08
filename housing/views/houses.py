"""Houses: the board and the list of a commune, the board of the province, proposing a house, targets."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import Level, Unit, today
from housing.actions.house_targets import set_target
from housing.actions.houses import AlreadyHelped, propose_house
from housing.forms.houses import (
    FILTER_WORDS,
    ProposalForm,
    SearchForm,
    TargetForm,
    read_day,
    read_filter,
)
from housing.models import Household, HousingList, HousingProject
from housing.queries.house_board import house_board
from housing.queries.house_targets import target_lines
from housing.queries.houses import (
    all_commune_houses,
    chosen_list,
    commune_houses,
    find_households,
    house_lists,
    houses_unit,
    knows_people,
    may_propose,
    may_set_targets,
    own_houses_unit,
    writers_household,
)
from housing.sheets.lists import houses_by_name, houses_counted
from housing.views.downloads import list_answer, wrong_format
from programs.models import Through
from programs.views.review import bad_question, unknown_words


@require_safe
def houses(request: HttpRequest) -> HttpResponse:
    """'Nhà ở' of the menu: leads to the person's own commune, or to the province."""
    unit = own_houses_unit(request.user, today())
    if unit is None:
        raise Http404
    return redirect("houses_of", unit.code)


@never_cache
@sensitive_post_parameters()
@sensitive_variables("search", "words", "wanted", "rows")
@require_http_methods(["GET", "HEAD", "POST"])
def houses_of(request: HttpRequest, code: str) -> HttpResponse:
    """Counts for who reads the unit; the list by name for the commune's people, who search it by POST."""
    if unknown := unknown_words(request, (*FILTER_WORDS, "format")) or wrong_format(request):
        return bad_question(request, unknown)
    unit = _unit(request, code)
    by_name = unit.level == Level.COMMUNE and knows_people(unit, request.user, today())
    if request.method == "POST" and not by_name:
        raise PermissionDenied(_("Danh sách có tên chỉ người của xã xem được."))
    search = SearchForm(request.POST) if request.method == "POST" else SearchForm()
    words = search.cleaned_data["words"] if search.is_bound and search.is_valid() else ""
    try:
        at = read_day(request.GET.get("at", ""), today())
        wanted = read_filter(request.GET, words)
    except ValidationError as error:
        return bad_question(request, error.messages)
    house_list = _list(request.GET.get("list", ""), at)
    board = house_board(unit, house_list, request.user, today(), at)
    if request.GET.get("format"):
        name = f"sonla-{unit.code}-nha-o-{house_list.code}"
        if not by_name:
            return list_answer(request, name, houses_counted(board))
        found = all_commune_houses(unit, house_list, request.user, today(), wanted)
        return list_answer(request, name, houses_by_name(found), kind="house-list", unit=unit)
    rows = None
    if by_name:
        number = request.GET.get("page", "1")
        rows = commune_houses(unit, house_list, request.user, today(), wanted, number)
    context: dict[str, Any] = {
        "unit": unit,
        "board": board,
        "lists": house_lists(),
        "today": today(),
        "wanted": wanted,
        "search": search,
        "rows": rows,
        "query": urlencode(
            {name: text for name, text in request.GET.items() if name not in ("page", "format")}
        ),
        "may_propose": may_propose(unit, request.user, today()),
        "may_set_targets": may_set_targets(unit, request.user, today()),
    }
    return render(request, "housing/houses/board.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def house_new(request: HttpRequest, code: str) -> HttpResponse:
    """Find a household of the register, then propose a house for it."""
    if unknown := unknown_words(request, ("household", "list")):
        return bad_question(request, unknown)
    unit = _unit(request, code)
    if not may_propose(unit, request.user, today()):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    household = _household(request, unit)
    if household is None:
        return _choose_household(request, unit)
    if request.method == "POST" and "on" in request.POST:
        return _propose(request, unit, household)
    last = chosen_list(request.GET.get("list", ""), today())
    first = {"house_list": last.code if last else "", "on": today()}
    return _show_proposal(request, unit, household, ProposalForm(initial=first))


@sensitive_variables("search", "words", "found")
def _choose_household(request: HttpRequest, unit: Unit) -> HttpResponse:
    search = SearchForm(request.POST) if request.method == "POST" else SearchForm()
    words = search.cleaned_data["words"] if search.is_bound and search.is_valid() else ""
    found = find_households(unit, request.user, today(), words)
    context = {"unit": unit, "search": search, "words": words, "found": found}
    return render(request, "housing/houses/choose.html", context)


def _household(request: HttpRequest, unit: Unit) -> Household | None:
    number = request.POST.get("household") or request.GET.get("household", "")
    if not number:
        return None
    found = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        found = writers_household(int(number), unit, request.user, today())
    if found is None:
        raise Http404
    return found


def _propose(request: HttpRequest, unit: Unit, household: Household) -> HttpResponse:
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _show_proposal(request, unit, household, form)
    try:
        house = propose_house(
            household=household, by=request.user, today=today(), through=Through.FORM, **form.cleaned_data
        )
    except AlreadyHelped as helped:
        return _show_proposal(request, unit, household, form, helped.houses)
    except ValidationError as error:
        form.take_errors(error)
        return _show_proposal(request, unit, household, form)
    messages.success(request, _("Đã đề nghị nhà cho hộ."))
    return redirect("house", house.commune.code, house.pk)


def _show_proposal(
    request: HttpRequest,
    unit: Unit,
    household: Household,
    form: ProposalForm,
    earlier: list[HousingProject] | None = None,
) -> HttpResponse:
    readable = HousingProject.objects.readable_by(request.user, today())
    linked = set(readable.filter(pk__in=[one.pk for one in earlier or []]).values_list("pk", flat=True))
    context = {
        "unit": unit,
        "household": household,
        "form": form,
        "earlier": [(one, one.pk in linked) for one in earlier or []],
        "asks_reason": bool(earlier) or bool(form.is_bound and form.data.get("repeat_reason")),
    }
    status = 400 if form.errors or earlier else 200
    return render(request, "housing/houses/new.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def house_targets(request: HttpRequest, code: str) -> HttpResponse:
    """The targets of one list by commune; the province gives and changes them, one commune at a time."""
    if unknown := unknown_words(request, ("list",)):
        return bad_question(request, unknown)
    unit = _unit(request, code)
    if not may_set_targets(unit, request.user, today()):
        raise PermissionDenied(_("Kế hoạch nhà ở do tỉnh giao."))
    house_list = _list(request.GET.get("list", ""), today())
    lines = target_lines(unit, house_list, today())
    form, asked = TargetForm(), ""
    if request.method == "POST":
        asked = request.POST.get("commune", "")
        commune = next((line.commune for line in lines if str(line.commune.pk) == asked), None)
        if commune is None:
            raise Http404
        form = TargetForm(request.POST)
        if form.is_valid() and _set_target(request, house_list, commune, form):
            return redirect(f"{reverse('house_targets', args=[code])}?{urlencode({'list': house_list.code})}")
    context = {
        "unit": unit,
        "house_list": house_list,
        "lists": house_lists(),
        "lines": lines,
        "form": form,
        "asked": asked,
    }
    return render(request, "housing/houses/targets.html", context, status=400 if form.errors else 200)


def _set_target(request: HttpRequest, house_list: HousingList, commune: Unit, form: TargetForm) -> bool:
    try:
        set_target(
            house_list=house_list, commune=commune, by=request.user, today=today(), **form.cleaned_data
        )
    except ValidationError as error:
        form.take_errors(error)
        return False
    messages.success(request, _("Đã lưu kế hoạch của {unit}.").format(unit=commune.name))
    return True


def _unit(request: HttpRequest, code: str) -> Unit:
    unit = houses_unit(code, request.user, today())
    if unit is None:
        raise Http404
    return unit


def _list(code: str, at: date) -> HousingList:
    found = chosen_list(code, at)
    if found is None:
        raise Http404
    return found
