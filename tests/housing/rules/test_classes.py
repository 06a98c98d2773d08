"""Poor, near-poor or neither, in the cases worked out by hand, and the cause 'đổi khu vực'."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing.rules.areas import moved_by_area
from housing.rules.classes import RURAL, URBAN, Line, PovertyClass, Standard, classify
from housing.rules.meetings import passes
from housing.rules.movements import Movement
from housing.rules.posting import working_days
from housing.rules.sheets import result_of

CODES = [f"lack{number}" for number in range(12)]
OLD = Standard({RURAL: Line(1_500_000, 140), URBAN: Line(2_000_000, 175)}, dict.fromkeys(CODES, 10), 30)
NEW = Standard({RURAL: Line(2_200_000), URBAN: Line(2_800_000)}, dict.fromkeys(CODES[1:], 10), 30)
POOR, NEAR, NEITHER = PovertyClass.POOR, PovertyClass.NEAR_POOR, PovertyClass.NEITHER


@pytest.mark.parametrize(
    ("area", "b1", "lacks", "wanted"),
    [
        (RURAL, 140, 3, POOR), (RURAL, 140, 2, NEAR), (RURAL, 141, 6, NEITHER), (RURAL, 140, 0, NEAR),
        (URBAN, 160, 3, POOR), (RURAL, 160, 3, NEITHER), (URBAN, 175, 2, NEAR), (URBAN, 176, 12, NEITHER),
    ],
)  # fmt: skip
def test_class_by_points_of_the_area(area: str, b1: int, lacks: int, wanted: PovertyClass) -> None:
    found = classify(OLD, area, b1_points=b1, deprivations=CODES[:lacks])
    assert found is not None
    assert found.poverty_class == wanted
    assert found.b2 == 10 * lacks


def test_no_class_while_a_side_is_missing() -> None:
    assert classify(OLD, RURAL, b1_points=100) is None
    assert classify(OLD, RURAL, deprivations=[]) is None
    assert classify(NEW, RURAL, b1_points=100, deprivations=[]) is None
    found = classify(OLD, RURAL, b1_points=100, deprivations=[])
    assert found is not None
    assert found.poverty_class == NEAR


def test_a_general_review_gives_both_classes_side_by_side() -> None:
    result = result_of(OLD, NEW, RURAL, b1_points=150, income=2_100_000, deprivations=CODES[1:4])
    assert result.now is not None
    assert result.next is not None
    assert (result.now.poverty_class, result.next.poverty_class) == (NEITHER, POOR)
    assert result_of(OLD, None, RURAL, b1_points=1, income=None, deprivations=[]).next is None


def test_area_is_the_cause_when_the_old_line_would_have_said_otherwise() -> None:
    asked = {"b1_points": 160, "deprivations": CODES[:3]}
    assert moved_by_area(OLD, RURAL, URBAN, Movement.NEWLY_POOR, **asked)
    assert not moved_by_area(OLD, URBAN, URBAN, Movement.NEWLY_POOR, **asked)
    assert not moved_by_area(OLD, None, URBAN, Movement.NEWLY_POOR, **asked)
    assert not moved_by_area(OLD, RURAL, URBAN, Movement.STAYED_POOR, **asked)
    low = {"b1_points": 120, "deprivations": CODES[:3]}
    assert not moved_by_area(OLD, RURAL, URBAN, Movement.NEWLY_POOR, **low)


@given(
    st.sampled_from([RURAL, URBAN]), st.integers(0, 400), st.sets(st.sampled_from(CODES)), st.integers(0, 400)
)
def test_more_points_never_make_poorer(area: str, b1: int, lacks: set[str], more: int) -> None:
    order = [POOR, NEAR, NEITHER]
    first = classify(OLD, area, b1_points=b1, deprivations=lacks)
    later = classify(OLD, area, b1_points=b1 + more, deprivations=lacks)
    assert first is not None
    assert later is not None
    assert order.index(later.poverty_class) >= order.index(first.poverty_class)


@pytest.mark.parametrize(
    ("present", "agreed", "wanted"), [(62, 30, False), (62, 31, True), (0, 0, False), (1, 1, True)]
)
def test_half_of_those_present(present: int, agreed: int, wanted: bool) -> None:
    assert passes(present, agreed) is wanted


def test_working_days_of_a_posting() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days(friday, monday) == 2
    assert working_days(friday, monday, {monday}) == 1
    assert working_days(monday, friday) == 0
