"""The board of one list of houses: counts of a commune or of the province on a day, never names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, DateField, F, Min, Q, QuerySet, Sum, Value, When
from django.utils.functional import cached_property

from communes.models import Level, Lineage, Unit, User
from housing.models import (
    BeneficiaryGroup,
    BuildKind,
    Contribution,
    HousingList,
    HousingProject,
    HousingTarget,
    MoneySource,
    ProjectMoney,
    Stage,
    SupportNorm,
)
from housing.rules.house_sums import Progress, Shares, norm_of, shares

MOVING = (Stage.PROPOSED, Stage.VOTED, Stage.APPROVED, Stage.STARTED, Stage.COMPLETED)
"""Stages in which a house waits for the next step, and can be slow."""
DONE = (Stage.COMPLETED, Stage.HANDED_OVER)
BUCKETS = (30, 60, 90)
"""Days in a stage, as the board groups them: to 30, to 60, to 90, and more."""


# -- Stages on a day -----------------------------------------------------------------------------

_DAYS = (
    (Stage.STOPPED, "stopped_on"),
    (Stage.HANDED_OVER, "handed_over_on"),
    (Stage.COMPLETED, "completed_on"),
    (Stage.STARTED, "started_on"),
    (Stage.APPROVED, "approved_on"),
    (Stage.VOTED, "voted_on"),
)


def houses_on(rows: "QuerySet[HousingProject]", at: date) -> "QuerySet[Any]":
    """Houses that had been proposed by that day, with `stage_at` and `since_at`: where they stood then."""
    stage = Case(
        *(When(**{f"{name}__lte": at}, then=Value(one.value)) for one, name in _DAYS),
        default=Value(Stage.PROPOSED.value),
        output_field=CharField(),
    )
    since = Case(
        *(When(**{f"{name}__lte": at}, then=F(name)) for _one, name in _DAYS),
        default=F("proposed_on"),
        output_field=DateField(),
    )
    return rows.filter(proposed_on__lte=at).annotate(stage_at=stage, since_at=since)


def is_slow(house_list: HousingList, at: date) -> Q:
    last = at - timedelta(days=house_list.slow_after)
    return Q(stage_at__in=[one.value for one in MOVING], since_at__lt=last)


# -- The board -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StageLine:
    """Houses in one stage and how long they have been in it: `ages` to 30, 60, 90 days and more."""

    stage: Stage
    count: int = 0
    slow: int = 0
    ages: tuple[int, ...] = (0, 0, 0, 0)
    oldest: date | None = None
    days: int = 0

    @property
    def waits(self) -> bool:
        return self.stage in MOVING


@dataclass(frozen=True)
class SourceLine:
    """What one source gave, by form, VND."""

    source: MoneySource
    forms: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.forms)


@dataclass(frozen=True)
class GroupLine:
    group: BeneficiaryGroup
    listed: int
    completed: int


@dataclass(frozen=True)
class CommuneLine:
    """One commune of the province on the day: with what its predecessors built."""

    unit: Unit
    target: int | None = None
    listed: int = 0
    completed: int = 0
    new: int = 0
    repair: int = 0
    under_way: int = 0
    slow: int = 0
    stopped: int = 0
    money: int = 0

    @property
    def progress(self) -> Progress:
        return Progress(self.completed, self.target)


@dataclass(frozen=True)
class Board:
    """Counts of one list in one place on one day. Two lists are never one total: each has its own board."""

    unit: Unit
    house_list: HousingList
    at: date
    target: int | None
    stages: tuple[StageLine, ...]
    kinds: Mapping[str, tuple[int, int]]
    """By kind: houses of the need, and those of them that are completed."""
    groups: tuple[GroupLine, ...]
    norms: Mapping[str, int]
    sources: tuple[SourceLine, ...]
    houses_with_money: int = 0
    """Of how many houses it was written down what they got: what `sources` cover."""
    communes: tuple[CommuneLine, ...] = ()
    predecessors: tuple[Unit, ...] = ()

    @cached_property
    def by_stage(self) -> dict[str, StageLine]:
        return {line.stage.value: line for line in self.stages}

    @property
    def everything(self) -> int:
        """All houses of the list, those that were stopped included."""
        return sum(line.count for line in self.stages)

    @property
    def listed(self) -> int:
        """The need: houses on the list without those that were stopped."""
        return self.everything - self.stopped

    @property
    def completed(self) -> int:
        """Completed, handed over or not yet."""
        return sum(self.by_stage[one.value].count for one in DONE)

    @property
    def stopped(self) -> int:
        return self.by_stage[Stage.STOPPED.value].count

    @property
    def under_way(self) -> int:
        return self.listed - self.completed

    @property
    def slow(self) -> int:
        return sum(line.slow for line in self.stages)

    @property
    def progress(self) -> Progress:
        return Progress(self.completed, self.target)

    @property
    def new_done(self) -> int:
        return self.kinds[BuildKind.NEW][1]

    @property
    def repair_done(self) -> int:
        return self.kinds[BuildKind.REPAIR][1]

    @property
    def new_listed(self) -> int:
        return self.kinds[BuildKind.NEW][0]

    @property
    def repair_listed(self) -> int:
        return self.kinds[BuildKind.REPAIR][0]

    @property
    def norm(self) -> int | None:
        """What the norm says for the completed houses, VND: not money received."""
        return norm_of({kind: done for kind, (_all, done) in self.kinds.items()}, self.norms)

    @property
    def norm_new(self) -> int | None:
        return self.norms.get(BuildKind.NEW)

    @property
    def norm_repair(self) -> int | None:
        return self.norms.get(BuildKind.REPAIR)

    @cached_property
    def shares(self) -> Shares:
        return shares((line.source.code, line.source.is_state, line.total) for line in self.sources)

    @property
    def forms(self) -> list[str]:
        return [str(one.label) for one in Contribution]


def house_board(unit: Unit, house_list: HousingList, user: User, today: date, at: date) -> Board:
    """The board of a commune (its whole predecessors with it) or of the province, as of the day `at`."""
    if unit.level == Level.PROVINCE:
        place = Q(province=unit)
        predecessors: tuple[Unit, ...] = ()
    else:
        predecessors = tuple(Unit.objects.filter(descent__unit=unit).order_by("name", "valid_from"))
        place = Q(commune__in=[unit.pk, *(one.pk for one in predecessors)])
    scope = HousingProject.objects.counted_by(user, today).filter(place, list=house_list)
    rows = houses_on(scope, at)
    communes: tuple[CommuneLine, ...] = ()
    targets = _targets(unit, house_list, predecessors)
    if unit.level == Level.PROVINCE:
        communes = _communes(unit, rows, scope, targets, house_list, at)
    return Board(
        unit=unit,
        house_list=house_list,
        at=at,
        target=sum(targets.values()) if targets else None,
        stages=_stages(rows, house_list, at),
        kinds=_kinds(rows),
        groups=_groups(rows),
        norms={one.kind: one.amount for one in SupportNorm.objects.filter(list=house_list)},
        sources=_sources(scope, at),
        houses_with_money=_received(scope, at).aggregate(n=Count("project", distinct=True))["n"],
        communes=communes,
        predecessors=predecessors,
    )


def _targets(unit: Unit, house_list: HousingList, predecessors: Iterable[Unit]) -> dict[int, int]:
    """Target by commune, of this unit's territory."""
    rows = HousingTarget.objects.filter(list=house_list)
    if unit.level == Level.PROVINCE:
        rows = rows.filter(commune__province=unit)
    else:
        rows = rows.filter(commune__in=[unit.pk, *(one.pk for one in predecessors)])
    return dict(rows.values_list("commune", "houses"))


def _stages(rows: "QuerySet[Any]", house_list: HousingList, at: date) -> tuple[StageLine, ...]:
    edges = [at - timedelta(days=days) for days in BUCKETS]
    counted = rows.values("stage_at").annotate(
        count=Count("pk"),
        slow=Count("pk", filter=is_slow(house_list, at)),
        oldest=Min("since_at"),
        to_30=Count("pk", filter=Q(since_at__gte=edges[0])),
        to_60=Count("pk", filter=Q(since_at__gte=edges[1], since_at__lt=edges[0])),
        to_90=Count("pk", filter=Q(since_at__gte=edges[2], since_at__lt=edges[1])),
        more=Count("pk", filter=Q(since_at__lt=edges[2])),
    )
    found = {
        row["stage_at"]: StageLine(
            stage=Stage(row["stage_at"]),
            count=row["count"],
            slow=row["slow"],
            ages=(row["to_30"], row["to_60"], row["to_90"], row["more"]),
            oldest=row["oldest"],
            days=(at - row["oldest"]).days,
        )
        for row in counted.order_by()
    }
    return tuple(found.get(one.value, StageLine(one)) for one in Stage)


def _done() -> Q:
    return Q(stage_at__in=[one.value for one in DONE])


def _needed(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.exclude(stage_at=Stage.STOPPED.value).order_by()


def _kinds(rows: "QuerySet[Any]") -> dict[str, tuple[int, int]]:
    counted = _needed(rows).values("kind").annotate(all=Count("pk"), done=Count("pk", filter=_done()))
    found = {row["kind"]: (row["all"], row["done"]) for row in counted}
    return {kind: found.get(kind, (0, 0)) for kind in BuildKind.values}


def _groups(rows: "QuerySet[Any]") -> tuple[GroupLine, ...]:
    counted = _needed(rows).values("group").annotate(all=Count("pk"), done=Count("pk", filter=_done()))
    found = {row["group"]: (row["all"], row["done"]) for row in counted}
    return tuple(GroupLine(one, *found[one.pk]) for one in BeneficiaryGroup.objects.all() if one.pk in found)


def _received(scope: "QuerySet[HousingProject]", at: date) -> "QuerySet[ProjectMoney]":
    """What was received by that day for houses that were not stopped."""
    rows = ProjectMoney.objects.filter(project__in=scope, received_on__lte=at)
    return rows.exclude(project__stopped_on__lte=at).order_by()


def _sources(scope: "QuerySet[HousingProject]", at: date) -> tuple[SourceLine, ...]:
    rows = _received(scope, at)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows.values("source", "form").annotate(value_sum=Sum("value")):
        found[row["source"]][row["form"]] = row["value_sum"]
    return tuple(
        SourceLine(source, tuple(found[source.pk].get(form, 0) for form in Contribution.values))
        for source in MoneySource.objects.all()
        if source.pk in found
    )


def _communes(
    province: Unit,
    rows: "QuerySet[Any]",
    scope: "QuerySet[HousingProject]",
    targets: Mapping[int, int],
    house_list: HousingList,
    at: date,
) -> tuple[CommuneLine, ...]:
    counted = (
        rows.order_by()
        .values("commune")
        .annotate(
            listed=Count("pk"),
            completed=Count("pk", filter=_done()),
            new=Count("pk", filter=_done() & Q(kind=BuildKind.NEW)),
            repair=Count("pk", filter=_done() & Q(kind=BuildKind.REPAIR)),
            slow=Count("pk", filter=is_slow(house_list, at)),
            stopped=Count("pk", filter=Q(stage_at=Stage.STOPPED.value)),
        )
    )
    sums: dict[int, int] = dict(
        _received(scope, at).values_list("project__commune_id").annotate(Sum("value"))
    )
    heirs = _heirs(province, at)
    names = ("listed", "completed", "new", "repair", "slow", "stopped")
    lines: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in counted:
        line = lines[heirs.get(row["commune"], row["commune"])]
        for name in names:
            line[name] += row[name]
    for commune, amount in sums.items():
        lines[heirs.get(commune, commune)]["money"] += amount
    goals: dict[int, int] = defaultdict(int)
    for commune, houses in targets.items():
        goals[heirs.get(commune, commune)] += houses
    units = Unit.objects.filter(pk__in={*lines, *goals}).in_bulk()
    made = [
        CommuneLine(
            unit=unit,
            target=goals.get(pk),
            under_way=lines[pk]["listed"] - lines[pk]["completed"],
            money=lines[pk]["money"],
            **{name: lines[pk][name] for name in names},
        )
        for pk, unit in units.items()
    ]
    return tuple(sorted(made, key=_who_is_behind))


def _who_is_behind(line: CommuneLine) -> tuple[int, int, str]:
    """Most houses to build first, then the slowest, then by code."""
    return -(line.progress.left or 0), -line.slow, line.unit.code


def _heirs(province: Unit, at: date) -> dict[int, int]:
    """The commune of that day which an earlier one went into as a whole."""
    living = Unit.objects.in_force(at).filter(province=province, level=Level.COMMUNE)
    return dict(Lineage.objects.filter(unit__in=living).values_list("predecessor", "unit"))
