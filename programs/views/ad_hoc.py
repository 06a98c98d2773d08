"""Ad-hoc forms: the list, making one in two steps, its live table, its files, closing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions.ad_hoc import (
    MOST_COLUMNS,
    Checked,
    ColumnKind,
    Draft,
    check_ad_hoc,
    columns_of,
    create_ad_hoc,
    set_ad_hoc_state,
)
from programs.actions.exports import log_export
from programs.models import FigureState, PeriodState
from programs.queries.ad_hoc import (
    Table,
    ad_hoc_table,
    askable_units,
    communes_word,
    due_words,
    groups_of,
    listed_forms,
    may_ask,
    readable_forms,
)
from programs.queries.exports import own_ground
from programs.sheets.ad_hoc import answers_csv, answers_xlsx
from programs.views.review import bad_question, unknown_words

PER_PAGE = 30
# So many lines stand on the page; the rest of the twelve behind one tap.
FIRST_LINES = 4
STATES = {"submitted": FigureState.SUBMITTED, "entered": FigureState.ENTERED}
WHO = ("chosen", "communes", "all")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def now() -> datetime:
    """The moment of the request, in Vietnamese time: a deadline here has an hour."""
    return timezone.localtime()


@never_cache
@require_safe
def ad_hoc_forms(request: HttpRequest) -> HttpResponse:
    """The ad-hoc forms that ask somebody in the person's scope, the last one first."""
    if unknown := unknown_words(request, ("page",)):
        return bad_question(request, unknown)
    today = now().date()
    found = readable_forms(request.user, today).order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = listed_forms(list(page.object_list), request.user, today)
    context = {"rows": rows, "page": page, "may_ask": may_ask(request.user, today)}
    return render(request, "programs/ad_hoc_forms.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ad_hoc_new(request: HttpRequest) -> HttpResponse:
    """Write a form, see whom it goes to ('step=preview'), then send it out ('step=create')."""
    at = now()
    if not may_ask(request.user, at.date()):
        raise PermissionDenied(_("Chỉ người thẩm định hoặc quản trị cấp trên của xã tạo được biểu đột xuất."))
    if request.method != "POST":
        return _write(request, Given(day=at.date().isoformat(), hour="16:00"), at)
    given = read_given(request.POST)
    step = request.POST.get("step", "preview")
    if step == "edit":
        return _write(request, given, at)
    draft = _draft(request, given, at)
    try:
        if step != "create":
            return _preview(request, given, check_ad_hoc(draft=draft, by=request.user, at=at), at)
        form = create_ad_hoc(draft=draft, by=request.user, at=at)
    except ValidationError as error:
        given.errors = {name: texts[0] for name, texts in error.message_dict.items()}
        return _write(request, given, at)
    messages.success(request, _("Đã gửi biểu tới các xã. Xã thấy ngay ở trang chủ của mình."))
    return redirect("ad_hoc", form.pk)


@never_cache
@require_safe
def ad_hoc(request: HttpRequest, pk: int) -> HttpResponse:
    """The live table of one form: who has sent, what, when, and the totals."""
    if unknown := unknown_words(request, ("state",)):
        return bad_question(request, unknown)
    state = request.GET.get("state", "submitted")
    if state not in STATES:
        return bad_question(request, [f"state={state}"])
    table = _readers_table(request, pk, state)
    context = {"table": table, "state": state, "reviews": table.may_close}
    return render(request, "programs/ad_hoc.html", context)


@never_cache
@require_safe
def ad_hoc_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as text."""
    return _file(request, pk, "csv")


@never_cache
@require_safe
def ad_hoc_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as a workbook."""
    return _file(request, pk, "xlsx")


@require_POST
def ad_hoc_state(request: HttpRequest, pk: int) -> HttpResponse:
    """'Đóng biểu' and 'Mở lại'."""
    today = now().date()
    form = get_object_or_404(readable_forms(request.user, today), pk=pk)
    try:
        period = set_ad_hoc_state(
            form=form, state=request.POST.get("state", ""), by=request.user, today=today
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        is_open = period.state == PeriodState.OPEN
        done = _("Đã mở lại: xã chưa gửi gửi được.") if is_open else _("Đã đóng biểu: xã không gửi được nữa.")
        messages.success(request, done)
    return redirect("ad_hoc", pk)


# -- what was written --------------------------------------------------------------------------------


@dataclass
class Line:
    """One line of the page: a column as it was typed."""

    number: int
    label: str = ""
    kind: str = ColumnKind.NUMBER
    unit: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.label.strip() and not self.unit.strip()


@dataclass
class Given:
    """What was written on the page, as texts, so that nothing is lost when something is wrong."""

    name: str = ""
    note: str = ""
    day: str = ""
    hour: str = ""
    who: str = "chosen"
    units: set[int] = field(default_factory=set)
    districts: set[int] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def written(self) -> list[Line]:
        return [one for one in self.lines if not one.is_empty]

    @property
    def shown(self) -> list[Line]:
        """All twelve lines, what was written first, each with its error."""
        lines = self.written
        for index, line in enumerate(lines):
            line.error = self.errors.get(f"column-{index}", "")
        return [*lines, *(Line(number) for number in range(len(lines) + 1, MOST_COLUMNS + 1))]


def read_given(data: Any) -> Given:
    """The page's fields; what is no number where one belongs is left out."""
    texts = {
        name: data.get(name, "").replace("\0", "")[:1000] for name in ("name", "note", "day", "hour", "who")
    }
    lines = [
        Line(
            number,
            data.get(f"label-{number}", "").replace("\0", "")[:1000],
            data.get(f"kind-{number}", ColumnKind.NUMBER),
            data.get(f"unit-{number}", "").replace("\0", "")[:1000],
        )
        for number in range(1, MOST_COLUMNS + 1)
    ]
    given = Given(
        **{**texts, "who": texts["who"] if texts["who"] in WHO else "chosen"},
        units=_numbers(data.getlist("unit")),
        districts=_numbers(data.getlist("district")),
        lines=lines,
    )
    for number, line in enumerate(given.written, 1):
        line.number = number
    return given


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}


def _draft(request: HttpRequest, given: Given, at: datetime) -> Draft:
    return Draft(
        name=given.name,
        note=given.note,
        columns=columns_of((one.label, one.kind, one.unit) for one in given.written),
        units=_chosen(request, given, at),
        day=_day(given.day),
        hour=_hour(given.hour),
    )


def _chosen(request: HttpRequest, given: Given, at: datetime) -> set[int]:
    """The communes by id: all, all that are no towns, or those ticked one by one and by district."""
    groups = groups_of(askable_units(request.user, at.date()), at.date())
    if given.who == "chosen":
        ticked = {
            one.pk
            for group in groups
            if group.district and group.district.pk in given.districts
            for one in group.communes
        }
        return given.units | ticked
    everybody = [one for group in groups for one in group.communes]
    return {one.pk for one in everybody if given.who == "all" or not one.kind.is_urban}


def _day(text: str) -> date | None:
    """The day of a date field, or of '24/11/2026' where a browser has none."""
    parts = text.strip().split("/")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    """The hour of a time field, or '16h' and '16h30' as people write it; seconds are dropped."""
    text = text.strip().lower().replace("h", ":").replace("g", ":")
    text = f"{text}00" if text.endswith(":") else text
    try:
        found = parse_time(text)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=None) if found else None


# -- pages -------------------------------------------------------------------------------------------


def _write(request: HttpRequest, given: Given, at: datetime) -> HttpResponse:
    groups = groups_of(askable_units(request.user, at.date()), at.date())
    everybody = [one for group in groups for one in group.communes]
    lines = given.shown
    context: dict[str, Any] = {
        "given": given,
        "groups": groups,
        "all": len(everybody),
        "communes": sum(not one.kind.is_urban for one in everybody),
        "lines": lines[:FIRST_LINES],
        "more": lines[FIRST_LINES:],
        "more_open": len(given.written) > FIRST_LINES,
        "most": MOST_COLUMNS,
        "kinds": ColumnKind.choices,
        "first_day": at.date(),
    }
    return render(request, "programs/ad_hoc_new.html", context, status=400 if given.errors else 200)


def _preview(request: HttpRequest, given: Given, checked: Checked, at: datetime) -> HttpResponse:
    kinds: Mapping[str, Any] = dict(ColumnKind.choices)
    context = {
        "given": given,
        "draft": checked.draft,
        "columns": [(one, kinds[one.kind]) for one in checked.draft.columns],
        "units": checked.units,
        "word": communes_word(checked.units),
        "due": due_words(checked.period, at.date()),
        "moved": checked.is_moved,
        "kept": _kept(given, [one.pk for one in checked.units]),
    }
    return render(request, "programs/ad_hoc_preview.html", context)


def _kept(given: Given, units: list[int]) -> list[tuple[str, object]]:
    """The page's fields to be sent on as they are; the communes by id, whatever chose them."""
    texts: list[tuple[str, object]] = [
        ("name", given.name),
        ("note", given.note),
        ("day", given.day),
        ("hour", given.hour),
        ("who", "chosen"),
    ]
    for line in given.written:
        number = line.number
        texts += [
            (f"label-{number}", line.label),
            (f"kind-{number}", line.kind),
            (f"unit-{number}", line.unit),
        ]
    return texts + [("unit", pk) for pk in units]


def _readers_table(request: HttpRequest, pk: int, state: str) -> Table:
    """The table as far as the person reads it. Raises Http404 when that is nothing."""
    at = now()
    form = get_object_or_404(readable_forms(request.user, at.date()), pk=pk)
    table = ad_hoc_table(form, request.user, at, STATES[state])
    if table is None:
        raise Http404
    return table


def _file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if unknown := unknown_words(request, ("state",)):
        return bad_question(request, unknown)
    state = request.GET.get("state", "submitted")
    if state not in STATES:
        return bad_question(request, [f"state={state}"])
    table = _readers_table(request, pk, state)
    log_export(
        kind="ad-hoc",
        unit=own_ground(request.user, now().date()),
        rows=len(table.rows),
        by=request.user,
        at=timezone.now(),
        note=f"{table.form.code} {table.period.code} {kind}",
    )
    if kind == "csv":
        response = HttpResponse(answers_csv(table), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(answers_xlsx(table, demo=settings.SONLA_DEMO), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{table.period.code}-{state}.{kind}"'
    return response
