"""The periods of the demo, as the generator needs them."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """One period: its code, last day, and the year whose review and base figures it rests on.

    A half-year rests on the review of the autumn before.
    """

    code: str
    last_day: date
    base_year: int

    @property
    def years(self) -> float:
        """Years since the end of 2021: how far progress has come."""
        return (self.last_day - date(2021, 12, 31)).days / 365.25

    @property
    def opens_on(self) -> date:
        """The day from which reports are entered."""
        return date(self.last_day.year, 11, 1) if self.is_year else date(self.last_day.year, 6, 1)

    @property
    def deadline(self) -> date:
        """15 December or 15 July, or the next working day."""
        day = date(self.last_day.year, 12, 15) if self.is_year else date(self.last_day.year, 7, 15)
        return day + timedelta(days=max(7 - day.weekday(), 0)) if day.weekday() > 4 else day

    @property
    def is_year(self) -> bool:
        return self.last_day.month == 12


def _year(year: int) -> Term:
    return Term(str(year), date(year, 12, 31), year)


def _half(year: int) -> Term:
    return Term(f"{year}-H1", date(year, 6, 30), year - 1)


TERMS = (
    _year(2021),
    _year(2022),
    _year(2023),
    _half(2024),
    _year(2024),
    _half(2025),
    _year(2025),
    _half(2026),
    _year(2026),
)
YEARS = tuple(term.base_year for term in TERMS if term.is_year)
OPEN = TERMS[-1]
"""The term that is being entered while the demo is shown."""
LAST_CLOSED = TERMS[-2]
"""The term that has just been closed: not everything in it is confirmed yet."""
