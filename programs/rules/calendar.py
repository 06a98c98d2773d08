"""Days and periods: what a period's code means, and the working day a deadline moves to."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

Kind = Literal["month", "quarter", "half", "nine_months", "year"]

_CODE = re.compile(r"([12][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])|(9M)))?")


def next_working_day(day: date, holidays: Collection[date]) -> date:
    """`day` itself, or the first day after it that is no Saturday, Sunday or holiday."""
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return day


def period_dates(code: str) -> tuple[Kind, date, date]:
    """Kind, first and last day (inclusive) of '2025-06', '2025-Q2', '2025-H1', '2025-9M' or '2025'.

    Raises ValueError for any other code; ad hoc periods carry their dates themselves.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"not the code of a period: {code[:20]!r}")
    year = int(match[1])
    if match[2]:
        return "month", *_months(year, int(match[2]), 1)
    if match[3]:
        return "quarter", *_months(year, 3 * int(match[3]) - 2, 3)
    if match[4]:
        return "half", *_months(year, 6 * int(match[4]) - 5, 6)
    if match[5]:
        return "nine_months", *_months(year, 1, 9)
    return "year", *_months(year, 1, 12)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    after = first + count
    end = date(year + 1, 1, 1) if after > 12 else date(year, after, 1)
    return date(year, first, 1), end - timedelta(days=1)
