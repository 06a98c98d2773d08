"""Keeping the standard: recognised units with what they meet today, and what the rule of revocation says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet

from communes.models import Ancestry, Level, Succession, Unit
from programs.models import (
    Assessment,
    CriterionAssessment,
    Period,
    Recognition,
    RecognitionEnd,
    RecognitionLevel,
    Result,
    RevocationRule,
    RevokedTier,
    tier_of,
)
from programs.queries.latest import latest, periods_counted
from programs.rules.revocation import Proposal, propose

COMMUNE_LEVELS = (RecognitionLevel.MODEL, RecognitionLevel.ADVANCED, RecognitionLevel.MET)


@dataclass(frozen=True, slots=True)
class Fallen:
    """A criterion that is not met, `since` the first period of the unbroken run; `was_met` before that."""

    number: int
    name: str
    provisional: bool
    since: Period
    was_met: bool


@dataclass(frozen=True)
class Keeping:
    """A recognition in force, with the unit's current assessment: the last determined one by the day.

    `proposal` is what the rule says, None while no rule is in force or nothing was determined; it never
    revokes by itself.
    """

    recognition: Recognition
    assessment: Assessment | None
    fallen: tuple[Fallen, ...] = ()
    rule: RevocationRule | None = None
    proposal: Proposal | None = None

    @property
    def unit(self) -> Unit:
        return self.recognition.unit

    @property
    def is_below(self) -> bool:
        return bool(self.fallen)

    @property
    def is_proposed(self) -> bool:
        """'Đề nghị xem xét thu hồi'."""
        return self.proposal is not None and self.proposal.ground is not None

    @property
    def is_provisional(self) -> bool:
        """What decides is provisional: the rule of revocation, or a threshold behind a criterion."""
        return bool(self.rule and self.rule.is_provisional) or any(one.provisional for one in self.fallen)

    @property
    def since(self) -> Period | None:
        """The period since which the unit has been below: that of the criterion that fell first."""
        return min((one.since for one in self.fallen), key=lambda period: period.ends_on, default=None)


def keeping(units: QuerySet[Unit], day: date, today: date, state: int) -> list[Keeping]:
    """Every recognition of these units in force on that day, each unit's highest one.

    Those to be considered for revocation come first, then who fails most. Seven queries however many units;
    two more where a district is recognised.
    """
    held = _highest(Recognition.objects.in_force(day).filter(unit__in=units).select_related("unit"))
    counted = list(periods_counted(day, today))
    communes = [one.unit_id for one in held if one.unit.level == Level.COMMUNE]
    assessments = last_assessments(communes, counted, state)
    history = _history(communes, counted, state)
    rules = {
        rule.tier: rule for rule in RevocationRule.objects.in_force(day).prefetch_related("key_criteria")
    }
    districts = _districts([one.unit_id for one in held if one.unit.level == Level.DISTRICT], day)
    found = []
    for one in held:
        rule = rules.get(tier_of(one.level))
        assessment = assessments.get(one.unit_id)
        fallen = fallen_criteria(history.get(one.unit_id, {}), assessment) if assessment else ()
        proposal = None
        if rule is not None and rule.tier == RevokedTier.DISTRICT:
            revoked, communes_there = districts.get(one.unit_id, (0, 0))
            proposal = propose(rule.bounds, (), 0, revoked=revoked, communes=communes_there)
        elif rule is not None and assessment is not None:
            proposal = propose(rule.bounds, [row.number for row in fallen], assessment.applicable)
        found.append(Keeping(one, assessment, fallen, rule, proposal))
    return sorted(found, key=lambda row: (not row.is_proposed, -len(row.fallen), row.unit.code))


def _highest(rows: QuerySet[Recognition]) -> list[Recognition]:
    order = [*COMMUNE_LEVELS, RecognitionLevel.DISTRICT]
    found: dict[int, Recognition] = {}
    for one in sorted(rows, key=lambda row: order.index(RecognitionLevel(row.level))):
        found.setdefault(one.unit_id, one)
    return list(found.values())


def last_assessments(units: Collection[int], periods: Sequence[Period], state: int) -> dict[int, Assessment]:
    """The last determined assessment of each unit: the same as the overview and the API tell."""
    rows = (
        Assessment.objects.at_least(state)
        .determined()
        .filter(unit__in=units, period__in=[one.pk for one in periods])
        .filter(criteria_set__level=RecognitionLevel.MET, criteria_set__assignments__isnull=False)
        .distinct()
    )
    found = latest(Assessment.objects.filter(pk__in=rows.values("pk")), partition=["unit_id"])
    return {one.unit_id: one for one in found.select_related("period")}


History = Mapping[int, list[CriterionAssessment]]


def _history(units: Collection[int], periods: Sequence[Period], state: int) -> dict[int, History]:
    """Of each unit each criterion's determined verdicts, the last first; a unit that only changed its
    placement goes on with what it was before: two queries."""
    before = _same_units(units)
    owner = {**{one: one for one in units}, **before}
    rows = (
        CriterionAssessment.objects.at_least(state)
        .determined()
        .filter(unit__in=owner, period__in=[one.pk for one in periods])
        .filter(criterion__criteria_set__level=RecognitionLevel.MET)
        .select_related("criterion", "period")
        .order_by("-period__ends_on", "period__starts_on")
    )
    found: dict[int, dict[int, list[CriterionAssessment]]] = {}
    for one in rows:
        found.setdefault(owner[one.unit_id], {}).setdefault(one.criterion.number, []).append(one)
    return dict(found)


def _same_units(units: Collection[int]) -> dict[int, int]:
    """The unit before each that is the same one under an earlier placement: equal code, name and kind."""
    rows = Succession.objects.filter(
        successor__in=units,
        whole=True,
        predecessor__code=F("successor__code"),
        predecessor__name=F("successor__name"),
        predecessor__kind=F("successor__kind"),
    ).annotate(origins=Count("successor__origins"))
    return dict(rows.filter(origins=1).values_list("predecessor_id", "successor_id"))


def fallen_criteria(history: History, assessment: Assessment) -> tuple[Fallen, ...]:
    """The criteria not met by the period of that assessment, each by its last determined verdict."""
    found = []
    for number, rows in sorted(history.items()):
        known = [one for one in rows if one.period.ends_on <= assessment.period.ends_on]
        if not known or known[0].result != Result.NOT_MET:
            continue
        run, was_met = known[0], False
        for one in known:
            if one.result != Result.NOT_MET:
                was_met = one.result == Result.MET
                break
            run = one
        last = known[0]
        found.append(Fallen(number, last.criterion.title, last.provisional, run.period, was_met))
    return tuple(found)


def _districts(units: Collection[int], day: date) -> dict[int, tuple[int, int]]:
    """Of each recognised district how many of its communes lost their recognition, of how many."""
    if not units:
        return {}
    ties = Ancestry.objects.on(day).filter(ancestor__in=units, unit__level=Level.COMMUNE)
    under: dict[int, set[int]] = {}
    for district, commune in ties.values_list("ancestor_id", "unit_id"):
        under.setdefault(district, set()).add(commune)
    communes = set().union(*under.values())
    decisions = Recognition.objects.filter(unit__in=communes, valid_from__lte=day).order_by("valid_from")
    lost: dict[int, bool] = {}
    for one in decisions:
        ended = one.valid_to is not None and one.valid_to <= day
        lost[one.unit_id] = ended and one.end_reason == RecognitionEnd.REVOKED
    return {pk: (sum(lost.get(one, False) for one in here), len(here)) for pk, here in under.items()}
