"""Figures to measure on: a province's real units, a country around them; the real set; drawn with a seed.

Written by COPY, so that making the data is not what is measured. Figures are plausible in shape only.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from communes.actions import refresh_register
from communes.models import Level, Membership, Placement, Role, Tie, Unit, UnitKind, User, first_day
from programs.models import (
    Assessment,
    Assignment,
    CriteriaSet,
    CriterionAssessment,
    FigureState,
    IndicatorKind,
    Observation,
    Period,
    PeriodKind,
    PeriodState,
    Reopening,
    Report,
    ReportForm,
    ReportState,
)
from programs.queries.structure import Structure, structure_of

PERIODS = 60
PERIOD_DAYS = 24
# The country beside Sơn La: 33 provinces with 3,246 communes, wards and zones; with its 75 they are 3,321.
OTHER_PROVINCES = 33
OTHER_COMMUNES = 3246
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """What was made, and whom to ask as."""

    province: Unit
    units: list[Unit]
    periods: list[Period]
    form: ReportForm
    criteria_set: CriteriaSet
    official: User
    cadre: User

    @property
    def open_report(self) -> Report:
        """The report in which the cadre saves: the first commune's of the last period."""
        return Report.objects.get(unit=self.units[0], period=self.periods[-1])


def make_world(day: date, count: int = PERIODS) -> World:
    """The communes of the register on `day` with figures of `count` periods that begin on it.

    204 communes stand on 2021-01-01 and 75 on 2025-07-01; those that no set applies to report too here,
    so that the size is what it says.
    """
    call_command("load_register", verbosity=0)
    call_command("load_programmes", verbosity=0)
    form = ReportForm.objects.get(code="ntm.xa")
    criteria_set = CriteriaSet.objects.get(code="NTM_XA_2021_2025")
    province = Unit.objects.get(code="14")
    units = list(Unit.objects.in_force(day).filter(level="commune").order_by("code"))
    _assign(form, criteria_set, units)
    periods = _periods(day, count)
    official = member("bench-official", province, Role.REVIEWER)
    cadre = member("bench-cadre", units[0], Role.CADRE)
    world = World(province, units, periods, form, criteria_set, official, cadre)
    _copy_all(world, units)
    # The communes of 2021 have ended: their figures are written under an exception only.
    Reopening.objects.create(
        form=form, period=periods[-1], unit=units[0], until=date(2099, 12, 31), reason="đo", by=official
    )
    return world


def add_country(world: World) -> int:
    """The other provinces, with as many figures a commune; returns how many communes there are in all.

    Codes and names are made up: what is measured is how much lies beside the province that is asked.
    """
    day, kind = world.units[0].valid_from, UnitKind.objects.get(code="xa")
    top = [_unit(f"9{number:02}", f"Tỉnh {number}", Level.PROVINCE, world.province.kind, day)
           for number in range(OTHER_PROVINCES)]  # fmt: skip
    Unit.objects.bulk_create(top)
    below = [
        _unit(f"9{number:05}", f"Xã {number}", Level.COMMUNE, kind, day, top[number % OTHER_PROVINCES])
        for number in range(OTHER_COMMUNES)
    ]
    Unit.objects.bulk_create(below, batch_size=500)
    Placement.objects.bulk_create(
        [Placement(unit=one, parent=one.province, tie=Tie.TREE, valid_from=day) for one in below],
        batch_size=500,
    )
    refresh_register()
    _copy_all(world, below)
    return len(world.units) + len(below)


def _unit(code: str, name: str, level: str, kind: UnitKind, day: date, province: Unit | None = None) -> Unit:
    return Unit(
        code=code,
        name=name,
        search_name=name.lower(),
        level=level,
        kind=kind,
        valid_from=day,
        province=province,
    )


def _copy_all(world: World, units: list[Unit]) -> None:
    structure = structure_of(world.form, world.periods[-1])
    reports = _copy_reports(units, world.periods, world.form)
    _copy_figures(structure, units, world.periods, reports, world.official)
    _copy_assessments(structure, units, world.periods)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _assign(form: ReportForm, criteria_set: CriteriaSet, units: list[Unit]) -> None:
    assignment = Assignment.objects.create(
        form=form, criteria_set=criteria_set, period_kind=PeriodKind.AD_HOC, valid_from=first_day
    )
    assignment.unit_kinds.set({unit.kind_id for unit in units})


def _periods(day: date, count: int) -> list[Period]:
    made = []
    for number in range(count):
        start = day + timedelta(days=PERIOD_DAYS * number)
        end = start + timedelta(days=PERIOD_DAYS - 1)
        made.append(
            Period.objects.create(
                code=f"B{number:02}",
                name=f"Kỳ đo {number}",
                kind=PeriodKind.AD_HOC,
                starts_on=start,
                ends_on=end,
                opens_on=first_day,
                deadline=max(end, first_day),
                state=PeriodState.OPEN if number == count - 1 else PeriodState.CLOSED,
            )
        )
    return made


def member(name: str, unit: Unit, role: str) -> User:
    user = User.objects.create_user(username=name, password=None)
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=first_day)
    return user


def copy_rows(model: type[Model], columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows; columns that are not named get the model's defaults, which the database does not know."""
    rest = {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.column not in columns and not field.primary_key and not field.null
    }
    table, more = model._meta.db_table, tuple(rest.values())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join([*columns, *rest])}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((*row, *more))


def _copy_reports(units: list[Unit], periods: list[Period], form: ReportForm) -> dict[tuple[int, int], int]:
    columns = ["form_id", "unit_id", "period_id", "province_id", "state", "version", "entered"]
    columns += ["incomplete_reason", "updated_at"]
    last = periods[-1].pk
    copy_rows(
        Report,
        columns,
        (
            (form.pk, unit.pk, period.pk, unit.province_id, _state(period.pk == last), 1, 57, "", NOW)
            for period in periods
            for unit in units
        ),
    )
    return {
        (u, p): pk for pk, u, p in Report.objects.filter(form=form).values_list("pk", "unit_id", "period_id")
    }


def _state(is_open: bool) -> str:
    return ReportState.ENTERING if is_open else ReportState.SENT


def _copy_figures(
    structure: Structure,
    units: list[Unit],
    periods: list[Period],
    reports: dict[tuple[int, int], int],
    by: User,
) -> None:
    draw = random.Random(14)
    columns = ["unit_id", "indicator_id", "period_id", "report_id", "province_id", "value", "denominator"]
    columns += ["not_applicable", "state", "version", "note", "updated_at", "updated_by_id", "through"]

    def rows() -> Iterator[tuple[Any, ...]]:
        for period in periods:
            for unit in units:
                for row in structure:
                    for one in row.indicators:
                        value, base = _figure(draw, one.kind)
                        report = reports[unit.pk, period.pk]
                        yield (
                            unit.pk, one.pk, period.pk, report, unit.province_id, value, base,
                            False, FigureState.SUBMITTED, 1, "", NOW, by.pk, "demo",
                        )  # fmt: skip

    copy_rows(Observation, columns, rows())


def _figure(draw: random.Random, kind: str) -> tuple[int, int | None]:
    if kind == IndicatorKind.BOOLEAN:
        return draw.randint(0, 1), None
    if kind == IndicatorKind.PERCENT:
        base = draw.randint(50, 9000)
        return draw.randint(0, base), base
    return draw.randint(0, 60_000_000), None


def _copy_assessments(structure: Structure, units: list[Unit], periods: list[Period]) -> None:
    draw = random.Random(1902)
    columns = ["unit_id", "criterion_id", "period_id", "result", "met", "applicable", "total", "state"]
    copy_rows(
        CriterionAssessment,
        [*columns, "provisional"],
        (
            (unit.pk, section.criterion.pk, period.pk, draw.randint(0, 1), 1, 3, 3, 2, False)
            for period in periods
            for unit in units
            for section in structure.sections
            if section.criterion is not None
        ),
    )
    counts = ["met", "not_met", "unknown", "not_applicable", "indicators_met", "indicators_applicable"]
    copy_rows(
        Assessment,
        ["unit_id", "criteria_set_id", "period_id", "result", *counts, "state", "provisional"],
        (
            (unit.pk, structure.criteria_set.pk, period.pk, draw.randint(0, 1), 12, 7, 0, 0, 40, 57, 2, False)
            for period in periods
            for unit in units
            if structure.criteria_set is not None
        ),
    )
