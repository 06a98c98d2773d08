"""One household: its page, its numbers on request, correcting it, and the people in it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communes.models import today
from housing.actions.members import SavedMember, member_left, save_member
from housing.actions.record_checks import check_household
from housing.actions.register import edit_household, members_hint
from housing.actions.stale import StaleRecord
from housing.forms.register import (
    HouseholdForm,
    LeftForm,
    MemberForm,
    new_member_of,
    typed_of,
    typed_of_member,
)
from housing.models import Household, Member
from housing.queries.household import HouseholdPage, household_ground, household_page
from housing.queries.register import Ground, ethnic_groups, villages_of_commune
from housing.rules.records import Hint, HouseholdData
from housing.views.register import crumbs
from programs.actions.exports import log_export
from programs.models import Through
from programs.views.review import bad_question, unknown_words

NUMBERS_SHOWN = "household-numbers"


@never_cache
@require_safe
def household(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A household with its people, reviews, houses and history; identity numbers masked."""
    if unknown := unknown_words(request, ()):
        return bad_question(request, unknown)
    ground, found = met_household(request, code, pk)
    return _show(request, household_page(found, ground, request.user, today()))


@never_cache
@require_POST
def household_numbers(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The same page with the identity numbers in full; who looked is written down first."""
    ground, found = met_household(request, code, pk)
    page = household_page(found, ground, request.user, today())
    numbers = bool(found.identity_number) + sum(bool(one.identity_number) for one in page.members)
    log_export(
        kind=NUMBERS_SHOWN,
        unit=found.commune,
        rows=numbers,
        by=request.user,
        at=timezone.now(),
        note=found.code,
    )
    return _show(request, page, numbers=True)


def _show(request: HttpRequest, page: HouseholdPage, *, numbers: bool = False) -> HttpResponse:
    village = page.household.village
    ways = crumbs(page.ground)
    context = {
        "page": page,
        "household": page.household,
        "unit": page.ground.unit,
        "crumbs": [*ways, (village.name, f"{ways[0][1]}?village={village.pk}")],
        "numbers": numbers,
        "hints": _hints(page),
    }
    return render(request, "housing/register/household.html", context)


def _hints(page: HouseholdPage) -> list[Hint]:
    """What is odd in what stands there; of no use to who cannot correct it."""
    if not page.may_write:
        return []
    one = page.household
    villages, groups = villages_of_commune(one.commune, today()), ethnic_groups()
    try:
        hints = check_household(data_of(one), villages=villages, groups=groups, today=today())[1]
    except ValidationError as error:
        hints = [Hint(name, words[0]) for name, words in error.message_dict.items()]
    return [*hints, *members_hint(one, one.persons)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form", "theirs")
def household_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Correct a household; when somebody else did so meanwhile, both words are shown and one chooses."""
    ground, found = kept_household(request, code, pk)
    choices: dict[str, Any] = {
        "villages": villages_of_commune(ground.unit, today()),
        "groups": ethnic_groups(),
    }
    form = HouseholdForm(request.POST or None, initial=typed_of(found), **choices)
    theirs: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            edit_household(
                household=found,
                version=version_in(request),
                data=form.household(),
                by=request.user,
                today=today(),
                through=Through.FORM,
            )
            messages.success(request, _("Đã ghi."))
            return redirect("household", ground.unit.code, found.pk)
        except StaleRecord:
            found.refresh_from_db()
            theirs = _differences(HouseholdForm(initial=typed_of(found), **choices), form)
            if not theirs:
                messages.success(request, _("Đã ghi."))
                return redirect("household", ground.unit.code, found.pk)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "household": found, "unit": ground.unit, "theirs": theirs}
    status = 400 if form.errors else 409 if theirs else 200
    return render(request, "housing/register/edit.html", context, status=status)


def _differences(stored: HouseholdForm, typed: HouseholdForm) -> list[tuple[str, str, str]]:
    """Field by field where what stands now is not what was typed: label, theirs, mine."""
    found = []
    for field in typed:
        theirs, mine = _words(field.field, stored.initial[field.name]), _words(field.field, field.value())
        if theirs != mine:
            found.append((str(field.label), theirs, mine))
    return found


def _words(field: Any, value: Any) -> str:
    if value is True or value is False:
        return _("có") if value else _("không")
    named = {str(key): str(words) for key, words in getattr(field, "choices", [])}
    text = "" if value is None else str(value).strip()
    return named.get(text, text) or "—"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form", "initial")
def member_new(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Write a person into the household."""
    ground, found = kept_household(request, code, pk)
    initial = new_member_of(found, is_first=not found.members.here().exists())
    form = MemberForm(request.POST or None, groups=ethnic_groups(), initial=initial)
    context = {"form": form, "household": found, "unit": ground.unit, "member": None}
    return _save_member(request, context, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form")
def member(request: HttpRequest, code: str, pk: int, who: int) -> HttpResponse:
    """Correct what is written about a person, or write that the person left (`do` is 'left')."""
    ground, found = kept_household(request, code, pk)
    person = found.members.here().filter(pk=who).first()
    if person is None:
        raise Http404
    leaves = request.method == "POST" and request.POST.get("do") == "left"
    typed = None if leaves else request.POST or None
    form = MemberForm(typed, groups=ethnic_groups(), initial=typed_of_member(person))
    left = LeftForm(request.POST if leaves else None, initial={"on": today()}, prefix="left")
    context = {"form": form, "left": left, "household": found, "unit": ground.unit, "member": person}
    return _leave_member(request, context, person) if leaves else _save_member(request, context, person)


def _save_member(request: HttpRequest, context: dict[str, Any], person: Member | None) -> HttpResponse:
    form, found = context["form"], context["household"]
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_member(
                household=found,
                version=version_in(request),
                data=form.member(),
                by=request.user,
                today=today(),
                through=Through.FORM,
                member=person,
            )
            return _after_member(request, saved)
        except StaleRecord as stale:
            context |= {"household": stale.current, "stale": True}
        except ValidationError as error:
            form.refuse(error)
    status = 400 if form.errors else 409 if context.get("stale") else 200
    return render(request, "housing/register/member.html", context, status=status)


def _leave_member(request: HttpRequest, context: dict[str, Any], person: Member) -> HttpResponse:
    left = context["left"]
    if left.is_valid():
        try:
            saved = member_left(
                member=person,
                version=version_in(request),
                on=left.cleaned_data["on"],
                by=request.user,
                today=today(),
                through=Through.FORM,
                note=left.cleaned_data["why"],
            )
            return _after_member(request, saved)
        except StaleRecord as stale:
            context |= {"household": stale.current, "stale": True}
        except ValidationError as error:
            left.refuse(error)
    return render(
        request, "housing/register/member.html", context, status=409 if context.get("stale") else 400
    )


def _after_member(request: HttpRequest, saved: SavedMember) -> HttpResponse:
    messages.success(request, _("Đã ghi."))
    for hint in saved.warnings:
        if hint.field != "persons":
            messages.warning(request, hint.words)
    return redirect("household", saved.household.commune.code, saved.household.pk)


# -- What every page of a household begins with ------------------------------------------------------


def met_household(request: HttpRequest, code: str, pk: int) -> tuple[Ground, Household]:
    """The household for who may see it by name; other readers of its commune are refused."""
    ground, found = household_ground(code, pk, request.user, today())
    if ground is None:
        raise Http404
    if found is None:
        if not ground.knows:
            raise PermissionDenied(_("Tên và số định danh của các hộ chỉ người của xã xem được."))
        raise Http404
    return ground, found


def kept_household(request: HttpRequest, code: str, pk: int) -> tuple[Ground, Household]:
    """The same for who writes in the commune's register."""
    ground, found = met_household(request, code, pk)
    if not ground.keeps:
        raise PermissionDenied(_("Sổ hộ do cán bộ của xã ghi."))
    return ground, found


def version_in(request: HttpRequest, name: str = "version") -> int:
    """The version that the page showed; 0, which no row has, when it is missing."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def data_of(household: Household) -> HouseholdData:
    """What stands in the register, as plain values."""
    names = HouseholdData.__dataclass_fields__
    return HouseholdData(**{name: getattr(household, name) for name in names})
