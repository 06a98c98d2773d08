"""Communes' reviews and their sheets as the API shows them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from communes.models import User
from housing.models import CommuneReview, Complaint, PovertyReview, ReviewRound, VillageReview
from housing.queries.reviews import Progress, progress_of
from housing.queries.sheets import Outcome, Questions, outcomes_of, questions_of

ROUND = ("round__standard", "round__next_standard", "round__period", "commune__kind")


@dataclass(frozen=True, slots=True)
class CountedReview:
    """A commune's review with how far it is."""

    review: CommuneReview
    counts: Progress


@dataclass(frozen=True)
class ShownSheet:
    """A household's sheet with its ticks as codes and its class explained by each standard."""

    sheet: PovertyReview
    deprivations: list[str] | None
    reasons: list[str]
    outcomes: Sequence[Outcome]
    warnings: Sequence[str] = ()


def reviews_asked(
    user: User, today: date, *, unit: str = "", round_code: str = "", state: str = ""
) -> QuerySet[CommuneReview]:
    """The readable reviews asked for; a unit stands for its territory on the round's last day."""
    rows = CommuneReview.objects.readable_by(user, today).select_related(*ROUND)
    named = {"round__code": round_code, "state": state}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if unit:
        rows = rows.filter(pk__in=_under(unit))
    return rows.order_by("-round__ends_on", "-round__starts_on", "commune__code", "pk")


def _under(code: str) -> QuerySet[CommuneReview]:
    """Reviews of communes under a bearer of `code` on the round's last day, by nobody's scope yet."""
    last = F("round__ends_on")
    held = Q(commune__ancestors__valid_to=None) | Q(commune__ancestors__valid_to__gt=last)
    return CommuneReview.objects.filter(
        held, commune__ancestors__ancestor__code=code, commune__ancestors__valid_from__lte=last
    ).values("pk")


def with_counts(reviews: Sequence[CommuneReview]) -> list[CountedReview]:
    """One statement for all of them."""
    progress = progress_of(reviews)
    return [CountedReview(one, progress[one.pk]) for one in reviews]


def last_hand(review: CommuneReview) -> str | None:
    """Who took the review's last step."""
    event = review.events.select_related("by").first()
    return event.by.username if event else None


def round_of(code: str) -> ReviewRound | None:
    return ReviewRound.objects.filter(code=code).first()


def may_answer_anywhere(user: User, today: date) -> bool:
    """Whether the person answers for the province at all."""
    return CommuneReview.objects.approvable_by(user, today).exists()


def sheets_asked(
    review: CommuneReview,
    *,
    village: str = "",
    listed: str = "",
    poverty_class: str = "",
    done: bool | None = None,
) -> QuerySet[PovertyReview]:
    """The sheets of a review whose commune's people the reader knows by name."""
    rows = review.sheets.select_related("household", "village", "ethnic_group", "updated_by")
    named = {"village__code": village, "listed": listed, "poverty_class": poverty_class}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if done is not None:
        rows = rows.exclude(poverty_class="") if done else rows.filter(poverty_class="")
    return rows.order_by("village__search_name", "village_id", "household__search_name", "pk")


def shown_sheets(
    sheets: Sequence[PovertyReview],
    review: CommuneReview,
    warnings: Mapping[int, Sequence[str]] | None = None,
) -> list[ShownSheet]:
    """Sheets of one review, their standard read once."""
    asked = questions_of(review)
    doubts = warnings or {}
    return [
        ShownSheet(
            one,
            ticked(one.deprived, asked) if one.b2_done else None,
            [reason.code for reason in asked.reasons if one.reasons & reason.mask],
            outcomes_of(one, asked),
            doubts.get(one.pk, ()),
        )
        for one in sheets
    ]


def ticked(bits: int, asked: Questions) -> list[str]:
    return [code for code, mask in asked.masks.items() if bits & mask]


def named_sheet(user: User, today: date, pk: int) -> PovertyReview | None:
    """A sheet of a household that the person sees by name."""
    rows = PovertyReview.objects.readable_by(user, today).filter(pk=pk)
    related = [f"review__{name}" for name in ROUND]
    return rows.select_related(*related, "household", "village", "ethnic_group", "updated_by").first()


def sheet_is_counted(user: User, today: date, pk: int) -> bool:
    """Whether the sheet is of a review that the person reads, as a count at least."""
    reviews = CommuneReview.objects.readable_by(user, today)
    return PovertyReview.objects.filter(pk=pk, review__in=reviews).exists()


def sheets_by_id(review: CommuneReview, ids: Collection[int]) -> dict[int, PovertyReview]:
    """Those sheets that are of this review, by id."""
    rows = review.sheets.filter(pk__in=ids)
    return {one.pk: one for one in rows.select_related("household", "village", "ethnic_group", "updated_by")}


def parts_of(review: CommuneReview) -> QuerySet[VillageReview]:
    """Each village's part with its meetings and complaints: three statements."""
    rows = review.villages.select_related("village").prefetch_related("meetings", "complaints")
    return rows.order_by("village__search_name", "pk")


def part_of(review: CommuneReview, pk: int) -> VillageReview | None:
    return parts_of(review).filter(pk=pk).first()


def complaint_of(part: VillageReview, pk: int) -> Complaint | None:
    return part.complaints.select_related("village_review").filter(pk=pk).first()
