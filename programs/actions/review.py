"""A reviewer's click, made safe: twice is once, and it counts for what the reviewer saw."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.reports import REVIEWERS, accept_report, return_report
from programs.models import FigureState, Observation, Report, ReportState, ReviewVerdict
from programs.queries.desks import part_of
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
    comments: Mapping[int, str] | None = None,
    nearly: Collection[int] = (),
) -> bool:
    """Confirm what the reviewer saw; False when it was confirmed already and nothing had to be done.

    Without `criteria` it is the person's whole part: of a department what it has not confirmed yet, of the
    office everything that nobody has. `comments` and `nearly` ('cơ bản đạt') go with the criteria named.

    `seen` is when the report they looked at was sent: figures are frozen from then on, so that time names
    them exactly. Raises PermissionDenied, and ValidationError with code 'resent' when the commune has sent
    it anew meanwhile, else as `accept_report` does.
    """
    fresh = _locked(report, by, today)
    if fresh.state in (ReportState.ACCEPTED, ReportState.LOCKED):
        return False
    said, own = comments or {}, _own_open(fresh, by, today) if criteria is None else None
    wanted = own if own is not None else criteria
    if (own is not None and not own) or (not said and not nearly and _all_confirmed(fresh, wanted)):
        return False
    _check_seen(fresh, seen)
    noted = said.keys() | set(nearly)
    if wanted is None and noted:
        # First what is said about single criteria, or it would be said in the office's name of all of them.
        accept_report(report=fresh, by=by, today=today, criteria=noted, comments=said, nearly=nearly)
        fresh = _locked(report, by, today)
    if wanted is None:
        accept_report(report=fresh, by=by, today=today)
    else:
        accept_report(report=fresh, by=by, today=today, criteria=wanted, comments=said, nearly=nearly)
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


def _own_open(report: Report, by: User, today: date) -> set[int] | None:
    """The numbers of a department's criteria that wait for it; None for who confirms the whole report."""
    structure = structure_of(report.form, report.period)
    part = part_of(by, report.unit, structure.criteria_set, today, REVIEWERS)
    if part is None or structure.criteria_set is None:
        return None
    own = [one.criterion for one in structure.sections if one.criterion and one.criterion.pk in part]
    done = report.reviews.filter(verdict=ReviewVerdict.ACCEPTED).values_list("criterion", flat=True)
    return {one.number for one in own if one is not None and one.pk not in set(done)}


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
