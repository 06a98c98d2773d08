"""After acts: roles on successors, what ended districts left, and whether the register holds."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.actions.successors import Chosen, give_successors, list_hand_over, settle_hand_over
from communes.forms.reorganise import StartForm
from communes.models import HandOver, Role, today
from communes.queries.findings import register_words
from communes.queries.register import register_findings
from communes.queries.reorganise import hand_over_page, readers_acts, successors_of
from communes.views.reorganise import keeper_of, person

FOUND_SHOWN = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act_people(request: HttpRequest, pk: int) -> HttpResponse:
    """For each successor of an act the people of its predecessors, with proposed roles: tick, day, save."""
    day = today()
    user = keeper_of(request, day)
    act = get_object_or_404(readers_acts(user, day), pk=pk)
    form = StartForm(
        request.POST if request.method == "POST" else None, initial={"start": max(day, act.operative_on)}
    )
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            count = give_successors(
                act=act, chosen=_chosen(request), start=form.cleaned_data["start"], by=user, today=day
            )
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            messages.success(request, _("Đã giao {count} vai trò ở các đơn vị mới.").format(count=count))
            return redirect("act_people", pk)
    successors = [one for one in successors_of(act, user, day) if one.proposals]
    context = {
        "act": act,
        "form": form,
        "error": error,
        "roles": Role.choices,
        "successors": successors,
        "waiting": sum(one.proposed for successor in successors for one in successor.proposals),
    }
    bad = bool(error or form.errors)
    return render(request, "communes/act_people.html", context, status=400 if bad else 200)


def _chosen(request: HttpRequest) -> list[Chosen]:
    """What is ticked: 'membership-successor', each with the role beside it."""
    chosen = []
    for key in request.POST.getlist("give"):
        old, _dash, new = key.partition("-")
        if not (old.isascii() and old.isdigit() and new.isascii() and new.isdigit()):
            raise ValidationError(_("Danh sách vừa thay đổi. Xem lại rồi lưu."), code="changed")
        chosen.append(Chosen(int(old), int(new), request.POST.get(f"role-{key}", "")))
    return chosen


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """What the ended districts left, each thing until it has a keeper."""
    day = today()
    user = keeper_of(request, day)
    error = ""
    if request.method == "POST":
        try:
            _hand_over(request)
        except ValidationError as refused:
            error = " ".join(refused.messages)
        else:
            return redirect("hand_over")
    page = hand_over_page(user, day)
    context = {"page": page, "error": error, "failed": request.POST.get("item", "")}
    return render(request, "communes/hand_over.html", context, status=400 if error else 200)


def _hand_over(request: HttpRequest) -> None:
    day = today()
    if request.POST.get("do") == "list":
        count = list_hand_over(by=person(request), today=day)
        messages.success(request, _("Đã ghi thêm {count} việc vào danh sách.").format(count=count))
        return
    wanted = request.POST.get("item", "")
    items = HandOver.objects.readable_by(person(request), day)
    item = get_object_or_404(items, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
    keeper = None
    if code := request.POST.get("keeper", ""):
        keeper = next((one for one in hand_over_page(person(request), day).keepers if one.code == code), None)
        if keeper is None:
            raise ValidationError(_("Không có đơn vị đó."))
    settle_hand_over(
        item=item, keeper=keeper, words=request.POST.get("note", ""), by=person(request), today=day
    )
    messages.success(request, _("Đã ghi bàn giao: {what}.").format(what=item.words))


@never_cache
@require_safe
def register_check(request: HttpRequest) -> HttpResponse:
    """Whether the register of units holds together, looked at now."""
    keeper_of(request, today())
    found = register_words(register_findings())
    context = {
        "errors": [one for one in found if one.weight == "error"][:FOUND_SHOWN],
        "warnings": [one for one in found if one.weight == "warning"][:FOUND_SHOWN],
        "notes": [one for one in found if one.weight == "note"][:FOUND_SHOWN],
        "count": sum(one.is_error for one in found),
    }
    return render(request, "communes/register_check.html", context)
