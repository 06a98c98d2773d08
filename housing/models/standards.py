"""Poverty standards as data: income lines, deprivations, sheet B1's items, reasons; and the ethnic groups."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import Verification
from housing.rules.classes import RURAL, URBAN, Line, Standard
from housing.rules.sums import read_sum

LARGEST_BIT = 30


class Area(models.TextChoices):
    """Which income line counts: that of the unit's kind on the day of the review."""

    RURAL = RURAL, _("nông thôn")
    URBAN = URBAN, _("thành thị")


class Named(models.Model):
    """Something of a short list with a Vietnamese and an English name."""

    code = models.SlugField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class EthnicGroup(Named):
    """One of the 54 ethnic groups (dân tộc); the code is that of the statistics office."""

    class Meta(Named.Meta):
        verbose_name = _("dân tộc")
        verbose_name_plural = _("dân tộc")


class Flag(Named):
    """Something a review ticks; ticked ones are kept as bits of one number, so `bit` never changes."""

    bit = models.PositiveSmallIntegerField(
        _("bit"), unique=True, editable=False, validators=[MaxValueValidator(LARGEST_BIT)]
    )

    class Meta(Named.Meta):
        abstract = True

    @property
    def mask(self) -> int:
        return 1 << self.bit


class Deprivation(Flag):
    """A lack of a basic service (chỉ số thiếu hụt), with the service (dimension) it belongs to."""

    service = models.CharField(_("dịch vụ xã hội cơ bản"), max_length=100)
    service_en = models.CharField(_("dịch vụ (tiếng Anh)"), max_length=100, blank=True)

    class Meta(Flag.Meta):
        verbose_name = _("chỉ số thiếu hụt")
        verbose_name_plural = _("chỉ số thiếu hụt")

    @property
    def service_title(self) -> str:
        return self.service_en if self.service_en and get_language() == "en" else self.service


class PovertyReason(Flag):
    """Why a household is poor (nguyên nhân nghèo): no land, no capital, illness …"""

    class Meta(Flag.Meta):
        verbose_name = _("nguyên nhân nghèo")
        verbose_name_plural = _("nguyên nhân nghèo")


class PovertyStandard(models.Model):
    """A multidimensional poverty standard (chuẩn nghèo đa chiều) with its decision and years.

    Which one counts is said by the review round, not by the year (RULES 35).
    """

    code = models.SlugField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    decision = models.CharField(_("văn bản"), max_length=200)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    cutoff = models.PositiveSmallIntegerField(
        _("điểm B2 từ đó là hộ nghèo"), default=30, help_text=_("30 điểm là thiếu hụt từ 3 chỉ số.")
    )
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("chuẩn nghèo")
        verbose_name_plural = _("chuẩn nghèo")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="standard_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def rule(self) -> Standard:
        """The standard as the rules read it; deprivations by code."""
        lines = {one.area: Line(one.income, one.points) for one in self.lines.all()}
        points = {one.deprivation.code: one.points for one in self.deprivations.select_related("deprivation")}
        return Standard(lines, points, self.cutoff)


class PovertyLine(models.Model):
    """The income line of an area: VND a person and month, and the B1 points that stand for it."""

    standard = models.ForeignKey(PovertyStandard, on_delete=models.CASCADE, related_name="lines")
    area = models.CharField(_("khu vực"), max_length=6, choices=Area.choices)
    income = models.PositiveIntegerField(_("thu nhập (đồng/người/tháng)"))
    points = models.PositiveSmallIntegerField(
        _("điểm B1"),
        null=True,
        blank=True,
        help_text=_("Hộ có điểm B1 không quá số này là dưới chuẩn. Để trống: so thu nhập bằng tiền."),
    )

    class Meta:
        verbose_name = _("mức thu nhập của chuẩn")
        verbose_name_plural = _("mức thu nhập của chuẩn")
        ordering = ["standard", "area"]
        constraints = [models.UniqueConstraint(fields=["standard", "area"], name="poverty_line_once")]

    def __str__(self) -> str:
        return f"{self.standard} · {self.get_area_display()}"


class StandardDeprivation(models.Model):
    """A deprivation as one standard defines and scores it."""

    standard = models.ForeignKey(PovertyStandard, on_delete=models.CASCADE, related_name="deprivations")
    deprivation = models.ForeignKey(
        Deprivation, on_delete=models.PROTECT, related_name="+", verbose_name=_("chỉ số")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    points = models.PositiveSmallIntegerField(_("điểm B2"), default=10)
    definition = models.TextField(_("thế nào là thiếu hụt"), blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    class Meta:
        verbose_name = _("chỉ số của chuẩn")
        verbose_name_plural = _("chỉ số của chuẩn")
        ordering = ["standard", "order"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "deprivation"], name="standard_deprivation_once")
        ]

    def __str__(self) -> str:
        return str(self.deprivation)


class IncomeItem(models.Model):
    """A scored item of sheet B1 (phiếu B1): its points add up to the B1 score.

    The items are not known here; while the table is empty the total is typed.
    """

    standard = models.ForeignKey(PovertyStandard, on_delete=models.CASCADE, related_name="income_items")
    area = models.CharField(_("khu vực"), max_length=6, choices=Area.choices)
    group = models.CharField(_("nhóm"), max_length=120, blank=True)
    name = models.CharField(_("nội dung"), max_length=300)
    points = models.SmallIntegerField(_("điểm"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("mục chấm điểm phiếu B1")
        verbose_name_plural = _("mục chấm điểm phiếu B1")
        ordering = ["standard", "area", "order"]

    def __str__(self) -> str:
        return self.name


class CountedRatio(models.Model):
    """An indicator whose numerator and denominator are counts of the review (11.1 of the new-rural set).

    Which households are left out (those without working ability) is data: codes of figures, those after a
    minus are taken away.
    """

    indicator_code = models.CharField(_("mã chỉ tiêu"), max_length=60, unique=True)
    numerator = models.CharField(
        _("tử số"),
        max_length=400,
        help_text=_(
            "Mã số liệu, cách nhau bằng + hoặc -, ví dụ: base.households - base.households.no_labour."
        ),
    )
    denominator = models.CharField(_("mẫu số"), max_length=400)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("chỉ tiêu tính từ kết quả rà soát")
        verbose_name_plural = _("chỉ tiêu tính từ kết quả rà soát")

    def __str__(self) -> str:
        return self.indicator_code

    def clean(self) -> None:
        for field in ("numerator", "denominator"):
            try:
                read_sum(getattr(self, field))
            except ValueError as error:
                raise ValidationError(
                    {field: _("Không đọc được: ghi mã, cách nhau bằng + hoặc -.")}
                ) from error

    def evaluate(self, counts: Mapping[str, int]) -> tuple[int, int] | None:
        """Numerator and denominator from a commune's counts; None where one is missing or the base is 0."""
        above, below = read_sum(self.numerator), read_sum(self.denominator)
        if any(code not in counts for _sign, code in (*above, *below)):
            return None
        base = sum(sign * counts[code] for sign, code in below)
        return (sum(sign * counts[code] for sign, code in above), base) if base > 0 else None
