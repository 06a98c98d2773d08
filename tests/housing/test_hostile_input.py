"""What nobody types into a form, sent all the same: an answer in words or nothing, never a broken page."""

import pytest

from tests.housing.reviewing import during, fill, neither, sheet_of, start
from tests.housing.world import HousingWorld, add, signed_in

pytestmark = pytest.mark.django_db

HUGE = ["9" * 30, "9" * 5000]


@pytest.mark.parametrize("huge", HUGE, ids=["30 digits", "5,000 digits"])
def test_ids_that_no_row_can_bear(world: HousingWorld, huge: str) -> None:
    day = during("2025")
    review, home = start(world.here, "2025", day), add(world.here)
    fill(review, home, neither(), world.cadre, day)
    sheet = sheet_of(review, home)

    answer = signed_in(world.cadre).post(
        f"/reviews/{review.pk}/sheets/{sheet.pk}/",
        {"version": sheet.version, "b1": "150", "nothing": "1", "persons": "4", "item": huge},
    )
    assert answer.status_code in (302, 400)
    answer = signed_in(world.reviewer).post(
        "/reviews/approve/", {"round": "2025", "number": "1/QĐ", "on": "2026-11-20", "review": huge}
    )
    assert answer.status_code == 400


def test_a_day_long_before_the_round_is_refused_at_its_field(world: HousingWorld) -> None:
    review, home = start(world.here, "2025", during("2025")), add(world.here)
    fill(review, home, neither(), world.cadre, during("2025"))
    sheet = sheet_of(review, home)

    answer = signed_in(world.cadre).post(
        f"/reviews/{review.pk}/sheets/{sheet.pk}/",
        {"version": sheet.version, "b1": "150", "nothing": "1", "persons": "4", "reviewed_on": "0001-01-01"},
    )

    assert answer.status_code == 400
    assert "Ngày rà soát trước đợt này quá lâu" in answer.content.decode()
    sheet.refresh_from_db()
    assert sheet.version == 1
