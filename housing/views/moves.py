"""What happens to a whole household: split, merged, moved, gone, brought back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from communes.models import today
from housing.actions.moves import (
    mark_gone,
    merge_households,
    move_out,
    move_village,
    restore_household,
    split_household,
)
from housing.actions.stale import StaleRecord
from housing.forms.register import LeaveForm, MergeForm, MoveForm, PlainForm, SplitForm
from housing.models import Departure, Household
from housing.queries.register import ethnic_groups, likely_duplicates, villages_of_commune
from housing.views.household import data_of, kept_household, version_in
from programs.models import Through
from programs.views.review import bad_question, unknown_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("form")
def household_split(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Some of a household begin one of their own: who goes, and what the new household is."""
    ground, found = kept_household(request, code, pk)
    initial = {
        "village": found.village_id,
        "ethnic_group": found.ethnic_group_id,
        "on": today(),
        "persons": 1,
    }
    villages = villages_of_commune(ground.unit, today())
    form = SplitForm(request.POST or None, villages=villages, groups=ethnic_groups(), initial=initial)
    chosen = [int(text) for text in request.POST.getlist("members") if text.isdigit() and len(text) < 10]
    context: dict[str, Any] = {"form": form, "members": list(found.members.here()), "chosen": chosen}
    if request.method == "POST" and form.is_valid():
        with _Trying(form, context) as trying:
            saved = split_household(
                household=found,
                version=version_in(request),
                members=chosen,
                data=form.household(),
                on=form.cleaned_data["on"],
                **_by(request),
            )
        if trying.succeeded:
            messages.success(request, _("Đã tách thành hộ {code}.").format(code=saved.household.code))
            return redirect("household", ground.unit.code, saved.household.pk)
    return _page(request, "split", found, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("other", "alike")
def household_merge(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Two households become one: first which other one, then both side by side, then how."""
    ground, found = kept_household(request, code, pk)
    if unknown := unknown_words(request, ("with",)):
        return bad_question(request, unknown)
    wanted = (request.POST.get("with") or request.GET.get("with", "")).strip()
    other = _other(request, found, wanted) if wanted else None
    same = found.persons if other is None else found.persons + other.persons
    form = MergeForm(request.POST or None, initial={"on": today(), "persons": min(same, 60)})
    context: dict[str, Any] = {"form": form, "other": other, "wanted": wanted}
    if other is None:
        alike = likely_duplicates(found.commune, data_of(found), exclude=[found.pk])
        near = [one.household for one in alike if not one.elsewhere and one.household.ended_on is None]
        context["alike"] = near
    elif request.method == "POST" and form.is_valid():
        with _Trying(form, context) as trying:
            merge_households(
                keep=found,
                version=version_in(request),
                other=other,
                other_version=version_in(request, "other_version"),
                persons=form.cleaned_data["persons"],
                on=form.cleaned_data["on"],
                twice=form.cleaned_data["how"] == "twice",
                note=form.cleaned_data["note"],
                **_by(request),
            )
        if trying.succeeded:
            words = _("Đã nhập hộ {code} vào hộ này. Hoàn tác được ở trang của hộ đó.")
            messages.success(request, words.format(code=other.code))
            return redirect("household", ground.unit.code, found.pk)
    return _page(request, "merge", found, context)


def _other(request: HttpRequest, found: Household, wanted: str) -> Household | None:
    """The other household by its code or key: one that stands in the same register."""
    rows = Household.objects.writable_by(request.user, today()).filter(commune=found.commune, ended_on=None)
    rows = rows.exclude(pk=found.pk).select_related("village", "ethnic_group")
    by_key = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    return rows.filter(pk=int(wanted)).first() if by_key else rows.filter(code=wanted[:20]).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def household_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """To another village of the commune."""
    ground, found = kept_household(request, code, pk)
    villages = villages_of_commune(ground.unit, today())
    others = {key: one for key, one in villages.items() if key != found.village_id}
    form = MoveForm(request.POST or None, villages=others)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        with _Trying(form, context) as trying:
            move_village(
                household=found,
                version=version_in(request),
                village=villages[form.cleaned_data["village"]],
                note=form.cleaned_data["note"],
                **_by(request),
            )
        if trying.succeeded:
            messages.success(request, _("Đã chuyển hộ sang thôn, bản mới."))
            return redirect("household", ground.unit.code, found.pk)
    return _page(request, "move", found, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def household_leave(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Moved out, nobody left, or written down by mistake."""
    ground, found = kept_household(request, code, pk)
    form = LeaveForm(request.POST or None, initial={"on": today(), "how": Departure.MOVED_OUT})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        with _Trying(form, context) as trying:
            _leave(request, found, form)
        if trying.succeeded:
            messages.success(request, _("Hộ đã ra khỏi sổ. Nếu nhầm, chọn “Hoàn tác”."))
            return redirect("household", ground.unit.code, found.pk)
    return _page(request, "leave", found, context)


def _leave(request: HttpRequest, found: Household, form: LeaveForm) -> None:
    typed = form.cleaned_data
    said: dict[str, Any] = {"household": found, "version": version_in(request), "on": typed["on"]}
    said |= {"note": typed["note"], **_by(request)}
    if typed["how"] == Departure.MOVED_OUT:
        move_out(**said)
    else:
        mark_gone(**said, mistake=typed["how"] == Departure.MISTAKE)


@never_cache
@require_POST
def household_restore(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """'Hoàn tác': the household stands in the register again, as if it had not left."""
    ground, found = kept_household(request, code, pk)
    try:
        restore_household(household=found, version=version_in(request), **_by(request))
        messages.success(request, _("Hộ đã trở lại trong sổ."))
    except StaleRecord:
        messages.error(request, _("Hộ này vừa được người khác sửa. Xem lại rồi làm lại."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("household", ground.unit.code, found.pk)


# -- Small parts -----------------------------------------------------------------------------------------


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "today": today(), "through": Through.FORM}


class _Trying:
    """An act that is refused in words: at its fields, or because somebody was quicker."""

    def __init__(self, form: PlainForm, context: dict[str, Any]) -> None:
        self.form, self.context = form, context
        self.succeeded = False

    def __enter__(self) -> "_Trying":
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if isinstance(error, StaleRecord):
            self.context["stale"] = True
            return True
        if isinstance(error, ValidationError):
            self.form.refuse(error)
            return True
        self.succeeded = error is None
        return False


def _page(request: HttpRequest, name: str, found: Household, context: dict[str, Any]) -> HttpResponse:
    if context.get("stale"):
        found.refresh_from_db()
    status = 409 if context.get("stale") else 400 if context["form"].errors else 200
    context = {**context, "household": found, "unit": found.commune}
    return render(request, f"housing/register/{name}.html", context, status=status)
