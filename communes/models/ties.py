"""Ties between units: placement in a tree, acts that reorganise, succession, and their closures."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communes.models.marks import Verification
from communes.models.units import Unit


class Tie(models.TextChoices):
    """Two ties of placement: who is under whom, and the district that a commune belonged to."""

    TREE = "tree", _("thuộc")
    FORMER = "former", _("thuộc địa bàn huyện cũ")


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day to before another."""

    def on(self, at: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)


class Placement(models.Model):
    """Which unit stands under which, from a day to another (thuộc).

    After 2025-07-01 communes stand directly under the province; the tie `former` keeps the district
    each belonged to, so that the old districts go on adding up to the province.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="placements", verbose_name=_("đơn vị")
    )
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị cấp trên")
    )
    tie = models.CharField(_("quan hệ"), max_length=8, choices=Tie.choices, default=Tie.TREE)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("quan hệ trực thuộc")
        verbose_name_plural = _("quan hệ trực thuộc")
        ordering = ["unit", "tie", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "tie", "valid_from"],
                name="placement_unit_tie_from",
                violation_error_message=_("Đơn vị đã có quan hệ loại này bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="placement_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=~Q(unit=F("parent")),
                name="placement_not_under_itself",
                violation_error_message=_("Một đơn vị không thể thuộc chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.parent}"


class Act(models.Model):
    """A legal act that reorganises units (nghị quyết sắp xếp), e.g. NQ 1681/NQ-UBTVQH15.

    It is in force on one day and operates on another; units and figures switch on the second.
    """

    number = models.CharField(_("số, ký hiệu"), max_length=60, unique=True)
    title = models.CharField(_("trích yếu"), max_length=300)
    in_force_on = models.DateField(_("có hiệu lực từ"))
    operative_on = models.DateField(_("đơn vị mới hoạt động từ"))
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    class Meta:
        verbose_name = _("văn bản sắp xếp")
        verbose_name_plural = _("văn bản sắp xếp")
        ordering = ["-operative_on"]

    def __str__(self) -> str:
        return self.number


class Succession(models.Model):
    """Predecessor → successor by an act, whole or partial (kế thừa).

    `share` is the part of the predecessor's people that went over, in millionths; empty when it is not
    known, and then shown as unknown.
    """

    act = models.ForeignKey(
        Act, on_delete=models.PROTECT, related_name="successions", verbose_name=_("văn bản")
    )
    predecessor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ")
    )
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="origins", verbose_name=_("đơn vị mới")
    )
    whole = models.BooleanField(_("toàn bộ"), default=True)
    share_millionths = models.PositiveIntegerField(
        _("tỷ lệ (phần triệu)"),
        null=True,
        blank=True,
        help_text=_("600000 = 60 %. Để trống khi chưa rõ."),
    )
    share_base = models.CharField(
        _("tỷ lệ theo"), max_length=60, blank=True, help_text=_("Ví dụ: dân số 2024, số hộ 2024.")
    )
    by_villages = models.BooleanField(
        _("chia theo thôn, bản"),
        default=False,
        help_text=_("Văn bản nói rõ thôn, bản nào chuyển: số theo thôn, bản là số đúng."),
    )
    names_mark = models.CharField(
        _("tên"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    extent_mark = models.CharField(
        _("phạm vi"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("kế thừa")
        verbose_name_plural = _("kế thừa")
        ordering = ["act", "successor__code", "predecessor__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_pair",
                violation_error_message=_("Cặp đơn vị này đã có."),
            ),
            models.CheckConstraint(
                condition=Q(share_millionths=None)
                | Q(share_millionths__gt=0, share_millionths__lte=1_000_000),
                name="succession_share_range",
                violation_error_message=_("Tỷ lệ phải lớn hơn 0 và không quá 100 %."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_not_itself",
                violation_error_message=_("Một đơn vị không thể kế thừa chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor.name} → {self.successor.name}"


class Ancestry(models.Model):
    """Derived from placements: every ancestor of a unit with the days on which it holds.

    One indexed table answers 'who was under whom on that day'; nobody writes it but
    `communes.actions.refresh_register`.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="descendants")
    tie = models.CharField(max_length=8, choices=Tie.choices)
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cấp trên theo thời gian")
        verbose_name_plural = _("cấp trên theo thời gian")
        constraints = [
            models.UniqueConstraint(fields=["unit", "ancestor", "tie", "valid_from"], name="ancestry_row")
        ]
        indexes = [
            models.Index(fields=["ancestor", "tie", "valid_from", "valid_to", "unit"], name="ancestry_down")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} ⊂ {self.ancestor_id}"


class Lineage(models.Model):
    """Derived from whole successions: every whole predecessor of a unit, each step back."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="lineage")
    predecessor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="descent")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("đơn vị tiền thân")
        verbose_name_plural = _("đơn vị tiền thân")
        constraints = [models.UniqueConstraint(fields=["unit", "predecessor"], name="lineage_pair")]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.unit_id}"
