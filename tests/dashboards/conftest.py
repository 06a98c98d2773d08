"""Communes of the real register that answer a report, through the same actions as people."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import ceil

import pytest

from communes.models import Level, Role, Unit, User
from programs.actions import Item
from programs.actions.figures import record_batches
from programs.actions.reports import submit_reports
from programs.models import Indicator, Period, Report, ReportForm, Through
from programs.queries.structure import Row, Structure, structure_of
from programs.rules.verdicts import thresholds
from sonla.dashboards.filters import read_question
from sonla.dashboards.queries.question import Question, calendar, reader_of
from tests.support import TODAY, People, make_member, make_people, make_report, period, unit

BASE = 1000


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def office(db: None) -> User:
    """Enters for every commune of the province, as an import would."""
    return make_member("office", unit("14"), Role.CADRE)


def communes_of(when: Period) -> list[Unit]:
    """The xã of the period's last day: 67 in 2025."""
    return list(Unit.objects.in_force(when.ends_on).filter(level=Level.COMMUNE, kind="xa").order_by("code"))


def ask(user: User, code: str = "14", **given: str) -> Question:
    """The question that this address stands for, as the views read it."""
    reader = reader_of(user, TODAY)
    return read_question(given, code, reader, calendar(TODAY))


def structure(period_code: str) -> Structure:
    return structure_of(ReportForm.objects.get(code="ntm.xa"), period(period_code))


def answers(form: Structure, *, criteria: Iterable[int] = (), fails: Iterable[str] = ()) -> dict[str, Item]:
    """Items by code that meet every requirement (of these criteria, else of all), but those that fail."""
    wanted, failing = set(criteria), set(fails)
    found = {}
    for section in form.sections:
        if wanted and section.criterion.number not in wanted:
            continue
        for row in section.rows:
            for item in _row_items(row, met=row.number not in failing):
                found[item.indicator] = item
    return found


def _row_items(row: Row, *, met: bool) -> Iterable[Item]:
    bars = {one.part: one for one in reversed(thresholds(row.requirement.rule))}
    for part, indicator in {"": row.indicator, **row.parts}.items():
        if indicator in row.typed:
            bar = bars.get(part) or next(iter(bars.values()))
            yield _item(indicator, bar.op, bar.value, met=met)


def _item(indicator: Indicator, op: str, bar: Fraction, *, met: bool) -> Item:
    if indicator.is_boolean:
        return Item(indicator.code, int(met))
    low = op in ("<=", "==")
    if indicator.is_ratio:
        reached = 0 if low else ceil(bar * BASE / 100)
        missed = BASE if low else 0
        return Item(indicator.code, reached if met else missed, BASE)
    steps = int(bar * 10**indicator.decimals)
    return Item(indicator.code, steps if met else steps + 1 if low else 0)


@pytest.fixture
def enter(office: User) -> Callable[..., list[Report]]:
    """Enter figures for many communes at once, and send the reports when asked to."""

    def entered(
        period_code: str, figures: Mapping[str, Iterable[Item]], *, send: bool = False, form: str = "ntm.xa"
    ) -> list[Report]:
        reports = [make_report(code, period_code, form) for code in figures]
        batches = [(report, list(figures[report.unit.code])) for report in reports]
        # The last reports of communes that ended are entered on the day they were due.
        day = min([report.due_on for report in reports if not report.unit.lives_on(TODAY)], default=TODAY)
        record_batches(batches=batches, by=office, through=Through.IMPORT, today=day)
        if send:
            reports = submit_reports(reports=reports, by=office, today=day, reason="thử")
        return reports

    return entered
