"""Case 11: the norm, the first list over its target, the second still to do; whose money it was."""

from fractions import Fraction

from housing.rules.house_sums import Progress, Shares, norm_of, shares
from programs.rules.numbers import format_percent


def test_the_norm_of_the_published_result() -> None:
    norms = {"new": 60_000_000, "repair": 30_000_000}

    assert norm_of({"new": 2653, "repair": 405}, norms) == 171_330_000_000
    assert norm_of({"new": 0, "repair": 0}, norms) == 0
    assert norm_of({"new": 1, "repair": 1}, {"new": 60_000_000}) is None
    assert norm_of({"new": 1, "repair": 0}, {"new": 60_000_000}) == 60_000_000


def test_each_list_against_its_own_target() -> None:
    first, second = Progress(3058, 2837), Progress(324, 1838)

    assert (first.over, first.left) == (221, 0)
    assert format_percent(Fraction(3058), Fraction(2837)) == "107,79%"
    assert (second.over, second.left) == (0, 1514)
    assert format_percent(Fraction(324), Fraction(1838)) == "17,63%"
    assert (Progress(5, None).over, Progress(5, None).left) == (0, None)


def test_whose_money_it_was() -> None:
    rows = [
        ("central", True, 40),
        ("local", True, 5),
        ("credit", False, 7),
        ("community", False, 3),
        ("own", False, 20),
    ]

    assert shares(rows) == Shares(state=45, society=10, own=20)
    assert shares(rows).total == 75
