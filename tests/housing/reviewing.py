"""Steps of a poverty review in one line each, for stories that begin after them."""

from dataclasses import replace
from datetime import date, timedelta

from communes.models import User
from housing.actions.reviews import Papers, ask_opinion, give_opinion, list_household, recognise, start_review
from housing.actions.sheets import SavedSheet, SheetData, record_sheet
from housing.actions.village_steps import add_meeting, post_list
from housing.models import CommuneReview, Household, PovertyReview, ReviewRound
from tests.housing.world import Place
from tests.support import TODAY

# Any three, two or six of the standard's twelve.
THREE = frozenset({"employment", "water", "toilet"})
TWO = frozenset({"water", "toilet"})
SIX = THREE | {"telecom", "housing_area", "housing_quality"}
NOTHING: frozenset[str] = frozenset()


def the_round(code: str) -> ReviewRound:
    return ReviewRound.objects.get(code=code)


def during(code: str) -> date:
    """A day on which that round is well under way, so that all its steps can be taken on it and after."""
    return min(the_round(code).starts_on + timedelta(days=20), TODAY)


def poor(**more: object) -> SheetData:
    """B1 135, three deprivations, an income below the new line too: poor by either standard."""
    return SheetData(**{"b1_points": 135, "income": 1_400_000, "deprivations": THREE, "reasons": {"no_land"},
                        "persons": 4, **more})  # fmt: skip


def near(**more: object) -> SheetData:
    return SheetData(**{"b1_points": 135, "income": 1_400_000, "deprivations": TWO, "persons": 4, **more})


def neither(**more: object) -> SheetData:
    return SheetData(**{"b1_points": 180, "income": 3_500_000, "deprivations": NOTHING, "persons": 4, **more})


MADE = {"poor": poor, "near_poor": near, "neither": neither}


def acting(on: date) -> date:
    """Past rounds are entered today, in papers of their own days: who works today served no unit then."""
    return max(on, TODAY)


def start(place: Place, code: str, on: date | None = None) -> CommuneReview:
    today = acting(on or during(code))
    return start_review(round=the_round(code), commune=place.commune, by=place.cadre, today=today)


def sheet_of(review: CommuneReview, household: Household) -> PovertyReview:
    return PovertyReview.objects.get(review=review, household=household)


def fill(review: CommuneReview, household: Household, values: SheetData, by: User, on: date) -> SavedSheet:
    """Record a household's sheet, put on the list by request where it is not."""
    today = acting(on)
    found = PovertyReview.objects.filter(review=review, household=household).first()
    if found is None:
        found = list_household(review=review, household=household, by=by, today=today, requested_on=on)
    values = replace(values, reviewed_on=on)
    return record_sheet(sheet=found, version=found.version, values=values, by=by, today=today)


def hold_villages(review: CommuneReview, by: User, on: date, after: date) -> None:
    """Every village meets, agrees, and its list hangs for a week."""
    for part in review.villages.all():
        if not part.meetings.exists():
            add_meeting(part=part, held_on=on, present=60, agreed=50, by=by, today=acting(on))
        post_list(
            part=part,
            posted_from=on,
            posted_to=on + timedelta(days=7),
            place="Nhà văn hóa",
            by=by,
            today=acting(after),
        )


def to_opinion(review: CommuneReview, place: Place, reviewer: User, on: date) -> date:
    """Meetings, posting, asking, the province's opinion; the day on which the leader may decide."""
    after = on + timedelta(days=10)
    today = acting(after)
    hold_villages(review, place.cadre, on, after)
    ask_opinion(review=review, paper=Papers("12/BC-UBND", after), by=place.cadre, today=today)
    give_opinion(review=review, paper=Papers("88/UBND-VX", after), words="", by=reviewer, today=today)
    return after


def conclude(review: CommuneReview, place: Place, reviewer: User, on: date) -> CommuneReview:
    """Everything from the meetings to the leader's recognition."""
    after = to_opinion(review, place, reviewer, on)
    paper = Papers("45/QĐ-UBND", after, "Lò Văn Quý")
    return recognise(review=review, paper=paper, by=place.leader, today=acting(after))


def whole_year(
    place: Place, reviewer: User, code: str, classes: dict[Household, str], on: date | None = None
) -> CommuneReview:
    """A round from its start to the decision, in which these households came out so."""
    day = on or during(code)
    review = start(place, code, day)
    for household, kind in classes.items():
        fill(review, household, MADE[kind](), place.cadre, day)
    return conclude(review, place, reviewer, day)
