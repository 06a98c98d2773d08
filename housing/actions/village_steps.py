"""What a village does in a review: its meetings, the posting of the list, complaints and their re-checks."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed, normalise
from housing.actions.sheets import open_review
from housing.models import CommuneReview, Complaint, Household, Meeting, VillageReview
from housing.queries.reviews import reopening
from housing.rules.meetings import passes

__all__ = ["add_complaint", "add_meeting", "answer_complaint", "post_list"]

MOST_PRESENT = 5000
LONGEST_TEXT = 4000
LONGEST_NAME = 120
LONGEST_PLACE = 200


@transaction.atomic
def add_meeting(
    *,
    part: VillageReview,
    held_on: date | None,
    present: int | None,
    agreed: int | None,
    by: User,
    today: date,
    chair: str = "",
    secretary: str = "",
    minutes: str = "",
) -> Meeting:
    """Keep a village meeting; one that fewer than half agreed at stays on record, and the next is its second.

    Raises PermissionDenied, and ValidationError with code 'frozen' or 'passed', else by field.
    """
    review = open_review(part.review_id, by, today)
    last = part.meetings.order_by("-number").first()
    errors = _meeting_errors(review, held_on, present, agreed, today)
    texts = {"chair": (chair, LONGEST_NAME), "secretary": (secretary, LONGEST_NAME)}
    for field, (text, longest) in {**texts, "minutes": (minutes, LONGEST_TEXT)}.items():
        if len(text) > longest:
            errors[field] = [_("Dài nhất {limit} ký tự.").format(limit=longest)]
    if last is not None and held_on is not None and held_on < last.held_on:
        errors["held_on"] = [_("Lần họp này không được trước lần họp trước.")]
    if errors:
        raise ValidationError(errors)
    assert held_on is not None
    assert present is not None
    assert agreed is not None
    if last is not None and passes(last.present, last.agreed) and not _reopened_since(review, last):
        raise ValidationError(_("Cuộc họp của bản đã thông qua, không cần họp lại."), code="passed")
    return Meeting.objects.create(
        village_review=part,
        number=last.number + 1 if last is not None else 1,
        held_on=held_on,
        present=present,
        agreed=agreed,
        chair=normalise(chair),
        secretary=normalise(secretary),
        minutes=composed(minutes),
    )


def _meeting_errors(
    review: CommuneReview, held_on: date | None, present: int | None, agreed: int | None, today: date
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if held_on is None:
        errors["held_on"] = [_("Ghi ngày họp.")]
    elif held_on > today:
        errors["held_on"] = [_("Ngày họp không được sau hôm nay.")]
    elif held_on < review.round.starts_on:
        errors["held_on"] = [
            _("Ngày họp không được trước ngày bắt đầu đợt rà soát, {day}.").format(
                day=f"{review.round.starts_on:%d/%m/%Y}"
            )
        ]
    if present is None or not 1 <= present <= MOST_PRESENT:
        errors["present"] = [_("Ghi số người dự, từ 1 người.")]
    if agreed is None or agreed < 0:
        errors["agreed"] = [_("Ghi số người đồng ý.")]
    elif present is not None and agreed > present:
        errors["agreed"] = [_("Số người đồng ý không được lớn hơn số người dự.")]
    return errors


def _reopened_since(review: CommuneReview, last: Meeting) -> bool:
    event = reopening(review)
    return event is not None and event.at.date() >= last.held_on


@transaction.atomic
def post_list(
    *,
    part: VillageReview,
    posted_from: date | None,
    posted_to: date | None,
    place: str,
    by: User,
    today: date,
) -> VillageReview:
    """Keep from when to when and where the list was posted; after the meeting that passed it.

    Raises PermissionDenied, and ValidationError with code 'frozen', else by field.
    """
    open_review(part.review_id, by, today)
    last = part.meetings.order_by("-number").first()
    errors: dict[str, list[str]] = {}
    if posted_from is None:
        errors["posted_from"] = [_("Ghi ngày bắt đầu niêm yết.")]
    elif posted_from > today:
        errors["posted_from"] = [_("Ngày bắt đầu niêm yết không được sau hôm nay.")]
    elif last is None or not passes(last.present, last.agreed):
        errors["posted_from"] = [_("Niêm yết sau khi cuộc họp của bản thông qua.")]
    elif posted_from < last.held_on:
        errors["posted_from"] = [
            _("Ngày niêm yết không được trước ngày họp {day}.").format(day=f"{last.held_on:%d/%m/%Y}")
        ]
    if posted_to is None:
        errors["posted_to"] = [_("Ghi ngày cuối niêm yết.")]
    elif posted_from is not None and posted_to < posted_from:
        errors["posted_to"] = [_("Ngày cuối niêm yết không được trước ngày đầu.")]
    if not normalise(place):
        errors["place"] = [_("Ghi nơi niêm yết.")]
    elif len(place) > LONGEST_PLACE:
        errors["place"] = [_("Dài nhất {limit} ký tự.").format(limit=LONGEST_PLACE)]
    if errors:
        raise ValidationError(errors)
    part.posted_from, part.posted_to, part.posted_at = posted_from, posted_to, normalise(place)
    part.save(update_fields=["posted_from", "posted_to", "posted_at"])
    return part


@transaction.atomic
def add_complaint(
    *,
    part: VillageReview,
    received_on: date | None,
    text: str,
    by: User,
    today: date,
    household: Household | None = None,
) -> Complaint:
    """Keep what somebody said against the posted list. Raises as `add_meeting` does."""
    review = open_review(part.review_id, by, today)
    errors: dict[str, list[str]] = {}
    if received_on is None:
        errors["received_on"] = [_("Ghi ngày nhận ý kiến.")]
    elif received_on > today:
        errors["received_on"] = [_("Ngày nhận ý kiến không được sau hôm nay.")]
    elif part.posted_from is None or received_on < part.posted_from:
        errors["received_on"] = [_("Ý kiến sau niêm yết không được trước ngày niêm yết.")]
    text = composed(text)
    if not text:
        errors["text"] = [_("Ghi nội dung ý kiến.")]
    elif len(text) > LONGEST_TEXT:
        errors["text"] = [_("Dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT)]
    if (
        household is not None
        and not review.sheets.filter(household=household, village=part.village_id).exists()
    ):
        errors["household"] = [_("Hộ không có trong danh sách của bản này.")]
    if errors:
        raise ValidationError(errors)
    assert received_on is not None
    return Complaint.objects.create(
        village_review=part, household=household, received_on=received_on, text=text, by=by
    )


@transaction.atomic
def answer_complaint(
    *,
    complaint: Complaint,
    answer: str,
    answered_on: date | None,
    upheld: bool | None,
    by: User,
    today: date,
) -> Complaint:
    """Keep the re-check's result; when the complaint was right the sheet is corrected by itself.

    Raises as `add_meeting` does.
    """
    part = complaint.village_review
    open_review(part.review_id, by, today)
    errors: dict[str, list[str]] = {}
    answer = composed(answer)
    if not answer:
        errors["answer"] = [_("Ghi kết quả phúc tra.")]
    elif len(answer) > LONGEST_TEXT:
        errors["answer"] = [_("Dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT)]
    if answered_on is None:
        errors["answered_on"] = [_("Ghi ngày trả lời.")]
    elif answered_on > today:
        errors["answered_on"] = [_("Ngày trả lời không được sau hôm nay.")]
    elif answered_on < complaint.received_on:
        errors["answered_on"] = [_("Ngày trả lời không được trước ngày nhận.")]
    if upheld is None:
        errors["upheld"] = [_("Chọn ý kiến đúng hay không đúng.")]
    if errors:
        raise ValidationError(errors)
    complaint.answer, complaint.answered_on, complaint.upheld = answer, answered_on, upheld
    complaint.save(update_fields=["answer", "answered_on", "upheld"])
    return complaint
