"""Units: province, district, commune, village, each true from a date to a date."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communes.models.marks import Verification
from communes.models.prepared import Prepared, Write
from communes.rules.text import fold, normalise

if TYPE_CHECKING:
    from communes.models.people import User

# The register begins here; a question about an earlier day is refused with this date.
first_day = date(2021, 1, 1)


def today() -> date:
    """Today in Việt Nam (TIME_ZONE): the only place where a default date comes from."""
    return timezone.localdate()


class Level(models.TextChoices):
    """The tier of a unit. The district tier ended on 2025-07-01."""

    PROVINCE = "province", _("tỉnh")
    DISTRICT = "district", _("huyện")
    COMMUNE = "commune", pgettext_lazy("cấp", "xã")
    VILLAGE = "village", _("thôn, bản")


class UnitKind(models.Model):
    """What kind of unit it is in law (xã, phường, thị trấn …): sets and forms apply to kinds."""

    code = models.CharField(_("mã"), max_length=20, primary_key=True)
    name = models.CharField(_("tên"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60)
    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    is_urban = models.BooleanField(_("đô thị"), default=False)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("loại đơn vị")
        verbose_name_plural = _("loại đơn vị")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The kind in the reader's language."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    """Questions about units; every one that depends on time takes the day."""

    def in_force(self, at: date) -> Self:
        """Units that exist on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)

    def territory_of(self, unit: "Unit", at: date) -> Self:
        """Units that stand under `unit` (itself included) on that day.

        An ended district answers for later days too, as 'địa bàn huyện … cũ': the communes whose
        former district it is.
        """
        from communes.models.ties import Ancestry

        under = Ancestry.objects.on(at).filter(ancestor=unit).values("unit")
        return self.in_force(at).filter(pk__in=under)

    def readable_by(self, user: "User", at: date) -> Self:
        """Units the user may read: those under a unit of the user's today or on their last day,
        the whole predecessors of the user's units, every step back, and a divided predecessor whose
        last report the user finishes or approves.
        """
        from communes.models.scopes import readable

        return self if user.is_superuser and user.is_active else self._within(readable, user, at)

    def held_by(self, user: "User", at: date, *roles: str) -> Self:
        """Units under (or under on their last day) a unit on which the user has one of these roles."""
        from communes.models.scopes import held

        return self._within(held, user, at, *roles)

    def under(self, unit: "Unit", at: date) -> Self:
        """Units within the reach of a role on `unit`: under it today or on their last day, and the direct
        predecessors of those."""
        from communes.models.scopes import predecessors, reach

        within = reach([unit.pk], at)
        return self.filter(Q(pk__in=within) | Q(pk__in=predecessors(within)))

    def writable_by(self, user: "User", at: date) -> Self:
        """Units for which the user may enter figures: as a cadre of the unit, or of a unit above or
        of a direct successor of it (an ended unit's last report is finished by its successors)."""
        from communes.models.people import Role
        from communes.models.scopes import served

        return self._within(served, user, at, Role.CADRE)

    def led_by(self, user: "User", at: date) -> Self:
        """Units whose reports the user approves as their leader, the ended ones of a successor included."""
        from communes.models.people import Role
        from communes.models.scopes import served

        return self._within(served, user, at, Role.LEADER)

    def _within(self, scope: Write, user: "User", at: date, *roles: str) -> Self:
        """The units of a scope; nobody who is not active has any."""
        if not user.is_active or user.pk is None:
            return self.none()
        return self.filter(pk__in=Prepared(scope, user.pk, at, *roles))

    def bearer(self, code: str, at: date | None = None) -> "Unit | None":
        """The unit that bears `code` on that day; without a day, the one in force today, else the last."""
        rows = self.filter(code=code)
        if at is not None:
            return rows.in_force(at).first()
        return rows.in_force(today()).first() or rows.order_by("-valid_from").first()

    def bearer_by(self, code: str, at: date) -> "Unit | None":
        """The bearer on that day, else the last one that ended before it (an old district asked later)."""
        return (
            self.bearer(code, at) or self.filter(code=code, valid_to__lte=at).order_by("-valid_from").first()
        )


class Unit(models.Model):
    """An administrative unit (đơn vị hành chính) from one day to another.

    A new name, kind or extent makes a new unit, so a commune of 2024 and its successor of 2025 are
    two rows even when the statistics office kept the code: a unit is (code, valid_from).
    """

    code = models.CharField(
        _("mã đơn vị"), max_length=10, help_text=_("Mã của cơ quan thống kê, giữ số 0 ở đầu.")
    )
    name = models.CharField(_("tên"), max_length=120, help_text=_("Tên đầy đủ, ví dụ: Xã Quỳnh Nhai."))
    search_name = models.CharField(max_length=120, editable=False, default="")
    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    kind = models.ForeignKey(UnitKind, on_delete=models.PROTECT, verbose_name=_("loại"))
    valid_from = models.DateField(_("có từ ngày"))
    valid_to = models.DateField(
        _("đến trước ngày"), null=True, blank=True, help_text=_("Để trống khi đơn vị đang hoạt động.")
    )
    province = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tỉnh"),
        help_text=_("Tỉnh mà đơn vị thuộc về; với chính tỉnh thì để trống."),
    )
    area_ha = models.PositiveIntegerField(
        _("diện tích (ha)"), null=True, blank=True, help_text=_("Theo nghị quyết thành lập; 100 ha = 1 km².")
    )
    population = models.PositiveIntegerField(
        _("dân số (người)"),
        null=True,
        blank=True,
        help_text=_("Theo nghị quyết thành lập; số hằng năm là chỉ tiêu riêng."),
    )
    facts_source = models.CharField(_("nguồn diện tích, dân số"), max_length=200, blank=True)
    name_mark = models.CharField(
        _("tên"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    extent_mark = models.CharField(
        _("địa giới"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = _("đơn vị hành chính")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="unit_code_from",
                violation_error_message=_("Mã này đã có một đơn vị bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]
        indexes = [
            models.Index(fields=["level", "valid_from", "valid_to"], name="unit_level_dates"),
            models.Index(fields=["search_name"], name="unit_search_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.years})" if self.valid_to else self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name = normalise(self.name)
        self.search_name = fold(self.name)
        super().save(*args, **kwargs)

    @property
    def years(self) -> str:
        """'đến 30/6/2025' for an ended unit, 'từ 1/7/2025' for a living one that the register saw begin."""
        if self.last_day:
            return _("đến {day}").format(day=_day(self.last_day))
        return _("từ {day}").format(day=_day(self.valid_from)) if self.valid_from > first_day else ""

    @property
    def last_day(self) -> date | None:
        """The unit's last day, inclusive; None while it lives."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def lives_on(self, at: date) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
