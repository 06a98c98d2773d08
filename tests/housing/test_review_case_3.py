"""Case 3 to the last household: three years of sheets by the bulk doors, and the ledger page that adds up."""

from datetime import date

import pytest

from housing.actions.reviews import list_requests
from housing.actions.sheets import record_sheets
from housing.models import Arrival, CommuneReview, Departure, Household
from housing.queries.movements import movements
from tests.housing.reviewing import MADE, conclude, start
from tests.housing.world import HousingWorld, add, signed_in
from tests.support import TODAY

pytestmark = pytest.mark.django_db

LONG_AGO, P, C, N = date(2021, 7, 1), "poor", "near_poor", "neither"
# How many households, and what they were in 2023, 2024 and 2025; None: not in the register.
COURSES = [
    (275, None, P, P), (38, None, P, C), (22, None, P, N), (5, None, P, None),
    (3, P, N, P), (2, P, C, P), (4, None, N, P), (6, None, C, P), (3, None, None, P),
    (167 - 2, None, C, C), (2, C, C, C), (31, None, C, N), (4, None, C, None),
    (5, C, N, C), (12, None, N, C), (1, None, None, C),
]  # fmt: skip


def make(world: HousingWorld, count: int, **fields: object) -> list[Household]:
    """Many households of the first village in one statement."""
    first = add(world.here, arrived_on=LONG_AGO)
    values = {one.attname: getattr(first, one.attname) for one in Household._meta.concrete_fields}
    rows = [
        Household(**{**values, "id": None, "code": f"{first.code}-{number}", **fields})
        for number in range(count)
    ]
    first.delete()
    return Household.objects.bulk_create(rows)


def year(world: HousingWorld, code: str, on: date, classes: dict[int, str]) -> CommuneReview:
    """A round in which these households came out so: those not managed are listed on request."""
    review = start(world.here, code)
    listed = set(review.sheets.values_list("household", flat=True))
    homes = Household.objects.filter(pk__in=classes.keys() - listed)
    cadre = world.cadre
    list_requests(review=review, households=list(homes), requested_on=on, by=cadre, today=TODAY)
    rows = [(one, MADE[classes[one.household_id]](reviewed_on=on)) for one in review.sheets.all()]
    record_sheets(review=review, rows=rows, by=cadre, today=TODAY)
    return conclude(review, world.here, world.reviewer, on)


def test_case_3_through_three_years(world: HousingWorld) -> None:
    spring = date(2025, 4, 1)
    classes: dict[int, dict[int, str]] = {2023: {}, 2024: {}, 2025: {}}
    leaving: list[int] = []
    for count, *kinds in COURSES:
        came = {"arrived_on": spring, "arrival": Arrival.MOVED_IN} if kinds[1] is None else {}
        for home in make(world, count, **came):
            for place, kind in zip((2023, 2024, 2025), kinds, strict=True):
                if kind is not None:
                    classes[place][home.pk] = kind
            if kinds[2] is None:
                leaving.append(home.pk)
    make(world, 2450 - len(classes[2024]))
    make(world, 27 - 4, arrived_on=spring, arrival=Arrival.FORMED)

    year(world, "2023", date(2023, 10, 2), classes[2023])
    year(world, "2024", date(2024, 10, 1), classes[2024])
    Household.objects.filter(pk__in=leaving).update(ended_on=spring, departure=Departure.MOVED_OUT)
    review = year(world, "2025", date(2025, 10, 1), classes[2025])

    found = movements(review, TODAY)
    poor, near = found.ledgers
    assert (poor.opening, poor.out, poor.other_decrease) == (340, 60, 5)
    assert {kind.value: count for kind, count in poor.out_to.items()} == {C: 38, N: 22}
    assert {kind.value: count for kind, count in poor.again_from.items()} == {N: 3, C: 2}
    assert {kind.value: count for kind, count in poor.arisen_from.items()} == {N: 4, C: 6}
    assert (poor.other_increase, poor.closing) == (3, 293)
    assert (near.opening, near.out, near.down, near.other_decrease) == (210, 31, 8, 4)
    assert (near.from_poor, near.again, near.arisen, near.other_increase, near.closing) == (38, 5, 12, 1, 223)
    assert found.balances

    page = signed_in(world.cadre).get(f"/reviews/{review.pk}/ledger/").content.decode()
    for words in ("11,87%", "9,04%", "20,91%", "giảm 2,01 điểm"):
        assert words in page
    again = signed_in(world.cadre).get(f"/reviews/{review.pk}/ledger/", {"show": "poor.again.near"})
    assert len(again.context["page"].rows) == 2
