"""Criteria sets, their criteria, and the indicators they measure."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Dated, EndFilter, Marked, ModelAdmin, PlainFields, SuperuserOnly
from programs.models import CriteriaSet, Criterion, Indicator, Requirement


class CriterionInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = Criterion
    extra = 0
    show_change_link = True
    fields = ["number", "name", "group", "mark"]
    can_delete = False
    verbose_name_plural = _("Tiêu chí (mở từng tiêu chí để xem các mức yêu cầu)")


@admin.register(CriteriaSet)
class CriteriaSetAdmin(Marked, Dated, ModelAdmin):
    section = "criteria"
    list_display = ["name", "code", "level", "applies_to", "holds", "mark_word"]
    list_filter = ["level", EndFilter, "mark"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    inlines = [CriterionInline]
    fieldsets = [
        (None, {"fields": ["code", "name", "name_en", "level", "kinds", "decision"]}),
        (
            _("Thời gian"),
            {
                "fields": ["valid_from", "valid_to"],
                "description": _(
                    "Hết giai đoạn thì ghi ngày kết thúc. Biểu mẫu vẫn dùng được bộ cũ cho "
                    "đến khi phân công báo "
                    "cáo chỉ sang bộ mới, và trang số liệu ghi rõ 'bộ tiêu chí đã hết giai đoạn'."
                ),
            },
        ),
        (_("Mức xác minh"), {"fields": ["mark", "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriteriaSet]:
        return super().get_queryset(request).prefetch_related("kinds")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("áp dụng cho"))
    def applies_to(self, obj: CriteriaSet) -> str:
        return ", ".join(kind.name for kind in obj.kinds.all())


class RequirementInline(SuperuserOnly, admin.TabularInline):
    """To look at: a threshold is changed on its own page, where one sees what that touches."""

    model = Requirement
    extra = 0
    show_change_link = True
    can_delete = False
    fields = ["number", "wording", "valid_from", "valid_to", "mark"]
    readonly_fields = fields
    verbose_name_plural = _("Mức yêu cầu (mở từng mức để sửa)")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Criterion)
class CriterionAdmin(Marked, ModelAdmin):
    section = "criteria"
    list_display = ["number", "title", "criteria_set", "group", "versions", "mark_word"]
    list_display_links = ["number", "title"]
    list_filter = ["criteria_set", "mark"]
    list_select_related = ["criteria_set"]
    ordering = ["criteria_set", "number"]
    search_fields = ["criteria_set__code"]
    folded_fields = ["number", "name", "group"]
    autocomplete_fields = ["criteria_set"]
    readonly_fields = ["add_requirement"]
    inlines = [RequirementInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Criterion]:
        rows = super().get_queryset(request).select_related("criteria_set")
        return rows.annotate(version_count=Count("requirements"))

    def choice_label(self, obj: Criterion) -> str:
        return f"{obj} · {obj.criteria_set.code}"

    @admin.display(description=_("tên"), ordering="name")
    def title(self, obj: Criterion) -> str:
        return obj.title

    @admin.display(description=_("số mức yêu cầu"), ordering="version_count")
    def versions(self, obj: Any) -> int:
        return obj.version_count

    @admin.display(description=_("thêm mức yêu cầu"))
    def add_requirement(self, obj: Criterion) -> Any:
        if obj.pk is None:
            return "—"
        address = reverse("admin:programs_requirement_add") + f"?criterion={obj.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Thêm một mức yêu cầu cho tiêu chí này"))


@admin.register(Indicator)
class IndicatorAdmin(Marked, Dated, ModelAdmin):
    section = "criteria"
    list_display = ["code", "title", "kind", "unit", "over_units", "over_time", "holds", "mark_word"]
    list_display_links = ["code", "title"]
    list_filter = ["kind", "over_units", "over_time", "role", EndFilter, "mark"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    search_help_text = _("Tìm theo mã hoặc tên, có dấu hay không dấu đều được.")
    autocomplete_fields = ["parent"]
    fieldsets = [
        (
            None,
            {"fields": ["code", "name", "name_en", "kind", "unit", "decimals", "entry_scale", "direction"]},
        ),
        (_("Tỷ lệ"), {"fields": ["numerator_name", "denominator_name", "base_code"]}),
        (_("Tổng hợp"), {"fields": ["over_units", "over_time", "weight_code", "cumulative"]}),
        (_("Là thành phần của chỉ tiêu khác"), {"fields": ["parent", "part", "role"]}),
        (_("Kiểm tra khi nhập"), {"fields": ["minimum", "maximum", "jump_percent"]}),
        (
            _("Thời gian"),
            {
                "fields": ["valid_from", "valid_to"],
                "description": _(
                    "Khi chỉ tiêu đổi dạng số (ví dụ từ có/không sang tỷ lệ) thì kết thúc "
                    "dòng này và thêm dòng mới "
                    "cùng mã từ ngày đó."
                ),
            },
        ),
        (_("Nguồn và mức xác minh"), {"fields": ["mark", "source"]}),
        (
            _("Nâng cao: chỉ tiêu tính từ đánh giá, công nhận"),
            {"classes": ["collapse"], "fields": ["derivation"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The step of stored figures and their shape cannot change under them."""
        fixed = obj is not None and obj.observations.exists()
        return ["code", "kind", "decimals"] if fixed else []

    def choice_label(self, obj: Indicator) -> str:
        return f"{obj} ({obj.valid_from:%d/%m/%Y})" if obj.valid_to else str(obj)

    @admin.display(description=_("tên"), ordering="name")
    def title(self, obj: Indicator) -> str:
        return Truncator(obj.title).words(20)
