"""Rounds and each commune's part: state, progress, what is still missing, and the rows behind its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from communes.models import Unit
from housing.models import (
    CLOSED_STATES,
    CommuneReview,
    Household,
    Listed,
    PovertyClass,
    PovertyReview,
    ReviewEvent,
    ReviewState,
    RoundKind,
    Source,
    VillageReview,
)
from housing.queries.movements import managed
from housing.rules.meetings import passes
from housing.rules.posting import working_days
from programs.models import Holiday
from programs.rules.numbers import format_number

# Units that review poverty are communes of any kind.
FIRST_DAY_OF_REGULAR = 15


# -- what is missing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps a review in the commune: `kind` names it for the page's link, `village` where."""

    kind: str
    words: str
    village: VillageReview | None = None


def lacking(review: CommuneReview, at: date) -> list[Lack]:
    """Everything that is missing before the province may be asked, the households first."""
    if review.source == Source.AGGREGATE:
        return []
    found = [*_sheets_lacking(review, at)]
    holidays = set(Holiday.objects.values_list("day", flat=True))
    rows = review.villages.select_related("village").prefetch_related("meetings", "complaints")
    with_sheets = set(review.sheets.exclude(GONE).values_list("village_id", flat=True))
    for part in rows.order_by("village__search_name", "pk"):
        if part.village_id in with_sheets:
            found.extend(_village_lacking(part, review.round.posting_days, holidays, at))
    return found


def _sheets_lacking(review: CommuneReview, at: date) -> list[Lack]:
    found = []
    counts = progress_of([review])[review.pk]
    if not counts.listed:
        found.append(Lack("list", _("Chưa có hộ nào trong danh sách rà soát.")))
    if counts.left:
        words = _("Còn {count} hộ chưa có kết quả phân loại.")
        found.append(Lack("sheets", words.format(count=format_number(counts.left, 0))))
    forgotten = unlisted_managed(review, at).count()
    if forgotten:
        words = _("Có {count} hộ nghèo, cận nghèo đang quản lý chưa có trong danh sách.")
        found.append(Lack("managed", words.format(count=format_number(forgotten, 0))))
    return found


def unlisted_managed(review: CommuneReview, at: date) -> "QuerySet[Household]":
    """Households managed as poor or near-poor that the list does not name; none in a regular round."""
    if review.round.kind == RoundKind.REGULAR:
        return managed(review, at).none()
    return managed(review, at).exclude(pk__in=review.sheets.values("household"))


def _village_lacking(part: VillageReview, days: int, holidays: set[date], at: date) -> list[Lack]:
    name, found = part.village.name, []
    meetings = list(part.meetings.all())
    if not meetings:
        found.append(Lack("meeting", _("{village}: chưa họp dân.").format(village=name), part))
    elif not passes(meetings[-1].present, meetings[-1].agreed):
        words = _("{village}: lần họp {number} chưa đủ một nửa số người dự đồng ý, cần họp lại.")
        found.append(Lack("meeting", words.format(village=name, number=meetings[-1].number), part))
    elif part.posted_from is None or part.posted_to is None:
        found.append(Lack("posting", _("{village}: chưa niêm yết.").format(village=name), part))
    elif working_days(part.posted_from, min(part.posted_to, at), holidays) < days:
        words = _("{village}: niêm yết chưa đủ {days} ngày làm việc.")
        found.append(Lack("posting", words.format(village=name, days=days), part))
    waiting = sum(one.answered_on is None for one in part.complaints.all())
    if waiting:
        words = _("{village}: còn {count} ý kiến sau niêm yết chưa trả lời.")
        found.append(Lack("complaint", words.format(village=name, count=waiting), part))
    return found


def was_reopened(review: CommuneReview) -> bool:
    """Whether a recognised review came back: every change of a sheet then says why."""
    return reopening(review) is not None


def reopening(review: CommuneReview) -> ReviewEvent | None:
    """The last reopening, with its reason and who gave it."""
    rows = review.events.filter(from_state__in=CLOSED_STATES, to_state=ReviewState.REVIEWING)
    return rows.select_related("by").first()


# -- progress ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Households listed and reviewed, and the classes found so far; counts, which anybody may read who
    reads the unit."""

    listed: int = 0
    done: int = 0
    poor: int = 0
    near: int = 0
    next_poor: int = 0
    next_near: int = 0
    requested: int = 0

    @property
    def left(self) -> int:
        return self.listed - self.done

    @property
    def words(self) -> str:
        return _("đã rà soát {done}/{all} hộ").format(
            done=format_number(self.done, 0), all=format_number(self.listed, 0)
        )


# A household that left the register is nobody's work and in no count: of a closed review by its decision.
GONE = Q(household__ended_on__isnull=False) & (
    ~Q(review__state__in=CLOSED_STATES) | Q(household__ended_on__lte=F("review__decided_on"))
)
_HERE = ~GONE
_COUNTS = {
    "n_listed": Count("pk", filter=_HERE),
    "n_done": Count(
        "pk",
        filter=_HERE & ~Q(poverty_class="") & (Q(review__round__next_standard=None) | ~Q(next_class="")),
    ),
    "n_poor": Count("pk", filter=_HERE & Q(poverty_class=PovertyClass.POOR)),
    "n_near": Count("pk", filter=_HERE & Q(poverty_class=PovertyClass.NEAR_POOR)),
    "n_next_poor": Count("pk", filter=_HERE & Q(next_class=PovertyClass.POOR)),
    "n_next_near": Count("pk", filter=_HERE & Q(next_class=PovertyClass.NEAR_POOR)),
    "n_requested": Count("pk", filter=_HERE & Q(listed=Listed.REQUESTED)),
}


def progress_of(reviews: Sequence[CommuneReview]) -> dict[int, Progress]:
    """The progress of each review: one query for all."""
    rows = PovertyReview.objects.filter(review__in=[one.pk for one in reviews]).order_by()
    counted = rows.values("review").annotate(**_COUNTS).values_list("review", *_COUNTS)
    found = {pk: Progress(*counts) for pk, *counts in counted}
    return {one.pk: found.get(one.pk, Progress()) for one in reviews}


# -- rows behind the papers ----------------------------------------------------------------------------


def review_rows(review: CommuneReview, village: Unit | None = None) -> "QuerySet[PovertyReview]":
    """The sheets of a review, by village and name, with household, ethnic group and village: what lists,
    posting, minutes, decision and certificates print. The caller has asked whose names they are."""
    rows = review.sheets.select_related("household", "village", "ethnic_group", "household__ethnic_group")
    if village is not None:
        rows = rows.filter(village=village)
    return rows.order_by("village__search_name", "village_id", "household__search_name", "pk")


def refused_rows(review: CommuneReview) -> "QuerySet[PovertyReview]":
    """Requests that the review did not grant: who gets a notice of refusal."""
    rows = review_rows(review).exclude(GONE)
    return rows.filter(listed=Listed.REQUESTED, poverty_class=PovertyClass.NEITHER)
