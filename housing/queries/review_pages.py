"""Pages of reviews: the rounds of a commune, one review, a village's part, the ledgers, the province."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Level, Unit, User
from housing.models import (
    CommuneReview,
    Complaint,
    Household,
    Meeting,
    PovertyClass,
    PovertyReview,
    ReviewEvent,
    ReviewRound,
    ReviewState,
    RoundKind,
    Source,
    VillageReview,
    units_of_people,
)
from housing.queries.movements import History, HouseholdCourse, Movements, movements
from housing.queries.reviews import (
    FIRST_DAY_OF_REGULAR,
    GONE,
    Lack,
    Progress,
    lacking,
    progress_of,
    reopening,
    review_rows,
    unlisted_managed,
)
from housing.queries.sources import Compared, compared_rows, households_on
from housing.rules.classes import PovertyClass as Classes
from housing.rules.meetings import passes
from housing.rules.movements import Movement

RECENT = timedelta(days=200)

MOVEMENT_WORDS: Mapping[str, Any] = {
    Movement.STAYED_POOR: gettext_lazy("vẫn là hộ nghèo"),
    Movement.STAYED_NEAR: gettext_lazy("vẫn là hộ cận nghèo"),
    Movement.POOR_TO_NEAR: gettext_lazy("thoát nghèo, thành cận nghèo"),
    Movement.POOR_TO_NEITHER: gettext_lazy("thoát nghèo, vượt chuẩn cận nghèo"),
    Movement.NEAR_TO_NEITHER: gettext_lazy("thoát cận nghèo"),
    Movement.POOR_AGAIN: gettext_lazy("tái nghèo"),
    Movement.NEWLY_POOR: gettext_lazy("phát sinh nghèo"),
    Movement.NEAR_AGAIN: gettext_lazy("tái cận nghèo"),
    Movement.NEWLY_NEAR: gettext_lazy("phát sinh cận nghèo"),
    Movement.LEFT_POOR: gettext_lazy("giảm khác (hộ nghèo)"),
    Movement.LEFT_NEAR: gettext_lazy("giảm khác (hộ cận nghèo)"),
    Movement.CAME_POOR: gettext_lazy("tăng khác (hộ nghèo)"),
    Movement.CAME_NEAR: gettext_lazy("tăng khác (hộ cận nghèo)"),
    Movement.NONE: gettext_lazy("không biến động"),
}


# -- one review as its reader meets it -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reader:
    """What a person may do with one commune's review."""

    knows: bool
    writes: bool
    leads: bool
    answers: bool


def readers_review(pk: int, user: User, at: date) -> CommuneReview | None:
    """A review of a unit that the person reads."""
    rows = CommuneReview.objects.readable_by(user, at).filter(pk=pk)
    return rows.select_related(
        "round__standard", "round__next_standard", "round__period", "commune__kind", "scan"
    ).first()


def reader_of(review: CommuneReview, user: User, at: date) -> Reader:
    own = CommuneReview.objects.filter(pk=review.pk)
    return Reader(
        knows=units_of_people(user, at).filter(pk=review.commune_id).exists(),
        writes=own.writable_by(user, at).exists(),
        leads=own.recognisable_by(user, at).exists(),
        answers=own.approvable_by(user, at).exists(),
    )


# -- the list of rounds ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in one commune: its review, or that it can be started."""

    round: ReviewRound
    commune: Unit
    review: CommuneReview | None
    progress: Progress
    at: date
    may_start: bool

    @property
    def due_on(self) -> date | None:
        """By when a regular round is decided."""
        return due_on(self.round)

    @property
    def is_overdue(self) -> bool:
        open_still = self.review is None or not self.review.is_closed
        return self.review is not None and open_still and self.due_on is not None and self.at > self.due_on


def due_on(of: ReviewRound) -> date | None:
    if of.decide_within is None:
        return None
    return of.starts_on + timedelta(days=of.decide_within)


@dataclass(frozen=True)
class RoundsPage:
    """The rounds of the person's own communes; `regular` is the month whose regular round is not open yet."""

    rows: tuple[RoundRow, ...]
    older: tuple[RoundRow, ...]
    regular: date | None
    communes: tuple[Unit, ...]


def rounds_page(user: User, at: date) -> RoundsPage:
    """The rounds of own communes, the latest first: five queries."""
    known = units_of_people(user, at).filter(level=Level.COMMUNE)
    living = Unit.objects.in_force(at).filter(pk__in=known.values("pk"))
    communes = list(living.select_related("kind").order_by("code"))
    reviews = list(CommuneReview.objects.filter(commune__in=known).select_related("round", "commune__kind"))
    progress = progress_of(reviews)
    writable = set(Unit.objects.writable_by(user, at).filter(pk__in=known).values_list("pk", flat=True))
    rounds = list(ReviewRound.objects.filter(starts_on__lte=at))
    found = {(one.round_id, one.commune_id): one for one in reviews}
    rows = [RoundRow(one.round, one.commune, one, progress[one.pk], at, False) for one in reviews] + [
        RoundRow(one, commune, None, Progress(), at, commune.pk in writable)
        for one in rounds
        for commune in communes
        if (one.pk, commune.pk) not in found and commune.valid_from <= one.ends_on
    ]
    rows.sort(key=lambda row: (-row.round.ends_on.toordinal(), row.commune.code))
    recent = [row for row in rows if row.review is not None or row.round.ends_on >= at - RECENT]
    older = [row for row in rows if row not in recent and row.may_start]
    kept = tuple(one for one in communes if one.pk in writable)
    return RoundsPage(tuple(recent), tuple(older), _next_regular(rounds, at) if kept else None, kept)


def _next_regular(rounds: Iterable[ReviewRound], at: date) -> date | None:
    first = at.replace(day=FIRST_DAY_OF_REGULAR)
    if at < first:
        return None
    taken = any(one.kind == RoundKind.REGULAR and one.starts_on == first for one in rounds)
    return None if taken else first


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A commune in a round, as counts."""

    unit: Unit
    review: CommuneReview | None
    progress: Progress

    @property
    def state(self) -> str:
        return self.review.state if self.review is not None else ""

    @property
    def turn(self) -> int:
        """What the province has to do comes first, then who is behind, then what is done."""
        answered = self.review is not None and self.review.opinion_on is not None
        turns = {
            ReviewState.ASKED.value: 2 if answered else 0,
            ReviewState.RECOGNISED.value: 1,
            "": 3,
            ReviewState.REVIEWING.value: 4,
        }
        return turns.get(self.state, 5)


@dataclass(frozen=True)
class ProvincePage:
    """A round over all communes that the person reads; counts only."""

    round: ReviewRound
    rounds: tuple[ReviewRound, ...]
    rows: tuple[ProvinceRow, ...]
    answers: bool

    @cached_property
    def tally(self) -> dict[str, int]:
        return Counter(row.state for row in self.rows)

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """State, word and count, in the order of the steps; what has not begun stands first."""
        words = [("", _("chưa bắt đầu")), *((one.value, str(one.label)) for one in ReviewState)]
        return [(state, word, self.tally.get(state, 0)) for state, word in words]

    @property
    def finished(self) -> int:
        return self.tally.get(ReviewState.APPROVED, 0)

    @property
    def sums(self) -> Progress:
        names = ("listed", "done", "poor", "near", "next_poor", "next_near", "requested")
        return Progress(*(sum(getattr(row.progress, name) for row in self.rows) for name in names))


def province_page(user: User, code: str, at: date) -> ProvincePage | None:
    """One round over the communes of the person's scope; None for a round that is not known.

    Without a code the last yearly or general round that has begun. Six queries.
    """
    rounds = list(
        ReviewRound.objects.filter(starts_on__lte=at).select_related("next_standard").order_by("-ends_on")
    )
    chosen = [one for one in rounds if (one.code == code if code else one.kind != RoundKind.REGULAR)]
    if not chosen:
        return None
    of = chosen[0]
    day = min(of.ends_on, at)
    units = Unit.objects.readable_by(user, at).filter(level=Level.COMMUNE)
    reviews = {
        one.commune_id: one
        for one in CommuneReview.objects.readable_by(user, at)
        .filter(round=of)
        .select_related("commune", "round")
    }
    progress = progress_of(list(reviews.values()))
    listed = list(units.filter(Q(pk__in=units.in_force(day)) | Q(pk__in=reviews)).order_by("name"))
    rows = [
        ProvinceRow(
            unit, reviews.get(unit.pk), progress[reviews[unit.pk].pk] if unit.pk in reviews else Progress()
        )
        for unit in listed
    ]
    rows.sort(key=lambda row: row.turn)
    answers = CommuneReview.objects.filter(pk__in=[one.pk for one in reviews.values()])
    return ProvincePage(of, tuple(rounds), tuple(rows), answers.approvable_by(user, at).exists())


# -- one review ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village's part in counts: how far, its last meeting, its posting, complaints that wait."""

    part: VillageReview
    listed: int
    done: int
    poor: int
    near: int
    meeting: Meeting | None
    waiting: int

    @property
    def left(self) -> int:
        return self.listed - self.done

    @property
    def passed(self) -> bool:
        return self.meeting is not None and passes(self.meeting.present, self.meeting.agreed)


@dataclass(frozen=True)
class ReviewPage:
    """A commune's review for one reader."""

    review: CommuneReview
    reader: Reader
    progress: Progress
    villages: tuple[VillageRow, ...]
    lacks: tuple[Lack, ...]
    events: tuple[ReviewEvent, ...]
    reopened: ReviewEvent | None
    unlisted: int
    compared: tuple[Compared, ...]
    due_on: date | None
    next_open: int | None
    at: date

    @property
    def is_open(self) -> bool:
        return self.review.state == ReviewState.REVIEWING

    @property
    def may_write(self) -> bool:
        return self.is_open and self.reader.writes

    @property
    def may_ask(self) -> bool:
        return self.may_write and not self.lacks

    @property
    def may_answer(self) -> bool:
        return (
            self.reader.answers and self.review.state == ReviewState.ASKED and self.review.opinion_on is None
        )

    @property
    def may_recognise(self) -> bool:
        return (
            self.reader.leads
            and self.review.state == ReviewState.ASKED
            and self.review.opinion_on is not None
        )

    @property
    def may_approve(self) -> bool:
        return self.reader.answers and self.review.state == ReviewState.RECOGNISED

    @property
    def may_reopen(self) -> bool:
        return self.reader.answers and self.review.is_closed

    @property
    def from_register(self) -> bool:
        return self.review.source == Source.REGISTER

    @property
    def two_standards(self) -> bool:
        return self.review.round.next_standard_id is not None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.at > self.due_on and not self.review.is_closed


def review_page(review: CommuneReview, user: User, at: date) -> ReviewPage:
    """The page of a commune's review: some twenty queries, whatever its size."""
    reader = reader_of(review, user, at)
    undone = review_rows(review).filter(poverty_class="").exclude(GONE)
    kept = review.events.exclude(compared=None).first()
    return ReviewPage(
        review=review,
        reader=reader,
        progress=progress_of([review])[review.pk],
        villages=tuple(village_rows(review)),
        lacks=tuple(lacking(review, at)) if review.state == ReviewState.REVIEWING else (),
        events=tuple(review.events.select_related("by")),
        reopened=reopening(review),
        unlisted=unlisted_managed(review, at).count() if reader.writes else 0,
        compared=tuple(compared_rows(kept.compared)) if kept is not None and kept.compared else (),
        due_on=due_on(review.round),
        next_open=undone.values_list("pk", flat=True).first() if reader.knows else None,
        at=at,
    )


def village_rows(review: CommuneReview) -> list[VillageRow]:
    """Each village's part: four queries."""
    here = ~GONE
    done = here & ~Q(poverty_class="")
    if review.round.next_standard_id is not None:
        done &= ~Q(next_class="")
    counted = (
        review.sheets.order_by()
        .values("village")
        .annotate(
            n=Count("pk", filter=here),
            n_done=Count("pk", filter=done),
            n_poor=Count("pk", filter=here & Q(poverty_class=PovertyClass.POOR)),
            n_near=Count("pk", filter=here & Q(poverty_class=PovertyClass.NEAR_POOR)),
        )
    )
    counts = {row["village"]: (row["n"], row["n_done"], row["n_poor"], row["n_near"]) for row in counted}
    parts = review.villages.select_related("village").prefetch_related("meetings", "complaints")
    rows = []
    for part in sorted(parts, key=lambda one: (one.village.search_name, one.pk)):
        meetings = sorted(part.meetings.all(), key=lambda one: one.number)
        waiting = sum(one.answered_on is None for one in part.complaints.all())
        listed = counts.get(part.village_id, (0, 0, 0, 0))
        if any(listed) or meetings:
            rows.append(VillageRow(part, *listed, meetings[-1] if meetings else None, waiting))
    return rows


def begins_with_register(review: CommuneReview, at: date) -> bool:
    """Whether earlier results are on paper only: then who lists a household says what it was."""
    return review.round.kind != RoundKind.REGULAR and not History(review, at).kept


# -- one village -----------------------------------------------------------------------------------------

SHOWN = ("left", "poor", "near_poor", "neither", "requested", "gone")
A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Held:
    """A village meeting, and whether it passed the result."""

    meeting: Meeting

    @property
    def passed(self) -> bool:
        return passes(self.meeting.present, self.meeting.agreed)

    @property
    def mark(self) -> str:
        return "met" if self.passed else "not-met"


@dataclass(frozen=True)
class VillagePage:
    """A village's list, a page of it, with its meetings, posting and complaints.

    `gone`: households that left the register; `named`: whom a complaint can be about.
    """

    row: VillageRow
    reader: Reader
    review: CommuneReview
    sheets: Page[PovertyReview]
    shown: str
    gone: int
    meetings: tuple[Held, ...]
    complaints: tuple[Complaint, ...]
    named: tuple[tuple[int, str], ...]

    @property
    def part(self) -> VillageReview:
        return self.row.part

    @property
    def may_write(self) -> bool:
        return self.reader.writes and self.review.state == ReviewState.REVIEWING

    @property
    def needs_meeting(self) -> bool:
        return not self.row.passed

    @property
    def failed(self) -> Meeting | None:
        """The last meeting, when it did not pass: a further one is required."""
        return None if self.row.passed else self.row.meeting


def village_page(
    review: CommuneReview, part: int, user: User, at: date, shown: str = "", number: str = "1"
) -> VillagePage | None:
    """One village's part; None when it has none in this review."""
    rows = [one for one in village_rows(review) if one.part.pk == part]
    if not rows:
        return None
    row = rows[0]
    everybody = review_rows(review, row.part.village)
    here = everybody.exclude(GONE)
    sheets = everybody.filter(GONE) if shown == "gone" else here
    if shown == "left":
        left = Q(poverty_class="")
        if review.round.next_standard_id is not None:
            left |= Q(next_class="")
        sheets = sheets.filter(left)
    elif shown == "requested":
        sheets = sheets.filter(listed="requested")
    elif shown and shown != "gone":
        sheets = sheets.filter(poverty_class=shown)
    return VillagePage(
        row,
        reader_of(review, user, at),
        review,
        Paginator(sheets, A_PAGE).get_page(number),
        shown,
        everybody.filter(GONE).count(),
        tuple(Held(one) for one in row.part.meetings.order_by("number")),
        tuple(row.part.complaints.select_related("household")),
        tuple(here.values_list("household_id", "household__head_name")) if row.part.posted_from else (),
    )


# -- the ledgers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a ledger: its words, its number, and the key that shows the households behind it."""

    words: str
    count: int
    key: str = ""
    sign: str = ""
    is_part: bool = False


@dataclass(frozen=True)
class LedgerPage:
    """Both ledgers of a review, and the households behind one number (`rows`; `behind`: a page of them) for
    who knows them by name."""

    review: CommuneReview
    moved: Movements
    poor: tuple[LedgerLine, ...]
    near: tuple[LedgerLine, ...]
    knows: bool
    shown: str
    title: str
    rows: tuple[tuple[Household, HouseholdCourse, str], ...]
    behind: Page[tuple[Household, HouseholdCourse, str]]
    households: int
    households_before: int

    @property
    def both_classes(self) -> int:
        return sum(self.moved.counted)

    @property
    def comparable(self) -> bool:
        return self.moved.before is not None

    @property
    def both(self) -> tuple[tuple[LedgerLine, ...], tuple[LedgerLine, ...]]:
        return self.poor, self.near


def ledger_page(
    review: CommuneReview, user: User, at: date, shown: str = "", number: str = "1"
) -> LedgerPage | None:
    """The ledgers; None for a number that is not in them."""
    moved = movements(review, at)
    poor, near = _poor_lines(moved), _near_lines(moved)
    lines = {line.key: line for line in (*poor, *near) if line.key}
    if shown and shown not in lines:
        return None
    knows = units_of_people(user, at).filter(pk=review.commune_id).exists()
    rows: tuple[tuple[Household, HouseholdCourse, str], ...] = ()
    if shown and knows:
        rows = _behind(moved, shown)
    title = lines[shown].words if shown else ""
    now = households_on(review, review.decided_on if review.is_closed and review.decided_on else at)
    before = households_on(review, _closed_on(review, moved)) if moved.before is not None else 0
    behind = Paginator(rows, A_PAGE).get_page(number)
    return LedgerPage(review, moved, poor, near, knows, shown, title, rows, behind, now, before)


def _closed_on(review: CommuneReview, moved: Movements) -> date:
    """The day on which the commune decided on the round before, else that round's last day."""
    assert moved.before is not None
    rows = CommuneReview.objects.filter(round=moved.before, sheets__household__commune=review.commune)
    decided = rows.exclude(decided_on=None).values_list("decided_on", flat=True).first()
    return decided or moved.before.ends_on


def _poor_lines(moved: Movements) -> tuple[LedgerLine, ...]:
    one, near, neither = moved.poor, Classes.NEAR_POOR, Classes.NEITHER
    return (
        LedgerLine(_("Hộ nghèo đầu kỳ"), one.opening, "poor.opening"),
        LedgerLine(_("Thoát nghèo"), one.out, "poor.out", "−"),
        LedgerLine(_("thành hộ cận nghèo"), one.out_to.get(near, 0), Movement.POOR_TO_NEAR, "", True),
        LedgerLine(_("vượt chuẩn cận nghèo"), one.out_to.get(neither, 0), Movement.POOR_TO_NEITHER, "", True),
        LedgerLine(
            _("Giảm khác (chuyển đi, tách, nhập, không còn)"), one.other_decrease, Movement.LEFT_POOR, "−"
        ),
        LedgerLine(_("Tái nghèo"), one.again, Movement.POOR_AGAIN, "+"),
        LedgerLine(_("từ không nghèo"), one.again_from.get(neither, 0), "poor.again.neither", "", True),
        LedgerLine(_("từ cận nghèo"), one.again_from.get(near, 0), "poor.again.near", "", True),
        LedgerLine(_("Phát sinh nghèo"), one.arisen, Movement.NEWLY_POOR, "+"),
        LedgerLine(_("từ không nghèo"), one.arisen_from.get(neither, 0), "poor.arisen.neither", "", True),
        LedgerLine(_("từ cận nghèo"), one.arisen_from.get(near, 0), "poor.arisen.near", "", True),
        LedgerLine(_("Tăng khác (chuyển đến, tách hộ)"), one.other_increase, Movement.CAME_POOR, "+"),
        LedgerLine(_("Hộ nghèo cuối kỳ"), one.closing, "poor.closing", "="),
    )


def _near_lines(moved: Movements) -> tuple[LedgerLine, ...]:
    one = moved.near
    return (
        LedgerLine(_("Hộ cận nghèo đầu kỳ"), one.opening, "near.opening"),
        LedgerLine(_("Thoát cận nghèo"), one.out, Movement.NEAR_TO_NEITHER, "−"),
        LedgerLine(_("Xuống hộ nghèo"), one.down, "near.down", "−"),
        LedgerLine(
            _("Giảm khác (chuyển đi, tách, nhập, không còn)"), one.other_decrease, Movement.LEFT_NEAR, "−"
        ),
        LedgerLine(_("Từ hộ nghèo sang"), one.from_poor, "near.from_poor", "+"),
        LedgerLine(_("Tái cận nghèo"), one.again, Movement.NEAR_AGAIN, "+"),
        LedgerLine(_("Phát sinh cận nghèo"), one.arisen, Movement.NEWLY_NEAR, "+"),
        LedgerLine(_("Tăng khác (chuyển đến, tách hộ)"), one.other_increase, Movement.CAME_NEAR, "+"),
        LedgerLine(_("Hộ cận nghèo cuối kỳ"), one.closing, "near.closing", "="),
    )


def _behind(moved: Movements, key: str) -> tuple[tuple[Household, HouseholdCourse, str], ...]:
    """The households behind one number, by village and name, each with what became of it in words."""
    chosen = {one.household_id: one for one in moved.courses if _belongs(one, key)}
    homes = Household.objects.filter(pk__in=chosen).select_related("village")
    return tuple(
        (home, chosen[home.pk], str(MOVEMENT_WORDS[chosen[home.pk].movement]))
        for home in homes.order_by("village__search_name", "search_name", "pk")
    )


def _belongs(one: HouseholdCourse, key: str) -> bool:
    opening, closing = one.course.opening, one.course.closing
    poor, near, neither = Classes.POOR, Classes.NEAR_POOR, Classes.NEITHER
    into_poor = (Movement.POOR_AGAIN, Movement.NEWLY_POOR)
    tests = {
        "poor.opening": opening == poor,
        "poor.closing": closing == poor,
        "poor.out": one.movement in (Movement.POOR_TO_NEAR, Movement.POOR_TO_NEITHER),
        "poor.again.neither": one.movement == Movement.POOR_AGAIN and opening == neither,
        "poor.again.near": one.movement == Movement.POOR_AGAIN and opening == near,
        "poor.arisen.neither": one.movement == Movement.NEWLY_POOR and opening == neither,
        "poor.arisen.near": one.movement == Movement.NEWLY_POOR and opening == near,
        "near.opening": opening == near,
        "near.closing": closing == near,
        "near.down": one.movement in into_poor and opening == near,
        "near.from_poor": one.movement == Movement.POOR_TO_NEAR,
    }
    return tests[key] if key in tests else one.movement == key
