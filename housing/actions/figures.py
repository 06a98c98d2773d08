"""From records to figures: what a commune's households and houses count up to becomes its observations.

In the transaction of the act that changed the records, through the one write door of figures; nobody types
over a counted figure. A report that has been sent keeps what was sent: then the figure waits, and says so.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Unit, User
from housing.models import CommuneReview, CountedRatio, HousingList, Source
from housing.queries.counts import house_counts, movement_counts, poverty_counts
from programs.actions import Item
from programs.actions.figures import Batch, record_batches
from programs.actions.reports import send_out
from programs.actions.review import accept_reports
from programs.actions.steps import locked_reports, move_reports, set_figures, structures_of
from programs.models import (
    Assignment,
    FigureState,
    FormField,
    Observation,
    Period,
    PeriodState,
    ReasonKind,
    Reopening,
    Report,
    ReportForm,
    ReportState,
    Through,
)

__all__ = [
    "Refreshed",
    "accept_poverty",
    "refresh_houses",
    "refresh_many_houses",
    "refresh_poverty",
    "reopen_poverty",
    "send_poverty",
]

POVERTY_FORMS = ("base", "poverty", "poverty.groups")
GROUPS_FORM = "poverty.groups"
HOUSING_FORM = "housing"
REOPENED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many figures were written, and the reports that take none now and keep what they have."""

    figures: int = 0
    waiting: tuple[Report, ...] = ()


@transaction.atomic
def refresh_poverty(
    review: CommuneReview,
    *,
    by: User,
    today: date,
    at: datetime | None = None,
    with_movements: bool = False,
) -> Refreshed:
    """Write a commune's counts into the reports of the year that its review closes.

    Nothing for a regular round, or where the commune goes by the approved aggregate: then they are typed.
    Movements are the result of a finished review; they come with `send_poverty`.
    """
    period = review.round.period
    if period is None or review.source != Source.REGISTER:
        return Refreshed()
    counts = poverty_counts(review, today)
    if with_movements:
        counts |= movement_counts(review, today)
    reports = _poverty_reports(review.commune, period, today)
    asked = [(report, counts) for report in reports]
    return _write(asked, by, today, at, _ratios(review.commune, period, counts))


def _poverty_reports(commune: Unit, period: Period, today: date) -> list[Report]:
    """The commune's reports of the review in that year; made where one is owed and missing and can still be
    filled."""
    forms = {one.code: one for one in ReportForm.objects.filter(code__in=POVERTY_FORMS)}
    assigned = Assignment.objects.for_period(period).filter(form__in=forms.values())
    found = {
        one.form_id: one
        for one in Report.objects.filter(unit=commune, period=period, form__in=forms.values())
    }
    for assignment in assigned:
        if assignment.form_id in found:
            continue
        report = Report(
            form_id=assignment.form_id,
            unit=commune,
            period=period,
            province_id=commune.province_id or commune.pk,
        )
        # A year that takes no figures any more owes nobody a report that would stay half done for ever.
        if not report.accepts_writing(max(today, period.opens_on)):
            continue
        if assignment.form.code == GROUPS_FORM:
            # Owed by the communes that keep a register: from now on this one too.
            assignment.units.add(commune)
        report.save()
        found[assignment.form_id] = report
    return list(found.values())


def _ratios(commune: Unit, period: Period, counts: Mapping[str, int]) -> list[tuple[Report, Item]]:
    """Indicators of criteria sets that the review's counts give, with the report that each is in."""
    found = []
    for ratio in CountedRatio.objects.all():
        pair = ratio.evaluate(counts)
        reports = Report.objects.filter(
            unit=commune,
            period=period,
            form__assignments__criteria_set__criteria__requirements__indicator__code=ratio.indicator_code,
        )
        report = reports.select_related("form", "period", "unit").first()
        if pair is not None and report is not None:
            found.append((report, Item(ratio.indicator_code, pair[0], pair[1])))
    return found


def _write(
    asked: Iterable[tuple[Report, Mapping[str, int]]],
    by: User,
    today: date,
    at: datetime | None,
    ratios: Sequence[tuple[Report, Item]] = (),
) -> Refreshed:
    """Record what changed in the reports that take figures now."""
    wanted: dict[int, dict[str, tuple[int, int | None]]] = {}
    reports: dict[int, Report] = {}
    for report, counts in asked:
        reports[report.pk] = report
        wanted[report.pk] = {code: (value, None) for code, value in counts.items()}
    for report, item in ratios:
        reports[report.pk] = report
        wanted.setdefault(report.pk, {})[item.indicator] = (item.value or 0, item.denominator)
    fields = _codes_of(reports.values())
    held = _held(reports)
    batches: list[Batch] = []
    waiting, latest = [], today
    for pk, figures in wanted.items():
        own = {code: pair for code, pair in figures.items() if code in fields[reports[pk].form_id] or pair[1]}
        items = _changed(own, held.get(pk, {}))
        if not items:
            continue
        # Records do not wait for the form: a review begins before the year's reports are opened.
        opened = max(today, reports[pk].period.opens_on)
        if reports[pk].accepts_writing(opened):
            latest = max(latest, opened)
            batches.append((reports[pk], items))
        else:
            waiting.append(reports[pk])
    if batches:
        record_batches(batches=batches, by=by, through=Through.RECORDS, today=latest, at=at)
    return Refreshed(sum(len(items) for _report, items in batches), tuple(waiting))


def _codes_of(reports: Collection[Report]) -> dict[int, set[str]]:
    """The codes of each form without a criteria set."""
    found: dict[int, set[str]] = {report.form_id: set() for report in reports}
    rows = FormField.objects.filter(form__in=found).values_list("form", "indicator__code")
    for form, code in rows:
        found[form].add(code)
    return found


def _held(reports: Collection[int]) -> dict[int, dict[str, Observation]]:
    found: dict[int, dict[str, Observation]] = {}
    for one in Observation.objects.filter(report__in=reports).select_related("indicator"):
        found.setdefault(one.report_id, {})[one.indicator.code] = one
    return found


def _changed(figures: Mapping[str, tuple[int, int | None]], held: Mapping[str, Observation]) -> list[Item]:
    """The figures that are not there as counted yet; an ethnic group that has no household any more is 0."""
    gone = {
        code: (0, None)
        for code, one in held.items()
        if one.from_records and one.denominator is None and code not in figures and _is_group(code)
    }
    items = []
    for code, (value, denominator) in {**figures, **gone}.items():
        one = held.get(code)
        if one is not None and one.from_records and (one.value, one.denominator) == (value, denominator):
            continue
        items.append(
            Item(
                code,
                value,
                denominator,
                version=one.version if one else 0,
                reason=_("Tính lại từ hồ sơ"),
                reason_kind=ReasonKind.SOURCE,
            )
        )
    return items


def _is_group(code: str) -> bool:
    return code.startswith("poverty.groups.")


@transaction.atomic
def send_poverty(review: CommuneReview, *, by: User, today: date, at: datetime | None = None) -> list[Report]:
    """Send the year's counted reports with the commune's recognition; those typed from an aggregate are sent
    by their own form. Returns what was sent."""
    period = review.round.period
    if period is None or review.source != Source.REGISTER:
        return []
    refresh_poverty(review, by=by, today=today, at=at, with_movements=True)
    rows = [one for one in _poverty_reports(review.commune, period, today) if one.accepts_writing(today)]
    found = locked_reports(Report.objects.filter(unit=review.commune), rows)
    structures = structures_of(found)
    ready = [report for report in found if report.entered]
    for report in ready:
        gaps = structures[report.form_id, report.period_id].count - report.entered
        report.incomplete_reason = _("Số liệu tính từ sổ hộ và phiếu rà soát.") if gaps else ""
    return send_out(ready, structures, by, at or timezone.now()) if ready else []


@transaction.atomic
def accept_poverty(
    reviews: Sequence[CommuneReview], *, by: User, today: date, at: datetime | None = None
) -> list[Report]:
    """Confirm the reports of these reviews with the province's approval of the aggregate."""
    rows = Report.objects.none()
    for review in reviews:
        if review.round.period_id is not None:
            rows |= Report.objects.filter(unit=review.commune_id, period=review.round.period_id)
    waiting = list(rows.filter(form__code__in=POVERTY_FORMS, state=ReportState.SENT))
    return accept_reports(reports=waiting, by=by, today=today, at=at) if waiting else []


@transaction.atomic
def reopen_poverty(
    review: CommuneReview, *, by: User, today: date, reason: str, at: datetime | None = None
) -> list[Report]:
    """Give the year's reports back with the reopened review; a locked year opens for this commune only.

    That `by` may reopen the review is the caller's question.
    """
    period = review.round.period
    if period is None:
        return []
    sent = (ReportState.SENT, ReportState.ACCEPTED, ReportState.LOCKED)
    rows = Report.objects.filter(unit=review.commune, period=period, form__code__in=POVERTY_FORMS)
    given_back = []
    for report in rows.filter(state__in=sent).select_related("form", "period", "unit"):
        if period.state == PeriodState.LOCKED:
            Reopening.objects.create(
                form=report.form,
                period=period,
                unit=report.unit,
                until=today + REOPENED_FOR,
                reason=reason[:500],
                by=by,
            )
        given_back.append(report)
    set_figures(given_back, FigureState.ENTERED)
    words = {report.pk: reason for report in given_back}
    move_reports(given_back, ReportState.RETURNED, by, at or timezone.now(), words)
    return given_back


def refresh_houses(
    commune: Unit, list: HousingList, *, by: User, today: date, at: datetime | None = None
) -> Refreshed:
    """Write a commune's houses of a list into its housing reports that take figures now."""
    return refresh_many_houses([commune], list, by=by, today=today, at=at)


@transaction.atomic
def refresh_many_houses(
    communes: Sequence[Unit], list: HousingList, *, by: User, today: date, at: datetime | None = None
) -> Refreshed:
    """The same for many communes in one go: a report counts by the last day of its data, or today."""
    reports = Report.objects.filter(form__code=HOUSING_FORM, unit__in=[one.pk for one in communes])
    open_now = reports.filter(period__state=PeriodState.OPEN, period__opens_on__lte=today)
    asked = []
    by_day: dict[date, dict[int, dict[str, int]]] = {}
    for report in open_now.select_related("form", "period", "unit"):
        day = min(report.period.data_to or report.period.ends_on, today)
        if day not in by_day:
            by_day[day] = house_counts(communes, list, day)
        asked.append((report, by_day[day][report.unit_id]))
    return _write(asked, by, today, at)
