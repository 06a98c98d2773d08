"""Exports: what was taken away as a file, by whom, when and how much of it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communes.models import Role, Unit, User

# Who reads what others took away, of the units under theirs; everybody reads what they took themselves.
WATCHING = (Role.VIEWER, Role.ADMINISTRATOR)

EXPORT_KINDS: dict[str, Promise] = {
    "record": _("toàn bộ hồ sơ số liệu của xã"),
    "late-changes": _("danh sách số liệu sửa sau khi xác nhận"),
    "table": _("bảng tổng hợp để nhập (Excel)"),
    "ad-hoc": _("bảng của biểu đột xuất"),
}
"""What can be taken away, in words. A higher room names its own kinds with `name_export`."""


def name_export(kind: str, words: Promise) -> None:
    """Let a kind of export be written down; `kind` is a slug of at most 40 letters."""
    EXPORT_KINDS[kind] = words


class ExportLogQuerySet(models.QuerySet["ExportLog"]):
    def readable_by(self, user: User, at: date) -> Self:
        """What inspectors and administrators see of the units under theirs, and everybody's own."""
        if user.is_superuser and user.is_active:
            return self
        return self.filter(Q(by=user) | Q(unit__in=Unit.objects.held_by(user, at, *WATCHING)))


class ExportLog(models.Model):
    """One file that a person took away (lần tải dữ liệu): of which unit, how many rows and papers.

    Written before the first byte goes out, and never changed: what was asked for counts as taken, even if
    the line broke. The archive of a commune's record is one row; so will be a list of households.
    """

    kind = models.SlugField(_("tải gì"), max_length=40)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị"),
        help_text=_("Trống: cả phạm vi của người tải."),
    )
    rows = models.PositiveIntegerField(_("số dòng"))
    files = models.PositiveIntegerField(_("số tệp"), default=0)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = ExportLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần tải dữ liệu")
        verbose_name_plural = _("lần tải dữ liệu")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at"], name="export_log_at"),
            models.Index(fields=["unit", "-at"], name="export_log_unit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_words} · {timezone.localtime(self.at):%d/%m/%Y %H:%M}"

    @property
    def kind_words(self) -> str:
        """What was taken, in words; the kind itself where its room is not installed."""
        return str(EXPORT_KINDS.get(self.kind, self.kind))
