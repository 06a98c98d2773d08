"""The worked cases of poverty reviews, through the actions: movements, a new standard, areas, meetings."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import Role
from housing.actions.village_steps import add_meeting
from housing.models import CommuneReview, Household, Meeting
from housing.queries.movements import movements
from housing.rules.movements import Movement
from tests.housing.reviewing import (
    NOTHING,
    THREE,
    TWO,
    conclude,
    during,
    fill,
    near,
    neither,
    poor,
    sheet_of,
    start,
    the_round,
    whole_year,
)
from tests.housing.world import HousingWorld, Place, add
from tests.support import TODAY, make_member, unit

pytestmark = pytest.mark.django_db

LONG_AGO = date(2021, 7, 1)


def home(world: HousingWorld, **fields: object) -> Household:
    return add(world.here, **{"arrived_on": LONG_AGO, **fields})


def test_class_of_case_10(world: HousingWorld) -> None:
    review = start(world.here, "2025")
    day = during("2025")
    asked = [(140, THREE, "poor"), (140, TWO, "near_poor"), (141, THREE | TWO, "neither")]
    for points, lacks, wanted in asked:
        values = poor(b1_points=points, deprivations=frozenset(lacks))
        saved = fill(review, home(world), values, world.cadre, day)
        assert saved.sheet.poverty_class == wanted


def test_poor_out_and_poor_again_is_a_relapse_from_its_own_history(world: HousingWorld) -> None:
    back, new = home(world), home(world)
    whole_year(world.here, world.reviewer, "2023", {back: "poor", new: "neither"})
    whole_year(world.here, world.reviewer, "2024", {back: "neither"})
    review = whole_year(world.here, world.reviewer, "2025", {back: "poor", new: "poor"})

    assert sheet_of(review, back).movement == Movement.POOR_AGAIN
    assert sheet_of(review, new).movement == Movement.NEWLY_POOR
    found = movements(review, TODAY)
    assert (found.poor.opening, found.poor.again, found.poor.arisen, found.poor.closing) == (0, 1, 1, 2)
    assert found.balances


def test_moved_in_without_history_is_other_increase(world: HousingWorld) -> None:
    whole_year(world.here, world.reviewer, "2024", {home(world): "neither"})
    came = add(world.here, arrived_on=date(2025, 3, 1), arrival="moved_in")
    review = whole_year(world.here, world.reviewer, "2025", {came: "poor"})

    assert sheet_of(review, came).movement == Movement.CAME_POOR
    assert movements(review, TODAY).poor.other_increase == 1


def test_poor_household_that_left_is_other_decrease(world: HousingWorld) -> None:
    gone = home(world)
    whole_year(world.here, world.reviewer, "2024", {gone: "poor"})
    Household.objects.filter(pk=gone.pk).update(ended_on=date(2025, 5, 1), departure="moved_out")
    review = whole_year(world.here, world.reviewer, "2025", {home(world): "neither"})

    found = movements(review, TODAY)
    assert (found.poor.opening, found.poor.other_decrease, found.poor.closing) == (1, 1, 0)
    assert found.balances


def test_off_in_spring_and_back_in_december_counts_once(world: HousingWorld) -> None:
    wavering = home(world)
    whole_year(world.here, world.reviewer, "2024", {wavering: "poor"})
    spring = the_round("2026-11-TX")
    spring.pk, spring.code = None, "2025-04-TX"
    spring.starts_on, spring.ends_on = date(2025, 4, 15), date(2025, 4, 30)
    spring.save()
    off = whole_year(world.here, world.reviewer, "2025-04-TX", {wavering: "neither"}, date(2025, 4, 16))
    wavering.refresh_from_db()
    assert wavering.poverty_class == "neither"
    review = whole_year(world.here, world.reviewer, "2025", {wavering: "poor"})

    found = movements(review, TODAY)
    assert sheet_of(review, wavering).movement == Movement.STAYED_POOR
    assert (found.poor.opening, found.poor.out, found.poor.again, found.poor.closing) == (1, 0, 0, 1)
    decisions = wavering.changes.filter(kind="class").values_list("fields", flat=True)
    assert [one["poverty_class"] for one in decisions] == [
        ["neither", "poor"], ["poor", "neither"], ["", "poor"],
    ]  # fmt: skip
    assert off.state == "recognised"


def test_off_by_a_regular_round_and_not_asked_again_is_out(world: HousingWorld) -> None:
    out = home(world)
    whole_year(world.here, world.reviewer, "2024", {out: "poor"})
    spring = the_round("2026-11-TX")
    spring.pk, spring.code = None, "2025-04-TX"
    spring.starts_on, spring.ends_on = date(2025, 4, 15), date(2025, 4, 30)
    spring.save()
    whole_year(world.here, world.reviewer, "2025-04-TX", {out: "neither"}, date(2025, 4, 16))
    review = whole_year(world.here, world.reviewer, "2025", {home(world): "neither"})

    found = movements(review, TODAY)
    assert (found.poor.opening, found.poor.out, found.poor.closing, found.unsettled) == (1, 1, 0, 0)


def test_new_standard_opens_with_its_own_classes_and_nothing_moves_across(world: HousingWorld) -> None:
    """Case 4 in small: one poor by the old standard, two by the new one of the same review."""
    both, only_new, none = home(world), home(world), home(world)
    day = date(2026, 10, 1)
    review = start(world.here, "2026", day)
    fill(review, both, poor(), world.cadre, day)
    fill(review, only_new, poor(b1_points=160, income=2_000_000), world.cadre, day)
    fill(review, none, neither(), world.cadre, day)
    review = conclude(review, world.here, world.reviewer, day)
    sheets = review.sheets
    assert sheets.filter(poverty_class="poor").count() == 1
    assert sheets.filter(next_class="poor").count() == 2

    next_round = the_round("2026")
    next_round.pk, next_round.code, next_round.kind, next_round.period = None, "2027", "yearly", None
    next_round.standard, next_round.next_standard = next_round.next_standard, None
    next_round.starts_on, next_round.ends_on = date(2027, 9, 1), date(2027, 12, 14)
    next_round.save()
    year = start(world.here, "2027", date(2027, 9, 20))
    found = movements(year, date(2027, 9, 20))
    assert found.poor.opening == 2
    assert (found.poor.arisen, found.poor.again, found.poor.closing) == (0, 0, 2)
    assert set(year.sheets.values_list("household", flat=True)) == {both.pk, only_new.pk}


def test_no_movement_where_the_standard_breaks(world: HousingWorld) -> None:
    old = home(world)
    whole_year(world.here, world.reviewer, "2025", {old: "poor"})
    broken = the_round("2026")
    broken.standard, broken.next_standard = broken.next_standard, None
    broken.save()
    review = start(world.here, "2026", date(2026, 10, 1))
    saved = fill(review, old, poor(), world.cadre, date(2026, 10, 1))

    assert saved.sheet.movement == Movement.NONE
    assert movements(review, TODAY).before is None


def ward(world: HousingWorld) -> tuple[Place, Place]:
    """Xã Chiềng Xôm until 30 June 2025 and phường Chiềng An since, with one village that went over."""
    old, new = unit("03664", date(2025, 1, 1)), unit("03664")
    stays = (Stay(old, date(2021, 7, 1), date(2025, 7, 1)), Stay(new, date(2025, 7, 1)))
    (village,) = add_villages(
        villages=[NewVillage(name="Bản Phiêng Hay", kind="ban", stays=stays)], by=world.keeper, today=TODAY
    )
    places = []
    for place, name in ((old, "old"), (new, "new")):
        cadre = make_member(f"cadre_{name}", place, Role.CADRE)
        leader = make_member(f"leader_{name}", place, Role.LEADER)
        viewer = make_member(f"viewer_{name}", place, Role.VIEWER)
        places.append(Place(place, [village], cadre, leader, viewer))
    return places[0], places[1]


def test_household_poor_by_the_wards_line_moved_because_of_the_area(world: HousingWorld) -> None:
    old, new = ward(world)
    moved = add(old, arrived_on=LONG_AGO)
    same = add(old, arrived_on=LONG_AGO)
    day = during("2024")
    review = start(old, "2024", day)
    fill(review, moved, poor(b1_points=160), old.cadre, day)
    fill(review, same, neither(), old.cadre, day)
    conclude(review, old, world.reviewer, day)
    Household.objects.filter(pk__in=[moved.pk, same.pk]).update(commune=new.commune)
    for one in (moved, same):
        one.refresh_from_db()

    day = during("2025")
    review = start(new, "2025", day)
    saved = fill(review, moved, poor(b1_points=160), new.cadre, day)
    assert (saved.sheet.poverty_class, saved.sheet.movement) == ("poor", Movement.NEWLY_POOR)
    assert saved.sheet.area_changed
    # By the old line it would be poor too: then the area is not the cause.
    saved = fill(review, same, poor(b1_points=130), new.cadre, day)
    assert (saved.sheet.movement, saved.sheet.area_changed) == (Movement.NEWLY_POOR, False)
    review = conclude(review, new, world.reviewer, day)
    assert movements(review, TODAY).by_area == 1


def test_second_meeting_after_30_of_62_and_31_pass(world: HousingWorld) -> None:
    review = start(world.here, "2025")
    day = during("2025")
    fill(review, home(world), near(), world.cadre, day)
    part = review.villages.get()
    add_meeting(part=part, held_on=day, present=62, agreed=30, by=world.cadre, today=TODAY)
    second = add_meeting(part=part, held_on=day, present=62, agreed=31, by=world.cadre, today=TODAY)

    assert [(one.number, one.agreed) for one in Meeting.objects.order_by("number")] == [(1, 30), (2, 31)]
    assert second.number == 2
    with pytest.raises(ValidationError):
        add_meeting(part=part, held_on=day, present=62, agreed=40, by=world.cadre, today=TODAY)
    assert CommuneReview.objects.get().villages.get().meetings.count() == 2
    assert NOTHING == frozenset()
