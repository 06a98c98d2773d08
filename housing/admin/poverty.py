"""Poverty standards with their lines, deprivations and scored items; the rounds of review; short lists."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Dated, EndFilter, Marked, ModelAdmin, PlainFields, SuperuserOnly
from housing.models import (
    CountedRatio,
    Deprivation,
    EthnicGroup,
    IncomeItem,
    PovertyLine,
    PovertyReason,
    PovertyStandard,
    ReviewRound,
    StandardDeprivation,
)
from housing.models.standards import LARGEST_BIT


class LineInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = PovertyLine
    extra = 0
    max_num = 2
    fields = ["area", "income", "points"]
    verbose_name_plural = _("Mức thu nhập và điểm B1 theo khu vực")


class DeprivationInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = StandardDeprivation
    extra = 0
    fields = ["order", "deprivation", "points", "definition", "mark"]
    verbose_name_plural = _("Phiếu B2: chỉ số thiếu hụt, điểm và định nghĩa")


class IncomeItemInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = IncomeItem
    extra = 0
    fields = ["area", "order", "group", "name", "points"]
    verbose_name = _("mục chấm điểm phiếu B1")
    verbose_name_plural = _("Phiếu B1: mục chấm điểm (để trống thì cán bộ ghi tổng điểm)")


@admin.register(PovertyStandard)
class PovertyStandardAdmin(Marked, Dated, ModelAdmin):
    section = "poverty"
    list_display = ["name", "code", "holds", "cutoff", "item_count", "round_count", "mark_word"]
    list_display_links = ["name", "code"]
    list_filter = [EndFilter, "mark"]
    search_fields = ["code"]
    folded_fields = ["code", "name", "decision"]
    goes_along = ["lines", "deprivations", "income_items"]
    inlines = [LineInline, DeprivationInline, IncomeItemInline]
    fieldsets = [
        (None, {"fields": ["code", "name", "name_en", "decision"]}),
        (
            _("Áp dụng"),
            {
                "fields": ["valid_from", "valid_to", "cutoff"],
                "description": _(
                    "Chuẩn nào dùng là do đợt rà soát chọn, không phải do năm. Sửa mức ở đây chỉ "
                    "đổi cách phân loại các phiếu được lưu từ nay; phiếu đã lưu giữ kết quả của nó."
                ),
            },
        ),
        (_("Mức xác minh"), {"fields": ["mark", "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PovertyStandard]:
        rows = super().get_queryset(request)
        return rows.annotate(items=Count("income_items", distinct=True))

    @admin.display(description=_("mục phiếu B1"), ordering="items")
    def item_count(self, obj: Any) -> int:
        return obj.items

    @admin.display(description=_("số đợt dùng"))
    def round_count(self, obj: PovertyStandard) -> int:
        return ReviewRound.objects.filter(standard=obj).count()


@admin.register(ReviewRound)
class ReviewRoundAdmin(ModelAdmin):
    section = "poverty"
    list_display = ["name", "code", "kind", "starts_on", "ends_on", "standard", "commune_count"]
    list_display_links = ["name", "code"]
    list_filter = ["kind", "standard"]
    list_select_related = ["standard"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    fieldsets = [
        (None, {"fields": ["code", "name", "name_en", "kind"]}),
        (_("Thời gian"), {"fields": ["starts_on", "ends_on", "posting_days", "decide_within"]}),
        (
            _("Chuẩn và kết quả"),
            {
                "fields": ["standard", "next_standard", "period"],
                "description": _(
                    "Đợt có kỳ là đợt chốt năm: kết quả thành số liệu của kỳ. Chuẩn mới tính song song "
                    "chỉ dùng khi tổng rà soát. Đã có xã bắt đầu thì không đổi chuẩn và kỳ được nữa."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewRound]:
        return super().get_queryset(request).annotate(begun=Count("communes"))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """What the communes' sheets rest on stays once one of them has begun."""
        if isinstance(obj, ReviewRound) and obj.communes.exists():
            return ["code", "kind", "standard", "next_standard", "period"]
        return []

    @admin.display(description=_("số xã đã bắt đầu"), ordering="begun")
    def commune_count(self, obj: Any) -> int:
        return obj.begun


class ShortListAdmin(Marked, ModelAdmin):
    """A short list that people choose from, in its order."""

    section = "poverty"
    list_display = ["order", "name", "code", "mark_word"]
    list_display_links = ["name", "code"]
    list_filter = ["mark"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    ordering = ["order", "code"]


class TickedAdmin(ShortListAdmin):
    """A list whose ticks are kept as bits: a new row takes the next one, and keeps it for good."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            taken = set(type(obj)._default_manager.values_list("bit", flat=True))
            free = [bit for bit in range(LARGEST_BIT + 1) if bit not in taken]
            if not free:
                raise ValidationError(_("Danh mục này đã đủ số dòng có thể có."))
            obj.bit = max(taken, default=-1) + 1 if max(taken, default=-1) < LARGEST_BIT else free[0]
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        full = self.model._default_manager.count() > LARGEST_BIT
        return super().has_add_permission(request, obj) and not full


@admin.register(Deprivation)
class DeprivationAdmin(TickedAdmin):
    list_display = ["order", "name", "service", "code", "mark_word"]
    list_display_links = ["name", "code"]


@admin.register(PovertyReason)
class PovertyReasonAdmin(TickedAdmin):
    pass


@admin.register(EthnicGroup)
class EthnicGroupAdmin(ShortListAdmin):
    pass


@admin.register(CountedRatio)
class CountedRatioAdmin(Marked, ModelAdmin):
    section = "poverty"
    list_display = ["indicator_code", "numerator", "denominator", "mark_word"]
    search_fields = ["indicator_code"]
