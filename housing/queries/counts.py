"""Counts of a commune's records: what becomes its figures, by the codes of the indicators they are of."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from communes.models import Ancestry, Level, Lineage, Unit
from housing.models import (
    BuildKind,
    CommuneReview,
    Deprivation,
    Household,
    HousingList,
    HousingProject,
    HousingTarget,
    PovertyClass,
    ProjectMoney,
    Stage,
    SupportNorm,
)
from housing.queries.movements import movements
from housing.queries.reviews import GONE
from housing.rules.movements import Movement

POOR, NEAR = PovertyClass.POOR.value, PovertyClass.NEAR_POOR.value

MOVES = {
    "poor.to_near": Movement.POOR_TO_NEAR,
    "poor.to_neither": Movement.POOR_TO_NEITHER,
    "poor.decrease": Movement.LEFT_POOR,
    "poor.again": Movement.POOR_AGAIN,
    "poor.arisen": Movement.NEWLY_POOR,
    "poor.increase": Movement.CAME_POOR,
    "near.out": Movement.NEAR_TO_NEITHER,
    "near.decrease": Movement.LEFT_NEAR,
    "near.again": Movement.NEAR_AGAIN,
    "near.arisen": Movement.NEWLY_NEAR,
    "near.increase": Movement.CAME_NEAR,
}


def day_counted(review: CommuneReview, today: date) -> date:
    """The day on which a review counts its households: that of the decision, else the last day of the round
    or today, whichever comes first."""
    return review.decided_on or min(review.round.ends_on, today)


def villages_under(commune: Unit, day: date) -> QuerySet[Unit]:
    """The villages that stood in the commune on that day, or on its last day when it has ended."""
    under = Ancestry.objects.on(_seen(commune, day)).filter(ancestor=commune).values("unit")
    return Unit.objects.filter(level=Level.VILLAGE, pk__in=under)


def households_counted(commune: Unit, day: date) -> QuerySet[Household]:
    """The households that stood in the commune's register on that day, whatever the commune became since."""
    return Household.objects.living(day).filter(village__in=villages_under(commune, day))


def poverty_counts(review: CommuneReview, today: date) -> dict[str, int]:
    """Households, persons, and poor and near-poor ones of a commune's review as they stand.

    A household whose sheet is not finished counts by its class at the opening: until it is decided it stays.
    By the next standard it has no opening: those counts are there when every sheet has its class by it.
    """
    day = day_counted(review, today)
    found = _bases(review.commune, day)
    sheets = review.sheets.exclude(GONE).values_list(
        "poverty_class",
        "opening_class",
        "next_class",
        "b2_done",
        "deprived",
        "persons",
        "no_labour",
        "ethnic_group__code",
    )
    tally: Counter[str] = Counter()
    lacks: Counter[int] = Counter()
    for now, before, later, b2_done, deprived, persons, no_labour, group in sheets:
        tally[f"next.{later}"] += 1
        kind = now or before
        if kind not in (POOR, NEAR):
            continue
        tally[kind] += 1
        tally[f"{kind}.persons"] += persons
        tally[f"{kind}.no_labour"] += no_labour
        if group:
            tally[f"groups.{group}.{kind}"] += 1
        if b2_done:
            lacks[deprived] += 1
    for kind in (POOR, NEAR):
        found[f"poverty.households.{kind}"] = tally[kind]
        found[f"poverty.persons.{kind}"] = tally[f"{kind}.persons"]
        found[f"poverty.{kind}.no_labour"] = tally[f"{kind}.no_labour"]
        if review.round.next_standard_id and sheets and not tally["next."]:
            found[f"poverty.next.households.{kind}"] = tally[f"next.{kind}"]
    for code, count in tally.items():
        if code.startswith("groups."):
            found[f"poverty.{code}"] = count
    for deprivation in Deprivation.objects.all():
        having = sum(count for bits, count in lacks.items() if bits & deprivation.mask)
        found[f"poverty.deprived.{deprivation.code}"] = having
    return found


def _bases(commune: Unit, day: date) -> dict[str, int]:
    """Households and persons of the register, those without working ability, and by ethnic group."""
    rows = households_counted(commune, day).values("ethnic_group__code")
    groups = rows.annotate(
        households=Count("pk"),
        people=Sum("persons"),
        without_labour=Count("pk", filter=Q(no_labour=True)),
    )
    found = {
        "base.households": 0,
        "base.population": 0,
        "base.households.no_labour": 0,
        "base.villages": villages_under(commune, day).count(),
    }
    for row in groups.order_by("ethnic_group__code"):
        found["base.households"] += row["households"]
        found["base.population"] += row["people"] or 0
        found["base.households.no_labour"] += row["without_labour"]
        if row["ethnic_group__code"]:
            found[f"poverty.groups.{row['ethnic_group__code']}.households"] = row["households"]
    return found


def movement_counts(review: CommuneReview, today: date) -> dict[str, int]:
    """The movements of the year; nothing where there is no opening to compare with (a change of standard)."""
    found = movements(review, today)
    if found.before is None:
        return {}
    tally = Counter(one.movement for one in found.courses)
    counts = {f"poverty.move.{code}": tally[movement] for code, movement in MOVES.items()}
    counts["poverty.move.near.down"] = found.near.down
    return counts


def house_counts(communes: Collection[Unit], of: HousingList, day: date) -> dict[int, dict[str, int]]:
    """Houses of a list by commune as they stood on that day: counts, the norm (VND) and what was received.

    A house counts where its village lay on that day, its target where the commune it was given to went as a
    whole. The norm is what the norms say for the completed houses; it is not money received.
    """
    code = of.figures
    norms = dict(SupportNorm.objects.filter(list=of).values_list("kind", "amount"))
    targets = _targets(communes, of) if of.first_day <= day else Counter()
    found = {one.pk: _no_houses(code, targets[one.pk]) for one in communes}
    places = _places(communes, of, day)
    rows = HousingProject.objects.filter(pk__in=places).values_list(
        "pk",
        "kind",
        "stage",
        "group__figures",
        "started_on",
        "completed_on",
        "handed_over_on",
        "stopped_on",
    )
    for pk, kind, stage, group, started, completed, handed_over, stopped in rows:
        own = found[places[pk]]
        if stage == Stage.STOPPED and stopped is not None and stopped <= day:
            continue
        own[f"{code}.need"] += 1
        own[f"{code}.started"] += started is not None and started <= day
        own[f"{code}.handed_over"] += handed_over is not None and handed_over <= day
        if completed is None or completed > day:
            continue
        own[f"{code}.completed"] += 1
        own[f"{code}.{'new' if kind == BuildKind.NEW else 'repair'}"] += 1
        own[f"{code}.money"] += norms.get(kind, 0)
        if group:
            own[f"{code}.stream.{group}"] += 1
    _add_received(found, of, places, day)
    return found


def _targets(communes: Collection[Unit], of: HousingList) -> Counter[int]:
    """Houses to build by commune, with what was given to the whole predecessors."""
    ids = [one.pk for one in communes]
    heirs: dict[int, list[int]] = {pk: [pk] for pk in ids}
    lines = Lineage.objects.filter(unit__in=ids).values_list("predecessor", "unit")
    for predecessor, heir in lines:
        heirs.setdefault(predecessor, []).append(heir)
    goals: Counter[int] = Counter()
    given = HousingTarget.objects.filter(list=of, commune__in=heirs).values_list("commune", "houses")
    for commune, houses in given:
        for heir in heirs[commune]:
            goals[heir] += houses
    return goals


def _places(communes: Collection[Unit], of: HousingList, day: date) -> dict[int, int]:
    """The commune of each house that had been proposed by that day; a village that did not stand then leaves
    its houses where they are kept."""
    by_day: dict[date, list[int]] = {}
    for one in communes:
        by_day.setdefault(_seen(one, day), []).append(one.pk)
    proposed = HousingProject.objects.filter(list=of, proposed_on__lte=day)
    found: dict[int, int] = {}
    for seen, ids in by_day.items():
        under = Ancestry.objects.on(seen).filter(ancestor__in=ids, unit__level=Level.VILLAGE)
        home = dict(under.values_list("unit", "ancestor"))
        here = proposed.filter(village__in=under.values("unit"))
        found |= {pk: home[village] for pk, village in here.values_list("pk", "village")}
        gone = Q(village__valid_from__gt=seen) | Q(village__valid_to__lte=seen)
        found |= dict(proposed.filter(gone, commune__in=ids).values_list("pk", "commune"))
    return found


def _seen(commune: Unit, day: date) -> date:
    """The day, or the nearest to it on which the commune stood."""
    if commune.last_day is not None and commune.last_day < day:
        return commune.last_day
    return max(commune.valid_from, day)


def _no_houses(code: str, target: int) -> dict[str, int]:
    names = ["need", "started", "completed", "handed_over", "new", "repair", "money"]
    names += [f"stream.{name}" for name in ("ncc", "ctmtqg", "movement", "disaster", "policy")]
    names += [f"received.{name}" for name in ("state", "society", "own")]
    return {f"{code}.target": target} | {f"{code}.{name}": 0 for name in names}


def _add_received(
    found: dict[int, dict[str, int]], of: HousingList, places: Mapping[int, int], day: date
) -> None:
    rows = ProjectMoney.objects.filter(project__in=places, received_on__lte=day).exclude(
        project__stage=Stage.STOPPED
    )
    sums = rows.values_list("project", "source__is_state", "source__code").annotate(Sum("value"))
    for project, is_state, source, value in sums.order_by():
        share = "state" if is_state else "own" if source == "own" else "society"
        found[places[project]][f"{of.figures}.received.{share}"] += value
