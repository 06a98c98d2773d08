"""What was published rolls up from the demo's own figures and decisions, as every other total does."""

from datetime import date
from decimal import Decimal

import pytest

from communes.models import Unit
from programs.models import Assessment, CriterionAssessment, Period, Recognition, Report, Result
from programs.queries.totals import rollup

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


@pytest.mark.parametrize(
    ("unit", "year", "rate"),
    [("14", "2021", "21.66"), ("14", "2023", "14.41"), ("14", "2024", "10.89"), ("127", "2023", "30.23"),
     ("127", "2024", "25.93")],
)  # fmt: skip
def test_published_poverty_rates(unit: str, year: str, rate: str) -> None:
    day = date(int(year), 12, 31)
    poor, _reported, _owing = total_of("poverty.households.poor", unit, day)
    households, _reported, _owing = total_of("base.households", unit, day)
    assert poor is not None
    assert households is not None
    assert round(Decimal(poor) * 100 / Decimal(households), 2) == Decimal(rate)


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
    }
