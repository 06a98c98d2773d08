"""Departments and desks: from when to when each exists, what it took over, which criteria it confirms."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Dated, EndFilter, Marked, ModelAdmin, PlainFields, SuperuserOnly
from programs.models import Agency, AgencyCriterion, AgencySuccession, Criterion, MembershipAgency


class Rows(PlainFields, SuperuserOnly, admin.TabularInline):
    """Rows of an agency, few enough to stand on its page."""

    extra = 0


class CriterionRows(Rows):
    model = AgencyCriterion
    verbose_name_plural = _("Tiêu chí mà cơ quan xác nhận")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgencyCriterion]:
        rows = super().get_queryset(request).select_related("agency", "criterion__criteria_set")
        return rows.order_by("criterion__criteria_set", "criterion__number")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "criterion":
            # One list for all rows: asked once a request, not once a row.
            rows = Criterion.objects.select_related("criteria_set").order_by("criteria_set", "number")
            kwargs["queryset"] = rows
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "criterion":
            if not hasattr(request, "criteria_choices"):
                request.criteria_choices = list(field.choices)  # type: ignore[attr-defined]
            field.choices = request.criteria_choices  # type: ignore[attr-defined]
        return field


class SuccessorRows(Rows):
    model = AgencySuccession
    fk_name = "predecessor"
    autocomplete_fields = ["successor"]
    verbose_name_plural = _("Chuyển cho cơ quan nào")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgencySuccession]:
        return super().get_queryset(request).select_related("predecessor", "successor")


class MemberRows(Rows):
    model = MembershipAgency
    autocomplete_fields = ["membership"]
    verbose_name_plural = _("Người làm nhân danh cơ quan này")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MembershipAgency]:
        rows = super().get_queryset(request)
        return rows.select_related("agency", "membership__user", "membership__unit")


@admin.register(Agency)
class AgencyAdmin(Marked, Dated, ModelAdmin):
    section = "people"
    list_display = ["name", "code", "unit", "holds", "confirms", "assembles", "mark_word"]
    list_filter = [EndFilter, "assembles", "mark"]
    list_select_related = ["unit"]
    search_fields = ["code", "unit__search_name"]
    folded_fields = ["name", "short_name"]
    ordering = ["unit", "code", "valid_from"]
    autocomplete_fields = ["unit"]
    inlines = [CriterionRows, SuccessorRows, MemberRows]
    goes_along = ["successions", "origins"]
    fieldsets = [
        (None, {"fields": ["code", "name", "name_en", "short_name", "unit", "assembles"]}),
        (
            _("Thời gian"),
            {
                "fields": ["valid_from", "valid_to"],
                "description": _(
                    "Khi sở, ngành hợp nhất: ghi ngày kết thúc cho cơ quan cũ, tạo cơ quan mới từ ngày đó, "
                    "rồi ghi ở cơ quan cũ đã chuyển phần nào cho cơ quan nào."
                ),
            },
        ),
        (_("Nguồn"), {"fields": ["mark", "source"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        return super().get_queryset(request).annotate(criteria_count=Count("criteria"))

    def choice_label(self, obj: Agency) -> str:
        return f"{obj.title} ({obj.valid_from:%d/%m/%Y} →)" if obj.valid_to else obj.title

    @admin.display(description=_("tiêu chí"), ordering="criteria_count")
    def confirms(self, obj: Agency) -> int:
        return obj.criteria_count  # type: ignore[attr-defined,no-any-return]
