"""Coming in, going out, one's own password and language; and what the head of every page says."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from communes.forms import OwnPasswordForm, SignInForm
from communes.models import Level, Membership, Unit, today

LEVELS_FROM_TOP = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.VILLAGE)


@method_decorator(login_not_required, name="dispatch")
class LoginView(auth.LoginView):
    """Name and password; after too many tries registration/locked.html says when to try again."""

    authentication_form = SignInForm
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class LogoutView(auth.LogoutView):
    """By POST only: no link and no picture on another site ends a session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        messages.success(request, _("Bạn đã đăng xuất."))
        return response


class PasswordChangeView(auth.PasswordChangeView):
    """One's own password; other sessions of the person end, this one stays."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("password_change_done")


class PasswordChangeDoneView(auth.PasswordChangeDoneView):
    template_name = "registration/password_changed.html"


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to the page (`next`, on this site only)."""
    return django_set_language(request)


def whereabouts(request: HttpRequest) -> dict[str, Any]:
    """For templates: `own_place`, the highest unit the person belongs to today (or None), and
    `sees_province`, whether the province's pages are theirs. One query, when a page first asks."""
    place = SimpleLazyObject(lambda: own_place(request))
    return {"own_place": place, "sees_province": SimpleLazyObject(lambda: sees_province(request, place))}


def own_place(request: HttpRequest) -> Unit | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    held = Membership.objects.of(user, today()).select_related("unit")
    return min((row.unit for row in held), key=lambda unit: LEVELS_FROM_TOP.index(unit.level), default=None)


def sees_province(request: HttpRequest, place: Any) -> bool:
    user = getattr(request, "user", None)
    if user is not None and user.is_superuser:
        return True
    return bool(place) and place.level == Level.PROVINCE
