"""What happened to a report, in the order of the days: sent, returned with which words, confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from programs.models import CriterionReview, Report, ReportEvent, ReportState, ReviewVerdict


@dataclass(frozen=True, slots=True)
class Step:
    """One event in words; `state` is the report's state from then on."""

    at: datetime
    by: str
    words: str
    state: str
    comment: str = ""


def timeline_of(report: Report, reviews: Sequence[CriterionReview] = ()) -> list[Step]:
    """The report's events, the latest first; `reviews` name the criteria of a partial confirmation."""
    return [
        Step(event.at, str(event.by), _words(event, reviews), event.to_state, event.comment)
        for event in report.events.select_related("by")
    ]


def _words(event: ReportEvent, reviews: Sequence[CriterionReview]) -> str:
    if event.from_state == event.to_state == ReportState.SENT:
        numbers = sorted(
            one.criterion.number
            for one in reviews
            if one.at == event.at and one.verdict == ReviewVerdict.ACCEPTED
        )
        if not numbers:
            return _("Xác nhận một số tiêu chí")
        return _("Xác nhận tiêu chí {numbers}").format(numbers=", ".join(map(str, numbers)))
    words = {
        ReportState.ENTERING: _("Mở báo cáo"),
        ReportState.WAITING: _("Trình lãnh đạo xã"),
        ReportState.SENT: _("Gửi báo cáo"),
        ReportState.RETURNED: _("Trả lại để chỉnh sửa"),
        ReportState.ACCEPTED: _("Xác nhận báo cáo"),
        ReportState.LOCKED: _("Khóa báo cáo"),
    }
    if event.to_state == ReportState.SENT and event.from_state == ReportState.RETURNED:
        return _("Gửi lại báo cáo")
    return words[ReportState(event.to_state)]
