"""The register as a workbook: downloaded, filled in offline, sent in again."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communes.models import today
from housing.queries.register import ethnic_groups, register_rows, villages_of_commune
from housing.sheets import household_book
from housing.views.register import kept_ground, met_ground
from programs.actions.exports import log_export
from programs.views.imports import upload_page, workbook_answer


@never_cache
@require_safe
def register_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The commune's register with its stable codes; who took how many rows is written down first."""
    ground = met_ground(code, request)
    rows = register_rows(request.user, ground.unit, today())
    log_export(
        kind="household-list", unit=ground.unit, rows=len(rows), by=request.user, at=timezone.now(), files=1
    )
    content = household_book.household_template(
        ground.unit, rows, villages_of_commune(ground.unit, today()), list(ethnic_groups().values())
    )
    return workbook_answer(content, f"sonla-{ground.unit.code}-so-ho")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_import(request: HttpRequest, code: str) -> HttpResponse:
    """Send a filled-in register; its rows are looked at before anything changes."""
    ground = kept_ground(code, request)
    context = {
        "title": _("Sổ hộ · {unit}").format(unit=ground.unit.name),
        "back": reverse("register", args=[ground.unit.code]),
        "back_name": _("Sổ hộ"),
        "download": reverse("register_workbook", args=[ground.unit.code]),
        "download_name": _("Tải sổ hộ hiện có để điền và sửa"),
    }
    return upload_page(request, kind=household_book.KIND, unit=ground.unit, options={}, context=context)
