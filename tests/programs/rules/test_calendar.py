"""Periods by their codes, and deadlines that move to a working day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.calendar import next_working_day, period_dates


@pytest.mark.parametrize(
    ("code", "kind", "first", "last"),
    [
        ("2025-06", "month", date(2025, 6, 1), date(2025, 6, 30)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-Q2", "quarter", date(2025, 4, 1), date(2025, 6, 30)),
        ("2025-Q4", "quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025-H1", "half", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025-H2", "half", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-9M", "nine_months", date(2025, 1, 1), date(2025, 9, 30)),
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_code_says_which_days(code: str, kind: str, first: date, last: date) -> None:
    assert period_dates(code) == (kind, first, last)


@pytest.mark.parametrize(
    "code", ["", "25", "2025-00", "2025-13", "2025-Q5", "2025-H3", "2025-6", "2025-06-01", "0000", "2025\n"]
)
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not the code of a period"):
        period_dates(code)


def test_a_deadline_moves_over_the_weekend_and_holidays() -> None:
    new_year = {date(2026, 1, 1), date(2026, 1, 2)}
    assert next_working_day(date(2026, 1, 1), new_year) == date(2026, 1, 5)
    assert next_working_day(date(2025, 12, 31), new_year) == date(2025, 12, 31)


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(min_value=0, max_value=10))
def test_a_deadline_never_moves_back_and_ends_on_a_working_day(day: date, length: int) -> None:
    holidays = {day + timedelta(days=n) for n in range(length)}
    moved = next_working_day(day, holidays)
    assert moved >= day
    assert moved.weekday() < 5
    assert moved not in holidays
