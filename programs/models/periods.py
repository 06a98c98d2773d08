"""Periods, forms, and which units owe which report when."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, UnitKind
from programs.models.criteria import CriteriaSet
from programs.models.indicators import Indicator
from programs.models.rulebook import Rule
from programs.rules.calendar import next_working_day

# No holiday with its weekends is longer.
LONGEST_BREAK = timedelta(days=30)


class PeriodKind(models.TextChoices):
    MONTH = "month", _("tháng")
    QUARTER = "quarter", _("quý")
    HALF_YEAR = "half_year", _("6 tháng")
    NINE_MONTHS = "nine_months", _("9 tháng")
    YEAR = "year", _("năm")
    AD_HOC = "ad_hoc", _("đột xuất")


class PeriodState(models.TextChoices):
    """Open: cadres write. Closed: only a returned report is written. Locked: nobody, save by exception."""

    OPEN = "open", _("đang mở")
    CLOSED = "closed", _("đã đóng")
    LOCKED = "locked", _("đã khóa")


class PeriodQuerySet(models.QuerySet["Period"]):
    def started(self, today: date) -> Self:
        """Periods whose reports exist: from their opening on."""
        return self.filter(opens_on__lte=today)

    def latest_first(self) -> Self:
        """Of two that end on one day the longer comes first (2025 before 2025-H2)."""
        return self.order_by("-ends_on", "starts_on")


class Period(models.Model):
    """A reporting period (kỳ báo cáo): 2025-06, 2025-Q2, 2025-H1, 2025-9M, 2025."""

    code = models.CharField(_("mã"), max_length=20, unique=True)
    name = models.CharField(_("tên"), max_length=80)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=80, blank=True)
    kind = models.CharField(_("loại kỳ"), max_length=12, choices=PeriodKind.choices)
    starts_on = models.DateField(_("ngày đầu kỳ"))
    ends_on = models.DateField(_("ngày cuối kỳ"))
    opens_on = models.DateField(_("mở nhập từ ngày"))
    deadline = models.DateField(_("hạn gửi của xã"))
    moved_to = models.DateField(
        _("hạn chuyển sang ngày"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Ngày làm việc tiếp theo, khi hạn rơi vào ngày nghỉ."),
    )
    deadline_time = models.TimeField(
        _("giờ hạn gửi"),
        null=True,
        blank=True,
        help_text=_("Để trống là hết ngày; biểu đột xuất có thể cần giờ."),
    )
    data_from = models.DateField(
        _("số liệu từ ngày"),
        null=True,
        blank=True,
        help_text=_("Kỳ tháng theo Nghị định 09/2019/NĐ-CP: từ ngày 15 tháng trước đến ngày 14."),
    )
    data_to = models.DateField(_("số liệu đến hết ngày"), null=True, blank=True)
    review_deadline = models.DateField(_("hạn xác nhận của tỉnh"), null=True, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("kỳ báo cáo")
        verbose_name_plural = _("kỳ báo cáo")
        ordering = ["-ends_on", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="period_ends_after_start",
                violation_error_message=_("Ngày cuối kỳ không được trước ngày đầu kỳ."),
            ),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("opens_on")),
                name="period_deadline_after_opening",
                violation_error_message=_("Hạn gửi không được trước ngày mở nhập."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Where the deadline falls is kept with it, so that lists can be ordered by it."""
        changed = kwargs.get("update_fields")
        if changed is None or "deadline" in changed:
            self.set_working_day()
            if changed is not None:
                kwargs["update_fields"] = {*changed, "moved_to"}
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def short(self) -> str:
        """What stands under a column of a chart: '2026', '6 tháng 2026', 'Quý 2 2026', 'T.10 2026'."""
        year, month = self.ends_on.year, self.ends_on.month
        if self.kind == PeriodKind.AD_HOC:
            return f"{self.ends_on.day}/{month} {year}"
        words = {
            PeriodKind.MONTH: _now("T.{month} {year}"),
            PeriodKind.QUARTER: _now("Quý {quarter} {year}"),
            PeriodKind.HALF_YEAR: _now("6 tháng {year}"),
            PeriodKind.NINE_MONTHS: _now("9 tháng {year}"),
        }
        said = words.get(PeriodKind(self.kind), "{year}")
        return said.format(month=month, quarter=(month + 2) // 3, year=year)

    @property
    def is_locked(self) -> bool:
        return self.state == PeriodState.LOCKED

    @property
    def due_on(self) -> date:
        """The working day by whose end communes send: the deadline, or where a day off moves it."""
        return self.moved_to or self.deadline

    def set_working_day(self) -> None:
        """Find the working day of the deadline by the holidays that are known now."""
        from programs.models.deadlines import Holiday

        near = Holiday.objects.filter(day__gte=self.deadline, day__lt=self.deadline + LONGEST_BREAK)
        day = next_working_day(self.deadline, set(near.values_list("day", flat=True)))
        self.moved_to = day if day != self.deadline else None


class ReportForm(Rule):
    """A form that units of some kinds fill in (biểu mẫu báo cáo)."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    note = models.CharField(_("hướng dẫn"), max_length=500, blank=True)
    is_ad_hoc = models.BooleanField(_("biểu đột xuất"), default=False)
    leader_step = models.BooleanField(
        _("qua lãnh đạo xã duyệt"),
        default=False,
        help_text=_("Bật thì báo cáo chỉ gửi đi khi lãnh đạo xã duyệt."),
    )
    from_records = models.BooleanField(
        _("số liệu tính từ hồ sơ"),
        default=False,
        help_text=_("Số liệu tính từ sổ hộ, phiếu rà soát, hồ sơ nhà ở; không ai phải nhập."),
    )

    class Meta:
        verbose_name = _("biểu mẫu báo cáo")
        verbose_name_plural = _("biểu mẫu báo cáo")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class FormField(Rule):
    """An indicator of a form that has no criteria set (số liệu nền, biểu đột xuất)."""

    form = models.ForeignKey(
        ReportForm, on_delete=models.CASCADE, related_name="fields", verbose_name=_("biểu mẫu")
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, verbose_name=_("chỉ tiêu"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("cột của biểu mẫu")
        verbose_name_plural = _("cột của biểu mẫu")
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "indicator"],
                name="form_field_once",
                violation_error_message=_("Chỉ tiêu này đã có trong biểu mẫu."),
            )
        ]

    def __str__(self) -> str:
        return str(self.indicator)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def for_period(self, period: Period) -> Self:
        """Assignments that make units owe a report of this period: what is expected is data."""
        return (
            self.on(period.ends_on).filter(period_kind=period.kind).filter(Q(period=None) | Q(period=period))
        )


class Assignment(Rule):
    """Which kinds of unit fill in a form in one kind of period, against which set, from when to when."""

    form = models.ForeignKey(
        ReportForm, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("biểu mẫu")
    )
    criteria_set = models.ForeignKey(
        CriteriaSet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("bộ tiêu chí"),
    )
    unit_kinds = models.ManyToManyField(
        UnitKind, related_name="assignments", verbose_name=_("loại đơn vị"), blank=True
    )
    units = models.ManyToManyField(
        Unit,
        related_name="+",
        verbose_name=_("đơn vị được chọn"),
        blank=True,
        help_text=_("Chỉ những đơn vị này; để trống là mọi đơn vị thuộc các loại trên."),
    )
    period = models.ForeignKey(
        Period,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("chỉ cho kỳ"),
    )
    period_kind = models.CharField(_("loại kỳ"), max_length=12, choices=PeriodKind.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("phân công báo cáo")
        verbose_name_plural = _("phân công báo cáo")
        ordering = ["form", "period_kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "period_kind", "valid_from"],
                name="assignment_form_from",
                violation_error_message=_("Biểu mẫu đã có phân công cho loại kỳ này bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="assignment_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.get_period_kind_display()}"
