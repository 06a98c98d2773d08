"""Desks and departments: which criteria a person's role on a unit covers, and in whose name."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import Membership, Role, Unit, Verification
from programs.models.criteria import CriteriaSet, Criterion


class AgencyQuerySet(models.QuerySet["Agency"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Agency(models.Model):
    """A department or office (Sở, ban, ngành; phòng, ban của xã) from a day to another.

    Departments are merged too (2025-03-01): the old one ends and its successor begins that day.
    """

    code = models.SlugField(_("mã"), max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    short_name = models.CharField(_("tên ngắn"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="agencies", verbose_name=_("đơn vị")
    )
    assembles = models.BooleanField(
        _("cơ quan tổng hợp"),
        default=False,
        help_text=_("Văn phòng điều phối: tổng hợp và xác nhận cả báo cáo."),
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    criteria = models.ManyToManyField(
        Criterion, through="AgencyCriterion", related_name="agencies", verbose_name=_("tiêu chí phụ trách")
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("sở, ban, ngành")
        verbose_name_plural = _("sở, ban, ngành")
        ordering = ["unit", "code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code", "valid_from"],
                name="agency_code_from",
                violation_error_message=_("Mã này đã có một cơ quan bắt đầu từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="agency_ends_after_start",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def short(self) -> str:
        """The short name where there is one: what stands in lists."""
        return self.short_name or self.title


class AgencySuccession(models.Model):
    """Which agency took over from which, on which day (hợp nhất, chuyển chức năng)."""

    predecessor = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="successions", verbose_name=_("cơ quan cũ")
    )
    successor = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="origins", verbose_name=_("cơ quan mới")
    )
    note = models.CharField(_("phần được chuyển"), max_length=300, blank=True)
    mark = models.CharField(
        _("mức xác minh"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )

    class Meta:
        verbose_name = _("kế thừa của sở, ban, ngành")
        verbose_name_plural = _("kế thừa của sở, ban, ngành")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="agency_succession_pair"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="agency_succession_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class AgencyCriterion(models.Model):
    """A criterion that an agency confirms, or only advises on."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", verbose_name=_("cơ quan"))
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="+", verbose_name=_("tiêu chí")
    )

    class Meta:
        verbose_name = _("tiêu chí của cơ quan")
        verbose_name_plural = _("tiêu chí của cơ quan")
        constraints = [models.UniqueConstraint(fields=["agency", "criterion"], name="agency_criterion_once")]

    def __str__(self) -> str:
        return f"{self.agency} · {self.criterion}"


class MembershipAgency(models.Model):
    """In whose name a person holds a role: the desk or department, whose criteria then are the person's."""

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="desk", verbose_name=_("phân công")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="members", verbose_name=_("cơ quan")
    )

    class Meta:
        verbose_name = _("cơ quan của phân công")
        verbose_name_plural = _("cơ quan của phân công")

    def __str__(self) -> str:
        return f"{self.membership} · {self.agency}"


class MembershipCriterion(models.Model):
    """A criterion to which a person's role is narrowed; without any, the role covers all of them."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("phân công")
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="+", verbose_name=_("tiêu chí")
    )

    class Meta:
        verbose_name = _("tiêu chí được giao")
        verbose_name_plural = _("tiêu chí được giao")
        constraints = [
            models.UniqueConstraint(fields=["membership", "criterion"], name="membership_criterion_once")
        ]

    def __str__(self) -> str:
        return f"{self.membership} · {self.criterion}"


def covered_criteria(memberships: Iterable[Membership], criteria_set: CriteriaSet | None) -> set[int] | None:
    """The criteria of a set that these memberships cover together; None when they cover all of it.

    A membership narrowed by criteria covers those; one held for an agency covers the agency's; one that
    is neither covers everything. A form without a criteria set is everybody's but a department's: there it
    covers nothing, and neither does one that confirms no criteria, unless it is the office that assembles.
    """
    rows = list(memberships)
    if criteria_set is None:
        return set() if _only_departments(rows) else None
    own: dict[int, set[int]] = {}
    narrowed = MembershipCriterion.objects.filter(membership__in=rows)
    for membership, criterion in narrowed.values_list("membership", "criterion"):
        own.setdefault(membership, set()).add(criterion)
    by_agency: dict[int, set[int]] = {}
    held_for = MembershipAgency.objects.filter(membership__in=rows).select_related("agency")
    desks = {one.membership_id: one.agency for one in held_for}
    agencies = {agency.pk for agency in desks.values()}
    for agency, criterion in AgencyCriterion.objects.filter(agency__in=agencies).values_list(
        "agency", "criterion"
    ):
        by_agency.setdefault(agency, set()).add(criterion)
    covered: set[int] = set()
    for membership in rows:
        desk = desks.get(membership.pk)
        part = own.get(membership.pk) or (by_agency.get(desk.pk) if desk else None)
        confirms_nothing = desk is not None and not desk.assembles and membership.role == Role.REVIEWER
        if not part and not confirms_nothing:
            return None
        covered |= part or set()
    return covered


def _only_departments(memberships: list[Membership]) -> bool:
    """Whether all of these roles are reviewers' of departments that assemble nothing."""
    if not memberships or any(one.role != Role.REVIEWER for one in memberships):
        return False
    held = MembershipAgency.objects.filter(membership__in=memberships, agency__assembles=False)
    return held.count() == len(memberships)
