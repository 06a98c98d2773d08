"""The small moves that every step of a report is made of: lock it, move its figures, note what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.assess import assess_reports
from programs.models import FigureState, Observation, Report, ReportEvent, ReportState
from programs.models.reports import ReportQuerySet
from programs.queries.structure import Structure, structure_of


def locked_reports(scope: ReportQuerySet, reports: Sequence[Report]) -> list[Report]:
    """The reports under their rows' locks, in the order asked; PermissionDenied if one is out of scope."""
    wanted = [report.pk for report in reports]
    rows = (
        scope.filter(pk__in=wanted).select_for_update(of=("self",)).select_related("form", "period", "unit")
    )
    found = {row.pk: row for row in rows}
    if any(pk not in found for pk in wanted):
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    return [found[pk] for pk in wanted]


def structures_of(reports: Sequence[Report]) -> dict[tuple[int, int], Structure]:
    shapes: dict[tuple[int, int], Structure] = {}
    for report in reports:
        key = (report.form_id, report.period_id)
        if key not in shapes:
            shapes[key] = structure_of(report.form, report.period)
    return shapes


def set_figures(reports: Sequence[Report], state: int, indicators: Sequence[int] | None = None) -> None:
    """Move figures up to a state, or back to 'entered'; sending does not take a confirmed one back."""
    rows = Observation.objects.filter(report__in=[report.pk for report in reports])
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    if state == FigureState.SUBMITTED:
        rows = rows.filter(state=FigureState.ENTERED)
    if state == FigureState.ACCEPTED:
        rows.update(state=state, once_accepted=True)
    else:
        rows.update(state=state)


def move_reports(
    reports: Sequence[Report], state: ReportState, by: User, at: datetime, comments: Mapping[int, str]
) -> None:
    """Change the state, note the event, and let the assessments follow their figures' states."""
    ReportEvent.objects.bulk_create(
        [
            ReportEvent(
                report=report,
                at=at,
                by=by,
                from_state=report.state,
                to_state=state,
                comment=comments.get(report.pk, ""),
            )
            for report in reports
        ]
    )
    for report in reports:
        report.state = state
        report.version += 1
        report.updated_at = timezone.now()
    Report.objects.bulk_update(
        reports,
        ["state", "version", "updated_at", "sent_at", "first_sent_at", "sent_by", "incomplete_reason"],
        batch_size=100,
    )
    assess_reports(reports)
