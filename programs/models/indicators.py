"""Indicators: what is measured, in which unit, and how it adds up."""

from datetime import date
from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import Verification
from programs.models.rulebook import Rule
from programs.rules.formulas import Formula, read_formula
from programs.rules.verdicts import Measure


class IndicatorKind(models.TextChoices):
    """The shape of a figure."""

    BOOLEAN = "boolean", _("có / không")
    NUMBER = "number", _("số")
    PERCENT = "percent", _("tỷ lệ (tử số trên mẫu số)")
    MONEY = "money", _("tiền (đồng)")


class OverUnits(models.TextChoices):
    """How units add up. A percentage is computed from sums, never averaged."""

    SUM = "sum", _("cộng")
    RATIO = "ratio", _("tỷ lệ của hai tổng")
    COUNT_TRUE = "count_true", _("đếm số đơn vị đạt")
    WEIGHTED = "weighted", _("bình quân gia quyền")
    NONE = "none", _("không tổng hợp")


class OverTime(models.TextChoices):
    """How periods add up: flows are summed, stocks keep their last figure."""

    SUM = "sum", _("cộng dồn các kỳ")
    LAST = "last", _("số của kỳ cuối")
    AVERAGE = "average", _("bình quân")
    NONE = "none", _("không tổng hợp")


class Direction(models.TextChoices):
    MORE = "more", _("càng cao càng tốt")
    LESS = "less", _("càng thấp càng tốt")


class PartRole(models.TextChoices):
    """What a part is to its parent indicator (RULES: parts are not among the 57)."""

    SUM = "sum", _("cộng thành chỉ tiêu (không nhập chỉ tiêu mẹ)")
    OF_WHICH = "of_which", _("trong đó")
    SAME_BASE = "same_base", _("cùng mẫu số")
    COMPONENT = "component", _("thành phần của quy tắc")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def measured_on(self, day: date) -> Self:
        """The shape each indicator has on that day; one code may change its kind (15.4 in 2024)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def coded(self, code: str, day: date) -> "Indicator | None":
        """The indicator that bears `code` on that day, else the last one that bore it before."""
        rows = self.filter(code=code, valid_from__lte=day).order_by("-valid_from")
        return rows.first()


class Indicator(Rule):
    """Something measured (chỉ tiêu, số liệu báo cáo): 'Tỷ lệ hộ dùng nước sạch', 'Số nhà hoàn thành'.

    Figures are whole numbers of the smallest step, 10 to the power of minus `decimals` (VND: 0). An
    indicator whose kind changes goes on under its code as another row from that day. Bases such as
    households are indicators too. One with `derivation` is never entered: it is read from
    assessments and decisions, or a formula over others gives it.
    """

    code = models.CharField(_("mã"), max_length=60)
    valid_from = models.DateField(_("có từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    name = models.CharField(_("tên"), max_length=500)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=500, blank=True)
    kind = models.CharField(_("dạng số"), max_length=10, choices=IndicatorKind.choices)
    unit = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(
        _("số chữ số thập phân"),
        default=0,
        validators=[MaxValueValidator(6)],
        help_text=_("Không đổi được khi đã có số liệu: số liệu lưu theo bước nhỏ nhất."),
    )
    entry_scale = models.PositiveSmallIntegerField(
        _("nhập theo 10^n"), default=0, help_text=_("Tiền nhập theo triệu đồng: 6.")
    )
    over_units = models.CharField(_("tổng hợp theo đơn vị"), max_length=10, choices=OverUnits.choices)
    over_time = models.CharField(_("tổng hợp theo thời gian"), max_length=8, choices=OverTime.choices)
    direction = models.CharField(_("chiều"), max_length=4, choices=Direction.choices, default=Direction.MORE)
    numerator_name = models.CharField(_("tử số"), max_length=300, blank=True)
    denominator_name = models.CharField(_("mẫu số"), max_length=300, blank=True)
    base_code = models.CharField(
        _("mã số liệu nền của mẫu số"), max_length=60, blank=True, help_text=_("Ví dụ: base.households.")
    )
    weight_code = models.CharField(
        _("mã quyền số"), max_length=60, blank=True, help_text=_("Dùng khi tổng hợp là bình quân gia quyền.")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("chỉ tiêu mẹ"),
    )
    part = models.SlugField(_("thành phần"), max_length=30, blank=True)
    role = models.CharField(_("vai trò"), max_length=10, choices=PartRole.choices, blank=True)
    cumulative = models.BooleanField(
        _("lũy kế"), default=False, help_text=_("Số lũy kế không giảm nếu không có lý do.")
    )
    minimum = models.BigIntegerField(_("nhỏ nhất (theo bước nhỏ nhất)"), null=True, blank=True, default=0)
    maximum = models.BigIntegerField(_("lớn nhất (theo bước nhỏ nhất)"), null=True, blank=True)
    jump_percent = models.PositiveIntegerField(
        _("thay đổi cần lưu ý (%)"),
        default=50,
        help_text=_("Thay đổi lớn hơn so với kỳ trước thì nhắc ghi chú."),
    )
    derivation = models.JSONField(_("cách tính từ đánh giá, công nhận"), null=True, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    source = models.CharField(_("nguồn"), max_length=500, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="indicator_code_from",
                violation_error_message=_("Mã này đã có một chỉ tiêu bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="indicator_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None, part="", role="")
                | (Q(parent__isnull=False) & ~Q(part="") & ~Q(role="")),
                name="indicator_part_named",
                violation_error_message=_("Thành phần phải có chỉ tiêu mẹ, tên thành phần và vai trò."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="percent") & Q(over_units__in=["ratio", "none"])) | ~Q(over_units="ratio"),
                name="indicator_ratio_is_percent",
                violation_error_message=_("Tỷ lệ của hai tổng chỉ dùng cho chỉ tiêu dạng tỷ lệ."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def is_ratio(self) -> bool:
        return self.kind == IndicatorKind.PERCENT

    @property
    def is_boolean(self) -> bool:
        return self.kind == IndicatorKind.BOOLEAN

    def derives(self, name: str) -> Any:
        """What the derivation says under `name`: 'assessment', 'number' of a criterion, 'recognition'."""
        return (self.derivation or {}).get(name)

    @property
    def formula(self) -> Formula | None:
        """What it is computed from, where it is computed from other figures of the same unit."""
        return read_formula(self.derivation)

    @property
    def basis(self) -> str:
        """'state' for yes/no, 'formula', else 'flow' or 'stock': what a total at a date means."""
        if self.is_boolean:
            return "state"
        if self.derivation:
            return "formula"
        return "flow" if self.over_time == OverTime.SUM else "stock"

    @property
    def measure(self) -> Measure:
        return Measure(self.kind, self.decimals)
