"""Requirements with their thresholds: corrected in place, or replaced from a day by a new version."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.admin.base import Dated, EndFilter, Marked, ModelAdmin, counted
from communes.models import Verification, today
from programs.actions.rules import check_requirement, correct_requirement, revise_requirement
from programs.admin.rule_form import RuleFields, rule_fields
from programs.models import Indicator, Period, Report, Requirement
from programs.queries.requirements import judged_periods
from programs.queries.structure import Row
from programs.queries.thresholds import threshold_words

BREAK = mark_safe("<br>")


class RequirementForm(RuleFields, forms.ModelForm):
    """A requirement with its rule; the action's own checks speak before anything is saved."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        self.instance.rule = self.rule
        try:
            check_requirement(self.instance)
        except ValidationError as error:
            # The page around the form goes on speaking of the rule that stands.
            self.instance.rule = self.edited
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)


class RevisionForm(RuleFields):
    """A new threshold from a day on."""

    valid_from = forms.DateField(
        label=_("Áp dụng từ ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "Mức cũ hết hiệu lực từ đúng ngày này. Kỳ báo cáo theo mức có hiệu lực vào ngày cuối kỳ."
        ),
    )
    mark = forms.ChoiceField(label=_("Mức xác minh"), choices=Verification.choices)
    source = forms.CharField(label=_("Nguồn"), max_length=500, help_text=_("Văn bản nào quy định mức mới."))
    note = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)


def row_of(requirement: Requirement) -> Row:
    """The requirement as a form's row: its parts are those of its first day."""
    day = requirement.valid_from
    parts = {
        part.part: part
        for part in requirement.indicator.parts.all()
        if part.valid_from <= day and (part.valid_to is None or part.valid_to > day)
    }
    return Row(requirement.indicator, parts, requirement)


def judged_words(period: Period) -> str:
    """'Năm 2026 (đang mở): 67 báo cáo'."""
    reports = counted(Report, period.judged)  # type: ignore[attr-defined]
    return f"{period.title} ({period.get_state_display()}): {reports}"


@admin.register(Requirement)
class RequirementAdmin(Marked, Dated, ModelAdmin):
    section = "criteria"
    change_form_template = "admin/programs/requirement/change_form.html"
    list_display = ["number", "title", "of_criterion", "asked", "holds", "left_to_province", "mark_word"]
    list_display_links = ["number", "title"]
    list_filter = ["criterion__criteria_set", EndFilter, "delegated", "may_not_apply", "mark"]
    list_select_related = ["criterion__criteria_set", "indicator"]
    ordering = ["criterion__criteria_set", "criterion__number", "order", "valid_from"]
    search_fields = ["number", "indicator__code"]
    folded_fields = ["number", "wording"]
    search_help_text = _("Tìm theo số (17.1), mã hoặc nội dung, có dấu hay không dấu đều được.")
    autocomplete_fields = ["criterion", "indicator"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Requirement]:
        parts = Prefetch("indicator__parts", Indicator.objects.order_by("pk"))
        return super().get_queryset(request).prefetch_related(parts)

    @admin.display(description=_("nội dung"), ordering="wording")
    def title(self, obj: Requirement) -> str:
        return Truncator(obj.title).words(20)

    @admin.display(description=_("tiêu chí"), ordering="criterion__number")
    def of_criterion(self, obj: Requirement) -> str:
        return f"{obj.criterion} · {obj.criterion.criteria_set.code}"

    @admin.display(description=_("giao tỉnh"), ordering="delegated")
    def left_to_province(self, obj: Requirement) -> Any:
        return _("giao tỉnh") if obj.delegated else "—"

    @admin.display(description=_("mức yêu cầu"))
    def asked(self, obj: Requirement) -> str:
        return threshold_words(row_of(obj))

    @admin.display(description=_("quy tắc bằng lời"))
    def in_words(self, obj: Requirement) -> str:
        return threshold_words(row_of(obj)) if obj.pk else "—"

    @admin.display(description=_("đang dùng để đánh giá"))
    def touches(self, obj: Requirement) -> Any:
        periods = judged_periods(obj.criterion.criteria_set, obj.valid_from, obj.valid_to) if obj.pk else ()
        words = [judged_words(period) for period in periods]
        return format_html_join(BREAK, "{}", ((one,) for one in words)) or _("chưa có báo cáo nào")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["in_words", "touches"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = rule_fields(obj)
        numbers = list(fields.get("numbers", ())) or (
            [] if obj and obj.rule else ["operation", "first_value"]
        )
        return [
            (None, {"fields": ["criterion", "number", "order", "indicator", "wording", "wording_en"]}),
            (
                _("Mức phải đạt"),
                {
                    "fields": [*(["in_words"] if obj else []), *numbers],
                    "description": _(
                        "Sửa ở đây là sửa sai: mức được sửa cho cả thời gian của phiên bản "
                        "này và các kỳ đang mở được "
                        "đánh giá lại ngay; kỳ đã đóng, đã khóa giữ nguyên kết quả. Khi có "
                        "quy định mới thì dùng nút "
                        "'Quy định mức mới từ một ngày'."
                    ),
                },
            ),
            (_("Thời gian"), {"fields": ["valid_from", "valid_to", *(["touches"] if obj else [])]}),
            (_("Tính chất"), {"fields": ["may_not_apply", "delegated"]}),
            (_("Nguồn và mức xác minh"), {"fields": ["mark", "confidence", "source", "note"]}),
            (_("Nâng cao: cấu trúc quy tắc"), {"classes": ["collapse"], "fields": ["rule_text"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = type("RequirementForm", (RequirementForm,), rule_fields(obj))
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Requirement, form: Any, change: bool) -> None:
        correct_requirement(requirement=obj, by=request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A version that judges reports is ended or corrected, never deleted."""
        going, counts, perms, pointing = super().get_deleted_objects(objs, request)
        for obj in objs:
            periods = judged_periods(obj.criterion.criteria_set, obj.valid_from, obj.valid_to)
            pointing += [judged_words(period) for period in periods]
        return going, counts, perms, pointing

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/muc-moi/",
            self.admin_site.admin_view(self.revise_view),
            name="programs_requirement_revise",
        )
        return [own, *super().get_urls()]

    def revise_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page 'a new threshold from a day': its numbers, and what it will touch."""
        requirement = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, requirement):
            raise PermissionDenied
        if requirement is None:
            raise Http404(_("Không tìm thấy."))
        form_class = type("RevisionForm", (RevisionForm,), rule_fields(requirement))
        start = {"valid_from": today(), "mark": Verification.VERIFIED}
        form = form_class(request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            new = self._revised(request, requirement, form)
            if new is not None:
                return redirect(reverse("admin:programs_requirement_change", args=[new.pk]))
        periods = judged_periods(
            requirement.criterion.criteria_set, requirement.valid_from, requirement.valid_to
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Quy định mức mới từ một ngày"),
            "form": form,
            "requirement": requirement,
            "asked": threshold_words(row_of(requirement)),
            "shown_fields": [form[name] for name in _order(form)],
            "rule_text": form["rule_text"],
            "periods": [judged_words(period) for period in periods],
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "admin/programs/requirement/revise.html", context)

    def _revised(self, request: HttpRequest, requirement: Requirement, form: Any) -> Requirement | None:
        """The new version, or None with the action's refusal in the form."""
        said = {name: form.cleaned_data[name] for name in ("valid_from", "mark", "source", "note")}
        try:
            new = revise_requirement(requirement=requirement, rule=form.rule, by=request.user, **said)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
            return None
        self.log_addition(request, new, _now("Mức mới thay cho mức cũ."))
        words = _now("Đã quy định mức mới của {number} từ {day}; mức cũ kết thúc vào ngày đó.")
        self.message_user(
            request,
            words.format(number=new.number, day=f"{new.valid_from:%d/%m/%Y}"),
            messages.SUCCESS,
        )
        return new


def _order(form: RuleFields) -> list[str]:
    rule = list(form.numbers) or [name for name in ("operation", "first_value") if name in form.fields]
    return [*rule, "valid_from", "mark", "source", "note"]
