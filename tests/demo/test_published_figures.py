"""What was published rolls up from the demo's own figures and decisions, as every other total does."""

from datetime import date

import pytest
from django.db.models import Count
from django.test import Client

from communes.models import Unit
from housing.models import HousingProject
from programs.models import (
    Assessment,
    CriterionAssessment,
    Observation,
    Period,
    Recognition,
    Report,
    Result,
)
from programs.queries.totals import rollup
from tests.demo.conftest import PASSWORD

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.usefixtures("demo_db")


def total_of(indicator: str, unit: str, at: date) -> tuple[str | None, int, int]:
    bearer = Unit.objects.bearer_by(unit, at)
    assert bearer is not None
    (row,) = rollup(indicator=indicator, unit=bearer, today=TODAY, at=at).rows
    return row.value, row.reported_units, row.expected_units


@pytest.mark.parametrize(
    ("indicator", "unit", "day", "value", "expected"),
    [
        ("ntm.communes.met", "14", "2025-06-30", "74", 177),
        ("ntm.communes.recognised", "14", "2025-06-30", "74", 177),
        ("ntm.communes.advanced", "14", "2025-06-30", "11", 177),
        ("ntm.communes.recognised", "118", "2024-12-31", "11", 11),
        ("ntm.communes.met", "127", "2025-07-01", "0", 4),
        ("ntm.districts.recognised", "116", "2025-06-30", "1", 1),
        ("ntm.communes.met", "14", "2024-06-30", "65", 188),
        ("ntm.communes.recognised", "14", "2024-06-30", "65", 188),
        ("ntm.communes.advanced", "14", "2024-06-30", "8", 188),
    ],
)
def test_published_counts(indicator: str, unit: str, day: str, value: str, expected: int) -> None:
    found, reported, owing = total_of(indicator, unit, date.fromisoformat(day))
    assert found == value
    assert owing == expected
    assert reported <= owing


def test_the_communes_that_met_are_those_recognised() -> None:
    for code, day in (("2024-H1", date(2024, 6, 30)), ("2025-H1", date(2025, 6, 30))):
        met = Assessment.objects.filter(period__code=code, result=Result.MET).values_list("unit", flat=True)
        held = Recognition.objects.in_force(day).filter(level="met").values_list("unit", flat=True)
        assert set(met) == set(held)


PUBLISHED = [
    ("poverty.rate", "14", "2021-12-31", "21.66"),
    ("poverty.rate", "14", "2023-12-31", "14.41"),
    ("poverty.rate", "14", "2024-12-31", "10.89"),
    ("poverty.rate", "14", "2025-06-30", "10.89"),
    ("poverty.rate", "127", "2023-12-31", "30.23"),
    ("poverty.rate", "127", "2024-12-31", "25.93"),
    ("poverty.fall", "14", "2025-06-30", "3.59"),
    ("housing.target", "14", "2025-05-15", "2837"),
    ("housing.completed", "14", "2025-05-15", "3058"),
    ("housing.over_target", "14", "2025-05-15", "221"),
    ("housing.new", "14", "2025-05-15", "2653"),
    ("housing.repair", "14", "2025-05-15", "405"),
    ("housing.stream.ncc", "14", "2025-05-15", "200"),
    ("housing.stream.ctmtqg", "14", "2025-05-15", "314"),
    ("housing.stream.movement", "14", "2025-05-15", "2544"),
    ("housing.money", "14", "2025-05-15", "171330000000"),
]


@pytest.mark.parametrize(("indicator", "unit", "day", "value"), PUBLISHED)
def test_published_poverty_and_houses(indicator: str, unit: str, day: str, value: str) -> None:
    found, reported, owing = total_of(indicator, unit, date.fromisoformat(day))
    assert found == value
    assert reported == owing


@pytest.fixture
def program() -> Client:
    """A program of the province, signed in as others' are."""
    body = {"username": "tinh", "password": PASSWORD}
    token = Client().post("/api/v1/auth/token/", body, content_type="application/json").json()["token"]
    return Client(headers={"Authorization": f"Token {token}"})


def test_programs_are_told_the_same(program: Client) -> None:
    told = {}
    for indicator, unit, day, _value in PUBLISHED:
        asked = {"indicator": indicator, "unit": unit, "at": day}
        (row,) = program.get("/api/v1/rollup/", asked).json()["rows"]
        told[indicator, unit, day] = row["value"]
    assert told == {(indicator, unit, day): value for indicator, unit, day, value in PUBLISHED}


@pytest.mark.parametrize("day", ["2026-01-30", "2026-10-31", "2026-11-24"])
def test_both_lists_of_houses_on_the_communes_of_today(day: str) -> None:
    at = date.fromisoformat(day)
    values = {
        "housing.target": "2837",
        "housing.completed": "3058",
        "housing.over_target": "221",
        "housing.arisen.target": "1838",
        "housing.arisen.completed": "324",
    }
    assert {code: total_of(code, "14", at) for code in values} == {
        code: (value, 75, 75) for code, value in values.items()
    }


@pytest.mark.parametrize(("day", "communes"), [("2025-06-30", 200), ("2025-10-19", 75), ("2026-06-30", 75)])
def test_between_two_counts_the_last_one_stands(day: str, communes: int) -> None:
    at = date.fromisoformat(day)
    assert total_of("housing.completed", "14", at) == ("3058", communes, communes)


def test_need_that_arose_later_was_not_there_before_and_its_houses_stop_being_needed() -> None:
    assert total_of("housing.arisen.target", "14", date(2025, 5, 15))[0] == "0"
    assert total_of("housing.arisen.need", "14", date(2026, 1, 30))[0] == "1838"
    assert total_of("housing.arisen.remaining", "14", date(2026, 1, 30))[0] == "1514"
    stopped = HousingProject.objects.filter(list__code="2025-2", stopped_on__lte=date(2026, 11, 14)).count()
    assert total_of("housing.arisen.need", "14", TODAY)[0] == str(1838 - stopped)


def test_reports_of_houses_were_sent_and_accepted_where_their_period_is_over() -> None:
    rows = Report.objects.filter(form__code="housing").values_list("period__code", "state")
    assert dict(rows.annotate(Count("pk")).order_by().values_list("period__code", "pk__count")) == {
        "2025-05-15": 200,
        "2026-01-30": 75,
        "2026-10": 75,
        "2026-11": 75,
    }
    assert dict(rows.distinct().order_by()) == {
        "2025-05-15": "accepted",
        "2026-01-30": "accepted",
        "2026-10": "accepted",
        "2026-11": "entering",
    }
    assert not Observation.objects.filter(report__form__code="housing", from_records=False).exists()


def test_quynh_nhai_today_has_41_of_57_and_three_criteria_not_met() -> None:
    unit = Unit.objects.bearer("03703", TODAY)
    report = Report.objects.get(unit=unit, form__code="ntm.xa", period__code="2026")
    assert (report.state, report.entered) == ("entering", 41)
    failing = CriterionAssessment.objects.filter(unit=unit, period__code="2026", result=Result.NOT_MET)
    assert sorted(failing.values_list("criterion__number", flat=True)) == [10, 11, 17]
    before = Report.objects.get(unit=unit, form__code="ntm.xa", period__code="2026-H1")
    assert before.state == "accepted"
    assert before.events.filter(to_state="returned").count() == 1


def test_untouched_communes_of_sop_cop_keep_their_own_state() -> None:
    for code in ("04240", "04246"):
        unit = Unit.objects.bearer(code, date(2025, 7, 1))
        assert Assessment.objects.get(unit=unit, period__code="2025-H1").result == Result.NOT_MET
    assert total_of("ntm.communes.met", "127", date(2025, 7, 1))[1] == 2


def test_income_of_2026_rests_on_a_provisional_threshold_and_says_so() -> None:
    assert Assessment.objects.filter(period__code="2026-H1", provisional=False).count() == 0
    assert Assessment.objects.filter(period__code="2025", provisional=True).count() == 0


def test_periods_are_left_as_the_programme_has_them() -> None:
    assert dict(Period.objects.values_list("code", "state")) == {
        "2021": "locked",
        "2022": "locked",
        "2023": "locked",
        "2024-H1": "locked",
        "2024": "locked",
        "2025-H1": "closed",
        "2025": "closed",
        "2026-H1": "closed",
        "2026": "open",
        "2025-05-15": "closed",
        "2026-01-30": "closed",
        "2026-10": "closed",
        "2026-11": "open",
    }
