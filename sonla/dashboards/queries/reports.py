"""Who has sent the period's report, who is late, what was returned and what was confirmed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import SENT_STATES, ReportState
from programs.queries.deadlines import span_words, unsent_words
from programs.rules.lateness import lateness
from sonla.dashboards.queries.communes import CommuneRow, Province, province_of
from sonla.dashboards.queries.question import Question


def _is_unsent(row: CommuneRow) -> bool:
    return row.report is None or row.report.state in (ReportState.ENTERING, ReportState.WAITING)


def _in_state(*states: str) -> Callable[[CommuneRow], bool]:
    return lambda row: row.report is not None and row.report.state in states


# What the list is narrowed to: the name in the address, its words, and who is in it.
SHOWN: dict[str, tuple[object, Callable[[CommuneRow], bool] | None]] = {
    "all": (_("Tất cả"), lambda row: True),
    "unsent": (_("Chưa gửi"), _is_unsent),
    "returned": (_("Cần chỉnh sửa"), _in_state(ReportState.RETURNED)),
    "sent": (_("Chờ xác nhận"), _in_state(ReportState.SENT)),
    "accepted": (_("Đã xác nhận"), _in_state(ReportState.ACCEPTED, ReportState.LOCKED)),
    # By the clock of the page: sent after the deadline, or not sent though it is over.
    "late": (_("Chậm hạn"), None),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One commune in the list, and how late it was, or is: '3 giờ'; '' in time."""

    row: CommuneRow
    late: str


@dataclass(frozen=True)
class ReportsPage:
    """The list, narrowed to `shown`."""

    question: Question
    province: Province
    shown: str
    clock: time | None

    @cached_property
    def rows(self) -> list[Listed]:
        return [
            Listed(row, span_words(self._late_by(row)))
            for row in self.province.rows
            if self._belongs(row, self.shown)
        ]

    def _belongs(self, row: CommuneRow, shown: str) -> bool:
        belongs = SHOWN[shown][1]
        return bool(self._late_by(row)) if belongs is None else belongs(row)

    def _late_by(self, row: CommuneRow) -> timedelta:
        if row.report is not None:
            return row.report.late_by(self.question.today, self.clock)
        return self._over

    @property
    def _over(self) -> timedelta:
        """How long the period's own deadline is over."""
        period = self.question.period
        return lateness(period.due_on, period.deadline_time, self.question.today, self.clock)

    @property
    def choices(self) -> list[tuple[str, object, int]]:
        """The pills: name, words, how many."""
        return [
            (name, words, sum(self._belongs(row, name) for row in self.province.rows))
            for name, (words, _belongs) in SHOWN.items()
        ]

    @property
    def message(self) -> str:
        """Who has not sent, as a text to paste into a message group; '' when all have."""
        names: dict[str, list[str]] = {"unsent": [], "returned": []}
        for row in self.province.rows:
            for shown, listed in names.items():
                if self._belongs(row, shown):
                    listed.append(row.unit.name.removeprefix(f"{row.unit.kind_name.capitalize()} "))
        period = self.question.period
        what = gettext("báo cáo nông thôn mới {period}").format(period=period.title.lower())
        return unsent_words(
            names["unsent"],
            period.due_on,
            what,
            names["returned"],
            hour=period.deadline_time,
            late=span_words(self._over),
        )

    @property
    def sent(self) -> int:
        """Communes whose report lies with the province: sent, confirmed or locked."""
        return sum(row.report is not None and row.report.state in SENT_STATES for row in self.province.rows)


def reports_page(question: Question, shown: str, clock: time | None = None) -> ReportsPage:
    """The reports of the question's period; `clock`: what time it is, for a deadline with an hour."""
    return ReportsPage(question, province_of(question), shown, clock)
