"""Registers of a whole province: 300,000 households with five yearly reviews; and what their pages cost."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.generator import NOW, World, copy_rows, make_world, member
from benchmarks.suite import EMPTY_PAGE, Timed, got, own_database, say, timed
from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import Role, Unit, User, today
from communes.rules.text import fold
from housing.models import CommuneReview, Household, HouseholdCounter, PovertyReview, ReviewRound
from programs.models import FigureState, Indicator, Observation, Report, ReportForm

DAY = date(2025, 7, 1)
PERIODS = 12
VILLAGES = 12
YEARS = ("2021", "2022", "2023", "2024", "2025")
FAMILIES = ("Lò Văn", "Quàng Thị", "Cà Văn", "Tòng Thị", "Hoàng Văn", "Lường Thị", "Giàng A", "Nguyễn Thị")
GIVEN = (
    "An",
    "Lo",
    "Bình",
    "Chung",
    "Dua",
    "Hặc",
    "Inh",
    "Khụt",
    "Lả",
    "Muôn",
    "Nọi",
    "Pâng",
    "Sơn",
    "Ươi",
    "Xôm",
)
CLASSES = ("poor", "near_poor", "neither")
# Of a hundred households, about what the province's reports say.
SHARES = (12, 10, 78)
# Words that more households have than a page shows, and those of one family.
MANY, FEW = "lo van", "quang thi khut l"

ROWS_SQL = """
    SELECT h.*, v.name, g.name FROM housing_household h
    JOIN communes_unit v ON v.id = h.village_id
    LEFT JOIN housing_ethnicgroup g ON g.id = h.ethnic_group_id
    WHERE h.commune_id = %(commune)s AND h.ended_on IS NULL
    ORDER BY h.ended_on, h.search_name, h.id LIMIT 50
"""

VILLAGES_SQL = """
    SELECT v.id, v.name, c.* FROM (
        SELECT village_id, count(*), sum(persons), count(*) FILTER (WHERE poverty_class = 'poor'),
            count(*) FILTER (WHERE poverty_class = 'near_poor')
        FROM housing_household WHERE commune_id = %(commune)s AND ended_on IS NULL GROUP BY village_id
    ) c JOIN communes_unit v ON v.id = c.village_id
"""

CLAIMED_SQL = """
    SELECT id, head_name FROM housing_household
    WHERE commune_id = %(commune)s AND ended_on IS NULL AND id IN (
        SELECT origin_id FROM housing_household
        WHERE origin_id IS NOT NULL AND arrival = 'moved_in' AND ended_on IS NULL)
"""

SEARCH_SQL = """
    SELECT h.*, v.name, g.name FROM housing_household h
    JOIN communes_unit v ON v.id = h.village_id
    LEFT JOIN housing_ethnicgroup g ON g.id = h.ethnic_group_id
    WHERE h.commune_id = %(commune)s AND h.ended_on IS NULL
     AND (h.search_name LIKE %(first)s OR h.search_name LIKE %(later)s)
    ORDER BY h.ended_on, h.search_name, h.id LIMIT 51
"""


@dataclass(frozen=True, slots=True)
class Registers:
    """What was made, and whom to ask as."""

    world: World
    commune: Unit
    cadre: User
    villages: dict[int, list[int]]


def run_households(count: int, runs: int) -> None:
    """Measure a province with so many households, then one import into one of its registers, and print."""
    from benchmarks.household_import import measure_import

    with own_database():
        made = make_registers(count)
        stored, sheets = Household.objects.count(), PovertyReview.objects.count()
        say(f"{stored:,} households, {sheets:,} sheets of {len(YEARS)} years", measure(made, runs))
        compare(made, runs)
        measure_import(made.commune, made.cadre)


def make_registers(count: int) -> Registers:
    """Registers of all communes of the province alike in size, a twelfth part in each village."""
    world = make_world(DAY, PERIODS)
    call_command("load_housing", verbosity=0)
    keeper = member("bench-keeper", world.province, Role.ADMINISTRATOR)
    wanted = [
        NewVillage(name=f"Bản {number}", kind="ban", stays=(Stay(commune, DAY),))
        for commune in world.units
        for number in range(1, VILLAGES + 1)
    ]
    villages: dict[int, list[int]] = {commune.pk: [] for commune in world.units}
    for made, (commune, _number) in zip(
        add_villages(villages=wanted, by=keeper, today=today()),
        product(world.units, range(VILLAGES)),
        strict=True,
    ):
        villages[commune.pk].append(made.pk)
    _copy_households(world, villages, count)
    _copy_sheets(world)
    _copy_figures(world)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Registers(world, world.units[0], world.cadre, villages)


def _copy_households(world: World, villages: dict[int, list[int]], count: int) -> None:
    draw = random.Random(24)
    each = count // len(world.units)
    columns = ["code", "province_id", "commune_id", "village_id", "head_name", "search_name", "head_sex"]
    columns += [
        "head_birth_year",
        "identity_number",
        "persons",
        "poverty_class",
        "arrived_on",
        "updated_by_id",
    ]

    def rows() -> Iterator[tuple[Any, ...]]:
        number = 0
        for commune in world.units:
            for order in range(1, each + 1):
                number += 1
                name = f"{draw.choice(FAMILIES)} {draw.choice(GIVEN)} {draw.choice(GIVEN)}"
                year = draw.randint(1940, 1999)
                yield (
                    f"{commune.code}-{order:05}", world.province.pk, commune.pk,
                    villages[commune.pk][order % VILLAGES], name, fold(name), "male", year,
                    f"0140{year % 100:02}{number:06}", draw.randint(1, 9),
                    draw.choices(CLASSES, SHARES)[0], DAY, world.cadre.pk,
                )  # fmt: skip

    copy_rows(Household, columns, rows())
    HouseholdCounter.objects.bulk_create(
        HouseholdCounter(commune_code=commune.code, last=each) for commune in world.units
    )


def _copy_sheets(world: World) -> None:
    """A sheet of each household in each of the years, and each commune's approved part of the round."""
    draw = random.Random(2024)
    rounds = list(ReviewRound.objects.filter(code__in=YEARS).order_by("code"))
    CommuneReview.objects.bulk_create(
        CommuneReview(
            round=one, commune=commune, province=world.province, source="register", state="approved"
        )
        for one, commune in product(rounds, world.units)
    )
    reviews = dict(CommuneReview.objects.order_by("commune", "round__code").values_list("pk", "commune"))
    households: dict[int, list[tuple[int, int]]] = {commune.pk: [] for commune in world.units}
    for pk, commune, village in Household.objects.values_list("pk", "commune", "village").iterator():
        households[commune].append((pk, village))
    columns = [
        "review_id",
        "household_id",
        "village_id",
        "listed",
        "b2_done",
        "poverty_class",
        "updated_by_id",
    ]
    copy_rows(
        PovertyReview,
        columns,
        (
            (review, pk, village, "poor", True, draw.choices(CLASSES, SHARES)[0], world.cadre.pk)
            for review, commune in reviews.items()
            for pk, village in households[commune]
        ),
    )


def _copy_figures(world: World) -> None:
    """The figures that the communes' registers would give for the years, drawn."""
    draw = random.Random(2025)
    form = ReportForm.objects.get(code="poverty")
    rounds = ReviewRound.objects.filter(code__in=YEARS).select_related("period")
    periods = [one.period for one in rounds if one.period is not None]
    indicators = [
        one.pk
        for one in Indicator.objects.all()
        if one.code in ("base.households", "base.population") or _is_told(one.code)
    ]
    places = list(product(periods, world.units))
    columns = ["form_id", "unit_id", "period_id", "province_id", "state", "version", "updated_at"]
    copy_rows(
        Report,
        columns,
        ((form.pk, unit.pk, period.pk, world.province.pk, "accepted", 1, NOW) for period, unit in places),
    )
    found = Report.objects.filter(form=form).values_list("unit", "period", "pk")
    reports = {(unit, period): pk for unit, period, pk in found}
    columns = [
        "unit_id",
        "indicator_id",
        "period_id",
        "report_id",
        "province_id",
        "value",
        "state",
        "version",
    ]
    columns += ["updated_at", "updated_by_id", "through"]
    copy_rows(
        Observation,
        columns,
        (
            (unit.pk, one, period.pk, reports[unit.pk, period.pk], world.province.pk, draw.randint(0, 900),
             FigureState.ACCEPTED, 1, NOW, world.cadre.pk, "records")
            for period, unit in places
            for one in indicators
        ),
    )  # fmt: skip


def _is_told(code: str) -> bool:
    """Of the ethnic groups only the twelve that live in the province in numbers."""
    group = code.removeprefix("poverty.groups.").split(".")[0]
    return code.startswith("poverty.") and (not group.isdigit() or int(group) <= 12)


def measure(made: Registers, runs: int) -> list[Timed]:
    """A commune's list and search, each beside the SQL for the same answer."""
    cadre = Client()
    cadre.force_login(made.cadre)
    path = f"/households/{made.commune.code}/"

    def empty() -> bytes:
        return got(cadre, EMPTY_PAGE)

    by_hand = _by_hand({"commune": made.commune.pk}, ROWS_SQL, VILLAGES_SQL, CLAIMED_SQL)
    lines = [timed("a commune's list of households", lambda: got(cadre, path), by_hand, empty, runs)]
    for words in (MANY, FEW):

        def search(words: str = words) -> bytes:
            answer = cadre.post(f"{path}search/", {"q": words})
            assert answer.status_code == 200, answer.status_code
            return answer.content

        rows = _searched(made, words)
        title = f"search without accents, {len(rows())} rows"
        lines.append(timed(title, search, rows, empty, runs))
    return lines


def _searched(made: Registers, words: str) -> Callable[[], list[tuple[Any, ...]]]:
    """The same search by hand."""
    parameters: dict[str, int | str] = {
        "commune": made.commune.pk,
        "first": f"{words}%",
        "later": f"% {words}%",
    }

    def read() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(SEARCH_SQL, parameters)
            return list(cursor.fetchall())

    return read


def _by_hand(parameters: dict[str, int], *statements: str) -> Callable[[], None]:
    def read() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()

    return read


def compare(made: Registers, runs: int) -> None:
    """The province's poverty page against its new-rural dashboard, in turns."""
    official = Client()
    official.force_login(made.world.official)
    period = made.world.periods[-2].code
    poverty, dashboard = "/units/14/poverty/?period=2025", f"/units/14/?period={period}&state=submitted"
    line = timed(
        "province poverty page, beside the dashboard",
        lambda: got(official, poverty),
        lambda: got(official, dashboard),
        lambda: None,
        runs,
    )
    print(line)
