"""A village of 2,000 households in a general review: its page stays one page at a time."""

import pytest

from housing.models import Household, PovertyReview
from tests.housing.reviewing import start
from tests.housing.world import SINCE, HousingWorld, signed_in, thai

pytestmark = pytest.mark.django_db


def test_a_long_village_is_shown_a_hundred_at_a_time(world: HousingWorld) -> None:
    Household.objects.bulk_create(
        Household(
            code=f"03703-{number:05}", province_id=world.commune.province_id, commune=world.commune,
            village=world.village, head_name=f"Lò Văn {number:04}", search_name=f"lo van {number:04}",
            head_sex="male", ethnic_group=thai(), persons=4, arrival="found", arrived_on=SINCE,
            updated_by=world.cadre,
        )
        for number in range(2000)
    )  # fmt: skip
    review = start(world.here, "2026")
    part = review.villages.get()
    url = f"/reviews/{review.pk}/villages/{part.pk}/"
    cadre = signed_in(world.cadre)

    first, last = cadre.get(url).content.decode(), cadre.get(f"{url}?show=left&page=20").content.decode()

    assert PovertyReview.objects.filter(review=review).count() == 2000
    assert ("Lò Văn 0000" in first, "Lò Văn 0100" in first) == (True, False)
    assert "Lò Văn 1999" in last
    assert "?show=left&amp;page=19" in last
    assert len(first) < 200_000
    assert cadre.get(f"{url}?page=x").status_code == 200
