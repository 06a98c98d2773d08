"""Reviews (rà soát hộ nghèo, hộ cận nghèo): rounds, each commune's part, and each household's sheets."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import Role, Unit, User
from housing.models.households import Household, PovertyClass, units_of_people
from housing.models.standards import Area, EthnicGroup, PovertyStandard
from housing.rules.movements import Movement
from programs.models import Period, StoredFile


class RoundKind(models.TextChoices):
    """Decision 24/2021/QĐ-TTg: once a year from 1 September to 14 December; on request from the 15th of each
    month; and general reviews when a new standard begins."""

    YEARLY = "yearly", _("định kỳ hằng năm")
    REGULAR = "regular", _("thường xuyên")
    GENERAL = "general", _("tổng rà soát")


class RoundQuerySet(models.QuerySet["ReviewRound"]):
    def closing_a_year(self) -> Self:
        """Rounds whose result is the year's: they have the period that their figures are of."""
        return self.filter(period__isnull=False)


class ReviewRound(models.Model):
    """A round of the review with the standard that belongs to it (RULES 35).

    A round with a period closes that year; its figures are those of the period. `next_standard` is set in a
    general review: every household gets a class by both, side by side.
    """

    code = models.SlugField(_("mã"), max_length=20, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    kind = models.CharField(_("loại"), max_length=8, choices=RoundKind.choices)
    standard = models.ForeignKey(
        PovertyStandard, on_delete=models.PROTECT, related_name="+", verbose_name=_("chuẩn nghèo")
    )
    next_standard = models.ForeignKey(
        PovertyStandard,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chuẩn mới, tính song song"),
    )
    period = models.OneToOneField(
        Period,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="review_round",
        verbose_name=_("kết quả của kỳ"),
    )
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    posting_days = models.PositiveSmallIntegerField(
        _("niêm yết ít nhất (ngày làm việc)"),
        default=3,
        help_text=_("Chưa đối chiếu văn bản: nhớ là 3 ngày làm việc."),
    )
    decide_within = models.PositiveSmallIntegerField(
        _("quyết định trong (ngày)"), null=True, blank=True, help_text=_("Rà soát thường xuyên: 15 ngày.")
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt rà soát")
        verbose_name_plural = _("đợt rà soát")
        ordering = ["-ends_on", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="round_ends_after_start",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class ReviewState(models.TextChoices):
    """Rà soát → xin ý kiến tỉnh → xã công nhận → tỉnh phê duyệt tổng hợp; reopened only with a reason."""

    REVIEWING = "reviewing", _("đang rà soát")
    ASKED = "asked", _("đã xin ý kiến tỉnh")
    RECOGNISED = "recognised", _("xã đã công nhận")
    APPROVED = "approved", _("tỉnh đã phê duyệt")


CLOSED_STATES = (ReviewState.RECOGNISED, ReviewState.APPROVED)


class Source(models.TextChoices):
    """Where a commune's figures of a year come from: its register, or the approved aggregate; never both."""

    REGISTER = "register", _("sổ hộ")
    AGGREGATE = "aggregate", _("số tổng hợp đã phê duyệt")


class CommuneReviewQuerySet(models.QuerySet["CommuneReview"]):
    """A commune's part of a round holds counts and papers; the households in it are scoped apart."""

    def readable_by(self, user: User, at: date) -> Self:
        return self.filter(commune__in=Unit.objects.readable_by(user, at))

    def writable_by(self, user: User, at: date) -> Self:
        """Reviews in which the user, as the unit's own cadre, enters sheets."""
        close = units_of_people(user, at)
        return self.filter(commune__in=close).filter(commune__in=Unit.objects.writable_by(user, at))

    def recognisable_by(self, user: User, at: date) -> Self:
        """Reviews that the user, as the commune's leader, recognises by name."""
        return self.filter(commune__in=Unit.objects.led_by(user, at))

    def approvable_by(self, user: User, at: date) -> Self:
        """Reviews on which the user, for the province, gives an opinion or approves the aggregate."""
        if user.is_superuser and user.is_active:
            return self
        return self.filter(commune__in=Unit.objects.held_by(user, at, Role.REVIEWER, Role.ADMINISTRATOR))


class CommuneReview(models.Model):
    """One commune's part of a round, with its papers and where its figures come from."""

    round = models.ForeignKey(
        ReviewRound, on_delete=models.PROTECT, related_name="communes", verbose_name=_("đợt rà soát")
    )
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("xã"))
    province = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("tỉnh"))
    source = models.CharField(
        _("nguồn số liệu"), max_length=9, choices=Source.choices, default=Source.AGGREGATE
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ReviewState.choices, default=ReviewState.REVIEWING
    )
    asked_number = models.CharField(_("số văn bản xin ý kiến"), max_length=80, blank=True)
    asked_on = models.DateField(_("ngày xin ý kiến"), null=True, blank=True)
    opinion_number = models.CharField(_("số văn bản ý kiến của tỉnh"), max_length=80, blank=True)
    opinion_on = models.DateField(_("ngày có ý kiến"), null=True, blank=True)
    opinion = models.TextField(_("ý kiến của tỉnh"), blank=True)
    decision_number = models.CharField(_("số quyết định của xã"), max_length=80, blank=True)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    signatory = models.CharField(_("người ký"), max_length=120, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bản ký, đóng dấu"),
    )
    approval_number = models.CharField(_("số quyết định phê duyệt của tỉnh"), max_length=80, blank=True)
    approved_on = models.DateField(_("ngày phê duyệt"), null=True, blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    updated_at = models.DateTimeField(_("cập nhật lúc"), auto_now=True)

    objects = CommuneReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("rà soát của xã")
        verbose_name_plural = _("rà soát của xã")
        ordering = ["-round__ends_on", "commune__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "commune"],
                name="commune_review_once",
                violation_error_message=_("Xã đã có trong đợt rà soát này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.commune.name}"

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_STATES

    @property
    def area(self) -> str:
        """The area whose line counts: a commune that became a ward is another unit, with another line."""
        return Area.URBAN if self.commune.kind.is_urban else Area.RURAL


class ReviewEvent(models.Model):
    """What happened to a commune's review: opened, asked, recognised, approved, reopened, source changed."""

    review = models.ForeignKey(CommuneReview, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(_("từ"), max_length=10, choices=ReviewState.choices, blank=True)
    to_state = models.CharField(_("đến"), max_length=10, choices=ReviewState.choices)
    comment = models.TextField(_("nội dung"), blank=True)
    compared = models.JSONField(_("so sánh khi đổi nguồn số liệu"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("diễn biến rà soát")
        verbose_name_plural = _("diễn biến rà soát")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_to_state_display()} · {self.by}"


class VillageReview(models.Model):
    """One village's part: the meeting's minutes and the posting."""

    review = models.ForeignKey(CommuneReview, on_delete=models.CASCADE, related_name="villages")
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("thôn, bản"))
    posted_from = models.DateField(_("niêm yết từ ngày"), null=True, blank=True)
    posted_to = models.DateField(_("niêm yết đến hết ngày"), null=True, blank=True)
    posted_at = models.CharField(_("nơi niêm yết"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("rà soát của thôn, bản")
        verbose_name_plural = _("rà soát của thôn, bản")
        ordering = ["review", "village__name"]
        constraints = [models.UniqueConstraint(fields=["review", "village"], name="village_review_once")]

    def __str__(self) -> str:
        return f"{self.review} · {self.village.name}"


class Meeting(models.Model):
    """A village meeting (họp dân); when fewer than half of those present agree a second one is held."""

    village_review = models.ForeignKey(VillageReview, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("lần"), default=1)
    held_on = models.DateField(_("ngày họp"))
    present = models.PositiveSmallIntegerField(_("số người dự"))
    agreed = models.PositiveSmallIntegerField(_("số người đồng ý"))
    chair = models.CharField(_("chủ trì"), max_length=120, blank=True)
    secretary = models.CharField(_("thư ký"), max_length=120, blank=True)
    minutes = models.TextField(_("nội dung chính"), blank=True)

    class Meta:
        verbose_name = _("cuộc họp dân")
        verbose_name_plural = _("cuộc họp dân")
        ordering = ["village_review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["village_review", "number"], name="meeting_number"),
            models.CheckConstraint(
                condition=Q(agreed__lte=F("present")),
                name="meeting_agreed_of_present",
                violation_error_message=_("Số người đồng ý không được lớn hơn số người dự."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village_review} · {self.number}"


class Complaint(models.Model):
    """A complaint after the posting (ý kiến, khiếu nại), with the re-check and its answer."""

    village_review = models.ForeignKey(VillageReview, on_delete=models.CASCADE, related_name="complaints")
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hộ")
    )
    received_on = models.DateField(_("ngày nhận"))
    text = models.TextField(_("nội dung"))
    answer = models.TextField(_("kết quả phúc tra"), blank=True)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True)
    upheld = models.BooleanField(_("ý kiến đúng"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai ghi")
    )

    class Meta:
        verbose_name = _("ý kiến sau niêm yết")
        verbose_name_plural = _("ý kiến sau niêm yết")
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return f"{self.village_review} · {self.received_on}"


class Listed(models.TextChoices):
    """Why a household is on the list to be reviewed."""

    POOR = "poor", _("hộ nghèo đang quản lý")
    NEAR_POOR = "near_poor", _("hộ cận nghèo đang quản lý")
    REQUESTED = "requested", _("có giấy đề nghị")
    GENERAL = "general", _("tổng rà soát")


class PovertyReviewQuerySet(models.QuerySet["PovertyReview"]):
    def readable_by(self, user: User, at: date) -> Self:
        """Sheets of communes whose people the user may see; of a moved household the old ones stay there."""
        return self.filter(review__commune__in=units_of_people(user, at))

    def writable_by(self, user: User, at: date) -> Self:
        return self.filter(review__in=CommuneReview.objects.writable_by(user, at))

    def counted(self) -> Self:
        """Sheets of rounds that close a year and were recognised: a household's history."""
        return self.filter(review__round__period__isnull=False, review__state__in=CLOSED_STATES)


class PovertyReview(models.Model):
    """One household's sheets B1 and B2 in one round, and the class that the round's standard gives.

    `deprived` and `reasons` are bits (Deprivation.bit, PovertyReason.bit). What the household was on that day
    (village, persons, ethnic group) is kept here, so that a year's figures stay what they were.
    """

    review = models.ForeignKey(CommuneReview, on_delete=models.CASCADE, related_name="sheets")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="reviews")
    village = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("thôn, bản"))
    listed = models.CharField(_("lý do rà soát"), max_length=9, choices=Listed.choices)
    requested_on = models.DateField(_("ngày nhận giấy đề nghị"), null=True, blank=True)
    reviewed_on = models.DateField(_("ngày rà soát"), null=True, blank=True)
    b1_points = models.PositiveSmallIntegerField(_("điểm B1"), null=True, blank=True)
    b1_items = models.JSONField(_("mục B1 đã chọn"), default=list, blank=True)
    income = models.PositiveIntegerField(_("thu nhập (đồng/người/tháng)"), null=True, blank=True)
    b2_done = models.BooleanField(_("đã rà soát phiếu B2"), default=False)
    deprived = models.PositiveIntegerField(_("thiếu hụt"), default=0)
    b2_points = models.PositiveSmallIntegerField(_("điểm B2"), null=True, blank=True)
    reasons = models.PositiveIntegerField(_("nguyên nhân nghèo"), default=0)
    poverty_class = models.CharField(
        _("kết quả phân loại"), max_length=9, choices=PovertyClass.choices, blank=True
    )
    next_class = models.CharField(
        _("phân loại theo chuẩn mới"), max_length=9, choices=PovertyClass.choices, blank=True
    )
    opening_class = models.CharField(_("đầu kỳ"), max_length=9, choices=PovertyClass.choices, blank=True)
    movement = models.CharField(
        _("biến động"), max_length=15, choices=[(m.value, m.value) for m in Movement], blank=True
    )
    area_changed = models.BooleanField(_("đổi khu vực"), default=False)
    persons = models.PositiveSmallIntegerField(_("số nhân khẩu"), default=1)
    no_labour = models.BooleanField(_("không có khả năng lao động"), default=False)
    ethnic_group = models.ForeignKey(
        EthnicGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=0)
    updated_at = models.DateTimeField(_("cập nhật lúc"), default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )

    objects = PovertyReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu rà soát hộ")
        verbose_name_plural = _("phiếu rà soát hộ")
        ordering = ["review", "village__name", "household__search_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "household"],
                name="poverty_review_once",
                violation_error_message=_("Hộ đã có trong danh sách rà soát."),
            )
        ]
        indexes = [
            models.Index(fields=["review", "village", "poverty_class"], name="poverty_review_village"),
            models.Index(fields=["household", "review"], name="poverty_review_household"),
        ]

    def __str__(self) -> str:
        return f"phiếu {self.pk}"


class ReviewChange(models.Model):
    """One step in a sheet's life: which fields from what to what. Only ever appended."""

    sheet = models.ForeignKey(PovertyReview, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(_("phiên bản"))
    fields = models.JSONField(_("thay đổi"), default=dict)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    through = models.CharField(_("qua"), max_length=8)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ai")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("lịch sử phiếu rà soát")
        verbose_name_plural = _("lịch sử phiếu rà soát")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "version"], name="review_change_version")]

    def __str__(self) -> str:
        return f"{self.sheet} · {self.version}"
