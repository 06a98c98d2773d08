"""A decision that revokes a recognition: what it rests on, its number, its day and its reason."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from communes.models import Unit, today
from programs.actions.recognitions import revoke_recognition
from programs.models import FigureState, Recognition, RevokedTier, tier_of
from programs.queries.keeping import keeping


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and the record of the decision; who only reads the unit is refused."""
    day = today()
    rows = Recognition.objects.readable_by(request.user, day).select_related("unit__province")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    if not rows.revocable_by(request.user, day).filter(pk=pk).exists():
        raise PermissionDenied(_("Chỉ cán bộ thẩm định hoặc quản trị của tỉnh được ghi quyết định thu hồi."))
    if request.method != "POST":
        return _show(request, row, day)
    names = ("decision", "decided_on", "reason")
    given = {name: request.POST.get(name, "")[:1000].replace("\0", "").strip() for name in names}
    decided_on = _day(given["decided_on"])
    if decided_on is None:
        return _show(request, row, day, given, {"decided_on": _("Ghi ngày của quyết định.")})
    try:
        revoke_recognition(
            recognition=row,
            decision=given["decision"],
            decided_on=decided_on,
            reason=given["reason"],
            by=request.user,
            today=day,
        )
    except ValidationError as error:
        by_field = hasattr(error, "error_dict")
        said = error.message_dict if by_field else {"all": error.messages}
        return _show(request, row, day, given, {name: texts[0] for name, texts in said.items()})
    words = _("Đã ghi quyết định {number}: {unit} không còn được công nhận {level}.")
    level = row.get_level_display()
    messages.success(request, words.format(number=given["decision"], unit=row.unit.name, level=level))
    return redirect(_list_of(row))


def _list_of(row: Recognition) -> str:
    return reverse("dashboards:standing", args=[(row.unit.province or row.unit).code])


def _show(
    request: HttpRequest,
    row: Recognition,
    day: date,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    units = Unit.objects.readable_by(request.user, day).filter(pk=row.unit_id)
    found = keeping(units, day, day, FigureState.SUBMITTED)
    context: dict[str, Any] = {
        "row": row,
        "keeping": found[0] if found else None,
        "is_commune": tier_of(row.level) == RevokedTier.COMMUNE,
        "back": _list_of(row),
        "has_ended": row.valid_to is not None and row.valid_to <= day,
        "given": given or {},
        "errors": errors or {},
        "last_day": day,
    }
    return render(request, "programs/revoke.html", context, status=400 if errors else 200)


def _day(text: str) -> date | None:
    """The day of a date field, or of '20/12/2026' where a browser has none."""
    parts = text.split("/")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        text = f"{int(parts[2]):04}-{int(parts[1]):02}-{int(parts[0]):02}"
    try:
        return parse_date(text)
    except ValueError:
        return None
