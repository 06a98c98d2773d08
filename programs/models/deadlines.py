"""Holidays, and deadlines that are put off for one unit."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, User
from programs.models.reports import Report


class Holiday(models.Model):
    """A day on which offices are closed (ngày nghỉ lễ); a deadline moves to the next working day."""

    day = models.DateField(_("ngày"), unique=True)
    name = models.CharField(_("tên"), max_length=120)

    class Meta:
        verbose_name = _("ngày nghỉ lễ")
        verbose_name_plural = _("ngày nghỉ lễ")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("chờ trả lời")
    GRANTED = "granted", _("đồng ý")
    REFUSED = "refused", _("không đồng ý")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(report__unit__in=Unit.objects.readable_by(user, at))


class Extension(models.Model):
    """A commune asks for a later deadline, with a reason; the province answers (xin gia hạn)."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("báo cáo")
    )
    until = models.DateField(_("xin đến ngày"))
    reason = models.CharField(_("lý do"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người xin")
    )
    asked_at = models.DateTimeField(_("xin lúc"), default=timezone.now)
    state = models.CharField(
        _("trả lời"), max_length=8, choices=ExtensionState.choices, default=ExtensionState.ASKED
    )
    answer = models.CharField(_("ý kiến"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ai"),
    )
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("xin gia hạn")
        verbose_name_plural = _("xin gia hạn")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state="asked"),
                name="extension_one_open",
                violation_error_message=_("Báo cáo này đang có một đề nghị gia hạn chờ trả lời."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.until:%d/%m/%Y}"
