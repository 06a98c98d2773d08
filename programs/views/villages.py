"""Villages of a commune or of the province: the list, its template and its import."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import Level, Unit, today
from programs.queries.villages import (
    administered_communes,
    may_import,
    readers_unit,
    village_page,
    villages_of,
)
from programs.sheets import village_book
from programs.views.imports import upload_page, workbook_answer
from programs.views.review import bad_question, unknown_words


@require_safe
def villages(request: HttpRequest, code: str) -> HttpResponse:
    """The villages of a unit, for who reads it."""
    if unknown := unknown_words(request, ("page",)):
        return bad_question(request, unknown)
    unit = _unit(request, code)
    page = village_page(unit, request.user, today(), request.GET.get("page", "1"))
    crumbs = [(unit.name, reverse("dashboards:unit", args=[unit.code]))]
    return render(request, "programs/villages.html", {"page": page, "unit": unit, "crumbs": crumbs})


@never_cache
@require_safe
def villages_template(request: HttpRequest, code: str) -> HttpResponse:
    """The list to fill in, with what stands already."""
    unit = _kept_by(request, code)
    communes = list(administered_communes(unit, request.user, today()).values())
    rows = villages_of(unit, request.user, today()).order_by("commune_code", "pk")
    return workbook_answer(
        village_book.village_template(unit, communes, list(rows)), f"sonla-{unit.code}-thon-ban"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def villages_import(request: HttpRequest, code: str) -> HttpResponse:
    """Send a list of villages."""
    unit = _kept_by(request, code)
    context = {
        "title": _("Danh mục thôn, bản · {unit}").format(unit=unit.name),
        "back": reverse("villages", args=[unit.code]),
        "back_name": _("Thôn, bản"),
        "download": reverse("villages_template", args=[unit.code]),
        "download_name": _("Tải mẫu danh sách, có sẵn các thôn, bản đang có"),
    }
    return upload_page(request, kind=village_book.KIND, unit=unit, options={}, context=context)


def _unit(request: HttpRequest, code: str) -> Unit:
    unit = readers_unit(code, request.user, today())
    if unit is None or unit.level == Level.VILLAGE:
        raise Http404
    return unit


def _kept_by(request: HttpRequest, code: str) -> Unit:
    """The unit, for who keeps its list of villages; its other readers are refused."""
    unit = _unit(request, code)
    if not may_import(unit, request.user, today()):
        raise PermissionDenied(_("Danh mục thôn, bản do quản trị của xã hoặc của tỉnh cập nhật."))
    return unit
