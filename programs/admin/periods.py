"""Periods and who owes which report: opened, closed, locked in bulk, with what that touches shown first."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.admin.base import (
    EndFilter,
    ModelAdmin,
    PlainFields,
    SuperuserOnly,
    confirm,
    counted,
    is_confirmed,
)
from communes.models import today
from programs.actions import set_period_state
from programs.models import (
    SENT_STATES,
    Assignment,
    FormField,
    Period,
    PeriodState,
    Reopening,
    Report,
    ReportForm,
    ReportState,
)

EXPLANATIONS = {
    PeriodState.OPEN: _(
        "Mở kỳ: cán bộ xã nhập và gửi được báo cáo; báo cáo còn thiếu của các đơn vị được "
        "giao sẽ được lập. "
        "Kỳ đã khóa mà mở lại thì báo cáo đã khóa trở về 'đã xác nhận'."
    ),
    PeriodState.CLOSED: _(
        "Đóng kỳ: cán bộ xã không nhập được nữa, trừ báo cáo bị trả lại để chỉnh sửa. Mở lại được."
    ),
    PeriodState.LOCKED: _(
        "Khóa kỳ: không ai nhập được nữa, trừ ngoại lệ ghi ở 'Mở lại kỳ đã đóng, đã khóa'. "
        "Báo cáo đã xác nhận "
        "chuyển thành 'đã khóa'. Báo cáo chưa gửi thì ở lại như đang có."
    ),
}
VERBS = {PeriodState.OPEN: _("Mở kỳ"), PeriodState.CLOSED: _("Đóng kỳ"), PeriodState.LOCKED: _("Khóa kỳ")}


def state_chip(kind: str, word: Any) -> Any:
    return format_html('<span class="chip chip-{}">{}</span>', kind, word)


@admin.register(Period)
class PeriodAdmin(ModelAdmin):
    section = "periods"
    list_display = ["name", "code", "kind", "starts_on", "ends_on", "deadline", "state_shown", "sent_of_all"]
    list_display_links = ["name", "code"]
    list_filter = ["state", "kind"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    actions = ["open", "close", "lock"]
    readonly_fields = ["state_shown", "sent_of_all"]
    fieldsets = [
        (None, {"fields": ["code", "name", "name_en", "kind"]}),
        (_("Thời gian của số liệu"), {"fields": ["starts_on", "ends_on"]}),
        (_("Thời hạn"), {"fields": ["opens_on", "deadline", "review_deadline"]}),
        (
            _("Trạng thái"),
            {
                "fields": ["state_shown", "sent_of_all"],
                "description": _(
                    "Mở, đóng, khóa bằng hành động ở trang danh sách; trước khi làm, trang sẽ "
                    "cho biết tác động "
                    "đến những báo cáo nào."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        sent = Count("reports", filter=Q(reports__state__in=SENT_STATES))
        return super().get_queryset(request).annotate(all_reports=Count("reports"), sent_reports=sent)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:3]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What decides who owes a report and by which rules stays as it is once there are reports."""
        fixed = ["code", "kind", "starts_on", "ends_on"] if obj is not None and obj.all_reports else []
        return [*self.readonly_fields, *fixed]

    def save_model(self, request: HttpRequest, obj: Period, form: Any, change: bool) -> None:
        """A new period is open from its opening day on, with the reports that are owed."""
        super().save_model(request, obj, form, change)
        if not change:
            set_period_state(periods=[obj], state=PeriodState.OPEN, today=today())

    @admin.display(description=_("trạng thái"), ordering="state")
    def state_shown(self, obj: Period) -> Any:
        return state_chip(obj.state, obj.get_state_display())

    @admin.display(description=_("báo cáo đã gửi"), ordering="sent_reports")
    def sent_of_all(self, obj: Any) -> Any:
        if not obj.all_reports:
            return "—"
        address = reverse("admin:programs_report_changelist") + f"?period__id__exact={obj.pk}"
        return format_html('<a href="{}">{}/{}</a>', address, obj.sent_reports, obj.all_reports)

    @admin.action(description=_("Mở các kỳ đã chọn"), permissions=["change"])
    def open(self, request: HttpRequest, queryset: QuerySet[Period]) -> HttpResponse | None:
        return self._set_state(request, queryset, "open", PeriodState.OPEN)

    @admin.action(description=_("Đóng các kỳ đã chọn"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Period]) -> HttpResponse | None:
        return self._set_state(request, queryset, "close", PeriodState.CLOSED)

    @admin.action(description=_("Khóa các kỳ đã chọn"), permissions=["change"])
    def lock(self, request: HttpRequest, queryset: QuerySet[Period]) -> HttpResponse | None:
        return self._set_state(request, queryset, "lock", PeriodState.LOCKED)

    def _set_state(
        self, request: HttpRequest, queryset: QuerySet[Period], action: str, state: PeriodState
    ) -> HttpResponse | None:
        if not is_confirmed(request):
            return confirm(
                self,
                request,
                queryset,
                action=action,
                title=VERBS[state],
                explanation=EXPLANATIONS[state],
                submit=VERBS[state],
                items=touched(queryset),
            )
        periods = list(queryset)
        before = _count_reports(periods)
        try:
            set_period_state(periods=periods, state=state, today=today())
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        for period in periods:
            self.log_change(request, period, str(VERBS[state]))
        words = _now("{what}: {names}.").format(what=VERBS[state], names=", ".join(map(str, periods)))
        made = _count_reports(periods) - before
        if made:
            words += " " + _now("Đã lập thêm {reports}.").format(reports=counted(Report, made))
        self.message_user(request, words, messages.SUCCESS)
        return None


def _count_reports(periods: list[Period]) -> int:
    return Period.objects.filter(pk__in=[one.pk for one in periods]).aggregate(n=Count("reports"))["n"]


def touched(periods: QuerySet[Period]) -> list[str]:
    """Each period in words with its reports by state: 'Năm 2026 (đang mở): 67 báo cáo, 60 đã gửi, …'."""
    rows = periods.order_by().values_list("pk", "reports__state").annotate(n=Count("reports"))
    by_period: dict[int, Counter[str]] = {}
    for pk, state, number in rows:
        if state is not None:
            by_period.setdefault(pk, Counter())[state] += number
    return [
        f"{one.title} ({one.get_state_display()}): {_states(by_period.get(one.pk, {}))}" for one in periods
    ]


def _states(numbers: Mapping[str, int]) -> str:
    if not numbers:
        return _now("chưa có báo cáo")
    each = [
        f"{numbers[state]} {ReportState(state).label}" for state in ReportState.values if state in numbers
    ]
    return f"{counted(Report, sum(numbers.values()))} ({', '.join(each)})"


class FormFieldInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = FormField
    extra = 0
    autocomplete_fields = ["indicator"]
    verbose_name_plural = _("Cột của biểu mẫu không có bộ tiêu chí")


class AssignmentInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = Assignment
    extra = 0
    show_change_link = True
    autocomplete_fields = ["criteria_set", "unit_kinds"]
    verbose_name_plural = _("Phân công: loại đơn vị nào nhập biểu này, theo kỳ nào")


@admin.register(ReportForm)
class ReportFormAdmin(ModelAdmin):
    section = "periods"
    list_display = ["name", "code", "leader_step", "field_count"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    inlines = [AssignmentInline, FormFieldInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportForm]:
        return super().get_queryset(request).annotate(own_fields=Count("fields"))

    @admin.display(description=_("cột riêng"))
    def field_count(self, obj: Any) -> Any:
        return obj.own_fields or _("theo bộ tiêu chí")


@admin.register(Assignment)
class AssignmentAdmin(ModelAdmin):
    section = "periods"
    list_display = ["form", "period_kind", "criteria_set", "owed_by", "valid_from", "valid_to"]
    list_filter = ["form", "period_kind", "criteria_set", EndFilter]
    list_select_related = ["form", "criteria_set"]
    search_fields = ["form__code", "criteria_set__code"]
    folded_fields = ["form__name"]
    autocomplete_fields = ["form", "criteria_set"]
    fieldsets = [
        (
            None,
            {
                "fields": ["form", "criteria_set", "unit_kinds", "period_kind", "valid_from", "valid_to"],
                "description": _(
                    "Đơn vị phải nộp báo cáo là đơn vị thuộc các loại này vào ngày cuối kỳ. "
                    "Sau khi sửa phân công, "
                    "chạy 'Mở các kỳ đã chọn' cho kỳ đang mở để lập những báo cáo còn thiếu."
                ),
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).prefetch_related("unit_kinds")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("loại đơn vị"))
    def owed_by(self, obj: Assignment) -> str:
        return ", ".join(kind.name for kind in obj.unit_kinds.all())


class ReopeningForm(forms.ModelForm):
    """An exception is for a report that is there, and for days to come."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wanted = {name: cleaned.get(name) for name in ("form", "period", "unit")}
        if all(wanted.values()) and not Report.objects.filter(**wanted).exists():
            self.add_error("unit", _now("Đơn vị này không có báo cáo đó trong kỳ đã chọn."))
        return cleaned

    def clean_until(self) -> Any:
        if self.cleaned_data["until"] < today():
            raise forms.ValidationError(_now("Ngày này đã qua."))
        return self.cleaned_data["until"]


@admin.register(Reopening)
class ReopeningAdmin(ModelAdmin):
    section = "periods"
    form = ReopeningForm
    list_display = ["unit", "form_name", "period", "until", "reason", "by", "at"]
    list_filter = ["period"]
    list_select_related = ["unit", "form", "period", "by"]
    search_fields = ["unit__code", "unit__search_name"]
    autocomplete_fields = ["form", "period", "unit"]
    fieldsets = [
        (
            None,
            {
                "fields": ["form", "period", "unit", "until", "reason"],
                "description": _(
                    "Cho riêng một đơn vị sửa báo cáo của kỳ đã đóng hoặc đã khóa, đến hết "
                    "ngày ghi ở đây. Lý do "
                    "được lưu lại và ai xem số liệu cũng thấy."
                ),
            },
        )
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Reopening, form: Any, change: bool) -> None:
        obj.by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("biểu mẫu"), ordering="form")
    def form_name(self, obj: Reopening) -> str:
        return str(obj.form)
