"""Households that merge or leave while a review lists them: nobody is counted twice, the sums balance."""

from datetime import date

import pytest

from housing.actions.moves import merge_households, move_out, restore_household
from housing.models import CommuneReview, Household, PovertyReview
from housing.queries.counts import poverty_counts
from housing.queries.movements import movements
from housing.queries.papers import KINDS, review_paper
from housing.queries.reviews import progress_of
from programs.models import Through
from tests.housing.reviewing import conclude, during, fill, near, poor, sheet_of, start, whole_year
from tests.housing.world import HousingWorld, add
from tests.support import TODAY

pytestmark = pytest.mark.django_db

LONG_AGO = date(2021, 7, 1)


def home(world: HousingWorld, name: str) -> Household:
    return add(world.here, name, arrived_on=LONG_AGO)


def after_a_year(world: HousingWorld, **classes: str) -> tuple[CommuneReview, dict[str, Household]]:
    """Households of these classes at the end of 2024, and the open review of 2025."""
    homes = {name: home(world, name) for name in classes}
    whole_year(world.here, world.reviewer, "2024", {homes[name]: kind for name, kind in classes.items()})
    return start(world.here, "2025", during("2025")), homes


def merge(world: HousingWorld, keep: Household, other: Household) -> None:
    for one in (keep, other):
        one.refresh_from_db()
    merge_households(
        keep=keep, version=keep.version, other=other, other_version=other.version, persons=6,
        on=during("2025"), by=world.cadre, today=TODAY, through=Through.FORM,
    )  # fmt: skip


def test_who_takes_in_a_listed_household_takes_its_place_on_the_list(world: HousingWorld) -> None:
    review, homes = after_a_year(world, poor="poor", rich="neither", stays="poor")
    day = during("2025")
    fill(review, homes["poor"], poor(), world.cadre, day)
    assert progress_of([review])[review.pk].words == "đã rà soát 1/2 hộ"

    merge(world, homes["rich"], homes["poor"])

    taken = sheet_of(review, homes["rich"])
    assert (taken.version, taken.listed, taken.opening_class, taken.persons) == (0, "poor", "neither", 6)
    assert progress_of([review])[review.pk].words == "đã rà soát 0/2 hộ"
    assert poverty_counts(review, TODAY)["poverty.households.poor"] == 1
    fill(review, homes["rich"], near(), world.cadre, day)
    fill(review, homes["stays"], poor(), world.cadre, day)
    review = conclude(review, world.here, world.reviewer, day)

    found = movements(review, TODAY)
    assert (found.poor.opening, found.poor.other_decrease, found.poor.closing) == (2, 1, 1)
    assert (found.near.opening, found.near.arisen, found.near.closing) == (0, 1, 1)
    assert found.balances
    counts = poverty_counts(review, TODAY)
    assert (counts["poverty.households.poor"], counts["poverty.households.near_poor"]) == found.counted
    named = [line.sheet.household.head_name for village in review_paper(
        KINDS["decision"], review).villages for line in village.lines]  # fmt: skip
    assert sorted(named) == ["rich", "stays"]


def test_of_two_listed_households_one_is_left_and_the_other_is_other_decrease(world: HousingWorld) -> None:
    review, homes = after_a_year(world, first="poor", second="poor")
    day = during("2025")
    for one in homes.values():
        fill(review, one, poor(), world.cadre, day)

    merge(world, homes["first"], homes["second"])

    assert review.sheets.count() == 2
    assert progress_of([review])[review.pk].words == "đã rà soát 1/1 hộ"
    counts = poverty_counts(review, TODAY)
    assert (counts["poverty.households.poor"], counts["poverty.persons.poor"]) == (1, 4)
    found = movements(review, TODAY)
    assert (found.poor.opening, found.poor.other_decrease, found.poor.closing) == (2, 1, 1)
    assert found.balances


def test_a_reviewed_household_that_moves_away_is_counted_no_more(world: HousingWorld) -> None:
    review, homes = after_a_year(world, goes="poor", stays="poor")
    for one in homes.values():
        fill(review, one, poor(), world.cadre, during("2025"))
    gone = homes["goes"]
    gone.refresh_from_db()
    move_out(
        household=gone, version=gone.version, on=TODAY, by=world.cadre, today=TODAY, through=Through.FORM
    )

    assert progress_of([review])[review.pk].words == "đã rà soát 1/1 hộ"
    assert poverty_counts(review, TODAY)["poverty.households.poor"] == 1
    assert movements(review, TODAY).balances


def test_a_review_that_was_decided_before_keeps_who_left_later(world: HousingWorld) -> None:
    review, homes = after_a_year(world, goes="poor")
    day = during("2025")
    fill(review, homes["goes"], poor(), world.cadre, day)
    review = conclude(review, world.here, world.reviewer, day)
    gone = homes["goes"]
    gone.refresh_from_db()
    move_out(
        household=gone, version=gone.version, on=TODAY, by=world.cadre, today=TODAY, through=Through.FORM
    )

    assert poverty_counts(review, TODAY)["poverty.households.poor"] == 1
    assert progress_of([review])[review.pk].poor == 1


def test_taking_the_merger_back_takes_the_blank_sheet_back(world: HousingWorld) -> None:
    review, homes = after_a_year(world, poor="poor", rich="neither")
    merge(world, homes["rich"], homes["poor"])
    assert PovertyReview.objects.filter(review=review, household=homes["rich"]).exists()
    gone = homes["poor"]
    gone.refresh_from_db()

    restore_household(household=gone, version=gone.version, by=world.cadre, today=TODAY, through=Through.FORM)

    assert not PovertyReview.objects.filter(review=review, household=homes["rich"]).exists()
    assert progress_of([review])[review.pk].words == "đã rà soát 0/1 hộ"
