"""The question in an address: ?period=2026&state=submitted. Anything that is not understood is refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from communes.models import Level, first_day
from housing.models import ReviewRound
from programs.queries.totals import AS_WAS, TODAY
from sonla.dashboards.queries.poverty import PovertyQuestion, first_shown, year_of
from sonla.dashboards.queries.question import (
    ON_A_DAY,
    STATES,
    Calendar,
    Question,
    Reader,
    bearer_of,
    bearers,
)


class BadParameter(ValueError):
    """A parameter of the address that the page does not know, or a value it cannot have."""

    def __init__(self, name: str, value: str | None = None, allowed: Iterable[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.value = value
        self.allowed = list(allowed)


class NoSuchUnit(LookupError):
    """No unit within the reader's scope bore this code by then."""


def read_parameters(given: Mapping[str, Sequence[str]], *names: str) -> dict[str, str]:
    """The parameters of the address, each once; raises BadParameter for one that the page does not have.

    A misspelt filter must not answer with the whole province.
    """
    for name, values in given.items():
        if name not in names:
            raise BadParameter(name, allowed=names)
        if len(values) > 1:
            raise BadParameter(name, " ".join(values))
    return {name: values[0].strip() for name, values in given.items()}


def one_of(given: dict[str, str], name: str, allowed: Iterable[str], default: str) -> str:
    """The value of one parameter, or its default; raises BadParameter for any other."""
    allowed = list(allowed)
    value = given.get(name, default)
    if value not in allowed:
        raise BadParameter(name, value, allowed)
    return value


def read_question(given: dict[str, str], code: str, reader: Reader, calendar: Calendar) -> Question:
    """The question about the unit of that code. Raises BadParameter and NoSuchUnit.

    Without a period: the latest that began, and the unit that bears the code now (else the last one).
    With one: the unit that bore the code on the period's last day, or on the day whose units are asked for.
    """
    units = bearers(reader, code)
    if not units:
        raise NoSuchUnit(code)
    boundary = _read_boundary(given, reader.today)
    state = STATES[one_of(given, "state", STATES, _first_state(reader))]
    if "period" in given:
        period = calendar.coded(given["period"])
        if period is None:
            raise BadParameter("period", given["period"], [one.code for one in calendar.periods])
        unit = bearer_of(units, boundary or period.ends_on)
    else:
        unit = bearer_of(units, reader.today)
        period = calendar.latest_of(unit) if unit else None
    if unit is None or period is None:
        raise NoSuchUnit(code)
    return Question(unit, period, state, reader, calendar, boundary)


def read_poverty_question(
    given: dict[str, str], code: str, reader: Reader, rounds: tuple[ReviewRound, ...]
) -> PovertyQuestion:
    """The question about poverty in the unit of that code. Raises BadParameter and NoSuchUnit.

    Without a period: the last year whose review is over, for a unit that stood then, else the unit's last.
    """
    units = [one for one in bearers(reader, code) if one.level != Level.VILLAGE]
    state = STATES[one_of(given, "state", STATES, _first_state(reader))]
    if not units or not rounds:
        raise NoSuchUnit(code)
    period = first_shown(rounds, reader.today)
    if "period" in given:
        period = year_of(given["period"], rounds)
        if period is None:
            codes = [one.period.code for one in rounds if one.period is not None]
            raise BadParameter("period", given["period"], codes)
        unit = bearer_of(units, period.ends_on)
    else:
        unit = bearer_of(units, reader.today)
    if unit is None or period is None:
        raise NoSuchUnit(code)
    return PovertyQuestion(unit, period, state, reader, rounds)


def _read_boundary(given: dict[str, str], today: date) -> date | None:
    """The day on whose units figures are asked for; None for the units of the period.

    The form sends the day beside the choice 'date'; an address may name it directly.
    """
    asked = given.get("boundaries", AS_WAS)
    if asked == AS_WAS:
        return None
    if asked == TODAY:
        return today
    if asked != ON_A_DAY:
        return _read_day("boundaries", asked)
    return _read_day("on", given["on"]) if given.get("on") else date(today.year - 1, 12, 31)


def _read_day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text) if len(text) == len("2025-07-01") else None
    except ValueError:
        day = None
    if day is None or day < first_day:
        raise BadParameter(name, text, [AS_WAS, TODAY, f"{first_day.isoformat()}…"])
    return day


def _first_state(reader: Reader) -> str:
    return next(name for name, state in STATES.items() if state == reader.first_state)
