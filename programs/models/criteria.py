"""Criteria sets: rules of one level, valid in one period, as data."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import UnitKind, Verification
from programs.models.indicators import Indicator
from programs.models.rulebook import Rule


class RecognitionLevel(models.TextChoices):
    """What a unit can be recognised as."""

    MET = "met", _("đạt chuẩn nông thôn mới")
    ADVANCED = "advanced", _("nông thôn mới nâng cao")
    MODEL = "model", _("nông thôn mới kiểu mẫu")
    DISTRICT = "district", _("huyện đạt chuẩn, hoàn thành xây dựng nông thôn mới")


class CriteriaSet(Rule):
    """A set of criteria of one level in one period (bộ tiêu chí), e.g. xã nông thôn mới 2021–2025."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    level = models.CharField(_("mức công nhận"), max_length=10, choices=RecognitionLevel.choices)
    kinds = models.ManyToManyField(
        UnitKind, verbose_name=_("áp dụng cho loại đơn vị"), related_name="criteria_sets"
    )
    decision = models.CharField(_("văn bản ban hành"), max_length=200, blank=True)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("bộ tiêu chí")
        verbose_name_plural = _("bộ tiêu chí")
        ordering = ["valid_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="criteria_set_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def has_ended(self, day: date) -> bool:
        """The set's own years are over, though a form may go on with it until the next is known."""
        return self.valid_to is not None and self.valid_to <= day


class Criterion(Rule):
    """One numbered criterion of a set (tiêu chí số 17: Môi trường và an toàn thực phẩm)."""

    criteria_set = models.ForeignKey(
        CriteriaSet, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("bộ tiêu chí")
    )
    number = models.PositiveSmallIntegerField(_("số"))
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    group = models.CharField(_("nhóm"), max_length=120, blank=True)
    group_en = models.CharField(_("nhóm (tiếng Anh)"), max_length=120, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    source = models.CharField(_("nguồn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("tiêu chí")
        verbose_name_plural = _("tiêu chí")
        ordering = ["criteria_set", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "number"],
                name="criterion_number",
                violation_error_message=_("Bộ tiêu chí đã có tiêu chí mang số này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_force(self, day: date) -> Self:
        """The version of each requirement that counts on that day (a period's last day)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Requirement(Rule):
    """What a criterion asks of one indicator (mức yêu cầu), in one dated version.

    `rule` is the only threshold that is read: {"op": ">=", "value": 30}, or `all` of several over
    parts (men and women each), with `when` conditions. A new threshold is a new version.
    """

    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="requirements", verbose_name=_("tiêu chí")
    )
    number = models.CharField(_("số"), max_length=10, help_text=_("Ví dụ: 17.1"))
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("chỉ tiêu")
    )
    wording = models.CharField(_("nội dung"), max_length=500)
    wording_en = models.CharField(_("nội dung (tiếng Anh)"), max_length=500, blank=True)
    rule = models.JSONField(_("quy tắc"), null=True, blank=True)
    may_not_apply = models.BooleanField(_("có thể không áp dụng"), default=False)
    delegated = models.BooleanField(_("giao UBND tỉnh quy định"), default=False)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    confidence = models.CharField(_("độ tin cậy"), max_length=10, blank=True)
    source = models.CharField(_("nguồn"), max_length=500, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    method = models.TextField(_("cách tính"), blank=True)
    evidence_hint = models.TextField(_("minh chứng cần có"), blank=True)
    guidance = models.CharField(_("văn bản hướng dẫn"), max_length=300, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("mức yêu cầu")
        verbose_name_plural = _("mức yêu cầu")
        ordering = ["criterion", "order", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "number", "valid_from"],
                name="requirement_version",
                violation_error_message=_("Chỉ tiêu này đã có mức yêu cầu bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="requirement_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        return self.wording_en if self.wording_en and get_language() == "en" else self.wording

    @property
    def is_provisional(self) -> bool:
        """A provisional threshold decides, and all that rests on it says 'tạm'."""
        return self.mark == Verification.PROVISIONAL
