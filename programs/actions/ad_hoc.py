"""Ad-hoc forms (biểu đột xuất): a few columns for chosen communes, with a deadline by the hour."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Unit, User
from communes.rules.text import normalise
from programs.actions.periods import open_reports, set_period_state
from programs.models import (
    Assignment,
    FormField,
    Indicator,
    IndicatorKind,
    OverTime,
    OverUnits,
    Period,
    PeriodKind,
    PeriodState,
    Report,
    ReportEvent,
    ReportForm,
    ReportState,
    Rulebook,
)
from programs.queries.ad_hoc import askable_units, period_of

MOST_COLUMNS = 12
# What asks for more time than this is a matter of an ordinary period.
LONGEST = timedelta(days=92)
LONGEST_NAME, LONGEST_NOTE, LONGEST_LABEL, LONGEST_UNIT = 160, 500, 120, 40


class ColumnKind(models.TextChoices):
    """What a column holds. Text is no figure: it is neither added up nor compared, and is left out."""

    NUMBER = "number", gettext_lazy("số nguyên")
    DECIMAL = "decimal", gettext_lazy("số có 2 chữ số lẻ")
    MONEY = "money", gettext_lazy("tiền (triệu đồng)")
    PERCENT = "percent", gettext_lazy("tỷ lệ % (tử số trên mẫu số)")
    BOOLEAN = "boolean", gettext_lazy("có / chưa")


# What each becomes: kind of indicator, decimals, scale it is typed on, how units add up.
SHAPES: dict[str, tuple[str, int, int, str]] = {
    ColumnKind.NUMBER: (IndicatorKind.NUMBER, 0, 0, OverUnits.SUM),
    ColumnKind.DECIMAL: (IndicatorKind.NUMBER, 2, 0, OverUnits.SUM),
    ColumnKind.MONEY: (IndicatorKind.MONEY, 0, 6, OverUnits.SUM),
    ColumnKind.PERCENT: (IndicatorKind.PERCENT, 0, 0, OverUnits.RATIO),
    ColumnKind.BOOLEAN: (IndicatorKind.BOOLEAN, 0, 0, OverUnits.COUNT_TRUE),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column to ask for; the unit of measure of money is đồng, a yes/no has none."""

    label: str
    kind: str = ColumnKind.NUMBER
    unit: str = ""

    @property
    def measured_in(self) -> str:
        return {ColumnKind.MONEY: "đồng", ColumnKind.BOOLEAN: ""}.get(ColumnKind(self.kind), self.unit)


@dataclass(frozen=True, slots=True)
class Draft:
    """An ad-hoc form as somebody wrote it: communes by id, the deadline as local day and hour."""

    name: str
    columns: Sequence[Column]
    units: Collection[int]
    day: date | None
    hour: time | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft in which nothing is wrong: its communes, and where a day off moves its deadline."""

    draft: Draft
    units: list[Unit]
    period: Period = field(repr=False)

    @property
    def is_moved(self) -> bool:
        return self.period.moved_to is not None


def check_ad_hoc(*, draft: Draft, by: User, at: datetime) -> Checked:
    """What would be made, without making it.

    Raises PermissionDenied when the person asks nobody, and ValidationError by field: 'name', 'note',
    'columns', 'column-K' (K from 0), 'units', 'day', 'hour'.
    """
    at = timezone.localtime(at)
    askable = askable_units(by, at.date())
    if not askable.exists():
        raise PermissionDenied(_("Chỉ người thẩm định hoặc quản trị cấp trên của xã tạo được biểu đột xuất."))
    draft = _tidied(draft)
    wrong = _wrong_texts(draft) | _wrong_deadline(draft, at)
    units = list(askable.filter(pk__in=draft.units).select_related("kind").order_by("code"))
    if not draft.units:
        wrong["units"] = _("Chọn ít nhất một xã.")
    elif len(units) != len(set(draft.units)):
        wrong["units"] = _("Có xã ngoài phạm vi của bạn, hoặc đã ngừng hoạt động. Chọn lại.")
    if wrong or draft.day is None:
        raise ValidationError(wrong)
    period = Period(starts_on=at.date(), deadline=draft.day, deadline_time=draft.hour)
    period.set_working_day()
    return Checked(draft, units, period)


def _tidied(draft: Draft) -> Draft:
    columns = tuple(Column(normalise(one.label), one.kind, normalise(one.unit)) for one in draft.columns)
    return replace(draft, name=normalise(draft.name), note=normalise(draft.note), columns=columns)


def _wrong_texts(draft: Draft) -> dict[str, str]:
    wrong = {}
    if not draft.name:
        wrong["name"] = _("Ghi tên biểu, ví dụ: Thiệt hại do mưa đá ngày 23/11.")
    for name, text, longest in (("name", draft.name, LONGEST_NAME), ("note", draft.note, LONGEST_NOTE)):
        if len(text) > longest:
            wrong[name] = _("Dài nhất {limit} ký tự.").format(limit=longest)
    if not draft.columns:
        wrong["columns"] = _("Ghi ít nhất một cột.")
    elif len(draft.columns) > MOST_COLUMNS:
        wrong["columns"] = _("Nhiều nhất {limit} cột.").format(limit=MOST_COLUMNS)
    labels = Counter(one.label.casefold() for one in draft.columns)
    for index, column in enumerate(draft.columns):
        if words := _wrong_column(column, labels):
            wrong[f"column-{index}"] = words
    return wrong


def _wrong_column(column: Column, labels: Counter[str]) -> str:
    if not column.label:
        return _("Ghi tên cột.")
    if labels[column.label.casefold()] > 1:
        return _("Có hai cột cùng tên “{label}”.").format(label=column.label[:LONGEST_LABEL])
    if len(column.label) > LONGEST_LABEL:
        return _("Tên cột dài nhất {limit} ký tự.").format(limit=LONGEST_LABEL)
    if column.kind not in ColumnKind.values:
        return _("Chọn dạng số của cột.")
    if len(column.unit) > LONGEST_UNIT:
        return _("Đơn vị tính dài nhất {limit} ký tự.").format(limit=LONGEST_UNIT)
    return ""


def _wrong_deadline(draft: Draft, at: datetime) -> dict[str, str]:
    wrong = {}
    if draft.day is None:
        wrong["day"] = _("Chọn ngày hạn gửi.")
    elif draft.day < at.date():
        wrong["day"] = _("Ngày hạn gửi đã qua.")
    elif draft.day > at.date() + LONGEST:
        wrong["day"] = _("Hạn gửi xa nhất {days} ngày.").format(days=LONGEST.days)
    if draft.hour is None:
        wrong["hour"] = _("Chọn giờ hạn gửi, ví dụ 16:00.")
    elif draft.day == at.date() and draft.hour <= at.time():
        wrong["hour"] = _("Giờ hạn gửi đã qua.")
    return wrong


@transaction.atomic
def create_ad_hoc(*, draft: Draft, by: User, at: datetime) -> ReportForm:
    """Make the form with its columns, its own period and a report for each commune, open at once.

    Sent twice in one day by the same person under one name with the same columns, the first one is given
    back. Raises as `check_ad_hoc` does.
    """
    # The first statement writes: who makes a form at the same moment comes after, with the next number.
    Rulebook.touch()
    at = timezone.localtime(at)
    checked = check_ad_hoc(draft=draft, by=by, at=at)
    draft = checked.draft
    if twin := _twin(draft, by, at.date()):
        return twin
    number = _next_number(ReportForm.objects.filter(code__startswith="adhoc."), "adhoc.")
    form = ReportForm.objects.create(code=f"adhoc.{number}", name=draft.name, note=draft.note, is_ad_hoc=True)
    columns = Indicator.objects.bulk_create(
        [_indicator(f"adhoc.{number}.{place}", one, at.date()) for place, one in enumerate(draft.columns, 1)]
    )
    FormField.objects.bulk_create(
        [FormField(form=form, indicator=one, order=place) for place, one in enumerate(columns, 1)]
    )
    _open(form, checked, by, at)
    return form


def _twin(draft: Draft, by: User, today: date) -> ReportForm | None:
    """The form that this person has made today under this name; another one needs another name."""
    made = ReportEvent.objects.filter(by=by, from_state="", to_state=ReportState.ENTERING)
    found = (
        ReportForm.objects.filter(is_ad_hoc=True, name=draft.name, assignments__period__starts_on=today)
        .filter(reports__events__in=made)
        .first()
    )
    if found is None:
        return None
    labels = FormField.objects.filter(form=found).order_by("order").values_list("indicator__name", flat=True)
    if list(labels) == [one.label for one in draft.columns]:
        return found
    raise ValidationError({"name": _("Hôm nay bạn đã gửi một biểu tên này. Đặt tên khác.")})


def _next_number(rows: models.QuerySet[Any], before: str) -> int:
    ends = (code.removeprefix(before) for code in rows.values_list("code", flat=True))
    return max((int(end) for end in ends if end.isascii() and end.isdigit()), default=0) + 1


def _indicator(code: str, column: Column, today: date) -> Indicator:
    kind, decimals, scale, over_units = SHAPES[column.kind]
    return Indicator(
        code=code,
        valid_from=today,
        name=column.label,
        kind=kind,
        unit=column.measured_in,
        decimals=decimals,
        entry_scale=scale,
        over_units=over_units,
        over_time=OverTime.LAST,
    )


def _open(form: ReportForm, checked: Checked, by: User, at: datetime) -> None:
    """The form's own period, who owes it, and their reports, each with who asked for it."""
    today = at.date()
    before = f"DX-{today.isoformat()}-"
    number = _next_number(Period.objects.filter(code__startswith=before), before)
    shown = f"{today.day}/{today.month}/{today.year}" + (f" ({number})" if number > 1 else "")
    period = checked.period
    period.code, period.kind = f"{before}{number}", PeriodKind.AD_HOC
    period.name = f"Đột xuất ngày {shown}"
    period.name_en = f"Ad hoc {shown}"
    period.ends_on = period.opens_on = today
    period.save()
    assignment = Assignment.objects.create(
        form=form, period_kind=PeriodKind.AD_HOC, period=period, valid_from=today
    )
    assignment.units.set(checked.units)
    open_reports(period=period)
    reports = Report.objects.filter(form=form, period=period)
    ReportEvent.objects.bulk_create(
        [ReportEvent(report=one, at=at, by=by, to_state=ReportState.ENTERING) for one in reports]
    )


@transaction.atomic
def set_ad_hoc_state(*, form: ReportForm, state: str, by: User, today: date) -> Period:
    """Close an ad-hoc form, or open it again for those who have not sent.

    Raises PermissionDenied unless the person reviews every commune that was asked, and ValidationError when
    its period is locked or the state is neither open nor closed.
    """
    period = period_of(form)
    asked = Report.objects.filter(form=form, period=period)
    reviewed = Report.objects.reviewable_by(by, today).filter(form=form, period=period)
    if period is None or not asked.exists() or reviewed.count() != asked.count():
        raise PermissionDenied(_("Chỉ người thẩm định của mọi xã được hỏi đóng, mở được biểu này."))
    if state not in (PeriodState.OPEN, PeriodState.CLOSED):
        raise ValidationError(_("Chỉ đóng hoặc mở được biểu đột xuất."), code="state")
    if period.is_locked:
        raise ValidationError(_("Kỳ của biểu đã khóa."), code="frozen")
    set_period_state(periods=[period], state=state, today=today)
    period.state = state
    return period


def columns_of(labels: Iterable[tuple[str, str, str]]) -> tuple[Column, ...]:
    """Columns from (label, kind, unit) as typed; lines without label and unit are left out."""
    return tuple(Column(label, kind, unit) for label, kind, unit in labels if label.strip() or unit.strip())
