"""More time for one report: a commune asks with a reason, the province answers."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.models import Extension, ExtensionState, PeriodState, Report

# Nobody asks for a year: what takes longer is a matter of the period.
LONGEST = timedelta(days=92)
LONGEST_TEXT = 500


@transaction.atomic
def ask_extension(*, report: Report, by: User, today: date, until: date, reason: str) -> Extension:
    """Ask for more time for a report that has not been sent.

    Raises PermissionDenied, and ValidationError by field ('until', 'reason') or with code 'frozen' when the
    report needs no time, 'open' when an earlier request still waits for its answer.
    """
    fresh = (
        Report.objects.writable_by(by, today)
        .select_for_update(of=("self",))
        .select_related("period", "unit")
        .filter(pk=report.pk)
        .first()
    )
    if fresh is None:
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    if fresh.is_sent:
        raise ValidationError(_("Báo cáo đã gửi, không cần gia hạn."), code="frozen")
    if fresh.period.state == PeriodState.LOCKED:
        words = _("{period} đã khóa: muốn sửa thì đề nghị tỉnh mở lại.")
        raise ValidationError(words.format(period=fresh.period.title), code="frozen")
    _check_request(fresh, today, until, composed(reason))
    try:
        with transaction.atomic():
            return Extension.objects.create(report=fresh, until=until, reason=composed(reason), asked_by=by)
    except IntegrityError as error:
        words = _("Báo cáo này đang có một đề nghị gia hạn chờ trả lời.")
        raise ValidationError(words, code="open") from error


def _check_request(report: Report, today: date, until: date, reason: str) -> None:
    wrong = {}
    due = report.due_on
    if until <= max(due, today - timedelta(days=1)):
        words = _("Chọn ngày sau hạn hiện nay ({day}).") if due >= today else _("Chọn từ hôm nay trở đi.")
        wrong["until"] = words.format(day=_day(due))
    elif until > max(due, today) + LONGEST:
        wrong["until"] = _("Xin được nhiều nhất {days} ngày.").format(days=LONGEST.days)
    if not reason:
        wrong["reason"] = _("Ghi lý do xin gia hạn.")
    elif len(reason) > LONGEST_TEXT:
        wrong["reason"] = _("Lý do dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT)
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def answer_extension(
    *, extension: Extension, by: User, today: date, grant: bool, answer: str = ""
) -> Extension:
    """Grant the time or refuse it, with a word on why; a granted day becomes the report's own.

    Raises PermissionDenied, and ValidationError with code 'answered' when somebody was faster, 'answer' when
    a refusal says nothing, 'past' when the day that was asked for is over.
    """
    found = Extension.objects.select_for_update(of=("self",)).select_related("report").get(pk=extension.pk)
    if not Report.objects.reviewable_by(by, today).filter(pk=found.report_id).exists():
        raise PermissionDenied(_("Bạn không thẩm định báo cáo của đơn vị này."))
    if found.state != ExtensionState.ASKED:
        raise ValidationError(_("Đề nghị này đã được trả lời."), code="answered")
    if not grant and not composed(answer):
        raise ValidationError(_("Không đồng ý thì ghi rõ lý do để xã biết."), code="answer")
    if len(composed(answer)) > LONGEST_TEXT:
        raise ValidationError(_("Ý kiến dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT), code="answer")
    if grant and found.until < today:
        raise ValidationError(_("Ngày xã xin đã qua: không đồng ý được nữa."), code="past")
    found.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    found.answer, found.answered_by, found.answered_at = composed(answer), by, timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if grant:
        Report.objects.filter(pk=found.report_id).update(extended_until=found.until)
    return found


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
