"""Totals on another day's map: whole mergers exact, splits by share, nothing counted twice or half."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.numbers import format_percent
from programs.rules.restate import Lineage, Origin, Restated, restate


def whole(before: int, after: int) -> Origin:
    return Origin(before, after, whole=True)


def part(before: int, after: int, percent: int | None) -> Origin:
    return Origin(before, after, whole=False, share=None if percent is None else Fraction(percent, 100))


# Case 9. Units of 2024: 1 to 5; of 2025-01-01: 11 to 13; of 2025-07-01: 21 and 22.
PHU_YEN_TOWN, QUANG_HUY, HUY_BAC, HUY_HA, SUOI_TO = 1, 2, 3, 4, 5
QUANG_HUY_TOWN, HUY_HA_2025, SUOI_TO_2025 = 11, 12, 13
PHU_YEN, SUOI_TO_JULY = 21, 22
POOR_2024 = {
    PHU_YEN_TOWN: (10, 1000),
    QUANG_HUY: (90, 1500),
    HUY_BAC: (60, 1200),
    HUY_HA: (55, 1100),
    SUOI_TO: (210, 700),
}
TWO_STEPS = [
    whole(PHU_YEN_TOWN, QUANG_HUY_TOWN),
    part(QUANG_HUY, QUANG_HUY_TOWN, 60),
    part(QUANG_HUY, SUOI_TO_2025, 40),
    part(HUY_BAC, QUANG_HUY_TOWN, 40),
    part(HUY_BAC, HUY_HA_2025, 60),
    part(HUY_HA, QUANG_HUY_TOWN, 10),
    part(HUY_HA, HUY_HA_2025, 90),
    whole(SUOI_TO, SUOI_TO_2025),
    whole(QUANG_HUY_TOWN, PHU_YEN),
    whole(HUY_HA_2025, PHU_YEN),
    whole(SUOI_TO_2025, SUOI_TO_JULY),
]
WITHOUT_SHARES = [Origin(o.predecessor, o.successor, o.whole) for o in TWO_STEPS]


def shown(total: Restated) -> tuple[Fraction, Fraction, str]:
    assert total.value is not None
    assert total.denominator is not None
    mark = "*" if total.estimate else ""
    return total.value, total.denominator, format_percent(total.value, total.denominator) + mark


@pytest.mark.parametrize(
    ("group", "poor", "households", "rate"),
    [
        ({QUANG_HUY_TOWN}, "93.5", 2490, "3,76%*"),
        ({HUY_HA_2025}, "85.5", 1710, "5,00%*"),
        ({SUOI_TO_2025}, "246", 1300, "18,92%*"),
        ({PHU_YEN}, "179", 4200, "4,26%*"),
        ({SUOI_TO_JULY}, "246", 1300, "18,92%*"),
        ({PHU_YEN_TOWN, QUANG_HUY, HUY_BAC, HUY_HA, SUOI_TO}, "425", 5500, "7,73%"),
        ({QUANG_HUY_TOWN, HUY_HA_2025, SUOI_TO_2025}, "425", 5500, "7,73%"),
        ({PHU_YEN, SUOI_TO_JULY}, "425", 5500, "7,73%"),
    ],
)
def test_case_9_two_steps(group: set[int], poor: str, households: int, rate: str) -> None:
    total = restate(group, POOR_2024, TWO_STEPS)
    assert shown(total) == (Fraction(poor), households, rate)
    assert total.reported == group
    assert total.missing == {}


def test_case_9_without_shares_the_whole_still_adds_up() -> None:
    """Together nothing is divided, so no share is needed; alone each lacks Quang Huy's."""
    assert shown(restate({PHU_YEN, SUOI_TO_JULY}, POOR_2024, WITHOUT_SHARES)) == (425, 5500, "7,73%")
    alone = restate({PHU_YEN}, POOR_2024, WITHOUT_SHARES)
    assert (alone.value, alone.denominator, alone.reported) == (None, None, frozenset())
    assert alone.missing == {PHU_YEN: ()}
    assert alone.undivided == {PHU_YEN: (QUANG_HUY,)}


def test_huy_bac_and_huy_ha_need_no_share_inside_phu_yen() -> None:
    shares_of_quang_huy = [o for o in TWO_STEPS if o.predecessor == QUANG_HUY]
    others = [o for o in WITHOUT_SHARES if o.predecessor != QUANG_HUY]
    total = restate({PHU_YEN}, POOR_2024, shares_of_quang_huy + others)
    assert shown(total) == (179, 4200, "4,26%*")


def test_case_1_a_merger_adds_up() -> None:
    multidimensional = {1: (300, 1200), 2: (100, 800), 3: (25, 500)}
    total = restate({9}, multidimensional, [whole(1, 9), whole(2, 9), whole(3, 9)])
    assert shown(total) == (425, 2500, "17,00%")


def test_case_8_a_ratio_of_sums_over_those_that_reported() -> None:
    own: dict[int, tuple[int, int | None]] = {unit: (1500, 4000) for unit in range(63)}
    own[63] = (97_640 - 63 * 1500, 260_500 - 63 * 4000)
    total = restate(range(67), own, [])
    assert shown(total) == (97_640, 260_500, "37,48%")
    assert len(total.reported) == 64
    assert total.missing == {64: (), 65: (), 66: ()}


def test_own_figures_come_first() -> None:
    total = restate({9}, {1: (10, None), 2: (20, None), 9: (33, None)}, [whole(1, 9), whole(2, 9)])
    assert (total.value, total.denominator, total.estimate) == (33, None, False)


def test_one_predecessor_without_a_figure_leaves_the_unit_missing_and_is_named() -> None:
    origins = [whole(unit, 9) for unit in (1, 2, 3, 4)]
    total = restate({9, 10}, {1: (1, 1), 2: (1, 1), 3: (1, 1), 10: (5, 5)}, origins)
    assert (total.value, total.denominator) == (5, 5)
    assert total.missing == {9: (4,)}
    assert total.reported == {10}


def test_zero_is_a_figure() -> None:
    total = restate({9}, {1: (0, None), 2: (0, None)}, [whole(1, 9), whole(2, 9)])
    assert total.value == 0
    assert restate({9}, {}, []).value is None


def test_a_step_is_looked_behind_where_it_has_no_figure() -> None:
    """7 came from 1 and 2 and never reported; 8 did."""
    origins = [whole(1, 7), whole(2, 7), whole(3, 8), whole(7, 9), whole(8, 9)]
    assert restate({9}, {1: (1, None), 2: (2, None), 3: (100, None), 8: (10, None)}, origins).value == 13
    broken = restate({9}, {1: (1, None), 8: (10, None)}, origins)
    assert (broken.value, broken.missing) == (None, {9: (7,)})


def test_a_sister_with_its_own_figure_leaves_the_other_part_to_its_share() -> None:
    """1 was divided into 8 (30 %) and 9; 8 has reported for itself since."""
    own: dict[int, tuple[int, int | None]] = {1: (100, None), 8: (40, None)}
    known = restate({8, 9}, own, [part(1, 8, 30), part(1, 9, 70)])
    assert (known.value, known.estimate) == (110, True)
    unknown = restate({8, 9}, own, [part(1, 8, None), part(1, 9, None)])
    assert (unknown.value, unknown.reported, unknown.undivided) == (40, {8}, {9: (1,)})


def test_a_sister_that_is_missing_takes_its_part_with_it() -> None:
    """8 also needs 2, which has no figure: so 9 alone draws on 1, by share or not at all."""
    own: dict[int, tuple[int, int | None]] = {1: (100, None)}
    known = restate({8, 9}, own, [part(1, 8, 30), part(1, 9, 70), whole(2, 8)])
    assert (known.value, known.estimate, known.missing) == (70, True, {8: (2,)})
    unknown = restate({8, 9}, own, [part(1, 8, None), part(1, 9, None), whole(2, 8)])
    assert (unknown.value, unknown.missing) == (None, {8: (2,), 9: ()})


def test_units_fall_away_until_what_is_left_stands() -> None:
    """7 and 8 share 1, 8 and 9 share 2, 9 and 10 share 3; 7 lacks a figure, and takes the chain with it."""
    chain = [part(p, s, None) for p, s in ((1, 7), (1, 8), (2, 8), (2, 9), (3, 9), (3, 10))]
    own: dict[int, tuple[int, int | None]] = {1: (1, 1), 2: (2, 2), 3: (4, 4)}
    assert restate({7, 8, 9, 10}, own, chain).value == 7
    fallen = restate({7, 8, 9, 10}, own, [*chain, whole(6, 7)])
    assert (fallen.value, fallen.reported) == (None, frozenset())
    assert fallen.undivided == {8: (1,), 9: (2,), 10: (3,)}


def test_a_division_recorded_by_half_is_not_taken_for_the_whole() -> None:
    assert restate({9}, {1: (100, None)}, [part(1, 9, None)]).undivided == {9: (1,)}
    total = restate({9}, {1: (100, None)}, [part(1, 9, 10)])
    assert (total.value, total.estimate) == (10, True)


def test_a_denominator_that_not_all_have_is_none() -> None:
    total = restate({1, 2}, {1: (1, 2), 2: (3, None)}, [])
    assert (total.value, total.denominator) == (4, None)


def test_a_unit_cannot_descend_from_itself() -> None:
    with pytest.raises(ValueError, match="descend from themselves"):
        restate({1}, {}, [whole(1, 2), whole(2, 1)])


# What must hold of any register


@st.composite
def mergers(draw: st.DrawFn) -> tuple[list[list[int]], list[Origin], dict[int, tuple[int, int | None]]]:
    """Three maps, each a whole merger of the one before, and figures of the first."""
    maps = [list(range(draw(st.integers(min_value=1, max_value=8))))]
    origins: list[Origin] = []
    for step in (1, 2):
        count = draw(st.integers(min_value=1, max_value=len(maps[-1])))
        chosen = [draw(st.integers(min_value=0, max_value=count - 1)) for _ in maps[-1]]
        names = {target: 100 * step + target for target in chosen}
        origins += [whole(unit, names[target]) for unit, target in zip(maps[-1], chosen, strict=True)]
        maps.append(sorted(set(names.values())))
    figure = st.integers(min_value=0, max_value=1000)
    return maps, origins, {unit: (draw(figure), draw(figure)) for unit in maps[0]}


@given(mergers(), st.data())
def test_a_whole_merger_gives_the_same_total_on_every_map(
    register: tuple[list[list[int]], list[Origin], dict[int, tuple[int, int | None]]], data: st.DataObject
) -> None:
    maps, origins, own = register
    lineage = Lineage(origins)
    totals = [restate(units, own, lineage) for units in maps]
    first = (sum(v for v, _ in own.values()), sum(d or 0 for _, d in own.values()))
    assert all((t.value, t.denominator, t.estimate, t.missing) == (*first, False, {}) for t in totals)
    units = maps[data.draw(st.integers(min_value=1, max_value=2))]
    apart = [restate({unit}, own, lineage) for unit in units]
    assert sum(t.value or 0 for t in apart) == first[0]


UNITS = range(12)


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Origin], dict[int, tuple[int, int | None]]]:
    """Units 0–3, then 4–7, then 8–11: each whole into one of the next map or divided."""
    origins: list[Origin] = []
    for unit in range(8):
        first = 4 * (unit // 4 + 1)
        targets = draw(st.lists(st.integers(first, first + 3), min_size=1, max_size=3, unique=True))
        if len(targets) == 1:
            origins.append(whole(unit, targets[0]))
            continue
        cuts = [draw(st.integers(min_value=1, max_value=9)) for _ in targets]
        known = draw(st.booleans())
        for target, cut in zip(targets, cuts, strict=True):
            origins.append(Origin(unit, target, False, Fraction(cut, sum(cuts)) if known else None))
    reporting = draw(st.sets(st.sampled_from(UNITS)))
    return origins, {unit: (draw(st.integers(0, 100)), None) for unit in sorted(reporting)}


groups = st.sets(st.integers(8, 11)) | st.sets(st.integers(4, 7)) | st.sets(st.integers(0, 3))
Register = tuple[list[Origin], dict[int, tuple[int, int | None]]]


@given(registers(), groups)
def test_every_unit_is_either_reported_or_missing(register: Register, group: set[int]) -> None:
    origins, own = register
    total = restate(group, own, origins)
    assert total.reported | total.missing.keys() == group
    assert not total.reported & total.missing.keys()
    assert total.undivided.keys() <= total.missing.keys()
    assert (total.value is None) == (not total.reported)
    assert group & own.keys() <= total.reported
    for unit, lacking in total.missing.items():
        assert not set(lacking) & own.keys()
        assert set(lacking) <= {o.predecessor for o in origins if o.successor == unit}


@given(registers(), groups)
def test_no_figure_counts_more_than_once(register: Register, group: set[int]) -> None:
    """The total is linear in the figures, so one unit's weight is the total where it alone is 1."""
    origins, own = register
    for unit in own:
        total = restate(group, {other: (int(other == unit), None) for other in own}, origins)
        assert 0 <= (total.value or 0) <= 1
        if not total.estimate:
            assert total.value in (None, 0, 1)


@given(registers(), st.sets(st.integers(8, 11), min_size=1))
def test_what_is_known_of_each_adds_up_to_what_is_known_of_all(register: Register, group: set[int]) -> None:
    """Where every unit of the group stands alone, their totals add up to the group's."""
    origins, own = register
    apart = [restate({unit}, own, origins) for unit in group]
    if all(each.reported for each in apart):
        assert restate(group, own, origins).value == sum(each.value or 0 for each in apart)


@given(st.dictionaries(st.sampled_from(UNITS), st.tuples(st.integers(0, 100), st.integers(0, 100))))
def test_without_successions_a_total_is_the_sum_of_what_is_there(own: dict[int, tuple[int, int]]) -> None:
    total = restate(UNITS, dict(own), [])
    assert total.reported == own.keys()
    assert total.value == (sum(v for v, _ in own.values()) if own else None)
    assert not total.estimate
