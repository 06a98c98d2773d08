"""The two ledgers: the worked case to the last household, and any courses whatever."""

from hypothesis import given
from hypothesis import strategies as st

from housing.rules.classes import PovertyClass
from housing.rules.movements import Course, Movement, ledgers, movement_of

POOR, NEAR, NEITHER = PovertyClass.POOR, PovertyClass.NEAR_POOR, PovertyClass.NEITHER


def times(
    count: int, opening: PovertyClass | None, closing: PovertyClass | None, **ever: bool
) -> list[Course]:
    return [Course(opening, closing, **ever)] * count


def test_case_3_adds_up() -> None:
    courses = [
        *times(340 - 38 - 22 - 5, POOR, POOR), *times(38, POOR, NEAR), *times(22, POOR, NEITHER),
        *times(5, POOR, None),
        *times(3, NEITHER, POOR, ever_poor=True), *times(2, NEAR, POOR, ever_poor=True),
        *times(4, NEITHER, POOR), *times(6, NEAR, POOR), *times(3, None, POOR),
        *times(210 - 31 - 8 - 4, NEAR, NEAR), *times(31, NEAR, NEITHER), *times(4, NEAR, None),
        *times(5, NEITHER, NEAR, ever_near=True), *times(12, NEITHER, NEAR), *times(1, None, NEAR),
        *times(700, NEITHER, NEITHER), *times(9, None, NEITHER), *times(4, NEITHER, None),
    ]  # fmt: skip
    poor, near = ledgers(courses)

    assert (poor.opening, poor.out, poor.other_decrease) == (340, 60, 5)
    assert poor.out_to == {NEAR: 38, NEITHER: 22}
    assert (poor.again, poor.again_from) == (5, {NEITHER: 3, NEAR: 2})
    assert (poor.arisen, poor.arisen_from) == (10, {NEITHER: 4, NEAR: 6})
    assert (poor.other_increase, poor.closing) == (3, 293)
    assert (near.opening, near.out, near.down, near.other_decrease) == (210, 31, 8, 4)
    assert (near.from_poor, near.again, near.arisen, near.other_increase) == (38, 5, 12, 1)
    assert near.closing == 223


def test_relapse_is_known_from_its_own_history() -> None:
    assert movement_of(Course(NEITHER, POOR, ever_poor=True)) == Movement.POOR_AGAIN
    assert movement_of(Course(NEITHER, POOR)) == Movement.NEWLY_POOR
    assert movement_of(Course(None, POOR, ever_poor=True)) == Movement.CAME_POOR


classes = st.sampled_from([POOR, NEAR, NEITHER, None])
courses = st.lists(st.builds(Course, classes, classes, st.booleans(), st.booleans()), max_size=200)


@given(courses)
def test_ledgers_always_balance(year: list[Course]) -> None:
    poor, near = ledgers(year)
    closings = [one.closing for one in year]
    assert poor.closing == closings.count(POOR)
    assert near.closing == closings.count(NEAR)
    assert poor.opening == [one.opening for one in year].count(POOR)
    assert sum(poor.out_to.values()) == poor.out
    assert sum(poor.again_from.values()) == poor.again
    assert sum(poor.arisen_from.values()) == poor.arisen
    assert near.from_poor == poor.out_to.get(NEAR, 0)
    assert near.down == poor.again_from.get(NEAR, 0) + poor.arisen_from.get(NEAR, 0)


@given(courses, courses)
def test_ledgers_of_two_communes_add_up_to_the_whole(one: list[Course], other: list[Course]) -> None:
    apart, together = [ledgers(one), ledgers(other)], ledgers([*one, *other])
    for place in (0, 1):
        assert sum(part[place].closing for part in apart) == together[place].closing
        assert sum(part[place].arisen for part in apart) == together[place].arisen
