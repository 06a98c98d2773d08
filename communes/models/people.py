"""People, what they may do and where, and the tokens of their programs."""

import hashlib
from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communes.models.units import Unit


class User(AbstractUser):
    """A person with one login (một người một tài khoản)."""

    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    password_is_temporary = models.BooleanField(
        _("mật khẩu tạm"),
        default=False,
        editable=False,
        help_text=_("Do người khác đặt; người này phải đổi khi đăng nhập."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")

    def __str__(self) -> str:
        return self.full_name or self.username


class Role(models.TextChoices):
    """What a person does for a unit."""

    CADRE = "cadre", _("cán bộ nhập số liệu")
    LEADER = "leader", _("lãnh đạo phê duyệt")
    REVIEWER = "reviewer", _("cán bộ thẩm định")
    VIEWER = "viewer", _("người xem")
    ADMINISTRATOR = "administrator", _("quản trị")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: User, at: date) -> Self:
        """The memberships of an active user that hold on that day."""
        if not user.is_active or user.pk is None:
            return self.none()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), user=user, valid_from__lte=at)


class Membership(models.Model):
    """A person's role on a unit, from a day to another (phân công): everything under the unit is in it."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("người dùng")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("đơn vị")
    )
    role = models.CharField(_("vai trò"), max_length=14, choices=Role.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("phân công")
        verbose_name_plural = _("phân công")
        ordering = ["user", "unit", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "valid_from"],
                name="membership_once",
                violation_error_message=_("Người này đã có vai trò đó từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="membership_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from", "valid_to"], name="membership_user_dates")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit.name}"


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def of(self, user: User) -> Self:
        """A person's own tokens, the ended ones too: nobody lists another's."""
        return self.filter(user=user)

    def usable(self) -> Self:
        """Tokens that are neither revoked nor expired, of people who are active."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)

    def matching(self, secret: str) -> Self:
        return self.usable().filter(digest=digest_of(secret))


class ApiToken(models.Model):
    """A program's key to the API in a person's name: stored hashed, shown once, with an end."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("người dùng")
    )
    name = models.CharField(_("tên"), max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    last_used_on = models.DateField(_("dùng lần cuối"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("khóa API")
        verbose_name_plural = _("khóa API")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user} · {self.name or format(self.created_at, '%d/%m/%Y')}"


def digest_of(secret: str) -> str:
    """SHA-256 is enough here: a token is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
