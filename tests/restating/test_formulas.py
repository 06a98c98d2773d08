"""The real poverty rates, which are formulas over households, on another day's map."""

import pytest

from programs.actions import Item
from tests.restating.test_cases import ask, by_name, shown
from tests.restating.world import AFTER, BEFORE, CASE_7, case_1, case_7

pytestmark = pytest.mark.django_db
HOUSEHOLDS, POOR, NEAR = "base.households", "poverty.households.poor", "poverty.households.near_poor"
CASE_1 = {"A": (1200, 180, 120), "B": (800, 40, 60), "C": (500, 10, 15)}


@pytest.mark.parametrize(
    ("rate", "value", "numerator"),
    [
        ("poverty.rate", "9.20", "230"),
        ("poverty.near_rate", "7.80", "195"),
        ("poverty.multi_rate", "17.00", "425"),
    ],
)
def test_case_1_is_never_the_mean_of_the_rates(rate: str, value: str, numerator: str) -> None:
    world = case_1()
    reviewed = {key: [Item(POOR, poor), Item(NEAR, near)] for key, (_all, poor, near) in CASE_1.items()}
    world.enter(BEFORE, reviewed, form="base")
    world.enter(BEFORE, {key: [Item(HOUSEHOLDS, n)] for key, (n, _p, _n) in CASE_1.items()}, form="base")
    (row,) = ask(world, rate, unit="New", period=BEFORE).rows
    assert shown(row) == (value, numerator, "2500", False)


def test_a_rate_whose_households_are_not_known_everywhere_is_missing_with_the_reason() -> None:
    world = case_1()
    world.enter(BEFORE, {key: [Item(POOR, row[1])] for key, row in CASE_1.items()}, form="base")
    world.enter(BEFORE, {key: [Item(HOUSEHOLDS, CASE_1[key][0])] for key in "AB"}, form="base")
    (row,) = ask(world, "poverty.rate", unit="New", period=BEFORE).rows
    assert (row.value, row.reported_units, row.expected_units) == (None, 2, 3)
    assert row.lacking.keys() == {world.units["C"].pk}


def test_case_7_by_villages() -> None:
    world = case_7()
    whole = CASE_7 | {"X": (60, 300), "Y": (15, 300)}
    world.enter(AFTER, {key: [Item(POOR, poor)] for key, (poor, _all) in whole.items()}, form="base")
    world.enter(AFTER, {key: [Item(HOUSEHOLDS, n)] for key, (_poor, n) in whole.items()}, form="base")
    now = by_name(ask(world, "poverty.rate", period=AFTER, by="commune"))
    assert shown(now["X"]) == ("14.00", "35", "250", False)
    assert shown(now["Y"]) == ("11.43", "40", "350", False)
    (both,) = ask(world, "poverty.rate", period=AFTER).rows
    assert shown(both) == ("12.50", "75", "600", False)
