"""The household register of a commune: the list, the search, writing a household in; and counts above.

Names and identity numbers travel in the bodies of requests and pages only: never in an address or a log.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communes.models import Level, today
from housing.actions.record_checks import check_household
from housing.actions.register import DuplicatesFound, Saved, add_household
from housing.forms.register import NewHouseholdForm
from housing.queries.register import (
    Duplicate,
    Ground,
    RegisterQuestion,
    ethnic_groups,
    ground_of,
    household_list,
    own_registers,
    search_register,
    villages_of_commune,
)
from housing.queries.register_counts import register_counts
from housing.rules.records import HouseholdData
from programs.models import Through
from programs.queries.report_list import QuestionError
from programs.views.review import bad_question, unknown_words


@never_cache
@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """The registers of the person's scope: one's own commune's at once, those of a province as counts."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    own = own_registers(request.user, today())
    counts = register_counts(request.user, today())
    if len(own) == 1 and len(counts.rows) == 1:
        return redirect("register", own[0].code)
    known = {one.pk for one in own}
    context = {"counts": counts, "known": known, "day": today()}
    return render(request, "housing/register/overview.html", context)


@never_cache
@require_safe
def register(request: HttpRequest, code: str) -> HttpResponse:
    """The households of a commune by name, for its own people."""
    if unknown := unknown_words(request, RegisterQuestion.WORDS):
        return bad_question(request, unknown)
    ground = met_ground(code, request)
    try:
        listed = household_list(request.user, ground, request.GET.dict(), today())
    except QuestionError as error:
        return bad_question(request, [f"{error.name}={error.value}"])
    context = {"listed": listed, "ground": ground, "unit": ground.unit}
    return render(request, "housing/register/list.html", context)


@never_cache
@require_POST
@sensitive_post_parameters()
@sensitive_variables("text", "found")
def register_search(request: HttpRequest, code: str) -> HttpResponse:
    """Find by name or identity number; by POST, so that neither stands in an address or a log."""
    ground = met_ground(code, request)
    text = request.POST.get("q", "")
    found = search_register(request.user, ground.unit, text, today(), ground=ground)
    context = {"found": found, "ground": ground, "unit": ground.unit, "crumbs": crumbs(ground)}
    return render(request, "housing/register/search.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form", "data", "duplicates")
def household_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write a household in; likely duplicates are shown beside it before it is saved."""
    ground = kept_ground(code, request)
    choices: dict[str, Any] = {
        "villages": villages_of_commune(ground.unit, today()),
        "groups": ethnic_groups(),
    }
    form = NewHouseholdForm(request.POST or None, initial={"on": today()}, **choices)
    duplicates: list[Duplicate] = []
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            saved = _add(ground, form, request, seen=seen)
            if isinstance(saved, Saved):
                return redirect("household", ground.unit.code, saved.household.pk)
            duplicates = saved
        except ValidationError as error:
            form.refuse(error)
    context = {
        "form": form,
        "ground": ground,
        "unit": ground.unit,
        "duplicates": duplicates,
        "seen": _token(duplicates),
        "hints": _hints(form.household(), choices) if duplicates else [],
    }
    status = 400 if form.errors else 409 if duplicates else 200
    return render(request, "housing/register/new.html", context, status=status)


def _add(
    ground: Ground, form: NewHouseholdForm, request: HttpRequest, *, seen: str
) -> Saved | list[Duplicate]:
    """Save what was typed; or what it may be a duplicate of, unless all of these were seen already."""
    typed: dict[str, Any] = {
        "commune": ground.unit,
        "data": form.household(),
        "by": request.user,
        "today": today(),
        "through": Through.FORM,
        "on": form.cleaned_data["on"],
        "arrival": form.cleaned_data["arrival"],
    }
    try:
        return add_household(**typed)
    except DuplicatesFound as found:
        if not set(_token(found.duplicates).split(",")) <= set(seen.split(",")):
            return found.duplicates
    return add_household(**typed, duplicates_seen=True)


def _token(duplicates: list[Duplicate]) -> str:
    """Which duplicates a page showed: others, found later, are shown again."""
    return ",".join(str(one.household.pk) for one in duplicates)


def _hints(data: HouseholdData, choices: dict[str, Any]) -> list[Any]:
    return check_household(data, today=today(), **choices)[1]


def crumbs(ground: Ground) -> list[tuple[str, str]]:
    """The way to a page of a commune's register."""
    return [(_("Sổ hộ"), reverse("register", args=[ground.unit.code]))]


def met_ground(code: str, request: HttpRequest) -> Ground:
    """The commune for its own people; its other readers are refused, everybody else finds nothing."""
    ground = ground_of(code, request.user, today())
    if ground is None or ground.unit.level != Level.COMMUNE:
        raise Http404
    if not ground.knows:
        raise PermissionDenied(_("Tên và số định danh của các hộ chỉ người của xã xem được."))
    return ground


def kept_ground(code: str, request: HttpRequest) -> Ground:
    """The commune for who writes in its register; its other people are refused."""
    ground = met_ground(code, request)
    if not ground.keeps:
        raise PermissionDenied(_("Sổ hộ do cán bộ của xã ghi."))
    return ground
