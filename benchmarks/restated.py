"""What it costs to show the figures of units that are gone by the units of today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.generator import make_world
from benchmarks.suite import RATIO, medians_of, own_database

BEFORE = date(2021, 1, 1)


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
    """204 communes over 60 periods, shown by the 75 of today: every period crosses both reorganisations."""
    with own_database():
        world = make_world(BEFORE)
        client = Client()
        client.force_login(world.official)
        period = world.periods[-2].code
        query = f"?period={period}&state=submitted"
        rollup = f"/api/v1/rollup/?indicator={RATIO}&unit=14&period={period}&state=submitted"
        addresses = {
            "province dashboard": f"/units/14/{query}",
            "communes × criteria": f"/units/14/heatmap/{query}",
            "the territory over 60 periods": f"/units/14/series/{query}",
            "one indicator over 60 periods": f"/units/14/indicators/{RATIO}/{query}",
            "one criterion (12 indicators)": f"/units/14/criteria/17/{query}",
            "roll-up by API": rollup,
            "roll-up by API, by commune": f"{rollup}&by=commune",
        }
        print(f"\n{len(world.units)} communes × {len(world.periods)} periods, by the units of today")
        for title, path in addresses.items():
            print(_compared(title, client, path, runs))


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
