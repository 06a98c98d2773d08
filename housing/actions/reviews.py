"""A commune's review from its start to the province's approval; each step in its order, with its papers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Level, Unit, User
from communes.rules.text import composed, normalise
from housing.actions.figures import accept_poverty, refresh_poverty, reopen_poverty, send_poverty
from housing.actions.sheets import BATCH, open_review, write_sheets
from housing.models import (
    CLOSED_STATES,
    CommuneReview,
    Deprivation,
    Household,
    HouseholdChange,
    Listed,
    PovertyReview,
    PovertyStandard,
    ReviewEvent,
    ReviewRound,
    ReviewState,
    RoundKind,
    Source,
    VillageReview,
    units_of_people,
)
from housing.queries.movements import History, chunks, managed, residents
from housing.queries.reviews import FIRST_DAY_OF_REGULAR, lacking
from housing.queries.sources import compare_sources
from housing.rules.areas import moved_by_area
from housing.rules.classes import PovertyClass as Classes
from housing.rules.movements import Movement, movement_of
from programs.actions.files import SCANS, store_file
from programs.models import StoredFile, Through

__all__ = [
    "Papers",
    "approve_reviews",
    "ask_opinion",
    "give_opinion",
    "list_household",
    "list_managed",
    "list_requests",
    "open_regular_round",
    "recognise",
    "reopen",
    "set_source",
    "start_review",
    "unlist_household",
]

LONGEST_NUMBER = 80
LONGEST_WORDS = 4000


# -- the list --------------------------------------------------------------------------------------------


@transaction.atomic
def start_review(
    *,
    round: ReviewRound,
    commune: Unit,
    by: User,
    today: date,
    source: str = Source.REGISTER,
    through: str = Through.FORM,
    at: datetime | None = None,
) -> CommuneReview:
    """Open a commune's part of a round and make its list: the managed poor and near-poor households, in a
    general review every household of the register.

    Raises PermissionDenied to who is not the commune's own cadre; ValidationError when it is open already, or
    the round has not begun.
    """
    allowed = Unit.objects.writable_by(by, today).filter(pk__in=units_of_people(by, today))
    if not allowed.filter(pk=commune.pk, level=Level.COMMUNE).exists():
        raise PermissionDenied(_("Bạn không rà soát hộ của xã này."))
    if today < round.starts_on:
        raise ValidationError(
            _("Đợt này bắt đầu từ ngày {day}.").format(day=f"{round.starts_on:%d/%m/%Y}"), code="early"
        )
    review, made = CommuneReview.objects.get_or_create(
        round=round,
        commune=commune,
        defaults={"province_id": commune.province_id or commune.pk, "source": source},
    )
    if not made:
        raise ValidationError(_("Xã đã có trong đợt rà soát này."), code="started")
    at = at or timezone.now()
    _note(review, "", by, at)
    if source == Source.REGISTER:
        _list(review, _first_list(review, by, today, at, through), by, today, at)
        refresh_poverty(review, by=by, today=today, at=at)
    return review


@transaction.atomic
def list_managed(
    *, review: CommuneReview, by: User, today: date, at: datetime | None = None
) -> list[PovertyReview]:
    """Bring the list up to the register: what was added or moved in since the start and must be reviewed."""
    review = open_review(review.pk, by, today)
    at = at or timezone.now()
    made = _list(review, _first_list(review, by, today, at), by, today, at)
    if made:
        refresh_poverty(review, by=by, today=today, at=at)
    return made


@transaction.atomic
def list_household(
    *,
    review: CommuneReview,
    household: Household,
    by: User,
    today: date,
    listed: str = Listed.REQUESTED,
    requested_on: date | None = None,
    at: datetime | None = None,
) -> PovertyReview:
    """Put one household on the list: on request, with the day its paper was received.

    `listed` poor or near-poor is for a commune's first round with a register, whose earlier results are on
    paper only: it becomes the household's opening. Raises PermissionDenied; ValidationError by field.
    """
    review = open_review(review.pk, by, today)
    if not residents(review).filter(pk=household.pk).exists():
        raise ValidationError({"household": [_("Hộ không thuộc sổ hộ của xã này.")]})
    household.refresh_from_db()
    if not household.lives_on(today):
        raise ValidationError({"household": [_("Hộ đã ra khỏi sổ của xã.")]})
    if review.sheets.filter(household=household).exists():
        raise ValidationError({"household": [_("Hộ đã có trong danh sách rà soát.")]})
    if listed == Listed.REQUESTED:
        _check_request(review, requested_on, today)
    elif listed not in (Listed.POOR, Listed.NEAR_POOR):
        raise ValidationError({"listed": [_("Chọn lý do đưa hộ vào danh sách.")]})
    elif History(review, today).kept:
        raise ValidationError(
            {"listed": [_("Xã đã có kết quả kỳ trước: hộ đang quản lý được đưa vào danh sách tự động.")]}
        )
    at = at or timezone.now()
    (sheet,) = _list(review, [(household, listed)], by, today, at, requested_on=requested_on)
    refresh_poverty(review, by=by, today=today, at=at)
    return sheet


@transaction.atomic
def list_requests(
    *,
    review: CommuneReview,
    households: Sequence[Household],
    requested_on: date,
    by: User,
    today: date,
    at: datetime | None = None,
) -> list[PovertyReview]:
    """Put many households on the list that handed in their paper on one day: all or none.

    Raises PermissionDenied; ValidationError by field when one of them is not of the register or listed.
    """
    review = open_review(review.pk, by, today)
    _check_request(review, requested_on, today)
    wanted = {one.pk for one in households}
    here = residents(review).filter(Q(ended_on=None) | Q(ended_on__gt=today), pk__in=wanted)
    fresh = list(here.exclude(pk__in=review.sheets.values("household")))
    if len(fresh) != len(wanted):
        raise ValidationError({"household": [_("Có hộ không thuộc sổ hộ của xã này, hoặc đã có tên.")]})
    rows: list[tuple[Household, str]] = [(one, Listed.REQUESTED) for one in fresh]
    sheets = _list(review, rows, by, today, at or timezone.now(), requested_on=requested_on)
    refresh_poverty(review, by=by, today=today, at=at)
    return sheets


@transaction.atomic
def unlist_household(
    *, sheet: PovertyReview, by: User, today: date, reason: str, at: datetime | None = None
) -> None:
    """Take a household off the list that was put there by mistake and of which nothing was filled in."""
    review = open_review(sheet.review_id, by, today)
    if not reason.strip():
        raise ValidationError({"reason": [_("Ghi lý do đưa hộ ra khỏi danh sách.")]})
    fresh = review.sheets.select_related("household").get(pk=sheet.pk)
    if fresh.version or fresh.listed != Listed.REQUESTED:
        raise ValidationError(
            {"all": [_("Chỉ đưa ra khỏi danh sách hộ theo giấy đề nghị chưa được rà soát.")]}
        )
    at = at or timezone.now()
    words = _("Đưa hộ {code} ra khỏi danh sách: {reason}")
    _note(review, review.state, by, at, words.format(code=fresh.household.code, reason=composed(reason)))
    fresh.delete()
    refresh_poverty(review, by=by, today=today, at=at)


@transaction.atomic
def open_regular_round(*, day: date, by: User, today: date) -> ReviewRound:
    """The regular round of that day's month, made when the first commune needs it (from the 15th on).

    Raises PermissionDenied to who is cadre of no commune, ValidationError before the 15th.
    """
    allowed = Unit.objects.writable_by(by, today).filter(pk__in=units_of_people(by, today))
    if not allowed.exists():
        raise PermissionDenied(_("Bạn không rà soát hộ của xã nào."))
    first = day.replace(day=FIRST_DAY_OF_REGULAR)
    if day < first or day > today:
        raise ValidationError(_("Rà soát thường xuyên bắt đầu từ ngày 15 hằng tháng."), code="early")
    standard = PovertyStandard.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=first), valid_from__lte=first
    ).last()
    if standard is None:
        raise ValidationError(_("Chưa có chuẩn nghèo áp dụng cho ngày này."), code="standard")
    return ReviewRound.objects.get_or_create(
        code=f"{first:%Y-%m}-TX",
        defaults={
            "name": _("Rà soát thường xuyên tháng {month} năm {year}").format(
                month=first.month, year=first.year
            ),
            "name_en": f"Regular review, {first:%B %Y}",
            "kind": RoundKind.REGULAR,
            "standard": standard,
            "starts_on": first,
            "ends_on": (first + timedelta(days=31)).replace(day=1) - timedelta(days=1),
            "decide_within": 15,
        },
    )[0]


def _check_request(review: CommuneReview, requested_on: date | None, today: date) -> None:
    if requested_on is None:
        raise ValidationError({"requested_on": [_("Ghi ngày nhận giấy đề nghị.")]})
    if requested_on > today:
        raise ValidationError({"requested_on": [_("Ngày nhận giấy đề nghị không được sau hôm nay.")]})
    if requested_on > review.round.ends_on:
        raise ValidationError({"requested_on": [_("Giấy đề nghị nhận sau đợt này: đưa vào đợt sau.")]})


def _first_list(
    review: CommuneReview, by: User, today: date, at: datetime, through: str = Through.FORM
) -> list[tuple[Household, str]]:
    """Which households are on the list without asking, and why; those that are there already left out."""
    rows = residents(review).exclude(pk__in=review.sheets.values("household"))
    living = rows.filter(Q(ended_on=None) | Q(ended_on__gt=today), arrived_on__lte=today)
    _take_over_classes(review, living, by, at, through)
    if review.round.kind == RoundKind.REGULAR:
        return []
    if review.round.kind == RoundKind.GENERAL:
        return [(one, Listed.GENERAL) for one in living]
    poor = managed(review, today).exclude(pk__in=review.sheets.values("household"))
    return [(one, one.poverty_class) for one in poor]


def _take_over_classes(review: CommuneReview, living: Any, by: User, at: datetime, through: str) -> None:
    """After a general review the households are managed by the new standard's classes (RULES 35): the first
    round by that standard, be it the regular one of January, writes them into the register."""
    history = History(review, review.round.starts_on)
    if history.before is None or history.before.field != "next_class":
        return
    regular = ReviewRound.objects.filter(
        kind=RoundKind.REGULAR, standard=review.round.standard, ends_on__gt=history.before.round.ends_on
    )
    decided = PovertyReview.objects.filter(review__round__in=regular, review__state__in=CLOSED_STATES)
    sheets = PovertyReview.objects.filter(
        review__round=history.before.round, review__state__in=CLOSED_STATES, household__in=living
    ).exclude(household__in=decided.values("household"))
    rows = sheets.exclude(next_class="").exclude(next_class=F("household__poverty_class"))
    by_class: dict[str, list[int]] = {}
    for household, kind in rows.values_list("household_id", "next_class"):
        by_class.setdefault(kind, []).append(household)
    for kind, households in by_class.items():
        for some in chunks(households):
            homes = Household.objects.filter(pk__in=some)
            _give_classes(review, [(one, kind) for one in homes], by, through, at)


def _list(
    review: CommuneReview,
    rows: Sequence[tuple[Household, str]],
    by: User,
    today: date,
    at: datetime,
    requested_on: date | None = None,
) -> list[PovertyReview]:
    """Sheets for these households, blank, with what they were at the opening; and their villages' part."""
    if not rows:
        return []
    pasts = History(review, today).pasts([one for one, _why in rows])
    stated = {Listed.POOR.value, Listed.NEAR_POOR.value}
    sheets = []
    for one, why in rows:
        opening = pasts[one.pk].opening
        # A household moved in is managed as poor and yet was not here at the opening.
        if opening is not None and not one.poverty_class and why in stated:
            opening_class = str(why)
        else:
            opening_class = opening.value if opening is not None else ""
        sheets.append(
            PovertyReview(
                review=review,
                household=one,
                village_id=one.village_id,
                listed=why,
                requested_on=requested_on,
                opening_class=opening_class,
                persons=one.persons,
                no_labour=one.no_labour,
                ethnic_group_id=one.ethnic_group_id,
                updated_by=by,
                updated_at=at,
            )
        )
    PovertyReview.objects.bulk_create(sheets, batch_size=BATCH)
    have = set(review.villages.values_list("village_id", flat=True))
    VillageReview.objects.bulk_create(
        [
            VillageReview(review=review, village_id=pk)
            for pk in sorted({one.village_id for one in sheets} - have)
        ]
    )
    return sheets


# -- the steps -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Papers:
    """A paper of a step as it was typed: number and day; who signed; the scan, which nobody looked at yet."""

    number: str = ""
    on: date | None = None
    signatory: str = ""
    scan: "File[bytes] | None" = None


@transaction.atomic
def ask_opinion(
    *, review: CommuneReview, paper: Papers, by: User, today: date, at: datetime | None = None
) -> CommuneReview:
    """Send the result to the province for its opinion; nothing in it changes while it waits.

    Raises PermissionDenied; ValidationError with code 'lacking' and every lack in words, else by field.
    """
    review = open_review(review.pk, by, today)
    lacks = lacking(review, today)
    if lacks:
        raise ValidationError([one.words for one in lacks], code="lacking")
    _check_paper(paper, review.round.starts_on, today)
    review.asked_number, review.asked_on = normalise(paper.number), paper.on
    _move(review, ReviewState.ASKED, by, at, fields=["asked_number", "asked_on"])
    return review


@transaction.atomic
def give_opinion(
    *,
    review: CommuneReview,
    paper: Papers,
    words: str,
    by: User,
    today: date,
    send_back: bool = False,
    at: datetime | None = None,
) -> CommuneReview:
    """The province answers; `send_back` asks the commune to look again, and opens its sheets.

    Raises PermissionDenied; ValidationError with code 'state', else by field.
    """
    review = _for_province([review], by, today, ReviewState.ASKED)[0]
    if review.opinion_on is not None:
        raise ValidationError(_("Tỉnh đã có ý kiến về đợt rà soát này."), code="state")
    assert review.asked_on is not None
    _check_paper(paper, review.asked_on, today)
    words = composed(words)
    if send_back and not words:
        raise ValidationError({"opinion": [_("Ghi rõ cần rà soát lại điều gì.")]})
    if len(words) > LONGEST_WORDS:
        raise ValidationError({"opinion": [_("Ý kiến dài nhất {limit} ký tự.").format(limit=LONGEST_WORDS)]})
    at = at or timezone.now()
    if send_back:
        said = f"{normalise(paper.number)}, {paper.on:%d/%m/%Y}: {words}"
        _move(review, ReviewState.REVIEWING, by, at, said)
        return review
    review.opinion_number, review.opinion_on, review.opinion = normalise(paper.number), paper.on, words
    review.version += 1
    review.save(update_fields=["opinion_number", "opinion_on", "opinion", "version", "updated_at"])
    _note(review, review.state, by, at, words or _("Tỉnh đồng ý"))
    return review


@transaction.atomic
def recognise(
    *,
    review: CommuneReview,
    paper: Papers,
    by: User,
    today: date,
    through: str = Through.FORM,
    at: datetime | None = None,
) -> CommuneReview:
    """The commune's leader recognises by name: each household gets its class, and a line in its history.

    Raises PermissionDenied without the leader's role; ValidationError with code 'state' or 'lacking', else by
    field: number, on, signatory, scan.
    """
    rows = CommuneReview.objects.recognisable_by(by, today).filter(pk=review.pk)
    found = rows.select_related("round__standard", "round__period", "commune__kind").select_for_update(
        of=("self",)
    ).first()  # fmt: skip
    if found is None:
        raise PermissionDenied(_("Chỉ lãnh đạo xã công nhận kết quả rà soát."))
    review = found
    if review.state != ReviewState.ASKED or review.opinion_on is None:
        raise ValidationError(_("Chưa có ý kiến của tỉnh nên chưa công nhận được."), code="state")
    lacks = lacking(review, today)
    if lacks:
        raise ValidationError([one.words for one in lacks], code="lacking")
    _check_paper(paper, review.opinion_on, today, signed=True)
    scan = _scan(review, paper, by)
    review.decision_number, review.decided_on = normalise(paper.number), paper.on
    review.signatory, review.scan = normalise(paper.signatory), scan
    at = at or timezone.now()
    _settle(review, by, today, through, at)
    _move(
        review, ReviewState.RECOGNISED, by, at, fields=["decision_number", "decided_on", "signatory", "scan"]
    )
    send_poverty(review, by=by, today=today, at=at)
    return review


@transaction.atomic
def approve_reviews(
    *, reviews: Sequence[CommuneReview], paper: Papers, by: User, today: date, at: datetime | None = None
) -> list[CommuneReview]:
    """The province approves the aggregate of many communes by one decision, all or none.

    Raises PermissionDenied; ValidationError with code 'state' naming the communes not recognised yet.
    """
    if not reviews:
        raise ValidationError(_("Chọn ít nhất một xã."), code="none")
    found = _for_province(reviews, by, today, ReviewState.RECOGNISED)
    last = max(one.decided_on for one in found if one.decided_on is not None)
    _check_paper(paper, last, today)
    at = at or timezone.now()
    for one in found:
        one.approval_number, one.approved_on = normalise(paper.number), paper.on
        _move(one, ReviewState.APPROVED, by, at, fields=["approval_number", "approved_on"])
    accept_poverty(found, by=by, today=today, at=at)
    return found


@transaction.atomic
def reopen(
    *, review: CommuneReview, reason: str, by: User, today: date, at: datetime | None = None
) -> CommuneReview:
    """The province opens a closed review again, with a reason that stays on it.

    The papers so far stay in its history; the households keep their class until it is recognised anew.
    """
    rows = CommuneReview.objects.approvable_by(by, today).filter(pk=review.pk)
    found = rows.select_related("round__period", "commune").select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied(_("Chỉ tỉnh mở lại đợt rà soát đã công nhận."))
    if not found.is_closed:
        raise ValidationError(_("Đợt rà soát này đang mở."), code="state")
    reason = composed(reason)
    if not reason:
        raise ValidationError({"reason": [_("Ghi lý do mở lại.")]})
    if len(reason) > LONGEST_WORDS:
        raise ValidationError({"reason": [_("Lý do dài nhất {limit} ký tự.").format(limit=LONGEST_WORDS)]})
    papers = _papers_so_far(found)
    found.opinion_number, found.opinion_on, found.opinion = "", None, ""
    found.approval_number, found.approved_on = "", None
    _move(
        found,
        ReviewState.REVIEWING,
        by,
        at,
        f"{reason}\n{papers}",
        fields=["opinion_number", "opinion_on", "opinion", "approval_number", "approved_on"],
    )
    reopen_poverty(found, by=by, today=today, reason=reason, at=at)
    return found


@transaction.atomic
def set_source(
    *,
    review: CommuneReview,
    source: str,
    by: User,
    today: date,
    comment: str = "",
    decision: Papers | None = None,
    at: datetime | None = None,
) -> CommuneReview:
    """Take the year's figures from the register, or from the approved aggregate; the comparison is kept.

    With the aggregate the number and day of its decision are given. Raises PermissionDenied; ValidationError
    with code 'frozen' or 'same', else by field.
    """
    review = open_review(review.pk, by, today)
    if source not in Source.values:
        raise ValidationError({"source": [_("Chọn nguồn số liệu.")]})
    if source == review.source:
        raise ValidationError(_("Số liệu đang lấy từ nguồn này."), code="same")
    at = at or timezone.now()
    if source == Source.AGGREGATE:
        given = decision or Papers()
        _check_paper(given, review.round.starts_on, today)
        review.decision_number, review.decided_on = normalise(given.number), given.on
    else:
        review.decision_number, review.decided_on = "", None
    compared = compare_sources(review, today)
    review.source = source
    review.version += 1
    review.save(update_fields=["source", "decision_number", "decided_on", "version", "updated_at"])
    if source == Source.REGISTER:
        _list(review, _first_list(review, by, today, at), by, today, at)
    ReviewEvent.objects.create(
        review=review,
        from_state=review.state,
        to_state=review.state,
        comment=composed(comment) or _("Nguồn số liệu: {source}").format(source=review.get_source_display()),
        compared=compared,
        by=by,
        at=at,
    )
    refresh_poverty(review, by=by, today=today, at=at)
    return review


# -- small moves -----------------------------------------------------------------------------------------


def _settle(review: CommuneReview, by: User, today: date, through: str, at: datetime) -> None:
    """Keep each sheet's opening and movement as they are at the decision, and give households their class."""
    if review.source != Source.REGISTER:
        return
    sheets = list(review.sheets.select_related("household"))
    history = History(review, today)
    standard = review.round.standard.rule()
    pasts = history.pasts(
        [one.household for one in sheets], {one.household_id: one.opening_class for one in sheets}
    )
    masks = {one.code: one.mask for one in Deprivation.objects.all()}
    for one in sheets:
        past = pasts[one.household_id]
        gone = not one.household.lives_on(review.decided_on or today)
        closing = None if gone or not one.poverty_class else Classes(one.poverty_class)
        moved = movement_of(past.course(closing)) if history.comparable else Movement.NONE
        one.opening_class = past.opening.value if past.opening is not None else ""
        one.movement = moved.value
        one.area_changed = moved_by_area(
            standard, past.area, review.area, moved, b1_points=one.b1_points, income=one.income,
            deprivations=[code for code, mask in masks.items() if one.deprived & mask],
        )  # fmt: skip
    write_sheets(sheets, ["opening_class", "movement", "area_changed"])
    last = review.decided_on or today
    given = [(one.household, one.poverty_class) for one in sheets if one.household.lives_on(last)]
    _give_classes(review, given, by, through, at)


def _give_classes(
    review: CommuneReview, given: Iterable[tuple[Household, str]], by: User, through: str, at: datetime
) -> None:
    """Write each household's class, with a line in its history that names the round and the decision."""
    by_class: dict[str, list[int]] = {}
    changes = []
    words = f"{review.round.name}: {review.decision_number}" if review.decision_number else review.round.name
    for home, kind in given:
        if not kind or home.poverty_class == kind:
            continue
        by_class.setdefault(kind, []).append(home.pk)
        changes.append(
            HouseholdChange(
                household=home,
                commune=review.commune,
                version=home.version + 1,
                kind=HouseholdChange.Kind.CLASS,
                fields={"poverty_class": [home.poverty_class, kind]},
                note=words[:500],
                through=through,
                by=by,
                at=at,
            )
        )
    for kind, households in by_class.items():
        for some in chunks(households):
            Household.objects.filter(pk__in=some).update(
                poverty_class=kind, version=F("version") + 1, updated_at=at, updated_by=by
            )
    HouseholdChange.objects.bulk_create(changes, batch_size=BATCH)


def _for_province(reviews: Sequence[CommuneReview], by: User, today: date, state: str) -> list[CommuneReview]:
    """The reviews under their rows' locks, in the state that the province acts upon."""
    wanted = {one.pk for one in reviews}
    rows = CommuneReview.objects.approvable_by(by, today).filter(pk__in=wanted)
    found = list(
        rows.select_related("round__period", "commune__kind").select_for_update(of=("self",)).order_by("pk")
    )
    if {one.pk for one in found} != wanted:
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    wrong = [one.commune.name for one in found if one.state != state]
    if wrong:
        words = _("Không ở bước này: {communes}.")
        raise ValidationError(words.format(communes=", ".join(wrong)), code="state")
    return found


def _check_paper(paper: Papers, earliest: date, today: date, *, signed: bool = False) -> None:
    """Number and day of a paper, and that it does not go back before the one it answers."""
    errors: dict[str, list[str]] = {}
    number = normalise(paper.number)
    if not number:
        errors["number"] = [_("Ghi số, ký hiệu văn bản.")]
    elif len(number) > LONGEST_NUMBER:
        errors["number"] = [_("Số, ký hiệu dài nhất {limit} ký tự.").format(limit=LONGEST_NUMBER)]
    if paper.on is None:
        errors["on"] = [_("Ghi ngày của văn bản.")]
    elif paper.on > today:
        errors["on"] = [_("Ngày của văn bản không được sau hôm nay.")]
    elif paper.on < earliest:
        errors["on"] = [
            _("Ngày của văn bản không được trước ngày {day} của bước trước.").format(
                day=f"{earliest:%d/%m/%Y}"
            )
        ]
    if signed and not normalise(paper.signatory):
        errors["signatory"] = [_("Ghi người ký.")]
    if errors:
        raise ValidationError(errors)


def _scan(review: CommuneReview, paper: Papers, by: User) -> StoredFile | None:
    if paper.scan is None:
        return None
    try:
        return store_file(unit=review.commune, upload=paper.scan, by=by, allowed=SCANS, close=True)
    except ValidationError as refused:
        raise ValidationError({"scan": refused.messages}) from refused


def _papers_so_far(review: CommuneReview) -> str:
    """'Ý kiến 12/UBND-VX ngày …; quyết định 45/QĐ-UBND ngày …': what a reopening puts aside."""
    kept = [
        (_("ý kiến của tỉnh"), review.opinion_number, review.opinion_on),
        (_("quyết định của xã"), review.decision_number, review.decided_on),
        (_("phê duyệt của tỉnh"), review.approval_number, review.approved_on),
    ]
    return "; ".join(f"{name} {number}, {on:%d/%m/%Y}" for name, number, on in kept if on is not None)


def _move(
    review: CommuneReview,
    state: str,
    by: User,
    at: datetime | None,
    comment: str = "",
    fields: Sequence[str] = (),
) -> None:
    before, review.state = review.state, state
    review.version += 1
    review.save(update_fields=["state", "version", "updated_at", *fields])
    _note(review, before, by, at or timezone.now(), comment)


def _note(review: CommuneReview, before: str, by: User, at: datetime, comment: str = "") -> None:
    ReviewEvent.objects.create(
        review=review, from_state=before, to_state=review.state, comment=comment, by=by, at=at
    )
