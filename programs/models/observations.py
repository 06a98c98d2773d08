"""Observations: one figure of one unit, indicator and period, and everything it ever was."""

from datetime import date
from fractions import Fraction
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Func
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, User
from programs.models.indicators import Indicator
from programs.models.periods import Period
from programs.models.reports import Report
from programs.rules.verdicts import Figure


class FigureState(models.IntegerChoices):
    """How far a figure has come; a total is asked for at or above one of them."""

    ENTERED = 1, _("đang nhập")
    SUBMITTED = 2, _("đã gửi")
    ACCEPTED = 3, _("đã xác nhận")


class Through(models.TextChoices):
    """The door a figure came in by."""

    FORM = "form", _("biểu mẫu")
    API = "api", _("API")
    IMPORT = "import", _("nạp từ tệp")
    ADMIN = "admin", _("quản trị")
    RECORDS = "records", _("hồ sơ hộ, nhà ở")
    DEMO = "demo", _("dữ liệu minh họa")


class ReasonKind(models.TextChoices):
    """Why an accepted or locked figure is changed: a short list, with free text beside it."""

    TYPING = "typing", _("nhập nhầm")
    SOURCE = "source", _("nguồn số liệu thay đổi")
    REVIEW = "review", _("theo ý kiến thẩm định")
    INSPECTION = "inspection", _("theo kết luận kiểm tra, thanh tra")
    OTHER = "other", _("lý do khác")


class ChangedAfter(models.TextChoices):
    """A change that comes after the province's word, and is marked wherever the figure is shown."""

    ACCEPTED = "accepted", _("xác nhận")
    LOCKED = "locked", _("khóa kỳ")


class TransactionId(Func):
    """The database's own number of the transaction, on PostgreSQL; nothing on SQLite.

    A change feed can then read below the oldest running transaction and lose no late commit.
    """

    template = "NULL"
    arity = 0
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        return "(pg_current_xact_id()::text::bigint)", []


def figure_of(
    value: int | None, denominator: int | None, not_applicable: bool, percentage: int | None = None
) -> Figure:
    """The figure that stored columns say; `percentage` in steps of 0.01 %."""
    alone = None if percentage is None else Fraction(percentage, 100)
    return Figure(value, denominator, not_applicable, alone)


class ObservationQuerySet(models.QuerySet["Observation"]):
    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(unit__in=Unit.objects.readable_by(user, at))

    def at_least(self, state: int) -> Self:
        """Figures that have come at least that far."""
        return self.filter(state__gte=state)

    def holding(self) -> Self:
        """Figures that are there: a value, not an emptied row and not 'không áp dụng'."""
        return self.filter(value__isnull=False)

    def answered(self) -> Self:
        """Figures somebody gave: a value, a percentage alone or 'không áp dụng'; not an emptied row."""
        return self.filter(Q(value__isnull=False) | Q(not_applicable=True) | Q(percentage__isnull=False))


class Observation(models.Model):
    """One figure (số liệu): a value, or numerator and denominator, or 'không áp dụng' with its reason.

    `value` is the numerator of a percentage and 1 or 0 of a yes/no; both columns count the indicator's
    smallest step. `percentage` (steps of 0.01 %) stands alone where a closed past period is known only so: it
    decides, and stays out of ratio totals (RULES 9). A figure `from_records` is counted from the household
    and housing records of the unit and cannot be typed over. An emptied figure keeps its row without a value
    and counts as missing, never as zero.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="observations", verbose_name=_("đơn vị")
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", verbose_name=_("chỉ tiêu")
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="observations", verbose_name=_("kỳ")
    )
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="observations", verbose_name=_("báo cáo")
    )
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("tỉnh"))
    value = models.BigIntegerField(_("giá trị hoặc tử số"), null=True, blank=True)
    denominator = models.BigIntegerField(_("mẫu số"), null=True, blank=True)
    percentage = models.PositiveIntegerField(_("chỉ có phần trăm (bước 0,01)"), null=True, blank=True)
    not_applicable = models.BooleanField(_("không áp dụng"), default=False)
    from_records = models.BooleanField(_("tính từ hồ sơ"), default=False)
    state = models.PositiveSmallIntegerField(
        _("mức"), choices=FigureState.choices, default=FigureState.ENTERED
    )
    once_accepted = models.BooleanField(_("đã từng xác nhận"), default=False)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    copied_from = models.ForeignKey(
        Period,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("giữ nguyên từ kỳ"),
    )
    updated_at = models.DateTimeField(_("lúc"), default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    through = models.CharField(_("qua"), max_length=8, choices=Through.choices)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu")
        verbose_name_plural = _("số liệu")
        ordering = ["period", "unit", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["period", "indicator", "unit"], name="observation_once"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | (Q(value=None, denominator=None) & ~Q(note="")),
                name="observation_not_applicable_says_why",
                violation_error_message=_("'Không áp dụng' cần có lý do và không kèm số."),
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | (Q(denominator__gt=0) & Q(value__isnull=False)),
                name="observation_denominator_positive",
                violation_error_message=_("Mẫu số phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(percentage=None) | Q(value=None, denominator=None, not_applicable=False),
                name="observation_percentage_alone",
                violation_error_message=_("Chỉ có phần trăm thì không kèm tử số, mẫu số."),
            ),
        ]
        indexes = [
            models.Index(fields=["indicator", "unit", "period"], name="observation_series"),
            models.Index(fields=["unit", "period"], name="observation_unit_period"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} · {self.unit_id} · {self.period_id}"

    @property
    def figure(self) -> Figure:
        return figure_of(self.value, self.denominator, self.not_applicable, self.percentage)


class ObservationChange(models.Model):
    """One step in a figure's life: who, when, through what, from what to what. Only ever appended.

    Points at (unit, indicator, period, version), not at a row, so that both tables can be partitioned.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("phiên bản"))
    old_value = models.BigIntegerField(_("giá trị cũ"), null=True)
    old_denominator = models.BigIntegerField(_("mẫu số cũ"), null=True)
    old_percentage = models.PositiveIntegerField(_("phần trăm cũ (bước 0,01)"), null=True)
    old_not_applicable = models.BooleanField(_("cũ không áp dụng"), default=False)
    value = models.BigIntegerField(_("giá trị mới"), null=True)
    denominator = models.BigIntegerField(_("mẫu số mới"), null=True)
    percentage = models.PositiveIntegerField(_("phần trăm mới (bước 0,01)"), null=True)
    not_applicable = models.BooleanField(_("mới không áp dụng"), default=False)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    reason_kind = models.CharField(_("loại lý do"), max_length=12, choices=ReasonKind.choices, blank=True)
    after = models.CharField(_("sửa sau khi"), max_length=8, choices=ChangedAfter.choices, blank=True)
    through = models.CharField(_("qua"), max_length=8, choices=Through.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    transaction_id = models.BigIntegerField(null=True, editable=False, db_default=TransactionId())

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("lịch sử số liệu")
        verbose_name_plural = _("lịch sử số liệu")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "indicator", "period", "version"], name="observation_change_version"
            )
        ]
        # Changes after the province's word are few among millions, and read the latest first.
        indexes = [models.Index(fields=["-at"], condition=~Q(after=""), name="observation_change_late")]

    def __str__(self) -> str:
        return f"{self.indicator_id} · {self.unit_id} · {self.period_id} · {self.version}"

    @property
    def old_figure(self) -> Figure:
        return figure_of(self.old_value, self.old_denominator, self.old_not_applicable, self.old_percentage)

    @property
    def figure(self) -> Figure:
        return figure_of(self.value, self.denominator, self.not_applicable, self.percentage)
