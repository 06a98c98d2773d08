"""The leader's step: a report is put before the commune's leader, approved and sent, or given back."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.actions.reports import check_ready, send_out
from programs.actions.steps import locked_reports, move_reports, structures_of
from programs.actions.versions import Signing, check_signing
from programs.models import Report, ReportState, ReviewVerdict

__all__ = ["approve_report", "before_leader", "present_report", "send_back"]


@transaction.atomic
def present_report(
    *, report: Report, by: User, today: date, reason: str = "", at: datetime | None = None
) -> Report:
    """Put a report before the commune's leader ('Trình lãnh đạo xã'); nobody writes in it meanwhile.

    Raises as `submit_report` does.
    """
    (report,) = locked_reports(Report.objects.writable_by(by, today), [report])
    check_ready(report, structures_of([report]), today, reason)
    move_reports(
        [report], ReportState.WAITING, by, at or timezone.now(), {report.pk: report.incomplete_reason}
    )
    return report


@transaction.atomic
def approve_report(
    *, report: Report, by: User, today: date, signing: Signing, at: datetime | None = None
) -> Report:
    """The leader approves and the report goes out with its number, date, signatory and scan.

    Two leaders at once: the second finds it sent. Raises PermissionDenied without the leader's role, and
    ValidationError with code 'waiting' when it is not before the leader, else by field of the signing.
    """
    report = before_leader(report, by, today)
    check_signing(signing, report.period, today)
    return send_out([report], structures_of([report]), by, at or timezone.now(), signing)[0]


@transaction.atomic
def send_back(*, report: Report, by: User, today: date, comment: str, at: datetime | None = None) -> Report:
    """The leader gives the report back to the desks with a word on what to mend.

    Raises PermissionDenied, and ValidationError with code 'waiting' or 'comment'.
    """
    report = before_leader(report, by, today)
    comment = composed(comment)
    if not comment:
        raise ValidationError(_("Ghi ý kiến để người lập biết cần sửa gì."), code="comment")
    was_returned = report.reviews.filter(verdict=ReviewVerdict.RETURNED).exists()
    state = ReportState.RETURNED if was_returned else ReportState.ENTERING
    move_reports([report], state, by, at or timezone.now(), {report.pk: comment})
    return report


def before_leader(report: Report, by: User, today: date) -> Report:
    """The report under its row's lock, as it waits for this leader.

    Raises PermissionDenied, and ValidationError with code 'waiting' once it was sent or given back.
    """
    (report,) = locked_reports(Report.objects.approvable_by(by, today), [report])
    if report.state != ReportState.WAITING:
        raise ValidationError(_("Báo cáo không còn chờ duyệt: đã gửi hoặc đã trả lại."), code="waiting")
    return report
