"""The people of a commune, for its leader and its administrator: accounts, roles, desks."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from communes.actions import end_role, give_role, make_account, reset_password
from communes.forms import ColleagueForm, DayForm, RoleForm
from communes.models import Membership, Unit, today
from communes.queries import managed_communes, managed_people
from programs.actions.desks import hand_over_desk
from programs.queries.sharing import Colleague, colleagues_of


def managed_unit(request: HttpRequest, code: str, day: date) -> Unit:
    """The commune whose people the person looks after; 404 for who cannot read it, 403 for who only reads."""
    unit = Unit.objects.readable_by(request.user, day).bearer_by(code, day)
    if unit is None:
        raise Http404
    if not managed_communes(request.user, day).filter(pk=unit.pk).exists():
        raise PermissionDenied(_("Chỉ lãnh đạo và quản trị của xã quản lý người dùng của xã."))
    return unit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody of the commune, and a form for a new colleague.

    The temporary password stands in the answer to the making and nowhere else.
    """
    day = today()
    unit = managed_unit(request, code, day)
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = make_account(unit=unit, by=request.user, today=day, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form = ColleagueForm()
    colleagues = colleagues_of(unit, request.user, day)
    context = {
        "unit": unit,
        "form": form,
        "made": made,
        "secret": secret,
        "present": [one for one in colleagues if one.present],
        "past": [one for one in colleagues if not one.present],
    }
    return render(request, "communes/people.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def person(request: HttpRequest, code: str, who: int) -> HttpResponse:
    """One colleague: a new password, another role, the end of one, the hand-over of a desk."""
    day = today()
    unit = managed_unit(request, code, day)
    colleagues = {one.user.pk: one for one in colleagues_of(unit, request.user, day)}
    if who not in colleagues:
        raise Http404
    shown = colleagues[who]
    if not shown.managed:
        raise PermissionDenied(_("Tài khoản của người này không do bạn quản lý."))
    if request.method != "POST":
        return _show(request, unit, shown)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return _show(request, unit, shown, error=_("Không rõ việc cần làm."))
    try:
        return act(request, unit, shown, day)
    except ValidationError as error:
        return _show(request, unit, shown, error=" ".join(error.messages))


def _show(
    request: HttpRequest, unit: Unit, shown: Colleague, *, error: str = "", secret: str = ""
) -> HttpResponse:
    heirs = managed_people(request.user, unit, today()).filter(is_active=True).exclude(pk=shown.user.pk)
    context = {
        "unit": unit,
        "colleague": shown,
        "error": error,
        "secret": secret,
        "heirs": heirs.order_by("full_name", "username"),
        "day": today(),
        "role_form": RoleForm(initial={"day": today()}, auto_id="new_%s"),
    }
    return render(request, "communes/person.html", context, status=400 if error else 200)


@sensitive_variables("secret")
def _password(request: HttpRequest, unit: Unit, shown: Colleague, day: date) -> HttpResponse:
    secret = reset_password(person=shown.user, unit=unit, by=request.user, today=day)
    return _show(request, unit, shown, secret=secret)


def _give(request: HttpRequest, unit: Unit, shown: Colleague, day: date) -> HttpResponse:
    given = _valid(RoleForm(request.POST))
    give_role(
        person=shown.user, unit=unit, role=given["role"], start=given["day"], by=request.user, today=day
    )
    messages.success(request, _("Đã giao vai trò cho {name}.").format(name=shown.user))
    return redirect("person", unit.code, shown.user.pk)


def _end(request: HttpRequest, unit: Unit, shown: Colleague, day: date) -> HttpResponse:
    given = _valid(DayForm(request.POST))
    role = _role(request, shown)
    end_role(membership=role, unit=unit, day=given["day"], by=request.user, today=day)
    words = _("{name} thôi vai trò “{role}” từ {day}.")
    told = words.format(name=shown.user, role=role.get_role_display(), day=f"{given['day']:%d/%m/%Y}")
    messages.success(request, told)
    return redirect("person", unit.code, shown.user.pk)


def _hand_over(request: HttpRequest, unit: Unit, shown: Colleague, day: date) -> HttpResponse:
    given = _valid(DayForm(request.POST))
    heir = request.POST.get("to", "")
    heirs = managed_people(request.user, unit, day)
    to = get_object_or_404(heirs, pk=int(heir) if heir.isascii() and heir.isdigit() else 0)
    hand_over_desk(
        membership=_role(request, shown), unit=unit, to=to, day=given["day"], by=request.user, today=day
    )
    words = _("Từ {day}, {heir} làm phần của {name}. Số liệu đã nhập giữ nguyên.")
    told = words.format(day=f"{given['day']:%d/%m/%Y}", heir=to, name=shown.user)
    messages.success(request, told)
    return redirect("person", unit.code, shown.user.pk)


def _valid(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    given: dict[str, Any] = form.cleaned_data
    return given


def _role(request: HttpRequest, shown: Colleague) -> Membership:
    """The role that the form names, of this person."""
    wanted = request.POST.get("role", "")
    for one in shown.roles:
        if str(one.membership.pk) == wanted:
            return one.membership
    raise Http404


ACTS = {"password": _password, "give": _give, "end": _end, "hand-over": _hand_over}
