"""What is measured: pages and API against the hand-written SQL for the same answer, in one run."""

import itertools
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.by_hand import dashboard_by_hand
from benchmarks.generator import NOW, World, add_country, make_world
from communes.models import today
from programs.models import FigureState, Indicator, Observation, Period, Report

RATIO = "ntm.xa.17.1"
EMPTY_PAGE = "/mat-khau/"
COUNTRY_PERIODS = 12
COUNTRY_DAY = date(2025, 7, 1)

ROLLUP_SQL = """
    SELECT sum(o.value), sum(o.denominator), count(o.value)
    FROM programs_observation o
    JOIN communes_ancestry a ON a.unit_id = o.unit_id AND a.ancestor_id = %(province)s
     AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
    WHERE o.period_id = %(period)s AND o.indicator_id = %(indicator)s AND o.state >= %(state)s
"""

BY_COMMUNE_SQL = """
    SELECT u.code, u.name, o.value, o.denominator
    FROM communes_ancestry a
    JOIN communes_unit u ON u.id = a.unit_id AND u.level = 'commune'
    LEFT JOIN programs_observation o ON o.unit_id = u.id AND o.period_id = %(period)s
     AND o.indicator_id = %(indicator)s AND o.state >= %(state)s
    WHERE a.ancestor_id = %(province)s
     AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
    ORDER BY u.code
"""

OBSERVATION_SQL = """
    INSERT INTO programs_observation (unit_id, indicator_id, period_id, report_id, province_id, value,
        denominator, not_applicable, from_records, state, once_accepted, version, note, updated_at,
        updated_by_id, through)
    VALUES (%(unit)s, %(indicator)s, %(period)s, %(report)s, %(province)s, 30, 100, false, false, 1, false,
        1, '', %(now)s, %(by)s, 'form')
"""

CHANGE_SQL = """
    INSERT INTO programs_observationchange (unit_id, indicator_id, period_id, province_id, version,
        old_not_applicable, value, denominator, not_applicable, note, reason, reason_kind, after, through,
        by_id, at)
    VALUES (%(unit)s, %(indicator)s, %(period)s, %(province)s, 1, false, 30, 100, false, '', '', '', '',
        'form', %(by)s, %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """One line of the table: milliseconds with the page, and with SQL by hand."""

    title: str
    page: float
    bare: float
    empty: float
    statements: int

    @property
    def ratio(self) -> float:
        return self.page / (self.bare + self.empty)

    def __str__(self) -> str:
        return (
            f"{self.title:44} {self.page:7.2f} ms, by hand {self.bare:6.2f}, empty {self.empty:5.2f}, "
            f"{self.statements:3} statements · {self.ratio:5.2f} × (by hand + empty page)"
        )


def medians_of(runs: int, *works: Callable[[], object]) -> list[float]:
    """The median time of each work over `runs` in milliseconds, after three that do not count.

    They take turns, so that whatever else the machine does at a time meets all of them.
    """
    times: list[list[float]] = [[] for _work in works]
    for number in range(runs + 3):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if number >= 3:
                taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(taken) for taken in times]


@contextmanager
def own_database() -> Iterator[str]:
    """A database of this run's own, dropped at its end."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def run(size: int, day: date, runs: int) -> None:
    """Measure a province of this size and print."""
    with own_database():
        world = make_world(day)
        assert len(world.units) == size, f"{len(world.units)} communes on {day}, not {size}"
        say(f"{size} communes × 57 indicators × {len(world.periods)} periods", measure(world, runs))


def run_country(runs: int) -> None:
    """The province's pages with nothing beside it, then with the country beside it, in one database."""
    with own_database():
        world = make_world(COUNTRY_DAY, COUNTRY_PERIODS)
        alone = measure(world, runs)
        say(f"{len(world.units)} communes × 57 indicators × {COUNTRY_PERIODS} periods", alone)
        start = time.perf_counter()
        communes = add_country(world)
        took = time.perf_counter() - start
        among = measure(world, runs)
        rows = Observation.objects.count()
        say(f"The same province among {communes} communes: {rows:,} figures, filled in {took:.0f} s", among)
        print("\nSlower among the country than alone:")
        for before, after in zip(alone, among, strict=True):
            print(f"{before.title:44} {100 * (after.page / before.page - 1):+6.1f} %")


def say(heading: str, lines: list[Timed]) -> None:
    print(f"\n{heading}")
    for line in lines:
        print(line)


def measure(world: World, runs: int) -> list[Timed]:
    official, cadre = Client(), Client()
    official.force_login(world.official)
    cadre.force_login(world.cadre)
    lines = []
    for title, path, by_hand in _reads(world):

        def page(path: str = path) -> bytes:
            return got(official, path)

        lines.append(timed(title, page, by_hand, lambda: got(official, EMPTY_PAGE), runs))
    # One value through the form's own address, against two bare inserts in one transaction.
    save, insert = _form_save(world, cadre), _bare_insert(world)
    words = "saving one value, history and assessment"
    lines.append(timed(words, save, insert, lambda: got(cadre, EMPTY_PAGE), runs))
    return lines


def timed(
    title: str,
    page: Callable[[], object],
    by_hand: Callable[[], object],
    empty: Callable[[], object],
    runs: int,
) -> Timed:
    took, bare, nothing = medians_of(runs, page, by_hand, empty)
    return Timed(title, took, bare, nothing, _statements(page))


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def _reads(world: World) -> list[tuple[str, str, Callable[[], object]]]:
    """Each measured address, with the same answer by hand."""
    period = world.periods[-2].code
    rollup = f"/api/v1/rollup/?indicator={RATIO}&unit=14&period={period}"
    parameters = _parameters(world)
    dashboard = dashboard_by_hand(world.official, "14", today(), period, FigureState.SUBMITTED)
    return [
        ("roll-up by API, one indicator, one period", rollup, lambda: _fetch(ROLLUP_SQL, parameters)),
        ("roll-up by API, by commune", f"{rollup}&by=commune", lambda: _fetch(BY_COMMUNE_SQL, parameters)),
        ("province dashboard", f"/units/14/?period={period}&state=submitted", dashboard.read),
    ]


def _parameters(world: World) -> dict[str, object]:
    period = world.periods[-2]
    indicator = Indicator.objects.coded(RATIO, period.ends_on)
    return {
        "province": world.province.pk,
        "day": period.ends_on,
        "period": period.pk,
        "indicator": indicator.pk if indicator else None,
        "state": int(FigureState.SUBMITTED),
    }


def got(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content


def _fetch(sql: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _bare_insert(world: World) -> Callable[[], None]:
    """Each call stores the next figure of a period that nobody measures."""
    scratch = Period.objects.get(code="2021")
    Observation.objects.filter(period=scratch).delete()
    connection.cursor().execute("DELETE FROM programs_observationchange WHERE period_id = %s", [scratch.pk])
    indicators = Indicator.objects.filter(code__startswith="ntm.xa.").values_list("pk", flat=True)
    places = itertools.product([unit.pk for unit in world.units], indicators)
    report = Report.objects.get(unit=world.units[-1], period=world.periods[0]).pk

    def insert() -> None:
        unit, indicator = next(places)
        row = {
            "unit": unit,
            "indicator": indicator,
            "period": scratch.pk,
            "report": report,
            "province": world.province.pk,
            "by": world.cadre.pk,
            "now": NOW,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(OBSERVATION_SQL, row)
            cursor.execute(CHANGE_SQL, row)

    return insert


def _form_save(world: World, cadre: Client) -> Callable[[], None]:
    """Each call saves the next value of one figure, as the form's script does."""
    report = world.open_report
    path = f"/reports/{report.pk}/values/"
    stored = Observation.objects.get(report=report, indicator__code=RATIO)
    version = itertools.count(stored.version)

    def save() -> None:
        number = next(version)
        item = {"indicator": RATIO, "numerator": str(1000 + number), "denominator": "9000", "version": number}
        body = json.dumps({"user": world.cadre.pk, "items": [item]})
        answer = cadre.post(path, body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert answer.json()["items"][0]["status"] == "saved", answer.json()

    return save
