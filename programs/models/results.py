"""Results: what the figures say about a unit, and what was decided about it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communes.models import Level, Membership, Role, Unit, User, Verification
from programs.models.criteria import CriteriaSet, Criterion, RecognitionLevel
from programs.models.desks import MembershipAgency
from programs.models.observations import FigureState
from programs.models.periods import Period


class Result(models.IntegerChoices):
    """The verdict on a requirement, a criterion or a set; the numbers are those of `rules.verdicts`."""

    NOT_MET = 0, _("chưa đạt")
    MET = 1, _("đạt")
    UNKNOWN = 2, _("chưa đủ số liệu")
    NOT_APPLICABLE = 3, _("không áp dụng")


class ResultQuerySet(models.QuerySet):
    """Shared questions of both assessment tables."""

    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(unit__in=Unit.objects.readable_by(user, at))

    def at_least(self, state: int) -> Self:
        """Assessments whose every figure has come at least that far."""
        return self.filter(state__gte=state)

    def determined(self) -> Self:
        """Unknown counts as not reported."""
        return self.exclude(result=Result.UNKNOWN)


class Assessment(models.Model):
    """The computed state of a unit against a set in one period (đánh giá), stored with each save."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("đơn vị")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("bộ tiêu chí")
    )
    period = models.ForeignKey(
        Period, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("kỳ")
    )
    result = models.PositiveSmallIntegerField(_("kết quả"), choices=Result.choices)
    met = models.PositiveSmallIntegerField(_("tiêu chí đạt"))
    not_met = models.PositiveSmallIntegerField(_("tiêu chí chưa đạt"))
    unknown = models.PositiveSmallIntegerField(_("tiêu chí chưa đủ số liệu"))
    not_applicable = models.PositiveSmallIntegerField(_("tiêu chí không áp dụng"))
    indicators_met = models.PositiveSmallIntegerField(_("chỉ tiêu đạt"))
    indicators_applicable = models.PositiveSmallIntegerField(_("chỉ tiêu áp dụng"))
    state = models.PositiveSmallIntegerField(_("mức"), choices=FigureState.choices)
    provisional = models.BooleanField(_("tạm"), default=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("đánh giá")
        verbose_name_plural = _("đánh giá")
        ordering = ["period", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "period", "unit"], name="assessment_once")
        ]
        indexes = [models.Index(fields=["unit", "criteria_set", "period"], name="assessment_series")]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.period_id} · {self.get_result_display()}"

    @property
    def applicable(self) -> int:
        """Criteria that apply: 'không áp dụng' leaves the set's count."""
        return self.met + self.not_met + self.unknown


class CriterionAssessment(models.Model):
    """The computed state of a unit in one criterion and period."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", verbose_name=_("đơn vị"))
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("tiêu chí")
    )
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+", verbose_name=_("kỳ"))
    result = models.PositiveSmallIntegerField(_("kết quả"), choices=Result.choices)
    met = models.PositiveSmallIntegerField(_("chỉ tiêu đạt"))
    applicable = models.PositiveSmallIntegerField(_("chỉ tiêu áp dụng"))
    total = models.PositiveSmallIntegerField(_("số chỉ tiêu"))
    state = models.PositiveSmallIntegerField(_("mức"), choices=FigureState.choices)
    provisional = models.BooleanField(_("tạm"), default=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("đánh giá theo tiêu chí")
        verbose_name_plural = _("đánh giá theo tiêu chí")
        ordering = ["period", "unit", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "period", "unit"], name="criterion_assessment_once")
        ]
        indexes = [models.Index(fields=["unit", "period"], name="criterion_assessment_unit")]

    def __str__(self) -> str:
        return f"{self.criterion_id} · {self.unit_id} · {self.get_result_display()}"


class RecognitionEnd(models.TextChoices):
    """Why a recognition ended."""

    MERGED = "merged", _("sáp nhập")
    URBAN = "urban", _("thành phường, thị trấn")
    PROGRAMME_ENDED = "programme_ended", _("hết giai đoạn của chương trình")
    EXPIRED = "expired", _("hết hạn")
    REVOKED = "revoked", _("bị thu hồi")
    TIER_ENDED = "tier_ended", _("không còn cấp huyện")


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def in_force(self, at: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)

    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(unit__in=Unit.objects.readable_by(user, at))

    def revoked_by(self, at: date) -> Self:
        """Those that a decision had ended by that day."""
        return self.filter(end_reason=RecognitionEnd.REVOKED, valid_to__lte=at)

    def revocable_by(self, user: User, at: date) -> Self:
        """Those whose revocation the user may record: as reviewer or administrator of their province.

        A department that only confirms its own criteria decides nothing about the whole.
        """
        if not user.is_active or user.is_superuser:
            return self if user.is_active else self.none()
        held = Membership.objects.of(user, at).filter(
            role__in=(Role.REVIEWER, Role.ADMINISTRATOR), unit__level=Level.PROVINCE
        )
        departments = MembershipAgency.objects.filter(agency__assembles=False).values("membership")
        held = held.exclude(role=Role.REVIEWER, pk__in=departments)
        return self.filter(unit__province__in=held.values("unit"))


class Recognition(models.Model):
    """The legal decision that recognises a unit at a level (công nhận đạt chuẩn), from a day to another.

    A merger or split does not carry it over; a rename or change of kind alone does, by a row of its own
    that names the one it `carries`. One that was revoked names the decision that revoked it.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("đơn vị")
    )
    level = models.CharField(_("mức"), max_length=10, choices=RecognitionLevel.choices)
    decision = models.CharField(_("số quyết định"), max_length=80)
    decided_on = models.DateField(_("ngày quyết định"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    end_reason = models.CharField(
        _("lý do kết thúc"), max_length=16, choices=RecognitionEnd.choices, blank=True
    )
    end_decision = models.CharField(_("số quyết định thu hồi"), max_length=80, blank=True)
    end_decided_on = models.DateField(_("ngày quyết định thu hồi"), null=True, blank=True)
    end_note = models.CharField(_("lý do thu hồi"), max_length=500, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người ghi")
    )
    carries = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nối tiếp")
    )
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("công nhận")
        verbose_name_plural = _("công nhận")
        ordering = ["-valid_from", "unit__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "level", "valid_from"],
                name="recognition_once",
                violation_error_message=_("Đơn vị đã có quyết định công nhận mức này từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="recognition_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None, end_reason="") | (Q(valid_to__isnull=False) & ~Q(end_reason="")),
                name="recognition_end_says_why",
                violation_error_message=_("Công nhận đã kết thúc cần ghi lý do, còn hiệu lực thì để trống."),
            ),
        ]
        indexes = [
            models.Index(fields=["level", "valid_from", "valid_to", "unit"], name="recognition_level_dates")
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} · {self.get_level_display()} · {self.decision}"
