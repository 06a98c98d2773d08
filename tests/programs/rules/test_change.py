"""How far a figure moved: differences, shares of the last one, jumps."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.change import jumps, movement, share_of
from programs.rules.verdicts import Figure

counts = st.integers(min_value=0, max_value=10**9)
bases = st.integers(min_value=1, max_value=10**9)


def test_a_percentage_moves_by_points_and_a_number_by_its_steps() -> None:
    assert movement(Figure(1751, 6504), Figure(2200, 6400), "percent") == Fraction(175100, 6504) - Fraction(
        275, 8
    )
    assert movement(Figure(12), Figure(2), "number") == 10
    assert share_of(Fraction(10), Figure(2)) == 500
    assert share_of(Fraction(10), Figure(0)) is None


@pytest.mark.parametrize(
    ("new", "old", "kind"),
    [
        (Figure(None), Figure(2), "number"),
        (Figure(2), Figure(None), "number"),
        (Figure(None, not_applicable=True), Figure(2), "number"),
        (Figure(1), Figure(0), "boolean"),
        (Figure(2), Figure(2, 4), "percent"),
    ],
)
def test_what_cannot_be_compared_has_not_moved_and_does_not_jump(new: Figure, old: Figure, kind: str) -> None:
    assert movement(new, old, kind) is None
    assert not jumps(new, old, kind, 0)


@pytest.mark.parametrize(
    ("new", "old", "kind", "jumped"),
    [
        (Figure(3), Figure(2), "number", False),  # exactly half more is not beyond 50 %
        (Figure(4), Figure(2), "number", True),
        (Figure(1), Figure(0), "number", True),
        (Figure(0), Figure(0), "number", False),
        (Figure(80, 100), Figure(30, 100), "percent", False),
        (Figure(81, 100), Figure(30, 100), "percent", True),
    ],
)
def test_beyond_half_is_a_jump(new: Figure, old: Figure, kind: str, jumped: bool) -> None:
    assert jumps(new, old, kind, 50) is jumped


@given(counts, counts)
def test_there_and_back_is_no_movement(new: int, old: int) -> None:
    there, back = movement(Figure(new), Figure(old), "number"), movement(Figure(old), Figure(new), "number")
    assert there is not None
    assert back is not None
    assert there + back == 0


@given(bases, bases, counts)
def test_points_stay_within_a_hundred(base: int, other: int, part: int) -> None:
    moved = movement(Figure(min(part, base), base), Figure(min(part, other), other), "percent")
    assert moved is not None
    assert -100 <= moved <= 100


@given(counts, counts, st.integers(min_value=0, max_value=500))
def test_a_wider_limit_never_makes_a_jump(new: int, old: int, limit: int) -> None:
    if not jumps(Figure(new), Figure(old), "number", limit):
        assert not jumps(Figure(new), Figure(old), "number", limit + 1)
