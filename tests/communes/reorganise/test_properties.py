"""For any sequence of mergers, splits and renames the register holds: on each day, for every unit."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from communes.rules.acts import WHOLE, Line
from tests.communes.reorganise.plain import World, small_world

NAMES = st.sampled_from(["Xã Hua La", "Xã Mường Bú", "Xã Nậm Giôn", "Xã Tà Xùa"])


@st.composite
def histories(draw: st.DrawFn) -> World:
    """A world after some acts: each joins, divides or renames, moves a village or ends the districts."""
    world = small_world()
    for number in range(draw(st.integers(1, 5))):
        acts = ["merge", "split", "rename", "village", "undo"]
        if world.living("district"):
            acts.append("tier")
        lines, tier = ACTS[draw(st.sampled_from(acts))](draw, world, number)
        if lines or tier:
            plan = world.plan(*lines, ended_tier=tier)
            assert plan.errors == [], (lines, plan.errors)
            world.carry_out(plan)
    return world


def merge(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    communes = world.living("commune")
    if len(communes) < 2:
        return [], ""
    olds = draw(st.lists(st.sampled_from(communes), min_size=2, max_size=3, unique_by=lambda one: one.key))
    code = draw(st.sampled_from([olds[0].code, f"9{number}0"]))
    parent = draw(st.sampled_from(world.living("district") or world.living("province"))).code
    name = draw(NAMES)
    return [
        Line(place, one.code, successor=code, name=name, kind="xa", parent=parent)
        for place, one in enumerate(olds, start=1)
    ], ""


def split(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    """A commune is divided between itself and a new one or another, by villages; shares are often unknown."""
    old = draw(st.sampled_from(world.living("commune")))
    villages = [one.code for one in world.living("village") if world.parent(one.key, world.day) == old.key]
    cut = draw(st.integers(0, len(villages)))
    share = draw(st.one_of(st.none(), st.integers(1, WHOLE - 1)))
    rest = None if share is None else WHOLE - share
    others = [one for one in world.living("commune") if one.key != old.key]
    taker = draw(st.sampled_from(others)) if others and draw(st.booleans()) else None
    code = taker.code if taker else f"9{number}1"
    first = Line(
        1,
        old.code,
        successor=old.code,
        whole=False,
        share=share,
        base="dân số",
        villages=tuple(villages[:cut]),
    )
    second = Line(
        2,
        old.code,
        successor=code,
        name="" if taker else "Xã Mới",
        kind="" if taker else "xa",
        whole=False,
        share=rest,
        base="dân số",
        villages=tuple(villages[cut:]),
    )
    own = [] if taker is None else [Line(3, taker.code, successor=taker.code, parent="")]
    # Which of two districts the enlarged commune is in is for the act to say.
    parents = {world.parent(one.key, world.day) for one in (old, *([taker] if taker else []))}
    if len(parents) > 1:
        above = world.units[min(key for key in parents if key is not None)].code
        return [first, Line(**{**_values(second), "parent": above}), *own], ""
    return [first, second, *own], ""


def _values(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in Line.__dataclass_fields__}


def rename(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    old = draw(st.sampled_from(world.living(draw(st.sampled_from(["commune", "village"])))))
    kind = {"commune": "phuong", "village": "ban"}[old.level]
    return [Line(1, old.code, successor=old.code, name=f"{old.name} {number}", kind=kind)], ""


def village(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    """Two villages become one, or one goes over to another commune."""
    villages = world.living("village")
    to = draw(st.sampled_from(world.living("commune"))).code
    if draw(st.booleans()) and len(villages) > 1:
        olds = draw(
            st.lists(st.sampled_from(villages), min_size=2, max_size=2, unique_by=lambda one: one.key)
        )
        return [
            Line(n, one.code, name=f"Bản Chung {number}", kind="ban", parent=to)
            for n, one in enumerate(olds, 1)
        ], ""
    one = draw(st.sampled_from(villages))
    return [Line(1, one.code, successor=one.code, parent=to)], ""


def undo(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    """The last merger is taken apart again, under the codes of before where they are free."""
    living = {one.key: one for one in world.living("commune")}
    merged = [step for step in world.steps if step.whole and step.successor in living]
    if not merged:
        return [], ""
    successor = merged[-1].successor
    olds = [world.units[step.predecessor] for step in merged if step.successor == successor]
    now = living[successor]
    taken = {one.code for one in living.values()} - {now.code}
    if len(olds) < 2 or any(one.code in taken for one in olds) or len({one.code for one in olds}) < len(olds):
        return [], ""
    villages = [one.code for one in world.living("village") if world.parent(one.key, world.day) == now.key]
    return [
        Line(n, now.code, successor=one.code, name=one.name, kind=one.kind, whole=False,
             villages=tuple(villages) if n == 1 else ())
        for n, one in enumerate(olds, 1)
    ], ""  # fmt: skip


def tier(draw: st.DrawFn, world: World, number: int) -> tuple[list[Line], str]:
    return [], "district"


ACTS = {"merge": merge, "split": split, "rename": rename, "village": village, "undo": undo, "tier": tier}


@settings(max_examples=150, deadline=None)
@given(histories())
def test_the_register_holds_after_any_sequence_of_acts(world: World) -> None:
    """No code twice, no unit under two parents or none, none unreachable from its province, no loop, on any
    day; a successor begins when its predecessor ends."""
    assert world.findings() == []


@settings(max_examples=100, deadline=None)
@given(histories())
def test_every_commune_of_today_counts_in_one_old_district(world: World) -> None:
    """Once the districts have ended, the former ones hold each commune exactly once."""
    if world.living("district"):
        return
    for one in world.living("commune"):
        held = [tie for tie in world.former if tie.child == one.key and tie.start <= world.day < tie.end]
        assert len(held) == 1, one


@settings(max_examples=100, deadline=None)
@given(histories())
def test_an_act_is_not_carried_out_twice(world: World) -> None:
    day = world.day
    living = world.living("commune")
    lines = [Line(1, living[0].code, successor="777", name="Xã Khác", kind="xa")]
    plan = world.plan(*lines)
    world.carry_out(plan)
    again = world.plan(*lines, day=plan.day)
    assert again.errors != []
    assert day < date.max


@settings(max_examples=100, deadline=None)
@given(histories(), st.data())
def test_bad_lines_are_named_and_nothing_breaks(world: World, data: st.DataObject) -> None:
    """Whatever somebody types, the plan comes back, and one without errors keeps the register whole."""
    codes = [one.code for one in world.units.values()] + ["", "404", "9x"]
    code = st.sampled_from(codes)
    lines = data.draw(
        st.lists(
            st.builds(
                Line,
                place=st.integers(1, 9),
                predecessor=code,
                successor=code,
                name=st.sampled_from(["", "Xã A", "Bản B"]),
                kind=st.sampled_from(["", "xa", "ban", "huyen", "tinh", "la"]),
                parent=code,
                whole=st.booleans(),
                share=st.sampled_from([None, None, 0, 400_000, 600_000, WHOLE, 2 * WHOLE]),
                base=st.sampled_from(["", "số hộ"]),
                create_closed=st.booleans(),
            ),
            max_size=5,
        )
    )
    plan = world.plan(*lines, ended_tier=data.draw(st.sampled_from(["", "district"])))
    if plan.errors == []:
        world.carry_out(plan)
        assert world.findings() == [], lines
