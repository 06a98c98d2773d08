"""Which units owe a figure on a day: kinds of unit by assignment, territory by placement."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from communes.models import Ancestry, Level, Tie, Unit
from programs.models import Assignment, Indicator, Period, RecognitionLevel
from programs.queries.formulas import parts_of


@dataclass(frozen=True, slots=True)
class Territory:
    """The communes of a unit's territory on a day, and the (former) district that each is in."""

    unit: Unit
    day: date
    communes: dict[int, Unit]
    districts: dict[int, Unit] = field(default_factory=dict)

    def groups(self, by: str) -> list[tuple[Unit, list[int]]]:
        """The rows of a total: the unit itself, its communes, or its (former) districts."""
        if by == "commune":
            return [(unit, [pk]) for pk, unit in self.communes.items()]
        if by == "district":
            members: dict[int, list[int]] = {}
            named = {}
            for pk in self.communes:
                if pk in self.districts:
                    district = self.districts[pk]
                    named[district.pk] = district
                    members.setdefault(district.pk, []).append(pk)
            return sorted(((named[pk], group) for pk, group in members.items()), key=lambda row: row[0].code)
        return [(self.unit, list(self.communes))]


def territory_of(
    unit: Unit, day: date, *, scope: QuerySet[Unit] | None = None, with_districts: bool = False
) -> Territory:
    """The communes under `unit` on that day; an ended district answers by its former communes.

    With a `scope` only its units: who looked after an ended district reads none of those of today.
    """
    under = Unit.objects.territory_of(unit, day).filter(level=Level.COMMUNE)
    if scope is not None:
        under = under.filter(pk__in=scope.values("pk"))
    communes = {one.pk: one for one in under.select_related("kind")}
    if not with_districts:
        return Territory(unit, day, communes)
    ties = Ancestry.objects.on(day).filter(unit__in=communes, ancestor__level=Level.DISTRICT)
    districts: dict[int, Unit] = {}
    # A living district comes before a former one.
    for tie in ties.select_related("ancestor").order_by("-tie"):
        if tie.tie == Tie.TREE or tie.unit_id not in districts:
            districts[tie.unit_id] = tie.ancestor
    return Territory(unit, day, communes, districts)


def assignments_of(indicator: Indicator, day: date, period: Period | None = None) -> list[Assignment]:
    """The assignments under which units report this indicator on that day, or in that period."""
    rows = Assignment.objects.for_period(period) if period else Assignment.objects.on(day)
    return list(rows.filter(_asks_for(indicator)).prefetch_related("unit_kinds", "units").distinct())


def _asks_for(indicator: Indicator) -> Q:
    if indicator.derivation and indicator.formula is None:
        return Q(criteria_set__level=RecognitionLevel.MET)
    reported = [part.pk for part in parts_of(indicator).values()] or [indicator.parent_id or indicator.pk]
    return Q(criteria_set__criteria__requirements__indicator__in=reported) | Q(
        criteria_set=None, form__fields__indicator__in=reported
    )


def expected_of(territory: Territory, assignments: Iterable[Assignment]) -> set[int]:
    """The communes of the territory that owe what these assignments ask for.

    An assignment names units one by one (an ad-hoc form), or kinds of unit.
    """
    owing: set[int] = set()
    for assignment in assignments:
        named = {unit.pk for unit in assignment.units.all()}
        kinds = {kind.pk for kind in assignment.unit_kinds.all()}
        owing |= {
            pk for pk, unit in territory.communes.items() if (pk in named if named else unit.kind_id in kinds)
        }
    return owing


def owing_units(assignment: Assignment, day: date) -> QuerySet[Unit]:
    """The units that owe this assignment's report, as they stand on that day."""
    named = [unit.pk for unit in assignment.units.all()]
    if named:
        return Unit.objects.in_force(day).filter(pk__in=named)
    return Unit.objects.in_force(day).filter(kind__in=[kind.pk for kind in assignment.unit_kinds.all()])
