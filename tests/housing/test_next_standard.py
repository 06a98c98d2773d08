"""From a general review to the register: the first round by the new standard writes its classes."""

from datetime import date

import pytest

from housing.actions.reviews import open_regular_round, start_review
from tests.housing.reviewing import conclude, during, fill, poor, start
from tests.housing.world import HousingWorld, add, signed_in

pytestmark = pytest.mark.django_db


def test_the_regular_round_of_january_takes_the_new_classes_over(world: HousingWorld) -> None:
    day = during("2026")
    home = add(world.here)
    review = start(world.here, "2026", day)
    # Poor by the old standard; by the income of the new one it is above the line.
    fill(review, home, poor(income=3_500_000), world.cadre, day)
    assert "Loại hộ theo chuẩn mới được ghi vào sổ hộ khi xã bắt đầu" in (
        signed_in(world.cadre).get(f"/reviews/{review.pk}/").content.decode()
    )
    conclude(review, world.here, world.reviewer, day)
    home.refresh_from_db()
    assert home.poverty_class == "poor"

    january = date(2027, 1, 20)
    of = open_regular_round(day=january, by=world.cadre, today=january)
    first = start_review(round=of, commune=world.commune, by=world.cadre, today=january)

    home.refresh_from_db()
    assert home.poverty_class == "neither"
    assert home.changes.filter(kind="class").count() == 2
    assert not first.sheets.exists()
