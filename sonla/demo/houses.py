"""The demo's houses: brought in with their steps and money, each for a household of its commune's register.

Households that the registers already hold are helped first, the poor before the others; where none is left
(most communes keep no register in the demo) one is written in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from communes.models import Ancestry, Level, Membership, Role, Unit, User
from housing.actions.house_bulk import NewHouse, add_houses
from housing.actions.house_money import Gift
from housing.actions.house_steps import Step
from housing.actions.house_targets import set_targets
from housing.actions.register import add_households
from housing.models import (
    Arrival,
    BeneficiaryGroup,
    EthnicGroup,
    Household,
    HousingList,
    HousingProject,
    MoneySource,
    PovertyClass,
    Stage,
)
from housing.rules.records import HouseholdData
from programs.models import Through
from sonla.demo.generator.houses import FIRST, FIRST_COUNTED, WAY, HousePlan, draw_houses
from sonla.demo.generator.people_names import draw_head
from sonla.demo.generator.poverty import Poverty
from sonla.demo.generator.streams import stream
from sonla.demo.generator.territory import Key, Territory

DECISIONS = {FIRST: "Kế hoạch 01-KH/BCĐ (minh họa)"}
SINCE = date(2024, 1, 1)
HELPED_FIRST = {PovertyClass.POOR: 0, PovertyClass.NEAR_POOR: 1, "": 2, PovertyClass.NEITHER: 3}


def load_houses(territory: Territory, poverty: Poverty, *, by: User, today: date, seed: int) -> int:
    """Bring the demo's houses in, once; the registers, when there are any, come before. Returns how many."""
    if HousingProject.objects.exists():
        return 0
    drawn = draw_houses(territory, poverty, seed)
    communes = {(one.code, one.valid_from): one for one in Unit.objects.filter(level=Level.COMMUNE)}
    lists = {one.code: one for one in HousingList.objects.all()}
    for code, goals in drawn.targets.items():
        houses = {communes[key]: count for key, count in goals.items()}
        decision = DECISIONS.get(code, "Rà soát nhu cầu phát sinh (minh họa)")
        set_targets(house_list=lists[code], houses=houses, decision=decision, by=by, today=today)
    homes = _Homes(today, seed).find(drawn.plans, communes)
    kept = _Kept(lists)
    rows = [
        kept.row(plan, home, communes[plan.commune]) for plan, home in zip(drawn.plans, homes, strict=True)
    ]
    add_houses(rows=rows, by=by, today=today, through=Through.DEMO)
    return len(rows)


@dataclass
class _Kept:
    """The short lists that a row names."""

    lists: Mapping[str, HousingList]
    groups: Mapping[str, BeneficiaryGroup] = field(
        default_factory=lambda: {one.code: one for one in BeneficiaryGroup.objects.all()}
    )
    sources: Mapping[str, MoneySource] = field(
        default_factory=lambda: {one.code: one for one in MoneySource.objects.all()}
    )

    def row(self, plan: HousePlan, home: Household, commune: Unit) -> NewHouse:
        return NewHouse(
            household=home,
            commune=commune,
            house_list=self.lists[plan.house_list],
            group=self.groups[plan.group],
            kind=plan.kind,
            proposed_on=plan.proposed_on,
            steps=tuple(_steps(plan)),
            gifts=[
                Gift(
                    source=self.sources[one.source],
                    form=one.form,
                    value=one.value,
                    received_on=one.on,
                    quantity=None if one.quantity is None else Decimal(one.quantity),
                    measure=one.measure,
                )
                for one in plan.given
            ],
        )


def _steps(plan: HousePlan) -> Iterable[Step]:
    foundation, frame, roof = plan.hard
    for name in (*WAY, "stopped"):
        if name in plan.days:
            yield Step(
                stage=Stage(name),
                on=plan.days[name],
                present=plan.present,
                agreed=plan.agreed,
                decision=plan.decision,
                foundation=foundation,
                frame=frame,
                roof=roof,
                area_m2=plan.area_m2,
                reason=plan.reason,
            )


# -- Households --------------------------------------------------------------------------------------


@dataclass
class _Homes:
    """A household for every house, none twice: of a village that lay in the house's commune at that time."""

    today: date
    seed: int

    def find(self, plans: Iterable[HousePlan], communes: Mapping[Key, Unit]) -> list[Household]:
        plans = list(plans)
        then, now = _communes_of_villages(FIRST_COUNTED), _communes_of_villages(self.today)
        villages = {True: _by_commune(then), False: _by_commune(now)}
        known = self._registered()
        found: list[Household | None] = []
        missing: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
        drawn = stream(self.seed, "homes of houses")
        for number, plan in enumerate(plans):
            places = villages[plan.house_list == FIRST][communes[plan.commune].pk]
            village = drawn.choice(places)
            free = known.get(village)
            found.append(free.pop() if free else None)
            if found[-1] is None:
                missing[now[village]].append((number, village, plan.group == "ncc"))
        self._write_in(missing, found)
        return [home for home in found if home is not None]

    def _registered(self) -> dict[int, list[Household]]:
        """Households that stand in a register already, by village; the first to be helped stand last."""
        needed = ("village", "province", "commune", "poverty_class", "ended_on")
        rows = Household.objects.filter(ended_on=None).only(*needed).order_by("pk")
        found: dict[int, list[Household]] = defaultdict(list)
        for one in rows:
            found[one.village_id].append(one)
        for homes in found.values():
            homes.sort(key=lambda one: HELPED_FIRST[one.poverty_class], reverse=True)
        return found

    def _write_in(
        self, missing: Mapping[int, list[tuple[int, int, bool]]], found: list[Household | None]
    ) -> None:
        units = Unit.objects.in_bulk(missing)
        cadres = _cadres(missing)
        groups = dict(EthnicGroup.objects.values_list("code", "pk"))
        for commune, wanted in sorted(missing.items()):
            drawn = stream(self.seed, "homes of houses", units[commune].code)
            made = add_households(
                commune=units[commune],
                rows=[
                    (_data(drawn, groups, village, merit), SINCE, Arrival.FOUND)
                    for _number, village, merit in wanted
                ],
                by=cadres[commune],
                today=self.today,
                through=Through.DEMO,
            )
            for (number, _village, _merit), home in zip(wanted, made, strict=True):
                found[number] = home


def _data(drawn: Random, groups: Mapping[str, int], village: int, merit: bool) -> HouseholdData:
    head = draw_head(drawn)
    return HouseholdData(
        village_id=village,
        head_name=head.name,
        head_sex=head.sex,
        head_birth_year=head.birth_year,
        identity_number=head.identity,
        ethnic_group_id=groups[head.group],
        persons=drawn.randint(2, 8),
        merit=merit,
    )


def _communes_of_villages(day: date) -> dict[int, int]:
    rows = Ancestry.objects.on(day).filter(unit__level=Level.VILLAGE, ancestor__level=Level.COMMUNE)
    return dict(rows.order_by("unit").values_list("unit", "ancestor"))


def _by_commune(communes: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for village, commune in communes.items():
        found[commune].append(village)
    return found


def _cadres(communes: Iterable[int]) -> dict[int, User]:
    """A commune's own cadre, in whose name its households are written in."""
    rows = Membership.objects.filter(unit__in=communes, role=Role.CADRE, valid_to=None).order_by("-pk")
    return {row.unit_id: row.user for row in rows.select_related("user")}
