"""Reports, figures and every step of their history: here to look at, changed only where they are entered."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.admin.base import ModelAdmin, ReadOnly, Scoped, titled
from communes.models import Unit, today
from programs.admin.periods import state_chip
from programs.models import (
    CriterionReview,
    Indicator,
    IndicatorKind,
    Observation,
    ObservationChange,
    Report,
    ReportEvent,
)
from programs.queries.thresholds import alone_words, unit_words
from programs.rules.numbers import format_number, format_percent, format_scaled
from programs.rules.verdicts import Figure

MISSING = "—"


def figure_words(indicator: Indicator, figure: Figure) -> str:
    """A figure as people read it: '80/100 hộ = 80,00%', 'có', '36,5 triệu đồng', 'không áp dụng', '—'."""
    if figure.not_applicable:
        return _now("không áp dụng")
    if figure.percentage is not None:
        return alone_words(figure.percentage)
    if figure.value is None:
        return MISSING
    if indicator.is_boolean:
        return _now("có") if figure.value else _now("không")
    if indicator.kind == IndicatorKind.PERCENT and figure.denominator:
        both = [format_number(count, indicator.decimals) for count in (figure.value, figure.denominator)]
        words = f"{both[0]}/{both[1]} {unit_words(indicator)}".rstrip()
        return f"{words} = {format_percent(figure.value, figure.denominator)}"
    if indicator.entry_scale:
        number = format_scaled(figure.value, indicator.decimals, indicator.entry_scale)
    else:
        number = format_number(figure.value, indicator.decimals)
    return f"{number} {unit_words(indicator)}".rstrip()


class History(ReadOnly, ModelAdmin):
    """Rows that say what happened; nobody adds, changes or deletes them here."""

    section = "reports"
    show_full_result_count = False
    search_help_text = _("Tìm theo mã hoặc tên đơn vị, có dấu hay không dấu.")


class OfReport(ReadOnly, admin.TabularInline):
    extra = 0
    classes = ["plain"]
    can_delete = False


class EventInline(OfReport):
    model = ReportEvent
    fields = ["at", "by", "from_state", "to_state", "comment"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportEvent]:
        return super().get_queryset(request).select_related("by")


class ReviewInline(OfReport):
    model = CriterionReview
    fields = ["criterion", "agency", "verdict", "comment", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriterionReview]:
        return super().get_queryset(request).select_related("criterion", "agency", "by")


@admin.register(Report)
class ReportAdmin(Scoped, History):
    list_display = ["unit", "form", "period", "state_shown", "entered", "first_sent_at", "on_time"]
    list_filter = ["period", "form", "state"]
    list_select_related = ["unit", "form", "period"]
    search_fields = ["unit__code", "unit__search_name"]
    fields = [
        "form",
        "unit",
        "period",
        "state_shown",
        "entered",
        "first_sent_at",
        "sent_at",
        "sent_by",
        "incomplete_reason",
        "on_time",
        "version",
        "figures",
    ]
    readonly_fields = ["state_shown", "on_time", "figures"]
    inlines = [EventInline, ReviewInline]

    @admin.display(description=_("trạng thái"), ordering="state")
    def state_shown(self, obj: Report) -> Any:
        return state_chip(obj.state, obj.get_state_display())

    @admin.display(description=_("đúng hạn"), boolean=True)
    def on_time(self, obj: Report) -> bool | None:
        return obj.is_on_time if obj.first_sent_at else None

    @admin.display(description=_("số liệu"))
    def figures(self, obj: Report) -> Any:
        address = reverse("admin:programs_observation_changelist") + f"?report__id__exact={obj.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Xem các số liệu của báo cáo này"))


class WithinReport(History):
    """Rows that belong to a report: within the scope of its unit."""

    list_filter = ["report__period", "report__form"]
    list_select_related = ["report__unit", "report__form", "report__period", "by"]
    search_fields = ["report__unit__code", "report__unit__search_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        units = Unit.objects.readable_by(request.user, today())
        return super().get_queryset(request).filter(report__unit__in=units)

    @admin.display(description=_("báo cáo"), ordering="report__unit__code")
    def of_report(self, obj: Any) -> str:
        return str(obj.report)


@admin.register(ReportEvent)
class ReportEventAdmin(WithinReport):
    list_display = ["at", "of_report", "from_state", "to_state", "by", "comment"]
    fields = ["of_report", "at", "by", "from_state", "to_state", "comment"]
    list_filter = ["to_state", *WithinReport.list_filter]


@admin.register(CriterionReview)
class CriterionReviewAdmin(WithinReport):
    list_display = ["of_report", "criterion", "agency", "verdict", "comment", "by", "at"]
    fields = ["of_report", "criterion", "agency", "verdict", "comment", "by", "at"]
    list_filter = ["verdict", *WithinReport.list_filter]
    list_select_related = [*WithinReport.list_select_related, "criterion", "agency"]


class Figures(Scoped, History):
    """Figures, with the unit, indicator and period they are about."""

    search_fields = ["unit__code", "unit__search_name", "indicator__code"]
    search_help_text = _("Tìm theo đơn vị hoặc mã chỉ tiêu, ví dụ: quynh nhai 17.1")
    list_select_related = ["unit", "indicator", "period"]
    ordering = ["-pk"]

    @admin.display(description=_("đơn vị"), ordering="unit__code")
    def of_unit(self, obj: Any) -> str:
        return str(obj.unit)

    @admin.display(description=_("chỉ tiêu"), ordering="indicator__code")
    def of_indicator(self, obj: Any) -> str:
        return Truncator(str(obj.indicator)).words(14)

    @admin.display(description=_("kỳ"), ordering="period")
    def of_period(self, obj: Any) -> str:
        return str(obj.period)


@admin.register(Observation)
class ObservationAdmin(Figures):
    list_display = [
        "of_unit",
        "of_indicator",
        "of_period",
        "value_shown",
        "state",
        "version",
        "updated_at",
        "updated_by",
        "through",
    ]
    list_filter = ["period", "state", "through", "not_applicable"]
    list_select_related = [*Figures.list_select_related, "updated_by"]
    fields = [
        "of_unit",
        "of_indicator",
        "of_period",
        "report",
        "value_shown",
        "note",
        "copied_from",
        "state",
        "version",
        "updated_at",
        "updated_by",
        "through",
        "steps",
    ]
    readonly_fields = ["value_shown", "steps"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A report's page links to its own figures."""
        return lookup == "report__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("số liệu"))
    def value_shown(self, obj: Observation) -> str:
        return figure_words(obj.indicator, obj.figure)

    @admin.display(description=_("các lần thay đổi"))
    def steps(self, obj: Observation) -> Any:
        address = reverse("admin:programs_observationchange_changelist")
        address += f"?unit__id__exact={obj.unit_id}&indicator__id__exact={obj.indicator_id}"
        address += f"&period__id__exact={obj.period_id}"
        return format_html('<a href="{}">{}</a>', address, _("Xem ai đã thay đổi, lúc nào"))


@admin.register(ObservationChange)
class ObservationChangeAdmin(Figures):
    list_display = ["at", "of_unit", "of_indicator", "of_period", "change_shown", "by", "through", "reason"]
    list_filter = [titled("period", _("kỳ"), admin.RelatedFieldListFilter), "through"]
    list_select_related = [*Figures.list_select_related, "by"]
    fields = [
        "of_unit",
        "of_indicator",
        "of_period",
        "version",
        "old_shown",
        "new_shown",
        "note",
        "reason",
        "by",
        "at",
        "through",
    ]
    readonly_fields = ["old_shown", "new_shown"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A figure's page links to its own steps."""
        own = ("unit__id__exact", "indicator__id__exact")
        return lookup in own or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("số cũ → số mới"))
    def change_shown(self, obj: ObservationChange) -> str:
        return f"{self.old_shown(obj)} → {self.new_shown(obj)}"

    @admin.display(description=_("số cũ"))
    def old_shown(self, obj: ObservationChange) -> str:
        return figure_words(obj.indicator, obj.old_figure)

    @admin.display(description=_("số mới"))
    def new_shown(self, obj: ObservationChange) -> str:
        return figure_words(obj.indicator, obj.figure)
