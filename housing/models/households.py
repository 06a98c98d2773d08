"""Households of a commune's register, their members, and everything that was changed."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models import Level, Lineage, Membership, Unit, User
from communes.models.prepared import Prepared
from communes.models.scopes import reach
from communes.rules.text import fold, normalise
from housing.models.standards import EthnicGroup
from housing.rules.classes import PovertyClass as Classes


class Sex(models.TextChoices):
    MALE = "male", _("nam")
    FEMALE = "female", _("nữ")


class PovertyClass(models.TextChoices):
    """The class of a household, as the last recognised review left it."""

    POOR = Classes.POOR.value, _("hộ nghèo")
    NEAR_POOR = Classes.NEAR_POOR.value, _("hộ cận nghèo")
    NEITHER = Classes.NEITHER.value, _("không thuộc hộ nghèo, cận nghèo")


class Arrival(models.TextChoices):
    """How a household came into the commune's register."""

    FOUND = "found", _("có từ khi lập sổ")
    FORMED = "formed", _("mới lập hộ")
    SPLIT = "split", _("tách từ hộ khác")
    MOVED_IN = "moved_in", _("chuyển đến")


class Departure(models.TextChoices):
    """How a household left the commune's register."""

    MOVED_OUT = "moved_out", _("chuyển đi")
    MERGED = "merged", _("nhập vào hộ khác")
    GONE = "gone", _("không còn ai trong hộ")
    MISTAKE = "mistake", _("ghi nhầm, ghi trùng")


def units_of_people(user: User, at: date) -> "models.QuerySet[Unit]":
    """The units whose households the user may see by name: in the reach of a role on a commune or village,
    with their whole predecessors.

    Officials above get counts, whatever their role, and so does who runs the system (Decree 13/2023/NĐ-CP).
    """
    if not user.is_active or user.is_superuser or user.pk is None:
        return Unit.objects.none()
    return Unit.objects.filter(pk__in=Prepared(_close, user.pk, at))


def _close(person: int, at: date) -> "models.QuerySet":
    """The ids of those units, for `Prepared`."""
    rows = Membership.objects.of(User(pk=person), at)
    within = reach(rows.filter(unit__level__in=[Level.COMMUNE, Level.VILLAGE]).values("unit"), at)
    return within.union(Lineage.objects.filter(unit__in=within).values("predecessor"), all=True)


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Households by scope: the only way to a queryset of them above the models."""

    def readable_by(self, user: User, at: date) -> Self:
        """Households whose commune's people the user may see by name."""
        return self.filter(commune__in=units_of_people(user, at))

    def writable_by(self, user: User, at: date) -> Self:
        """Households that the user may change: of a unit in which the user, as its own cadre, enters data."""
        return self.readable_by(user, at).filter(commune__in=Unit.objects.writable_by(user, at))

    def living(self, at: date) -> Self:
        """Households that stood in a register on that day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=at), arrived_on__lte=at)


class Household(models.Model):
    """A household (hộ) in the register of one commune, from the day it came to the day it left.

    A household that moves to another commune ends here and begins there as another row that points back by
    `origin`: its history goes with it, and each commune sees its own. When communes are merged or villages
    moved the rows follow their village.
    """

    code = models.CharField(_("mã hộ"), max_length=20, unique=True, editable=False)
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("tỉnh"))
    commune = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="households", verbose_name=_("xã")
    )
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("thôn, bản"))
    head_name = models.CharField(_("họ và tên chủ hộ"), max_length=120)
    search_name = models.CharField(max_length=120, editable=False)
    head_sex = models.CharField(_("giới tính chủ hộ"), max_length=6, choices=Sex.choices, blank=True)
    head_birth_year = models.PositiveSmallIntegerField(_("năm sinh chủ hộ"), null=True, blank=True)
    identity_number = models.CharField(_("số định danh chủ hộ"), max_length=12, blank=True)
    ethnic_group = models.ForeignKey(
        EthnicGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dân tộc của chủ hộ"),
    )
    address = models.CharField(_("địa chỉ"), max_length=200, blank=True)
    persons = models.PositiveSmallIntegerField(_("số nhân khẩu"), default=1)
    no_labour = models.BooleanField(_("không có khả năng lao động"), default=False)
    merit = models.BooleanField(_("có người có công"), default=False)
    social_protection = models.BooleanField(_("có người hưởng bảo trợ xã hội"), default=False)
    poverty_class = models.CharField(
        _("loại hộ"), max_length=9, choices=PovertyClass.choices, blank=True, editable=False
    )
    arrival = models.CharField(_("vào sổ vì"), max_length=8, choices=Arrival.choices, default=Arrival.FOUND)
    arrived_on = models.DateField(_("vào sổ từ ngày"))
    departure = models.CharField(_("ra khỏi sổ vì"), max_length=9, choices=Departure.choices, blank=True)
    ended_on = models.DateField(_("ra khỏi sổ từ ngày"), null=True, blank=True)
    origin = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offspring",
        verbose_name=_("tách hoặc chuyển từ hộ"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    updated_at = models.DateTimeField(_("cập nhật lúc"), default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("hộ")
        verbose_name_plural = _("hộ")
        ordering = ["village__name", "search_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None, departure="") | (Q(ended_on__isnull=False) & ~Q(departure="")),
                name="household_end_says_why",
                violation_error_message=_("Hộ ra khỏi sổ cần có ngày và lý do."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("arrived_on")),
                name="household_ends_after_start",
                violation_error_message=_("Ngày ra khỏi sổ không được trước ngày vào sổ."),
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=1, persons__lte=60),
                name="household_persons",
                violation_error_message=_("Số nhân khẩu từ 1 đến 60."),
            ),
        ]
        indexes = [
            models.Index(fields=["commune", "ended_on", "search_name"], name="household_commune_name"),
            models.Index(fields=["village", "ended_on", "search_name"], name="household_village_name"),
            models.Index(
                fields=["identity_number"], condition=~Q(identity_number=""), name="household_identity"
            ),
            models.Index(fields=["province", "search_name"], name="household_province_name"),
        ]

    def __str__(self) -> str:
        # Never the name: this goes to logs and error reports.
        return f"hộ {self.code}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_search_name()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def set_search_name(self) -> None:
        """To be called before a bulk statement; `save` does it itself."""
        self.head_name = normalise(self.head_name)
        self.search_name = fold(self.head_name)

    def lives_on(self, day: date) -> bool:
        return self.arrived_on <= day and (self.ended_on is None or day < self.ended_on)


class HouseholdCounter(models.Model):
    """The last running number given to a household of a commune code; a code is never given twice."""

    commune_code = models.CharField(max_length=10, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("số chạy của mã hộ")
        verbose_name_plural = _("số chạy của mã hộ")

    def __str__(self) -> str:
        return f"{self.commune_code}: {self.last}"


class Relation(models.TextChoices):
    """What a member is to the head of the household."""

    HEAD = "head", _("chủ hộ")
    SPOUSE = "spouse", _("vợ, chồng")
    CHILD = "child", _("con")
    PARENT = "parent", _("cha, mẹ")
    GRANDCHILD = "grandchild", _("cháu")
    OTHER = "other", _("quan hệ khác")


class Schooling(models.TextChoices):
    """Whether a member goes to school now."""

    ATTENDING = "attending", _("đang đi học")
    OUT = "out", _("trong tuổi mà không đi học")
    PAST = "past", _("không còn tuổi đi học")


class Education(models.TextChoices):
    """The highest certificate of a member."""

    NONE = "none", _("chưa có bằng")
    PRIMARY = "primary", _("tiểu học")
    LOWER = "lower_secondary", _("trung học cơ sở")
    UPPER = "upper_secondary", _("trung học phổ thông")
    VOCATIONAL = "vocational", _("sơ cấp, trung cấp, cao đẳng nghề")
    HIGHER = "higher", _("đại học trở lên")


class Work(models.TextChoices):
    """The work of a member of working age."""

    EMPLOYED = "employed", _("có việc, có hợp đồng")
    NO_CONTRACT = "no_contract", _("làm công không hợp đồng")
    OWN = "own", _("tự làm, làm nông")
    LOOKING = "looking", _("muốn làm mà không có việc")
    NOT_WORKING = "not_working", _("không làm việc")


class MemberQuerySet(models.QuerySet["Member"]):
    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(household__commune__in=units_of_people(user, at))

    def here(self) -> Self:
        """Those who have not left."""
        return self.filter(left_on=None)


class Member(models.Model):
    """A person of a household (thành viên), as far as the review and the programmes need, and no further."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(_("họ và tên"), max_length=120)
    search_name = models.CharField(max_length=120, editable=False)
    relation = models.CharField(_("quan hệ với chủ hộ"), max_length=10, choices=Relation.choices)
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("năm sinh"), null=True, blank=True)
    sex = models.CharField(_("giới tính"), max_length=6, choices=Sex.choices, blank=True)
    ethnic_group = models.ForeignKey(
        EthnicGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dân tộc"),
    )
    identity_number = models.CharField(_("số định danh"), max_length=12, blank=True)
    schooling = models.CharField(_("đi học"), max_length=9, choices=Schooling.choices, blank=True)
    education = models.CharField(_("trình độ"), max_length=15, choices=Education.choices, blank=True)
    insured = models.BooleanField(_("có bảo hiểm y tế"), null=True, blank=True)
    work = models.CharField(_("việc làm"), max_length=11, choices=Work.choices, blank=True)
    allowance = models.BooleanField(_("hưởng trợ cấp xã hội, khuyết tật"), default=False)
    left_on = models.DateField(_("không còn trong hộ từ ngày"), null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("thành viên hộ")
        verbose_name_plural = _("thành viên hộ")
        ordering = ["household", "pk"]
        indexes = [
            models.Index(fields=["identity_number"], condition=~Q(identity_number=""), name="member_identity")
        ]

    def __str__(self) -> str:
        return f"thành viên {self.pk}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_search_name()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def set_search_name(self) -> None:
        self.name = normalise(self.name)
        self.search_name = fold(self.name)


class HouseholdChangeQuerySet(models.QuerySet["HouseholdChange"]):
    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(commune__in=units_of_people(user, at))


class HouseholdChange(models.Model):
    """One step in a household's life: who, when, through what, which fields from what to what. Only appended.

    `commune` is where it happened, so that each commune reads its own part of the history.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("vào sổ")
        EDITED = "edited", _("sửa")
        SPLIT = "split", _("tách hộ")
        MERGED = "merged", _("nhập hộ")
        MOVED_IN = "moved_in", _("chuyển đến")
        MOVED_OUT = "moved_out", _("chuyển đi")
        MOVED_VILLAGE = "moved_village", _("chuyển bản trong xã")
        GONE = "gone", _("ra khỏi sổ")
        RESTORED = "restored", _("đưa lại vào sổ")
        MEMBER = "member", _("thành viên")
        CLASS = "class", _("loại hộ sau rà soát")
        UNIT = "unit", _("sắp xếp đơn vị")

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="changes")
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("phiên bản"))
    kind = models.CharField(_("việc"), max_length=13, choices=Kind.choices)
    fields = models.JSONField(_("thay đổi"), default=dict)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    through = models.CharField(_("qua"), max_length=8)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    objects = HouseholdChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("lịch sử hộ")
        verbose_name_plural = _("lịch sử hộ")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_kind_display()}"
