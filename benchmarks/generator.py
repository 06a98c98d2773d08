"""A province's worth of figures: real units × the real set's indicators × 60 periods, drawn with a seed.

Written by COPY, so that making the data is not what is measured. Figures are plausible in shape only.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection

from communes.models import Membership, Role, Unit, User, first_day
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
    Report,
    ReportForm,
    ReportState,
)
from programs.queries.structure import Structure, structure_of

PERIODS = 60
PERIOD_DAYS = 24
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
    open_report: Report


def make_world(day: date) -> World:
    """The communes of the register on `day` with figures of 60 periods that begin on it.

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
    periods = _periods(day)
    official = _member("bench-official", province, Role.REVIEWER)
    cadre = _member("bench-cadre", units[0], Role.CADRE)
    structure = structure_of(form, periods[-1])
    reports = _copy_reports(units, periods, form, province)
    _copy_figures(structure, units, periods, reports, province, official)
    _copy_assessments(structure, units, periods)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    open_report = Report.objects.get(unit=units[0], period=periods[-1])
    return World(province, units, periods, form, criteria_set, official, cadre, open_report)


def _assign(form: ReportForm, criteria_set: CriteriaSet, units: list[Unit]) -> None:
    assignment = Assignment.objects.create(
        form=form, criteria_set=criteria_set, period_kind=PeriodKind.AD_HOC, valid_from=first_day
    )
    assignment.unit_kinds.set({unit.kind_id for unit in units})


def _periods(day: date) -> list[Period]:
    made = []
    for number in range(PERIODS):
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
                state=PeriodState.OPEN if number == PERIODS - 1 else PeriodState.CLOSED,
            )
        )
    return made


def _member(name: str, unit: Unit, role: str) -> User:
    user = User.objects.create_user(username=name, password=None)
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=first_day)
    return user


def _copy(model: type, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    table = model._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _copy_reports(
    units: list[Unit], periods: list[Period], form: ReportForm, province: Unit
) -> dict[tuple[int, int], int]:
    columns = ["form_id", "unit_id", "period_id", "province_id", "state", "version", "entered"]
    columns += ["incomplete_reason", "updated_at"]
    last = periods[-1].pk
    _copy(
        Report,
        columns,
        (
            (form.pk, unit.pk, period.pk, province.pk, _state(period.pk == last), 1, 57, "", NOW)
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
    province: Unit,
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
                        yield (
                            unit.pk, one.pk, period.pk, reports[unit.pk, period.pk], province.pk, value, base,
                            False, FigureState.SUBMITTED, 1, "", NOW, by.pk, "demo",
                        )  # fmt: skip

    _copy(Observation, columns, rows())


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
    _copy(
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
    _copy(
        Assessment,
        ["unit_id", "criteria_set_id", "period_id", "result", *counts, "state", "provisional"],
        (
            (unit.pk, structure.criteria_set.pk, period.pk, draw.randint(0, 1), 12, 7, 0, 0, 40, 57, 2, False)
            for period in periods
            for unit in units
            if structure.criteria_set is not None
        ),
    )
