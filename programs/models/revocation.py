"""Revocation rules: when a recognised unit has fallen so far that its recognition is to be considered."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communes.models import Verification
from programs.models.criteria import Criterion, RecognitionLevel
from programs.rules.revocation import Bounds

SHARE = [MinValueValidator(1), MaxValueValidator(100)]


class RevokedTier(models.TextChoices):
    """Whose recognition the rule is about."""

    COMMUNE = "commune", _("xã")
    DISTRICT = "district", _("huyện")


class RevocationRuleQuerySet(models.QuerySet["RevocationRule"]):
    def in_force(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class RevocationRule(models.Model):
    """The bounds of one tier in one period of time (quy định thu hồi), shares in percent.

    Revocation is proposed from `lower_share` of the criteria not met if a key criterion is among them, or
    from `upper_share` whichever they are; of a district also from `communes_share` of its communes revoked.
    """

    tier = models.CharField(_("cấp"), max_length=10, choices=RevokedTier.choices)
    decision = models.CharField(_("văn bản quy định"), max_length=200)
    lower_share = models.PositiveSmallIntegerField(
        _("từ tỷ lệ tiêu chí không đạt, có tiêu chí then chốt (%)"), validators=SHARE
    )
    upper_share = models.PositiveSmallIntegerField(
        _("từ tỷ lệ tiêu chí không đạt, bất kỳ (%)"), validators=SHARE
    )
    communes_share = models.PositiveSmallIntegerField(
        _("từ tỷ lệ xã bị thu hồi, chỉ cho huyện (%)"), null=True, blank=True, validators=SHARE
    )
    key_criteria = models.ManyToManyField(
        Criterion, verbose_name=_("tiêu chí then chốt"), related_name="revocation_rules", blank=True
    )
    valid_from = models.DateField(_("áp dụng từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    objects = RevocationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy định thu hồi")
        verbose_name_plural = _("quy định thu hồi")
        ordering = ["tier", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "valid_from"],
                name="revocation_rule_once",
                violation_error_message=_("Cấp này đã có quy định áp dụng từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="revocation_rule_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=Q(upper_share__gte=F("lower_share")),
                name="revocation_rule_bounds",
                violation_error_message=_("Mức bất kỳ không được thấp hơn mức có tiêu chí then chốt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} · {self.decision}"

    @property
    def is_provisional(self) -> bool:
        """What rests on it says 'tạm'."""
        return self.mark == Verification.PROVISIONAL

    @property
    def bounds(self) -> Bounds:
        """The numbers that the rule compares with; reads the key criteria, best prefetched."""
        key = frozenset(one.number for one in self.key_criteria.all())
        return Bounds(self.lower_share, self.upper_share, key, self.communes_share)


def tier_of(level: str) -> RevokedTier:
    """The tier of a recognition's level."""
    return RevokedTier.DISTRICT if level == RecognitionLevel.DISTRICT else RevokedTier.COMMUNE
