"""A report goes out: sent to the province, where the form does not go by the leader by the cadre."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.actions.figures import why_frozen
from programs.actions.steps import locked_reports, move_reports, set_figures, structures_of
from programs.actions.versions import Signing, check_signing, freeze_versions
from programs.models import CriterionReview, FigureState, Observation, Report, ReportState, ReviewVerdict
from programs.queries.structure import Structure

__all__ = ["check_ready", "send_out", "submit_report", "submit_reports"]


def submit_report(
    *,
    report: Report,
    by: User,
    today: date,
    reason: str = "",
    at: datetime | None = None,
    signing: Signing | None = None,
) -> Report:
    """Send a report to the province ('Gửi báo cáo'), where the form does not go by the leader.

    Its figures become 'đã gửi'; gaps stay missing; what is sent is frozen as a version. Raises
    PermissionDenied, and ValidationError with code 'frozen' when it cannot be sent now, 'empty' when it
    holds nothing, 'incomplete' when rows are missing and no reason is given, 'leader' when the commune's
    leader must approve it first; else by field of the signing, where the signed paper comes with it.
    """
    return submit_reports(reports=[report], by=by, today=today, reason=reason, at=at, signing=signing)[0]


@transaction.atomic
def submit_reports(
    *,
    reports: Sequence[Report],
    by: User,
    today: date,
    reason: str = "",
    at: datetime | None = None,
    signing: Signing | None = None,
) -> list[Report]:
    """Send many reports at once, each by the rules of `submit_report`."""
    found = locked_reports(Report.objects.writable_by(by, today), reports)
    structures = structures_of(found)
    for report in found:
        if report.form.leader_step:
            raise ValidationError(_("Biểu này qua lãnh đạo xã duyệt rồi mới gửi."), code="leader")
        check_ready(report, structures, today, reason)
        if signing is not None:
            check_signing(signing, report.period, today)
    return send_out(found, structures, by, at or timezone.now(), signing)


def check_ready(
    report: Report, structures: Mapping[tuple[int, int], Structure], today: date, reason: str
) -> None:
    """What stands in the way of sending; the reason for going out with gaps is kept on the report."""
    if not report.accepts_writing(today):
        raise ValidationError(why_frozen(report, today), code="frozen")
    gaps = structures[report.form_id, report.period_id].count - report.entered
    if report.entered == 0:
        raise ValidationError(_("Báo cáo chưa có số liệu nào."), code="empty")
    if gaps and not composed(reason):
        raise ValidationError(
            _("Còn {count} chỉ tiêu chưa nhập. Nhập nốt, hoặc ghi lý do gửi khi chưa đủ.").format(count=gaps),
            code="incomplete",
        )
    report.incomplete_reason = composed(reason) if gaps else ""


def send_out(
    found: list[Report],
    structures: Mapping[tuple[int, int], Structure],
    by: User,
    at: datetime,
    signing: Signing | None = None,
) -> list[Report]:
    _forget_reviews(found, structures)
    set_figures(found, FigureState.SUBMITTED)
    for report in found:
        report.sent_at, report.sent_by = at, by
        report.first_sent_at = report.first_sent_at or at
    freeze_versions(found, structures, by, at, signing)
    move_reports(found, ReportState.SENT, by, at, {report.pk: report.incomplete_reason for report in found})
    return found


def _forget_reviews(reports: Sequence[Report], structures: Mapping[tuple[int, int], Structure]) -> None:
    """A report that goes out again keeps the word on criteria whose figures stand as they were confirmed."""
    reviews = CriterionReview.objects.filter(report__in=reports)
    reviews.filter(verdict=ReviewVerdict.RETURNED).delete()
    if not reviews.exists():
        return
    for report in reports:
        moved = Observation.objects.filter(report=report, state=FigureState.ENTERED)
        section_of = structures[report.form_id, report.period_id].section_of
        sections = [section_of[pk] for pk in moved.values_list("indicator", flat=True) if pk in section_of]
        criteria = [section.criterion for section in sections if section.criterion is not None]
        reviews.filter(report=report, criterion__in=criteria).delete()
