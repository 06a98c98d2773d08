"""The communes of a unit's territory on the days that a question touches, with their (former) district."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from communes.models import Ancestry, Level, Succession, Tie, Unit
from sonla.dashboards.queries.question import Question


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or township of the territory, with the district it is, or was, in."""

    unit: Unit
    district: Unit | None
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
    on_days = Q()
    for day in days:
        on_days |= Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    under = Ancestry.objects.filter(
        on_days, ancestor=question.unit, unit__level=Level.COMMUNE, unit__in=question.reader.scope
    )
    ties = (
        Ancestry.objects.filter(on_days, unit__in=under.values("unit"))
        .filter(Q(ancestor=question.unit) | Q(ancestor__level=Level.DISTRICT))
        .annotate(merged=Exists(_made_by_merger()))
        .select_related("unit", "unit__kind", "ancestor")
        .order_by("unit__code", "unit__valid_from", "tie")
    )
    communes: dict[int, Commune] = {}
    present: dict[date, dict[int, None]] = {day: {} for day in days}
    for tie in ties:
        known = communes.get(tie.unit_id)
        district = known.district if known else None
        # A living district comes before a former one.
        if tie.ancestor.level == Level.DISTRICT and (district is None or tie.tie == Tie.TREE):
            district = tie.ancestor
        communes[tie.unit_id] = Commune(tie.unit, district, tie.merged)
        if tie.ancestor_id != question.unit.pk:
            continue
        for day in days:
            if _holds(tie, day):
                present[day][tie.unit_id] = None
    return Territory(communes, {day: tuple(units) for day, units in present.items()})


def _holds(tie: Ancestry, day: date) -> bool:
    return tie.valid_from <= day and (tie.valid_to is None or day < tie.valid_to)


def _made_by_merger() -> "Succession.objects":
    """Successions that made another unit: one whole predecessor of equal code, name and kind made none."""
    return Succession.objects.filter(successor=OuterRef("unit")).exclude(
        whole=True,
        predecessor__code=F("successor__code"),
        predecessor__name=F("successor__name"),
        predecessor__kind=F("successor__kind"),
    )
