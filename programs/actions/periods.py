"""Periods: opening them makes the reports that are owed; closing and locking freezes them."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from programs.models import Assignment, Period, PeriodState, Report, ReportState
from programs.queries.expected import owing_units


@transaction.atomic
def open_reports(*, period: Period) -> int:
    """Make the reports that units owe in this period and do not have yet; returns how many.

    Expected are the units whose kind a form is assigned to, as they stand on the period's last day.
    """
    made = 0
    for assignment in (
        Assignment.objects.for_period(period).select_related("form").prefetch_related("unit_kinds", "units")
    ):
        owing = owing_units(assignment, period.ends_on)
        there = Report.objects.filter(form=assignment.form, period=period)
        missing = owing.exclude(pk__in=there.values("unit"))
        made += len(
            Report.objects.bulk_create(
                [
                    Report(
                        form=assignment.form,
                        unit=unit,
                        period=period,
                        province_id=unit.province_id or unit.pk,
                    )
                    for unit in missing
                ],
                batch_size=500,
                ignore_conflicts=True,
            )
        )
    return made


@transaction.atomic
def move_deadlines() -> int:
    """Find every period's working day anew, after the holidays changed; returns how many moved."""
    moved = []
    for period in Period.objects.select_for_update():
        before = period.moved_to
        period.set_working_day()
        if period.moved_to != before:
            moved.append(period)
    return Period.objects.bulk_update(moved, ["moved_to"])


@transaction.atomic
def set_period_state(*, periods: Iterable[Period], state: str, today: date | None = None) -> None:
    """Open, close or lock periods; opening makes the reports that are owed.

    Locking carries confirmed reports to 'đã khóa', and unlocking brings them back.
    """
    for period in Period.objects.select_for_update().filter(pk__in=[period.pk for period in periods]):
        period.state = state
        period.save(update_fields=["state"])
        reports = Report.objects.filter(period=period)
        if state == PeriodState.LOCKED:
            reports.filter(state=ReportState.ACCEPTED).update(state=ReportState.LOCKED)
        else:
            reports.filter(state=ReportState.LOCKED).update(state=ReportState.ACCEPTED)
        if state == PeriodState.OPEN:
            open_reports(period=period)
