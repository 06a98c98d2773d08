"""A reviewer's click, made safe: twice is once, and it counts for what the reviewer saw."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.reports import accept_report, return_report
from programs.models import FigureState, Observation, Report, ReportState, ReviewVerdict
from programs.queries.structure import structure_of

__all__ = ["accept_seen_report", "return_seen_report"]


@transaction.atomic
def accept_seen_report(
    *,
    report: Report,
    by: User,
    today: date,
    seen: datetime | None,
    criteria: Collection[int] | None = None,
) -> bool:
    """Confirm what the reviewer saw; False when it was confirmed already and nothing had to be done.

    `seen` is when the report they looked at was sent: figures are frozen from then on, so that time names
    them exactly. Raises PermissionDenied, and ValidationError with code 'resent' when the commune has sent
    it anew meanwhile, else as `accept_report` does.
    """
    fresh = _locked(report, by, today)
    if fresh.state in (ReportState.ACCEPTED, ReportState.LOCKED) or _all_confirmed(fresh, criteria):
        return False
    _check_seen(fresh, seen)
    accept_report(report=fresh, by=by, today=today, criteria=criteria)
    return True


@transaction.atomic
def return_seen_report(
    *,
    report: Report,
    by: User,
    today: date,
    seen: datetime | None,
    comments: Mapping[int, str],
    comment: str = "",
) -> bool:
    """Send back what the reviewer saw; False when it was sent back already. Raises as above."""
    fresh = _locked(report, by, today)
    if fresh.state == ReportState.RETURNED:
        return False
    _check_seen(fresh, seen)
    return_report(report=fresh, by=by, today=today, comments=comments, comment=comment)
    return True


def _locked(report: Report, by: User, today: date) -> Report:
    rows = Report.objects.reviewable_by(by, today).filter(pk=report.pk)
    fresh = rows.select_for_update(of=("self",)).select_related("form", "period", "unit").first()
    if fresh is None:
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    return fresh


def _check_seen(fresh: Report, seen: datetime | None) -> None:
    if fresh.sent_at is not None and fresh.sent_at != seen:
        raise ValidationError(
            _("Xã đã gửi lại báo cáo sau khi bạn mở trang này. Xem lại số liệu mới rồi làm tiếp."),
            code="resent",
        )


def _all_confirmed(report: Report, criteria: Collection[int] | None) -> bool:
    """These criteria are confirmed, with every figure of theirs, so that a second click changes nothing."""
    if not criteria:
        return False
    accepted = report.reviews.filter(verdict=ReviewVerdict.ACCEPTED)
    if not set(criteria) <= set(accepted.values_list("criterion__number", flat=True)):
        return False
    sections = structure_of(report.form, report.period).sections
    indicators = [
        one.pk
        for section in sections
        if section.criterion is not None and section.criterion.number in criteria
        for row in section.rows
        for one in row.indicators
    ]
    rows = Observation.objects.filter(report=report, indicator__in=indicators)
    return not rows.exclude(state=FigureState.ACCEPTED).exists()
