"""What was taken away as a file: here to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Scoped
from programs.admin.reports import History
from programs.models import ExportLog
from programs.models.exports import EXPORT_KINDS


class KindFilter(admin.SimpleListFilter):
    """By what was taken, in words."""

    title = _("tải gì")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(EXPORT_KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExportLog]) -> QuerySet[ExportLog]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(ExportLog)
class ExportLogAdmin(Scoped, History):
    list_display = ["at", "by", "what", "unit", "rows", "files", "note"]
    list_select_related = ["by", "unit"]
    list_filter = [KindFilter]
    search_fields = ["unit__code", "unit__search_name", "by__username"]
    date_hierarchy = "at"

    @admin.display(description=_("tải gì"), ordering="kind")
    def what(self, obj: ExportLog) -> str:
        return obj.kind_words
