"""What people do with a report as a whole: send it, return it with comments, confirm it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.assess import assess_reports
from programs.actions.figures import why_frozen
from programs.models import (
    CriterionReview,
    FigureState,
    Observation,
    Report,
    ReportEvent,
    ReportState,
    ReviewVerdict,
)
from programs.models.reports import ReportQuerySet
from programs.queries.structure import Section, Structure, structure_of

__all__ = ["accept_report", "accept_reports", "return_report", "submit_report", "submit_reports"]

REVIEWED_STATES = (ReportState.SENT, ReportState.ACCEPTED)


def submit_report(
    *, report: Report, by: User, today: date, reason: str = "", at: datetime | None = None
) -> Report:
    """Send a report to the province ('Gửi báo cáo').

    Its figures become 'đã gửi'; gaps stay missing. Raises PermissionDenied, and ValidationError with
    code 'frozen' when it cannot be sent now, 'empty' when it holds nothing, 'incomplete' when rows are
    missing and no reason is given.
    """
    return submit_reports(reports=[report], by=by, today=today, reason=reason, at=at)[0]


@transaction.atomic
def submit_reports(
    *,
    reports: Sequence[Report],
    by: User,
    today: date,
    reason: str = "",
    at: datetime | None = None,
) -> list[Report]:
    """Send many reports at once, each by the rules of `submit_report`."""
    at = at or timezone.now()
    found = _locked(Report.objects.writable_by(by, today), reports)
    structures = _structures(found)
    for report in found:
        if not report.accepts_writing(today):
            raise ValidationError(why_frozen(report, today), code="frozen")
        gaps = structures[report.form_id, report.period_id].count - report.entered
        if report.entered == 0:
            raise ValidationError(_("Báo cáo chưa có số liệu nào."), code="empty")
        if gaps and not reason.strip():
            raise ValidationError(
                _("Còn {count} chỉ tiêu chưa nhập. Nhập nốt, hoặc ghi lý do gửi khi chưa đủ.").format(
                    count=gaps
                ),
                code="incomplete",
            )
        report.incomplete_reason = reason.strip() if gaps else ""
    _forget_reviews(found, structures)
    _set_figures(found, FigureState.SUBMITTED)
    for report in found:
        report.sent_at, report.sent_by = at, by
        report.first_sent_at = report.first_sent_at or at
    _move(found, ReportState.SENT, by, at, {report.pk: report.incomplete_reason for report in found})
    return found


def accept_report(
    *,
    report: Report,
    by: User,
    today: date,
    criteria: Collection[int] | None = None,
    at: datetime | None = None,
) -> Report:
    """Confirm a sent report, or only some of its criteria (by number); confirmed when all are.

    Confirming what is confirmed changes nothing. Raises PermissionDenied without the reviewer's role,
    ValidationError when it is not there to confirm.
    """
    with transaction.atomic():
        at = at or timezone.now()
        (report,) = _for_review([report], by, today)
        if report.state == ReportState.ACCEPTED:
            return report
        structure = structure_of(report.form, report.period)
        if criteria is None or structure.criteria_set is None:
            return _accept([report], {(report.form_id, report.period_id): structure}, by, at)[0]
        sections = _sections_numbered(structure, criteria)
        _review(report, sections, by, at)
        indicators = [one.pk for section in sections for row in section.rows for one in row.indicators]
        _set_figures([report], FigureState.ACCEPTED, indicators)
        done = set(
            report.reviews.filter(verdict=ReviewVerdict.ACCEPTED).values_list("criterion_id", flat=True)
        )
        wanted = {section.criterion.pk for section in structure.sections if section.criterion is not None}
        _move([report], ReportState.ACCEPTED if wanted <= done else ReportState.SENT, by, at, {})
        return report


@transaction.atomic
def accept_reports(
    *, reports: Sequence[Report], by: User, today: date, at: datetime | None = None
) -> list[Report]:
    """Confirm many reports whole."""
    found = _for_review(reports, by, today)
    return _accept(found, _structures(found), by, at or timezone.now())


@transaction.atomic
def return_report(
    *,
    report: Report,
    by: User,
    today: date,
    comments: Mapping[int, str] | None = None,
    comment: str = "",
    at: datetime | None = None,
) -> Report:
    """Send a report back with a comment for each criterion (by number) that needs work, or for the whole.

    The figures of those criteria count as entered only until the report is sent again; without a
    criterion named, all of them do. Raises ValidationError when no comment is given.
    """
    at = at or timezone.now()
    (report,) = _for_review([report], by, today)
    said = {number: text.strip() for number, text in (comments or {}).items() if text.strip()}
    if not said and not comment.strip():
        raise ValidationError(_("Ghi ý kiến để xã biết cần chỉnh sửa gì."), code="comment")
    structure = structure_of(report.form, report.period)
    sections = _sections_numbered(structure, said)
    _review(report, sections, by, at, said)
    indicators = [one.pk for section in sections for row in section.rows for one in row.indicators]
    _set_figures([report], FigureState.ENTERED, indicators or None)
    lines = [comment.strip(), *(_("TC {number}: {text}").format(number=n, text=t) for n, t in said.items())]
    _move([report], ReportState.RETURNED, by, at, {report.pk: "\n".join(line for line in lines if line)})
    return report


def _for_review(reports: Sequence[Report], by: User, today: date) -> list[Report]:
    found = _locked(Report.objects.reviewable_by(by, today), reports)
    for report in found:
        if report.period.is_locked:
            raise ValidationError(_("{period} đã khóa.").format(period=report.period.title), code="frozen")
        if report.state not in REVIEWED_STATES:
            raise ValidationError(
                _("Báo cáo chưa được gửi, chưa có gì để xác nhận hay trả lại."), code="frozen"
            )
    return found


def _locked(scope: ReportQuerySet, reports: Sequence[Report]) -> list[Report]:
    """The reports under their rows' locks, in the order asked; PermissionDenied if one is out of scope."""
    wanted = [report.pk for report in reports]
    rows = (
        scope.filter(pk__in=wanted).select_for_update(of=("self",)).select_related("form", "period", "unit")
    )
    found = {row.pk: row for row in rows}
    if any(pk not in found for pk in wanted):
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    return [found[pk] for pk in wanted]


def _structures(reports: Sequence[Report]) -> dict[tuple[int, int], Structure]:
    shapes: dict[tuple[int, int], Structure] = {}
    for report in reports:
        key = (report.form_id, report.period_id)
        if key not in shapes:
            shapes[key] = structure_of(report.form, report.period)
    return shapes


def _sections_numbered(structure: Structure, numbers: Collection[int]) -> list[Section]:
    known = {
        section.criterion.number: section for section in structure.sections if section.criterion is not None
    }
    for number in numbers:
        if number not in known:
            raise ValidationError(
                _("Biểu mẫu không có tiêu chí số {number}.").format(number=number), code="criterion"
            )
    return [known[number] for number in sorted(numbers)]


def _review(
    report: Report, sections: Sequence[Section], by: User, at: datetime, said: Mapping[int, str] | None = None
) -> None:
    """Note the last word on each criterion; with comments it is returned, without confirmed."""
    verdict = ReviewVerdict.ACCEPTED if said is None else ReviewVerdict.RETURNED
    CriterionReview.objects.bulk_create(
        [
            CriterionReview(
                report=report,
                criterion=section.criterion,
                verdict=verdict,
                comment=said[section.criterion.number] if said else "",
                by=by,
                at=at,
            )
            for section in sections
            if section.criterion is not None
        ],
        update_conflicts=True,
        unique_fields=["report", "criterion"],
        update_fields=["verdict", "comment", "by", "at"],
    )


def _accept(
    found: list[Report], structures: Mapping[tuple[int, int], Structure], by: User, at: datetime
) -> list[Report]:
    for report in found:
        _review(report, structures[report.form_id, report.period_id].sections, by, at)
    _set_figures(found, FigureState.ACCEPTED)
    _move(found, ReportState.ACCEPTED, by, at, {})
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


def _set_figures(reports: Sequence[Report], state: int, indicators: Sequence[int] | None = None) -> None:
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


def _move(
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
