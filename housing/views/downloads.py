"""A list as a file: `?format=csv` or `?format=xlsx` of the page that shows it."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from communes.models import Unit
from housing.sheets.lists import Cell, Lines, lines_csv, lines_xlsx
from programs.actions.exports import log_export
from programs.views.printing import XLSX, as_file

WRITERS: dict[str, tuple[Callable[[Lines], bytes], str]] = {
    "csv": (lines_csv, "text/csv; charset=utf-8"),
    "xlsx": (lines_xlsx, XLSX),
}


def list_answer(
    request: HttpRequest,
    name: str,
    lines: Iterable[list[Cell]],
    *,
    kind: str = "",
    unit: Unit | None = None,
    note: str = "",
) -> HttpResponse:
    """The lines in the format asked for; with a `kind` they bear names, and who takes how many of what unit
    is written down first. The caller has seen that the format is one of WRITERS."""
    form = request.GET["format"]
    write, media_type = WRITERS[form]
    table = list(lines)
    if kind:
        log_export(
            kind=kind, unit=unit, rows=len(table) - 1, by=request.user, at=timezone.now(), files=1, note=note
        )
    answer = as_file(write(table), f"{name}.{form}", media_type)
    answer["Cache-Control"] = "private, no-store"
    return answer


def wrong_format(request: HttpRequest) -> list[str]:
    """The format asked for, where there is no such one."""
    form = request.GET.get("format", "")
    return [] if not form or form in WRITERS else [f"format={form}"]
