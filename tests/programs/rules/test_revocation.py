"""When a recognition is to be considered for revocation: case 2 of the worked cases, and its edges."""

from fractions import Fraction

import pytest

from programs.rules.numbers import format_percent
from programs.rules.revocation import Bounds, Ground, propose

COMMUNE = Bounds(30, 50, frozenset({10, 17, 19}))
DISTRICT = Bounds(30, 50, frozenset(), communes=30)
PLAIN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]


@pytest.mark.parametrize(
    ("failed", "share", "ground"),
    [
        ([1, 2, 3, 4, 17], "26,32%", None),
        ([1, 2, 3, 4, 5, 17], "31,58%", Ground.KEY),
        (PLAIN[:6], "31,58%", None),
        (PLAIN[:9], "47,37%", None),
        (PLAIN[:10], "52,63%", Ground.MANY),
    ],
)
def test_the_worked_case(failed: list[int], share: str, ground: Ground | None) -> None:
    said = propose(COMMUNE, failed, 19)
    assert said.ground == ground
    assert format_percent(said.failed, said.applicable) == share
    assert said.key_failed == ((17,) if 17 in failed else ())


def test_shares_are_compared_exactly_on_their_bounds() -> None:
    assert propose(COMMUNE, [1, 2, 10], 10).ground == Ground.KEY  # 30 % to the point
    assert propose(COMMUNE, [1, 2, 3, 4, 5], 10).ground == Ground.MANY  # 50 % to the point
    assert propose(COMMUNE, [10, 17, 19, 1, 2], 17).share == Fraction(500, 17)  # 29.41 %
    assert propose(COMMUNE, [10, 17, 19, 1, 2], 17).ground is None


def test_of_no_criteria_nothing_is_proposed() -> None:
    assert propose(COMMUNE, [], 0).ground is None
    assert propose(COMMUNE, [], 0).share is None


def test_a_district_is_judged_by_its_communes_too() -> None:
    assert propose(DISTRICT, [], 0, revoked=2, communes=7).ground is None  # 28.57 %
    assert propose(DISTRICT, [], 0, revoked=3, communes=10).ground == Ground.COMMUNES
    assert propose(COMMUNE, [], 19, revoked=10, communes=10).ground is None
