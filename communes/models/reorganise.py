"""A reorganisation being prepared: its act, its lines, the files it came from, and what is handed over."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models.marks import Verification
from communes.models.people import Role, User
from communes.models.ties import Act
from communes.models.units import Level, Unit, UnitKind


class ReorganisationState(models.TextChoices):
    """Bản thảo → đã kiểm tra → đã thực hiện; a draft can be given up until it is carried out."""

    DRAFT = "draft", _("đang soạn")
    CHECKED = "checked", _("đã kiểm tra")
    CONFIRMED = "confirmed", _("đã thực hiện")
    DROPPED = "dropped", _("đã bỏ")


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    def readable_by(self, user: User, at: date) -> Self:
        """Drafts of the provinces whose register the user keeps; all for a superuser."""
        if user.is_superuser and user.is_active:
            return self
        return self.filter(province__in=Unit.objects.held_by(user, at, Role.ADMINISTRATOR))


class Reorganisation(models.Model):
    """A draft of an act that reorganises units (dự thảo sắp xếp), e.g. NQ 1681/NQ-UBTVQH15 before it is in
    the register. Confirming makes the act and all that follows from it in one transaction."""

    number = models.CharField(_("số, ký hiệu"), max_length=60)
    title = models.CharField(_("trích yếu"), max_length=300)
    in_force_on = models.DateField(_("có hiệu lực từ"))
    operative_on = models.DateField(_("đơn vị mới hoạt động từ"))
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.VERIFIED
    )
    ended_tier = models.CharField(
        _("cấp kết thúc"),
        max_length=10,
        choices=[(Level.DISTRICT.value, Level.DISTRICT.label)],
        blank=True,
        help_text=_("Mọi đơn vị của cấp này kết thúc và không có đơn vị kế thừa."),
    )
    province = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tỉnh")
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ReorganisationState.choices, default=ReorganisationState.DRAFT
    )
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    act = models.OneToOneField(
        Act,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reorganisation",
        verbose_name=_("văn bản"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người soạn")
    )
    made_at = models.DateTimeField(_("soạn lúc"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người thực hiện"),
    )
    confirmed_at = models.DateTimeField(_("thực hiện lúc"), null=True, blank=True)

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("dự thảo sắp xếp")
        verbose_name_plural = _("dự thảo sắp xếp")
        ordering = ["-operative_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(operative_on__gte=F("in_force_on")),
                name="reorganisation_operates_after_force",
                violation_error_message=_("Ngày hoạt động không được trước ngày có hiệu lực."),
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether its lines may still be changed."""
        return self.state in (ReorganisationState.DRAFT, ReorganisationState.CHECKED)


class ReorganisationLine(models.Model):
    """What becomes of one predecessor, in whole or in part, as the act says it (dòng của dự thảo).

    Without a predecessor the successor is founded; without a successor the predecessor just ends.
    """

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveIntegerField(_("thứ tự"))
    predecessor_code = models.CharField(_("mã đơn vị cũ"), max_length=10, blank=True)
    predecessor_name = models.CharField(_("tên đơn vị cũ"), max_length=120, blank=True)
    create_closed = models.BooleanField(
        _("thêm đơn vị cũ vào danh mục"),
        default=False,
        help_text=_("Khi danh mục chưa có đơn vị cũ: thêm và ghi đã kết thúc."),
    )
    successor_code = models.CharField(_("mã đơn vị mới"), max_length=10, blank=True)
    name = models.CharField(_("tên đơn vị mới"), max_length=120, blank=True)
    kind = models.ForeignKey(
        UnitKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loại")
    )
    parent_code = models.CharField(_("thuộc mã"), max_length=10, blank=True)
    whole = models.BooleanField(_("toàn bộ"), default=True)
    share_millionths = models.PositiveIntegerField(_("tỷ lệ (phần triệu)"), null=True, blank=True)
    share_base = models.CharField(
        _("tỷ lệ theo"), max_length=60, blank=True, help_text=_("Ví dụ: dân số 2024, số hộ 2024.")
    )
    villages = models.TextField(_("thôn, bản chuyển theo"), blank=True)
    area_ha = models.PositiveIntegerField(_("diện tích (ha)"), null=True, blank=True)
    population = models.PositiveIntegerField(_("dân số (người)"), null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("dòng của dự thảo")
        verbose_name_plural = _("dòng của dự thảo")
        ordering = ["reorganisation", "order"]
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "order"], name="reorganisation_line_order"),
            models.CheckConstraint(
                condition=~Q(predecessor_code="") | ~Q(successor_code="") | ~Q(name=""),
                name="reorganisation_line_says_something",
                violation_error_message=_("Dòng cần có đơn vị cũ hoặc đơn vị mới."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_code or '—'} → {self.successor_code or self.name or '—'}"


class ReorganisationFile(models.Model):
    """A list that was sent in, read row by row and waiting to be taken into the draft (tệp nạp)."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("tên tệp"), max_length=200)
    rows = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    taken_at = models.DateTimeField(_("đưa vào dự thảo lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("tệp của dự thảo")
        verbose_name_plural = _("tệp của dự thảo")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def readable_by(self, user: User, at: date) -> Self:
        """Items of ended units in the provinces whose register the user keeps; all for a superuser."""
        if user.is_superuser and user.is_active:
            return self
        return self.filter(unit__in=Unit.objects.held_by(user, at, Role.ADMINISTRATOR))

    def open(self) -> Self:
        return self.filter(settled_at=None)


class HandOver(models.Model):
    """Something that belonged to a unit which ended without a successor and needs a new keeper (bàn giao).

    The district tier ended so on 2025-07-01: its people, decisions, money and debts stand here until each has
    one. `kind` names the room's provider that knows the thing, `ref` the thing itself.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="hand_overs", verbose_name=_("đơn vị đã kết thúc")
    )
    kind = models.SlugField(_("loại"), max_length=30)
    ref = models.CharField(_("đối tượng"), max_length=40)
    words = models.CharField(_("nội dung"), max_length=300)
    made_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    keeper = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị tiếp nhận"),
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("bàn giao lúc"), null=True, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc bàn giao")
        verbose_name_plural = _("việc bàn giao")
        ordering = ["unit__code", "kind", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "ref"], name="hand_over_once"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(keeper__isnull=False) | ~Q(note=""),
                name="hand_over_names_keeper",
                violation_error_message=_("Chọn đơn vị tiếp nhận, hoặc ghi vì sao không cần bàn giao."),
            ),
        ]

    def __str__(self) -> str:
        return self.words
