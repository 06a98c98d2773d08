"""Decisions of recognition, and the assessments to look at beside them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Dated, EndFilter, Marked, ModelAdmin, ReadOnly, Scoped
from programs.models import Assessment, CriterionAssessment, Recognition, RecognitionEnd, RevocationRule


@admin.register(Recognition)
class RecognitionAdmin(Scoped, Marked, Dated, ModelAdmin):
    section = "recognitions"
    list_display = ["unit", "level", "decision", "decided_on", "holds", "end_reason", "mark_word"]
    list_filter = ["level", EndFilter, "end_reason", "mark"]
    list_select_related = ["unit"]
    search_fields = ["unit__code", "unit__search_name", "decision"]
    search_help_text = _("Tìm theo mã hoặc tên đơn vị, có dấu hay không dấu, hoặc số quyết định.")
    autocomplete_fields = ["unit", "carries"]
    fieldsets = [
        (None, {"fields": ["unit", "level", "decision", "decided_on"]}),
        (
            _("Hiệu lực"),
            {
                "fields": ["valid_from", "valid_to", "end_reason", "carries"],
                "description": _(
                    "Sáp nhập hay chia tách thì công nhận kết thúc và không chuyển sang đơn "
                    "vị mới. Chỉ khi đơn vị "
                    "đổi tên hoặc đổi loại mà giữ nguyên địa giới thì ghi một dòng mới và "
                    "chọn dòng cũ ở 'nối tiếp'."
                ),
            },
        ),
        (_("Mức xác minh"), {"fields": ["mark", "note"]}),
    ]

    revoked_fields = ["end_decision", "end_decided_on", "end_note", "ended_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recognition]:
        return super().get_queryset(request).select_related("unit")

    def get_fieldsets(self, request: HttpRequest, obj: Recognition | None = None) -> Any:
        """A revoked one shows the decision that revoked it."""
        own = list(super().get_fieldsets(request, obj))
        return [*own, (_("Thu hồi"), {"fields": self.revoked_fields})] if _is_revoked(obj) else own

    def get_readonly_fields(self, request: HttpRequest, obj: Recognition | None = None) -> Any:
        """What a decision ended is not edited: another decision is another row."""
        own = tuple(super().get_readonly_fields(request, obj))
        if not _is_revoked(obj):
            return own
        return (
            *own,
            "unit",
            "level",
            "valid_from",
            "valid_to",
            "end_reason",
            "carries",
            *self.revoked_fields,
        )

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Revoking has a door of its own, which asks for the decision."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "end_reason":
            field.choices = [one for one in field.choices if one[0] != RecognitionEnd.REVOKED]
            field.help_text = _("Thu hồi thì ghi ở trang 'Giữ chuẩn' của tỉnh, với số quyết định.")
        return field


def _is_revoked(row: Recognition | None) -> bool:
    return row is not None and row.end_reason == RecognitionEnd.REVOKED


@admin.register(RevocationRule)
class RevocationRuleAdmin(Marked, Dated, ModelAdmin):
    """The bounds are data: an amendment is another row from its day."""

    section = "recognitions"
    list_display = ["tier", "decision", "lower_share", "upper_share", "communes_share", "holds", "mark_word"]
    list_filter = ["tier", EndFilter, "mark"]
    folded_fields = ["decision", "note"]
    autocomplete_fields = ["key_criteria"]
    fieldsets = [
        (None, {"fields": ["tier", "decision", "key_criteria"]}),
        (
            _("Mức đề nghị xem xét thu hồi"),
            {
                "fields": ["lower_share", "upper_share", "communes_share"],
                "description": _("Chỉ là mức để đề nghị: không công nhận nào tự bị thu hồi."),
            },
        ),
        (_("Thời gian"), {"fields": ["valid_from", "valid_to"]}),
        (_("Mức xác minh"), {"fields": ["mark", "note"]}),
    ]


class Computed(Scoped, ReadOnly, ModelAdmin):
    """What the figures say: computed with every save, never typed."""

    section = "recognitions"
    show_full_result_count = False
    search_fields = ["unit__code", "unit__search_name"]
    search_help_text = _("Tìm theo mã hoặc tên đơn vị, có dấu hay không dấu.")


@admin.register(Assessment)
class AssessmentAdmin(Computed):
    list_display = ["unit", "period", "criteria_set", "result", "met_of_all", "state", "provisional"]
    list_filter = ["criteria_set", "period", "result", "state", "provisional"]
    list_select_related = ["unit", "period", "criteria_set"]

    @admin.display(description=_("tiêu chí đạt"), ordering="met")
    def met_of_all(self, obj: Assessment) -> str:
        return f"{obj.met}/{obj.applicable}"


@admin.register(CriterionAssessment)
class CriterionAssessmentAdmin(Computed):
    list_display = ["unit", "period", "criterion", "result", "met_of_all", "state", "provisional"]
    list_filter = ["criterion__criteria_set", "period", "result", "state"]
    list_select_related = ["unit", "period", "criterion"]

    @admin.display(description=_("chỉ tiêu đạt"), ordering="met")
    def met_of_all(self, obj: Any) -> str:
        return f"{obj.met}/{obj.applicable}"
