"""The register's own check names each breach; on the real register it finds none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from communes.queries.findings import OF_REGISTER, register_words
from communes.queries.register import register_findings
from communes.rules.acts import WHOLE, Finding, Weight
from communes.rules.closure import FOREVER, Tie
from communes.rules.register_check import Step
from programs.models import Recognition
from tests.communes.reorganise.plain import START, World, small_world
from tests.support import make_member, unit

DAY, LATER = date(2025, 1, 1), date(2025, 6, 1)


def key(world: World, code: str) -> int:
    return next(one.key for one in world.units.values() if one.code == code)


def twice(world: World) -> int:
    return world.add("011", "Xã Trùng", "xa", key(world, "111"), DAY)


def two_parents(world: World) -> int:
    world.trees.append(Tie(key(world, "011"), key(world, "112"), DAY, LATER))
    return key(world, "011")


def beyond(world: World) -> int:
    one = key(world, "011-1")
    world.units[one] = replace(world.units[one], end=DAY)
    return one


def parent_gone(world: World) -> int:
    world.units[key(world, "112")] = replace(world.units[key(world, "112")], end=DAY)
    return key(world, "021")


def lower_parent(world: World) -> int:
    one = key(world, "021")
    world.trees = [replace(tie, parent=key(world, "011")) if tie.child == one else tie for tie in world.trees]
    return one


def nowhere(world: World) -> int:
    one = key(world, "021")
    world.trees = [replace(tie, end=DAY) if tie.child == one else tie for tie in world.trees]
    return one


def ended(world: World, code: str, *steps: Step) -> int:
    """A commune that ends as it should, with these successions."""
    one = key(world, code)
    world.units[one] = replace(world.units[one], end=DAY)
    world.trees = [replace(tie, end=DAY) if one in (tie.child, tie.parent) else tie for tie in world.trees]
    world.steps += steps
    return one


def lost(world: World) -> int:
    return ended(world, "011")


def gap(world: World) -> int:
    heir = world.add("090", "Xã Sau", "xa", key(world, "111"), LATER)
    ended(world, "011", Step(key(world, "011"), heir))
    return heir


def early(world: World) -> int:
    ended(world, "011", Step(key(world, "011"), key(world, "012")))
    return key(world, "012")


def other_level(world: World) -> int:
    heir = world.add("11x", "Huyện Sau", "huyen", key(world, "14"), DAY)
    ended(world, "011", Step(key(world, "011"), heir))
    return heir


def parts(world: World, *ways: tuple[bool, int | None]) -> int:
    one = key(world, "011")
    heirs = [world.add(f"9{n}", f"Xã {n}", "xa", key(world, "111"), DAY) for n in range(len(ways))]
    return ended(world, "011", *[Step(one, heir, *way) for heir, way in zip(heirs, ways, strict=True)])


def circle(world: World) -> int:
    one, two = key(world, "011"), key(world, "012")
    world.steps += [Step(one, two), Step(two, one)]
    return 0


def under_itself(world: World) -> int:
    one, two = key(world, "111"), key(world, "112")
    world.trees += [Tie(one, two, DAY, FOREVER), Tie(two, one, DAY, FOREVER)]
    return 0


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("code_twice", twice),
        ("two_parents", two_parents),
        ("placed_beyond_life", beyond),
        ("parent_not_living", parent_gone),
        ("parent_level", lower_parent),
        ("unreachable", nowhere),
        ("no_successor", lost),
        ("gap", gap),
        ("starts_before_end", early),
        ("levels_differ", other_level),
        ("part_alone", lambda world: parts(world, (False, None))),
        ("whole_and_part", lambda world: parts(world, (True, None), (False, None))),
        ("shares_sum", lambda world: parts(world, (False, 600_000), (False, 300_000))),
        ("succession_loop", circle),
        ("tree_loop", under_itself),
    ],
)
def test_each_breach_is_named_at_its_unit(code: str, spoil: Callable[[World], int]) -> None:
    world = small_world()
    assert world.findings() == []
    place = spoil(world)
    assert (code, place) in world.findings()
    assert code in OF_REGISTER


def test_complete_shares_and_unknown_ones_are_no_error() -> None:
    for shares in ((600_000, WHOLE - 600_000), (333_333, 333_333, 333_333), (None, None), (600_000, None)):
        world = small_world()
        parts(world, *[(False, share) for share in shares])
        wrong = {finding for finding, _place in world.findings()}
        # Villages of a commune that went nowhere stay behind; that is another breach.
        assert wrong <= {"unreachable"}, shares


@pytest.mark.django_db
def test_the_real_register_holds() -> None:
    found = register_findings()
    assert [one for one in found if one.weight != Weight.NOTE] == []
    assert len([one for one in found if one.code == "share_unknown"]) == 9
    assert "chưa rõ tỷ lệ" in register_words(found)[0].words


@pytest.mark.django_db
def test_rooms_above_say_what_does_not_fit() -> None:
    make_member("ai", unit("14"), "viewer")
    old = unit("03703", date(2024, 6, 30))
    Recognition.objects.create(unit=old, level="met", decision="1", decided_on=START, valid_from=START)
    (found,) = [one for one in register_findings() if one.weight == Weight.ERROR]
    assert (found.code, found.place) == ("programs.recognitions", old.pk)
    assert "1 công nhận còn hiệu lực" in register_words([found])[0].words


def test_an_unknown_rooms_finding_is_still_shown() -> None:
    assert register_words([Finding("other.thing", Weight.ERROR)])[0].words == "other.thing"
