"""Assessments and recognitions as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from communes.models import Ancestry, Unit, User
from programs.models import (
    Assessment,
    CriteriaSet,
    CriterionAssessment,
    Period,
    Recognition,
    Result,
)
from programs.queries.latest import latest, periods_counted
from sonla.api.queries.reports import state_name


@dataclass(frozen=True, slots=True)
class AssessedUnit:
    """A unit of the territory with its assessment: None while there is none at or above the state asked."""

    unit: Unit
    assessment: Assessment | None
    criteria: list[CriterionAssessment] = field(default_factory=list)

    @property
    def result(self) -> str:
        return result_name(self.assessment.result if self.assessment else Result.UNKNOWN)

    @property
    def state(self) -> str | None:
        return state_name(self.assessment.state) if self.assessment else None


def result_name(result: int) -> str:
    return Result(result).name.lower()


def units_assessed(
    user: User, today: date, territory: Unit, criteria_set: CriteriaSet, day: date
) -> QuerySet[Unit]:
    """The readable units of the territory on that day to whose kind the set applies."""
    rows = Unit.objects.readable_by(user, today).territory_of(territory, day)
    return rows.filter(kind__in=criteria_set.kinds.all()).order_by("code", "valid_from")


def assess_page(
    units: Sequence[Unit],
    criteria_set: CriteriaSet,
    *,
    state: int,
    today: date,
    period: Period | None = None,
    at: date | None = None,
) -> list[AssessedUnit]:
    """Each unit's result of that period; at a date its last determined one, else its last.

    Two queries, three where somebody is undetermined at a date.
    """
    rows = Assessment.objects.at_least(state).filter(criteria_set=criteria_set, unit__in=units)
    rows = rows.select_related("period")
    if period is not None:
        found = {one.unit_id: one for one in rows.filter(period=period)}
    else:
        rows = rows.filter(period__in=periods_counted(at or today, today))
        found = {one.unit_id: one for one in latest(rows.determined(), partition=["unit_id"])}
        undetermined = [unit.pk for unit in units if unit.pk not in found]
        if undetermined:
            open_ones = latest(rows.filter(unit__in=undetermined), partition=["unit_id"])
            found |= {one.unit_id: one for one in open_ones}
    criteria = _criteria_of(found, criteria_set)
    return [AssessedUnit(unit, found.get(unit.pk), criteria.get(unit.pk, [])) for unit in units]


def _criteria_of(
    found: dict[int, Assessment], criteria_set: CriteriaSet
) -> dict[int, list[CriterionAssessment]]:
    """The criteria of each unit in the very period of its assessment."""
    rows = CriterionAssessment.objects.filter(
        criterion__criteria_set=criteria_set,
        unit__in=found,
        period__in={one.period_id for one in found.values()},
    )
    criteria: dict[int, list[CriterionAssessment]] = {}
    for row in rows.select_related("criterion").order_by("criterion__number"):
        if row.period_id == found[row.unit_id].period_id:
            criteria.setdefault(row.unit_id, []).append(row)
    return criteria


def recognitions_asked(
    user: User, today: date, at: date, *, unit: str = "", level: str = "", end_reason: str = ""
) -> QuerySet[Recognition]:
    """The readable decisions in force on that day, or those that had ended by then for that reason."""
    rows = Recognition.objects.readable_by(user, today).select_related("unit", "carries")
    if end_reason:
        rows = rows.filter(valid_to__lte=at, end_reason=end_reason)
    else:
        rows = rows.in_force(at)
    if unit:
        under = Ancestry.objects.on(at).filter(ancestor__code=unit)
        rows = rows.filter(unit__in=under.values("unit"))
    if level:
        rows = rows.filter(level=level)
    return rows.order_by("unit__code", "-valid_from", "level", "pk")


def names_of(user: User, today: date, units: Sequence[int]) -> dict[int, Unit]:
    """The readable units behind these ids."""
    rows = Unit.objects.readable_by(user, today).filter(pk__in=units) if units else ()
    return {one.pk: one for one in rows}
