"""Files: evidence (minh chứng) and signed papers, kept under random names and served as attachments."""

import hashlib
import json
import uuid
import zlib
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, User
from programs.models.indicators import Indicator
from programs.models.reports import Report


def random_path(instance: "StoredFile", filename: str) -> str:
    """A name that says nothing and cannot be guessed; what the person called it is a column."""
    return f"files/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def readable_by(self, user: User, at: date) -> Self:
        """Files of units that the user reads; `close` ones are nobody's here, their own room serves them."""
        return self.filter(close=False, unit__in=Unit.objects.readable_by(user, at))


class StoredFile(models.Model):
    """One uploaded file of a unit; its type was read from its content, not from its name."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="files", verbose_name=_("đơn vị"))
    content = models.FileField(_("tệp"), upload_to=random_path, max_length=120)
    name = models.CharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("loại tệp"), max_length=100)
    size = models.PositiveIntegerField(_("dung lượng (byte)"))
    sha256 = models.CharField(max_length=64)
    close = models.BooleanField(
        _("có dữ liệu cá nhân"),
        default=False,
        help_text=_("Chỉ trang của chính tệp đó đưa tệp ra, cho người được xem dữ liệu cá nhân của xã."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """A file that stands behind figures of one report; one file may serve several indicators."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("báo cáo")
    )
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("tệp")
    )
    title = models.CharField(_("trích yếu"), max_length=300, blank=True)
    indicators = models.ManyToManyField(Indicator, related_name="+", verbose_name=_("chỉ tiêu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")
        ordering = ["at"]

    def __str__(self) -> str:
        return self.title or self.file.name


class ReportVersion(models.Model):
    """What was sent, frozen (bản đã gửi): figures, verdicts and wording as they were, with the signed paper.

    `content` is the whole printed report as data, stored as compressed canonical JSON; `digest` is that
    JSON's SHA-256, so that a version opened a year later is shown to be equal byte for byte.
    """

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="versions", verbose_name=_("báo cáo")
    )
    number = models.PositiveSmallIntegerField(_("lần gửi"))
    packed = models.BinaryField(_("nội dung (nén)"))
    digest = models.CharField(max_length=64)
    document = models.CharField(_("số, ký hiệu văn bản"), max_length=80, blank=True)
    signed_on = models.DateField(_("ngày ký"), null=True, blank=True)
    signatory = models.CharField(_("người ký"), max_length=120, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bản ký, đóng dấu"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("bản đã gửi")
        verbose_name_plural = _("bản đã gửi")
        ordering = ["report", "-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_number")]

    def __str__(self) -> str:
        return f"{self.report} · {self.number}"

    @staticmethod
    def pack(content: dict[str, Any]) -> tuple[bytes, str]:
        """The canonical JSON of a printed report, compressed, and its digest."""
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return zlib.compress(text, 9), hashlib.sha256(text).hexdigest()

    @property
    def content(self) -> dict[str, Any]:
        """The report as it was sent. Raises ValueError when the stored bytes are not those that were sent."""
        text = zlib.decompress(bytes(self.packed))
        if hashlib.sha256(text).hexdigest() != self.digest:
            raise ValueError(f"report version {self.pk} was altered")
        found: dict[str, Any] = json.loads(text)
        return found
