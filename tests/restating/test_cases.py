"""The worked cases of reorganisations, asked as a program and as the API's users ask."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from communes.actions import refresh_register
from communes.models import Role, Unit
from programs.actions import Item
from programs.models import Observation, Period
from programs.queries.adding import Total
from programs.queries.totals import AS_WAS, QuestionError, Rollup, rollup
from programs.rules.redraw import Lack, Method
from tests.restating.world import (
    AFTER,
    AMOUNT,
    ASKED,
    BEFORE,
    BUILT,
    CASE_1,
    CASE_7,
    CASE_9,
    JANUARY,
    JULY,
    MEAN,
    POOR,
    POPULATION,
    PROVINCE,
    RANK,
    World,
    case_1,
    case_7,
    case_9,
    make_form,
    poor,
)
from tests.support import TODAY, make_member

pytestmark = pytest.mark.django_db
END_2024 = date(2024, 12, 31)


@pytest.fixture(autouse=True)
def form(db: None) -> None:
    make_form()


def ask(
    world: World, indicator: str = POOR, *, on: str | date = "today", unit: str = "", **question
) -> Rollup:
    asked = world.units[unit] if unit else world.province
    if isinstance(question.get("period"), str):
        question["period"] = Period.objects.get(code=question["period"])
    return rollup(indicator=indicator, unit=asked, today=TODAY, boundaries=on, **question)


def by_name(answer: Rollup) -> dict[str, Total]:
    """The rows by the key of their unit in the world: its name without its kind."""
    kinds = ("Xã ", "Thị trấn ")
    return {row.unit.name.removeprefix(kinds[0]).removeprefix(kinds[1]): row for row in answer.rows}


def shown(row: Total) -> tuple[str | None, str | None, str | None, bool]:
    return row.value, row.numerator, row.denominator, row.estimate


class TestCase1:
    def test_the_merged_commune_has_the_ratio_of_sums(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1))
        (row,) = ask(world, unit="New", period=BEFORE).rows
        assert shown(row) == ("17.00", "425", "2500", False)
        assert (row.reported_units, row.expected_units, row.missing) == (3, 3, ())

    def test_the_province_is_the_same_on_both_maps(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1))
        (was,), (now,) = ask(world, on=AS_WAS, period=BEFORE).rows, ask(world, period=BEFORE).rows
        assert shown(was) == shown(now) == ("17.00", "425", "2500", False)

    def test_yes_and_no_are_counted_of_the_predecessors(self) -> None:
        """C does not owe the answer, so it is not counted: 1 of 2."""
        world = case_1()
        world.enter("2024", {"A": [Item("ntm.xa.19.2", 0)], "B": [Item("ntm.xa.19.2", 1)]}, form="ntm.xa")
        (row,) = ask(world, "ntm.xa.19.2", unit="New", period=BEFORE).rows
        assert (row.value, row.numerator, row.denominator) == (None, "1", "2")
        assert row.predecessors == (1, 2)
        assert (row.reported_units, row.expected_units) == (2, 2)

    def test_one_silent_predecessor_leaves_the_row_missing_and_the_province_known(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor({key: CASE_1[key] for key in "AB"}))
        (row,) = ask(world, period=BEFORE, by="commune").rows
        assert (row.value, row.reported_units, row.expected_units) == (None, 2, 3)
        assert row.lacking == {world.units["C"].pk: Lack.NO_FIGURE}
        (province,) = ask(world, period=BEFORE).rows
        assert shown(province) == ("20.00", "400", "2000", False)
        assert (province.reported_units, province.expected_units) == (2, 3)

    def test_a_later_figure_on_an_earlier_map_stays_together(self) -> None:
        world = case_1()
        world.enter(AFTER, {"New": [Item(POOR, 400, 2400)]})
        answer = ask(world, on=END_2024, period=AFTER, by="commune")
        assert {row.value for row in answer.rows} == {None}
        assert {why for row in answer.rows for why in row.lacking.values()} == {Lack.UNDIVIDED}
        (district,) = ask(world, on=END_2024, period=AFTER, by="district").rows
        assert shown(district) == ("16.67", "400", "2400", False), "the first unit that holds all parts"

    def test_an_old_district_goes_on_as_a_territory(self) -> None:
        world = case_1()
        world.enter(AFTER, {"New": [Item(POOR, 400, 2400)]})
        (row,) = ask(world, unit="district", period=AFTER).rows
        assert (row.value, row.unit) == ("16.67", world.units["district"])

    def test_a_rate_whose_base_is_known_everywhere_is_weighted_by_it(self) -> None:
        world = case_1()
        world.enter(
            BEFORE,
            {"A": [Item(MEAN, 30_000_000)], "B": [Item(MEAN, 40_000_000)], "C": [Item(MEAN, 60_000_000)]},
        )
        world.enter(
            BEFORE,
            {key: [Item(POPULATION, n)] for key, n in {"A": 4800, "B": 3200, "C": 2000}.items()},
            form="base",
        )
        (row,) = ask(world, MEAN, unit="New", period=BEFORE).rows
        assert row.value == "39200000"

    def test_a_rate_without_its_base_is_missing_with_the_reason(self) -> None:
        world = case_1()
        world.enter(BEFORE, {key: [Item(MEAN, 30_000_000)] for key in "ABC"})
        world.enter(BEFORE, {key: [Item(POPULATION, 1000)] for key in "AB"}, form="base")
        (row,) = ask(world, MEAN, unit="New", period=BEFORE).rows
        assert row.value is None
        assert row.lacking == {world.units["C"].pk: Lack.NO_BASE}

    def test_a_percentage_alone_is_named_as_the_reason(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1))
        town = Observation.objects.filter(unit=world.units["C"])
        town.update(value=None, denominator=None, percentage=500)
        (row,) = ask(world, unit="New", period=BEFORE).rows
        assert (row.value, row.lacking) == (None, {world.units["C"].pk: Lack.PERCENTAGE_ONLY})

    def test_a_rank_is_never_added_up(self) -> None:
        world = case_1()
        world.enter(BEFORE, {key: [Item(RANK, n)] for n, key in enumerate("ABC", 1)})
        (row,) = ask(world, RANK, unit="New", period=BEFORE).rows
        assert (row.value, row.reported_units) == (None, 3)

    def test_flows_add_up_over_the_units_that_ended(self) -> None:
        world = case_1()
        world.enter(BEFORE, {key: [Item(BUILT, 10)] for key in "ABC"})
        world.enter(AFTER, {"New": [Item(BUILT, 7)]})
        at = date(2025, 12, 31)
        (was,) = ask(world, BUILT, on=AS_WAS, at=at).rows
        (now,) = ask(world, BUILT, unit="New", at=at).rows
        assert was.value == now.value == "37"
        (early,) = ask(world, BUILT, on=END_2024, at=at).rows
        assert early.value == "37"

    def test_at_a_date_predecessors_speak_for_who_has_not_reported(self) -> None:
        world = case_1()
        world.enter(BEFORE, poor(CASE_1))
        for on in (AS_WAS, "today", JULY):
            (row,) = ask(world, on=on, unit="New", at=JULY).rows
            assert shown(row) == ("17.00", "425", "2500", False), on
        (row,) = ask(world, on=END_2024, at=JULY).rows
        assert shown(row) == ("17.00", "425", "2500", False)


class TestCase7:
    def test_what_is_recorded_for_villages_moves_with_them(self) -> None:
        world = case_7()
        world.enter(AFTER, poor(CASE_7 | {"X": (60, 300), "Y": (15, 300)}))
        was = by_name(ask(world, on=AS_WAS, period=AFTER, by="commune"))
        now = by_name(ask(world, period=AFTER, by="commune"))
        assert [was[key].value for key in "XY"] == ["20.00", "5.00"]
        assert shown(now["X"]) == ("14.00", "35", "250", False)
        assert shown(now["Y"]) == ("11.43", "40", "350", False)
        for on in (AS_WAS, "today"):
            (both,) = ask(world, on=on, period=AFTER).rows
            assert shown(both) == ("12.50", "75", "600", False)

    def test_a_communes_figure_is_shared_by_the_households_of_the_moved_villages(self) -> None:
        world = case_7()
        households = {key: [Item("base.households", below)] for key, (_above, below) in CASE_7.items()}
        world.enter(AFTER, households, form="base")
        world.enter(AFTER, {"X": [Item(AMOUNT, 900)], "Y": [Item(AMOUNT, 120)]})
        now = by_name(ask(world, AMOUNT, period=AFTER, by="commune"))
        assert (now["X"].value, now["X"].estimate) == ("750", True)
        assert (now["Y"].value, now["Y"].estimate) == ("270", True), "150 more than its own 120"
        assert now["X"].methods == (Method.HOUSEHOLDS,)
        (both,) = ask(world, AMOUNT, period=AFTER).rows
        assert (both.value, both.estimate) == ("1020", False)

    def test_without_households_the_two_are_known_together_only(self) -> None:
        world = case_7()
        world.enter(AFTER, {"X": [Item(AMOUNT, 900)], "Y": [Item(AMOUNT, 120)]})
        now = by_name(ask(world, AMOUNT, period=AFTER, by="commune"))
        assert [now[key].value for key in "XY"] == [None, None]
        assert now["Y"].lacking == {world.units["X"].pk: Lack.UNDIVIDED}
        (both,) = ask(world, AMOUNT, period=AFTER).rows
        assert both.value == "1020"

    def test_the_states_of_both_stay_their_own(self) -> None:
        world = case_7()
        world.enter(AFTER, {"X": [Item(ASKED, 1)], "Y": [Item(ASKED, 0)]})
        now = by_name(ask(world, ASKED, period=AFTER, by="commune"))
        assert [(now[key].value, now[key].predecessors) for key in "XY"] == [("1", None), ("0", None)]

    def test_at_a_date_the_figure_covers_the_villages_of_its_period(self) -> None:
        world = case_7()
        world.enter(AFTER, poor(CASE_7 | {"X": (60, 300), "Y": (15, 300)}))
        now = by_name(ask(world, at=date(2026, 3, 31), by="commune"))
        assert [shown(now[key]) for key in "XY"] == [
            ("14.00", "35", "250", False),
            ("11.43", "40", "350", False),
        ]
        (alone,) = ask(world, unit="Y", at=date(2026, 3, 31)).rows
        assert shown(alone) == ("11.43", "40", "350", False)

    def test_back_on_the_old_map_the_village_returns(self) -> None:
        world = case_7()
        later = {"X": (35, 250), "Y": (40, 350)} | CASE_7
        world.enter("2026", poor(later))
        old = by_name(ask(world, on=date(2025, 12, 31), period="2026", by="commune"))
        assert [shown(old[key]) for key in "XY"] == [
            ("20.00", "60", "300", False),
            ("5.00", "15", "300", False),
        ]


ON_LATER_MAPS = [
    (JANUARY, "Quang Huy town", ("3.76", "94", "2490", True)),
    (JANUARY, "Huy Hạ 2", ("5.00", "86", "1710", True)),
    (JANUARY, "Suối Tọ 2", ("18.92", "246", "1300", True)),
    (JULY, "Phù Yên", ("4.26", "179", "4200", True)),
    (JULY, "Suối Tọ 3", ("18.92", "246", "1300", True)),
]


class TestCase9:
    @pytest.mark.parametrize(("day", "name", "expected"), ON_LATER_MAPS)
    def test_two_steps_without_rounding_between(self, day: date, name: str, expected: tuple) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9))
        found = by_name(ask(world, on=day, period=BEFORE, by="commune"))
        assert shown(found[name]) == expected
        assert found[name].methods == (Method.SHARE,)

    @pytest.mark.parametrize("day", [AS_WAS, END_2024, JANUARY, JULY, "today"])
    def test_together_they_are_the_same_on_every_map(self, day: date | str) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9))
        (row,) = ask(world, on=day, period=BEFORE).rows
        assert shown(row) == ("7.73", "425", "5500", False)

    @pytest.mark.parametrize("day", [JANUARY, JULY])
    def test_without_the_share_the_parts_are_known_together_only(self, day: date) -> None:
        world = case_9(quang_huy=(None, None))
        world.enter(BEFORE, poor(CASE_9))
        rows = {row.unit.name: row for row in ask(world, on=day, period=BEFORE, by="commune").rows}
        lacking = [row for row in rows.values() if world.units["Quang Huy"].pk in row.lacking]
        assert len(lacking) == 2
        assert {row.value for row in lacking} == {None}
        (whole,) = ask(world, on=day, period=BEFORE).rows
        assert shown(whole) == ("7.73", "425", "5500", False)

    def test_at_a_date_between_the_same_holds(self) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9))
        found = by_name(ask(world, on=JULY, at=date(2025, 3, 1), by="commune"))
        assert shown(found["Phù Yên"])[:3] == ("4.26", "179", "4200")
        (whole,) = ask(world, on=JULY, at=date(2025, 3, 1)).rows
        assert shown(whole)[:3] == ("7.73", "425", "5500")

    def test_a_sister_that_reported_takes_nothing_from_the_old_figure(self) -> None:
        """Suối Tọ reported in the year of the reorganisation; the town did not."""
        world = case_9()
        world.enter(BEFORE, poor(CASE_9))
        world.enter("2025-05-15", {"Suối Tọ 2": [Item(POOR, 300, 1400)]})
        at = date(2025, 6, 1)
        (was,) = ask(world, on=AS_WAS, at=at).rows
        (now,) = ask(world, on=JULY, at=at).rows
        assert shown(was) == shown(now)
        assert now.numerator == "479"


def test_statements_are_the_same_for_few_units_and_many(django_assert_max_num_queries) -> None:
    world = case_9()
    world.enter(BEFORE, poor(CASE_9))
    for by in ("unit", "commune", "district"):
        with django_assert_max_num_queries(12):
            ask(world, on=JULY, period=BEFORE, by=by)


def test_a_former_cadre_reads_nothing_of_what_came_after() -> None:
    world = case_1()
    world.commune("Z", "97009", end=JULY)
    world.commune("Z 2", "97009", start=JULY, under="province", former="district")
    world.goes("Z", "Z 2")
    refresh_register()
    world.enter(AFTER, {"Z 2": [Item(POOR, 1, 10)]})
    former = make_member("former", world.units["Z"], Role.VIEWER)
    scope = Unit.objects.readable_by(former, TODAY)
    (row,) = ask(world, on=END_2024, unit="Z", period=AFTER, scope=scope).rows
    assert (row.value, row.expected_units) == (None, 0)
    (row,) = ask(world, on=END_2024, unit="Z", period=AFTER).rows
    assert row.value == "10.00", "a rename alone goes back and forth"


class TestByApi:
    @pytest.fixture
    def program(self) -> APIClient:
        return APIClient()

    def get(self, program: APIClient, world: World, **asked: str) -> dict:
        program.force_login(world.official)
        answer = program.get("/api/v1/rollup/", {"indicator": POOR, "unit": PROVINCE, **asked})
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def test_case_9(self, program: APIClient) -> None:
        world = case_9()
        world.enter(BEFORE, poor(CASE_9))
        body = self.get(program, world, period=BEFORE, by="commune", boundaries=JULY.isoformat())
        assert body["boundaries"] == JULY.isoformat()
        first, second = body["rows"]
        assert (first["value"], first["estimate"], first["numerator"]) == ("4.26", True, "179")
        assert first["method"] == "chia theo tỷ lệ dân số ghi trong văn bản sắp xếp"
        assert (second["value"], second["missing"], second["reason"]) == ("18.92", [], None)
        (whole,) = self.get(program, world, period=BEFORE, boundaries="today")["rows"]
        assert (whole["value"], whole["estimate"], whole["method"]) == ("7.73", False, None)
        assert self.get(program, world, period=BEFORE)["boundaries"] == "as-was"

    def test_case_1(self, program: APIClient) -> None:
        world = case_1()
        world.enter(BEFORE, poor({key: CASE_1[key] for key in "AB"}))
        (row,) = self.get(program, world, period=BEFORE, by="commune", boundaries="today")["rows"]
        assert row["value"] is None
        assert row["reason"] == "2/3 đơn vị có số liệu, thiếu Thị trấn C"
        assert [(one["unit"], one["reason"]) for one in row["missing"]] == [("97003", "no_figure")]
        world.enter("2024", {"A": [Item(ASKED, 0)], "B": [Item(ASKED, 1)]})
        (row,) = self.get(program, world, indicator=ASKED, period=BEFORE, boundaries="today")["rows"]
        assert (row["value"], row["predecessors"]) == (None, {"met": 1, "of": 2})

    def test_case_7(self, program: APIClient) -> None:
        world = case_7()
        world.enter(AFTER, poor(CASE_7 | {"X": (60, 300), "Y": (15, 300)}))
        rows = self.get(program, world, period=AFTER, by="commune", boundaries="today")["rows"]
        assert [(one["value"], one["numerator"], one["denominator"], one["estimate"]) for one in rows] == [
            ("14.00", "35", "250", False),
            ("11.43", "40", "350", False),
        ]

    @pytest.mark.parametrize("wrong", ["", "now", "2025-13-01", "2020-12-31", "as_was"])
    def test_what_is_no_map_is_refused(self, program: APIClient, wrong: str) -> None:
        world = case_1()
        program.force_login(world.official)
        asked = {"indicator": POOR, "unit": PROVINCE, "period": BEFORE, "boundaries": wrong}
        answer = program.get("/api/v1/rollup/", asked)
        assert answer.status_code == 400
        assert [one["parameter"] for one in answer.json()["errors"]] == ["boundaries"]


def test_a_map_before_the_register_is_refused() -> None:
    world = case_1()
    with pytest.raises(QuestionError) as refused:
        ask(world, on=date(2020, 12, 31), period=BEFORE)
    assert refused.value.code == "before_boundaries"
