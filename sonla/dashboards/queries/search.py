"""Finding a unit by name or code, accents or not; ended ones with their years."""

from dataclasses import dataclass

from communes.models import Level, Unit
from communes.rules.text import fold
from sonla.dashboards.queries.question import Calendar, Reader

MOST = 50
SEARCHED_LEVELS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


@dataclass(frozen=True, slots=True)
class Found:
    """A unit, and the period under which an ended one is shown (its code may be another's now)."""

    unit: Unit
    period: str | None

    @property
    def has_ended(self) -> bool:
        return self.unit.valid_to is not None


@dataclass(frozen=True)
class Search:
    """What a search found: at most `MOST` units, living ones first."""

    text: str
    found: list[Found]
    total: int

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.found)


def search_units(text: str, reader: Reader, calendar: Calendar) -> Search:
    """Units of the reader's scope whose name holds the text, or whose code it is: two queries."""
    wanted = fold(text)
    if not wanted:
        return Search(text, [], 0)
    scope = reader.scope.filter(level__in=SEARCHED_LEVELS)
    units = scope.filter(search_name__contains=wanted) | scope.filter(code=text.strip())
    living_first = sorted(
        units.select_related("kind"),
        key=lambda unit: (
            unit.valid_to is not None,
            SEARCHED_LEVELS.index(Level(unit.level)),
            unit.search_name,
            unit.valid_from,
        ),
    )
    found = [Found(unit, _period_of(unit, calendar)) for unit in living_first[:MOST]]
    return Search(text, found, len(living_first))


def _period_of(unit: Unit, calendar: Calendar) -> str | None:
    if unit.valid_to is None:
        return None
    ended = (period for period in calendar.periods if period.ends_on < unit.valid_to)
    period = next(ended, None)
    return period.code if period else None
