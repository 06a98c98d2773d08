"""Houses (xóa nhà tạm, nhà dột nát): lists with targets and norms, projects, their money and pictures."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Unit, User, Verification
from housing.models.households import Household, units_of_people
from housing.models.standards import Named
from housing.rules.stages import Stage as Stages
from programs.models import StoredFile


class BuildKind(models.TextChoices):
    NEW = "new", _("xây mới")
    REPAIR = "repair", _("sửa chữa")


class Stage(models.TextChoices):
    PROPOSED = Stages.PROPOSED.value, _("đề nghị")
    VOTED = Stages.VOTED.value, _("bản đã bình xét")
    APPROVED = Stages.APPROVED.value, _("đã phê duyệt")
    STARTED = Stages.STARTED.value, _("đã khởi công")
    COMPLETED = Stages.COMPLETED.value, _("đã hoàn thành")
    HANDED_OVER = Stages.HANDED_OVER.value, _("đã bàn giao")
    STOPPED = Stages.STOPPED.value, _("dừng")


class HousingList(Named):
    """A list of houses to build (danh sách, đợt): a target of its own; two lists are never one total.

    `first_day`, `last_day`: which needs belong to it. `figures` is the code under which its counts become
    figures ('housing', 'housing.arisen').
    """

    first_day = models.DateField(_("nhu cầu từ ngày"))
    last_day = models.DateField(_("đến hết ngày"), null=True, blank=True)
    decision = models.CharField(_("văn bản"), max_length=200, blank=True)
    figures = models.CharField(_("mã số liệu"), max_length=40, unique=True)
    slow_after = models.PositiveSmallIntegerField(
        _("chậm khi ở một bước quá (ngày)"), default=60, validators=[MinValueValidator(1)]
    )

    class Meta(Named.Meta):
        verbose_name = _("danh sách nhà ở")
        verbose_name_plural = _("danh sách nhà ở")


class HousingTarget(models.Model):
    """How many houses of a list a commune is to build (kế hoạch)."""

    list = models.ForeignKey(HousingList, on_delete=models.CASCADE, related_name="targets")
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã"))
    houses = models.PositiveIntegerField(_("số nhà"))
    decision = models.CharField(_("văn bản giao"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kế hoạch nhà ở")
        verbose_name_plural = _("kế hoạch nhà ở")
        constraints = [models.UniqueConstraint(fields=["list", "commune"], name="housing_target_once")]

    def __str__(self) -> str:
        return f"{self.commune} · {self.houses}"


class BeneficiaryGroup(Named):
    """Whom a house is for (đối tượng): people of merit, the programmes' households, the movement's …"""

    figures = models.CharField(_("mã số liệu"), max_length=20, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("nhóm đối tượng nhà ở")
        verbose_name_plural = _("nhóm đối tượng nhà ở")


class SupportNorm(models.Model):
    """The norm of support for a house (định mức), VND; what the norm says is not money received."""

    list = models.ForeignKey(HousingList, on_delete=models.CASCADE, related_name="norms")
    kind = models.CharField(_("loại"), max_length=6, choices=BuildKind.choices)
    amount = models.PositiveBigIntegerField(_("định mức (đồng)"))
    decision = models.CharField(_("văn bản"), max_length=200, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    class Meta:
        verbose_name = _("định mức hỗ trợ nhà ở")
        verbose_name_plural = _("định mức hỗ trợ nhà ở")
        constraints = [models.UniqueConstraint(fields=["list", "kind"], name="support_norm_once")]

    def __str__(self) -> str:
        return f"{self.list} · {self.get_kind_display()}"


class MoneySource(Named):
    """Where money, materials or labour come from: central, local budget, enterprises, community, the family.

    `ceiling` is the largest amount (VND) that one entry of this source may have.
    """

    is_state = models.BooleanField(_("ngân sách nhà nước"), default=False)
    ceiling = models.PositiveBigIntegerField(_("nhiều nhất một lần ghi (đồng)"), default=1_000_000_000)

    class Meta(Named.Meta):
        verbose_name = _("nguồn kinh phí nhà ở")
        verbose_name_plural = _("nguồn kinh phí nhà ở")


class ProjectQuerySet(models.QuerySet["HousingProject"]):
    """A house names its household: by name it is seen in the commune, above as counts."""

    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(commune__in=units_of_people(user, at))

    def counted_by(self, user: User, at: date) -> Self:
        """Houses that may be counted, never named, by the user."""
        return self.filter(commune__in=Unit.objects.readable_by(user, at))

    def writable_by(self, user: User, at: date) -> Self:
        return self.readable_by(user, at).filter(commune__in=Unit.objects.writable_by(user, at))


class HousingProject(models.Model):
    """One house for one household: proposed → village vote → approved → started → completed → handed over, or
    stopped with a reason. Every step has its day."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="houses", verbose_name=_("hộ")
    )
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã"))
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("thôn, bản"))
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("tỉnh"))
    list = models.ForeignKey(
        HousingList, on_delete=models.PROTECT, related_name="projects", verbose_name=_("danh sách")
    )
    group = models.ForeignKey(
        BeneficiaryGroup, on_delete=models.PROTECT, related_name="+", verbose_name=_("đối tượng")
    )
    kind = models.CharField(_("loại"), max_length=6, choices=BuildKind.choices)
    stage = models.CharField(_("bước"), max_length=11, choices=Stage.choices, default=Stage.PROPOSED)
    stage_since = models.DateField(_("ở bước này từ ngày"))
    proposed_on = models.DateField(_("ngày đề nghị"))
    voted_on = models.DateField(_("ngày bản bình xét"), null=True, blank=True)
    vote_present = models.PositiveSmallIntegerField(_("số người dự"), null=True, blank=True)
    vote_agreed = models.PositiveSmallIntegerField(_("số người đồng ý"), null=True, blank=True)
    approved_on = models.DateField(_("ngày phê duyệt"), null=True, blank=True)
    decision = models.CharField(_("số quyết định phê duyệt"), max_length=80, blank=True)
    started_on = models.DateField(_("ngày khởi công"), null=True, blank=True)
    completed_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    handed_over_on = models.DateField(_("ngày bàn giao"), null=True, blank=True)
    stopped_on = models.DateField(_("ngày dừng"), null=True, blank=True)
    stop_reason = models.CharField(_("lý do dừng"), max_length=500, blank=True)
    foundation = models.BooleanField(_("nền cứng"), null=True, blank=True)
    frame = models.BooleanField(_("khung, tường cứng"), null=True, blank=True)
    roof = models.BooleanField(_("mái cứng"), null=True, blank=True)
    area_m2 = models.PositiveSmallIntegerField(
        _("diện tích (m²)"), null=True, blank=True, validators=[MaxValueValidator(1000)]
    )
    repeat_reason = models.CharField(_("lý do hỗ trợ lần nữa"), max_length=300, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    updated_at = models.DateTimeField(_("cập nhật lúc"), default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhà ở của hộ")
        verbose_name_plural = _("nhà ở của hộ")
        ordering = ["-stage_since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage="stopped") | (Q(stopped_on__isnull=False) & ~Q(stop_reason="")),
                name="house_stop_says_why",
                violation_error_message=_("Dừng thì cần ngày và lý do."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on=None)
                | Q(started_on=None)
                | Q(completed_on__gte=models.F("started_on")),
                name="house_completed_after_start",
                violation_error_message=_("Ngày hoàn thành không được trước ngày khởi công."),
            ),
        ]
        indexes = [
            models.Index(fields=["commune", "list", "stage"], name="house_commune_stage"),
            models.Index(fields=["list", "completed_on"], name="house_list_completed"),
            models.Index(fields=["household"], name="house_household"),
        ]

    def __str__(self) -> str:
        return f"nhà {self.pk}"

    @property
    def is_hard(self) -> bool | None:
        """'3 cứng': foundation, frame and roof are all solid; None until all three were looked at."""
        parts = (self.foundation, self.frame, self.roof)
        return None if None in parts else all(parts)


class Contribution(models.TextChoices):
    MONEY = "money", _("tiền")
    MATERIALS = "materials", _("vật liệu")
    LAND = "land", _("đất")
    LABOUR = "labour", _("ngày công")


class ProjectMoney(models.Model):
    """What a source gave to a house: money, or materials, land and labour days with quantity and value."""

    project = models.ForeignKey(HousingProject, on_delete=models.CASCADE, related_name="money")
    source = models.ForeignKey(
        MoneySource, on_delete=models.PROTECT, related_name="+", verbose_name=_("nguồn")
    )
    form = models.CharField(
        _("hình thức"), max_length=9, choices=Contribution.choices, default=Contribution.MONEY
    )
    quantity = models.DecimalField(_("số lượng"), max_digits=12, decimal_places=2, null=True, blank=True)
    measure = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    value = models.PositiveBigIntegerField(_("giá trị (đồng)"))
    received_on = models.DateField(_("ngày nhận"))
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("kinh phí của nhà")
        verbose_name_plural = _("kinh phí của nhà")
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return f"{self.source} · {self.value}"


class Moment(models.TextChoices):
    BEFORE = "before", _("trước")
    DURING = "during", _("trong")
    AFTER = "after", _("sau")


class ProjectPhoto(models.Model):
    """A picture of a house before, during or after; resized, its place kept only if the cadre agreed."""

    project = models.ForeignKey(HousingProject, on_delete=models.CASCADE, related_name="photos")
    moment = models.CharField(_("lúc"), max_length=6, choices=Moment.choices)
    taken_on = models.DateField(_("ngày chụp"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("ảnh"))
    latitude = models.DecimalField(_("vĩ độ"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("kinh độ"), max_digits=8, decimal_places=5, null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ảnh nhà ở")
        verbose_name_plural = _("ảnh nhà ở")
        ordering = ["taken_on", "pk"]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_moment_display()}"


class ProjectEvent(models.Model):
    """One step in a house's life: stage, fields from what to what, with words. Only ever appended."""

    project = models.ForeignKey(HousingProject, on_delete=models.CASCADE, related_name="events")
    version = models.PositiveIntegerField(_("phiên bản"))
    from_stage = models.CharField(_("từ bước"), max_length=11, choices=Stage.choices, blank=True)
    to_stage = models.CharField(_("đến bước"), max_length=11, choices=Stage.choices)
    fields = models.JSONField(_("thay đổi"), default=dict)
    comment = models.CharField(_("nội dung"), max_length=500, blank=True)
    through = models.CharField(_("qua"), max_length=8)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("diễn biến nhà ở")
        verbose_name_plural = _("diễn biến nhà ở")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_to_stage_display()}"
