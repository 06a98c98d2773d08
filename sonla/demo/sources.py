"""What the generator starts from, read from the database: communes, their ties, and what is required."""

from communes.models import Level, Placement, Succession, Tie, Unit
from programs.models import Requirement
from sonla.demo.generator.asks import Ask
from sonla.demo.generator.territory import LAST_WITH_DISTRICTS, Place, Territory, build_territory

SET = "NTM_XA_2021_2025"


def territory_of_register() -> Territory:
    """The province's communes of all days; each with the district it stood or stands in."""
    districts: dict[int, str] = {}
    rows = Placement.objects.select_related("parent").order_by("valid_from")
    for row in rows.filter(unit__level=Level.COMMUNE):
        if row.tie == Tie.FORMER or row.valid_from <= LAST_WITH_DISTRICTS:
            districts[row.unit_id] = row.parent.code
    units = Unit.objects.filter(level=Level.COMMUNE)
    places = [
        Place(u.code, u.valid_from, u.valid_to, u.name, u.kind_id, districts[u.pk], u.population)
        for u in units
    ]
    ties = Succession.objects.select_related("predecessor", "successor")
    pairs = [
        ((t.predecessor.code, t.predecessor.valid_from), (t.successor.code, t.successor.valid_from))
        for t in ties
    ]
    return build_territory(places, pairs)


def asks_of_set() -> list[Ask]:
    """What the commune set asks, in the order of the form."""
    rows = Requirement.objects.filter(criterion__criteria_set__code=SET)
    return [
        Ask(
            code=row.indicator.code,
            criterion=row.criterion.number,
            kind=row.indicator.kind,
            decimals=row.indicator.decimals,
            rule=row.rule or {},
            may_not_apply=row.may_not_apply,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows.select_related("criterion", "indicator").order_by("criterion__number", "order")
    ]
