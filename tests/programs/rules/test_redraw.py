"""Figures on another day's map: nothing lost, nothing twice, whatever was merged, divided or renamed."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.redraw import Life, Map, Method, Part, Piece, Village, gather, lay_out, located
from programs.rules.restate import Lineage, Origin

FIRST = date(2021, 1, 1)
ACTS = [FIRST + timedelta(days=365 * step) for step in range(1, 5)]
DAYS = [FIRST, *ACTS]


class Register:
    """Maps one after another, with the successions between them."""

    def __init__(self, maps: list[list[int]], origins: list[Origin]) -> None:
        self.maps = maps
        self.lineage = Lineage(origins)
        ends = [*DAYS[1 : len(maps)], None]
        self.lives = {unit: Life(DAYS[step], ends[step]) for step, units in enumerate(maps) for unit in units}

    def on(self, step: int) -> Map:
        return Map(DAYS[step], self.lives, self.lineage)

    def restated(self, figures: dict[int, int], step: int) -> dict[int, tuple[Piece, ...]]:
        drawn = self.on(step)
        return {unit: lay_out((value, None), drawn.parts(unit)) for unit, value in figures.items()}


@st.composite
def registers(draw: st.DrawFn, *, only_whole: bool = False, only_renames: bool = False) -> Register:
    """Up to four acts: each unit goes whole into one of the next map, is renamed, or is divided."""
    count = draw(st.integers(1, 6))
    maps, origins = [list(range(1, count + 1))], []
    for step in range(draw(st.integers(1, 4))):
        first = 100 * (step + 1)
        if only_renames:
            places = draw(st.permutations(range(len(maps[-1]))))
            targets = [[first + place] for place in places]
        else:
            most = draw(st.integers(1, len(maps[-1]) + 2))
            size = 1 if only_whole else 3
            choice = st.lists(st.integers(first, first + most - 1), min_size=1, max_size=size, unique=True)
            targets = [draw(choice) for _ in maps[-1]]
        for unit, into in zip(maps[-1], targets, strict=True):
            if len(into) == 1:
                origins.append(Origin(unit, into[0], whole=True))
                continue
            cuts = [draw(st.integers(1, 9)) for _ in into]
            known = [draw(st.booleans()) for _ in into]
            for target, cut, said in zip(into, cuts, known, strict=True):
                share = Fraction(cut, sum(cuts)) if said or all(known) else None
                origins.append(Origin(unit, target, whole=False, share=share))
        maps.append(sorted({target for into in targets for target in into}))
    return Register(maps, origins)


def figures_of(units: list[int]) -> st.SearchStrategy[dict[int, int]]:
    return st.fixed_dictionaries({}, optional={unit: st.integers(0, 1000) for unit in units})


@given(registers(), st.data())
def test_the_province_has_the_same_total_on_every_map(register: Register, data: st.DataObject) -> None:
    source = data.draw(st.integers(0, len(register.maps) - 1))
    figures = data.draw(figures_of(register.maps[source]))
    for step, units in enumerate(register.maps):
        total = gather(units, register.restated(figures, step))
        assert total.value == (sum(figures.values()) if figures else None)
        assert total.counted == figures.keys()
        assert (total.undivided, total.methods) == ((), frozenset())


@given(registers(), st.data())
def test_nothing_counts_twice(register: Register, data: st.DataObject) -> None:
    """However the units of a map are grouped, the groups together hold no more than there is."""
    source, step = (data.draw(st.integers(0, len(register.maps) - 1)) for _ in range(2))
    figures = data.draw(figures_of(register.maps[source]))
    label = st.integers(0, 2)
    grouped: dict[int, set[int]] = {}
    for unit in register.maps[step]:
        grouped.setdefault(data.draw(label), set()).add(unit)
    laid = register.restated(figures, step)
    found = [gather(group, laid) for group in grouped.values()]
    assert sum(one.value or 0 for one in found) <= sum(figures.values())
    if not any(one.undivided for one in found):
        assert sum(one.value or 0 for one in found) == sum(figures.values())
    for group, one in zip(grouped.values(), found, strict=True):
        here = {unit for unit in figures if located(register.on(step).parts(unit)) & group}
        assert one.counted | set(one.undivided) == here, "coverage is never above the whole"
        assert not one.counted & set(one.undivided)


@given(registers(), st.data())
def test_a_wider_territory_knows_at_least_as_much(register: Register, data: st.DataObject) -> None:
    source, step = (data.draw(st.integers(0, len(register.maps) - 1)) for _ in range(2))
    figures = data.draw(figures_of(register.maps[source]))
    some = set(data.draw(st.lists(st.sampled_from(register.maps[step]), unique=True)))
    laid = register.restated(figures, step)
    part, whole = gather(some, laid), gather(register.maps[step], laid)
    assert (part.value or 0) <= (whole.value or 0)
    assert part.counted <= whole.counted


@given(registers(only_whole=True), st.data())
def test_whole_mergers_there_and_back(register: Register, data: st.DataObject) -> None:
    """What a merged unit has, taken back, is what the units it was made of had together."""
    figures = {unit: data.draw(st.integers(0, 1000)) for unit in register.maps[0]}
    there = register.restated(figures, -1 + len(register.maps))
    merged = {unit: gather({unit}, there) for unit in register.maps[-1]}
    assert not any(one.is_estimate or one.undivided for one in merged.values())
    back = register.restated({unit: int(one.value or 0) for unit, one in merged.items()}, 0)
    for unit in register.maps[-1]:
        made_of = located(register.on(0).parts(unit))
        assert gather(made_of, back).value == sum(figures[one] for one in made_of)


@given(registers(only_renames=True), st.data())
def test_renames_there_and_back_are_the_identity(register: Register, data: st.DataObject) -> None:
    figures = {unit: data.draw(st.integers(0, 1000)) for unit in register.maps[0]}
    there = register.restated(figures, len(register.maps) - 1)
    renamed = {unit: int(gather({unit}, there).value or 0) for unit in register.maps[-1]}
    back = register.restated(renamed, 0)
    assert {unit: gather({unit}, back).value for unit in register.maps[0]} == figures


@given(registers(only_whole=True), st.data())
def test_every_merger_on_the_way_says_the_same(register: Register, data: st.DataObject) -> None:
    """From the first map to the last at once, or stop by stop."""
    figures: dict[int, int] = {unit: data.draw(st.integers(0, 1000)) for unit in register.maps[0]}
    at_once = register.restated(figures, len(register.maps) - 1)
    for step in range(1, len(register.maps)):
        laid = register.restated(figures, step)
        figures = {unit: int(gather({unit}, laid).value or 0) for unit in register.maps[step]}
    assert figures == {unit: gather({unit}, at_once).value or 0 for unit in register.maps[-1]}


# What villages say

X, Y, WHOLE_X = 1, 2, (Part(frozenset({1}), Fraction(1)),)


@given(
    st.lists(
        st.tuples(st.sampled_from([X, Y]), st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=8
    )
)
def test_villages_move_exactly(villages: list[tuple[int, int, int]]) -> None:
    """Case 7 for any villages: each commune has the sum of those that stand in it."""
    standing = [Village(frozenset({where}), (value, base)) for where, value, base in villages]
    whole = (sum(value for _w, value, _b in villages), sum(base for _w, _v, base in villages))
    if all(where == Y for where, _v, _b in villages):
        return
    laid = {X: lay_out(whole, WHOLE_X, standing)}
    for unit in (X, Y):
        found = gather({unit}, laid)
        assert (found.value or 0) == sum(value for where, value, _base in villages if where == unit)
        assert not found.is_estimate
    both = gather({X, Y}, laid)
    assert (both.value, both.base) == whole


def test_villages_that_do_not_add_up_to_the_figure_do_not_divide_it() -> None:
    villages = [Village(frozenset({X}), (5, None), 30), Village(frozenset({Y}), (5, None), 10)]
    laid = {X: lay_out((12, None), WHOLE_X, villages)}
    assert gather({X}, laid).value == 9
    assert gather({X}, laid).methods == {Method.HOUSEHOLDS}


def test_a_few_villages_in_one_part_do_not_give_it_everything() -> None:
    parts = (Part(frozenset({X, Y}), Fraction(1)),)
    laid = {9: lay_out((12, None), parts, [Village(frozenset({X}), (12, None), 30)])}
    assert gather({X}, laid).undivided == (9,)


def test_a_share_of_the_act_comes_before_the_households_of_villages() -> None:
    parts = (
        Part(frozenset({X}), Fraction(3, 5), Method.SHARE),
        Part(frozenset({Y}), Fraction(2, 5), Method.SHARE),
    )
    villages = [Village(frozenset({X}), None, 10), Village(frozenset({Y}), None, 10)]
    assert gather({X}, {9: lay_out((10, None), parts, villages)}).value == 6


def test_a_unit_without_successor_is_the_rest_of_its_province() -> None:
    register = Register([[1, 2], [100]], [Origin(1, 100, whole=True)])
    laid = register.restated({1: 5, 2: 7}, 1)
    assert gather({100}, laid).value == 5
    assert gather({100, -2}, laid).value == 12


@pytest.mark.parametrize("shares", [(60, 70), (100, 100)])
def test_shares_that_say_too_much_count_nothing_twice(shares: tuple[int, int]) -> None:
    origins = [Origin(1, 100 + n, whole=False, share=Fraction(share, 100)) for n, share in enumerate(shares)]
    register = Register([[1], [100, 101]], origins)
    laid = register.restated({1: 130}, 1)
    assert sum(gather({unit}, laid).value or 0 for unit in (100, 101)) == 130
