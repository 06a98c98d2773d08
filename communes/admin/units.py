"""Units in the administration: the register, its acts, and the derived tables to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.admin.base import (
    Dated,
    EndFilter,
    Marked,
    ModelAdmin,
    PlainFields,
    ReadOnly,
    SuperuserOnly,
    is_administrator,
    is_superuser,
    titled,
)
from communes.admin.register import ChangesRegister
from communes.models import Act, Ancestry, Lineage, Placement, Succession, Unit, UnitKind, today
from communes.queries import administered_units


class PlacementInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = Placement
    fk_name = "unit"
    extra = 0
    autocomplete_fields = ["parent"]
    verbose_name_plural = _("Thuộc đơn vị nào, từ ngày nào")


class SuccessionInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = Succession
    extra = 0
    show_change_link = True
    autocomplete_fields = ["act"]
    fields = ["act", "whole", "share_millionths", "names_mark", "extent_mark", "note"]


class PredecessorInline(SuccessionInline):
    fk_name = "successor"
    verbose_name_plural = _("Hình thành từ các đơn vị cũ")
    fields = ["predecessor", *SuccessionInline.fields]
    autocomplete_fields = ["predecessor", "act"]


class SuccessorInline(SuccessionInline):
    fk_name = "predecessor"
    verbose_name_plural = _("Chuyển thành các đơn vị mới")
    fields = ["successor", *SuccessionInline.fields]
    autocomplete_fields = ["successor", "act"]


@admin.register(Unit)
class UnitAdmin(ChangesRegister, ModelAdmin):
    section = "units"
    list_display = [
        "code",
        "name",
        "level",
        "kind",
        "valid_from",
        "last_day_shown",
        "name_mark_word",
        "extent_mark_word",
    ]
    list_display_links = ["code", "name"]
    list_filter = [
        "level",
        "kind",
        EndFilter,
        titled("name_mark", _("xác minh tên")),
        titled("extent_mark", _("xác minh địa giới")),
    ]
    list_select_related = ["kind"]
    list_per_page = 100
    search_fields = ["code", "search_name"]
    search_help_text = _("Tìm theo mã hoặc tên, có dấu hay không dấu đều được.")
    autocomplete_fields = ["province"]
    inlines = [PlacementInline, PredecessorInline, SuccessorInline]
    goes_along = ["placements", "ancestors", "descendants", "lineage", "descent"]
    fieldsets = [
        (
            None,
            {
                "fields": ["code", "name", "level", "kind", "province"],
                "description": _(
                    "Sửa ở đây là sửa sai. Khi đơn vị đổi tên, đổi loại hoặc địa giới thì ghi ngày kết thúc "
                    "cho đơn vị cũ, thêm đơn vị mới và ghi kế thừa."
                ),
            },
        ),
        (_("Thời gian"), {"fields": ["valid_from", "valid_to"]}),
        (_("Diện tích, dân số"), {"fields": ["area_ha", "population", "facts_source"]}),
        (_("Mức xác minh"), {"fields": ["name_mark", "extent_mark"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return super().get_queryset(request).filter(pk__in=administered_units(request.user, today()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An administrator of a unit sees the own units here, and chooses among them for memberships."""
        return is_administrator(request)

    def choice_label(self, obj: Unit) -> str:
        return f"{obj} · {obj.code}"

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.inlines) if is_superuser(request) else []

    @admin.display(description=_("ngày cuối"), ordering="valid_to")
    def last_day_shown(self, obj: Unit) -> Any:
        return obj.last_day

    @admin.display(description=_("xác minh tên"), ordering="name_mark")
    def name_mark_word(self, obj: Unit) -> str:
        return obj.get_name_mark_display()

    @admin.display(description=_("xác minh địa giới"), ordering="extent_mark")
    def extent_mark_word(self, obj: Unit) -> str:
        return obj.get_extent_mark_display()


@admin.register(Placement)
class PlacementAdmin(Dated, ChangesRegister, ModelAdmin):
    section = "units"
    list_display = ["unit", "tie", "parent", "holds", "note"]
    list_filter = ["tie", EndFilter]
    list_select_related = ["unit", "parent"]
    search_fields = ["unit__code", "unit__search_name", "parent__code", "parent__search_name"]
    search_help_text = _("Tìm theo mã hoặc tên của đơn vị hoặc của cấp trên.")
    autocomplete_fields = ["unit", "parent"]


@admin.register(Act)
class ActAdmin(Marked, ModelAdmin):
    section = "units"
    list_display = ["number", "title", "in_force_on", "operative_on", "mark_word"]
    search_fields = ["number"]
    folded_fields = ["number", "title"]
    list_filter = ["mark"]


@admin.register(Succession)
class SuccessionAdmin(ChangesRegister, ModelAdmin):
    section = "units"
    list_display = ["predecessor", "successor", "act", "whole", "share_shown", "names_mark", "extent_mark"]
    list_filter = [
        "act",
        "whole",
        titled("names_mark", _("xác minh tên")),
        titled("extent_mark", _("xác minh phạm vi")),
    ]
    list_select_related = ["predecessor", "successor", "act"]
    search_fields = [
        "predecessor__code",
        "predecessor__search_name",
        "successor__code",
        "successor__search_name",
    ]
    search_help_text = _("Tìm theo mã hoặc tên của đơn vị cũ hoặc đơn vị mới.")
    autocomplete_fields = ["act", "predecessor", "successor"]

    @admin.display(description=_("tỷ lệ"), ordering="share_millionths")
    def share_shown(self, obj: Succession) -> Any:
        if obj.whole:
            return _("toàn bộ")
        if obj.share_millionths is None:
            return _("một phần, chưa rõ tỷ lệ")
        whole, rest = divmod(obj.share_millionths, 10_000)
        fraction = f"{rest:04d}".rstrip("0")
        return f"{whole},{fraction}%" if fraction else f"{whole}%"


@admin.register(UnitKind)
class UnitKindAdmin(ModelAdmin):
    section = "units"
    list_display = ["name", "code", "level", "is_urban", "order"]
    list_filter = ["level", "is_urban"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


class Derived(ReadOnly, ModelAdmin):
    """What is computed from the register: here to be looked at."""

    section = "units"
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(unit__in=administered_units(request.user, today()))

    @admin.display(description=_("đơn vị"), ordering="unit__code")
    def of_unit(self, obj: Any) -> str:
        return str(obj.unit)

    @admin.display(description=_("số bậc"), ordering="depth")
    def steps(self, obj: Any) -> int:
        return obj.depth


@admin.register(Ancestry)
class AncestryAdmin(Derived):
    list_display = ["of_unit", "above", "tie_word", "steps", "since", "until"]
    fields = list_display
    list_filter = ["tie", "depth", EndFilter]
    list_select_related = ["unit", "ancestor"]
    ordering = ["unit__code", "tie", "depth", "valid_from"]
    search_fields = ["unit__code", "unit__search_name", "ancestor__code", "ancestor__search_name"]

    @admin.display(description=_("cấp trên"), ordering="ancestor__code")
    def above(self, obj: Ancestry) -> str:
        return str(obj.ancestor)

    @admin.display(description=_("quan hệ"), ordering="tie")
    def tie_word(self, obj: Ancestry) -> str:
        return obj.get_tie_display()

    @admin.display(description=_("từ ngày"), ordering="valid_from")
    def since(self, obj: Ancestry) -> Any:
        return obj.valid_from

    @admin.display(description=_("đến trước ngày"), ordering="valid_to")
    def until(self, obj: Ancestry) -> Any:
        return obj.valid_to


@admin.register(Lineage)
class LineageAdmin(Derived):
    list_display = ["of_unit", "came_from", "steps"]
    fields = list_display
    list_filter = ["depth"]
    list_select_related = ["unit", "predecessor"]
    ordering = ["unit__code", "depth", "predecessor__code"]
    search_fields = ["unit__code", "unit__search_name", "predecessor__code", "predecessor__search_name"]

    @admin.display(description=_("đơn vị tiền thân"), ordering="predecessor__code")
    def came_from(self, obj: Lineage) -> str:
        return str(obj.predecessor)
