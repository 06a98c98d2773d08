"""The communes of a unit's territory on the days that a question touches, with their (former) district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from communes.models import Ancestry, Level, Succession, Tie
from sonla.dashboards.queries.question import Question

COMMUNE_COLUMNS = ("unit_id", "unit__code", "unit__name", "unit__valid_from", "unit__valid_to")
KIND_COLUMNS = ("unit__search_name", "unit__kind_id", "unit__kind__name")
DISTRICT_COLUMNS = (
    "ancestor_id",
    "ancestor__code",
    "ancestor__name",
    "ancestor__valid_from",
    "ancestor__valid_to",
)


BOND_COLUMNS = ("tie", "valid_from", "valid_to", "ancestor__level", "merged", "readable")
# Where the commune's columns begin in a row, and where those of its ancestor.
COMMUNE = len(BOND_COLUMNS)
ANCESTOR = COMMUNE + len(COMMUNE_COLUMNS) + len(KIND_COLUMNS)


class Bond(NamedTuple):
    """How a commune is tied to a unit above it, from when to when.

    `merged`: an act made it of several; `readable`: it is in the reader's scope.
    """

    tie: str
    valid_from: date
    valid_to: date | None
    level: str
    merged: bool
    readable: bool

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Place:
    """What a page says of a unit; a table of hundreds needs no more of each."""

    pk: int
    code: str
    name: str
    valid_from: date
    valid_to: date | None
    search_name: str = ""
    kind_id: str = ""
    kind_name: str = ""

    def lives_on(self, at: date) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or township of the territory, with the district it is, or was, in."""

    unit: Place
    district: Place | None
    merged: bool


@dataclass(frozen=True)
class Territory:
    """All communes found, and who of them was there on which day."""

    communes: dict[int, Commune]
    present: dict[date, tuple[int, ...]]

    def on(self, day: date) -> tuple[int, ...]:
        return self.present[day]

    def owing(self, day: date, kinds: frozenset[str]) -> list[int]:
        """Those of a day whose kind the form is assigned to, in the order of their codes."""
        return [pk for pk in self.present[day] if self.communes[pk].unit.kind_id in kinds]


def territory_of(question: Question) -> Territory:
    """The territory on the period's last day, on the headline's day and on the last day before: one query.

    Only units that the reader may read; a former member of an ended district does not see its successors.
    """
    days = {question.period.ends_on, question.day}
    if question.previous:
        days.add(question.previous.ends_on)
    communes: dict[int, Commune] = {}
    districts: dict[int, Place] = {}
    present: dict[date, dict[int, None]] = {day: {} for day in days}
    for row in _ties(question, days):
        tie, its_unit, its_ancestor = Bond._make(row[:COMMUNE]), row[COMMUNE:ANCESTOR], row[ANCESTOR:]
        pk, above = its_unit[0], its_ancestor[0]
        if not tie.readable:
            continue
        known = communes.get(pk)
        district = known.district if known else None
        # A living district comes before a former one.
        if tie.level == Level.DISTRICT and (district is None or tie.tie == Tie.TREE):
            if above not in districts:
                districts[above] = Place(*its_ancestor)
            district = districts[above]
        communes[pk] = Commune(known.unit if known else Place(*its_unit), district, tie.merged)
        if above == question.unit.pk:
            for day in days:
                if tie.holds(day):
                    present[day][pk] = None
    return Territory(communes, {day: tuple(units) for day, units in present.items()})


def _ties(question: Question, days: Iterable[date]) -> Iterable[tuple[Any, ...]]:
    """The communes' ties to the unit asked and to their districts, on any of these days: a bond, then the
    columns of the commune, then those of what it is tied to."""
    on_days = Q()
    for day in days:
        on_days |= Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    under = Ancestry.objects.filter(on_days, ancestor=question.unit, unit__level=Level.COMMUNE)
    ties = (
        Ancestry.objects.filter(on_days, unit__in=under.values("unit"))
        .filter(Q(ancestor=question.unit) | Q(ancestor__level=Level.DISTRICT))
        # Asked of each row, not as a filter: the database would plan for longer than it reads.
        .annotate(merged=Q(unit__in=_made_by_merger()), readable=Q(unit__in=question.reader.scope))
        .order_by("unit__code", "unit__valid_from", "tie")
    )
    columns = (*BOND_COLUMNS, *COMMUNE_COLUMNS, *KIND_COLUMNS, *DISTRICT_COLUMNS)
    rows: Iterable[tuple[Any, ...]] = ties.values_list(*columns)
    return rows


def _made_by_merger() -> QuerySet[Succession, Any]:
    """Units made of another: one whole predecessor of equal code, name and kind made none."""
    renewed = Q(
        whole=True,
        predecessor__code=F("successor__code"),
        predecessor__name=F("successor__name"),
        predecessor__kind=F("successor__kind"),
    )
    return Succession.objects.exclude(renewed).order_by().values("successor")
