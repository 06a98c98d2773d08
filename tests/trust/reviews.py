"""A poverty review of each unit, at the step that a call is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from communes.models import User, today
from housing.models import (
    CommuneReview,
    Complaint,
    Household,
    Meeting,
    PovertyReview,
    ReviewRound,
    ReviewState,
    Source,
    VillageReview,
)
from programs.actions.files import store_file
from tests.paper import pdf, upload

# The steps, in their order; at the first a household is not listed and nothing is filled in.
STEPS = ("open", "ready", "complained", "asked", "answered", "recognised")


@dataclass(frozen=True)
class Reviewed:
    """A unit's review with one household's sheets and its village's part."""

    review: CommuneReview
    sheet: PovertyReview
    part: VillageReview
    complaint: Complaint | None = None


def make_review(code: str, household: Household, beside: Household, by: User, step: str) -> Reviewed:
    """The review of the unit in which these two live, taken to a step."""
    round_, place = ReviewRound.objects.get(code=code), STEPS.index(step)
    Household.objects.filter(pk=beside.pk).update(poverty_class="poor")
    start = min(round_.starts_on, today() - timedelta(days=30))
    days = [start + timedelta(days=count) for count in (1, 8, 10, 12, 14)]
    review = CommuneReview.objects.create(
        round=round_,
        commune=household.commune,
        province_id=household.province_id,
        source=Source.REGISTER,
        state=[ReviewState.REVIEWING, ReviewState.REVIEWING, ReviewState.REVIEWING, ReviewState.ASKED,
               ReviewState.ASKED, ReviewState.RECOGNISED][place],
        **_papers(days, place),
    )  # fmt: skip
    if step == "recognised":
        review.scan = store_file(unit=review.commune, upload=upload(pdf()), by=by, close=True)
        review.save(update_fields=["scan"])
    part = VillageReview.objects.create(review=review, village=household.village)
    if place:
        Meeting.objects.create(village_review=part, held_on=days[0], present=60, agreed=50)
        VillageReview.objects.filter(pk=part.pk).update(
            posted_from=days[0], posted_to=days[1], posted_at="Nhà văn hóa"
        )
    homes = [household, beside] if place else [household]
    found = {"b1_points": 200, "b2_done": True, "b2_points": 0, "income": 5_000_000, "version": 1,
             "poverty_class": "neither", "next_class": "neither"} if place else {}  # fmt: skip
    sheets = [
        PovertyReview.objects.create(
            review=review, household=one, village=one.village, listed="requested", requested_on=start,
            opening_class="neither", persons=4, updated_by=by, **found,
        )
        for one in homes
    ]  # fmt: skip
    complaint = None
    if step == "complained":
        complaint = Complaint.objects.create(village_review=part, received_on=days[1], text="Xem lại", by=by)
    return Reviewed(review, sheets[0], part, complaint)


def _papers(days: list[date], place: int) -> dict[str, object]:
    papers: dict[str, object] = {}
    if place >= STEPS.index("asked"):
        papers |= {"asked_number": "1/BC-UBND", "asked_on": days[2]}
    if place >= STEPS.index("answered"):
        papers |= {"opinion_number": "2/UBND-VX", "opinion_on": days[3]}
    if place >= STEPS.index("recognised"):
        papers |= {"decision_number": "3/QĐ-UBND", "decided_on": days[4], "signatory": "Lò Văn Quý"}
    return papers
