"""Imports: a file read row by row into verdicts, looked at by a person, then applied whole or not at all."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, User
from programs.models.files import StoredFile


class ImportState(models.TextChoices):
    READING = "reading", _("đang đọc")
    READY = "ready", _("chờ xem và áp dụng")
    APPLYING = "applying", _("đang áp dụng")
    APPLIED = "applied", _("đã áp dụng")
    FAILED = "failed", _("không đọc được")
    DROPPED = "dropped", _("đã bỏ")


class RowVerdict(models.TextChoices):
    NEW = "new", _("mới")
    CHANGED = "changed", _("thay đổi")
    UNCHANGED = "unchanged", _("không đổi")
    ERROR = "error", _("lỗi")


class ImportQuerySet(models.QuerySet["ImportJob"]):
    def owned_by(self, user: User) -> Self:
        """A job belongs to who asked for it; its number is no permission."""
        return self.filter(by=user)


class ImportJob(models.Model):
    """One uploaded workbook on its way in: read, shown with a verdict for every row or cell, applied."""

    kind = models.SlugField(_("loại"), max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp"))
    options = models.JSONField(default=dict)
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=ImportState.choices, default=ImportState.READING
    )
    problem = models.CharField(_("vì sao không đọc được"), max_length=500, blank=True)
    total = models.PositiveIntegerField(_("số dòng"), default=0)
    done = models.PositiveIntegerField(_("đã đọc"), default=0)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần nạp tệp")
        verbose_name_plural = _("lần nạp tệp")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} · {self.at:%d/%m/%Y %H:%M}"


class ImportRow(models.Model):
    """The verdict on one row or cell of a file: what it would change from what to what, or what is wrong."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    place = models.CharField(_("ô, dòng"), max_length=80)
    order = models.PositiveIntegerField(default=0)
    key = models.CharField(_("đối tượng"), max_length=200)
    verdict = models.CharField(_("kết luận"), max_length=9, choices=RowVerdict.choices)
    old = models.CharField(_("đang có"), max_length=500, blank=True)
    new = models.CharField(_("trong tệp"), max_length=500, blank=True)
    message = models.CharField(_("vì sao"), max_length=500, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("dòng nạp")
        verbose_name_plural = _("dòng nạp")
        ordering = ["job", "order"]
        indexes = [models.Index(fields=["job", "verdict", "order"], name="import_row_verdict")]

    def __str__(self) -> str:
        return f"{self.place} · {self.get_verdict_display()}"
