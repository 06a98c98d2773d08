"""How long a list was posted: working days, both ends counted."""

from collections.abc import Collection
from datetime import date, timedelta


def working_days(first: date, last: date, holidays: Collection[date] = ()) -> int:
    """Days from `first` to `last` inclusive that are no Saturday, Sunday or holiday."""
    count, day = 0, first
    while day <= last:
        count += day.weekday() < 5 and day not in holidays
        day += timedelta(days=1)
    return count
