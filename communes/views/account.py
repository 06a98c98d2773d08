"""Coming in, going out, one's own password, keys and language; and what the head of every page says."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as django_set_language

from communes.actions import issue_token, revoke_token
from communes.forms import OwnPasswordForm, OwnTokenForm, SignInForm
from communes.models import ApiToken, Level, Membership, Role, Unit, User, today

# So many ended keys are still named on the page.
ENDED_SHOWN = 20
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


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own keys to the API: which there are, when each was last used; and making a new one.

    The secret stands in the answer to the making and nowhere else: no session, no message, no address.
    """
    assert isinstance(request.user, User)
    form = OwnTokenForm(request.POST or None, user=request.user)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made, secret = issue_token(user=request.user, name=given["name"], days=given["days"])
        form = OwnTokenForm(user=request.user)
    own, now = list(ApiToken.objects.of(request.user)), timezone.now()
    in_use = [one for one in own if one.revoked_at is None and one.expires_at > now]
    context = {
        "form": form,
        "made": made,
        "secret": secret,
        "in_use": in_use,
        "ended": [one for one in own if one not in in_use][:ENDED_SHOWN],
    }
    return render(request, "communes/tokens.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before it takes a key away: a program that uses it stops. Another's key does not exist: 404."""
    assert isinstance(request.user, User)
    token = get_object_or_404(ApiToken.objects.of(request.user), pk=pk)
    if request.method != "POST" and token.revoked_at is None:
        return render(request, "communes/token_revoke.html", {"token": token})
    if token.revoked_at is None:
        revoke_token(token=token)
        messages.success(request, _("Đã thu hồi khóa “{name}”.").format(name=token.name or _("không tên")))
    return redirect("tokens")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to the page (`next`, on this site only)."""
    return django_set_language(request)


def whereabouts(request: HttpRequest) -> dict[str, Any]:
    """For templates: what `about_person` says of who asks. One query, when a page first asks."""
    user = getattr(request, "user", AnonymousUser())
    return about_person(user, SimpleLazyObject(lambda: own_roles(request)))


def about_person(user: User | AnonymousUser, held: Iterable[Membership]) -> dict[str, Any]:
    """What every page knows of a person with these roles.

    `own_place`, the highest unit the person belongs to (or None), `sees_province`, whether the province's
    pages are theirs, `own_people`, the commune whose people the person looks after (or None), and
    `keeps_register`, whether a province's register of units is theirs to keep.
    """
    place = SimpleLazyObject(lambda: own_place(held))
    return {
        "own_place": place,
        "sees_province": SimpleLazyObject(lambda: sees_province(user, place)),
        "own_people": SimpleLazyObject(lambda: own_people(held)),
        "keeps_register": SimpleLazyObject(lambda: keeps_register(user, held)),
    }


def own_roles(request: HttpRequest) -> list[Membership]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(Membership.objects.of(user, today()).select_related("unit"))


def own_place(held: Iterable[Membership]) -> Unit | None:
    return min((row.unit for row in held), key=lambda unit: LEVELS_FROM_TOP.index(unit.level), default=None)


def own_people(held: Iterable[Membership]) -> Unit | None:
    roles = (Role.LEADER, Role.ADMINISTRATOR)
    units = (row.unit for row in held if row.role in roles)
    return next((unit for unit in units if unit.level == Level.COMMUNE), None)


def keeps_register(user: User | AnonymousUser, held: Iterable[Membership]) -> bool:
    if user.is_superuser:
        return True
    return any(row.role == Role.ADMINISTRATOR and row.unit.level == Level.PROVINCE for row in held)


def sees_province(user: User | AnonymousUser, place: Any) -> bool:
    if user.is_superuser:
        return True
    return bool(place) and place.level == Level.PROVINCE
