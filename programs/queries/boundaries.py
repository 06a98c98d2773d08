"""On whose map figures are shown: where the units of a period lie among the units of a boundary day.

Read once for many figures: the territory of the boundary day, the successions of its province, and the
villages of communes that were divided or gave villages away. The number of statements grows with nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from django.db.models import F, QuerySet

from communes.models import Level, Placement, Succession, Tie, Unit
from programs.models import Indicator, Observation
from programs.queries.expected import Territory, territory_of
from programs.queries.formulas import parts_of
from programs.queries.latest import MILLION, latest
from programs.rules.redraw import Life, Map, Pair, Part, Village, located, rest_of
from programs.rules.restate import Lineage, Origin

HOUSEHOLDS = "base.households"


class Brief(NamedTuple):
    """What is needed of a unit of any day."""

    pk: int
    kind: str
    province: int | None
    life: Life


@dataclass(frozen=True)
class Villages:
    """Where the villages of the communes concerned stood, and where they lie on the boundary day."""

    stood: Mapping[int, list[tuple[int, date, date | None]]] = field(default_factory=dict)
    lies: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def of(self, commune: int, day: date) -> list[int]:
        """The villages that stood under the commune on that day."""
        rows = self.stood.get(commune, ())
        return [village for village, start, end in rows if Life(start, end).holds(day)]

    @property
    def every(self) -> set[int]:
        return {village for rows in self.stood.values() for village, _start, _end in rows}

    def place(self, village: int, commune: int) -> frozenset[int]:
        """The communes in which the village lies, together; lost sight of, the rest of its commune."""
        return self.lies.get(village) or frozenset({rest_of(commune)})


@dataclass(frozen=True)
class Ground:
    """The territory on the boundary day, and the units of any day that lie in it, wholly or in part."""

    day: date
    territory: Territory
    map: Map
    briefs: Mapping[int, Brief]
    villages: Villages
    hidden: frozenset[int] = frozenset()

    def sources(self, day: date, days: Mapping[int, date] | None = None) -> dict[int, frozenset[int]]:
        """The units of that day that lie in the territory, each with all units in which it lies.

        `days`: the day on which a unit's figure was taken, where its villages were others then.
        """
        inside = self.members()
        found = {}
        for pk in self._living(day):
            places = self.places(pk, (days or {}).get(pk, day))
            if not inside.isdisjoint(places):
                found[pk] = places
        return found

    def _living(self, day: date) -> list[int]:
        return [pk for pk, brief in self.briefs.items() if brief.life.holds(day) and pk not in self.hidden]

    def parts(self, unit: int) -> tuple[Part, ...]:
        return self.map.parts(unit)

    def places(self, unit: int, day: date) -> frozenset[int]:
        """The units of the boundary day in which something of a unit lies, as it stood that day."""
        if unit not in self.villages.stood:
            return self.map.touched(unit)
        return located(self.parts(unit), self.villages_of(unit, day))

    def villages_of(
        self,
        unit: int,
        day: date,
        pairs: Mapping[int, Pair] | None = None,
        households: Mapping[int, int] | None = None,
    ) -> list[Village]:
        """All villages that stood under the unit that day, with what is recorded for each."""
        if unit not in self.villages.stood:
            return []
        pairs, households = pairs or {}, households or {}
        return [
            Village(self.villages.place(one, unit), pairs.get(one), households.get(one))
            for one in self.villages.of(unit, day)
        ]

    def members(self) -> frozenset[int]:
        """The whole territory: its communes, and of those it was the province of what was lost sight of."""
        return self._members

    @cached_property
    def _members(self) -> frozenset[int]:
        unit = self.territory.unit
        lost = {rest_of(pk) for pk, brief in self.briefs.items() if brief.province == unit.pk}
        return frozenset(self.territory.communes) | lost

    def groups(self, by: str) -> list[tuple[Unit, frozenset[int]]]:
        """The rows of a total on the boundary day's map."""
        if by in ("commune", "district"):
            return [(unit, frozenset(members)) for unit, members in self.territory.groups(by)]
        return [(self.territory.unit, self.members())]

    def is_changed(self, source: int, places: Collection[int]) -> bool:
        """The unit is not one of the boundary day, or another in extent."""
        return set(places) != {source}


def ground_of(
    unit: Unit, day: date, *, scope: QuerySet[Unit] | None = None, with_districts: bool = False
) -> Ground:
    """The ground of a unit's territory on the boundary day, for figures of any day.

    With a `scope` figures of later units count only where it holds them: who looked after a unit that ended
    reads nothing of what came after it.
    """
    territory = territory_of(unit, day, scope=scope, with_districts=with_districts)
    briefs = {
        pk: Brief(pk, one.kind_id, one.province_id, Life(one.valid_from, one.valid_to))
        for pk, one in territory.communes.items()
    }
    provinces = {unit.province_id or unit.pk}
    origins, reorganised = _successions(provinces)
    briefs |= reorganised
    lineage = Lineage(origins)
    lives = {pk: brief.life for pk, brief in briefs.items()}
    the_map = Map(day, lives, lineage)
    villages = _villages(the_map, provinces)
    briefs |= _briefs_of(set(villages.stood) - briefs.keys())
    the_map = Map(day, {pk: brief.life for pk, brief in briefs.items()}, lineage)
    ground = Ground(day, territory, the_map, briefs, villages)
    return Ground(day, territory, the_map, briefs, villages, _hidden(ground, scope))


def _successions(provinces: set[int]) -> tuple[list[Origin], dict[int, Brief]]:
    """The communes' successions of these provinces and of those they came from: one query, rarely more."""
    origins: dict[tuple[int, int], Origin] = {}
    briefs: dict[int, Brief] = {}
    asked: set[int] = set()
    sides = ("predecessor", "successor")
    columns = [
        f"{side}__{name}" for side in sides for name in ("kind_id", "province_id", "valid_from", "valid_to")
    ]
    own = ("predecessor_id", "successor_id", "whole", "share_millionths")
    while provinces - asked:
        wanted = provinces - asked
        asked |= wanted
        between = Succession.objects.filter(
            predecessor__level=Level.COMMUNE, successor__level=Level.COMMUNE
        ).order_by()
        # Two statements in one: a condition on either side would look through those of the whole country.
        from_here, to_here = (
            between.filter(**{f"{side}__province__in": wanted}).values_list(*own, *columns) for side in sides
        )
        for before, after, whole, share, *rest in from_here.union(to_here, all=True):
            part = None if share is None else Fraction(share, MILLION)
            origins[before, after] = Origin(before, after, whole, part)
            for pk, (kind, province, start, end) in ((before, rest[:4]), (after, rest[4:])):
                briefs[pk] = Brief(pk, kind, province, Life(start, end))
                if province is not None:
                    provinces.add(province)
    return list(origins.values()), briefs


def _briefs_of(units: Collection[int]) -> dict[int, Brief]:
    if not units:
        return {}
    rows = Unit.objects.filter(pk__in=units).values_list(
        "pk", "kind_id", "province_id", "valid_from", "valid_to"
    )
    return {pk: Brief(pk, kind, province, Life(start, end)) for pk, kind, province, start, end in rows}


def _hidden(ground: Ground, scope: QuerySet[Unit] | None) -> frozenset[int]:
    """Units later than the boundary day and outside the scope: one query, if there are later ones."""
    if scope is None:
        return frozenset()
    inside = ground.members()
    later = {
        pk
        for pk, brief in ground.briefs.items()
        if brief.life.start > ground.day and ground.map.touched(pk) & inside
    }
    if not later:
        return frozenset()
    return frozenset(later - set(scope.filter(pk__in=later).values_list("pk", flat=True)))


# Villages


def _villages(the_map: Map, provinces: Collection[int]) -> Villages:
    """The villages of communes that were divided, or that gave villages to another while they lived.

    Where every commune went whole into another its villages say nothing more: one or two queries then.
    """
    steps = _village_steps(provinces)
    concerned = _divided(the_map) | _movers(provinces) | _across(the_map, steps)
    if not concerned:
        return Villages()
    rows = Placement.objects.filter(tie=Tie.TREE, unit__level=Level.VILLAGE, parent__in=concerned).order_by()
    stood: dict[int, list[tuple[int, date, date | None]]] = {}
    lives: dict[int, Life] = {}
    for village, parent, start, end, born, ended in rows.values_list(
        "unit_id", "parent_id", "valid_from", "valid_to", "unit__valid_from", "unit__valid_to"
    ):
        stood.setdefault(parent, []).append((village, start, end))
        lives[village] = Life(born, ended)
    if not stood:
        return Villages()
    lives |= {pk: life for origin in steps for pk, life in origin.lives}
    among = Map(the_map.day, lives, Lineage(origin.origin for origin in steps))
    reached = {
        village: among.touched(village) for village in {v for of in stood.values() for v, _s, _e in of}
    }
    standing = {one for places in reached.values() for one in places if one > 0}
    communes = dict(
        Placement.objects.on(the_map.day)
        .filter(tie=Tie.TREE, unit__in=standing)
        .order_by()
        .values_list("unit_id", "parent_id")
    )
    lies = {
        village: frozenset(communes[one] for one in places)
        for village, places in reached.items()
        if all(one in communes for one in places)
    }
    return Villages(stood, lies)


class _Step(NamedTuple):
    """A village that became another."""

    origin: Origin
    lives: tuple[tuple[int, Life], tuple[int, Life]]


def _village_steps(provinces: Collection[int]) -> list[_Step]:
    rows = Succession.objects.filter(
        predecessor__level=Level.VILLAGE, successor__level=Level.VILLAGE, predecessor__province__in=provinces
    ).order_by()
    found = []
    for before, after, whole, share, born, ended, begins, ends in rows.values_list(
        "predecessor_id",
        "successor_id",
        "whole",
        "share_millionths",
        "predecessor__valid_from",
        "predecessor__valid_to",
        "successor__valid_from",
        "successor__valid_to",
    ):
        part = None if share is None else Fraction(share, MILLION)
        lives = ((before, Life(born, ended)), (after, Life(begins, ends)))
        found.append(_Step(Origin(before, after, whole, part), lives))
    return found


def _divided(the_map: Map) -> set[int]:
    """Communes that do not lie whole in one of the boundary day."""
    return {
        unit
        for unit in the_map.lives
        if len(the_map.parts(unit)) > 1 or any(len(part.units) > 1 for part in the_map.parts(unit))
    }


def _movers(provinces: Collection[int]) -> set[int]:
    """Communes that gave a village away while both lived."""
    rows = Placement.objects.filter(
        tie=Tie.TREE,
        unit__level=Level.VILLAGE,
        unit__province__in=provinces,
        parent__level=Level.COMMUNE,
        valid_to__isnull=False,
    )
    rows = rows.exclude(valid_to=F("parent__valid_to")).exclude(valid_to=F("unit__valid_to"))
    given = dict(rows.order_by().values_list("unit_id", "parent_id"))
    if not given:
        return set()
    # Who took them in is concerned as well: on an earlier map they lie with the giver.
    takers = Placement.objects.filter(tie=Tie.TREE, unit__in=given).order_by()
    return set(given.values()) | set(takers.values_list("parent_id", flat=True))


def _across(the_map: Map, steps: Collection[_Step]) -> set[int]:
    """Communes between which a village changed by an act of its own: merged into one of the other."""
    if not steps:
        return set()
    villages = {pk for step in steps for pk, _life in step.lives}
    placed: dict[int, list[int]] = {}
    rows = Placement.objects.filter(tie=Tie.TREE, unit__in=villages).order_by("valid_from")
    for village, parent in rows.values_list("unit_id", "parent_id"):
        placed.setdefault(village, []).append(parent)
    concerned = set()
    for step in steps:
        before, after = placed.get(step.origin.predecessor), placed.get(step.origin.successor)
        if before and after and after[0] != before[-1]:
            if after[0] not in the_map.lineage.successions(before[-1]):
                concerned |= {before[-1], after[0]}
    return concerned


def village_figures(
    indicator: Indicator, periods: Collection[int], villages: Collection[int], state: int
) -> dict[int, dict[int, Pair]]:
    """What is recorded for villages, by period; of a formula where all its parts are."""
    if not villages:
        return {}
    formula = indicator.formula
    codes = {one.pk: code for code, one in parts_of(indicator).items()} or {indicator.pk: indicator.code}
    rows = (
        Observation.objects.at_least(state)
        .holding()
        .filter(indicator__in=codes, unit__in=villages, period__in=periods)
        .order_by()
    )
    columns = ("period_id", "unit_id", "indicator_id", "value", "denominator")
    found: dict[tuple[int, int], dict[str, Pair]] = {}
    for period, unit, one, value, denominator in rows.values_list(*columns):
        if value is not None:
            found.setdefault((period, unit), {})[codes[one]] = (value, denominator)
    pairs: dict[int, dict[int, Pair]] = {}
    for (period, unit), own in found.items():
        pair = own.get(indicator.code)
        if formula is not None:
            pair = formula.evaluate({code: value for code, (value, _base) in own.items()})
        if pair is not None:
            pairs.setdefault(period, {})[unit] = pair
    return pairs


def village_households(villages: Collection[int], day: date) -> dict[int, int]:
    """The last households of each village by that day: one query, none without villages."""
    if not villages:
        return {}
    rows = Observation.objects.holding().filter(
        indicator__code=HOUSEHOLDS, unit__in=villages, period__ends_on__lte=day
    )
    found = latest(rows, partition=["unit_id"]).values_list("unit_id", "value")
    return {unit: value for unit, value in found if value is not None}
