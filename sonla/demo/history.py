"""The demo's reports and decisions, through the same actions as everybody's."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from communes.models import Unit, User, Verification
from housing.actions.figures import refresh_many_houses
from housing.models import HousingList
from programs.actions import (
    Item,
    accept_reports,
    open_reports,
    record_batches,
    return_report,
    set_period_state,
    submit_reports,
)
from programs.models import Period, PeriodState, Recognition, Reopening, Report, Through
from sonla.demo.generator.decisions import Decision
from sonla.demo.generator.figures import Entry
from sonla.demo.generator.reports import Plan
from sonla.demo.generator.terms import Term
from sonla.demo.generator.territory import Key

HOUSING_FORM = "housing"
Day = Callable[[Plan], date | None]


class History:
    """Loads one term after another; every step at the day it is said to have happened."""

    def __init__(self, author: User, reviewer: User) -> None:
        self.author = author
        self.reviewer = reviewer

    def load(self, term: Term, plans: Sequence[Plan], meanwhile: Callable[[], object] | None = None) -> None:
        """The reports of one term: the period is open meanwhile and then as it was before.

        `meanwhile`: what else happens while it is open, before the reports are typed.
        """
        period = Period.objects.get(code=term.code)
        state = period.state
        if state == PeriodState.OPEN:
            open_reports(period=period)
        else:
            set_period_state(periods=[period], state=PeriodState.OPEN)
        if meanwhile is not None:
            meanwhile()
        rows = Report.objects.filter(period=period).select_related("form", "unit", "period")
        self.reports = {(r.form.code, (r.unit.code, r.unit.valid_from)): r for r in rows}
        self._except([plan for plan in plans if self._ends_late(plan)])
        for day, found in _by_day(plans, lambda plan: plan.entered_on):
            self._record([(plan, plan.entries) for plan in found], day)
        self._send(plans, lambda plan: plan.sent_on)
        self._return([plan for plan in plans if plan.returned_on])
        for day, found in _by_day(plans, lambda plan: plan.resent_on):
            self._record([(plan, plan.corrections) for plan in found], day, version=1)
        self._send(plans, lambda plan: plan.resent_on)
        for day, found in _by_day(plans, lambda plan: plan.accepted_on):
            self._accept(found, day)
        if state != PeriodState.OPEN:
            set_period_state(periods=[period], state=state)

    def count_houses(self, code: str, entered_on: date, *, accepted_on: date | None) -> int:
        """The reports of houses of one period: counted from the houses that are there on `entered_on`.

        Of a closed period they are sent the day after and accepted; of the open one they wait. Returns how
        many figures.
        """
        period = Period.objects.get(code=code)
        state = period.state
        set_period_state(periods=[period], state=PeriodState.OPEN)
        found = Report.objects.filter(period=period, form__code=HOUSING_FORM).select_related("unit")
        units = [report.unit for report in found]
        figures = 0
        for of in HousingList.objects.all():
            at = _at(entered_on, 14)
            figures += refresh_many_houses(units, of, by=self.author, today=entered_on, at=at).figures
        if accepted_on is not None:
            day = entered_on + timedelta(days=1)
            submit_reports(reports=list(found), by=self.author, today=day, at=_at(day, 16))
            accept_reports(reports=list(found), by=self.reviewer, today=accepted_on, at=_at(accepted_on, 10))
        if state != PeriodState.OPEN:
            set_period_state(periods=[period], state=state)
        return figures

    def _report(self, plan: Plan) -> Report:
        return self.reports[plan.form, plan.place]

    def _ends_late(self, plan: Plan) -> bool:
        """The last report of a commune that had ended meanwhile, handed in after it was due."""
        report, days = self._report(plan), [day for day in (plan.entered_on, plan.sent_on) if day]
        return bool(days) and max(days) > report.due_on and not report.unit.lives_on(max(days))

    def _except(self, plans: Sequence[Plan]) -> None:
        """What is left of an ended unit is written under an exception only."""
        reports = [(self._report(plan), plan) for plan in plans]
        Reopening.objects.bulk_create(
            [
                Reopening(
                    form=report.form,
                    period=report.period,
                    unit=report.unit,
                    until=max(day for day in (plan.entered_on, plan.sent_on) if day),
                    reason="Xã đã sắp xếp, báo cáo nộp sau hạn",
                    by=self.reviewer,
                )
                for report, plan in reports
            ]
        )

    def _record(self, plans: Sequence[tuple[Plan, Sequence[Entry]]], day: date, version: int = 0) -> None:
        reason = "Sửa theo ý kiến của tỉnh" if version else ""
        batches = [
            (self._report(plan), [_item(entry, version, reason) for entry in entries])
            for plan, entries in plans
        ]
        record_batches(batches=batches, by=self.author, through=Through.DEMO, today=day, at=_at(day, 14))

    def _send(self, plans: Sequence[Plan], on: Day) -> None:
        for day, found in _by_day(plans, on):
            for reason in sorted({plan.gaps_reason for plan in found}):
                reports = [self._report(plan) for plan in found if plan.gaps_reason == reason]
                submit_reports(reports=reports, by=self.author, today=day, reason=reason, at=_at(day, 16))

    def _return(self, plans: Sequence[Plan]) -> None:
        for day, found in _by_day(plans, lambda plan: plan.returned_on):
            for plan in found:
                report = self._report(plan)
                return_report(
                    report=report, by=self.reviewer, today=day, comments=plan.remarks, at=_at(day, 9)
                )

    def _accept(self, plans: Sequence[Plan], day: date) -> None:
        reports = [self._report(plan) for plan in plans]
        accept_reports(reports=reports, by=self.reviewer, today=day, at=_at(day, 10))


def _item(entry: Entry, version: int, reason: str) -> Item:
    return Item(
        indicator=entry.code,
        value=entry.value,
        denominator=entry.denominator,
        not_applicable=entry.not_applicable,
        version=version,
        note=entry.note,
        reason=reason,
    )


def _by_day(plans: Iterable[Plan], on: Day) -> list[tuple[date, list[Plan]]]:
    """Plans by the day of one of their steps, in time; those without it are left out."""
    days: dict[date, list[Plan]] = {}
    for plan in plans:
        day = on(plan)
        if day is not None:
            days.setdefault(day, []).append(plan)
    return sorted(days.items())


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 20)))


def load_decisions(decisions: Sequence[Decision]) -> int:
    """The recognitions, those that carry another on after it; returns how many were made."""
    units: dict[Key, Unit] = {(unit.code, unit.valid_from): unit for unit in Unit.objects.all()}
    made: dict[tuple[Key, str], Recognition] = {}
    for carrying in (False, True):
        rows = [one for one in decisions if (one.carries is not None) == carrying]
        stored = Recognition.objects.bulk_create(
            Recognition(
                unit=units[one.unit],
                level=one.level,
                decision=one.number,
                decided_on=one.decided_on,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                end_reason=one.end_reason,
                carries=made[one.carries, one.level] if one.carries else None,
                mark=Verification.DEMO,
                note=one.note,
            )
            for one in rows
        )
        made |= {(one.unit, one.level): row for one, row in zip(rows, stored, strict=True)}
    return len(decisions)
