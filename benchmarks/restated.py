"""What it costs to show the figures of units that are gone by the units of today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.generator import World, add_country, make_world
from benchmarks.suite import COUNTRY_PERIODS, RATIO, medians_of, own_database
from communes.actions import refresh_register
from communes.models import Act, Level, Placement, Succession, Tie, Unit

BEFORE = date(2021, 1, 1)
MERGED_ON = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Compared:
    """One address by the units of the period and by those of today, in milliseconds and statements."""

    title: str
    as_was: float
    restated: float
    statements: tuple[int, int]

    def __str__(self) -> str:
        before, after = self.statements
        return (
            f"{self.title:44} as it was {self.as_was:7.2f} ms, {before:2} statements · "
            f"restated {self.restated:7.2f} ms, {after:2} statements · {self.restated / self.as_was:5.2f} ×"
        )


def run_restated(runs: int) -> None:
    """204 communes over 60 periods, shown by the 75 of today: every period crosses both reorganisations.

    Then the same over 12 periods with nothing beside the province, and among a country that was reorganised.
    """
    with own_database():
        _measure(make_world(BEFORE), runs)
    with own_database():
        world = make_world(BEFORE, COUNTRY_PERIODS)
        _measure(world, runs)
        communes = add_country(world)
        merged = _merge_country(world)
        print(f"\nAmong {communes} communes of which {merged} went into others:")
        _measure(world, runs)


def _measure(world: World, runs: int) -> None:
    client = Client()
    client.force_login(world.official)
    period = world.periods[-2].code
    query = f"?period={period}&state=submitted"
    rollup = f"/api/v1/rollup/?indicator={RATIO}&unit=14&period={period}&state=submitted"
    count = len(world.periods)
    addresses = {
        "province dashboard": f"/units/14/{query}",
        "communes × criteria": f"/units/14/heatmap/{query}",
        f"the territory over {count} periods": f"/units/14/series/{query}",
        f"one indicator over {count} periods": f"/units/14/indicators/{RATIO}/{query}",
        "one criterion (12 indicators)": f"/units/14/criteria/17/{query}",
        "roll-up by API": rollup,
        "roll-up by API, by commune": f"{rollup}&by=commune",
    }
    print(f"\n{len(world.units)} communes × {count} periods, by the units of today")
    for title, path in addresses.items():
        print(_compared(title, client, path, runs), flush=True)


def _merge_country(world: World) -> int:
    """Every three communes beside the province become one; returns how many went."""
    old = list(Unit.objects.filter(level=Level.COMMUNE).exclude(province=world.province).order_by("province"))
    act = Act.objects.create(number="đo", title="đo", in_force_on=MERGED_ON, operative_on=MERGED_ON)
    groups = [old[place : place + 3] for place in range(0, len(old), 3)]
    new = [
        Unit(
            code=group[0].code,
            name=group[0].name,
            search_name=group[0].search_name,
            level=Level.COMMUNE,
            kind=group[0].kind,
            province_id=group[0].province_id,
            valid_from=MERGED_ON,
        )
        for group in groups
    ]
    ended = [one.pk for one in old]
    Unit.objects.filter(pk__in=ended).update(valid_to=MERGED_ON)
    Placement.objects.filter(unit__in=ended).update(valid_to=MERGED_ON)
    Unit.objects.bulk_create(new, batch_size=500)
    Placement.objects.bulk_create(
        [Placement(unit=one, parent_id=one.province_id, tie=Tie.TREE, valid_from=MERGED_ON) for one in new],
        batch_size=500,
    )
    Succession.objects.bulk_create(
        [
            Succession(act=act, predecessor=before, successor=after)
            for group, after in zip(groups, new, strict=True)
            for before in group
        ],
        batch_size=500,
    )
    refresh_register()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(old)


def _compared(title: str, client: Client, path: str, runs: int) -> Compared:
    works = [_reads(client, path), _reads(client, f"{path}&boundaries=today")]
    as_was, restated = medians_of(runs, *works)
    before, after = (_statements(work) for work in works)
    return Compared(title, as_was, restated, (before, after))


def _reads(client: Client, path: str) -> Callable[[], bytes]:
    def read() -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content

    return read


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)
