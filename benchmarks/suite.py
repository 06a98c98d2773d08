"""What is measured: pages and API against the hand-written SQL for the same answer, in one run."""

import itertools
import json
import statistics
import time
from collections.abc import Callable
from datetime import date

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.generator import NOW, World, make_world
from programs.models import FigureState, Indicator, Observation, Period

RATIO = "ntm.xa.17.1"

ROLLUP_SQL = """
    SELECT sum(o.value), sum(o.denominator), count(o.value)
    FROM programs_observation o
    JOIN communes_ancestry a ON a.unit_id = o.unit_id AND a.ancestor_id = %(province)s
     AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
    WHERE o.period_id = %(period)s AND o.indicator_id = %(indicator)s AND o.state >= %(state)s
"""

PROVINCE_SQL = """
    SELECT c.criterion_id, c.result, c.unit_id
    FROM programs_criterionassessment c
    JOIN communes_ancestry a ON a.unit_id = c.unit_id AND a.ancestor_id = %(province)s
     AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
    WHERE c.period_id = %(period)s AND c.state >= %(state)s
"""


OBSERVATION_SQL = """
    INSERT INTO programs_observation (unit_id, indicator_id, period_id, report_id, province_id, value, denominator,
        not_applicable, state, version, note, updated_at, updated_by_id, through)
    VALUES (%(unit)s, %(indicator)s, %(period)s, %(report)s, %(province)s, 30, 100, false, 1, 1, '', %(now)s,
        %(by)s, 'form')
"""

CHANGE_SQL = """
    INSERT INTO programs_observationchange (unit_id, indicator_id, period_id, province_id, version, old_not_applicable,
        value, denominator, not_applicable, note, reason, through, by_id, at)
    VALUES (%(unit)s, %(indicator)s, %(period)s, %(province)s, 1, false, 30, 100, false, '', '', 'form', %(by)s,
        %(now)s)
"""


def median_of(runs: int, work: Callable[[], object]) -> float:
    """The median time of `work` over `runs`, after three that do not count."""
    times = []
    for number in range(runs + 3):
        start = time.perf_counter()
        work()
        if number >= 3:
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def run(size: int, day: date, runs: int) -> None:
    """Make a database of this size, measure, print, drop it."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        world = make_world(day)
        print(
            f"\n{len(world.units)} communes × 57 indicators (and parts) × {len(world.periods)} periods, {name}"
        )
        for line in measure(world, runs):
            print(line)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(world: World, runs: int) -> list[str]:
    lines = []
    official, cadre = Client(), Client()
    official.force_login(world.official)
    cadre.force_login(world.cadre)
    empty = median_of(runs, lambda: _got(official, "/password/"))
    lines.append(f"empty authenticated page                       {empty:7.2f} ms")
    for title, path, sql in _reads(world):
        bare = median_of(runs, lambda sql=sql: _fetch(sql, _parameters(world)))
        page = median_of(runs, lambda path=path: _got(official, path))
        with CaptureQueriesContext(connection) as queries:
            _got(official, path)
        lines.append(
            f"{title:46} {page:7.2f} ms, SQL by hand {bare:6.2f} ms, {len(queries)} statements: "
            f"{page / (bare + empty):4.2f} × (SQL + empty page)"
        )
    lines.append(_measure_saving(world, cadre, empty, runs))
    return lines


def _reads(world: World) -> list[tuple[str, str, str]]:
    period = world.periods[-2].code
    return [
        ("roll-up by API, one indicator, one period", f"/api/v1/rollup/?indicator={RATIO}&unit=14&period={period}", ROLLUP_SQL),
        ("roll-up by API, by commune", f"/api/v1/rollup/?indicator={RATIO}&unit=14&by=commune&period={period}", ROLLUP_SQL),
        ("province dashboard", f"/units/14/?period={period}&state=submitted", PROVINCE_SQL),
    ]  # fmt: skip


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


def _got(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content


def _fetch(sql: str, parameters: dict[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _measure_saving(world: World, cadre: Client, empty: float, runs: int) -> str:
    """One value through the form's own address, against two bare inserts in one transaction."""
    insert = _bare_insert(world)
    bare = median_of(runs, insert)
    save = _form_save(world, cadre)
    saved = median_of(runs, save)
    with CaptureQueriesContext(connection) as queries:
        save()
    return (
        f"{'saving one value, with history and assessment':46} {saved:7.2f} ms, bare inserts {bare:6.2f} ms, "
        f"{len(queries)} statements: {saved / (bare + empty):4.2f} × (bare + empty page)"
    )


def _bare_insert(world: World) -> Callable[[], None]:
    scratch = Period.objects.get(code="2021")
    indicators = Indicator.objects.filter(code__startswith="ntm.xa.").values_list("pk", flat=True)
    places = itertools.product([unit.pk for unit in world.units], indicators)

    def insert() -> None:
        unit, indicator = next(places)
        row = {
            "unit": unit,
            "indicator": indicator,
            "period": scratch.pk,
            "report": world.open_report.pk,
            "province": world.province.pk,
            "by": world.cadre.pk,
            "now": NOW,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(OBSERVATION_SQL, row)
            cursor.execute(CHANGE_SQL, row)

    return insert


def _form_save(world: World, cadre: Client) -> Callable[[], None]:
    path = f"/reports/{world.open_report.pk}/values/"
    stored = Observation.objects.get(report=world.open_report, indicator__code=RATIO)
    version = itertools.count(stored.version)

    def save() -> None:
        number = next(version)
        item = {"indicator": RATIO, "numerator": str(1000 + number), "denominator": "9000", "version": number}
        answer = cadre.post(path, json.dumps({"items": [item]}), content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert answer.json()["items"][0]["status"] == "saved", answer.json()

    return save
