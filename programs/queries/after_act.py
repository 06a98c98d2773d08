"""After an act: its successors with what their predecessors were, and what they keep, lost or may regain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import QuerySet

from communes.models import Act, Ancestry, Level, Succession, Unit
from programs.models import (
    Assessment,
    CriterionAssessment,
    Recognition,
    RecognitionLevel,
    Result,
    RevocationRule,
    RevokedTier,
)
from programs.queries.first_assessment import FirstAssessment, first_assessments, period_before
from programs.queries.keeping import COMMUNE_LEVELS, last_assessments
from programs.queries.latest import periods_counted
from programs.rules.revocation import propose
from programs.rules.verdicts import Verdict


class Fate(StrEnum):
    """What became of the standard.

    'Lost' falls so short that a recognition would be considered for revocation, or nothing is known of it;
    'may regain' falls short of less.
    """

    KEPT = "kept"
    REGAIN = "may_regain"
    LOST = "lost"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Before:
    """A predecessor as it was on its last day."""

    unit: Unit
    whole: bool
    share: int | None
    applies: bool
    recognition: Recognition | None
    assessment: Assessment | None


@dataclass(frozen=True, slots=True)
class Short:
    """A criterion that is not met."""

    number: int
    name: str


@dataclass(frozen=True)
class After:
    """A successor: `own` is its last determined assessment; without one `first` stands in, restated."""

    unit: Unit
    districts: tuple[Unit, ...]
    before: tuple[Before, ...]
    decision: Recognition | None
    own: Assessment | None
    own_criteria: tuple[CriterionAssessment, ...]
    first: FirstAssessment | None
    rule: RevocationRule | None

    @property
    def is_restated(self) -> bool:
        """What is shown is the first assessment from restated figures ('quy đổi')."""
        return self.own is None

    @property
    def awaits(self) -> bool:
        """'Cần đánh giá lại': nobody has decided about the new unit."""
        return self.decision is None

    @property
    def had(self) -> int:
        """How many of the predecessors were recognised."""
        return sum(one.recognition is not None for one in self.before)

    @property
    def owed(self) -> int:
        return sum(one.applies for one in self.before)

    @cached_property
    def met(self) -> int | None:
        if self.own is not None:
            return self.own.met
        return self.first.result.met if self.first and self.first.is_known else None

    @cached_property
    def applicable(self) -> int:
        if self.own is not None:
            return self.own.applicable
        return self.first.applicable if self.first else 0

    @cached_property
    def short(self) -> list[Short]:
        """The criteria that keep it from the standard."""
        if self.own is not None:
            rows = [one for one in self.own_criteria if one.result == Result.NOT_MET]
            return [Short(one.criterion.number, one.criterion.title) for one in rows]
        if self.first is None:
            return []
        return [Short(number, self.first.name_of(number)) for number in self.first.numbers(Verdict.NOT_MET)]

    @cached_property
    def unknown(self) -> list[int]:
        if self.own is not None:
            return [one.criterion.number for one in self.own_criteria if one.result == Result.UNKNOWN]
        return self.first.numbers(Verdict.UNKNOWN) if self.first else []

    @cached_property
    def fate(self) -> Fate:
        if self.decision is not None:
            return Fate.KEPT
        if not self.had:
            return Fate.NEVER
        if self.met is None:
            return Fate.LOST
        if self.rule is None:
            return Fate.LOST if self.short else Fate.REGAIN
        said = propose(self.rule.bounds, [one.number for one in self.short], self.applicable)
        return Fate.REGAIN if said.ground is None else Fate.LOST


def acts_in(units: QuerySet[Unit]) -> list[Act]:
    """The acts that made some commune of these, the latest first: one query."""
    made = Succession.objects.filter(successor__in=units, successor__level=Level.COMMUNE).values("act")
    return list(Act.objects.filter(pk__in=made).order_by("-operative_on", "number"))


def after_act(act: Act, territory: Unit, scope: QuerySet[Unit], today: date, state: int) -> list[After]:
    """The successors of an act in the territory whose kind owes the commune set.

    The number of queries grows with nothing. Only units within the scope, predecessors too; a unit that
    only changed its placement is left out.
    """
    day = act.operative_on
    found = period_before(day, today)
    if found is None:
        return []
    kinds = {kind.pk for kind in found[1].unit_kinds.all()}
    here = Unit.objects.territory_of(territory, day)
    origins = _origins(act, here, scope, kinds)
    units = [rows[0].successor for rows in origins.values()]
    former = [row.predecessor for rows in origins.values() for row in rows]
    districts = _districts([one.pk for one in former], day - timedelta(days=1))
    first = first_assessments(units, territory, day, today, state, scope=scope)
    counted = list(periods_counted(today, today))
    assessments = last_assessments([one.pk for one in [*units, *former]], counted, state)
    criteria = _criteria([assessments[one.pk] for one in units if one.pk in assessments])
    decisions = _decisions([one.pk for one in [*units, *former]])
    rules = RevocationRule.objects.in_force(today).filter(tier=RevokedTier.COMMUNE)
    rule = rules.prefetch_related("key_criteria").first()
    made = []
    for unit in units:
        rows = origins[unit.pk]
        above = {one.pk: one for row in rows for one in districts.get(row.predecessor_id, ())}
        own = assessments.get(unit.pk)
        made.append(
            After(
                unit=unit,
                districts=tuple(sorted(above.values(), key=lambda one: one.code)),
                before=tuple(_before(row, kinds, day, decisions, assessments) for row in rows),
                decision=_held(decisions.get(unit.pk, ()), min(unit.last_day or today, today)),
                own=own,
                own_criteria=tuple(criteria.get(unit.pk, ())),
                first=first.get(unit.pk),
                rule=rule,
            )
        )
    return sorted(made, key=lambda row: (len(row.short), row.unit.code))


def _origins(
    act: Act, here: QuerySet[Unit], scope: QuerySet[Unit], kinds: Collection[str]
) -> dict[int, list[Succession]]:
    rows = Succession.objects.filter(
        act=act, successor__level=Level.COMMUNE, successor__in=scope, predecessor__in=scope
    ).filter(successor__kind__in=kinds, successor__in=here.values("pk"))
    found: dict[int, list[Succession]] = {}
    for row in rows.select_related("successor", "predecessor").order_by("predecessor__code"):
        found.setdefault(row.successor_id, []).append(row)
    return {pk: rows for pk, rows in found.items() if not _is_renewed(rows)}


def _is_renewed(rows: Sequence[Succession]) -> bool:
    """The same unit under another placement."""
    one = rows[0]
    old, new = one.predecessor, one.successor
    same = (old.code, old.name, old.kind_id) == (new.code, new.name, new.kind_id)
    return len(rows) == 1 and one.whole and same


def _districts(units: Collection[int], day: date) -> dict[int, list[Unit]]:
    ties = Ancestry.objects.on(day).filter(unit__in=units, ancestor__level=Level.DISTRICT)
    found: dict[int, list[Unit]] = {}
    for tie in ties.select_related("ancestor"):
        found.setdefault(tie.unit_id, []).append(tie.ancestor)
    return found


def _criteria(assessments: Collection[Assessment]) -> dict[int, list[CriterionAssessment]]:
    """The criteria of each unit in the period of its assessment."""
    periods = {one.unit_id: one.period_id for one in assessments}
    rows = CriterionAssessment.objects.filter(
        unit__in=periods,
        period__in=set(periods.values()),
        criterion__criteria_set__in={one.criteria_set_id for one in assessments},
    )
    found: dict[int, list[CriterionAssessment]] = {}
    for one in rows.select_related("criterion").order_by("criterion__number"):
        if periods[one.unit_id] == one.period_id:
            found.setdefault(one.unit_id, []).append(one)
    return found


def _decisions(units: Collection[int]) -> dict[int, list[Recognition]]:
    found: dict[int, list[Recognition]] = {}
    for one in Recognition.objects.filter(unit__in=units, level__in=COMMUNE_LEVELS):
        found.setdefault(one.unit_id, []).append(one)
    return found


def _held(rows: Collection[Recognition], day: date) -> Recognition | None:
    """The highest decision in force on that day."""
    held = [one for one in rows if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)]
    return min(held, key=lambda one: COMMUNE_LEVELS.index(RecognitionLevel(one.level)), default=None)


def _before(
    row: Succession,
    kinds: Collection[str],
    day: date,
    decisions: Mapping[int, list[Recognition]],
    assessments: Mapping[int, Assessment],
) -> Before:
    unit = row.predecessor
    held = _held(decisions.get(unit.pk, ()), day - timedelta(days=1))
    applies = unit.kind_id in kinds
    return Before(unit, row.whole, row.share_millionths, applies, held, assessments.get(unit.pk))
