"""What became of households between two yearly reviews: read from their own sheets, never typed.

The opening of a year is the closing of the last review that closed one, by the standard that counts now; of a
general review that is its second standard (RULES 35). Regular rounds between the two count by the last.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import F, Q, QuerySet

from communes.models import Level, Placement, Tie, Unit
from housing.models import (
    CLOSED_STATES,
    Area,
    Arrival,
    CommuneReview,
    Household,
    PovertyReview,
    ReviewRound,
)
from housing.rules.classes import PovertyClass
from housing.rules.movements import Course, Ledger, Movement, ledgers, movement_of

COUNTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Before:
    """The round that closed the last year, and which class of its sheets is the opening now."""

    round: ReviewRound
    field: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a household was before this round: class and area at the opening (None: not here, or not known),
    and whether it was ever poor, ever near-poor, by then under the same standard."""

    opening: PovertyClass | None
    ever_poor: bool = False
    ever_near: bool = False
    area: str | None = None

    def course(self, closing: PovertyClass | None) -> Course:
        return Course(self.opening, closing, self.ever_poor, self.ever_near)


@dataclass(frozen=True, slots=True)
class HouseholdCourse:
    """One household's year with the movement it makes; not `settled` while its sheet has no class yet."""

    household_id: int
    village_id: int
    sheet_id: int | None
    course: Course
    movement: Movement
    area_changed: bool
    settled: bool


@dataclass(frozen=True)
class Movements:
    """Both ledgers of a commune's review; without `before` there is nothing to compare with."""

    before: ReviewRound | None
    courses: tuple[HouseholdCourse, ...]

    @cached_property
    def ledgers(self) -> tuple[Ledger, Ledger]:
        return ledgers(one.course for one in self.courses)

    @property
    def poor(self) -> Ledger:
        return self.ledgers[0]

    @property
    def near(self) -> Ledger:
        return self.ledgers[1]

    @property
    def counted(self) -> tuple[int, int]:
        """Poor and near-poor households counted at the end, whatever the movements say."""
        closings = [one.course.closing for one in self.courses]
        return closings.count(PovertyClass.POOR), closings.count(PovertyClass.NEAR_POOR)

    @property
    def balances(self) -> bool:
        return self.before is None or self.counted == (self.poor.closing, self.near.closing)

    @property
    def unsettled(self) -> int:
        """Households that stand as at the opening because their sheet has no class yet."""
        return sum(not one.settled for one in self.courses)

    @property
    def by_area(self) -> int:
        return sum(one.area_changed for one in self.courses)

    def of(self, *movements: Movement) -> list[HouseholdCourse]:
        return [one for one in self.courses if one.movement in movements]


def movements(review: CommuneReview, at: date) -> Movements:
    """The movements of a commune's review as they stand on that day: a dozen queries, whatever its size."""
    history = History(review, at)
    return Movements(history.before.round if history.comparable and history.before else None, history.courses)


def before(of: ReviewRound) -> Before | None:
    """The last round that closed a year, if its classes compare with this round's standard."""
    rows = ReviewRound.objects.closing_a_year().filter(ends_on__lt=of.ends_on)
    last = rows.order_by("-ends_on").first()
    if last is None:
        return None
    if last.standard_id == of.standard_id:
        return Before(last, "poverty_class")
    return Before(last, "next_class") if last.next_standard_id == of.standard_id else None


class History:
    """What households of a commune's review were before it. `at` is the day on which one looks."""

    def __init__(self, review: CommuneReview, at: date) -> None:
        self.review = review
        self.round = review.round
        self.day = review.decided_on if review.is_closed and review.decided_on else at
        self.before = before(review.round)

    @cached_property
    def kept(self) -> bool:
        """Whether the commune's households have sheets of the round before: else it began with a register."""
        return self.before is not None and self._sheets_before().exists()

    @cached_property
    def comparable(self) -> bool:
        """Whether there is an opening: sheets of last year, or classes that the register began with."""
        if self.round.standard_id is None or self._breaks:
            return False
        if self.kept:
            return True
        listed = self.review.sheets.filter(opening_class__in=COUNTED)
        return listed.exists()

    @cached_property
    def _breaks(self) -> bool:
        """A round went before, by a standard that does not compare."""
        earlier = ReviewRound.objects.closing_a_year().filter(ends_on__lt=self.round.ends_on)
        return self.before is None and earlier.exists()

    def _sheets_before(self) -> "QuerySet[PovertyReview]":
        assert self.before is not None
        return PovertyReview.objects.filter(
            household__in=residents(self.review), review__round=self.before.round,
            review__state__in=CLOSED_STATES,
        )  # fmt: skip

    def pasts(
        self, households: Iterable[Household], kept_openings: Mapping[int, str] | None = None
    ) -> dict[int, Past]:
        """What each household was; `kept_openings` are those that the sheets of this round already carry."""
        rows = list(households)
        origins = _origins(rows)
        everyone = {one.pk for one in rows} | {pk for chain in origins.values() for pk in chain}
        sheets = self._closed_sheets(everyone)
        places = self._old_areas({one.village_id for one in rows})
        found = {}
        for one in rows:
            own, line = sheets.get(one.pk, []), [one.pk, *origins.get(one.pk, ())]
            opening, area = self._opening(one, own, (kept_openings or {}).get(one.pk))
            ever = {kind for pk in line for day, kind in self._classes(sheets.get(pk, []))}
            found[one.pk] = Past(
                opening,
                PovertyClass.POOR in ever,
                PovertyClass.NEAR_POOR in ever,
                area or places.get(one.village_id),
            )
        return found

    def line_of(self, household: Household) -> list[int]:
        """The household's row and those it came from, step by step back."""
        return [household.pk, *_origins([household]).get(household.pk, ())]

    def _opening(
        self, one: Household, own: Sequence["_Old"], carried: str | None
    ) -> tuple[PovertyClass | None, str | None]:
        if self.before is not None:
            for old in own:
                if old.round_id == self.before.round.pk:
                    kind = getattr(old, self.before.field)
                    return (PovertyClass(kind) if kind else PovertyClass.NEITHER), old.area
        if not self.kept and (carried or one.poverty_class):
            return PovertyClass(carried or one.poverty_class), None
        was_here = self.before is None or one.arrived_on <= self.before.round.ends_on
        if was_here or one.arrival == Arrival.FOUND:
            return PovertyClass.NEITHER, None
        return None, None

    def _classes(self, sheets: Iterable["_Old"]) -> Iterator[tuple[date, str]]:
        """The classes under this round's standard, up to the opening."""
        if self.before is None:
            return
        for old in sheets:
            if old.ends_on > self.before.round.ends_on:
                continue
            if old.standard_id == self.round.standard_id:
                yield old.ends_on, old.poverty_class
            elif old.next_standard_id == self.round.standard_id:
                yield old.ends_on, old.next_class

    def _closed_sheets(self, households: Collection[int]) -> dict[int, list["_Old"]]:
        """The recognised sheets of earlier rounds, by household, the last one first."""
        found: dict[int, list[_Old]] = defaultdict(list)
        for some in chunks(sorted(households)):
            rows = PovertyReview.objects.filter(
                household__in=some, review__state__in=CLOSED_STATES,
                review__round__ends_on__lt=self.round.ends_on,
            ).order_by("-review__round__ends_on")  # fmt: skip
            for row in rows.values_list(
                "household_id", "review__round_id", "review__round__ends_on", "review__round__standard_id",
                "review__round__next_standard_id", "poverty_class", "next_class",
                "review__commune__kind__is_urban", "review__round__period_id",
            ):  # fmt: skip
                found[row[0]].append(_Old(*row[1:]))
        return found

    def _old_areas(self, villages: Collection[int]) -> dict[int, str]:
        """The area in which each village stood when the last year was closed."""
        if self.before is None:
            return {}
        rows = Placement.objects.on(self.before.round.ends_on).filter(
            tie=Tie.TREE, unit__in=villages, parent__level=Level.COMMUNE
        )
        found = rows.values_list("unit_id", "parent__kind__is_urban")
        return {village: Area.URBAN if urban else Area.RURAL for village, urban in found}

    @cached_property
    def courses(self) -> tuple[HouseholdCourse, ...]:
        """One course for each household that was listed, or was poor or near-poor at the opening."""
        sheets = list(
            self.review.sheets.select_related("household").only(*_SHEET, *(f"household__{n}" for n in _HOME))
        )
        listed = {one.household_id for one in sheets}
        others = [one for one in self._opened() if one.pk not in listed]
        openings = {one.household_id: one.opening_class for one in sheets}
        pasts = self.pasts([*(one.household for one in sheets), *others], openings)
        later = self._since_opening([one.pk for one in others])
        return (
            *(self._listed(one, pasts[one.household_id]) for one in sheets),
            *(self._unlisted(one, pasts[one.pk], later.get(one.pk)) for one in others),
        )

    def _opened(self) -> list[Household]:
        """Households that were poor or near-poor when the last year was closed, or left the register so."""
        rows = residents(self.review).only(*_HOME)
        if self.kept:
            assert self.before is not None
            poor = self._sheets_before().filter(**{f"{self.before.field}__in": COUNTED})
            still = Q(household__ended_on=None) | Q(household__ended_on__gt=F("review__decided_on"))
            still |= Q(review__decided_on=None)
            return list(rows.filter(pk__in=poor.filter(still).values("household")))
        since = self.before.round.ends_on if self.before else self.round.starts_on
        return list(rows.filter(poverty_class__in=COUNTED, ended_on__gt=since, ended_on__lte=self.day))

    def _since_opening(self, households: Collection[int]) -> dict[int, str]:
        """The class that regular rounds between the two closings left."""
        found = {}
        since = self.before.round.ends_on if self.before else None
        for pk, sheets in self._closed_sheets(households).items():
            for old in sheets:
                if old.period_id is None and (since is None or old.ends_on > since):
                    found[pk] = old.poverty_class
                    break
        return found

    def _listed(self, sheet: PovertyReview, past: Past) -> HouseholdCourse:
        closing: PovertyClass | None
        settled = True
        if not sheet.household.lives_on(self.day) and sheet.household.ended_on is not None:
            closing = None
        elif sheet.poverty_class:
            closing = PovertyClass(sheet.poverty_class)
        else:
            closing, settled = past.opening, False
        return self._course(sheet.household, sheet, past, closing, settled)

    def _unlisted(self, one: Household, past: Past, later: str | None) -> HouseholdCourse:
        """Not on this round's list: gone from the register, or out of the list by a regular round."""
        if one.ended_on is not None and not one.lives_on(self.day):
            return self._course(one, None, past, None, True)
        if later:
            return self._course(one, None, past, PovertyClass(later), True)
        return self._course(one, None, past, past.opening, False)

    def _course(
        self, one: Household, sheet: PovertyReview | None, past: Past, closing: PovertyClass | None, ok: bool
    ) -> HouseholdCourse:
        course = past.course(closing)
        moved = movement_of(course) if self.comparable else Movement.NONE
        by_area = sheet is not None and sheet.area_changed and moved.value == sheet.movement
        return HouseholdCourse(
            one.pk, one.village_id, sheet.pk if sheet else None, course, moved, by_area, ok
        )


@dataclass(frozen=True, slots=True)
class _Old:
    """One recognised sheet of an earlier round."""

    round_id: int
    ends_on: date
    standard_id: int
    next_standard_id: int | None
    poverty_class: str
    next_class: str
    urban: bool
    period_id: int | None

    @property
    def area(self) -> str:
        return Area.URBAN if self.urban else Area.RURAL


_SHEET = (
    "review_id", "household_id", "village_id", "poverty_class", "opening_class", "movement", "area_changed",
)  # fmt: skip
_HOME = (
    "commune_id", "village_id", "origin_id", "arrived_on", "ended_on", "arrival", "departure",
    "poverty_class",
)  # fmt: skip


def residents(review: CommuneReview) -> "QuerySet[Household]":
    """Every household that stood in the register of the review's commune, those that left included.

    Households follow their village when communes are merged: of an ended commune they are those of its
    villages.
    """
    commune: Unit = review.commune
    last = commune.last_day
    if last is None:
        return Household.objects.filter(commune=commune)
    villages = Placement.objects.on(last).filter(tie=Tie.TREE, parent=commune, unit__level=Level.VILLAGE)
    return Household.objects.filter(Q(commune=commune) | Q(village__in=villages.values("unit")))


def managed(review: CommuneReview, at: date) -> "QuerySet[Household]":
    """Households in the register on that day that are managed as poor or near-poor."""
    living = residents(review).filter(Q(ended_on=None) | Q(ended_on__gt=at), arrived_on__lte=at)
    return living.filter(poverty_class__in=COUNTED)


def _origins(rows: Sequence[Household]) -> dict[int, list[int]]:
    """The rows from which each household came, step by step back."""
    parents = {one.pk: one.origin_id for one in rows}
    asked = {pk for pk in parents.values() if pk is not None} - parents.keys()
    while asked:
        found: dict[int, int | None] = {}
        for some in chunks(sorted(asked)):
            found |= dict(Household.objects.filter(pk__in=some).values_list("pk", "origin_id"))
        parents |= found
        asked = {pk for pk in found.values() if pk is not None} - parents.keys()
    chains = {}
    for one in rows:
        chain: list[int] = []
        step = parents.get(one.pk)
        while step is not None and step not in chain:
            chain.append(step)
            step = parents.get(step)
        if chain:
            chains[one.pk] = chain
    return chains


def chunks(rows: Sequence[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """In pieces that a statement can name one by one."""
    rest = iter(rows)
    while some := list(islice(rest, size)):
        yield some
