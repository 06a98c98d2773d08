"""What people do with a report as a whole: send it, return it with comments, confirm it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Role, User
from communes.rules.text import composed
from programs.actions.assess import assess_reports
from programs.actions.figures import why_frozen
from programs.actions.versions import Signing, check_signing, freeze_versions
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
from programs.queries.desks import agency_of, part_of
from programs.queries.structure import Section, Structure, structure_of

__all__ = [
    "accept_report",
    "accept_reports",
    "approve_report",
    "before_leader",
    "present_report",
    "return_report",
    "send_back",
    "submit_report",
    "submit_reports",
]

REVIEWERS = (Role.REVIEWER, Role.ADMINISTRATOR)
REVIEWED_STATES = (ReportState.SENT, ReportState.ACCEPTED)


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
    found = _locked(Report.objects.writable_by(by, today), reports)
    structures = _structures(found)
    for report in found:
        if report.form.leader_step:
            raise ValidationError(_("Biểu này qua lãnh đạo xã duyệt rồi mới gửi."), code="leader")
        _check_ready(report, structures, today, reason)
        if signing is not None:
            check_signing(signing, report.period, today)
    return _send(found, structures, by, at or timezone.now(), signing)


@transaction.atomic
def present_report(
    *, report: Report, by: User, today: date, reason: str = "", at: datetime | None = None
) -> Report:
    """Put a report before the commune's leader ('Trình lãnh đạo xã'); nobody writes in it meanwhile.

    Raises as `submit_report` does.
    """
    (report,) = _locked(Report.objects.writable_by(by, today), [report])
    _check_ready(report, _structures([report]), today, reason)
    _move([report], ReportState.WAITING, by, at or timezone.now(), {report.pk: report.incomplete_reason})
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
    return _send([report], _structures([report]), by, at or timezone.now(), signing)[0]


@transaction.atomic
def send_back(*, report: Report, by: User, today: date, comment: str, at: datetime | None = None) -> Report:
    """The leader gives the report back to the desks with a word on what to mend.

    Raises PermissionDenied, and ValidationError with code 'waiting' or 'comment'.
    """
    report = before_leader(report, by, today)
    if not comment.strip():
        raise ValidationError(_("Ghi ý kiến để người lập biết cần sửa gì."), code="comment")
    was_returned = report.reviews.filter(verdict=ReviewVerdict.RETURNED).exists()
    state = ReportState.RETURNED if was_returned else ReportState.ENTERING
    _move([report], state, by, at or timezone.now(), {report.pk: composed(comment)})
    return report


def before_leader(report: Report, by: User, today: date) -> Report:
    """The report under its row's lock, as it waits for this leader.

    Raises PermissionDenied, and ValidationError with code 'waiting' once it was sent or given back.
    """
    (report,) = _locked(Report.objects.approvable_by(by, today), [report])
    if report.state != ReportState.WAITING:
        raise ValidationError(_("Báo cáo không còn chờ duyệt: đã gửi hoặc đã trả lại."), code="waiting")
    return report


def _check_ready(
    report: Report, structures: Mapping[tuple[int, int], Structure], today: date, reason: str
) -> None:
    """What stands in the way of sending; the reason for going out with gaps is kept on the report."""
    if not report.accepts_writing(today):
        raise ValidationError(why_frozen(report, today), code="frozen")
    gaps = structures[report.form_id, report.period_id].count - report.entered
    if report.entered == 0:
        raise ValidationError(_("Báo cáo chưa có số liệu nào."), code="empty")
    if gaps and not reason.strip():
        raise ValidationError(
            _("Còn {count} chỉ tiêu chưa nhập. Nhập nốt, hoặc ghi lý do gửi khi chưa đủ.").format(count=gaps),
            code="incomplete",
        )
    report.incomplete_reason = composed(reason) if gaps else ""


def _send(
    found: list[Report],
    structures: Mapping[tuple[int, int], Structure],
    by: User,
    at: datetime,
    signing: Signing | None = None,
) -> list[Report]:
    _forget_reviews(found, structures)
    _set_figures(found, FigureState.SUBMITTED)
    for report in found:
        report.sent_at, report.sent_by = at, by
        report.first_sent_at = report.first_sent_at or at
    freeze_versions(found, structures, by, at, signing)
    _move(found, ReportState.SENT, by, at, {report.pk: report.incomplete_reason for report in found})
    return found


def accept_report(
    *,
    report: Report,
    by: User,
    today: date,
    criteria: Collection[int] | None = None,
    comments: Mapping[int, str] | None = None,
    nearly: Collection[int] = (),
    at: datetime | None = None,
) -> Report:
    """Confirm a sent report, or only some of its criteria (by number); confirmed when all are.

    A department confirms its own criteria: without `criteria`, all that are its part. `comments` and
    'cơ bản đạt' (`nearly`) are words beside the confirmation and never a verdict. Confirming what is
    confirmed changes nothing. Raises PermissionDenied without the reviewer's role or for another
    department's criterion, ValidationError when it is not there to confirm.
    """
    with transaction.atomic():
        at = at or timezone.now()
        (report,) = _for_review([report], by, today)
        if report.state == ReportState.ACCEPTED:
            return report
        structure = structure_of(report.form, report.period)
        part = part_of(by, report.unit, structure.criteria_set, today, REVIEWERS)
        if structure.criteria_set is None and part is not None:
            raise PermissionDenied(_("Báo cáo này do cơ quan tổng hợp xác nhận."))
        if structure.criteria_set is None or (
            criteria is None and part is None and not comments and not nearly
        ):
            return _accept([report], {(report.form_id, report.period_id): structure}, by, at)[0]
        sections = _sections_of_part(structure, criteria, part)
        _review(report, sections, by, at, today, comments or {}, nearly=nearly)
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
    structures = _structures(found)
    for report in found:
        criteria_set = structures[report.form_id, report.period_id].criteria_set
        if part_of(by, report.unit, criteria_set, today, REVIEWERS) is not None:
            raise PermissionDenied(_("Bạn chỉ xác nhận các tiêu chí của cơ quan mình."))
    return _accept(found, structures, by, at or timezone.now())


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
    said = {number: composed(text) for number, text in (comments or {}).items() if text.strip()}
    if not said and not comment.strip():
        raise ValidationError(_("Ghi ý kiến để xã biết cần chỉnh sửa gì."), code="comment")
    structure = structure_of(report.form, report.period)
    part = part_of(by, report.unit, structure.criteria_set, today, REVIEWERS)
    if part is not None and not said:
        raise ValidationError(_("Ghi ý kiến vào tiêu chí cần chỉnh sửa."), code="comment")
    sections = _sections_of_part(structure, said.keys(), part)
    _review(report, sections, by, at, today, said, returned=True)
    indicators = [one.pk for section in sections for row in section.rows for one in row.indicators]
    _set_figures([report], FigureState.ENTERED, indicators or None)
    lines = [composed(comment), *(_("TC {number}: {text}").format(number=n, text=t) for n, t in said.items())]
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


def _sections_of_part(
    structure: Structure, numbers: Collection[int] | None, part: set[int] | None
) -> list[Section]:
    """The sections of these criteria, or of the person's whole part; another's part is refused."""
    if numbers is None:
        known = [section for section in structure.sections if section.criterion is not None]
        return [one for one in known if part is None or (one.criterion and one.criterion.pk in part)]
    sections = _sections_numbered(structure, numbers)
    if part is not None and any(one.criterion and one.criterion.pk not in part for one in sections):
        raise PermissionDenied(_("Tiêu chí này do cơ quan khác xác nhận."))
    return sections


def _review(
    report: Report,
    sections: Sequence[Section],
    by: User,
    at: datetime,
    today: date,
    said: Mapping[int, str],
    *,
    nearly: Collection[int] = (),
    returned: bool = False,
) -> None:
    """Note the last word on each criterion, in the name of the reviewer's department."""
    verdict = ReviewVerdict.RETURNED if returned else ReviewVerdict.ACCEPTED
    agency = agency_of(by, report.unit, today, REVIEWERS)
    CriterionReview.objects.bulk_create(
        [
            CriterionReview(
                report=report,
                criterion=section.criterion,
                verdict=verdict,
                comment=said.get(section.criterion.number, "").strip(),
                nearly=section.criterion.number in nearly,
                agency=agency,
                by=by,
                at=at,
            )
            for section in sections
            if section.criterion is not None
        ],
        update_conflicts=True,
        unique_fields=["report", "criterion"],
        update_fields=["verdict", "comment", "nearly", "agency", "by", "at"],
    )


def _accept(
    found: list[Report], structures: Mapping[tuple[int, int], Structure], by: User, at: datetime
) -> list[Report]:
    for report in found:
        _confirm_rest(report, structures[report.form_id, report.period_id], by, at)
    _set_figures(found, FigureState.ACCEPTED)
    _move(found, ReportState.ACCEPTED, by, at, {})
    return found


def _confirm_rest(report: Report, structure: Structure, by: User, at: datetime) -> None:
    """The assembling office confirms what no department has confirmed; a department's word stays its own."""
    done = set(report.reviews.filter(verdict=ReviewVerdict.ACCEPTED).values_list("criterion_id", flat=True))
    open_ones = [one for one in structure.sections if one.criterion and one.criterion.pk not in done]
    _review(report, open_ones, by, at, timezone.localdate(at), {})


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
