"""Reports: one unit's form for one period, with its state and what was said about it."""

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Role, Unit, User
from programs.models.criteria import Criterion
from programs.models.periods import Period, PeriodState, ReportForm
from programs.rules.lateness import lateness

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ReportState(models.TextChoices):
    """Đang nhập → chờ lãnh đạo xã duyệt → đã gửi → cần chỉnh sửa | đã xác nhận → đã khóa."""

    ENTERING = "entering", _("đang nhập")
    WAITING = "waiting", _("chờ lãnh đạo xã duyệt")
    SENT = "sent", _("đã gửi")
    RETURNED = "returned", _("cần chỉnh sửa")
    ACCEPTED = "accepted", _("đã xác nhận")
    LOCKED = "locked", _("đã khóa")


# What a cadre may write in: the others are frozen until a reviewer returns them.
WRITABLE_STATES = (ReportState.ENTERING, ReportState.RETURNED)
SENT_STATES = (ReportState.SENT, ReportState.ACCEPTED, ReportState.LOCKED)


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by scope: the only way to a queryset of them above the models."""

    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(unit__in=Unit.objects.readable_by(user, at))

    def writable_by(self, user: User, at: date) -> Self:
        """Reports of units in which the user enters figures."""
        return self.filter(unit__in=Unit.objects.writable_by(user, at))

    def approvable_by(self, user: User, at: date) -> Self:
        """Reports that the user, as a commune's leader, approves or sends back."""
        return self.filter(unit__in=Unit.objects.led_by(user, at))

    def reviewable_by(self, user: User, at: date) -> Self:
        """Reports that the user confirms or returns."""
        if user.is_superuser and user.is_active:
            return self
        return self.filter(unit__in=Unit.objects.held_by(user, at, Role.REVIEWER, Role.ADMINISTRATOR))


class Report(models.Model):
    """One unit's form for one period (báo cáo): an act of the commune's People's Committee."""

    form = models.ForeignKey(
        ReportForm, on_delete=models.PROTECT, related_name="reports", verbose_name=_("biểu mẫu")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports", verbose_name=_("đơn vị"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports", verbose_name=_("kỳ"))
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("tỉnh"))
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ReportState.choices, default=ReportState.ENTERING
    )
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    entered = models.PositiveSmallIntegerField(_("số chỉ tiêu đã nhập"), default=0)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    first_sent_at = models.DateTimeField(_("gửi lần đầu lúc"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người gửi"),
    )
    extended_until = models.DateField(_("được gia hạn đến hết ngày"), null=True, blank=True, editable=False)
    incomplete_reason = models.CharField(_("lý do gửi khi chưa đủ"), max_length=500, blank=True)
    updated_at = models.DateTimeField(_("cập nhật lúc"), auto_now=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["-period__ends_on", "unit__code", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "form", "period"],
                name="report_once",
                violation_error_message=_("Đơn vị đã có báo cáo này cho kỳ đó."),
            )
        ]
        indexes = [models.Index(fields=["period", "form", "state"], name="report_period_state")]

    def __str__(self) -> str:
        return f"{self.form} · {self.unit.name} · {self.period}"

    @property
    def due_on(self) -> date:
        """The day by whose end it is to be sent: the period's, or a later one that was granted to it."""
        return max(self.period.due_on, self.extended_until or self.period.due_on)

    @property
    def is_on_time(self) -> bool:
        """Sent for the first time by the end of the day it was due, or by the hour where one is set."""
        return self.first_sent_at is not None and not self.late_by(self.due_on)

    @property
    def due_hour(self) -> time | None:
        """The hour of the day it is due, where one is set; more time is granted by the day."""
        return self.period.deadline_time if self.due_on == self.period.due_on else None

    def late_by(self, day: date, clock: time | None = None) -> timedelta:
        """How long after its deadline it was first sent, or on that day still is not; zero in time.

        Whole days where no hour is set, or without `clock`, the time of that day.
        """
        if self.first_sent_at is not None:
            sent = timezone.localtime(self.first_sent_at)
            day, clock = sent.date(), sent.time()
        return lateness(self.due_on, self.due_hour, day, clock)

    @property
    def is_sent(self) -> bool:
        return self.state in SENT_STATES

    @property
    def reopening_reason(self) -> str | None:
        """Why a report of a closed or locked period is open to its cadre by exception; None when it is not.

        A report that was returned in a closed period is not an exception: the return opened it.
        """
        if self.period.state == PeriodState.OPEN:
            return None
        if self.period.state == PeriodState.CLOSED and self.state == ReportState.RETURNED:
            return None
        found = Reopening.objects.filter(form=self.form_id, period=self.period_id, unit=self.unit_id)
        return found.order_by("-at").values_list("reason", flat=True).first()

    def returned_words(self) -> dict[int | None, str]:
        """What the reviewer said by criterion id, of criteria that were sent back; None holds the whole's."""
        if self.state != ReportState.RETURNED:
            return {}
        said: dict[int | None, str] = {
            review.criterion_id: review.comment
            for review in self.reviews.filter(verdict=ReviewVerdict.RETURNED)
        }
        if not said:
            event = self.events.filter(to_state=ReportState.RETURNED).first()
            words = event.comment if event else ""
            criteria = Criterion.objects.filter(criteria_set__assignments__form=self.form_id)
            said = dict.fromkeys(criteria.values_list("pk", flat=True), words) | {None: words}
        return said

    def accepts_writing(self, today: date) -> bool:
        """Whether a cadre may write in it now.

        Open period: while it is being entered or was returned; of a unit that has ended only until it is due.
        Closed: what was returned, and what was granted more time until that day. Locked, and whatever is left
        of an ended unit: only under an exception for this unit, form and period.
        """
        if self.state not in WRITABLE_STATES:
            return False
        if self.period.state == PeriodState.OPEN and self.period.opens_on <= today and self._in_time(today):
            return True
        if self.period.state != PeriodState.LOCKED and self.state == ReportState.RETURNED:
            return self.period.opens_on <= today
        if self.period.state == PeriodState.CLOSED and (self.extended_until or date.min) >= today:
            return True
        return Reopening.objects.covering(self, today).exists()

    def _in_time(self, today: date) -> bool:
        """A unit that lives may be late; of an ended one the successors finish the last report in time."""
        return self.unit.lives_on(today) or today <= self.due_on


class ReportEvent(models.Model):
    """What happened to a report: created, sent, returned, accepted; by whom, when, with which words."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    from_state = models.CharField(_("từ"), max_length=10, choices=ReportState.choices, blank=True)
    to_state = models.CharField(_("đến"), max_length=10, choices=ReportState.choices)
    comment = models.TextField(_("nội dung"), blank=True)

    class Meta:
        verbose_name = _("diễn biến báo cáo")
        verbose_name_plural = _("diễn biến báo cáo")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_to_state_display()} · {self.by}"


class ReviewVerdict(models.TextChoices):
    ACCEPTED = "accepted", _("đã xác nhận")
    RETURNED = "returned", _("cần chỉnh sửa")


class CriterionReview(models.Model):
    """The last word of one department on a criterion of a report: confirmed, or returned with a comment.

    A criterion may have two departments; without one it is the word of whoever confirms for all of them.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="reviews")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="+", verbose_name=_("tiêu chí")
    )
    verdict = models.CharField(_("kết luận"), max_length=10, choices=ReviewVerdict.choices)
    comment = models.TextField(_("ý kiến"), blank=True)
    nearly = models.BooleanField(
        _("cơ bản đạt"), default=False, help_text=_("Ý kiến của người thẩm định; không tính là đạt.")
    )
    agency = models.ForeignKey(
        "programs.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("ý kiến theo tiêu chí")
        verbose_name_plural = _("ý kiến theo tiêu chí")
        ordering = ["criterion"]
        constraints = [
            models.UniqueConstraint(fields=["report", "criterion", "agency"], name="criterion_review_last"),
            models.UniqueConstraint(
                fields=["report", "criterion"],
                condition=Q(agency=None),
                name="criterion_review_last_without_agency",
            ),
            models.CheckConstraint(
                condition=Q(verdict="accepted") | ~Q(comment=""),
                name="criterion_return_says_why",
                violation_error_message=_("Trả lại thì cần ghi rõ ý kiến."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} · {self.get_verdict_display()}"


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def covering(self, report: Report, today: date) -> "QuerySet[Reopening]":
        return self.filter(
            form=report.form_id, period=report.period_id, unit=report.unit_id, until__gte=today
        )


class Reopening(models.Model):
    """A narrow exception to a closed or locked period: this form, this period, this unit, until a day."""

    form = models.ForeignKey(
        ReportForm, on_delete=models.CASCADE, related_name="+", verbose_name=_("biểu mẫu")
    )
    period = models.ForeignKey(
        Period, on_delete=models.CASCADE, related_name="reopenings", verbose_name=_("kỳ")
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", verbose_name=_("đơn vị"))
    until = models.DateField(_("đến hết ngày"))
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), auto_now_add=True)

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("mở lại kỳ đã đóng, đã khóa")
        verbose_name_plural = _("mở lại kỳ đã đóng, đã khóa")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.unit} · {self.period}"
