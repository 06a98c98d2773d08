"""The first page: a cadre's work, or for the province the way to its own first page."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from communes.models import Level, Membership, Role, today
from programs.queries.home import home_page
from programs.queries.other_tasks import other_tasks
from programs.views.review import bad_question, clock, unknown_words

# Who gives out a commune's shares, and is told when some cover nothing.
HEADS = (Role.LEADER, Role.ADMINISTRATOR)


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A cadre of communes sees what there is to do; who looks after a larger unit is led to its page."""
    held = Membership.objects.of(request.user, today()).select_related("unit", "unit__kind")
    units = {row.unit_id: row.unit for row in held}.values()
    _tell_who_only_reads(request, held)
    for level in (Level.PROVINCE, Level.DISTRICT):
        for unit in units:
            if unit.level == level:
                return redirect("dashboards:unit", unit.code)
    if not units and request.user.is_superuser:
        return redirect(reverse("admin:index"))
    if not units:
        return render(request, "programs/home_empty.html")
    if unknown := unknown_words(request, ("all",)):
        return bad_question(request, unknown)
    headed = [row.unit for row in held if row.role in HEADS and row.unit.level == Level.COMMUNE]
    page = home_page(
        request.user,
        list(units),
        today(),
        clock=clock(),
        headed=list(dict.fromkeys(headed)),
        all_reports="all" in request.GET,
    )
    context = {"page": page, "others": other_tasks(request.user, today())}
    return render(request, "programs/home.html", context)


def _tell_who_only_reads(request: HttpRequest, held: Collection[Membership]) -> None:
    """An inspector's account, made with an end: what it may do, and until when."""
    ends = [row.valid_to for row in held if row.valid_to is not None]
    if held and len(ends) == len(held) and all(row.role == Role.VIEWER for row in held):
        last = max(ends) - timedelta(days=1)
        messages.info(request, _("Tài khoản chỉ xem, đến hết ngày {day}.").format(day=f"{last:%d/%m/%Y}"))
