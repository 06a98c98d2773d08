"""Everything that an act can get wrong is named, in words, at its line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from communes.queries.findings import OF_ACT, act_findings
from communes.rules.acts import WHOLE, Line, Plan, Weight
from tests.communes.reorganise.plain import START, World, small_world

A, B, C, D = "011", "012", "013", "021"


def codes(plan: Plan, place: int | None = None) -> set[str]:
    return {one.code for one in plan.findings if place is None or one.place == place}


def said(plan: Plan) -> str:
    return " ".join(one.words for one in act_findings(plan.findings))


@pytest.fixture
def world() -> World:
    return small_world()


def whole(place: int, old: str, new: str, **fields: object) -> Line:
    return Line(place, old, successor=new, **{"name": "Xã Mới", "kind": "xa", "parent": "111", **fields})  # type: ignore[arg-type]


def part(place: int, old: str, new: str, share: int | None = None, **fields: object) -> Line:
    return whole(place, old, new, whole=False, share=share, base="dân số", **fields)


def test_a_plain_merger_has_nothing_to_say(world: World) -> None:
    plan = world.plan(whole(1, A, A), whole(2, B, A))
    assert plan.findings == []
    assert (len(plan.ended), len(plan.opened), len(plan.moves)) == (2, 1, 4)


@pytest.mark.parametrize(
    ("code", "place", "lines"),
    [
        ("unknown", 2, [whole(1, A, A), whole(2, "099", A)]),
        ("twice", 2, [whole(1, A, A), whole(2, A, A)]),
        ("whole_and_part", 2, [whole(1, A, A), part(2, A, "090")]),
        ("part_alone", 1, [part(1, A, A)]),
        ("shares_sum", 2, [part(1, A, A, 600_000), part(2, A, "090", 300_000)]),
        ("shares_sum", 3, [part(1, A, A, 700_000), part(2, A, "090", 300_000), part(3, A, "091")]),
        ("share_range", 1, [part(1, A, A, 0), part(2, A, "090")]),
        ("share_range", 1, [part(1, A, A, 2 * WHOLE), part(2, A, "090")]),
        ("share_of_whole", 1, [whole(1, A, A, share=WHOLE)]),
        ("code_clash", 1, [whole(1, A, C)]),
        ("kind_unknown", 1, [whole(1, A, "090", kind="")]),
        ("name_missing", 1, [whole(1, A, "090", name="")]),
        ("level_mixed", 1, [whole(1, A, "090", kind="huyen", parent="14")]),
        ("two_parents", 2, [whole(1, A, A), whole(2, B, A, parent="112")]),
        ("successor_differs", 2, [whole(1, A, A), whole(2, B, A, name="Xã Kia")]),
        ("parent_unknown", 1, [whole(1, A, "090", parent="999")]),
        ("parent_level", 1, [whole(1, A, "090", parent=D)]),
        ("parent_missing", 1, [whole(1, A, "090", parent=""), whole(2, D, "090", parent="")]),
        ("territory_lost", 1, [Line(1, A)]),
        ("chain", 2, [whole(1, A, "090"), whole(2, "090", "091")]),
        ("loop", 2, [whole(1, A, "090"), whole(2, "090", "091"), whole(3, "091", "090")]),
        ("loop", 1, [whole(1, "111", "111", kind="thi_xa", parent="111")]),
        ("village_left", 1, [part(1, A, A), part(2, A, "090", villages=("011-1",))]),
        ("village_twice", 2, [part(1, A, A, villages=("011-1",)), part(2, A, "090", villages=("011-1",))]),
        ("village_elsewhere", 1, [part(1, A, A, villages=("021-1",)), part(2, A, "090")]),
        # Two villages of two communes become one: of which commune?
        ("village_left", 1, [Line(1, "011-1", successor="v1", name="Bản Chung", kind="ban"),
                             Line(2, "021-1", successor="v1", name="Bản Chung", kind="ban")]),
        ("child_left", 1, [Line(1, "111", successor="111", name="Huyện X", kind="huyen", whole=False),
                           Line(2, "111", successor="113", name="Huyện Y", kind="huyen", whole=False)]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_line(world: World, code: str, place: int, lines: list[Line]) -> None:
    plan = world.plan(*lines)
    assert code in codes(plan, place), plan.findings
    assert any(one.code == code and one.weight == Weight.ERROR for one in plan.findings)


def test_a_predecessor_that_is_not_in_the_register_is_added_closed_when_asked(world: World) -> None:
    plan = world.plan(whole(1, A, A), whole(2, "099", A, create_closed=True, predecessor_name="Xã Cũ"))
    assert codes(plan) == {"created_closed"}
    world.carry_out(plan)
    assert world.findings() == []
    old = next(one for one in world.units.values() if one.code == "099")
    assert (old.name, old.start, old.end) == ("Xã Cũ", START, plan.day)


def test_a_unit_founded_without_predecessor_is_named_and_may_stand(world: World) -> None:
    plan = world.plan(Line(1, successor="095", name="Xã Đảo", kind="xa", parent="111"))
    assert [(one.code, one.weight, one.place) for one in plan.findings] == [("founded", "warning", 1)]
    assert "không có đơn vị cũ" in said(plan)
    world.carry_out(plan)
    assert world.findings() == []


def test_a_village_that_leaves_its_commune_asks_whether_the_communes_are_made_anew(world: World) -> None:
    alone = world.plan(Line(1, "011-1", successor="011-1", parent="012"))
    assert [(one.code, one.weight, one.place) for one in alone.findings] == [("extent_changes", "warning", 1)]
    assert "Bản 111 rời Xã 11" in said(alone)
    along = world.plan(
        part(1, A, A, villages=("011-2",)), part(2, A, B, villages=("011-1",)), Line(3, B, successor=B)
    )
    assert "extent_changes" not in codes(along)


def test_unknown_shares_are_allowed_and_shown(world: World) -> None:
    villages = [part(1, A, A), part(2, A, "090")]
    plan = world.plan(*[replace(one, villages=()) for one in villages])
    assert {"share_unknown", "village_left"} <= codes(plan)
    world.units = {key: one for key, one in world.units.items() if one.level != "village"}
    plan = world.plan(*villages)
    assert [(one.code, one.weight) for one in plan.findings] == [("share_unknown", "note")]


def test_an_act_applied_twice_an_overlap_and_a_gap(world: World) -> None:
    lines = [whole(1, A, A), whole(2, B, A)]
    first = world.plan(*lines)
    world.carry_out(first)
    assert "starts_before_end" in codes(world.plan(*lines, day=first.day))
    later = world.plan(*lines, day=first.day + timedelta(days=40))
    assert "already_ended" in codes(later, 2)
    assert "bị hở" in said(later)
    # The code 011 begins anew on the first act's day: nobody may bear it across that day.
    clash = world.plan(whole(1, C, A), day=first.day - timedelta(days=10))
    assert "overlap" in codes(clash, 1)
    early = world.plan(whole(1, A, "090"), day=first.day - timedelta(days=10))
    assert "starts_before_end" in codes(early, 1)
    assert "trước khi đơn vị cũ kết thúc" in said(early)


def test_before_the_register_begins_and_without_lines(world: World) -> None:
    plan = world.plan(day=date(2020, 1, 1))
    assert codes(plan, 0) == {"no_line", "before_register"}


def test_the_end_of_a_tier_lifts_what_nobody_names(world: World) -> None:
    plan = world.plan(whole(1, A, A, parent="14"), whole(2, B, A, parent="14"), ended_tier="district")
    assert codes(plan) == {"tier_ends", "unnamed"}
    assert len([one for one in plan.findings if one.code == "unnamed"]) == 4
    world.carry_out(plan)
    assert world.findings() == []
    assert len(plan.orphans) == 2


def test_another_province_is_out_of_reach(world: World) -> None:
    other = world.add("15", "Tỉnh Khác", "tinh", None)
    district = world.add("150", "Huyện Khác", "huyen", other)
    world.add("150x", "Xã Khác", "xa", district)
    from communes.rules.reorganise import plan_act
    from tests.communes.reorganise.plain import KINDS

    day = date(2026, 1, 1)
    plan = plan_act(
        [whole(1, "150x", "150y", parent="150")],
        world.register(day),
        KINDS,
        first_day=START,
        allowed=frozenset({1}),
    )
    assert "outside" in codes(plan, 1)


def test_every_finding_of_the_rules_has_its_words() -> None:
    import inspect
    import re

    from communes.rules import reorganise

    found = set(re.findall(r'find\(\s*"(\w+)"', inspect.getsource(reorganise)))
    found |= {"loop", "chain", "village_left", "child_left", "parent_missing", "territory_lost", "ends"}
    assert found <= OF_ACT.keys()
