"""The demo's houses as drawn: every published count is the sum of its parts, and no day runs backwards."""

from collections import Counter
from datetime import date

import pytest

from sonla.demo.generator.houses import FIRST, SECOND, TOLD_IN_OCTOBER, WAY, HousePlan, Houses, draw_houses
from sonla.demo.generator.streams import SEED
from sonla.demo.generator.territory import FIRST_OF_75
from sonla.demo.generator.world import World, draw_world
from tests.demo.from_files import asks_from_files, territory_from_files

MAY, JANUARY = date(2025, 5, 15), date(2026, 1, 30)


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(territory_from_files(), asks_from_files())


@pytest.fixture(scope="module")
def houses(world: World) -> Houses:
    return draw_houses(world.territory, world.poverty, SEED)


def completed(houses: Houses, house_list: str, by: date) -> list[HousePlan]:
    plans = [one for one in houses.plans if one.house_list == house_list]
    return [one for one in plans if "completed" in one.days and one.days["completed"] <= by]


def test_the_first_list_in_the_communes_of_its_day(world: World, houses: Houses) -> None:
    done = completed(houses, FIRST, MAY)

    assert len(done) == 3058
    assert Counter(one.kind for one in done) == {"new": 2653, "repair": 405}
    assert Counter(one.group for one in done) == {"ncc": 200, "ctmtqg": 314, "phong-trao": 2544}
    assert sum(houses.targets[FIRST].values()) == 2837
    alive = {place.key for place in world.territory.living(MAY)}
    assert len(alive) == 200
    assert {one.commune for one in houses.plans if one.house_list == FIRST} <= alive
    assert houses.targets[FIRST].keys() == alive


def test_the_second_list_on_the_map_of_today(world: World, houses: Houses) -> None:
    need = [one for one in houses.plans if one.house_list == SECOND and one.proposed_on <= JANUARY]
    helped = completed(houses, SECOND, JANUARY)

    assert Counter(one.kind for one in need) == {"new": 1645, "repair": 193}
    assert not [one for one in need if one.days.get("stopped", JANUARY) < JANUARY]
    assert len(helped) == len(completed(houses, SECOND, date.max)) == 324
    assert len({one.commune for one in helped}) == 35
    assert sum(houses.targets[SECOND].values()) - len(helped) == 1514
    assert houses.targets[SECOND].keys() == {place.key for place in world.territory.living(FIRST_OF_75)}
    # With the first list these are the 3,350 of 2025 (2,905 new, 445 repaired) that were told of in October.
    assert Counter(one.kind for one in completed(houses, SECOND, TOLD_IN_OCTOBER)) == {
        "new": 252,
        "repair": 40,
    }


def test_some_are_slow_some_stopped_and_money_is_known_of_a_part(houses: Houses) -> None:
    assert sum("stopped" in one.days for one in houses.plans) == 26 + 44
    with_money = sum(bool(one.given) for one in houses.plans)
    assert 0.3 < with_money / len(houses.plans) < 0.7
    assert all(given.value > 0 for one in houses.plans for given in one.given)


def test_days_run_forward_and_every_vote_passes(houses: Houses) -> None:
    for one in houses.plans:
        days = [one.proposed_on, *(one.days[step] for step in (*WAY, "stopped") if step in one.days)]
        assert days == sorted(days)
        assert "voted" not in one.days or 2 * one.agreed >= one.present > 0


def test_the_same_seed_gives_the_same_houses(world: World, houses: Houses) -> None:
    again = draw_houses(world.territory, world.poverty, SEED)

    assert again == houses
    assert draw_houses(world.territory, world.poverty, 7) != houses
