"""The province's word on a report: confirm it or some of its criteria, or send it back with comments.

One guard stands before every confirmation, whoever asks: what is confirmed already is left alone, a second
click is none, and a click counts for what the reviewer saw.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Role, User
from communes.rules.text import composed
from programs.actions.steps import locked_reports, move_reports, set_figures, structures_of
from programs.models import (
    Agency,
    CriterionReview,
    FigureState,
    Report,
    ReportState,
    ReviewVerdict,
)
from programs.queries.confirming import Confirmations, confirmations_of
from programs.queries.desks import agency_of, part_of
from programs.queries.structure import Section, Structure, structure_of

__all__ = ["accept_report", "accept_reports", "accept_seen_report", "return_report", "return_seen_report"]

REVIEWERS = (Role.REVIEWER, Role.ADMINISTRATOR)
REVIEWED_STATES = (ReportState.SENT, ReportState.ACCEPTED)
DONE = (ReportState.ACCEPTED, ReportState.LOCKED)


@dataclass(frozen=True)
class Said:
    """What a reviewer says with a confirmation: words by criterion number, and 'cơ bản đạt' for some."""

    comments: Mapping[int, str]
    nearly: Collection[int] = ()

    @property
    def numbers(self) -> set[int]:
        return self.comments.keys() | set(self.nearly)


@transaction.atomic
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

    A department confirms its own criteria: without `criteria`, all of its part that wait for its word. A
    criterion with two departments is confirmed when both have. Whoever speaks for no department, or for the
    office that assembles, confirms for all of them. `comments` and 'cơ bản đạt' (`nearly`) are words beside
    the confirmation and never a verdict. What is confirmed already is left as it is, with who confirmed it.
    Raises PermissionDenied without the reviewer's role or for another department's criterion,
    ValidationError when it is not there to confirm.
    """
    (fresh,) = locked_reports(Report.objects.reviewable_by(by, today), [report])
    said = Said(comments or {}, nearly)
    _confirm(fresh, by, today, criteria, said, at or timezone.now())
    return fresh


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
    """`accept_report` for a reviewer before a page; False when nothing was left to confirm.

    `seen` is when the report they looked at was sent: figures are frozen from then on, so that time names
    them exactly. Raises ValidationError with code 'resent' when the commune has sent it anew meanwhile.
    """
    (fresh,) = locked_reports(Report.objects.reviewable_by(by, today), [report])
    said = Said(comments or {}, nearly)
    return _confirm(fresh, by, today, criteria, said, timezone.now(), (seen,))


@transaction.atomic
def accept_reports(
    *, reports: Sequence[Report], by: User, today: date, at: datetime | None = None
) -> list[Report]:
    """Confirm many reports whole, for all departments."""
    found = locked_reports(Report.objects.reviewable_by(by, today), reports)
    structures = structures_of(found)
    for report in found:
        _check_reviewable(report)
        criteria_set = structures[report.form_id, report.period_id].criteria_set
        if part_of(by, report.unit, criteria_set, today, REVIEWERS) is not None:
            raise PermissionDenied(_("Bạn chỉ xác nhận các tiêu chí của cơ quan mình."))
    at = at or timezone.now()
    for report in found:
        structure = structures[report.form_id, report.period_id]
        held = confirmations_of(report, structure, today)
        voice = agency_of(by, report.unit, today, REVIEWERS)
        waiting = [one for one in structure.sections if one.criterion and not held.is_confirmed(one)]
        _note(report, waiting, held, voice, by, at, Said({}))
    set_figures(found, FigureState.ACCEPTED)
    move_reports(found, ReportState.ACCEPTED, by, at, {})
    return found


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

    One department is enough to send its criterion back, whatever another has said of it. The figures of
    those criteria count as entered only until the report is sent again; without a criterion named, all of
    them do. Raises ValidationError when no comment is given.
    """
    (fresh,) = locked_reports(Report.objects.reviewable_by(by, today), [report])
    _check_reviewable(fresh)
    at = at or timezone.now()
    comments = {number: said for number, text in (comments or {}).items() if (said := composed(text))}
    comment = composed(comment)
    if not comments and not comment:
        raise ValidationError(_("Ghi ý kiến để xã biết cần chỉnh sửa gì."), code="comment")
    structure = structure_of(fresh.form, fresh.period)
    part = part_of(by, fresh.unit, structure.criteria_set, today, REVIEWERS)
    if part is not None and not comments:
        raise ValidationError(_("Ghi ý kiến vào tiêu chí cần chỉnh sửa."), code="comment")
    sections = _sections_of_part(structure, comments.keys(), part)
    held = confirmations_of(fresh, structure, today)
    voice = agency_of(by, fresh.unit, today, REVIEWERS)
    _note(fresh, sections, held, voice, by, at, Said(comments), ReviewVerdict.RETURNED)
    set_figures([fresh], FigureState.ENTERED, _indicators(sections) or None)
    lines = [
        comment,
        *(_("TC {number}: {text}").format(number=number, text=text) for number, text in comments.items()),
    ]
    words = "\n".join(line for line in lines if line)
    move_reports([fresh], ReportState.RETURNED, by, at, {fresh.pk: words})
    return fresh


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
    (fresh,) = locked_reports(Report.objects.reviewable_by(by, today), [report])
    if fresh.state == ReportState.RETURNED:
        return False
    _check_seen(fresh, (seen,))
    return_report(report=fresh, by=by, today=today, comments=comments, comment=comment)
    return True


# -- the one guard -----------------------------------------------------------------------------------


def _confirm(
    report: Report,
    by: User,
    today: date,
    criteria: Collection[int] | None,
    said: Said,
    at: datetime,
    seen: tuple[datetime | None] | None = None,
) -> bool:
    """Confirm what of a locked row waits for this person; False when nothing does.

    `seen`: a tuple with when the report that was looked at was sent; None for who did not look at a page.
    """
    if report.state in DONE:
        return False
    _check_reviewable(report)
    structure = structure_of(report.form, report.period)
    part = part_of(by, report.unit, structure.criteria_set, today, REVIEWERS)
    if structure.criteria_set is None:
        if part is not None:
            raise PermissionDenied(_("Báo cáo này do cơ quan tổng hợp xác nhận."))
        _check_seen(report, seen)
        set_figures([report], FigureState.ACCEPTED)
        move_reports([report], ReportState.ACCEPTED, by, at, {})
        return True
    sections = _sections_of_part(structure, criteria, part)
    if part is None and criteria is None:
        _sections_numbered(structure, said.numbers)
    held = confirmations_of(report, structure, today)
    voice = agency_of(by, report.unit, today, REVIEWERS)
    chosen = [
        one
        for one in sections
        if one.criterion and (one.criterion.number in said.numbers or held.waits_for(one, voice))
    ]
    whole = part is None and criteria is None
    if not chosen and not whole:
        return False
    _check_seen(report, seen)
    _note(report, chosen, held, voice, by, at, said)
    _settle(report, structure, by, today, at, chosen, whole=whole)
    return True


def _settle(
    report: Report,
    structure: Structure,
    by: User,
    today: date,
    at: datetime,
    chosen: Sequence[Section],
    *,
    whole: bool,
) -> None:
    """Figures of criteria that all have confirmed become 'đã xác nhận', and the report when none is left."""
    held = confirmations_of(report, structure, today)
    if whole or all(held.is_agreed(one) for one in structure.sections if one.criterion):
        set_figures([report], FigureState.ACCEPTED)
        move_reports([report], ReportState.ACCEPTED, by, at, {})
        return
    agreed = [one for one in chosen if held.is_agreed(one)]
    set_figures([report], FigureState.ACCEPTED, _indicators(agreed))
    move_reports([report], ReportState.SENT, by, at, {})


def _check_reviewable(report: Report) -> None:
    if report.period.is_locked:
        raise ValidationError(_("{period} đã khóa.").format(period=report.period.title), code="frozen")
    if report.state not in REVIEWED_STATES:
        raise ValidationError(_("Báo cáo chưa được gửi, chưa có gì để xác nhận hay trả lại."), code="frozen")


def _check_seen(report: Report, seen: tuple[datetime | None] | None) -> None:
    if seen is not None and report.sent_at is not None and (report.sent_at,) != seen:
        raise ValidationError(
            _("Xã đã gửi lại báo cáo sau khi bạn mở trang này. Xem lại số liệu mới rồi làm tiếp."),
            code="resent",
        )


def _indicators(sections: Sequence[Section]) -> list[int]:
    return [one.pk for section in sections for row in section.rows for one in row.indicators]


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


def _note(
    report: Report,
    sections: Sequence[Section],
    held: Confirmations,
    voice: Agency | None,
    by: User,
    at: datetime,
    said: Said,
    verdict: ReviewVerdict = ReviewVerdict.ACCEPTED,
) -> None:
    """Set the word of the reviewer's department on each criterion, in the place of its last one."""
    criteria = [section.criterion for section in sections if section.criterion is not None]
    stale = [
        word.pk
        for criterion in criteria
        for word in held.words(criterion.pk)
        if word.agency_id == (voice.pk if voice else None)
    ]
    if stale:
        CriterionReview.objects.filter(pk__in=stale).delete()
    CriterionReview.objects.bulk_create(
        CriterionReview(
            report=report,
            criterion=criterion,
            verdict=verdict,
            comment=composed(said.comments.get(criterion.number, "")),
            nearly=criterion.number in said.nearly,
            agency=voice,
            by=by,
            at=at,
        )
        for criterion in criteria
    )
